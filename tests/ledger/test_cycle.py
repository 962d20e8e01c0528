"""The calendar of mode `cycle`: the tables of the systems that are replaced, and month ends."""

from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger import cycle
from ispconf.ledger.cycle import Anchors
from ispconf.ledger.facts import Period
from ispconf.ledger.terms import Terms
from tests.ledger.samples import on, terms


@pytest.mark.parametrize(
    ("written", "start", "issue", "due", "cut"),
    [
        # BR-11, WispHub zone, prepaid 1: period 1 to 30 September
        (
            {"issue_day": "25", "cut_day": "3"},
            "2026-09-01",
            "2026-08-25",
            "2026-09-01",
            "2026-09-03",
        ),
        # BR-11, WispHub zone, prepaid 2: 15 August to 14 September
        (
            {"period_day": "15", "issue_day": "12", "due_day": "15", "cut_day": "20"},
            "2026-08-15",
            "2026-08-12",
            "2026-08-15",
            "2026-08-20",
        ),
        # BR-11, WispHub zone, postpaid 1: the month consumed is August
        (
            {"charge": "arrears", "issue_day": "25"},
            "2026-08-01",
            "2026-08-25",
            "2026-09-01",
            "2026-09-05",
        ),
        # WH-078: issue 28 May, due 1 June, cut 5 June
        ({}, "2026-06-01", "2026-05-28", "2026-06-01", "2026-06-05"),
        # all days default
        ({"issue_day": "1"}, "2026-06-01", "2026-06-01", "2026-06-01", "2026-06-05"),
        # issue on the last days of a month before a short one
        ({"issue_day": "31"}, "2026-03-01", "2026-02-28", "2026-03-01", "2026-03-05"),
        ({"issue_day": "31"}, "2024-03-01", "2024-02-29", "2024-03-01", "2024-03-05"),
        # due in the month in which the period starts, cut over the end of the year
        (
            {"period_day": "20", "issue_day": "20", "due_day": "28", "cut_day": "4"},
            "2026-12-20",
            "2026-12-20",
            "2026-12-28",
            "2027-01-04",
        ),
        # arrears with a period in mid-month: due on the first due day after its end
        (
            {"charge": "arrears", "period_day": "15", "due_day": "15", "cut_day": "20"},
            "2026-08-15",
            "2026-08-28",
            "2026-09-15",
            "2026-09-20",
        ),
    ],
)
def test_dates_of_a_period(
    written: dict[str, str], start: str, issue: str, due: str, cut: str
) -> None:
    anchors = Anchors.of(terms(**written))
    period = cycle.period_of(on(start), anchors.period)
    found = cycle.dates(period, anchors, period.start)
    assert period.start == on(start)
    assert (found.issue, found.due, found.cut) == (on(issue), on(due), on(cut))
    assert found.notice is None


@pytest.mark.parametrize(
    ("notice", "expected"),
    [("3", "2026-06-03"), ("1", "2026-06-01"), ("5", "2026-06-05"), ("20", "2026-06-05")],
)
def test_the_notice_is_never_after_the_cut(notice: str, expected: str) -> None:
    anchors = Anchors.of(Terms(notice_day=int(notice)).over(terms()))
    period = cycle.period_of(on("2026-06-01"), 1)
    assert cycle.dates(period, anchors, period.start).notice == on(expected)


@pytest.mark.parametrize(
    ("anchor", "first", "days"),
    [
        (29, "2024-01-29", ["2024-01-29", "2024-02-29", "2024-03-29", "2024-04-29"]),
        (29, "2025-01-29", ["2025-01-29", "2025-02-28", "2025-03-29"]),
        (30, "2024-01-30", ["2024-01-30", "2024-02-29", "2024-03-30", "2024-04-30"]),
        (30, "2025-01-30", ["2025-01-30", "2025-02-28", "2025-03-30"]),
        (
            31,
            "2024-01-31",
            ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"],
        ),
        (31, "2025-01-31", ["2025-01-31", "2025-02-28", "2025-03-31"]),
    ],
)
def test_month_ends_come_from_the_anchor_never_from_the_day_before(
    anchor: int, first: str, days: list[str]
) -> None:
    found = islice(cycle.periods(on(first), anchor), len(days))
    assert [str(period.start) for period in found] == days


def test_a_cut_day_31_falls_on_the_last_day_of_each_month() -> None:
    anchors = Anchors.of(terms(cut_day="31"))
    cuts = [
        cycle.dates(period, anchors, period.start).cut
        for period in islice(cycle.periods(on("2025-01-01"), 1), 4)
    ]
    assert cuts == [on("2025-01-31"), on("2025-02-28"), on("2025-03-31"), on("2025-04-30")]


@pytest.mark.parametrize(
    ("begin", "cut"),
    [
        ("2026-06-23", "2026-07-05"),
        ("2026-06-05", "2026-07-05"),  # the first cut day after it, not on it
        ("2026-06-04", "2026-06-05"),
    ],
)
def test_a_partial_period_is_issued_and_due_on_its_first_day(begin: str, cut: str) -> None:
    period = Period(on("2026-06-01"), on("2026-07-01"))
    found = cycle.dates(period, Anchors.of(terms()), on(begin), first=True)
    assert (found.issue, found.due, found.cut) == (on(begin), on(begin), on(cut))


def test_a_first_period_is_not_due_before_the_service_begins() -> None:
    anchors = Anchors.of(terms(period_day="20", due_day="1"))
    period = cycle.period_of(on("2026-08-20"), 20)
    first = cycle.dates(period, anchors, period.start, first=True)
    later = cycle.dates(period, anchors, period.start)
    assert (first.issue, first.due, first.cut) == (
        on("2026-08-20"),
        on("2026-08-20"),
        on("2026-09-05"),
    )
    assert (later.issue, later.due, later.cut) == (
        on("2026-07-28"),
        on("2026-08-01"),
        on("2026-08-05"),
    )


def test_a_partial_period_in_arrears_is_due_after_its_end_and_issued_once_it_began() -> None:
    anchors = Anchors.of(terms(charge="arrears"))
    period = Period(on("2026-06-01"), on("2026-07-01"))
    found = cycle.dates(period, anchors, on("2026-06-29"), first=True)
    assert (found.issue, found.due) == (on("2026-06-29"), on("2026-07-01"))


DAYS = st.dates(date(1999, 1, 1), date(2101, 1, 1))
ANCHORS = st.integers(1, 31)


@given(DAYS, ANCHORS)
def test_every_day_lies_in_exactly_one_period(day: date, anchor: int) -> None:
    period = cycle.period_of(day, anchor)
    assert period.start <= day < period.end
    assert cycle.period_of(period.end, anchor).start == period.end
    assert 28 <= period.days <= 31


@given(DAYS, st.builds(Anchors, ANCHORS, ANCHORS, ANCHORS, ANCHORS, ANCHORS, st.booleans()))
def test_issue_due_notice_and_cut_come_in_order(day: date, anchors: Anchors) -> None:
    period = cycle.period_of(day, anchors.period)
    found = cycle.dates(period, anchors, period.start)
    assert found.notice
    assert found.issue <= found.due <= found.notice <= found.cut or anchors.arrears
    assert (found.cut - found.due).days <= 31
    if anchors.arrears:
        assert found.due >= period.end
        assert period.start <= found.issue <= found.due
    else:
        assert (found.due.year, found.due.month) == (period.start.year, period.start.month)
