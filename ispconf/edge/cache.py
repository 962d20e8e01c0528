"""What was read before, by content: a small database in the git directory that may vanish any time.

Knows keys and texts; ``edge.files`` knows what they mean. Never the source of truth: it is thrown
away when another program version wrote it or the file is damaged, and a row counts only when its
seal fits. It holds the files' text, those with a password in plain text excepted, so nobody else
may read it.
"""

import json
import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple
from weakref import finalize

import pydantic_core

NAME: Final = "cache.sqlite"
_SCHEMA = """
create table program (id text not null);
create table kept (
  key text primary key, value text not null, extra text not null, seal blob not null
) without rowid;
create table conclusions (
  at integer primary key autoincrement, kind text not null, key text not null,
  part text not null, value text not null, extra text not null, seal blob not null
);
create index conclusions_by on conclusions (kind, key, part);
"""
_SPARE = 4  # times as many rows as are in use may be kept, for other branches
_CONCLUSIONS = 4  # of a kind are kept, the last ones: of other days and branches
_CONCLUDED = "select key, value, extra, seal, part from conclusions where kind = ?"
_AT_ONCE = 500  # keys asked for in one statement


_READERS = (
    "errors.py",
    "secret.py",
    "ledger",
    "routeros",
    "network",
    "services",
    "planning",
    "edge",
)


def program() -> str:
    """Names all that decides what files come to: our own code, pydantic's and Python's version."""
    digest = blake2b(f"{pydantic_core.__version__} {sys.version_info}".encode(), digest_size=16)
    package = Path(__file__).parent.parent
    for name in _READERS:
        place = package / name
        for path in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Kept(NamedTuple):
    """What is kept for a key: the file as JSON, and what was concluded from it."""

    value: str
    extra: str = ""


