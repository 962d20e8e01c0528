"""What is concluded from files, as values and as text for the cache.

Knows nothing of how it is concluded: ``files`` does for all but the ledger's, ``judging`` for a
whole ledger, ``growing`` for one that was only appended to.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

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
    the ledger was judged whole, the ledger that brought them their last one. ``summary`` are its
    records, or their text until somebody asks: most runs need none.
    """

    summary: Records | str
    problems: list[Problem]
    files: Mapping[str, File]
    odd: frozenset[str]
    last: Mapping[str, tuple[str, int]]
    latest: date
    whole: str
    since: Mapping[str, str]

    @property
    def records(self) -> Records:
        """What the ledger says of the files around it."""
        text = self.summary
        return _revived_records(text) if isinstance(text, str) else text

    def entries_of(self, subscriber: str) -> str:
        """Names the entries of a subscriber: as long as it is the same, so are they."""
        return self.since.get(subscriber, self.whole)


def dumped(found: Conclusions) -> Kept:
    """The conclusions as text."""
    rest = [
        found.files,
        sorted(found.odd),
        found.last,
        found.latest.isoformat(),
        found.whole,
        found.since,
        found.problems,
    ]
    return Kept(_dumped_records(found.summary), json.dumps(rest))


def revived(kept: Kept) -> Conclusions:
    """The conclusions that ``dumped`` wrote."""
    files, odd, last, latest, whole, since, problems = json.loads(kept.extra)
    return Conclusions(
        kept.value,
        _problems(problems),
        {path: (blob, size) for path, (blob, size) in files.items()},
        frozenset(odd),
        {journal: (file, number) for journal, (file, number) in last.items()},
        date.fromisoformat(latest),
        whole,
        since,
    )


def _dumped_records(records: Records | str) -> str:
    if isinstance(records, str):
        return records
    value = [
        list(records.subscribers.items()),
        list(records.services.items()),
        list(records.journals.items()),
        list(records.methods.items()),
        [(who, str(owed)) for who, owed in records.owed.items()],
    ]
    return json.dumps(value)


def _revived_records(text: str) -> Records:
    subscribers, services, journals, methods, owed = json.loads(text)
    return Records(
        {who: (file, line) for who, (file, line) in subscribers},
        {(who, service): (file, line) for (who, service), (file, line) in services},
        {journal: (file, line) for journal, (file, line) in journals},
        {(journal, method): (file, line) for (journal, method), (file, line) in methods},
        {who: Decimal(each) for who, each in owed},
    )


class Agreement(NamedTuple):
    """What is known of all files but the ledger's together.

    ``sold`` are the services of each subscriber, or their text until somebody asks; ``problems``
    stand between the files.
    """

    sold: Mapping[str, Collection[str]] | str
    problems: list[Problem]

    @property
    def services(self) -> Mapping[str, Collection[str]]:
        """The services of each subscriber."""
        found: Mapping[str, Collection[str]]
        found = json.loads(self.sold) if isinstance(self.sold, str) else self.sold
        return found


def dumped_agreement(found: Agreement) -> Kept:
    """The agreement as text."""
    services = {who: sorted(names) for who, names in found.services.items()}
    return Kept(json.dumps(services), json.dumps(found.problems))


def revived_agreement(kept: Kept) -> Agreement:
    """The agreement that ``dumped_agreement`` wrote."""
    return Agreement(kept.value, revived_problems(kept.extra))


class OwnFile(NamedTuple):
    """The file of one subscriber: where it is, its blob id, and its key in the cache."""

    path: str
    blob: str
    key: str


class Origin(NamedTuple):
    """What a network was made of, by which conclusions from it are kept.

    ``name`` names all files but the ledger's, ``entries`` the ledger's; ``shared`` the files that
    concern everybody, and ``files`` gives each subscriber's own.
    """

    cache: Cache
    name: str
    entries: str
    shared: str
    files: Mapping[str, OwnFile]
    ledger: Conclusions

    def problems(self, kind: str, find: Callable[[], list[Problem]]) -> list[Problem]:
        """What ``find`` finds in all files but the ledger's, kept under a name of its own."""
        return kept_or_found(self.cache, kind, self.name, find)

    def of_subscriber(self, subscriber: str) -> str:
        """Names all that concerns one subscriber alone: their file, their entries."""
        own = self.files[subscriber]
        return f"{own.path} {own.blob} {self.ledger.entries_of(subscriber)}"


def kept_or_found(
    cache: Cache, kind: str, key: str, find: Callable[[], list[Problem]]
) -> list[Problem]:
    """What ``find`` finds in what the key names, kept as a kind."""
    for kept in cache.conclusions(kind, key).values():
        return revived_problems(kept.extra)
    found = find()
    cache.conclude(kind, key, Kept("", json.dumps(found)))
    return found


def revived_problems(text: str) -> list[Problem]:
    """Problems from JSON: a problem is a tuple, which JSON knows."""
    return _problems(json.loads(text))


def _problems(found: Iterable[Any]) -> list[Problem]:
    return [
        Problem(Source(*source), message, Source(*also) if also else None, severity)
        for source, message, also, severity in found
    ]
