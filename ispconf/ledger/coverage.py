"""Which days of a service are still to be billed, when its periods begin on fixed days.

Knows the days on which a service is charged at all (from ``since``, not while free, paused or after
it is cancelled) and takes away what was invoiced before. So nothing is billed twice, and after a
change of the billing days the rest of a period is billed as its part. Knows nothing of prices.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ispconf.ledger import cycle
from ispconf.ledger.billable import Billable
from ispconf.ledger.cycle import Anchors, Dates
from ispconf.ledger.facts import FOREVER, Period

_LONGEST = timedelta(days=93)
"""More than lies between the start of a period and its issue, in either direction."""


class Piece(NamedTuple):
    """The days of one period that one invoice charges.

    ``days`` of them are charged, ``before`` were billed earlier; ``first``: the service's first.
    ``charged`` are the days of ``span`` that are.
    """

    whole: Period
    span: Period
    days: int
    before: int
    first: bool
    dates: Dates
    charged: tuple[Period, ...] = ()


def without(spans: Iterable[Period], closed: Iterable[Period]) -> list[Period]:
    """What remains of the spans when the closed ones are taken out, in order."""
    left = list(spans)
    for start, end in closed:
        kept: list[Period] = []
        for span in left:
            if end <= span.start or span.end <= start:
                kept.append(span)
                continue
            if span.start < start:
                kept.append(Period(span.start, start))
            if end < span.end:
                kept.append(Period(end, span.end))
        left = kept
    return left


def closed_days(billable: Billable) -> list[Period]:
    """The days on which the service is not charged: free, paused, cancelled."""
    if not (billable.paused or billable.free or billable.cancelled):
        return []
    closed = [pause.period for pause in billable.paused]
    if billable.free:
        closed.append(billable.free.period)
    if billable.cancelled:
        closed.append(Period(billable.cancelled.on, FOREVER))
    return closed


def without_price(billable: Billable) -> list[Period]:
    """The days of plans that cost nothing: no piece begins on one, there is nothing to invoice.

    What follows such a plan is billed from its own first day.
    """
    if not billable.earlier:
        return []
    first = [date.min, *billable.changes]
    prices = [*(each.price for each in billable.earlier), billable.price]
    spans = map(Period, first, [*billable.changes, FOREVER])
    return [span for span, price in zip(spans, prices, strict=True) if not price]


def piece(
    billable: Billable,
    whole: Period,
    before: Sequence[Period],
    closed: Sequence[Period],
) -> Piece | None:
    """What of a period that ends after ``since`` is still to be billed; None when nothing is."""
    terms = billable.terms
    start, end = whole
    served = Period(max(start, cycle.begins(billable.since, terms)), end)
    taken = [span for span in before if span.start < end and span.end > start]
    left = without(without((served,), taken), closed) if taken or closed else [served]
    for free in without_price(billable):
        if left and free.start <= left[0].start < free.end:
            left = without(left, [Period(date.min, free.end)])
    if not left:
        return None
    days = sum([span.days for span in left])
    invoiced = whole.days - sum([span.days for span in without((whole,), taken)]) if taken else 0
    span = Period(left[0].start, left[-1].end)
    first = span.start == billable.since and terms.mode == "cycle"
    dates = cycle.dates(whole, Anchors.of(terms), span.start, first=first)
    if terms.mode == "cutdate":
        dates = dates._replace(issue=max(dates.issue, billable.since))
    return Piece(whole, span, days, invoiced, first, dates, tuple(left))


def unbilled(
    billable: Billable,
    before: Sequence[Period],
    ours_from: date,
    through: date,
) -> Iterator[Piece]:
    """The pieces still to be billed of the periods that start up to a day, in order.

    Pieces issued before ``ours_from`` are left out.
    """
    closed = closed_days(billable)
    last = min([through, *[span.start for span in closed if span.end == FOREVER]])
    start = cycle.begins(billable.since, billable.terms)
    if ours_from > date.min and ours_from - _LONGEST > start:
        start = ours_from - _LONGEST
    start = _reached(start, before)
    if start > last:
        return
    anchor = Anchors.of(billable.terms).period
    first = cycle.period_of(start, anchor).start
    left = [span for span in before if span.end > first]
    known = set(left)
    for whole in cycle.periods(start, anchor):
        if whole.start > last:
            return
        if whole in known:
            continue
        found = piece(billable, whole, left, closed)
        if found and found.dates.issue >= ours_from and not _waived(billable, found):
            yield found


def _reached(start: date, before: Sequence[Period]) -> date:
    """The first day from ``start`` that these periods leave free: years of them are passed so."""
    for first, end in sorted(before):
        if first > start:
            break
        if end > start:  # noqa: PLR1730 - a call for each of years of periods
            start = end
    return start


def _waived(billable: Billable, found: Piece) -> bool:
    """Whether the first period costs nothing: it is free, or waits for the next full one."""
    how = billable.terms.first_period
    partial = found.span.start > found.whole.start
    return found.first and (how == "free" or (how == "next" and partial))
