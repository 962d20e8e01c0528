"""Documents written to a folder, one file each; many of them by several processes.

What a document says was decided before: a process gets values and a press, and nothing else. Knows
nothing of verbs. Nothing is synced to the disk file by file: a document can be printed again.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from ispconf.errors import RequestError
from ispconf.ledger.documents import Content, Form, Press

SUFFIXES: Final[dict[Form, str]] = {"text": ".txt", "html": ".html", "pdf": ".pdf"}
MANY: Final = 400
"""Documents for which starting a second process pays: it takes half a second."""
_AT_ONCE = 50
_MOST = 4  # processes
_SAFE = "PYTHONSAFEPATH"

Told = Callable[[int, int], None]


def print_all(  # noqa: PLR0913
    press: Press,
    papers: Sequence[Content],
    form: Form,
    folder: Path,
    *,
    told: Told | None = None,
    processes: int | None = None,
) -> list[Path]:
    """The files written, in the order of the papers, named by their numbers.

    Args:
        press: what they are printed with.
        papers: what they say.
        form: the kind of file.
        folder: made if it is not there; files of the same names are replaced.
        told: called with how many of how many are written.
        processes: how many print (default: as many as there are processors, for few papers one).

    Raises:
        RequestError: a template is wrong, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"{folder} cannot be made: {error.strerror}") from error
    if processes is None:
        processes = min(os.cpu_count() or 1, _MOST) if len(papers) >= MANY else 1
    done = 0
    for count in _written(press, papers, form, folder, processes):
        done += count
        if told:
            told(done, len(papers))
    return [folder / f"{paper.no}{SUFFIXES[form]}" for paper in papers]


def write(path: Path, data: bytes) -> None:
    """Writes one document whole.

    Raises:
        RequestError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise RequestError(f"{path} cannot be written: {error.strerror}") from error


def _written(
    press: Press, papers: Sequence[Content], form: Form, folder: Path, processes: int
) -> Iterator[int]:
    """How many were written, again and again."""
    some = [papers[at : at + _AT_ONCE] for at in range(0, len(papers), _AT_ONCE)]
    if processes == 1:
        for each in some:
            yield _print(press, each, form, folder)
        return
    # Not forked: a progress bar is a thread, and a fork takes its locks along.
    with (
        _no_module_from_here(),
        ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(press,)
        ) as pool,
    ):
        waiting = [pool.submit(_print_some, each, form, folder) for each in some]
        try:
            for ready in as_completed(waiting):
                yield ready.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _no_module_from_here() -> Iterator[None]:
    """Within the block a new Python looks for no module in the folder we are in: it is data."""
    given = os.environ  # noqa: TID251  what new processes are given; nothing is asked of it
    before = given.get(_SAFE)
    given[_SAFE] = "1"
    try:
        yield
    finally:
        given.pop(_SAFE)
        if before is not None:
            given[_SAFE] = before


_presses: list[Press] = []
"""The one press of a process that prints."""


def _begin(press: Press) -> None:
    _presses[:] = [press]


def _print_some(papers: Sequence[Content], form: Form, folder: Path) -> int:
    return _print(_presses[0], papers, form, folder)


def _print(press: Press, papers: Sequence[Content], form: Form, folder: Path) -> int:
    for paper in papers:
        write(folder / f"{paper.no}{SUFFIXES[form]}", press.printed(paper, form))
    return len(papers)
