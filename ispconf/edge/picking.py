"""The entries of some subscribers, picked out of all files of a ledger.

Files that are not wholly in canonical spelling are ``odd``. Knows files and shares; nothing of what
entries mean.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple
from zlib import crc32

from ispconf.edge.history import is_blob
from ispconf.edge.ledgerfiles import canonical, entries
from ispconf.errors import Problem
from ispconf.ledger import lines
from ispconf.ledger.closing import digest, recorded_in
from ispconf.ledger.entries import Entry
from ispconf.ledger.journals import journal_of

_NUMBERS: Final = re.compile(rb"\n- \{no: ([^,]*),").findall


class Picked:
    """The entries of one share of so many; ``odd`` are files that are not canonical."""

    def __init__(self, odd: Collection[str], turn: int, count: int) -> None:
        """``turn`` is the number of the share, from 0, among ``count``."""
        self.odd = set(odd)
        self.problems: list[Problem] = []
        self.files: dict[str, list[Entry]] = {}
        self._turn, self._count = turn, count
        self._people = lines.only(self.has)

    def has(self, subscriber: str) -> bool:
        """Whether it is this share that a subscriber belongs to."""
        return crc32(subscriber.encode()) % self._count == self._turn

    def take(self, path: str, content: bytes | Problem) -> None:
        """Picks the share's entries out of a file; what is wrong is added to ``problems``."""
        if isinstance(content, Problem):
            self.problems.append(content)
            return
        found = None
        if path not in self.odd:
            found = canonical(path, content, people=self._people)
        if found is None:
            self.odd.add(path)
            whole = entries(path, content, self.problems)
            found = [entry for entry in whole if self.has(entry.subscriber)]
        self.files[path] = found

    @property
    def entries(self) -> Iterator[Entry]:
        """All of them, in the order of their files."""
        return (entry for _, own in sorted(self.files.items()) for entry in own)


class Whole(NamedTuple):
    """What a file is as a whole, whoever its entries concern.

    Its ``size`` in bytes, its first number and how many follow each other from there in the file's
    journal (None if not all of them do), its digest if it is of a closed month, and whether it is
    what its blob id says.
    """

    size: int
    first: int
    numbers: int | None
    digest: str
    intact: bool


def whole(path: str, content: bytes, blob: str, closed: str, *, odd: bool) -> Whole:
    """What a ledger file is as a whole; ``closed`` is the last closed month, "" if none is."""
    if odd:
        numbers = [entry.no.encode() for entry in entries(path, content, [])]
    else:
        numbers = _NUMBERS(b"\n" + content)
    counter = numbers[0].rpartition(b"-")[2] if numbers else b""
    first = int(counter) if counter.isdigit() else 0
    journal = (journal_of(path) or "").encode()
    expected = [b"%b-%06d" % (journal, each) for each in range(first, first + len(numbers))]
    follow = len(numbers) if numbers == expected else None
    sealed = digest(content) if recorded_in(path) <= closed else ""
    return Whole(len(content), first, follow, sealed, is_blob(content, blob))
