"""Versions of files as trees and as ledger entries, each blob read and parsed once.

Knows blobs. A version that cannot be read is None: history goes on, and ``check`` says why.
"""

from collections.abc import Iterable, Iterator

from ispconf.edge.commits import Commit, Touched
from ispconf.edge.history import Repository
from ispconf.edge.ledgerfiles import entries
from ispconf.edge.yamltext import OddError, parse
from ispconf.ledger.entries import Entry
from ispconf.network.differences import Node


class Versions:
    """The contents of blobs, fetched many at a time."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._contents: dict[str, bytes] = {"": b""}
        self._trees: dict[str, Node] = {"": None}

    def fetch(self, blobs: Iterable[str]) -> None:
        """Reads these blobs through one git process.

        Raises:
            RequestError: one is missing from the repository.
        """
        todo = dict.fromkeys(blob for blob in blobs if blob not in self._contents)
        if todo:
            self._contents.update(self._repository.blobs(todo))

    def content(self, blob: str) -> bytes:
        """The bytes of a blob; nothing for a file that is not there."""
        if blob not in self._contents:
            self.fetch([blob])
        return self._contents[blob]

    def tree(self, blob: str) -> Node:
        """The tree of text; None for no file, and for one that cannot be read."""
        if blob not in self._trees:
            self._trees[blob] = tree(self.content(blob))
        return self._trees[blob]

    def entries(self, file: Touched) -> tuple[list[Entry], list[Entry]]:
        """The ledger entries that a change of a file added, and those that it took away."""
        after = self.content(file.after)
        before = [self.content(blob) for blob in file.before]
        if len(before) == 1 and after.startswith(before[0]) and _whole(before[0]):
            return entries(file.path, after[len(before[0]) :], []), []
        now = _bare(entries(file.path, after, []))
        then = [_bare(entries(file.was, old, [])) for old in before]
        added = [each for bare, each in now.items() if not any(bare in old for old in then)]
        lost = [
            each
            for bare, each in then[0].items()
            if bare not in now and all(bare in old for old in then)
        ]
        return added, lost


def _bare(found: Iterable[Entry]) -> dict[Entry, Entry]:
    """Entries by what they say, wherever they stand."""
    return {each._replace(file="", line=0): each for each in found}


def _whole(data: bytes) -> bool:
    """Whether a file ends with its last line, so that what follows can be read alone."""
    return not data or data.endswith(b"\n")


def tree(data: bytes) -> Node:
    """The tree of a file's text; None when it cannot be read."""
    try:
        return parse(data).root
    except OddError:
        return None


def blobs_of(commits: Iterable[Commit]) -> Iterator[str]:
    """Every blob that these commits made or replaced."""
    for commit in commits:
        for file in commit.touched:
            yield from file.before
            yield file.after
