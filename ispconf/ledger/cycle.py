"""The dates of periods on fixed days: when each is issued, noticed, due and cut.

Mode `cycle` has a day for each of them; mode `cutdate` has one day, on which a period begins, is
due and is cut. Every date is computed from its anchor (a day of the month, 1 to 31), clamped to the
month's last day, never from the date before: 31 gives 31 January, 28 February, 31 March (BR-13).
Pure calendar; what is charged for a period is for ``pricing``.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from ispconf.ledger.facts import Period
from ispconf.ledger.terms import Terms

ONE_DAY = timedelta(days=1)


class Anchors(NamedTuple):
    """The days of the month that terms name, and whether a period is paid after it (arrears)."""

    period: int
    issue: int
    notice: int | None
    due: int
    cut: int
    arrears: bool

    @classmethod
    def of(cls, terms: Terms) -> "Anchors":
        """The anchors of resolved terms."""
        if terms.mode == "cutdate":
            day = terms.cut_day
            return cls(day, terms.issue_day, terms.notice_day, day, day, arrears=False)
        return cls(
            terms.period_day,
            terms.issue_day,
            terms.notice_day,
            terms.due_day,
            terms.cut_day,
            terms.charge == "arrears",
        )


class Dates(NamedTuple):
    """When the invoice of one period is issued, due and so on; ``cut`` is the first day without."""

    issue: date
    due: date
    cut: date
    notice: date | None


@lru_cache(maxsize=65536)
def clamped(year: int, month: int, anchor: int) -> date:
    """The anchor's day in a month; months may run past 12 or below 1."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(anchor, monthrange(year, month)[1]))


def first_from(day: date, anchor: int) -> date:
    """The anchor's first day on or after a day."""
    found = clamped(day.year, day.month, anchor)
    return found if found >= day else clamped(day.year, day.month + 1, anchor)


def begins(since: date, terms: Terms) -> date:
    """The first day that is charged of a service.

    In mode `cutdate` the first cut day of the month after ``since`` (WS-32, WS-63): the days
    before it are not charged.
    """
    if terms.mode == "cutdate":
        return clamped(since.year, since.month + 1, terms.cut_day)
    return since


def last_until(day: date, anchor: int) -> date:
    """The anchor's last day on or before a day."""
    found = clamped(day.year, day.month, anchor)
    return found if found <= day else clamped(day.year, day.month - 1, anchor)


@lru_cache(maxsize=65536)
def period_of(day: date, anchor: int) -> Period:
    """The period, beginning on the anchor's days, that a day lies in."""
    start = last_until(day, anchor)
    return Period(start, clamped(start.year, start.month + 1, anchor))


def periods(first: date, anchor: int) -> Iterator[Period]:
    """The periods from the one that holds a day, without end."""
    found = period_of(first, anchor)
    while True:
        yield found
        found = period_of(found.end, anchor)


@lru_cache(maxsize=65536)
def dates(period: Period, anchors: Anchors, begin: date, *, first: bool = False) -> Dates:
    """The dates of a period whose charged days begin on ``begin`` (FORMAT 6).

    A period that begins late (the first one on ``since``, or what is left after a free time) is
    issued and due on that day and cut on the first cut day after it, if paid in advance; so is the
    ``first`` period of a service whose due date would lie before its first day.
    """
    if anchors.arrears:
        due = first_from(period.end, anchors.due)
        return _around(due, max(last_until(due, anchors.issue), begin), due, anchors)
    due = clamped(period.start.year, period.start.month, anchors.due)
    if begin > period.start or (first and due < begin):
        return _around(begin, begin, begin + ONE_DAY, anchors)
    return _around(due, last_until(due, anchors.issue), due, anchors)


def known(dates: Dates, day: date, anchors: Anchors) -> Dates:
    """The dates of an invoice that was not known to come before a day: none of them is earlier."""
    if dates.issue >= day:
        return dates
    if dates.due >= day:
        return dates._replace(issue=day)
    return _around(day, day, day + ONE_DAY, anchors)


def _around(due: date, issue: date, cut_from: date, anchors: Anchors) -> Dates:
    cut = first_from(cut_from, anchors.cut)
    notice = None if anchors.notice is None else min(first_from(due, anchors.notice), cut)
    return Dates(issue, due, cut, notice)
