"""New lines at the end of a journal: one writer at a time, whole lines or nothing.

Knows how a journal's next number is found and how its file is written. Whether an entry may be
appended at all is for ``ledger.checks.refusals`` to say, before; what came to the ledger since then
is noticed here, and nothing is appended that was judged without it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ispconf.edge.history import Repository
from ispconf.edge.ledgerfiles import entries
from ispconf.edge.writing import only_one, unbroken, write_whole
from ispconf.errors import FilesError, Problem, RefusedError, RequestError, Source
from ispconf.ledger import lines
from ispconf.ledger.closing import end_of, month_of
from ispconf.ledger.entries import Entry, recorded_on
from ispconf.ledger.journals import file_of, journal_of

PATIENCE = 30.0
"""Seconds to wait for another program that appends."""


class Seen(NamedTuple):
    """The ledger as it was when new entries were judged.

    ``last`` is the last number of each journal, ``closed`` the last day that is closed.
    """

    last: Mapping[str, int]
    closed: date | None


class OvertakenError(RefusedError):
    """Somebody else has written the ledger since it was read; judged again, it may be done."""


def appending_alone(root: Path) -> AbstractContextManager[None]:
    """Within the block no other program changes the ledger.

    Raises:
        RequestError: no git repository.
        RefusedError: somebody is at it for longer than ``PATIENCE``.
    """
    return only_one(Repository.required(root).directory / "ispconf", "ledger", wait=PATIENCE)


def append_entries(
    root: Path,
    journal: str,
    recorded: date,
    drafts: Iterable[Entry],
    *,
    seen: Seen | None = None,
) -> list[Entry]:
    """Numbers entries and appends them to the journal's file of a day.

    Args:
        root: the repository.
        journal: whose counter numbers them.
        recorded: the day in the file's name, on or after the last one of the journal.
        drafts: entries without number, file and line.
        seen: what whoever judged them knew of the ledger; another program may have appended since.

    Returns:
        The entries as they were written, with number, file and line.

    Raises:
        RequestError: no git repository, the day is before the journal's last, or a full disk.
        OvertakenError: somebody else has appended, or closed a month, since ``seen``.
        RefusedError: somebody else is still at it.
        FilesError: the last file of a journal cannot be read, or not be continued.
    """
    wanted = list(drafts)
    with appending_alone(root):
        files = _files(root)
        if seen is not None:
            _refuse_news(root, files, seen, journal)
        day, number = _end(root, files.get(journal, ()))
        if wanted and day and recorded < day:
            raise RequestError(
                f"journal {journal} has entries recorded on {day}; nothing can be recorded on "
                f"{recorded} any more (a payment of that day is recorded now: pay --on {recorded})"
            )
        return _append(root, file_of(recorded.isoformat(), journal), journal, number, wanted)


def _files(root: Path) -> Mapping[str, list[str]]:
    """The files of each journal, the newest first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    paths = (path.relative_to(root).as_posix() for path in root.glob("ledger/????/??/*.yaml"))
    for path in sorted(paths, reverse=True):
        if journal := journal_of(path):
            found[journal].append(path)
    return found


def _refuse_news(root: Path, files: Mapping[str, list[str]], seen: Seen, mine: str) -> None:
    """Refuses to go on when the ledger holds more than it did, or another end of my journal.

    Old files of other journals need not be on this disk.
    """
    for journal in sorted({*files, mine}):
        _, number = _end(root, files.get(journal, ()))
        known = seen.last.get(journal, 0)
        if number > known or (journal == mine and number != known):
            raise OvertakenError(
                f"journal {journal} is at {number}, not at {known}: another program has written "
                "meanwhile; run it again"
            )
    closings = (path.relative_to(root).as_posix() for path in root.glob("ledger/*/*/closing.yaml"))
    months = [month for path in closings if (month := month_of(path))]
    if (end_of(max(months)) if months else None) != seen.closed:
        raise OvertakenError("a month was closed or opened again meanwhile; run it again")


def _end(root: Path, files: Iterable[str]) -> tuple[date | None, int]:
    """The day of the last of a journal's files that has entries, and its last number."""
    for file in files:
        data = (root / file).read_bytes()
        last = _last(data, file)
        if last:  # as this program writes it: no need to read the whole file
            return recorded_on(file), last.number
        problems: list[Problem] = []
        found = entries(file, data, problems)
        if problems:
            raise FilesError(problems)
        if found:
            return recorded_on(file), max(entry.number for entry in found)
    return None, 0


def _last(data: bytes, file: str) -> Entry | None:
    """The entry of the last line of a file, if that is spelled as this program does."""
    return lines.read(data.rstrip().rpartition(b"\n")[2].decode(errors="replace"), file, 1)


def _refuse_odd(file: str, before: str, after: str, added: int) -> None:
    """Refuses to write after what no line can follow: a list in brackets, or not at the margin.

    Read, such a file is right; with one line more nothing of it could be read any more.
    """
    if not before or _last(before.encode(), file):
        return
    problems: list[Problem] = []
    was, now = (entries(file, text.encode(), problems) for text in (before, after))
    if problems or now[: len(was)] != was or len(now) != len(was) + added:
        said = "nothing can be appended to it: write each entry as a line that begins with - {"
        raise FilesError([Problem(Source(file), said)])


def _append(root: Path, file: str, journal: str, number: int, drafts: list[Entry]) -> list[Entry]:
    """Writes the file with the new lines at its end."""
    path = root / file
    text = path.read_bytes().decode() if path.exists() else ""
    end = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += end
    line = text.count("\n")
    written = [
        draft._replace(no=f"{journal}-{number + count:06}", file=file, line=line + count)
        for count, draft in enumerate(drafts, 1)
    ]
    if written:
        added = "".join(lines.write(entry) + end for entry in written)
        _refuse_odd(file, text, text + added, len(written))
        with unbroken():
            write_whole(path, (text + added).encode())
    return written
