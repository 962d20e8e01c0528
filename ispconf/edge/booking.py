"""The ledger as a whole: its book when somebody looks into it, and what follows from it.

What a ledger says of other files, and what is wrong in it, is kept until one of its files changes;
so most runs read none of it. How it is read and judged, ``judging`` knows: a large one in a process
of its own, while this one reads the other files.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from ispconf.edge.cache import Kept
from ispconf.edge.records import revived_problems, revived_records
from ispconf.edge.sources import Content
from ispconf.errors import FilesError, Problem
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.network.records import Records

WORTH: Final = 8 << 20
"""Bytes of ledger from which another process saves more time than it costs to start."""


class Ledger:
    """All ledger files: their book, and what was concluded from them, kept until one changes."""

    def __init__(
        self,
        blobs: Mapping[str, str],
        read: Callable[[Iterable[str]], Iterable[Content]],
        currency: Currency,
        kept: Mapping[str, Kept],
    ) -> None:
        self._blobs = blobs
        self._read = read
        self._currency = currency
        self.key = self._key()
        self._kept = kept.get(self.key)
        self.known = self._kept is not None
        """Whether nothing had to be read."""
        self._entries: list[Entry] | None = None
        self._other: subprocess.Popen[bytes] | None = None

    def begin(self, root: Path, *, worth: int = WORTH) -> None:
        """Lets another process read and judge the files in ``root``, when that is worth it.

        Only for files that are on disk as git knows them; ``judged`` waits for it.
        """
        if self.known or (os.cpu_count() or 1) < 2:  # noqa: PLR2004  one for each process
            return
        size = sum((root / path).stat().st_size for path in self._blobs if (root / path).exists())
        if size < worth:
            return
        with TemporaryFile() as order:
            order.write(
                json.dumps([str(root), self._currency.code, [*self._blobs.items()]]).encode()
            )
            order.seek(0)
            self._other = subprocess.Popen(
                [sys.executable, "-m", "ispconf.edge.judging"],
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

    def judged(self) -> tuple[Records, list[Problem], Kept | None]:
        """What the ledger says of other files, all that is wrong in it, and what to keep of that.

        Nothing is to be kept of files that changed while they were read.
        """
        kept, intact = self._kept, False
        if kept is None:
            kept, intact = self._from_other() or self._from_here()
        return revived_records(kept.value), revived_problems(kept.extra), kept if intact else None

    def _from_other(self) -> tuple[Kept, bool] | None:
        """What the other process found; None when there is none or it came to nothing."""
        if self._other is None:
            return None
        out, _ = self._other.communicate()
        failed, self._other = self._other.returncode, None
        if failed:
            return None
        value, extra, intact = json.loads(out)
        return Kept(value, extra), intact

    def _from_here(self) -> tuple[Kept, bool]:
        from ispconf.edge.judging import judge  # noqa: PLC0415  most runs need none

        found = judge(self._blobs, self._read, self._currency)
        self._entries = found.entries
        return found.kept, found.intact

    def book(self) -> Book:
        """The book, read when somebody looks into it."""
        return Book.of(self._entries) if self._entries is not None else UnreadBook(self._again)

    def _again(self) -> list[Entry]:
        from ispconf.edge.judging import read_all  # noqa: PLC0415  most runs need none

        problems: list[Problem] = []
        found = read_all(self._read(self._blobs), problems)
        if problems:  # it was right a moment ago
            raise FilesError(problems)
        return found

    def _key(self) -> str:
        """Names everything that the conclusions depend on."""
        digest = blake2b(self._currency.code.encode(), digest_size=20)
        for path, blob in sorted(self._blobs.items()):
            digest.update(f"{path} {blob}\n".encode())
        return f"book {digest.hexdigest()}"


class UnreadBook(Book):
    """A book that is read when somebody looks into it; most checks need not."""

    def __init__(self, read: Callable[[], Iterable[Entry]]) -> None:
        self._read = read

    @cached_property
    def entries(self) -> tuple[Entry, ...]:  # type: ignore[override]
        """All entries, in the order of their files."""
        return tuple(self._read())
