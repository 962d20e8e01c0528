"""The files of closings: read beside the ledger's own, and written by ``ispconf ledger close``.

Knows bytes and paths. What a closing says, and whether it is still true, ``ledger`` knows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from ispconf.edge.history import is_blob
from ispconf.edge.layout import placed
from ispconf.edge.places import look
from ispconf.edge.sources import Content
from ispconf.edge.writing import write_whole
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import Problem, RequestError, Source
from ispconf.ledger import verifying
from ispconf.ledger.closing import (
    Closing,
    Sealed,
    Tally,
    digest,
    end_of,
    file_of,
    month_of,
    recorded_in,
    written,
)
from ispconf.ledger.money import Currency
from ispconf.network.wording import Fault, faults


class Closings:
    """The closings among the files of a ledger, found while these are read."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._months = sorted(month for path in paths if (month := month_of(path)))
        self.last = max(self._months, default="")
        self._files: dict[str, bytes] = {}
        self.digests: dict[str, str] = {}

    def taken_out(self, contents: Iterable[Content]) -> Iterator[Content]:
        """The contents without closings; those of closed months are remembered by their digest."""
        for path, content in contents:
            if isinstance(content, bytes):
                if month_of(path):
                    self._files[path] = content
                    continue
                if recorded_in(path) <= self.last:
                    self.digests[path] = digest(content)
            yield path, content

    @property
    def sizes(self) -> Mapping[str, int]:
        """The bytes of the closings' own files, by path."""
        return {path: len(data) for path, data in self._files.items()}

    def intact(self, blobs: Mapping[str, str]) -> bool:
        """Whether the closings' own files are what these ids say."""
        return all(is_blob(data, blobs[path]) for path, data in self._files.items())

    @property
    def ends(self) -> list[date]:
        """The last days of the closed months, in order."""
        return [end_of(month) for month in self._months]

    def problems(
        self, now: Sequence[Tally], last: Mapping[str, int], currency: Currency
    ) -> list[Problem]:
        """What is wrong with the closings, or was changed since.

        ``now`` is what the ledger says of the months that end on ``ends``, nothing when some of its
        entries could not be read; ``last`` is the highest number of each journal.
        """
        found: list[Problem] = []
        sealed = [
            Sealed(closing, digest(data))
            for path, data in sorted(self._files.items())
            if (closing := _read(path, data, found))
        ]
        if found:
            return found
        return verifying.problems(now, last, sealed, self.digests, currency)


def _read(path: str, data: bytes, problems: list[Problem]) -> Closing | None:
    """The closing of a file; what is wrong with it is added to ``problems``."""
    try:
        tree = parse(data).root
    except OddError:
        problems += (Problem(Source(path, *flaw.spot), flaw.message) for flaw in look(data).flaws)
        return None
    try:
        found = Closing.model_validate(tree if isinstance(tree, dict) else {})
    except ValidationError as error:
        problems += (_placed(path, data, fault) for fault in faults(Closing, error))
        return None
    if found.file == path:
        return found
    problems.append(Problem(Source(path), f"closes {found.month}, so it belongs to {found.file}"))
    return None


def _placed(path: str, data: bytes, fault: Fault) -> Problem:
    place = look(data).places.get(fault.path)
    spot = (place.key if fault.on_key else place.value) if place else (0, 0)
    name = f"{'.'.join(map(str, fault.path))}: " if fault.path else ""
    return Problem(Source(path, *spot), f"{name}{fault.message}")


def last(root: Path) -> Sealed | None:
    """The newest closing of a repository that was read without problems."""
    files = [path.relative_to(root).as_posix() for path in root.glob("ledger/????/??/closing.yaml")]
    for path in sorted(filter(month_of, files), reverse=True):
        data = (root / path).read_bytes()
        if closing := _read(path, data, []):
            return Sealed(closing, digest(data))
    return None


def digests(root: Path, month: str) -> dict[str, str]:
    """The digests of the files that a month has on disk, by path."""
    folder = Path(file_of(month)).parent
    paths = sorted(path.relative_to(root).as_posix() for path in (root / folder).glob("*.yaml"))
    mine = (path for path in paths if getattr(placed(path), "kind", "") == "ledger")
    return {path: digest((root / path).read_bytes()) for path in mine}


def write(root: Path, closings: Iterable[Closing]) -> None:
    """Writes new closings, in their order.

    Raises:
        RequestError: one is there already, or the disk is full.
    """
    for closing in closings:
        path = root / closing.file
        if path.exists():
            raise RequestError(f"{closing.file} is there already")
        write_whole(path, written(closing).encode())
