"""What is applied, written down while it happens: one file of JSON lines for each apply.

Lives in the git directory, so that it is never committed by accident, as
``journal/<yyyy>/<mm>/<time>-<commit>.jsonl``; ``publish`` also puts it on a branch for everybody.
The first line says what began, the last how it ended; a run that was killed has no last line. Holds
no secret. How it is read again is for ``runs``.
"""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from ispconf.edge.branches import Branch, Kept
from ispconf.edge.history import Repository
from ispconf.errors import ApplyError, RequestError
from ispconf.planning.changeset import hidden, sealed

if TYPE_CHECKING:  # who only reads journals need not load what speaks to routers
    from ispconf.edge.applying import Done

FOLDER: Final = "journal"
_COMMIT = 12  # letters of the commit in a file's name


class Journal:
    """The journal of one apply of a commit; safe to write from many threads.

    ``folder`` is the git directory's ``ispconf``, ``clock`` tells the time as it passes. What it
    cannot keep is not done: a full disk stops the work (``ApplyError``).
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime], commit: str) -> None:
        self._clock, self._commit = clock, commit
        now = clock().astimezone(UTC)
        self.path = _path(folder, now, commit)
        try:
            while self.path.exists():  # of another apply that began at the same time
                now += timedelta(microseconds=1)
                self.path = _path(folder, now, commit)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("xb", buffering=0)
            self.path.chmod(0o600)
        except OSError as error:
            raise RequestError(f"{self.path} cannot be written: {error.strerror}") from error
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
        """The first line: day and digest of what is applied, by whom, and where that is shown."""
        self._write({"began": {"format": 1, "commit": self._commit, **facts, "time": self._now()}})

    def told(self, router: str, done: "Done") -> None:
        """One change and what became of it."""
        change = done.change
        self._of(
            router,
            outcome=done.outcome.value,
            message=done.message,
            **sealed(change, hidden),
            effect=change.effect,
            calendar=change.calendar,
            reason=change.reason,
        )

    def note(self, router: str, words: str) -> None:
        """What else happened at a router, such as a lease that was taken over."""
        self._of(router, note=words)

    def result(self, router: str, **facts: Any) -> None:
        """Where a router is after the run: whether it converged, or what waits and why."""
        self._of(router, result=facts)

    def end(self, exit_code: int) -> None:
        """The last line."""
        self._write({"ended": {"exit_code": exit_code, "time": self._now()}})

    def _of(self, router: str, **facts: Any) -> None:
        self._write({"time": self._now(), "commit": self._commit, "router": router, **facts})

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds")

    def _write(self, fact: Mapping[str, Any]) -> None:
        with self._lock:
            line = json.dumps(fact, ensure_ascii=False).encode() + b"\n"
            try:
                if self._file.write(line) == len(line):
                    return
            except OSError as error:
                raise ApplyError(f"{self.path} cannot be written: {error.strerror}") from error
            raise ApplyError(f"{self.path} cannot be written: no space left")


def _path(folder: Path, now: datetime, commit: str) -> Path:
    name = f"{now:%Y%m%dT%H%M%S.%f}Z-{commit[:_COMMIT] or 'none'}.jsonl"
    return folder / FOLDER / f"{now:%Y/%m}" / name


def kept(folder: Path) -> dict[str, Path]:
    """The journals of this clone: their paths on disk by the path they have on a branch."""
    here = folder / FOLDER
    return {path.relative_to(here).as_posix(): path for path in sorted(here.rglob("*.jsonl"))}


def publish(
    repository: Repository, branch: str, more: Mapping[str, bytes], running: Collection[Path] = ()
) -> Kept:
    """Puts every journal of this clone that is not there yet on the branch, and other files.

    ``running`` are journals that are still being written. A push that fails is made up for by the
    next run.

    Raises:
        RequestError: git cannot write here.
    """
    target = Branch(repository, branch)
    there = target.files()
    files = {
        path: file.read_bytes()
        for path, file in kept(repository.directory / "ispconf").items()
        if path not in there and file not in running
    }
    return target.add(files | dict(more), f"Keep the journal of {max(files, default='no run')}")
