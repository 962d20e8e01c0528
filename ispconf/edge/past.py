"""The past of one subscriber: every version of their file, and who recorded each of their entries.

A file that was moved to another folder keeps its id and is found by it; one that got another id is
followed when git sees the rename and both versions are of one person. Knows git and files; what a
version means is for ``network`` and ``ledger`` to say.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final, Literal, NamedTuple

from ispconf.edge.commits import Commit, Touched, between, commits, known, uncommitted
from ispconf.edge.history import Repository
from ispconf.edge.sources import reader
from ispconf.edge.versions import Versions, blobs_of, tree
from ispconf.errors import Problem
from ispconf.network.differences import Difference, Node, differences
from ispconf.network.telling import same_person

FOLDER: Final = "subscribers"
Deed = Literal["created", "changed", "moved", "renamed", "deleted"]


class Revision(NamedTuple):
    """One change of the file; ``commit`` is None for what is not committed yet.

    ``path`` and ``was`` are where the file is after and before. ``changes`` are what differs from
    every parent of the commit.
    """

    commit: Commit | None
    deed: Deed
    path: str
    was: str
    before: Node
    after: Node
    changes: tuple[Difference, ...]


class Life(NamedTuple):
    """All revisions, oldest first; ``names`` are the ids the subscriber had, the last one first."""

    names: tuple[str, ...]
    revisions: tuple[Revision, ...]

    @property
    def path(self) -> str:
        """Where the file is, or was last."""
        return self.revisions[-1].path

    @property
    def gone(self) -> bool:
        """Whether there is no file any more."""
        return self.revisions[-1].deed == "deleted"


def id_of(path: str) -> str:
    """The id that a file's name says."""
    return PurePosixPath(path).stem


def pattern(name: str) -> str:
    """Git's pattern for a subscriber's file in any folder."""
    return f":(glob){FOLDER}/**/{name}.yaml"


def life(repository: Repository, versions: Versions, name: str) -> Life | None:
    """The life of a subscriber's file; None when there never was one of that id.

    Raises:
        RequestError: there is no commit yet.
    """
    tracked = known(repository, pattern(name))
    there = [path for path in tracked if (repository.root / path).is_file()]
    paths: list[str] = []
    found: dict[tuple[str, str], Revision] = {}
    for path in there or tracked or _gone(repository, name):
        for revision in _followed(repository, versions, path, "HEAD", paths):
            assert revision.commit is not None  # noqa: S101  for the type checker
            found.setdefault((revision.commit.id, revision.path), revision)
    revisions = list(found.values())
    last = revisions[-1] if revisions else None
    if last is None or id_of(last.path) == name:  # else it lives on under another id
        revisions += _uncommitted(repository, there[0] if there else "", last)
    names = tuple(dict.fromkeys(id_of(path) for path in paths or there))
    return Life(names, tuple(revisions)) if revisions else None


def _gone(repository: Repository, name: str) -> list[str]:
    """Where a file of that id was last deleted or moved away from."""
    log = commits(repository, "HEAD", "--diff-filter=DR", paths=[pattern(name)], renames=False)
    return [file.path for commit in log[-1:] for file in commit.touched]


def _followed(
    repository: Repository, versions: Versions, path: str, end: str, paths: list[str]
) -> Iterator[Revision]:
    """The revisions of a path up to a commit, those of the paths it had before that first.

    A single path is what git finds fast; where the file came from is asked of one commit only.
    """
    paths.append(path)
    log = commits(repository, end, paths=[path])
    versions.fetch(blobs_of(log))
    last: Node = None
    for commit in log:
        for file in commit.touched:
            whole = file
            if not any(file.before):
                whole = _moved(repository, versions, commit, path) or file
            elif not file.after:
                whole = _moved(repository, versions, commit, path, gone=True) or file
            if whole is not file and file.after and len(paths) < _PLACES:
                yield from _followed(repository, versions, whole.was, f"{commit.id}^", paths)
            revision = _revision(versions, commit, whole, last)
            last = revision.after or last
            yield revision


_PLACES: Final = 50
"""How often a file may have been moved; a loop of names ends somewhere."""


def _moved(
    repository: Repository, versions: Versions, commit: Commit, path: str, *, gone: bool = False
) -> Touched | None:
    """The move by which a file came here, or went from here: a folder's, or to another id.

    A file that left one folder and came into another is one, however much it changed; two ids are
    one subscriber when git sees a rename and both versions are of one person.
    """
    if not commit.parents:
        return None
    touched = between(repository, commit.parents[0], commit.id, FOLDER)
    for file in touched:
        if path != (file.was if gone else file.path) or file.path == file.was:
            continue
        alike = id_of(file.was) == id_of(file.path)
        if alike or same_person(versions.tree(file.before[0]), versions.tree(file.after)):
            return file
    twins = [file for file in touched if id_of(file.path) == id_of(path)]
    left = [file for file in twins if not file.after]
    came = [file for file in twins if not any(file.before)]
    if len(left) != 1 or len(came) != 1:
        return None
    return Touched(came[0].path, left[0].path, left[0].before, came[0].after)


def _revision(versions: Versions, commit: Commit, file: Touched, last: Node) -> Revision:
    """What a commit did; a version that cannot be read counts as no change of the ``last`` one."""
    after = versions.tree(file.after)
    before = [versions.tree(blob) or (last if blob else None) for blob in file.before]
    readable = after is not None or not file.after
    changes = tuple(parted(before, after)) if readable else ()
    return Revision(commit, deed_of(file), file.path, file.was, before[0], after, changes)


def parted(before: Sequence[Node], after: Node) -> list[Difference]:
    """What differs from every parent: what a merge took from one of them is not its own."""
    first, *others = [differences(each, after) for each in before]
    for other in others:
        made = {(change.path, repr(change.after)) for change in other}
        first = [change for change in first if (change.path, repr(change.after)) in made]
    return first


def deed_of(file: Touched) -> Deed:
    """What a commit did to a file as a whole."""
    if not any(file.before):
        return "created"
    if not file.after:
        return "deleted"
    if file.path == file.was:
        return "changed"
    return "moved" if id_of(file.path) == id_of(file.was) else "renamed"


def _uncommitted(repository: Repository, path: str, last: Revision | None) -> Iterator[Revision]:
    """What the file on disk has and no commit has yet; ``path`` is "" when there is none."""
    before, was = (last.after, last.path) if last and last.deed != "deleted" else (None, "")
    if path == was and not (path and uncommitted(repository, path)):
        return
    after = None
    for _, content in reader(repository.root)([path] if path else []):
        after = None if isinstance(content, Problem) else tree(content)
    blank = Touched(path or was, was or path, ("x" if was else "",), "x" if path else "")
    changes = tuple(differences(before, after)) if after is not None or not path else ()
    yield Revision(None, deed_of(blank), blank.path, blank.was, before, after, changes)