class Cache:
    """The cache of one repository; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None, program: str, *, patience: float = 1) -> None:
        """``patience`` is how many seconds to wait for another process that writes it."""
        self._path = folder / NAME if folder else None
        self._program = program
        self._patience = patience
        self._one_at_a_time = Lock()  # routers are described side by side
        self._open: dict[tuple[int, int, int], sqlite3.Connection] = {}
        finalize(self, _close, self._open)

    def find(self, keys: Iterable[str]) -> dict[str, Kept]:
        """What is kept under these keys; nothing when there is no cache that can be trusted."""
        wanted = list(keys)
        found: dict[str, Kept] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            places = ", ".join("?" * len(some))
            text = f"select key, value, extra, seal from kept where key in ({places})"  # noqa: S608
            found |= {key: kept for (key,), kept in self._rows(text, some)}
        return found

    def conclusions(self, kind: str, key: str | None = None) -> dict[str, Kept]:
        """The last conclusions of a kind by their key, the newest first; or the one of a key."""
        if key is not None:
            rows = self._rows(f"{_CONCLUDED} and key = ? and part = ''", [kind, key])
        else:
            rows = self._rows(f"{_CONCLUDED} and part = '' order by at desc", [kind])
        return {key: kept for (key, _), kept in rows}

    def portions(self, kind: str, key: str, part: str | None = None) -> dict[str, Kept]:
        """What ``conclude_portions`` kept for a key, by its part; or one part of it."""
        if part is not None:
            rows = self._rows(f"{_CONCLUDED} and key = ? and part = ?", [kind, key, part])
        else:
            rows = self._rows(f"{_CONCLUDED} and key = ?", [kind, key])
        return {part: kept for (_, part), kept in rows}

    def _rows(self, text: str, given: Sequence[str]) -> list[tuple[list[str], Kept]]:
        """The rows that can be believed: the names of each, and what is kept for them."""
        if self._path is None:
            return []
        try:
            with self._one_at_a_time:
                database = self._opened(self._path)
                if not database or not self._is_its_author(database):
                    return []
                return [
                    ([key, *part], Kept(value, extra))
                    for key, value, extra, seal, *part in database.execute(text, given)
                    if seal == _seal(*part, key, value, extra)
                ]
        except (sqlite3.Error, TypeError, AttributeError, UnicodeError):
            return []

    def _opened(self, path: Path) -> sqlite3.Connection | None:
        """A connection for reading, opened once; None when there is no file to be believed.

        One that was there before this process was split off is left alone, as SQLite wants it.
        """
        facts = _ours(path)
        if facts is None:
            return None
        place = os.getpid(), facts.st_dev, facts.st_ino
        if place not in self._open:
            self._open[place] = sqlite3.connect(
                path, timeout=self._patience, check_same_thread=False
            )
        return self._open[place]

    def _is_its_author(self, database: sqlite3.Connection) -> bool:
        return database.execute("select id from program").fetchall() == [(self._program,)]

    def store(self, new: Mapping[str, Kept], used: Collection[str]) -> None:
        """Keeps what is new, and forgets old rows when there are many more than are used.

        A cache that cannot be written is no error: the next run reads the files again.
        """

        def keep(database: sqlite3.Connection) -> None:
            database.executemany(
                "insert or replace into kept values (?, ?, ?, ?)",
                ((key, *kept, _seal(key, *kept)) for key, kept in sorted(new.items())),
            )
            _prune(database, {*used, *new})

        self._write(keep)

    def conclude(self, kind: str, key: str, kept: Kept, *, most: int = _CONCLUSIONS) -> None:
        """Keeps a conclusion, and forgets all but the last few of its kind."""
        self.conclude_portions(kind, key, {"": kept}, [""], most=most)

    def conclude_portions(
        self,
        kind: str,
        key: str,
        new: Mapping[str, Kept],
        parts: Collection[str],
        *,
        most: int = _CONCLUSIONS,
    ) -> None:
        """Keeps what is new of a conclusion; of the same key only these parts stay.

        It forgets the conclusions of other keys, but for the last few of its kind.
        """

        def keep(database: sqlite3.Connection) -> None:
            database.executemany(
                "delete from conclusions where kind = ? and key = ? and part = ?",
                ((kind, key, part) for part in new),
            )
            database.executemany(
                "insert into conclusions (kind, key, part, value, extra, seal) "
                "values (?, ?, ?, ?, ?, ?)",
                ((kind, key, part, *kept, _seal(part, key, *kept)) for part, kept in new.items()),
            )
            database.execute(
                "delete from conclusions where kind = ? and key = ? "
                "and part not in (select value from json_each(?))",
                (kind, key, json.dumps([*parts])),
            )
            database.execute(
                "delete from conclusions where kind = ? and key not in (select key "
                "from conclusions where kind = ? group by key order by max(at) desc limit ?)",
                (kind, kind, most),
            )

        self._write(keep)

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Lets the work write to the tables, all of it or nothing."""
        if self._path is None:
            return
        with suppress(OSError, sqlite3.Error):
            self._prepare(self._path)
            with closing(sqlite3.connect(self._path, timeout=self._patience)) as database, database:
                database.execute("pragma synchronous = off")
                self._begin(database)
                work(database)

    def _prepare(self, path: Path) -> None:
        """An own file that only its owner can read, empty when it was not so."""
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not _ours(path) or not self._readable(path):
            path.unlink(missing_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def _readable(self, path: Path) -> bool:
        try:
            with closing(sqlite3.connect(path, timeout=self._patience)) as database:
                for column in ("key from kept", "part from conclusions"):
                    database.execute(f"select {column} limit 1").fetchall()
        except sqlite3.OperationalError as error:
            return "no such" not in str(error)  # busy is readable
        except sqlite3.Error:
            return False
        return True

    def _begin(self, database: sqlite3.Connection) -> None:
        """Tables that hold this program's rows and no others."""
        known = database.execute("select count(*) from sqlite_master").fetchone()[0]
        if not known:
            for statement in _SCHEMA.split(";"):
                database.execute(statement)
        if not self._is_its_author(database):
            for table in ("kept", "conclusions", "program"):
                database.execute(f"delete from {table}")  # noqa: S608
            database.execute("insert into program values (?)", (self._program,))


def _close(connections: Mapping[tuple[int, int, int], sqlite3.Connection]) -> None:
    for (process, *_), database in connections.items():
        if process == os.getpid():
            database.close()


def _ours(path: Path) -> os.stat_result | None:
    """The facts of a file of ours that nobody else could have read or written."""
    try:
        facts = path.lstat()
    except OSError:
        return None
    private = not facts.st_mode & 0o077 or os.name == "nt"
    ours = stat.S_ISREG(facts.st_mode) and private and facts.st_uid == _user()
    return facts if ours else None


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _seal(*row: str) -> bytes:
    """Tells a damaged or exchanged row."""
    return blake2b("\0".join(row).encode(), digest_size=8).digest()


def _prune(database: sqlite3.Connection, used: set[str]) -> None:
    rows = [key for (key,) in database.execute("select key from kept")]
    if len(rows) > _SPARE * len(used):
        database.executemany(
            "delete from kept where key = ?", ((k,) for k in rows if k not in used)
        )
