"""Commits, oldest first, with the files that each one changed: one ``git log --raw`` for all.

Knows git's raw format, merges and renames, and what no commit has yet. Knows nothing of what a file
means.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ispconf.edge.history import Repository

NOTHING: Final = ""
"""The blob of a file that is not there."""
_PLAIN: Final = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature")
"""So that the settings of whoever runs it change nothing."""
_RAW: Final = ("-z", "--raw", "--no-abbrev", "--relative")
_FORMAT: Final = "--format=%H%n%ct%n%aN%n%aE%n%P%n%s"


class Touched(NamedTuple):
    """A file that a commit changed.

    ``was`` is its path before, another one when it was moved. ``before`` is its blob in each
    parent: one, unless the commit is a merge that made more of a file than any parent had.
    """

    path: str
    was: str
    before: tuple[str, ...]
    after: str


class Commit(NamedTuple):
    """A commit: ``time`` is when it was made (UTC), ``author`` who wrote what it changes."""

    id: str
    time: datetime
    author: str
    email: str
    parents: tuple[str, ...]
    subject: str
    touched: tuple[Touched, ...] = ()


def commits(
    repository: Repository, *words: str, paths: Sequence[str] = (), renames: bool = True
) -> list[Commit]:
    """The commits that ``git log`` gives, oldest first, each after its parents.

    Args:
        repository: where to look.
        words: revisions and options of ``git log``.
        paths: only commits that changed one of these, and of those only these.
        renames: whether a file that is gone and a new one like it are one file that was moved.

    Raises:
        RequestError: git does not know a revision.
    """
    follow = "-M" if renames else "--no-renames"
    options = (*_PLAIN, *_RAW, "-c", "--topo-order", "--reverse", _FORMAT, follow)
    said = repository.plumb("log", *options, *words, "--", *paths)
    return list(_commits(_parts(said)))


def between(repository: Repository, one: str, other: str, *paths: str) -> list[Touched]:
    """The files that differ between two commits."""
    parts = _parts(repository.plumb("diff-tree", "-r", *_RAW, "-M", one, other, "--", *paths))
    return [_touched(part, parts) for part in parts]


def shallow(repository: Repository) -> bool:
    """Whether this clone was made without the commits before a certain one."""
    return repository.plumb("rev-parse", "--is-shallow-repository") == "true"


def once(repository: Repository, folder: str) -> list[str]:
    """The files of a folder that some commit deleted."""
    options = ("--no-renames", "--diff-filter=D", "--name-only", "--format=", "-z", "--relative")
    said = repository.plumb("log", *options, "--", folder)
    return sorted({path.strip() for path in said.split("\0")} - {""})


def known(repository: Repository, *paths: str) -> list[str]:
    """Files that git tracks or would take, whose path fits one of git's patterns."""
    options = ("-z", "--cached", "--others", "--exclude-standard")
    said = repository.plumb("ls-files", *options, "--", *paths)
    return sorted(set(said.split("\0")) - {""})


def uncommitted(repository: Repository, *paths: str) -> set[str]:
    """Files of these whose content is not in the last commit."""
    options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative")
    said = repository.plumb("diff", *options, "HEAD", "--", *paths)
    return {*said.split("\0"), *repository.new_files(*paths)} - {""}


def _parts(said: str) -> Iterator[str]:
    return (part.lstrip("\n") for part in said.split("\0") if part)


def _commits(parts: Iterator[str]) -> Iterator[Commit]:
    head: Commit | None = None
    touched: list[Touched] = []
    for part in parts:
        if part.startswith(":"):
            touched.append(_touched(part, parts))
            continue
        if head:
            yield head._replace(touched=tuple(touched))
        head, touched = _head(part), []
    if head:
        yield head._replace(touched=tuple(touched))


def _head(part: str) -> Commit:
    name, seconds, author, email, parents, subject = _readable(part).split("\n", 5)
    time = datetime.fromtimestamp(int(seconds), UTC)
    return Commit(name, time, author, email, tuple(parents.split()), subject)


def _readable(text: str) -> str:
    """Text of a commit that is not UTF-8 has signs in place of what is wrong in it."""
    return os.fsencode(text).decode("utf-8", "replace")


def _touched(head: str, parts: Iterator[str]) -> Touched:
    """``:100644 100644 <blob> <blob> M``, then its path; a merge has a colon for each parent."""
    parents = len(head) - len(head.lstrip(":"))
    words = head.lstrip(":").split(" ")
    blobs = ["" if not blob.strip("0") else blob for blob in words[parents + 1 : -1]]
    path = was = next(parts)
    if parents == 1 and words[-1][0] in "RC":
        path = next(parts)
    return Touched(path, was, tuple(blobs[:-1]), blobs[-1])
