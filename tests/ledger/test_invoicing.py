"""Which invoices are missing: once, in any order of runs, to the day."""

import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.errors import Source
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import Extra, Pause
from ispconf.ledger.invoicing import missing, numbered, unbillable
from tests.ledger.samples import MXN, entry, invoice, month, on, payment, service, terms


def bill(services: Iterable[Billable], book: Book, until: str | date) -> Book:
    """The book after a bill run up to a day."""
    day = on(until) if isinstance(until, str) else until
    return book.plus(numbered(missing(services, book, day, MXN), "invoices", book))


def issued(one: Billable, until: str, book: Book = EMPTY) -> list[tuple[str, str, str, str]]:
    """Issue day, period, cut and total of what is missing."""
    return [
        (str(draft.date), str(draft.period), str(draft.cut), str(draft.amount))
        for draft in missing([one], book, on(until), MXN)
    ]


def test_t04_installed_in_the_month_and_billed_for_the_remaining_days() -> None:
    # T-04, WH-078: days 28/1/5, first paid day 23 June, 350.00 a month
    assert issued(service(since="2026-06-23"), "2026-06-30") == [
        ("2026-06-23", "2026-06-23/2026-07-01", "2026-07-05", "93.33"),
        ("2026-06-28", "2026-07-01/2026-08-01", "2026-07-05", "350.00"),
    ]


def test_the_first_invoice_says_how_many_days_of_how_many() -> None:
    (first,) = missing([service(since="2026-06-23")], EMPTY, on("2026-06-23"), MXN)
    assert (first.no, first.due) == ("", on("2026-06-23"))
    assert first.lines[0].item == "Hogar 20 (8/30)"


