"""Which money settles which charge; not a cent is lost on the way."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.ledger.allocation import Account, Part
from ispconf.ledger.entries import Entry
from tests.ledger.samples import entry, month, on, payment

JANUARY = month(2026, 1, counter=1)
FEBRUARY = month(2026, 2, counter=2)
MARCH = month(2026, 3, counter=3)
FIRST, SECOND, THIRD = JANUARY.no, FEBRUARY.no, MARCH.no


def state(*entries: Entry) -> tuple[dict[str, str], dict[str, str]]:
    account = Account.of(entries)
    assert account.balance == sum(one.effect for one in entries)
    return (
        {no: f"{amount:.2f}" for no, amount in account.open.items()},
        {no: f"{amount:.2f}" for no, amount in account.credit.items()},
    )


PAY = payment(1, "2026-02-10")
CASES: list[tuple[str, list[Entry], dict[str, str], dict[str, str]]] = [
    ("nothing was paid", [JANUARY], {FIRST: "350.00"}, {}),
    ("paid in full", [JANUARY, PAY], {}, {}),
    ("the oldest due date first", [JANUARY, FEBRUARY, PAY], {SECOND: "350.00"}, {}),
    (
        "T-07 one and a half of two invoices",
        [JANUARY, FEBRUARY, payment(1, "2026-02-10", "525.00")],
        {SECOND: "175.00"},
        {},
    ),
    (
        "a named invoice before the oldest",
        [JANUARY, FEBRUARY, PAY._replace(for_=(SECOND,))],
        {FIRST: "350.00"},
        {},
    ),
    (
        "more than the named invoice goes to the oldest, the rest is credit",
        [JANUARY, FEBRUARY, payment(1, "2026-02-10", "800.00", for_=(SECOND,))],
        {},
        {"caja1-000001": "100.00"},
    ),
    (
        "T-08 credit settles a part of the next invoice",
        [JANUARY, payment(1, "2026-01-02", "400.00"), FEBRUARY],
        {SECOND: "300.00"},
        {},
    ),
    (
        "paid in advance",
        [payment(1, "2025-12-01", "700.00"), JANUARY, FEBRUARY, MARCH],
        {THIRD: "350.00"},
        {},
    ),
    (
        "of two charges of one day credit settles the one that is due first, whatever its number",
        [
            payment(1, "2025-12-01", "75.00"),
            JANUARY,
            entry(
                "oficina-000001",
                str(JANUARY.date),
                "invoice",
                "150.00",
                kind="other",
                due=on("2025-12-29"),
            ),
        ],
        {FIRST: "350.00", "oficina-000001": "75.00"},
        {},
    ),
    (
        "a reversal opens the invoice again",
        [JANUARY, PAY, entry("caja1-000002", "2026-02-12", "reversal", "350.00", of=PAY.no)],
        {FIRST: "350.00"},
        {},
    ),
    (
        "a reversal takes credit first, then what was settled last",
        [
            JANUARY,
            FEBRUARY,
            payment(1, "2026-02-10", "750.00"),
            entry("caja1-000002", "2026-02-12", "reversal", "200.00", of="caja1-000001"),
        ],
        {SECOND: "150.00"},
        {},
    ),
    (
        "a reversal of less than the credit",
        [
            payment(1, "2026-02-10", "750.00"),
            entry("caja1-000002", "2026-02-12", "reversal", "200.00", of="caja1-000001"),
        ],
        {},
        {"caja1-000001": "550.00"},
    ),
    (
        "other credit settles what a reversal opened",
        [
            JANUARY,
            payment(1, "2026-01-10"),
            payment(2, "2026-01-11"),
            entry("caja1-000003", "2026-02-12", "reversal", "350.00", of="caja1-000001"),
        ],
        {},
        {},
    ),
    (
        "a reversal leaves alone what another payment settled",
        [
            JANUARY,
            FEBRUARY,
            payment(1, "2026-02-10"),
            payment(2, "2026-02-11"),
            entry("caja1-000003", "2026-02-12", "reversal", "350.00", of="caja1-000001"),
        ],
        {FIRST: "350.00"},
        {},
    ),
    (
        "a reversal of something unknown is still owed",
        [entry("caja1-000002", "2026-02-12", "reversal", "200.00", of="caja1-000001")],
        {"caja1-000002": "200.00"},
        {},
    ),
    (
        "a credit settles its invoice, not the oldest",
        [JANUARY, FEBRUARY, entry("c-000001", "2026-02-12", "credit", "350.00", for_=(SECOND,))],
        {FIRST: "350.00"},
        {},
    ),
    (
        "a write-off settles its invoice",
        [JANUARY, FEBRUARY, entry("c-000001", "2026-02-12", "write_off", "50.00", for_=(FIRST,))],
        {FIRST: "300.00", SECOND: "350.00"},
        {},
    ),
    (
        "a credit for a paid invoice is credit",
        [JANUARY, PAY, entry("c-000001", "2026-02-12", "credit", "100.00", for_=(FIRST,))],
        {},
        {"c-000001": "100.00"},
    ),
    (
        "a fee is settled after the invoices",
        [
            entry("f-000001", "2026-01-20", "fee", "50.00", kind="late", for_=(FIRST,)),
            JANUARY,
            FEBRUARY,
            payment(1, "2026-02-10", "700.00"),
        ],
        {"f-000001": "50.00"},
        {},
    ),
    (
        "an opening debt is older than the invoices",
        [
            entry("o-000001", "2025-12-01", "opening", "100.00", reason="x"),
            JANUARY,
            payment(1, "2026-01-10"),
        ],
        {FIRST: "100.00"},
        {},
    ),
    (
        "an opening credit settles the first invoice",
        [entry("o-000001", "2025-12-01", "opening", "-100.00", reason="x"), JANUARY],
        {FIRST: "250.00"},
        {},
    ),
    (
        "a refund gives credit back",
        [
            payment(1, "2026-01-02", "400.00"),
            JANUARY,
            entry("c-000001", "2026-01-10", "refund", "50.00", method="cash", ref="r1"),
        ],
        {},
        {},
    ),
    (
        "money that moved to another subscriber",
        [
            payment(1, "2026-01-02", "400.00"),
            entry("c-000001", "2026-01-02", "transfer", "300.00", to="ben"),
        ],
        {},
        {"caja1-000001": "100.00"},
    ),
    (
        "money that came from another subscriber",
        [JANUARY, entry("c-000001", "2026-01-02", "transfer", "350", from_="ben")],
        {},
        {},
    ),
    (
        "a promise moves no money",
        [JANUARY, entry("c-000001", "2026-01-02", "promise", until=on("2026-01-09"))],
        {FIRST: "350.00"},
        {},
    ),
]


@pytest.mark.parametrize(
    ("entries", "open_", "credit"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_money_settles_charges(
    entries: list[Entry], open_: dict[str, str], credit: dict[str, str]
) -> None:
    assert state(*entries) == (open_, credit)


def test_a_payment_knows_what_it_settled() -> None:
    account = Account.of([JANUARY, FEBRUARY, payment(1, "2026-02-10", "525.00")])
    assert account.settled_by("caja1-000001") == [
        Part("caja1-000001", FIRST, Decimal("350.00")),
        Part("caja1-000001", SECOND, Decimal("175.00")),
    ]


def test_only_entries_up_to_the_day_count() -> None:
    assert list(Account.of([JANUARY, FEBRUARY, PAY], on("2026-02-09")).open) == [FIRST, SECOND]


def test_past_its_cut_date_is_what_counts_for_a_cut() -> None:
    other = JANUARY._replace(no="invoices-000009", kind="other")
    account = Account.of([JANUARY, FEBRUARY, other])
    assert [one.no for one in account.owed("casa")] == [FIRST, SECOND]
    assert account.past_cut("casa", on("2026-02-04")) == Decimal("350.00")
    assert account.past_cut("casa", on("2026-02-05")) == Decimal("700.00")
    assert account.past_cut("oficina", on("2026-02-05")) == 0


# Laws ----------------------------------------------------------------------------------------

AMOUNTS = st.integers(1, 60_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.integers(0, 120).map(lambda days: date(2026, 1, 1) + timedelta(days=days))


@st.composite
def ledgers(draw: Any) -> list[Entry]:
    """Any entries of one subscriber; reversals never more than their payment."""
    found: list[Entry] = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        day, amount = draw(DAYS), draw(AMOUNTS)
        invoices = [one.no for one in found if one.type == "invoice"]
        kind = draw(
            st.sampled_from(
                ["invoice", "payment", "fee", "credit", "refund", "opening", "transfer", "reversal"]
            )
        )
        more: dict[str, Any] = {}
        if kind == "invoice":
            more = {"due": day + timedelta(days=draw(st.integers(0, 30))), "kind": "service"}
        elif kind in {"payment", "credit"} and invoices:
            more = {"for_": tuple(draw(st.lists(st.sampled_from(invoices), max_size=2)))}
        elif kind == "transfer":
            more = draw(st.sampled_from([{"to": "ben"}, {"from_": "ben"}]))
        elif kind == "opening":
            amount *= draw(st.sampled_from([1, -1]))
        elif kind == "reversal":
            payments = [one for one in found if one.type == "payment"]
            if not payments:
                continue
            original = draw(st.sampled_from(payments))
            if any(one.of == original.no for one in found):
                continue
            amount, day = min(amount, original.amount), max(day, original.date)
            more = {"of": original.no}
        found.append(entry(f"x-{number:06d}", str(day), kind, str(amount), **more))
    return found


@given(ledgers(), st.randoms(use_true_random=False))
def test_money_is_conserved_in_any_order(entries: list[Entry], random: Random) -> None:
    account = Account.of(entries)
    balance = sum((one.effect for one in entries), Decimal(0))
    assert account.balance == balance
    assert not (account.open and account.credit)  # I-03
    assert all(amount > 0 for amount in (*account.open.values(), *account.credit.values()))
    by_no = {one.no: one for one in entries}
    for no, one in by_no.items():
        settled = sum((part.amount for part in account.parts if part.charge == no), Decimal(0))
        if one.effect > 0 and one.type != "reversal":  # I-05
            assert settled + account.open.get(no, Decimal(0)) == one.amount
        spent = sum((part.amount for part in account.parts if part.money == no), Decimal(0))
        if one.effect < 0:  # I-04
            back = sum((other.amount for other in entries if other.of == no), Decimal(0))
            assert spent + account.credit.get(no, Decimal(0)) == abs(one.effect) - back
    shuffled = random.sample(entries, len(entries))
    again = Account.of(shuffled)
    assert (again.open, again.credit, again.parts) == (account.open, account.credit, account.parts)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 200)), max_size=12), st.booleans())
def test_what_is_open_is_seen_at_once(
    what: list[tuple[int, int]],
    named: bool,  # noqa: FBT001
) -> None:
    entries: list[Entry] = []
    for number, (kind, value) in enumerate(what, 1):
        day = str(date(2026, 1, 1) + timedelta(days=value))
        if kind == 1:
            entries.append(month(2026, number % 12 + 1, counter=number))
        elif kind == 2:
            entries.append(entry(f"f-{number:06d}", day, "fee", "50.00", kind="other"))
        elif kind == 3:
            amount = "-20.00" if value % 2 else "20.00"
            entries.append(entry(f"o-{number:06d}", day, "opening", amount, reason="x"))
        else:
            made = [one.no for one in entries if one.type == "invoice"]
            about = tuple(made[-1:]) if named and value % 3 == 0 else ()
            entries.append(payment(number, day, str(value), for_=about))
    account = Account.of(entries)
    if account.balance > 0:
        quick = Account.in_debt(entries, account.balance)
        assert quick.open == account.open
        assert quick.owed() == account.owed()
