"""What can go wrong, as values and exceptions.

Knows where something stands in a file, what a problem is, and which exit code each kind of failure
has (the table of the command line's exit codes). Knows nothing of files, routers or money.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Literal, NamedTuple


class Exit(IntEnum):
    """The exit codes of every verb; the same number is in the JSON output."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    BUG = 3
    INCOMPLETE = 4
    REFUSED = 5
    PARTIAL = 6
    TAKEN_BACK = 7
    CHANGES = 10
    INTERRUPTED = 130


class Source(NamedTuple):
    """A place in the repository; line and column count from 1, 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        place = f"{self.file}:{self.line}"
        return f"{place}:{self.column}" if self.column else place


class Problem(NamedTuple):
    """One thing that is wrong, or worth a hint, in the operator's files.

    ``also`` is the other place of a conflict between two files.
    """

    source: Source
    message: str
    also: Source | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        kind = "" if self.severity == "error" else "warning: "
        also = f" (see {self.also})" if self.also else ""
        return f"{self.source}: {kind}{self.message}{also}"


class IspconfError(Exception):
    """Something the operator can act on; anything else that is raised is a bug."""

    exit_code: Exit = Exit.PROBLEMS


class RequestError(IspconfError):
    """The request itself cannot be done: nothing was contacted, nothing was written."""


class FilesError(IspconfError):
    """Problems in the operator's files, all of them, in stable order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.source, p.message)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class IncompleteError(IspconfError):
    """A router could not be reached or wholly read."""

    exit_code = Exit.INCOMPLETE


class RefusedError(IspconfError):
    """A guard, an approval, ownership or a lock stands against it."""

    exit_code = Exit.REFUSED


class ApplyError(IspconfError):
    """An apply that was done in part; the journal says what is done and what is not."""

    exit_code = Exit.PARTIAL
