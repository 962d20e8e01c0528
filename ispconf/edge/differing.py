"""The files that a change touched, each with what it was and what it is.

A change is what is between the commit at which it began and its last one, and what is on disk and
not committed yet. Renames are a file that goes and one that comes. Knows git and bytes; what a file
means is for others.
"""

import os
from collections.abc import Iterator
from typing import NamedTuple

from ispconf.edge.history import LINK, MATTERS, Change, Repository, Tracked
from ispconf.errors import RequestError


class Side(NamedTuple):
    """A file at one end of a change: git's mode (``100644``, ``120000`` is a link) and content."""

    mode: str
    data: bytes

    @property
    def regular(self) -> bool:
        """Whether it is a plain file that nobody runs."""
        return self.mode == "100644"


class Difference(NamedTuple):
    """A file that differs; None on the side where it is not there."""

    path: str
    before: Side | None
    after: Side | None


def proposed(repository: Repository, start: str) -> list[Difference]:
    """What differs from ``start``: in the last commit, and on disk where that is something else."""
    found = list(differences(repository, start, "HEAD"))
    on_disk = {*repository.changed("HEAD"), *repository.new_files(*MATTERS)}
    if on_disk:
        found += (each for each in differences(repository, start) if each.path in on_disk)
    return found


def differences(
    repository: Repository, old: str, new: str = "", folder: str = "."
) -> Iterator[Difference]:
    """The files that differ between two commits, or a commit and the disk when ``new`` is "".

    Args:
        repository: whose files.
        old: a commit.
        new: another one.
        folder: only files below it; "." is all, those above the network's folder included.
    """
    changes = repository.changed(old, new, folder)
    if not new:
        fresh = repository.new_files(*(MATTERS if folder == "." else (folder,)))
        changes |= {path: Change(None, Tracked("100644", "0")) for path in fresh}
    sides = [side for change in changes.values() for side in change if side]
    contents = dict(repository.blobs({side.blob for side in sides if _in_git(side)}))
    for path, change in changes.items():
        before = _side(repository, path, change.before, contents)
        after = _side(repository, path, change.after, contents)
        if before != after:
            yield Difference(path, before, after)


def _in_git(side: Tracked) -> bool:
    return bool(side.blob.strip("0")) and side.mode != "160000"


def _side(
    repository: Repository, path: str, side: Tracked | None, contents: dict[str, bytes]
) -> Side | None:
    if side is None:
        return None
    if side.mode == "160000":  # another repository in a folder: it has a commit, no content
        return Side(side.mode, side.blob.encode())
    if _in_git(side):
        return Side(side.mode, contents[side.blob])
    full = repository.root / path
    try:
        if full.is_symlink():
            return Side(LINK, os.fsencode(full.readlink()))
        return Side(side.mode, full.read_bytes())
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error
