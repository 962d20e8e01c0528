"""Periods of a service that are invoiced twice in part (I-07).

Knows the invoices of services and their days. The same period invoiced twice is found by
``checks``, which compares their starts.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from ispconf.errors import Problem
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import Period

_NEVER = Period(date.min, date.min)


Service = tuple[str, str | None]
"""A subscriber and the name of a service of theirs."""


def out_of_turn(book: Book) -> set[Service]:
    """Services with a period that begins before the end of one that was invoiced before it.

    Only these can have a period twice, in whole or in part; most were just billed late.
    """
    found: set[Service] = set()
    for subscriber, seen in book.summaries(book.by_subscriber).items():
        for service, periods in seen.periods.items():
            last = date.min
            for start, end in periods:
                if start < last:
                    found.add((subscriber, service))
                    break
                last = end
    return found


def problems(book: Book, suspects: Collection[Service]) -> Iterator[Problem]:
    """Each invoice of these services whose period begins inside an earlier one of the same."""
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
