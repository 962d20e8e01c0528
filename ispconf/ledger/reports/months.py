"""Months as their first days."""

from collections.abc import Iterator
from datetime import date

_YEAR = 12


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def plus(month: date, count: int) -> date:
    """The first day of the month so many months later, or earlier for a negative count."""
    years, index = divmod(month.month - 1 + count, _YEAR)
    return date(month.year + years, index + 1, 1)


def between(first: date, last: date) -> Iterator[date]:
    """The months from that of one day through that of another."""
    month = month_of(first)
    while month <= last:
        yield month
        month = plus(month, 1)
