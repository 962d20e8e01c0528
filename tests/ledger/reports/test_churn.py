"""Who began, who left, who is there."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger.facts import FOREVER, Period
from ispconf.ledger.reports.churn import Month, months, services, subscribers
from ispconf.ledger.reports.months import between, month_of, plus
from tests.ledger.samples import on, service

LAST = on("2026-03-31")


def span(start: str, end: str = "") -> Period:
    return Period(on(start), on(end) if end else FOREVER)


@pytest.mark.parametrize(
    ("spans", "march"),
    [
        ([], (0, 0, 0, 0)),
        ([span("2026-02-28")], (1, 0, 0, 1)),
        ([span("2026-03-01")], (0, 1, 0, 1)),
        ([span("2026-03-31")], (0, 1, 0, 1)),
        ([span("2026-04-01")], (0, 0, 0, 0)),
        ([span("2026-01-01", "2026-03-01")], (1, 0, 1, 0)),
        ([span("2026-01-01", "2026-03-31")], (1, 0, 1, 0)),
        ([span("2026-01-01", "2026-04-01")], (1, 0, 0, 1)),
        ([span("2026-03-05", "2026-03-20")], (0, 1, 1, 0)),
        ([span("2026-01-01", "2026-02-28")], (0, 0, 0, 0)),
    ],
)
def test_a_month_counts(spans: list[Period], march: tuple[int, ...]) -> None:
    assert months(spans, on("2026-03-15"), LAST) == [Month(on("2026-03-01"), *march)]


def test_a_month_that_is_not_over_is_counted_as_far_as_it_is() -> None:
    spans = [span("2026-03-20"), span("2026-01-01", "2026-03-25")]
    assert months(spans, on("2026-03-01"), on("2026-03-19")) == [
        Month(on("2026-03-01"), 1, 0, 0, 1)
    ]


@pytest.mark.parametrize(
    ("before", "left", "rate"), [(0, 0, None), (8, 1, "12.5"), (3, 1, "33.3"), (25, 1, "4.0")]
)
def test_the_rate_is_of_who_was_there_before(before: int, left: int, rate: str | None) -> None:
    found = Month(LAST, before, 0, left, before - left).rate
    assert found == (None if rate is None else Decimal(rate))


def test_a_subscriber_stays_while_one_service_does() -> None:
    billables = [
        service(since="2026-01-01", cancelled="2026-02-01"),
        service(since="2026-01-15", name="tienda"),
        service(since="2026-02-01", cancelled="2026-03-01", subscriber="ben"),
    ]
    assert services(billables) == [
        span("2026-01-01", "2026-02-01"),
        span("2026-01-15"),
        span("2026-02-01", "2026-03-01"),
    ]
    assert subscribers(billables) == [span("2026-01-01"), span("2026-02-01", "2026-03-01")]


@pytest.mark.parametrize(
    ("count", "month"),
    [(1, "2027-01-01"), (0, "2026-12-01"), (-12, "2025-12-01"), (14, "2028-02-01")],
)
def test_months_are_counted_over_years(count: int, month: str) -> None:
    assert plus(on("2026-12-01"), count) == on(month)


DAYS = st.dates(date(2025, 6, 1), date(2026, 8, 31))
SPANS = st.builds(
    lambda day, length: Period(day, day + timedelta(days=length)), DAYS, st.integers(0, 400)
)


@given(st.lists(SPANS), DAYS, DAYS)
def test_who_was_there_and_began_less_who_left_is_who_is_there(
    spans: list[Period], one: date, other: date
) -> None:
    first, last = sorted((one, other))
    found = months(spans, first, last)
    assert [each.month for each in found] == list(between(first, last))
    assert found[0].month == month_of(first)
    assert all(each.before + each.began - each.left == each.active for each in found)
    assert all(before.active == after.before for before, after in pairwise(found))