@pytest.mark.parametrize(
    ("facts", "until", "expected"),
    [
        pytest.param(
            {"since": "2026-06-23", "first_period": "full"},
            "2026-06-27",
            [("2026-06-23", "2026-06-23/2026-07-01", "2026-07-05", "350.00")],
            id="first period in full",
        ),
        pytest.param(
            {"since": "2026-06-23", "first_period": "free"},
            "2026-06-28",
            [("2026-06-28", "2026-07-01/2026-08-01", "2026-07-05", "350.00")],
            id="T-05 first period free",
        ),
        pytest.param(
            {"since": "2026-06-01", "first_period": "free"},
            "2026-06-28",
            [("2026-06-28", "2026-07-01/2026-08-01", "2026-07-05", "350.00")],
            id="a whole first period free",
        ),
        pytest.param(
            {"since": "2026-06-23", "first_period": "next"},
            "2026-06-28",
            [("2026-06-28", "2026-07-01/2026-08-01", "2026-07-05", "350.00")],
            id="nothing until the next full period",
        ),
        pytest.param(
            {"since": "2026-06-01", "first_period": "next"},
            "2026-06-01",
            [("2026-05-28", "2026-06-01/2026-07-01", "2026-06-05", "350.00")],
            id="the next full period begins at once",
        ),
        pytest.param(
            {"since": "2026-07-15", "proration": "thirty"},
            "2026-07-15",
            [("2026-07-15", "2026-07-15/2026-08-01", "2026-08-05", "198.33")],
            id="17 of 30 days",
        ),
        pytest.param(
            {"since": "2026-07-15", "proration": "none"},
            "2026-07-15",
            [("2026-07-15", "2026-07-15/2026-08-01", "2026-08-05", "350.00")],
            id="no proration",
        ),
        pytest.param(
            {"since": "2026-06-23", "charge": "arrears", "issue_day": "1"},
            "2026-07-01",
            [("2026-07-01", "2026-06-23/2026-07-01", "2026-07-05", "93.33")],
            id="arrears: the partial period is charged after its end",
        ),
        pytest.param(
            {"since": "2026-01-31", "period_day": "31", "issue_day": "31", "due_day": "31"},
            "2026-03-31",
            [
                ("2026-01-31", "2026-01-31/2026-02-28", "2026-02-05", "350.00"),
                ("2026-02-28", "2026-02-28/2026-03-31", "2026-03-05", "350.00"),
                ("2026-03-31", "2026-03-31/2026-04-30", "2026-04-05", "350.00"),
            ],
            id="periods from the 31st",
        ),
        pytest.param(
            {"free": ("2026-01-01", None)}, "2027-01-01", [], id="T-18 free for ever: no entries"
        ),
        pytest.param(
            {"free": ("2026-01-01", "2026-02-10")},
            "2026-02-28",
            [
                ("2026-02-11", "2026-02-11/2026-03-01", "2026-03-05", "225.00"),
                ("2026-02-28", "2026-03-01/2026-04-01", "2026-03-05", "350.00"),
            ],
            id="free until the 10th: 18 of 28 days",
        ),
        pytest.param(
            {"paused": (("2026-01-01", "2026-01-31"), ("2026-02-11", "2026-02-20"))},
            "2026-02-27",
            [("2026-01-28", "2026-02-01/2026-03-01", "2026-02-05", "225.00")],
            id="ten days of a pause inside a period",
        ),
        pytest.param(
            {"cancelled": "2026-02-15"},
            "2027-01-01",
            [
                ("2025-12-28", "2026-01-01/2026-02-01", "2026-01-05", "350.00"),
                ("2026-01-28", "2026-02-01/2026-02-15", "2026-02-05", "175.00"),
            ],
            id="cancelled: 14 of 28 days and no more",
        ),
        pytest.param({"since": "2026-06-01"}, "2026-05-27", [], id="not yet"),
        pytest.param({"since": "2027-06-01"}, "2026-05-27", [], id="begins next year"),
        pytest.param({"price": "0.00"}, "2026-05-27", [], id="costs nothing"),
    ],
)
def test_what_is_missing(
    facts: dict[str, Any], until: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert issued(service(**facts), until) == expected


def test_an_invoice_is_dated_on_its_issue_day_however_late_the_run() -> None:
    found = missing([service(since="2026-06-01")], EMPTY, on("2026-08-20"), MXN)
    assert [str(draft.date) for draft in found] == ["2026-05-28", "2026-06-28", "2026-07-28"]


def test_a_suspension_by_hand_is_charged_as_always() -> None:
    one = service(suspended=("2026-01-05", "2026-01-20"))
    assert [row[3] for row in issued(one, "2026-01-28")] == ["350.00", "350.00"]


def test_after_a_change_of_the_billing_days_the_days_between_are_billed_once() -> None:
    book = Book.of([month(2026, 8, counter=1)])
    one = service(since="2026-08-01", period_day="15", issue_day="12", due_day="15", cut_day="20")
    assert issued(one, "2026-09-12", book) == [
        ("2026-09-01", "2026-09-01/2026-09-15", "2026-09-20", "158.06"),
        ("2026-09-12", "2026-09-15/2026-10-15", "2026-09-20", "350.00"),
    ]


def test_an_opening_sums_up_what_another_system_issued_before_it() -> None:
    book = Book.of([entry("caja1-000001", "2026-10-15", "opening", "120.00", reason="import")])
    one = service(since="2020-03-10")
    assert [row[1] for row in issued(one, "2026-10-27", book)] == []
    assert [row[1] for row in issued(one, "2026-10-28", book)] == ["2026-11-01/2026-12-01"]


def test_invoices_of_other_services_and_of_other_income_leave_a_period_unbilled() -> None:
    book = Book.of(
        [month(2026, 1, counter=1, name="oficina"), month(2026, 1, counter=2, kind="other")]
    )
    assert len(issued(service(), "2026-01-01", book)) == 1


def test_numbers_continue_those_of_the_journal_without_gaps() -> None:
    book = Book.of([month(2026, 1, counter=41)])
    drafts = missing([service()], book, on("2026-02-28"), MXN)
    assert [one.no for one in numbered(drafts, "invoices", book)] == [
        "invoices-000042",
        "invoices-000043",
    ]
    assert numbered(drafts[:1], "facturas", book)[0].no == "facturas-000001"


def test_drafts_come_by_day_then_subscriber_whatever_order_services_have() -> None:
    services = [
        service(subscriber=who, name=name, since=since)
        for who, name, since in (
            ("zoe", "casa", "2026-01-10"),
            ("ben", "oficina", "2026-01-10"),
            ("ben", "casa", "2026-01-10"),
            ("ana", "casa", "2026-01-11"),
        )
    ]
    found = missing(services, EMPTY, on("2026-01-20"), MXN)
    assert found == missing(reversed(services), EMPTY, on("2026-01-20"), MXN)
    assert [(one.subscriber, one.service) for one in found] == [
        ("ben", "casa"),
        ("ben", "oficina"),
        ("zoe", "casa"),
        ("ana", "casa"),
    ]


# while_cut: stop -----------------------------------------------------------------------------


def test_a_cut_service_gets_no_new_periods_when_terms_say_so() -> None:
    one = service(since="2026-01-01", while_cut="stop")
    assert [row[1] for row in issued(one, "2026-06-30")] == ["2026-01-01/2026-02-01"]
    assert len(issued(service(since="2026-01-01"), "2026-06-30")) == 7


def test_after_a_restoration_the_rest_of_the_period_is_billed() -> None:
    one = service(since="2026-01-01", while_cut="stop")
    book = Book.of([payment(1, "2026-04-10")])
    assert issued(one, "2026-04-30", book) == [
        ("2025-12-28", "2026-01-01/2026-02-01", "2026-01-05", "350.00"),
        ("2026-04-10", "2026-04-10/2026-05-01", "2026-05-05", "245.00"),
        ("2026-04-28", "2026-05-01/2026-06-01", "2026-05-05", "350.00"),
    ]


def test_a_service_restored_before_the_period_begins_gets_its_whole_invoice() -> None:
    one = service(since="2026-01-01", while_cut="stop")
    book = Book.of([payment(1, "2026-01-30")])
    assert issued(one, "2026-02-01", book)[1] == (
        "2026-01-28",
        "2026-02-01/2026-03-01",
        "2026-02-05",
        "350.00",
    )


# What is not billed yet ----------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["cutdate", "recharge", "duration"])
def test_another_mode_is_not_billed_and_said_so_at_its_place(mode: str) -> None:
    refs = {"mode": "ispconf.yaml:13 mode"}
    services = [service(mode=mode, refs=refs), service(mode=mode, refs=refs, subscriber="ben")]
    assert missing(services, EMPTY, on("2026-12-31"), MXN) == []
    (problem,) = unbillable(services)
    assert problem.source == Source("ispconf.yaml", 13)
    assert problem.severity == "error"
    assert f"mode: {mode} is not billed by this version" in problem.message
    assert "ana/casa and 1 more" in problem.message


def test_extras_and_fees_that_are_not_charged_yet_are_warnings() -> None:
    one = service(
        late_fee={"amount": "50.00"},
        reconnection_fee="80.00",
        fees={"late": "true", "reconnection": "true"},
        refs={"late_fee": "ispconf.yaml"},
    )._replace(
        extras=(("tv", Extra.model_validate({"price": "120.00", "pay": "recurring"})),),
        source=Source("subscribers/ana.yaml", 8),
    )
    assert [str(problem) for problem in unbillable([one])] == [
        "subscribers/ana.yaml:8: warning: extras: tv is not charged by this version (ana/casa)",
        "ispconf.yaml: warning: late_fee is not charged by this version (ana/casa)",
        (
            "subscribers/ana.yaml:8: warning: reconnection_fee is not charged by this version "
            "(ana/casa)"
        ),
    ]


def test_fees_that_nobody_switched_on_are_nobodys_business() -> None:
    assert unbillable([service(late_fee={"percent": "5"}, reconnection_fee="80.00")]) == []


# Laws ----------------------------------------------------------------------------------------

FIRST, LAST = date(2026, 1, 1), date(2026, 7, 1)
DAYS = st.dates(FIRST, LAST)
SPANS = st.tuples(DAYS, DAYS).map(sorted)
MONTH_DAYS = st.integers(1, 31).map(str)


@st.composite
def services(draw: Any) -> list[Billable]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        written = {
            "charge": draw(st.sampled_from(["advance", "arrears"])),
            "period_day": draw(MONTH_DAYS),
            "issue_day": draw(MONTH_DAYS),
            "due_day": draw(MONTH_DAYS),
            "cut_day": draw(MONTH_DAYS),
            "first_period": draw(st.sampled_from(["prorated", "free", "full", "next"])),
            "proration": draw(st.sampled_from(["actual", "thirty", "none"])),
            "while_cut": draw(st.sampled_from(["full", "stop"])),
            "no_cut_days": draw(st.sampled_from([[], ["sunday", "2026-04-06"]])),
        }
        one = service(name=f"s{number}", since=str(draw(DAYS)))._replace(terms=terms(**written))
        if draw(st.booleans()):
            start, end = draw(SPANS)
            one = one._replace(paused=(Pause(from_=start, until=end),))
        found.append(one)
    return found


@st.composite
def events(draw: Any) -> list[Entry]:
    """Payments and promises of ana, in the order of their days."""
    days = sorted(draw(st.lists(DAYS, max_size=5)))
    found = []
    for number, day in enumerate(days, 1):
        if draw(st.booleans()):
            amount = str(draw(st.integers(1, 900)))
            found.append(payment(number, str(day), amount))
        else:
            until = day + timedelta(days=draw(st.integers(0, 20)))
            found.append(entry(f"caja1-{number:06d}", str(day), "promise", until=until))
    return found


@settings(deadline=None, max_examples=40)
@given(services(), events(), DAYS)
def test_billing_twice_is_billing_once(
    ours: list[Billable], happened: list[Entry], day: date
) -> None:
    once = bill(ours, Book.of(one for one in happened if one.date <= day), day)
    assert bill(ours, once, day).entries == once.entries


@settings(deadline=None, max_examples=25)
@given(services(), events(), st.integers(1, 40))
def test_billing_day_by_day_is_billing_once_at_the_end(
    ours: list[Billable], happened: list[Entry], step: int
) -> None:
    daily, day = EMPTY, FIRST - timedelta(days=40)
    while day < LAST:
        day = min(day + timedelta(days=step), LAST)
        known = {one.no for one in daily.entries}
        new = [one for one in happened if one.date <= day and one.no not in known]
        daily = bill(ours, daily.plus(new), day)
    at_once = bill(ours, Book.of(happened), LAST)
    assert invoices(daily) == invoices(at_once)


def invoices(book: Book) -> set[tuple[str, str, str, str, str, Decimal]]:
    return {
        (str(one.service), str(one.date), str(one.period), str(one.due), str(one.cut), one.amount)
        for one in book.entries
        if one.type == "invoice"
    }


@settings(deadline=None, max_examples=40)
@given(services(), events())
def test_no_day_of_a_service_is_billed_twice(ours: list[Billable], happened: list[Entry]) -> None:
    book = bill(ours, Book.of(happened), LAST)
    for one in ours:
        periods = sorted(
            made.period for made in book.entries if made.period and made.service == one.service
        )
        for before, after in itertools.pairwise(periods):
            assert before.end <= after.start


def test_the_invoice_of_a_line_by_hand_counts_whatever_its_days() -> None:
    book = Book.of([invoice(1, "2026-01-01", "2026-04-01", due="2026-01-01", cut="2026-01-05")])
    assert [row[1] for row in issued(service(), "2026-03-28", book)] == ["2026-04-01/2026-05-01"]
