"""Finds entries in the text of a ledger, so that whoever asks for a few need not read all of it.

A canonical line names its subscriber, number and reference in one spelling or two, so the bytes of
the files are searched and only the lines found become entries. Files that are spelled otherwise
(``odd``) are read whole each time. Knows a ledger that was judged to be right.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from ispconf.edge.ledgerfiles import canonical, entries
from ispconf.edge.pausing import collector_paused
from ispconf.edge.shares import Shares
from ispconf.edge.sources import Content
from ispconf.errors import FilesError, Problem
from ispconf.ledger.book import Book
from ispconf.ledger.closing import month_of
from ispconf.ledger.entries import Entry
from ispconf.ledger.journals import journal_of

FEW: Final = 16
"""Names that are searched for; for more of them it is faster to read everything."""


class Search:
    """The files of a ledger; what was found for a subscriber is remembered."""

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[Iterable[str]], Iterable[Content]],
        odd: Collection[str],
    ) -> None:
        self._paths = sorted(path for path in paths if month_of(path) is None)
        self._read = read
        self._odd = odd
        self._people: dict[str, list[Entry]] = {}

    @cached_property
    def everything(self) -> tuple[Entry, ...]:
        """All entries, in the order of their files; read once.

        Raises:
            FilesError: a file cannot be read any more; it was right a moment ago.
        """
        problems: list[Problem] = []
        found: list[Entry] = []
        with collector_paused():
            for path, content in self._contents(self._paths):
                found += entries(path, content, problems)
        if problems:
            raise FilesError(problems)
        return tuple(found)

    def is_better_read(self, subscribers: Collection[str]) -> bool:
        """Whether everything was read already, or should be rather than to look for these."""
        return "everything" in self.__dict__ or len(self._people.keys() | set(subscribers)) > FEW

    def of_subscribers(self, names: Iterable[str]) -> dict[str, list[Entry]]:
        """The entries of each of these, in their order."""
        new = {name: list[Entry]() for name in names if name not in self._people}
        for entry in self._found("subscriber", new, self._paths) if new else ():
            if entry.subscriber in new:
                new[entry.subscriber].append(entry)
        self._people |= new
        return {name: self._people[name] for name in names}

    def numbered(self, numbers: Collection[str]) -> Iterator[Entry]:
        """The entries with these numbers."""
        journals = {no.rpartition("-")[0] for no in numbers}
        paths = [path for path in self._paths if journal_of(path) in journals]
        return (entry for entry in self._found("no", numbers, paths) if entry.no in numbers)

    def referenced(self, references: Collection[tuple[str, str]]) -> Iterator[Entry]:
        """The payments and refunds with one of these methods and references."""
        found = self._found("ref", {ref for _, ref in references}, self._paths)
        return (each for each in found if (each.method, each.ref) in references)

    def _found(self, key: str, values: Iterable[str], paths: Iterable[str]) -> Iterator[Entry]:
        """The entries of all lines that may say so, and perhaps of others."""
        needles = [
            needle.encode()
            for value in values
            for needle in (f'{key}: "{value}"', f"{key}: {value},", f"{key}: {value}}}")
        ]
        for path, content in self._contents(paths):
            if path in self._odd:
                yield from entries(path, content, [])
                continue
            for number, line in _lines(content, needles):
                yield from canonical(path, line, number) or ()

    def _contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path, content in self._read(paths):
            if isinstance(content, Problem):
                raise FilesError([content])
            yield path, content


def _lines(content: bytes, needles: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that hold one of the needles, with their numbers, from the top."""
    starts = set()
    for needle in needles:
        at = content.find(needle)
        while at >= 0:
            starts.add(content.rfind(b"\n", 0, at) + 1)
            at = content.find(needle, at + 1)
    number, before = 1, 0
    for start in sorted(starts):
        number += content.count(b"\n", before, start)
        before = start
        end = content.find(b"\n", start)
        yield number, content[start : end if end >= 0 else None]


class Ends(NamedTuple):
    """Where a ledger ends: the last number of each journal, and the last day that counts."""

    last: Mapping[str, int]
    latest: date


class SearchedBook(Book):
    """A book that looks for a few entries in the files, and is read when somebody needs many.

    ``more`` are entries after those of the files. ``shares`` are for questions about many, if the
    files are large enough.
    """

    def __init__(
        self, search: Search, ends: Ends, shares: Shares | None = None, more: tuple[Entry, ...] = ()
    ) -> None:
        self.shares = shares
        self.more = more
        self._search = search
        self._ends = ends

    @cached_property
    def entries(self) -> tuple[Entry, ...]:  # type: ignore[override]
        """All entries, in the order of their files."""
        return (*self._search.everything, *self.more)

    def plus(self, new: Iterable[Entry]) -> Book:
        """A book with new entries at its end."""
        return SearchedBook(self._search, self._ends, self.shares, (*self.more, *new))

    def of_subscribers(self, subscribers: Collection[str]) -> Mapping[str, list[Entry]]:
        """The entries of these subscribers, and of others when the book is read for them."""
        if self._search.is_better_read(subscribers):
            return super().of_subscribers(subscribers)
        found = self._search.of_subscribers(subscribers)
        return {
            name: [*own, *(entry for entry in self.more if entry.subscriber == name)]
            for name, own in found.items()
        }

    def about(self, new: Collection[Entry]) -> Book:
        """The entries of the subscribers concerned, and what has a number or reference of theirs.

        More of the book when there are many of them.
        """
        people = {who for entry in new for who in (entry.subscriber, entry.to, entry.from_) if who}
        names = {no for each in new for no in (*each.for_, each.of or "", each.no) if no}
        references = {(each.method, each.ref) for each in new if each.method and each.ref}
        if max(len(names), len(references)) > FEW or self._search.is_better_read(people):
            return super().about(new)
        held = self._search.of_subscribers(people).values()
        near = [entry for own in held for entry in own]
        near += self._search.numbered(names) if names else ()
        near += self._search.referenced(references) if references else ()
        return Book.of([*{(each.file, each.line): each for each in near}.values(), *self.more])

    @cached_property
    def by_no(self) -> Mapping[str, Entry]:
        """Each entry by its number."""
        return Numbers(self, self._search, self.more)

    @cached_property
    def last(self) -> Mapping[str, int]:
        """The highest number of each journal."""
        found = dict(self._ends.last)
        for entry in self.more:
            if entry.no:
                found[entry.journal] = max(found.get(entry.journal, 0), entry.number)
        return found

    @cached_property
    def latest(self) -> date:
        """The last day that an entry counts from."""
        return max([self._ends.latest, *(entry.date for entry in self.more)])


class Numbers(Mapping[str, Entry]):
    """Entries by number, each looked for when it is asked for; all of them when they are listed."""

    def __init__(self, book: Book, search: Search, more: Sequence[Entry]) -> None:
        self._book, self._search = book, search
        self._more = Book.of(more).by_no
        self._asked = 0

    @cached_property
    def _all(self) -> Mapping[str, Entry]:
        return Book.of(self._book.entries).by_no

    def __getitem__(self, no: str) -> Entry:
        self._asked += 1
        if self._asked > FEW:
            return self._all[no]
        found = next(self._search.numbered([no]), None)
        return self._more[no] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)
