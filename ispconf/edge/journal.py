"""What was applied: a journal of every change, and the last apply of each router.

Lives in the git directory, so that it is never committed by accident: one file of JSON lines per
apply, written line by line as answers come in, and one small file that says at which commit and on
which day each router was last brought to its wanted state. Holds no secret.
"""

import json
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, NamedTuple, Self

from ispconf.edge.applying import Done
from ispconf.edge.writing import write_whole
from ispconf.errors import ApplyError, RequestError
from ispconf.planning.changeset import hidden, sealed

_APPLIED = "applied.json"


class Applied(NamedTuple):
    """The last time a router was brought to its wanted state; ``managed`` rows it had then."""

    commit: str
    day: date
    managed: int


class Journal:
    """The journal of one apply; safe to write from many threads.

    What it cannot keep is not done: a full disk stops the work (``ApplyError``).
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self.path = folder / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab", buffering=0)
            self.path.chmod(0o600)
        except OSError as error:
            raise RequestError(f"{folder} cannot be written: {error.strerror}") from error
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def begin(self, **facts: Any) -> None:
        """The first line: commit, day and digest of what is applied."""
        self._write({"began": facts})

    def told(self, router: str, done: Done) -> None:
        """One change and what became of it."""
        change = sealed(done.change, hidden)
        fact = {"router": router, "outcome": done.outcome.value, "message": done.message, **change}
        self._write(fact)

    def note(self, router: str, words: str) -> None:
        """What else happened at a router, such as a lease that was taken over."""
        self._write({"router": router, "note": words})

    def _write(self, fact: Mapping[str, Any]) -> None:
        with self._lock:
            line = json.dumps(fact, ensure_ascii=False).encode() + b"\n"
            try:
                if self._file.write(line) == len(line):
                    return
            except OSError as error:
                raise ApplyError(f"{self.path} cannot be written: {error.strerror}") from error
            raise ApplyError(f"{self.path} cannot be written: no space left")


def last_applied(folder: Path) -> dict[str, Applied]:
    """The last apply of each router; empty when there was none, or the file is damaged."""
    try:
        known = json.loads((folder / _APPLIED).read_text(encoding="utf-8"))
        return {
            router: Applied(held["commit"], date.fromisoformat(held["day"]), int(held["managed"]))
            for router, held in known.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def remember(folder: Path, applied: Mapping[str, Applied]) -> None:
    """Adds to what is known of each router's last apply."""
    folder.mkdir(parents=True, exist_ok=True)
    known = last_applied(folder) | dict(applied)
    facts = {
        router: {"commit": held.commit, "day": held.day.isoformat(), "managed": held.managed}
        for router, held in sorted(known.items())
    }
    write_whole(folder / _APPLIED, json.dumps(facts, indent=1).encode() + b"\n")
