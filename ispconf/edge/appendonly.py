"""What a change did to the ledger: lines that it added, and lines that it may not have touched.

The ledger is append only. Compares the files on disk with the commit at which the change began, by
git's own line diff. Knows lines; what they say does not matter.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from ispconf.edge.history import Repository
from ispconf.errors import Problem, Source
from ispconf.ledger.closing import month_of

_HUNK: Final = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class LedgerChange(NamedTuple):
    """``added``: the first new line of each file; ``problems``: what was changed or removed."""

    added: dict[str, int]
    problems: list[Problem]


class _Hunk(NamedTuple):
    """Neighbouring lines: what they were, from which line, and what they are."""

    file: str
    gone: bool
    before: int
    removed: list[bytes]
    after: int
    added: list[bytes]


def ledger_change(
    repository: Repository, base: str, reopened: Collection[str] = ()
) -> LedgerChange:
    """The change of the ledger since the work at hand left ``base``.

    ``reopened`` are months (``2026-10``) whose closing may be taken away or written anew.

    Raises:
        RequestError: there is no such revision.
    """
    start = repository.fork(base)
    change = LedgerChange({}, [])
    closings: dict[str, Problem] = {}
    for hunk in _hunks(repository.diff(start, "ledger")):
        if month := month_of(hunk.file):
            if hunk.removed and month not in reopened:
                closings[hunk.file] = _reopens(hunk.file, month, start)
            continue
        change.problems.extend(_lost(hunk, start))
        if hunk.added:
            change.added.setdefault(hunk.file, hunk.after)
    change.problems.extend(closings.values())
    for file in repository.new_files("ledger"):
        if month_of(file) is None:
            change.added.setdefault(file, 1)
    return change


def _reopens(file: str, month: str, base: str) -> Problem:
    said = (
        f"was deleted or changed since {base[:12]}, which reopens {month}: take it back, or say "
        f"that it is meant with --reopen {month}, and close the month again afterwards"
    )
    return Problem(Source(file), said)


def _lost(hunk: _Hunk, base: str) -> Iterator[Problem]:
    if hunk.gone:
        said = f"was deleted; it is in {base[:12]} and the ledger is append only: take it back"
        yield Problem(Source(hunk.file), said)
        return
    kept = [line.rstrip(b"\r\n") for line in hunk.added]
    for index, line in enumerate(hunk.removed):
        if index < len(kept) and kept[index] == line.rstrip(b"\r\n"):
            continue  # only its line end is new
        yield Problem(
            Source(hunk.file, hunk.before + index),
            f"this line of {base[:12]} was changed or removed; the ledger is append only: take it "
            "back and correct it with a new entry (credit, reversal, write_off)",
        )


def _hunks(diff: bytes) -> Iterator[_Hunk]:
    """The hunks of a diff without context."""
    lines = iter(diff.split(b"\n"))
    old = new = ""
    for line in lines:
        if line.startswith(b"--- "):
            old = _name(line)
        elif line.startswith(b"+++ "):
            new = _name(line)
        elif found := _HUNK.match(line):
            before, after = int(found[1]), int(found[3])
            removed = _take(lines, int(found[2] or 1))
            added = _take(lines, int(found[4] or 1))
            yield _Hunk(new or old, not new, before, removed, after, added)


def _take(lines: Iterator[bytes], count: int) -> list[bytes]:
    """So many lines of one side; git's remark on a missing line end is none of them."""
    taken: list[bytes] = []
    while len(taken) < count:
        line = next(lines)
        if not line.startswith(b"\\"):
            taken.append(line[1:])
    return taken


def _name(line: bytes) -> str:
    """The path in a ``---`` or ``+++`` line; "" for a file that is not there."""
    name = line[4:].rstrip(b"\r\n\t").decode("utf-8", "replace")
    return "" if name == "/dev/null" else name[2:]
