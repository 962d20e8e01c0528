"""Progress bars on standard error, on a terminal only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Told = Callable[[int, int], None]


@contextmanager
def progress(title: str, total: int) -> Iterator[Told | None]:
    """A bar that is told how many of how many are done; None where nobody is watching."""
    if total < 2 or not sys.stderr.isatty():  # noqa: PLR2004 - one step needs no bar
        yield None
        return
    with _bar() as bar:
        task = bar.add_task(title, total=total)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def progress_of_much(title: str, least: int) -> Iterator[Told | None]:
    """A bar that appears when there is ``least`` to do; nothing moves it but being told.

    A bar that moves by itself is a thread, beside which no process can be split off.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as shown:
        bars: list[tuple[Progress, TaskID]] = []

        def told(done: int, total: int) -> None:
            if total >= least and not bars:
                bar = shown.enter_context(_bar(auto_refresh=False))
                bars.append((bar, bar.add_task(title, total=total)))
            for bar, task in bars:
                bar.update(task, completed=done, total=total, refresh=True)

        yield told


def _bar(*, auto_refresh: bool = True) -> "Progress":
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import Progress  # noqa: PLC0415

    return Progress(console=Console(stderr=True), transient=True, auto_refresh=auto_refresh)
