"""What is wrong in a book is said with its place, and both places of a conflict."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.ledger import checks, lines
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.checks import Known
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.invoicing import missing, numbered
from ispconf.ledger.money import Currency
from tests.ledger.books import books
from tests.ledger.samples import CLP, MXN, entry, invoice, month, on, payment, service

FIRST = month(2026, 1, counter=1)
SECOND = month(2026, 2, counter=2)
PAID = payment(1, "2026-01-03")
FILE = "ledger/2025/12/2025-12-28-invoices.yaml"
CASH = "ledger/2026/01/2026-01-03-caja1.yaml"
C9 = "ledger/2026/01/2026-01-09-c.yaml"


def problems(*entries: Entry, known: Known = checks.EVERYTHING) -> list[str]:
    return [str(problem) for problem in checks.problems(Book.of(entries), MXN, known)]


def c(number: int, kind: str, amount: str = "0", /, **more: Any) -> Entry:
    return entry(f"c-{number:06d}", "2026-01-09", kind, amount, **more)


def test_a_sound_book_has_no_problems() -> None:
    known = Known({"ana", "ben"}, {"cash"}, {"invoices": (), "caja1": ("cash",), "c": ()})
    assert (
        problems(
            FIRST,
            PAID,
            SECOND,
            c(1, "fee", "50.00", kind="late", for_=(FIRST.no,)),
            c(2, "reversal", "100.00", of=PAID.no, reason="bounced"),
            c(3, "reversal", "250.00", of=PAID.no, reason="bounced"),
            c(4, "credit", "50.00", for_=("c-000001",), reason="x"),
            c(5, "write_off", "350.00", for_=(FIRST.no,), reason="x"),
            c(6, "transfer", "9.00", to="ben"),
            c(7, "transfer", "9.00", from_="ana", subscriber="ben"),
            c(8, "promise", until=on("2026-01-19")),
            c(9, "opening", "-1.00", reason="x"),
            c(10, "refund", "1.00", method="cash", ref="r9"),
            known=known,
        )
        == []
    )


def test_a_reference_is_booked_once_over_the_whole_ledger() -> None:
    again = payment(2, "2026-02-03", ref="0001", subscriber="ben")
    assert problems(PAID, again) == [
        (
            'ledger/2026/02/2026-02-03-caja1.yaml:2: cash reference "0001" is booked already, '
            f"by caja1-000001 (see {CASH}:1)"
        )
    ]
    assert problems(PAID, payment(2, "2026-02-03", ref="0001", method="mpesa")) == []


def test_a_service_is_invoiced_once_for_a_period_and_kind() -> None:
    again = FIRST._replace(no="invoices-000002", line=2)
    assert problems(FIRST, again) == [
        (
            f"{FILE}:2: ana/casa is invoiced twice from 2026-01-01, first by invoices-000001 "
            f"(see {FILE}:1)"
        )
    ]
    assert problems(FIRST, again._replace(kind="other")) == []
    assert problems(FIRST, again._replace(service="oficina")) == []


def test_periods_of_a_service_do_not_overlap() -> None:
    def made(number: int, start: str, end: str) -> Entry:
        return invoice(number, start, end, due="2026-01-01", cut=None)

    long = made(1, "2026-01-01", "2026-04-01")
    inside, across = made(2, "2026-02-01", "2026-03-01"), made(3, "2026-03-15", "2026-05-01")
    file = "ledger/2026/01/2026-01-01-invoices.yaml"
    said = f"overlaps 2026-01-01/2026-04-01 of invoices-000001 (see {file}:1)"
    assert problems(long, inside, across) == [
        f"{file}:2: period 2026-02-01/2026-03-01 {said}",
        f"{file}:3: period 2026-03-15/2026-05-01 {said}",
    ]
    assert problems(made(1, "2026-02-01", "2026-03-01"), made(2, "2026-01-01", "2026-02-01")) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            FIRST._replace(amount=Decimal("351.00")),
            ["total 351.00 is not the sum of its lines, 350.00"],
        ),
        (
            FIRST._replace(lines=(Line("a", Decimal("350.001")),), amount=Decimal("350.001")),
            [
                "350.001 has more decimals than MXN has (2)",
                "350.001 has more decimals than MXN has (2)",
            ],
        ),
        (
            FIRST._replace(taxes=(("iva", Decimal("400.00")),)),
            ["taxes are more than the total 350.00"],
        ),
        (
            FIRST._replace(taxes=(("iva", Decimal("4.123")),)),
            ["4.123 has more decimals than MXN has (2)"],
        ),
    ],
)
def test_an_invoice_adds_up(wrong: Entry, said: list[str]) -> None:
    assert problems(wrong) == [f"{FILE}:1: {text}" for text in said]


TOO_MUCH = "is too much: with it"
EARLY = entry("c-000001", "2026-01-02", "reversal", "1.00", of=PAID.no, recorded="2026-01-09")


@pytest.mark.parametrize(
    ("wrong", "said", "other"),
    [
        (
            [c(1, "reversal", "351.00", of=PAID.no)],
            f"reversal of 351.00 {TOO_MUCH} 351.00 of the 350.00 of {PAID.no} are taken back",
            CASH,
        ),
        (
            [c(1, "reversal", "200.00", of=PAID.no), c(2, "reversal", "200.00", of=PAID.no)],
            f"reversal of 200.00 {TOO_MUCH} 400.00 of the 350.00 of {PAID.no} are taken back",
            CASH,
        ),
        (
            [c(1, "credit", "300", for_=(FIRST.no,)), c(2, "write_off", "51", for_=(FIRST.no,))],
            f"write_off of 51 {TOO_MUCH} 351 of the 350.00 of {FIRST.no} are taken back",
            FILE,
        ),
        ([c(1, "reversal", "1", of="caja1-000099")], "of: caja1-000099 is not in the ledger", ""),
        (
            [c(1, "reversal", "1", of=FIRST.no)],
            f"of: {FIRST.no} is of type invoice, not payment",
            FILE,
        ),
        (
            [c(1, "credit", "1.00", for_=(PAID.no,))],
            f"for: {PAID.no} is of type payment, not fee or invoice",
            CASH,
        ),
        ([c(1, "credit", "1.00")], "for:  is not in the ledger", ""),
        (
            [c(1, "credit", "1.00", for_=(FIRST.no,), subscriber="ben")],
            f"for: {FIRST.no} belongs to ana, not to ben",
            FILE,
        ),
        (
            [c(1, "fee", "1.00", kind="late", for_=("invoices-000099",))],
            "for: invoices-000099 is not in the ledger",
            "",
        ),
        ([EARLY], f"reversal is dated 2026-01-02, before {PAID.no} on 2026-01-03", CASH),
        (
            [c(1, "transfer", "9.00", to="ben")],
            "transfer of 9.00 has no counterpart of the same day at ben",
            "",
        ),
        (
            [c(1, "refund", "0.00", method="cash", ref="r1")],
            "refund: 0.00 is not more than zero",
            "",
        ),
        ([c(1, "opening", "1.005")], "1.005 has more decimals than MXN has (2)", ""),
        (
            [c(1, "refund", "1.00", method="cash", ref="0001")],
            'cash reference "0001" is booked already, by caja1-000001',
            CASH,
        ),
    ],
)
def test_an_entry_fits_what_it_points_to(wrong: list[Entry], said: str, other: str) -> None:
    see = f" (see {other}:1)" if other else ""
    assert problems(FIRST, PAID, *wrong) == [f"{C9}:{len(wrong)}: {said}{see}"]


def test_a_payment_dated_after_its_day_of_record_is_a_warning() -> None:
    ahead = payment(1, "2026-01-05", recorded="2026-01-03")
    assert problems(ahead) == [
        f"{CASH}:1: warning: payment caja1-000001 is dated 2026-01-05, after it was recorded"
    ]
    early = month(2026, 2, counter=1, recorded="2026-01-03")
    assert problems(early) == []


def test_what_stands_outside_the_ledger_is_checked_when_it_is_known() -> None:
    known = Known({"ben"}, {"mpesa"}, {"caja2": ("card",)})
    assert problems(PAID, known=known) == [
        f'{CASH}:1: method "cash" is not accepted (mpesa)',
        f'{CASH}:1: warning: subscriber "ana" is not in subscribers/',
        f'{CASH}:1: journal "caja1" is not in ispconf.yaml',
    ]
    taken = Known(journals={"caja1": ("card", "transfer")})
    assert problems(PAID, known=taken) == [
        f"{CASH}:1: journal caja1 does not take cash, only card, transfer"
    ]
    moved = [
        c(1, "transfer", "9.00", to="ben"),
        c(2, "transfer", "9.00", from_="ana", subscriber="ben"),
    ]
    assert problems(*moved, known=Known({"ana"})) == [
        f'{C9}:{line}: warning: subscriber "ben" is not in subscribers/' for line in (1, 2)
    ]


# Appending -----------------------------------------------------------------------------------


def refusals(*new: Entry, known: Known = checks.EVERYTHING) -> list[str]:
    found = checks.refusals(Book.of([FIRST, PAID]), new, MXN, known)
    assert all(problem.severity == "error" for problem in found)
    return [problem.message for problem in found]


def draft(kind: str, amount: str, /, **more: Any) -> Entry:
    return entry("c-000001", "2026-01-09", kind, amount, **more)._replace(no="", file="", line=0)


def paid(amount: str, ref: str, /, **more: Any) -> Entry:
    return draft("payment", amount, method="cash", ref=ref, **more)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ([paid("350.00", "0002", for_=(FIRST.no,))], ""),
        ([paid("350.00", "0001")], 'cash reference "0001" is booked already, by caja1-000001'),
        ([paid("1", "7"), paid("1", "7")], 'cash reference "7" is booked already, by this run'),
        ([paid("1.001", "7")], "1.001 has more decimals than MXN has (2)"),
        ([paid("0.00", "7")], "payment: 0.00 is not more than zero"),
        ([paid("-5.00", "7")], "payment: -5.00 is not more than zero"),
        ([paid("5", "7", for_=("invoices-000007",))], "for: invoices-000007 is not in the ledger"),
        (
            [draft("reversal", "350.01", of=PAID.no)],
            f"reversal of 350.01 {TOO_MUCH} 350.01 of the 350.00 of caja1-000001 are taken back",
        ),
        (
            [FIRST._replace(no="invoices-000002")],
            "ana/casa is invoiced twice from 2026-01-01, first by invoices-000001",
        ),
        ([PAID._replace(ref="8")], "number caja1-000001 is used twice"),
    ],
)
def test_what_may_not_be_appended(new: list[Entry], said: str) -> None:
    assert refusals(*new) == ([said] if said else [])


def test_a_payment_of_nobody_is_refused() -> None:
    nobody = draft("payment", "5.00", method="cash", ref="7", subscriber="eva")
    assert refusals(nobody, known=Known({"ana"})) == ['subscriber "eva" is not in subscribers/']


def test_whole_pesos_only_where_the_currency_has_no_decimals() -> None:
    new = [draft("payment", "100.50", method="cash", ref="7")]
    assert "more decimals than CLP has (0)" in checks.refusals(EMPTY, new, CLP)[0].message


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 400), st.integers(0, 30))
def test_what_the_bill_run_writes_passes_its_own_checks(first: int, day: int) -> None:
    since = on("2026-01-01") + timedelta(days=day)
    until = on("2026-01-01") + timedelta(days=first)
    services = [
        service(since=str(since)),
        service(subscriber="ben", since=str(since), cut_day="31"),
    ]
    made = numbered(missing(services, EMPTY, until, MXN), "invoices", EMPTY)
    file = f"ledger/{until:%Y/%m/%Y-%m-%d}-invoices.yaml"
    read = [lines.read(lines.write(one), file, line) for line, one in enumerate(made, 1)]
    book = Book.of(one for one in read if one)
    assert len(book) == len(made)
    assert checks.problems(book, MXN) == []


SPOILT = ("no", "ref", "period", "amount", "kind", "lines", "subscriber", "date", "for_")


@settings(deadline=None, max_examples=80)
@given(books(), st.lists(st.tuples(*[st.integers(0, 99)] * 2, st.sampled_from(SPOILT)), max_size=4))
def test_a_glance_sees_what_a_look_at_every_entry_finds(
    written: tuple[Book, Currency], spoilt: list[tuple[int, int, str]]
) -> None:
    book, currency = written
    held = list(book.entries)
    for one, other, field in (
        spoilt if held else ()
    ):  # it takes what another entry of its type has there
        place = one % len(held)
        alike = [each for each in held if each.type == held[place].type]
        taken = getattr(alike[other % len(alike)], field)
        held[place] = held[place]._replace(**{field: taken})
    found = checks.problems(Book.of(held), currency)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checks, "_twice", lambda _: True)  # so nothing is passed over
        assert checks.problems(Book.of(held), currency) == found


@settings(deadline=None, max_examples=80)
@given(books(), st.lists(st.integers(0, 99), max_size=4), st.integers(0, 3))
def test_new_charges_are_compared_with_all_that_they_could_repeat(
    written: tuple[Book, Currency], again: list[int], months: int
) -> None:
    book, currency = written
    charges = [each for each in book.entries if each.type in ("invoice", "fee")]
    new = [charges[place % len(charges)] for place in again if charges]
    new = [each._replace(no="" if months else each.no, line=0) for each in new]
    found = checks.refusals(book, new, currency)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checks, "compared", lambda book, _: book)
        assert checks.refusals(book, new, currency) == found
