"""How many began, how many left, how many there are, by month (WH-060).

From the dates in the operator's files (`since`, `cancelled`): a service begins on the first and
leaves on the second, its first day without service. A subscriber begins with the first service and
leaves when the last one is cancelled. A file that was deleted is not counted.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ispconf.ledger.billable import Billable
from ispconf.ledger.facts import FOREVER, Period
from ispconf.ledger.reports.months import between, plus

_DAY = timedelta(days=1)


class Month(NamedTuple):
    """A month: who was there before it, who began, who left, who is there at its end."""

    month: date
    before: int
    began: int
    left: int
    active: int

    @property
    def rate(self) -> Decimal | None:
        """Who left in percent of who was there before; None when nobody was."""
        if not self.before:
            return None
        tenths = round(Fraction(1000 * self.left, self.before))
        return Decimal(tenths).scaleb(-1)


def services(billables: Iterable[Billable]) -> list[Period]:
    """The days from the beginning to the end of each service."""
    return [_span(one) for one in billables]


def subscribers(billables: Iterable[Billable]) -> list[Period]:
    """The days from the first beginning to the last end of each subscriber's services."""
    found: dict[str, Period] = {}
    for one in billables:
        span = _span(one)
        known = found.get(one.subscriber, span)
        start, end = min(known.start, span.start), max(known.end, span.end)
        found[one.subscriber] = Period(start, end)
    return list(found.values())


def months(spans: Iterable[Period], first: date, last: date) -> list[Month]:
    """The months from that of a day through that of another, which may not be over yet."""
    held = list(spans)
    return [_month(held, month, min(plus(month, 1) - _DAY, last)) for month in between(first, last)]


def _span(one: Billable) -> Period:
    return Period(one.since, one.cancelled.on if one.cancelled else FOREVER)


def _month(spans: list[Period], first: date, last: date) -> Month:
    return Month(
        first,
        before=sum(span.start < first <= span.end for span in spans),
        began=sum(first <= span.start <= last for span in spans),
        left=sum(first <= span.end <= last for span in spans),
        active=sum(span.start <= last < span.end for span in spans),
    )
