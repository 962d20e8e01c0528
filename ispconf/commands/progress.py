"""Progress bars on standard error, on a terminal only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Told = Callable[[int, int], None]


@contextmanager
def progress(title: str, total: int) -> Iterator[Told | None]:
    """A bar that is told how many of how many are done; None where nobody is watching."""
    if total < 2 or not sys.stderr.isatty():  # noqa: PLR2004 - one step needs no bar
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done, total: bar.update(task, completed=done, total=total)
