"""The files of the network as they were at an earlier commit, as a new commit on top of this one.

The ledger is never reverted: what was paid and invoiced stays. Nor are the keys: a key that was
rotated away must not come back. Knows which files make the network, and whose file has to stay,
because the ledger speaks of them or because they were erased; the rest is git.
"""

from collections.abc import Collection, Container
from pathlib import PurePosixPath
from typing import NamedTuple

from ispconf.edge.committing import committed
from ispconf.edge.history import COMPANY_FILE, FOLDERS, Repository
from ispconf.errors import RequestError

_LEDGER, _SUBSCRIBERS = "ledger", "subscribers"
_REVERTED = (COMPANY_FILE, *(folder for folder in FOLDERS if folder != _LEDGER))


class Reverted(NamedTuple):
    """A commit that brings files back, and which: their paths in the network's folder.

    ``kept`` are the files of subscribers who came since and of whom the ledger speaks, ``erased``
    those of subscribers who were erased since.
    """

    commit: str
    target: str
    files: tuple[str, ...]
    kept: tuple[str, ...]
    erased: tuple[str, ...]


def reverted(
    repository: Repository, rev: str, billed: Container[str], forgotten: Container[str] = ()
) -> Reverted:
    """The commit that brings back the files of a revision; no branch is moved for it.

    Args:
        repository: with nothing that matters left uncommitted.
        rev: a commit before this one.
        billed: the subscribers who have entries in the ledger.
        forgotten: the subscribers who were erased: who they were does not come back.

    Raises:
        RequestError: there is no such commit, this one does not come after it, something is not
            committed, or no file differs.
    """
    target, head = repository.commit(rev), repository.commit()
    if repository.work_tree().differs:
        raise RequestError(
            "there are changes that are not committed; commit or put them away first"
        )
    if not repository.contains(head, target):
        raise RequestError(f"{rev} is not a commit before this one; see: git log --oneline")
    back = {
        path: change.after
        for path, change in repository.changed(head, target).items()
        if path.partition("/")[0] in _REVERTED
    }
    erased = tuple(sorted(path for path in back if _of(path) in forgotten))
    for path in erased:
        del back[path]
    kept = tuple(sorted(path for path, then in back.items() if not then and _of(path) in billed))
    for path in kept:
        del back[path]
    if not back:
        raise RequestError(f"nothing to roll back: the files are as they were at {rev}")
    words = _words(repository, target, head, kept)
    commit = committed(repository, head, back, [head], words)
    return Reverted(commit, target, tuple(sorted(back)), kept, erased)


def _of(path: str) -> str:
    """The subscriber whose file it is, or nobody."""
    where = PurePosixPath(path)
    return where.stem if where.parts[0] == _SUBSCRIBERS else ""


def _words(repository: Repository, target: str, head: str, kept: Collection[str]) -> str:
    """The message of the commit: what it goes back to, and what that undoes."""
    subject = repository.plumb("log", "-1", "--format=%h %s", target)
    undone = repository.plumb("log", "--format=%h %s", f"{target}..{head}", "--", *_REVERTED)
    stays = "".join(f"\n{path} stays: the ledger speaks of them." for path in kept)
    return f"Roll back to {subject}\n\nThe files of the network; never the ledger. Undone:\n\n" + (
        "\n".join(f"- {line}" for line in undone.splitlines()) + stays
    )


def branched(repository: Repository, name: str, commit: str) -> None:
    """Makes a new branch at a commit.

    Raises:
        RequestError: it is no name for a branch, or there is one of that name already.
    """
    ref = f"refs/heads/{name}"
    repository.plumb("check-ref-format", ref)
    try:
        repository.plumb("update-ref", ref, commit, "0" * len(commit))
    except RequestError as error:
        raise RequestError(
            f"there is a branch {name} already; name another with --branch, or git branch -D {name}"
        ) from error
