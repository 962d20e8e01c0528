"""The book: all entries of the ledger, and what others look up in it.

Knows how entries are found (by subscriber, number, reference, journal). Whether they are right is
for ``checks`` to say: where two entries claim one number or reference, the first one is found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from operator import attrgetter
from zlib import crc32

from ispconf.ledger.entries import Entry
from ispconf.ledger.summary import Summary, summed


class Book:
    """All entries, in the order they were given; treat it as frozen."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Book":
        """The book of these entries, in their order (files by name, lines from the top)."""
        return cls(tuple(entries))

    def plus(self, entries: Iterable[Entry]) -> "Book":
        """A book with new entries at its end; this one stays as it is."""
        return Book(self.entries + tuple(entries))

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def by_subscriber(self) -> Mapping[str, list[Entry]]:
        """The entries of each subscriber, in the order of the book."""
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.subscriber].append(entry)
        return dict(found)

    @cached_property
    def by_no(self) -> Mapping[str, Entry]:
        """Each entry by its number."""
        backwards = self.entries[::-1]
        found = dict(zip(map(attrgetter("no"), backwards), backwards, strict=True))
        found.pop("", None)
        return found

    @cached_property
    def by_reference(self) -> Mapping[tuple[str, str], Entry]:
        """Payments and refunds by their method and reference."""
        return {
            (entry.method, entry.ref): entry
            for entry in reversed(self.entries)
            if entry.method is not None and entry.ref is not None
        }

    @cached_property
    def last(self) -> Mapping[str, int]:
        """The highest number of each journal."""
        found: dict[str, int] = {}
        for no in self.by_no:
            journal, _, number = no.rpartition("-")
            if int(number) > found.get(journal, 0):
                found[journal] = int(number)
        return found

    @cached_property
    def latest(self) -> date:
        """The last day that an entry counts from."""
        return max(map(attrgetter("date"), self.entries), default=date.min)

    def of_subscriber(self, subscriber: str) -> list[Entry]:
        """The entries of one subscriber; none for one who is not in the book."""
        return self.of_subscribers([subscriber]).get(subscriber, [])

    def of_subscribers(self, subscribers: Collection[str]) -> Mapping[str, list[Entry]]:  # noqa: ARG002
        """The entries of these subscribers and perhaps of others, by subscriber.

        Whoever needs several asks for all of them at once: a book may have to look for them.
        """
        return self.by_subscriber

    def summaries(self, subscribers: Collection[str]) -> Mapping[str, Summary]:
        """What the entries of these subscribers, and perhaps of others, come to; summed once."""
        new = [who for who in subscribers if who not in self._summaries]
        if new:
            known = self.of_subscribers(new)
            self._summaries |= {who: summed(known.get(who, [])) for who in new}
        return self._summaries

    @cached_property
    def _summaries(self) -> dict[str, Summary]:
        return {}

    def about(self, new: Collection[Entry]) -> "Book":
        """At least the entries that new ones may repeat, name or contradict.

        These are what their subscribers have; the whole book unless all of them are charges, for
        others may be named by number or repeat a reference.
        """
        if not are_charges(new):
            return self
        people = {entry.subscriber for entry in new}
        return Book.of(entry for who in people for entry in self.by_subscriber.get(who, ()))


def are_charges(new: Iterable[Entry]) -> bool:
    """Whether each of the entries concerns its own subscriber only: it repeats no reference."""
    return all(entry.type in _CHARGES for entry in new)


def apart(new: list[Entry]) -> Iterator[list[Entry]]:
    """New entries in parts that do not concern each other: a large bill run by subscribers."""
    if len(new) < _LARGE or not are_charges(new):
        yield new
        return
    parts: list[list[Entry]] = [[] for _ in range(-(-len(new) // _LARGE))]
    for entry in new:
        parts[crc32(entry.subscriber.encode()) % len(parts)].append(entry)
    yield from parts


def compared(book: Book, new: Collection[Entry]) -> Book:
    """What of a book the rules compare new entries with: of years of a subscriber, very little.

    The whole book unless all of them are charges.
    """
    if not are_charges(new):
        return book
    starts = {entry.period.start for entry in new if entry.period}
    named = {no for entry in new for no in (entry.no, *entry.for_)}
    return Book.of(
        entry
        for entry in book.entries
        if (entry.period and entry.period.start in starts)
        or entry.no in named
        or entry.kind == "late"
    )


_LARGE = 10_000  # entries
_CHARGES = frozenset({"invoice", "fee"})
EMPTY = Book(())
