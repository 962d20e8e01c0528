"""Which invoices are missing: once, in any order of runs, to the day."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.ledger import extras
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.checks import problems
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import Pause
from ispconf.ledger.invoicing import missing, numbered
from ispconf.ledger.lines import read, write
from tests.ledger.samples import MXN, bill, entry, invoice, month, on, payment, service, terms


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


def test_an_invoice_that_waited_for_the_end_of_a_cut_has_no_date_before_it() -> None:
    # due on the 1st before a period from the 15th: restored on the 10th, the next cut is to come
    one = service(since="2026-01-15", while_cut="stop", period_day="15")
    book = Book.of([payment(1, "2026-03-10", "700.00")])
    assert issued(one, "2026-03-27", book) == [
        ("2026-01-15", "2026-01-15/2026-02-15", "2026-02-05", "350.00"),
        ("2026-01-28", "2026-02-15/2026-03-15", "2026-02-05", "350.00"),
        ("2026-03-10", "2026-03-15/2026-04-15", "2026-04-05", "350.00"),
    ]


def test_days_after_a_restoration_do_not_wait_for_the_issue_day_of_their_month() -> None:
    # issued within the month: what is left begins before the day that the whole is issued on
    one = service(since="2026-01-01", while_cut="stop", issue_day="28", due_day="28", cut_day="5")
    book = Book.of([payment(1, "2026-03-03"), payment(2, "2026-04-10", "327.42")])
    once = bill([one], book, "2026-04-30")
    daily = book
    for ordinal in range(on("2026-01-01").toordinal(), on("2026-05-01").toordinal()):
        daily = bill([one], daily, date.fromordinal(ordinal))
    assert once.entries == daily.entries
    assert ("2026-03-03", "2026-03-03/2026-04-01") in [
        (str(entry.date), str(entry.period)) for entry in once.entries
    ]


def test_the_issue_day_of_the_second_invoice_may_lie_before_the_first_day() -> None:
    assert issued(service(since="2026-04-30"), "2026-05-27") == [
        ("2026-04-28", "2026-05-01/2026-06-01", "2026-05-05", "350.00"),
        ("2026-04-30", "2026-04-30/2026-05-01", "2026-05-05", "11.67"),
    ]


def test_a_service_restored_before_the_period_begins_gets_its_whole_invoice() -> None:
    one = service(since="2026-01-01", while_cut="stop")
    book = Book.of([payment(1, "2026-01-30")])
    assert issued(one, "2026-02-01", book)[1] == (
        "2026-01-30",
        "2026-02-01/2026-03-01",
        "2026-02-05",
        "350.00",
    )


# Laws ----------------------------------------------------------------------------------------

FIRST, LAST = date(2026, 1, 1), date(2026, 7, 1)
DAYS = st.dates(FIRST, LAST)
SPANS = st.tuples(DAYS, DAYS).map(sorted)
MONTH_DAYS = st.integers(1, 31).map(str)
EXTRAS = st.fixed_dictionaries(
    {
        "tv": st.just({"price": "120.00", "pay": "recurring", "until": "2026-04-20"}),
        "visita": st.just({"price": "200.00", "pay": "once", "from": "2026-02-10"}),
        "wifi": st.integers(2, 24).map(
            lambda count: {"price": "1000.00", "pay": "instalments", "count": str(count)}
        ),
    }
)


@st.composite
def services(draw: Any) -> list[Billable]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        mode = draw(st.sampled_from(["cycle", "cycle", "cutdate", "recharge", "duration"]))
        charge = draw(st.sampled_from(["advance", "arrears"])) if mode == "cycle" else "advance"
        late = draw(st.sampled_from([None, {"percent": "5"}, {"amount": "50", "after": "cut"}]))
        written = {
            "mode": mode,
            "charge": charge,
            "period_day": draw(MONTH_DAYS),
            "issue_day": draw(MONTH_DAYS),
            "due_day": draw(MONTH_DAYS),
            "cut_day": draw(MONTH_DAYS),
            "recharge_offsets": draw(st.sampled_from([["-6", "-4", "6"], ["0", "0", "0"]])),
            "first_period": draw(st.sampled_from(["prorated", "free", "full", "next"])),
            "proration": draw(st.sampled_from(["actual", "thirty", "none"])),
            "while_cut": draw(st.sampled_from(["full", "stop"])),
            "no_cut_days": draw(st.sampled_from([[], ["sunday", "2026-04-06"]])),
            "fees": {"late": "true", "reconnection": draw(st.sampled_from(["true", "false"]))},
            "reconnection_fee": "80.00",
            **({"late_fee": late} if late else {}),
        }
        one = service(
            name=f"s{number}",
            since=str(draw(DAYS)),
            extras=draw(EXTRAS) if number == 0 and draw(st.booleans()) else None,
            duration=86_400 * draw(st.sampled_from([7, 30])),
        )._replace(terms=terms(**written))
        if draw(st.booleans()):
            start, end = draw(SPANS)
            one = one._replace(paused=(Pause(from_=start, until=end),))
        found.append(one)
    return found


@st.composite
def events(draw: Any) -> list[Entry]:
    """Payments, their reversals and promises of ana, in the order of their days."""
    days = sorted(draw(st.lists(DAYS, max_size=6)))
    found: list[Entry] = []
    for number, day in enumerate(days, 1):
        paid = [one for one in found if one.type == "payment"]
        what = draw(st.sampled_from(["payment", "payment", "full", "promise", "reversal"]))
        if what == "reversal" and paid and not any(one.of == paid[-1].no for one in found):
            amount = str(paid[-1].amount)
            found.append(entry(f"caja1-{number:06d}", str(day), "reversal", amount, of=paid[-1].no))
        elif what == "promise":
            until = day + timedelta(days=draw(st.integers(0, 20)))
            found.append(entry(f"caja1-{number:06d}", str(day), "promise", until=until))
        else:
            amount = "350.00" if what == "full" else str(draw(st.integers(1, 900)))
            found.append(payment(number, str(day), amount))
    return found


@settings(deadline=None, max_examples=60)
@given(services(), events(), DAYS)
def test_billing_twice_is_billing_once(
    ours: list[Billable], happened: list[Entry], day: date
) -> None:
    once = bill(ours, Book.of(one for one in happened if one.date <= day), day)
    assert bill(ours, once, day).entries == once.entries
    assert bill(ours, once, day - timedelta(days=20)).entries == once.entries


@settings(deadline=None, max_examples=60)
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
    assert charges(daily) == charges(at_once)


def charges(book: Book) -> list[str]:
    """All that was charged, in words, without numbers."""
    return sorted(_in_words(made, book) for made in book.entries if made.type in ("invoice", "fee"))


def _in_words(made: Entry, book: Book) -> str:
    about = " ".join(_in_words(book.by_no[no], book) for no in made.for_)
    what = (made.service, str(made.period), str(made.due), str(made.cut), made.lines)
    return f"{made.date} {made.type} {made.kind} {made.amount} {what} {about}"


@settings(deadline=None, max_examples=60)
@given(services(), events())
def test_no_day_of_a_service_is_billed_twice(ours: list[Billable], happened: list[Entry]) -> None:
    book = bill(ours, Book.of(happened), LAST)
    for one in ours:
        periods = sorted(
            made.period for made in book.entries if made.period and made.service == one.service
        )
        for before, after in itertools.pairwise(periods):
            assert before.end <= after.start


@settings(deadline=None, max_examples=60)
@given(services(), events())
def test_what_is_billed_is_right_by_every_check(
    ours: list[Billable], happened: list[Entry]
) -> None:
    book = bill(ours, Book.of(happened), LAST)
    made = [one for one in book.entries if one.type in ("invoice", "fee")]
    written = [one._replace(file="ledger/2026/07/2026-07-01-invoices.yaml") for one in made]
    assert problems(Book.of([*happened, *written]), MXN) == []
    assert all(read(write(one)) == one._replace(file="", line=0) for one in written)


@settings(deadline=None, max_examples=60)
@given(services(), events())
def test_instalments_are_charged_in_order_up_to_the_price(
    ours: list[Billable], happened: list[Entry]
) -> None:
    book = bill(ours, Book.of(happened), LAST)
    found = extras.charged(book.entries)
    for name, extra in ours[0].extras:
        times, amount = found.get(name, (0, Decimal(0)))
        if extra.pay == "once":
            assert times <= 1
        if extra.pay == "instalments":
            assert times <= (extra.count or 0)
            assert (amount == extra.price) == (times == extra.count)
            assert amount <= extra.price


def test_the_invoice_of_a_line_by_hand_counts_whatever_its_days() -> None:
    book = Book.of([invoice(1, "2026-01-01", "2026-04-01", due="2026-01-01", cut="2026-01-05")])
    assert [row[1] for row in issued(service(), "2026-03-28", book)] == ["2026-04-01/2026-05-01"]
