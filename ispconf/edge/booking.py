"""The ledger as a whole: its book when somebody looks into it, and what follows from it.

What a ledger says of other files, and what is wrong in it, is kept until one of its files changes;
so most runs read none of it. A ledger that was appended to is judged by what came (``growing``); a
large one by several processes (``shares``), while this one takes in the other files; any other, and
one with something wrong in it, is looked at here (``judging``).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

from ispconf.edge.conclusions import Conclusions, dumped, revived
from ispconf.edge.growing import grown
from ispconf.edge.parts import Concluded
from ispconf.edge.reading import Progress
from ispconf.edge.searching import Ends, Search, SearchedBook
from ispconf.edge.share import Common
from ispconf.edge.shares import Reading, Shares
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry

WORTH = 8 << 20
"""Bytes of ledger from which other processes save more time than they cost to start."""

_KIND: Final = "ledger in "  # what was right in one currency may be wrong in another


class Ledger:
    """All ledger files: their book, and what was concluded from them, kept until one changes."""

    def __init__(self, common: Common, root: Path | None) -> None:
        """``root`` is where the files are as git knows them, None if they are not on disk."""
        self._common = common
        self._root = root
        self._kind = f"{_KIND}{common.network.company.currency.code}"
        self.key = self._key()
        self.intact = True  # no file changed while it was read
        self._found = self._from_cache()
        self._entries: list[Entry] | None = None
        self._shares: Shares | None = None

    def _from_cache(self) -> Conclusions | None:
        """What was concluded from these files, or follows from what was before lines came."""
        common = self._common
        for kept in common.cache.conclusions(self._kind, self.key).values():
            return revived(kept)
        currency = common.network.company.currency
        for kept in common.cache.conclusions(self._kind).values():
            found = grown(revived(kept), self.key, common.blobs, common.read, currency)
            if found:
                common.cache.conclude(self._kind, self.key, dumped(found))
                return found
        return None

    @contextmanager
    def reading(self, unread: Collection[str], progress: Progress) -> Iterator[Reading | None]:
        """Within the block other processes read the ledger and these files of subscribers.

        None when that is not worth it: the ledger is small, or was judged already.
        """
        if self._found or (size := self._size()) < WORTH:
            yield None
            return
        shares = self._shares = Shares(self._common)
        try:
            yield shares.begin(self.key, size, unread, progress)
        except BaseException:
            shares.end()
            raise

    def _size(self) -> int:
        """How many bytes the ledger has; none when it is not on disk and was never read."""
        if self._found:
            return sum(size for _, size in self._found.files.values())
        if self._root is None:
            return 0
        files = [self._root / path for path in self._common.blobs]
        return sum(file.stat().st_size for file in files if file.exists())

    def judged(self, reading: Reading | None = None) -> Conclusions:
        """What follows from the files; kept unless they changed while they were read."""
        if self._found is None:
            found, intact = self._from_others(reading) or self._from_here()
            self._found, self.intact = found, intact
            if intact:
                self._common.cache.conclude(self._kind, self.key, dumped(found))
        return self._found

    def _from_others(self, reading: Reading | None) -> Concluded | None:
        """What the other processes found; None when they are gone or something is not right."""
        found = reading.concluded() if reading else None
        if found is None and self._shares:
            self._shares.end()
            self._shares = None
        return found

    def _from_here(self) -> Concluded:
        from ispconf.edge.judging import judge  # noqa: PLC0415  most runs need none

        common = self._common
        found = judge(self.key, common.blobs, common.read, common.network.company.currency)
        self._entries = found.entries
        return Concluded(found.conclusions, found.intact)

    def book(self) -> Book:
        """The book, read when somebody looks into it."""
        if self._entries is not None:
            return Book.of(self._entries)
        found = self.judged()
        if self._shares is None and self._size() >= WORTH:
            self._shares = Shares(self._common._replace(odd=found.odd))
        last = {journal: number for journal, (_, number) in found.last.items()}
        search = Search(self._common.blobs, self._common.read, found.odd)
        return SearchedBook(search, Ends(last, found.latest), self._shares)

    def _key(self) -> str:
        """Names everything that the conclusions depend on."""
        currency = self._common.network.company.currency
        digest = blake2b(currency.code.encode(), digest_size=20)
        for path, blob in sorted(self._common.blobs.items()):
            digest.update(f"{path} {blob}\n".encode())
        return digest.hexdigest()
