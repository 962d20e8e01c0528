"""What is concluded from files, as values and as text for the cache.

Knows nothing of how it is concluded: ``files`` does for all but the ledger's, ``judging`` for a
whole ledger, ``growing`` for one that was only appended to.
"""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ispconf.edge.cache import Cache, Kept
from ispconf.errors import Problem, Source
from ispconf.network.records import Records

File = tuple[str, int]
"""The blob id of a ledger file, and its size in bytes."""


class Conclusions(NamedTuple):
    """All that is known of a ledger without its entries.

    ``files`` are those that were judged, by path, ``odd`` those that are not wholly in canonical
    spelling. ``last`` is the file in which each journal ends and its last number; ``latest`` the
    last day that an entry counts from. ``since`` names, for subscribers whose entries came after
    the ledger was judged whole, the ledger that brought them their last one.
    """

    records: Records
    problems: list[Problem]
    files: Mapping[str, File]
    odd: frozenset[str]
    last: Mapping[str, tuple[str, int]]
    latest: date
    whole: str
    since: Mapping[str, str]

    def entries_of(self, subscriber: str) -> str:
        """Names the entries of a subscriber: as long as it is the same, so are they."""
        return self.since.get(subscriber, self.whole)


def dumped(found: Conclusions) -> Kept:
    """The conclusions as text."""
    records = found.records
    value = [
        list(records.subscribers.items()),
        list(records.services.items()),
        list(records.journals.items()),
        list(records.methods.items()),
        [(who, str(owed)) for who, owed in records.owed.items()],
        found.files,
        sorted(found.odd),
        found.last,
        found.latest.isoformat(),
        found.whole,
        found.since,
    ]
    return Kept(json.dumps(value), json.dumps(found.problems))


def revived(kept: Kept) -> Conclusions:
    """The conclusions that ``dumped`` wrote."""
    subscribers, services, journals, methods, owed, files, odd, last, latest, whole, since = (
        json.loads(kept.value)
    )
    records = Records(
        {who: (file, line) for who, (file, line) in subscribers},
        {(who, service): (file, line) for (who, service), (file, line) in services},
        {journal: (file, line) for journal, (file, line) in journals},
        {(journal, method): (file, line) for (journal, method), (file, line) in methods},
        {who: Decimal(each) for who, each in owed},
    )
    return Conclusions(
        records,
        revived_problems(kept.extra),
        {path: (blob, size) for path, (blob, size) in files.items()},
        frozenset(odd),
        {journal: (file, number) for journal, (file, number) in last.items()},
        date.fromisoformat(latest),
        whole,
        since,
    )


class Agreement(NamedTuple):
    """What is known of all files but the ledger's together.

    ``services`` are those of each subscriber; ``problems`` stand between the files.
    """

    services: Mapping[str, Collection[str]]
    problems: list[Problem]


def dumped_agreement(found: Agreement) -> Kept:
    """The agreement as text."""
    services = {who: sorted(names) for who, names in found.services.items()}
    return Kept(json.dumps(services), json.dumps(found.problems))


def revived_agreement(kept: Kept) -> Agreement:
    """The agreement that ``dumped_agreement`` wrote."""
    return Agreement(json.loads(kept.value), revived_problems(kept.extra))


class Origin(NamedTuple):
    """What a network was made of, by which conclusions from it are kept.

    ``name`` names all files but the ledger's, ``entries`` the ledger's; ``shared`` the files that
    concern everybody, and ``files`` gives the path and blob id of each subscriber's own.
    """

    cache: Cache
    name: str
    entries: str
    shared: str
    files: Mapping[str, str]
    ledger: Conclusions

    def problems(self, kind: str, find: Callable[[], list[Problem]]) -> list[Problem]:
        """What ``find`` finds in all files but the ledger's, kept under a name of its own."""
        for kept in self.cache.conclusions(kind, self.name).values():
            return revived_problems(kept.extra)
        found = find()
        self.cache.conclude(kind, self.name, Kept("", json.dumps(found)))
        return found

    def of_subscriber(self, subscriber: str) -> str:
        """Names all that concerns one subscriber alone: their file, their entries."""
        return f"{self.files[subscriber]} {self.ledger.entries_of(subscriber)}"


def revived_problems(text: str) -> list[Problem]:
    """Problems from JSON: a problem is a tuple, which JSON knows."""
    return [
        Problem(Source(*source), message, Source(*also) if also else None, severity)
        for source, message, also, severity in json.loads(text)
    ]
