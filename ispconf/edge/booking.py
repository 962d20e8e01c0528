"""The ledger as a whole: its book when somebody looks into it, and what follows from it.

What a ledger says of other files, and what is wrong in it, is kept until one of its files changes;
so most runs read none of it. How a file becomes entries, ``ledgerfiles`` knows.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from operator import itemgetter

from ispconf.edge.cache import Kept
from ispconf.edge.pausing import collector_paused
from ispconf.edge.sources import Content
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.network.records import Records, records


class Ledger:
    """All ledger files: their book, and what was concluded from them, kept until one changes."""

    def __init__(
        self,
        blobs: Mapping[str, str],
        read: Callable[[Iterable[str]], Iterable[Content]],
        currency: Currency,
    ) -> None:
        self._blobs = blobs
        self._read = read
        self._currency = currency
        self._entries: list[Entry] | None = None

    def judged(
        self, kept: Mapping[str, Kept], new: dict[str, Kept], used: list[str]
    ) -> tuple[Records, list[Problem]]:
        """What the ledger says of other files, and all that is wrong in itself."""
        key = self._key()
        if key in kept:
            used.append(key)
            return _revived_records(kept[key].value), _revived_problems(kept[key].extra)
        problems: list[Problem] = []
        self._entries = self._all(problems)
        recorded = records(self._entries)
        from ispconf.edge.ledgerfiles import disagreements  # noqa: PLC0415  most runs need none

        problems += disagreements(Book.of(self._entries), self._currency, broken=bool(problems))
        new[key] = Kept(_dumped_records(recorded), json.dumps(problems))
        return recorded, problems

    def book(self) -> Book:
        """The book, read when somebody looks into it."""
        return Book.of(self._entries) if self._entries is not None else UnreadBook(self._again)

    def _again(self) -> list[Entry]:
        problems: list[Problem] = []
        found = self._all(problems)
        if problems:  # it was right a moment ago
            raise FilesError(problems)
        return found

    def _all(self, problems: list[Problem]) -> list[Entry]:
        from ispconf.edge.ledgerfiles import entries  # noqa: PLC0415  most runs need none

        found: list[Entry] = []
        with collector_paused():
            # Files that were read already come first; the book is in the order of its files.
            for path, content in sorted(self._read(self._blobs), key=itemgetter(0)):
                if isinstance(content, Problem):
                    problems.append(content)
                else:
                    found += entries(path, content, problems)
        return found

    def _key(self) -> str:
        """Names everything that the conclusions depend on."""
        digest = blake2b(self._currency.code.encode(), digest_size=20)
        for path, blob in sorted(self._blobs.items()):
            digest.update(f"{path} {blob}\n".encode())
        return f"book {digest.hexdigest()}"


def _dumped_records(found: Records) -> str:
    return json.dumps(
        [
            list(found.subscribers.items()),
            list(found.services.items()),
            list(found.journals.items()),
            list(found.methods.items()),
            [(who, str(owed)) for who, owed in found.owed.items()],
        ]
    )


def _revived_records(text: str) -> Records:
    subscribers, services, journals, methods, owed = json.loads(text)
    return Records(
        {who: (file, line) for who, (file, line) in subscribers},
        {(who, service): (file, line) for (who, service), (file, line) in services},
        {journal: (file, line) for journal, (file, line) in journals},
        {(journal, method): (file, line) for (journal, method), (file, line) in methods},
        {who: Decimal(each) for who, each in owed},
    )


def _revived_problems(text: str) -> list[Problem]:
    return [
        Problem(Source(*source), message, Source(*also) if also else None, severity)
        for source, message, also, severity in json.loads(text)
    ]


class UnreadBook(Book):
    """A book that is read when somebody looks into it; most checks need not."""

    def __init__(self, read: Callable[[], Iterable[Entry]]) -> None:
        self._read = read

    @cached_property
    def entries(self) -> tuple[Entry, ...]:  # type: ignore[override]
        """All entries, in the order of their files."""
        return tuple(self._read())
