"""What the ledger says of the files around it: whom it names, in which journals, by which methods.

A summary that is cheap to keep beside the ledger it came from, so that a change of a subscriber's
file needs no second look at years of entries. Knows nothing of whether entries agree with each
other: ``ledger.checks`` does.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, TypeVar

from ispconf.errors import Problem, Source
from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.journals import journal_of
from ispconf.network.company import Company
from ispconf.network.wording import meant

Spot = tuple[str, int]
"""A file and a line."""


class Records(NamedTuple):
    """Where each name occurs first; ``owed`` is what each subscriber's entries add up to."""

    subscribers: Mapping[str, Spot]
    services: Mapping[tuple[str, str], Spot]
    journals: Mapping[str, Spot]
    methods: Mapping[tuple[str, str], Spot]
    owed: Mapping[str, Decimal]


def records(book: Book) -> Records:
    """The summary of all entries."""
    seen = book.summaries(book.by_subscriber)
    services = {
        (who, service): _spot(entry)
        for who, own in seen.items()
        for service, entry in own.named.items()
    }
    found: dict[str, dict[str | None, Spot]] = {}  # of each journal
    for file, entries in groupby(book.entries, key=attrgetter("file")):
        methods = found.setdefault(journal_of(file) or "", {})
        for entry in entries:
            if entry.method not in methods:
                methods[entry.method] = _spot(entry)
    return Records(
        {who: _spot(own.entries[0]) for who, own in seen.items()},
        services,
        {journal: min(own.values()) for journal, own in found.items()},
        {
            (journal, method): spot
            for journal, own in found.items()
            for method, spot in own.items()
            if method is not None
        },
        {who: own.balance for who, own in seen.items()},
    )


def _spot(entry: Entry) -> Spot:
    return entry.file, entry.line


def together(found: Records, more: Records) -> Records:
    """The summary of a ledger that was extended, from those of what it was and of what came."""
    owed = {who: found.owed.get(who, ZERO) + each for who, each in more.owed.items()}
    return Records(
        _first(found.subscribers, more.subscribers),
        _first(found.services, more.services),
        _first(found.journals, more.journals),
        _first(found.methods, more.methods),
        {**found.owed, **owed},
    )


Name = TypeVar("Name")


def _first(known: Mapping[Name, Spot], more: Mapping[Name, Spot]) -> Mapping[Name, Spot]:
    return {**known, **{name: min(spot, known.get(name, spot)) for name, spot in more.items()}}


def problems(
    found: Records,
    company: Company,
    services: Mapping[str, Collection[str]],
    unread: Collection[str] = (),
) -> Iterator[Problem]:
    """Names in the ledger that stand in no other file.

    Args:
        found: what the ledger names.
        company: its journals and payment methods.
        services: the services of every subscriber that has a file.
        unread: subscribers whose file is there but wrong.
    """
    yield from _people(found, services, unread)
    for journal, spot in found.journals.items():
        if company.journals and journal not in company.journals:
            hint = meant(journal, company.journals)
            yield Problem(Source(spot[0]), f'"{journal}" is not in journals of ispconf.yaml{hint}')
    for (journal, method), spot in found.methods.items():
        own = company.journals[journal].methods if journal in company.journals else ()
        where = f"methods of journal {journal}" if own else "methods of ispconf.yaml"
        valid = own or company.methods
        if method not in valid:
            said = f'method: "{method}" is not in {where}{meant(method, valid)}'
            yield Problem(Source(*spot), said)


def _people(
    found: Records, services: Mapping[str, Collection[str]], unread: Collection[str]
) -> Iterator[Problem]:
    """Entries of somebody without a file: money that no report would show.

    Whoever left with nothing open may lose their file; the ledger keeps their history.
    """
    for who, spot in found.subscribers.items():
        if who not in services and who not in unread and found.owed[who]:
            yield Problem(
                Source(*spot),
                f'subscriber: "{who}" is not in subscribers/ and their entries add up to '
                f"{found.owed[who]}{meant(who, services)}; keep the file with cancelled: until "
                "nothing is open",
            )
    for (who, service), spot in found.services.items():
        if who in services and service not in services[who]:
            said = f'service: "{service}" is not a service of {who}{meant(service, services[who])}'
            yield Problem(Source(*spot), said, severity="warning")
