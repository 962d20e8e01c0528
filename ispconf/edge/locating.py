"""Finds the line of a key, when somebody asks: most runs never do.

Knows paths inside files. Nothing is kept but the files that were asked for.
"""

from collections.abc import Callable, Iterable

from ispconf.edge.places import Look, look
from ispconf.edge.reading import spot_of
from ispconf.edge.sources import Content
from ispconf.errors import Problem, Source


class Locator:
    """``locate(file, "services", "casa", "plan")`` is the place of the value."""

    def __init__(self, read: Callable[[Iterable[str]], Iterable[Content]]) -> None:
        self._read = read
        self._looks: dict[str, Look] = {}

    def __call__(self, file: str, *path: str | int) -> Source:
        """The value's place; the block that lacks the key when there is no such key."""
        if file not in self._looks:
            self._looks[file] = self._look(file)
        spot = spot_of(self._looks[file], path)
        return Source(file, *spot) if spot else Source(file)

    def _look(self, file: str) -> Look:
        for _, content in self._read([file]):
            if not isinstance(content, Problem):
                return look(content)
        return Look({}, [])
