"""The state of a service on a day and the chain of reasons: nobody argues about it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.ledger.allocation import Account, in_order
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import Reason, Standing, State, balances, standings
from tests.ledger.samples import (
    MXN,
    bill,
    entry,
    invoice,
    month,
    on,
    payment,
    service,
    standing,
)

NOVEMBER = month(2026, 11, counter=123)
REFS = {"cut_day": "ispconf.yaml:24 cut_day"}


def states(entries: list[Entry], days: list[str], **facts: Any) -> list[str]:
    return [str(standing(service(**facts), entries, day).state) for day in days]


def test_the_state_follows_the_days_of_an_unpaid_invoice() -> None:
    days = ["2026-10-27", "2026-10-28", "2026-11-01", "2026-11-02", "2026-11-04", "2026-11-05"]
    assert states([NOVEMBER], days) == ["active", "due", "due", "grace", "grace", "suspended"]


@pytest.mark.parametrize(
    ("facts", "amount", "rule"),
    [
        ({"minimum_cut": "50.00"}, "49.99", "minimum_cut"),
        ({"no_cut_days": ["sunday"]}, "350.00", "no_cut_days"),
    ],
)
def test_what_is_not_cut_on_its_due_date_is_due_on_it_and_in_grace_after_it(
    facts: dict[str, Any], amount: str, rule: str
) -> None:
    # 1 November 2026 is a Sunday
    first = invoice(
        1, "2026-11-01", "2026-12-01", due="2026-11-01", cut="2026-11-01", amount=amount
    )
    found = standing(service(cut_day="1", **facts), [first], "2026-11-01")
    assert (found.state, found.reasons[-1].rule) == ("due", rule)
    assert found.reasons[0].text.endswith("is due 2026-11-01, cut 2026-11-01")
    assert states([first], ["2026-11-02"], cut_day="1", **facts) == [
        "grace" if rule == "minimum_cut" else "suspended"
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"since": "2026-11-23"}, ("2026-11-23", "2026-11-23")),
        ({"since": "2026-11-30"}, ("2026-11-28", "2026-12-01")),
        ({"since": "2026-11-30", "issue_day": "1"}, ("2026-11-30", "2026-11-30")),
        (
            {"since": "2026-11-01", "paused": (("2026-10-01", "2026-11-29"),)},
            ("2026-11-28", "2026-12-01"),
        ),
    ],
)
def test_the_invoice_that_is_issued_next_may_be_that_of_the_next_period(
    facts: dict[str, Any], expected: tuple[str, str]
) -> None:
    one = service(**facts)
    found = standing(one, [], "2026-11-20")
    assert (found.next_issue, found.next_due) == tuple(map(on, expected))
    made = bill([one], EMPTY, expected[0]).entries
    assert [str(each.date) for each in made] == [expected[0]]


def test_the_standing_of_a_cut_service() -> None:
    found = standing(service(refs=REFS), [NOVEMBER], "2026-11-06")
    assert found == Standing(
        subscriber="ana",
        service="casa",
        state=State.SUSPENDED,
        served=False,
        open=Decimal("350.00"),
        covered_until=on("2026-11-01"),
        next_issue=on("2025-12-28"),  # the months before were never billed
        next_due=on("2026-01-01"),
        cut=on("2026-11-05"),
        reasons=(
            Reason(
                "cut_day",
                "invoice invoices-000123 (350.00 MXN) was due 2026-11-01, cut 2026-11-05",
                "ledger/2026/10/2026-10-28-invoices.yaml:123",
            ),
            Reason("cut_day", "cut_day 5", "ispconf.yaml:24 cut_day"),
        ),
        calendar=True,
        since=on("2026-11-05"),
    )


def test_the_dates_of_the_next_invoice() -> None:
    found = standing(service(since="2026-11-01"), [NOVEMBER], "2026-11-06")
    assert (found.next_issue, found.next_due) == (on("2026-11-28"), on("2026-12-01"))


def test_an_empty_ledger_cuts_nobody() -> None:
    found = standing(service(since="2020-01-01", refs=REFS), [], "2026-11-06")
    assert (found.state, found.served, found.open) == (State.ACTIVE, True, Decimal(0))
    assert found.reasons == (Reason("paid", "nothing is open"),)
    assert found.covered_until is None
    assert balances(EMPTY) == {}


def test_a_default_term_is_written_nowhere() -> None:
    found = standing(service(), [NOVEMBER], "2026-11-06")
    assert found.reasons[-1] == Reason("cut_day", "cut_day 5", "default cut_day")


# Payments ------------------------------------------------------------------------------------

APRIL = month(2026, 4, counter=1)


def test_t01_not_paid_and_cut_on_the_cut_date() -> None:
    assert states([APRIL], ["2026-04-04", "2026-04-05"]) == ["grace", "suspended"]


@pytest.mark.parametrize("day", ["2026-04-01", "2026-04-04", "2026-04-05"])
def test_a_payment_before_the_cut_date_prevents_the_cut(day: str) -> None:
    # T-02: paid on the cut date before the nightly run, next cut 5 May
    found = standing(service(since="2026-04-01"), [APRIL, payment(1, day)], "2026-04-05")
    assert (found.state, found.cut) == (State.ACTIVE, on("2026-05-05"))
    assert found.covered_until == on("2026-05-01")
    assert found.reasons == (
        Reason(
            "paid",
            f"nothing is open, last payment caja1-000001 (350.00 MXN) on {day}",
            f"ledger/2026/04/{day}-caja1.yaml:1",
        ),
    )


def test_a_payment_after_the_cut_date_restores_on_its_day() -> None:
    entries = [APRIL, payment(1, "2026-04-08")]
    assert states(entries, ["2026-04-07", "2026-04-08"]) == ["suspended", "active"]


def test_t03_a_cut_day_31_of_a_payer_is_the_end_of_each_month() -> None:
    one = service(since="2025-01-01", cut_day="31")
    entries: list[Entry] = []
    cuts = []
    for number in range(1, 5):
        cuts.append(standing(one, entries, f"2025-{number:02d}-01").cut)
        made = month(2025, number, counter=number)
        entries += [made._replace(cut=cuts[-1]), payment(number, f"2025-{number:02d}-20")]
    assert cuts == [on("2025-01-31"), on("2025-02-28"), on("2025-03-31"), on("2025-04-30")]


def test_t07_a_half_paid_invoice_is_cut_on_its_own_date() -> None:
    entries = [APRIL, month(2026, 5, counter=2), payment(1, "2026-05-03", "525.00")]
    assert states(entries, ["2026-05-02", "2026-05-03", "2026-05-05"]) == [
        "suspended",
        "grace",
        "suspended",
    ]
    found = standing(service(), entries, "2026-05-05")
    assert found.reasons[0].text == (
        "invoice invoices-000002 (175.00 of 350.00 MXN) was due 2026-05-01, cut 2026-05-05"
    )
    assert found.open == Decimal("175.00")


def test_a_reversed_payment_cuts_again() -> None:
    entries = [
        APRIL,
        payment(1, "2026-04-03"),
        entry("caja1-000002", "2026-04-09", "reversal", "350.00", of="caja1-000001"),
    ]
    assert states(entries, ["2026-04-08", "2026-04-09"]) == ["active", "suspended"]


def test_a_payment_that_counts_from_tomorrow_does_not_count_today() -> None:
    entries = [APRIL, payment(1, "2026-04-06", recorded="2026-04-05")]
    assert states(entries, ["2026-04-05", "2026-04-06"]) == ["suspended", "active"]


# What keeps a service ------------------------------------------------------------------------


def promise(day: str, until: str, number: int = 9) -> Entry:
    return entry(f"caja1-{number:06d}", day, "promise", until=on(until))


def test_t12_a_promise_keeps_the_service_through_its_last_day() -> None:
    entries = [APRIL, promise("2026-04-04", "2026-04-15")]
    days = ["2026-04-05", "2026-04-15", "2026-04-16"]
    assert states(entries, days) == ["grace", "grace", "suspended"]
    kept = standing(service(), entries, "2026-04-15")
    assert kept.cut == on("2026-04-16")
    assert kept.decisive == kept.reasons[1]
    assert kept.reasons[1] == Reason(
        "promise",
        "promise caja1-000009 to pay until 2026-04-15",
        "ledger/2026/04/2026-04-04-caja1.yaml:9",
    )
    broken = standing(service(), entries, "2026-04-16")
    assert broken.cut == on("2026-04-16")
    assert broken.decisive == broken.reasons[0]
    assert broken.reasons[1].text == "promise caja1-000009 was broken: not paid until 2026-04-15"


def test_a_promise_restores_a_cut_service_and_moves_a_coming_cut() -> None:
    entries = [APRIL, promise("2026-04-08", "2026-04-10")]
    days = ["2026-04-07", "2026-04-08", "2026-04-10", "2026-04-11"]
    assert states(entries, days) == ["suspended", "grace", "grace", "suspended"]
    early = standing(service(), [APRIL, promise("2026-04-02", "2026-04-10")], "2026-04-02")
    assert (early.state, early.cut) == (State.GRACE, on("2026-04-11"))
    assert early.reasons[-1].rule == "promise"


@pytest.mark.parametrize(
    ("amount", "minimum", "state"),
    [
        ("0.40", "1", "grace"),  # T-19
        ("1.00", "1", "suspended"),
        ("0.01", "0", "suspended"),
        ("19.99", "20.00", "grace"),
    ],
)
def test_t19_less_than_the_minimum_never_cuts(amount: str, minimum: str, state: str) -> None:
    entries = [month(2026, 4, counter=1, amount=amount)]
    found = standing(service(since="2026-04-01", minimum_cut=minimum), entries, "2026-04-20")
    assert found.state == state
    if state == "grace":
        assert found.reasons[-1].rule == "minimum_cut"
        assert found.cut == on("2026-05-05")


def test_no_cut_starts_on_a_day_without_cuts_but_restoring_is_never_delayed() -> None:
    # 5 April 2026 is a Sunday, 6 April a holiday
    facts: dict[str, Any] = {"no_cut_days": ["sunday", "2026-04-06"]}
    days = ["2026-04-04", "2026-04-05", "2026-04-06", "2026-04-07", "2026-04-12"]
    assert states([APRIL], days, **facts) == [
        "grace",
        "grace",
        "grace",
        "suspended",
        "suspended",
    ]
    waiting = standing(service(**facts), [APRIL], "2026-04-05")
    assert waiting.cut == on("2026-04-07")
    assert waiting.reasons[-1].text == "no cut may start before 2026-04-07"
    before = standing(service(**facts), [APRIL], "2026-04-04")
    assert before.cut == on("2026-04-07")
    paid = [APRIL, payment(1, "2026-04-12")]
    assert states(paid, ["2026-04-12"], **facts) == ["active"]
    in_time = [APRIL, payment(1, "2026-04-07")]
    assert states(in_time, ["2026-04-07"], **facts) == ["active"]
    assert standing(service(**facts), [APRIL], "2026-04-20").since == on("2026-04-07")


def test_a_share_of_the_debt_restores_until_the_next_invoice_is_late() -> None:
    entries = [
        APRIL,
        payment(1, "2026-04-10", "100.00"),
        payment(2, "2026-04-12", "75.00"),
        month(2026, 5, counter=2),
    ]
    days = ["2026-04-10", "2026-04-12", "2026-05-04", "2026-05-05"]
    assert states(entries, days, restore_on="50%") == [
        "suspended",
        "grace",
        "grace",
        "suspended",
    ]
    kept = standing(service(since="2026-04-01", restore_on="50%"), entries, "2026-04-12")
    assert kept.reasons[-1].rule == "restore_on"
    assert "50%" in kept.reasons[-1].text
    assert kept.cut == on("2026-05-05")


def test_debt_that_grows_while_cut_counts_for_its_restoration() -> None:
    entries = [APRIL, month(2026, 5, counter=2), payment(1, "2026-05-10", "340.00")]
    assert states(entries, ["2026-05-10"], restore_on="50%") == ["suspended"]
    entries[-1] = payment(1, "2026-05-10", "350.00")
    assert states(entries, ["2026-05-10"], restore_on="50%") == ["grace"]


def test_t17_other_income_never_cuts() -> None:
    visit = invoice(1, "2026-04-01", "2026-05-01", due="2026-04-01", cut="2026-04-05", kind="other")
    found = standing(service(), [visit], "2026-12-01")
    assert (found.state, found.open) == (State.ACTIVE, Decimal(0))
    fee = entry("caja1-000001", "2026-04-01", "fee", "50.00", kind="other")
    assert states([fee], ["2026-12-01"]) == ["active"]
    opening = entry("caja1-000001", "2026-04-01", "opening", "50.00", reason="x")
    assert states([opening], ["2026-12-01"]) == ["active"]


def test_an_invoice_without_a_cut_date_never_cuts() -> None:
    open_ended = APRIL._replace(cut=None)
    found = standing(service(since="2026-04-01"), [open_ended], "2026-12-01")
    assert (found.state, found.reasons[0].rule) == (State.GRACE, "due_day")
    assert found.reasons[0].text == "invoice invoices-000001 (350.00 MXN) was due 2026-04-01"


def test_one_service_is_cut_and_the_other_is_not() -> None:
    home, office = service(), service(name="oficina")
    entries = [APRIL, month(2026, 4, counter=2, name="oficina"), payment(1, "2026-04-02")]
    entries[2] = entries[2]._replace(for_=("invoices-000002",))
    found = standings([home, office], Book.of(entries), on("2026-04-05"), MXN)
    assert [str(one.state) for one in found.values()] == ["suspended", "active"]
    assert list(found) == ["ana/casa", "ana/oficina"]


# Facts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "state", "served", "since", "text"),
    [
        ({"since": "2026-05-01"}, "pending", False, None, "begins on 2026-05-01"),
        (
            {"free": ("2026-04-01", None)},
            "free",
            True,
            "2026-04-01",
            "free from 2026-04-01",
        ),
        (
            {"paused": (("2026-04-01", "2026-04-20"),), "free": ("2026-01-01", None)},
            "paused",
            False,
            "2026-04-01",
            "paused from 2026-04-01 until 2026-04-20",
        ),
        (
            {"suspended": ("2026-04-01", "2026-04-20"), "free": ("2026-01-01", None)},
            "suspended",
            False,
            "2026-04-01",
            "suspended by hand from 2026-04-01 until 2026-04-20: abuse report",
        ),
        (
            {"paused": (("2026-04-01", "2026-04-20"),), "suspended": ("2026-04-01", "2026-04-20")},
            "paused",
            False,
            "2026-04-01",
            "paused from 2026-04-01 until 2026-04-20",
        ),
        (
            {"cancelled": "2026-04-10", "paused": (("2026-04-01", "2026-04-20"),)},
            "cancelled",
            False,
            "2026-04-10",
            "cancelled on 2026-04-10: moved away",
        ),
    ],
)
def test_a_fact_in_the_file_comes_before_the_ledger(
    facts: dict[str, Any], state: str, served: object, since: str | None, text: str
) -> None:
    rule = "since" if state == "pending" else state
    one = service(refs={rule: "subscribers/ana.yaml:12"}, **facts)
    found = standing(one, [APRIL], "2026-04-10")
    assert (found.state, found.served, found.calendar) == (state, served, False)
    assert found.since == (on(since) if since else None)
    assert found.reasons == (Reason(rule, text, "subscribers/ana.yaml:12"),)


@pytest.mark.parametrize(
    "facts",
    [
        {"free": ("2026-04-11", None)},
        {"paused": (("2026-04-01", "2026-04-09"), ("2026-04-11", "2026-04-12"))},
        {"suspended": ("2026-04-01", "2026-04-09")},
        {"cancelled": "2026-04-11"},
    ],
)
def test_a_fact_of_other_days_leaves_it_to_the_ledger(facts: dict[str, Any]) -> None:
    found = standing(service(**facts), [APRIL], "2026-04-10")
    assert (found.state, found.calendar) == (State.SUSPENDED, True)


def test_managed_by_hand_is_reported_and_left_alone() -> None:
    found = standing(service(manage="manual"), [APRIL], "2026-04-10")
    assert (found.state, found.served) == (State.SUSPENDED, None)
    assert found.reasons[-1].rule == "manage"


@pytest.mark.parametrize(
    "facts",
    [
        {"cancelled": "2026-04-01"},
        {"free": ("2026-01-01", None)},
        {"mode": "recharge"},
        {"price": "0.00"},
    ],
)
def test_without_a_next_invoice_there_are_no_next_dates(facts: dict[str, Any]) -> None:
    found = standing(service(since="2026-04-01", **facts), [APRIL], "2026-04-02")
    assert (found.next_issue, found.next_due) == (None, None)


def test_balances_are_what_everybody_owes_on_a_day() -> None:
    book = Book.of(
        [APRIL, payment(1, "2026-04-03", "400.00"), month(2026, 4, counter=2, subscriber="ben")]
    )
    assert balances(book) == {"ana": Decimal("-50.00"), "ben": Decimal("350.00")}
    assert balances(book, on("2026-04-02"))["ana"] == Decimal("350.00")


# An independent recomputation ----------------------------------------------------------------


@st.composite
def histories(draw: Any) -> list[Entry]:
    """Months invoiced in turn, payments of any amount on any day, promises."""
    entries = [
        month(2026, number, counter=number) for number in range(1, draw(st.integers(1, 6)) + 1)
    ]
    start = date(2025, 12, 28)
    for number in range(1, draw(st.integers(0, 6)) + 1):
        day = start + timedelta(days=draw(st.integers(0, 200)))
        if draw(st.integers(0, 3)):
            entries.append(payment(number, str(day), str(draw(st.integers(1, 800)))))
        else:
            until = day + timedelta(days=draw(st.integers(0, 12)))
            entries.append(promise(str(day), str(until), number))
    return entries


def simple_state(entries: list[Entry], today: date, no_cut: set[int]) -> str:
    """Day by day, with nothing but a running total: debts of one price are settled in turn."""
    state, cut = "", False
    day = date(2025, 12, 1)
    while day <= today:
        invoices = sorted(one for one in entries if one.type == "invoice" and one.date <= day)
        paid = sum(
            (one.amount for one in entries if one.type == "payment" and one.date <= day), Decimal(0)
        )
        owed = []
        for one in invoices:
            left = max(one.amount - paid, Decimal(0))
            paid = max(paid - one.amount, Decimal(0))
            if left:
                owed.append((one, left))
        late = sum((left for one, left in owed if one.cut and one.cut <= day), Decimal(0))
        promised = any(one.until and one.date <= day <= one.until for one in entries)
        wanted = late >= 1 and not promised
        cut = wanted and (cut or day.weekday() not in no_cut)
        if cut:
            state = "suspended"
        elif not owed:
            state = "active"
        else:
            due = owed[0][0].due
            state = "due" if due and day <= due else "grace"
        day += timedelta(days=1)
    return state


@settings(deadline=None, max_examples=60)
@given(histories(), st.integers(0, 220), st.booleans())
def test_a_simpler_way_to_compute_the_state_agrees(
    entries: list[Entry],
    days: int,
    weekends: bool,  # noqa: FBT001
) -> None:
    today = date(2025, 12, 20) + timedelta(days=days)
    no_cut = ["saturday", "sunday"] if weekends else []
    found = standing(service(since="2025-12-01", no_cut_days=no_cut), entries, str(today))
    expected = simple_state(entries, today, {5, 6} if weekends else set())
    assert found.state == expected


# A ledger that is gone, or ends too early ------------------------------------------------------

MODES: list[dict[str, Any]] = [
    {},
    {"charge": "arrears"},
    {"while_cut": "stop"},
    {"mode": "cutdate"},
    {"mode": "recharge"},
    {"mode": "duration", "duration": 30 * 86_400},
]


@pytest.mark.parametrize("facts", MODES, ids=str)
@pytest.mark.parametrize("today", ["2026-01-05", "2026-11-06", "2031-02-28"])
def test_without_a_ledger_nobody_is_cut_in_any_mode(facts: dict[str, Any], today: str) -> None:
    one = service(since="2020-01-01", **facts)
    assert bill([one], EMPTY, today).entries  # months of invoices are missing ...
    found = standing(one, [], today)
    assert (found.state, found.served) == (State.ACTIVE, True)  # ... and cut nobody


@pytest.mark.parametrize("facts", MODES, ids=str)
def test_a_ledger_that_ends_months_ago_cuts_nobody_who_had_paid(facts: dict[str, Any]) -> None:
    one = service(since="2026-01-01", **facts)
    book = bill([one], Book.of([payment(1, "2026-01-01", "1400.00")]), "2026-02-01")
    assert Account.of(book.entries).open == {}
    for today in ("2026-02-01", "2026-06-20", "2027-01-05"):
        assert standing(one, list(book.entries), today).state == State.ACTIVE


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(MODES), st.lists(st.integers(0, 200), max_size=6), st.integers(0, 30),
    st.integers(0, 400),
)  # fmt: skip
def test_only_an_invoice_in_the_book_that_is_open_past_its_cut_date_cuts(
    facts: dict[str, Any], paid: list[int], kept: int, later: int
) -> None:
    one = service(since="2026-01-01", **facts)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in sorted(paid)]
    happened = [payment(number, str(day)) for number, day in enumerate(days, 1)]
    whole = in_order(bill([one], Book.of(happened), "2026-07-20").entries)
    today = date(2026, 1, 1) + timedelta(days=later)
    entries = [each for each in whole[:kept] if each.date <= today]
    found = standing(one, entries, str(today))
    open_past = Account.of(entries).past_cut("casa", today)
    assert (found.state == State.SUSPENDED) == (open_past >= 1)
    assert found.served == (open_past < 1)
