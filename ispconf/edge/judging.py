"""Reads all files of a ledger and concludes what follows from them, whatever is wrong in them.

Knows how files become conclusions. What is kept of them, and when, ``booking`` knows.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from ispconf.edge.closings import Closings
from ispconf.edge.conclusions import Conclusions, File
from ispconf.edge.history import is_blob
from ispconf.edge.ledgerfiles import canonical, disagreements, written
from ispconf.edge.pausing import collector_paused
from ispconf.edge.sources import Content
from ispconf.errors import Problem
from ispconf.ledger.book import Book
from ispconf.ledger.closing import tallies
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.network.records import records


class Judged(NamedTuple):
    """The entries, the conclusions, and whether the files are what their blob ids say."""

    entries: list[Entry]
    conclusions: Conclusions
    intact: bool


class _Reading:
    """One reading of all files: the entries, and what is seen on the way."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.odd: set[str] = set()
        self.last: dict[str, tuple[str, int]] = {}

    def take(self, path: str, content: bytes | Problem) -> None:
        if isinstance(content, Problem):
            self.problems.append(content)
            return
        found = canonical(path, content)
        if found is None:
            self.odd.add(path)
            found = written(path, content, self.problems)
        if found:
            self.last[found[-1].journal] = path, found[-1].number
        self.entries += found


def judge(
    key: str,
    blobs: Mapping[str, str],
    read: Callable[[Iterable[str]], Iterable[Content]],
    currency: Currency,
) -> Judged:
    """Everything that follows from the files alone; ``key`` names them."""
    intact = True
    reading, closings = _Reading(), Closings(blobs)
    sizes: dict[str, int] = {}

    def checked() -> Iterable[Content]:
        nonlocal intact
        for path, content in read(blobs):
            if isinstance(content, Problem):
                intact = False
            else:
                intact = intact and is_blob(content, blobs[path])
                sizes[path] = len(content)
            yield path, content

    with collector_paused():
        # Files that were read already come first; the book is in the order of its files.
        for path, content in sorted(closings.taken_out(checked()), key=itemgetter(0)):
            reading.take(path, content)
        book, wrong = Book.of(reading.entries), reading.problems
        broken = bool(wrong)
        wrong = [*wrong, *disagreements(book, currency, broken=broken)]
        now = [] if broken else tallies(book, closings.ends)
        wrong += closings.problems(now, book.last, currency)
        files: dict[str, File] = {path: (blobs[path], size) for path, size in sizes.items()}
        found = Conclusions(
            records(book),
            wrong,
            files,
            frozenset(reading.odd),
            reading.last,
            book.latest,
            key,
            {},
        )
    return Judged(reading.entries, found, intact)
