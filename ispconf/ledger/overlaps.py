"""Periods of a service that are invoiced twice in part (I-07).

Knows the invoices of services and their days. The same period invoiced twice is found by
``checks``, which compares their starts.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from ispconf.errors import Problem
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import Period

_NEVER = Period(date.min, date.min)


def problems(book: Book) -> Iterator[Problem]:
    """Each invoice whose period begins inside an earlier one of the same service."""
    ends: dict[tuple[str, str | None], date] = {}
    suspects: set[tuple[str, str | None]] = set()
    for entry in book.entries:
        if not entry.bills_period:
            continue
        start, end = entry.period or _NEVER
        service = entry.subscriber, entry.service
        last = ends.get(service)
        if last is not None and last > start:  # overlaps, or was only billed out of turn
            suspects.add(service)
            end = max(last, end)
        ends[service] = end
    for subscriber, name in sorted(suspects, key=str):
        own = book.of_subscriber(subscriber)
        yield from _of_service(
            [entry for entry in own if entry.bills_period and entry.service == name]
        )


def _of_service(invoices: Iterable[Entry]) -> Iterator[Problem]:
    before: Entry | None = None
    for entry in sorted(invoices, key=lambda one: (one.period or _NEVER, one.no)):
        start, end = entry.period or _NEVER
        first, last = (before and before.period) or _NEVER
        if before and first < start < last:  # the same start is reported as invoiced twice
            text = f"period {entry.period} overlaps {before.period} of {before.no}"
            yield Problem(entry.source, text, before.source)
        if not before or end > last:
            before = entry
