"""The ledger as a whole: its book when somebody looks into it, and what follows from it.

What a ledger says of other files, and what is wrong in it, is kept until one of its files changes;
so most runs read none of it. A ledger that was appended to is judged by what came (``growing``);
otherwise ``judging`` reads all of it, a large one in a process of its own, while this one reads the
other files.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from ispconf.edge.cache import Cache, Kept
from ispconf.edge.conclusions import Conclusions, dumped, revived
from ispconf.edge.growing import grown
from ispconf.edge.searching import Ends, Search, SearchedBook
from ispconf.edge.sources import Content
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency

WORTH: Final = 8 << 20
"""Bytes of ledger from which another process saves more time than it costs to start."""


_KIND: Final = "ledger"


class Ledger:
    """All ledger files: their book, and what was concluded from them, kept until one changes."""

    def __init__(
        self,
        blobs: Mapping[str, str],
        read: Callable[[Iterable[str]], Iterable[Content]],
        currency: Currency,
        cache: Cache,
    ) -> None:
        self._blobs = blobs
        self._read = read
        self._currency = currency
        self._cache = cache
        self.key = self._key()
        self._found = self._from_cache()
        self._entries: list[Entry] | None = None
        self._other: subprocess.Popen[bytes] | None = None

    def _from_cache(self) -> Conclusions | None:
        """What was concluded from these files, or follows from what was before lines came."""
        for kept in self._cache.conclusions(_KIND, self.key).values():
            return revived(kept)
        for kept in self._cache.conclusions(_KIND).values():
            found = grown(revived(kept), self.key, self._blobs, self._read, self._currency)
            if found:
                self._cache.conclude(_KIND, self.key, dumped(found))
                return found
        return None

    def begin(self, root: Path, *, worth: int = WORTH) -> None:
        """Lets another process read and judge the files in ``root``, when that is worth it.

        Only for files that are on disk as git knows them; ``judged`` waits for it.
        """
        if self._found or (os.cpu_count() or 1) < 2:  # noqa: PLR2004  one for each process
            return
        size = sum((root / path).stat().st_size for path in self._blobs if (root / path).exists())
        if size < worth:
            return
        with TemporaryFile() as order:
            order.write(
                json.dumps(
                    [str(root), self._currency.code, self.key, [*self._blobs.items()]]
                ).encode()
            )
            order.seek(0)
            # -P: where we are may be a stranger's pull request, whose modules must not be found
            self._other = subprocess.Popen(
                [sys.executable, "-P", "-m", "ispconf.edge.judging"],
                stdin=order,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def end(self) -> None:
        """Stops the other process, if it is still at it."""
        if self._other is not None:
            with self._other:
                self._other.kill()
            self._other = None

    def judged(self) -> Conclusions:
        """What follows from the files; kept unless they changed while they were read."""
        if self._found is None:
            self._found, intact = self._from_other() or self._from_here()
            if intact:
                self._cache.conclude(_KIND, self.key, dumped(self._found))
        return self._found

    def _from_other(self) -> tuple[Conclusions, bool] | None:
        """What the other process found; None when there is none or it came to nothing."""
        if self._other is None:
            return None
        out, _ = self._other.communicate()
        failed, self._other = self._other.returncode, None
        if failed:
            return None
        value, extra, intact = json.loads(out)
        return revived(Kept(value, extra)), intact

    def _from_here(self) -> tuple[Conclusions, bool]:
        from ispconf.edge.judging import judge  # noqa: PLC0415  most runs need none

        found = judge(self.key, self._blobs, self._read, self._currency)
        self._entries = found.entries
        return found.conclusions, found.intact

    def book(self) -> Book:
        """The book, read when somebody looks into it."""
        if self._entries is not None:
            return Book.of(self._entries)
        found = self.judged()
        last = {journal: number for journal, (_, number) in found.last.items()}
        search = Search(self._blobs, self._read, found.odd)
        return SearchedBook(search, Ends(last, found.latest))

    def _key(self) -> str:
        """Names everything that the conclusions depend on."""
        digest = blake2b(self._currency.code.encode(), digest_size=20)
        for path, blob in sorted(self._blobs.items()):
            digest.update(f"{path} {blob}\n".encode())
        return digest.hexdigest()
