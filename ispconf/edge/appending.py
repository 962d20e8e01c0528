"""New lines at the end of a journal: one writer at a time, whole lines or nothing.

Knows how a journal's next number is found and how its file is written. Whether an entry may be
appended at all is for ``ledger.checks.refusals`` to say, before.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from ispconf.edge.history import Repository
from ispconf.edge.ledgerfiles import entries
from ispconf.edge.writing import only_one, write_whole
from ispconf.errors import FilesError, Problem, RefusedError, RequestError
from ispconf.ledger import lines
from ispconf.ledger.entries import Entry, recorded_on
from ispconf.ledger.journals import file_of

PATIENCE = 30.0
"""Seconds to wait for another program that appends."""


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
    last: int | None = None,
) -> list[Entry]:
    """Numbers entries and appends them to the journal's file of a day.

    Args:
        root: the repository.
        journal: whose counter numbers them.
        recorded: the day in the file's name, on or after the last one of the journal.
        drafts: entries without number, file and line.
        last: the journal's last number as the caller saw it, when what is appended depends on it
            (a bill run); another program may have appended since.

    Returns:
        The entries as they were written, with number, file and line.

    Raises:
        RequestError: no git repository, the day is before the journal's last, or a full disk.
        RefusedError: somebody else appended since ``last``, or is still at it.
        FilesError: the journal's last file cannot be read.
    """
    wanted = list(drafts)
    with appending_alone(root):
        day, number = _end(root, journal)
        if last is not None and number != last:
            raise RefusedError(
                f"journal {journal} is at {number}, not at {last}: another program has written "
                "meanwhile; run it again"
            )
        if day and recorded < day:
            raise RequestError(
                f"journal {journal} has entries recorded on {day}; nothing can be recorded on "
                f"{recorded} any more (the date of an entry itself may be earlier)"
            )
        return _append(root, file_of(recorded.isoformat(), journal), journal, number, wanted)


def _end(root: Path, journal: str) -> tuple[date | None, int]:
    """The day of the journal's last file that has entries, and its last number."""
    name = f"????-??-??-{journal}.yaml"
    files = [
        path.relative_to(root).as_posix()
        for path in root.glob(f"ledger/????/??/{name}")
        if recorded_on(path.name)
    ]
    for file in sorted(files, reverse=True):
        problems: list[Problem] = []
        found = entries(file, (root / file).read_bytes(), problems)
        if problems:
            raise FilesError(problems)
        if found:
            return recorded_on(file), max(entry.number for entry in found)
    return None, 0


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
        write_whole(path, (text + added).encode())
    return written
