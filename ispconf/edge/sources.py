"""Where the text of a network comes from: a git work tree, a plain folder, or a revision.

All three give the same: the paths that count with the id of their content where git knows it, and
the bytes of those that are asked for. Knows links, sizes and what can go wrong with a file on a
disk; knows nothing of what is in it.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from ispconf.edge.history import COMPANY_FILE, FOLDERS, LINK, Repository, Tracked
from ispconf.errors import Problem, Source

LARGEST: Final = 1 << 20
"""Bytes of a file that is read, 1 MiB."""
LARGEST_LEDGER: Final = 64 << 20
"""Bytes of a ledger file: a bill run writes a line for each subscriber."""

Content = tuple[str, bytes | Problem]


class Files(NamedTuple):
    """A network's files. ``blobs`` has every path with git's id of its content, "" if unknown."""

    blobs: dict[str, str]
    read: Callable[[Iterable[str]], Iterator[Content]]
    problems: list[Problem]
    commit: str = ""
    dirty: bool = False
    root: Path | None = None
    """The folder where they are on disk; None when they are not."""


def too_large(path: str, size: int) -> Problem | None:
    """What is wrong with a file of that size."""
    most = LARGEST_LEDGER if path.startswith("ledger/") else LARGEST
    if size <= most:
        return None
    return Problem(Source(path), f"is larger than {most >> 20} MiB")


def of_work_tree(repository: Repository) -> Files:
    """The files as they are on disk, new ones included, those that git ignores not."""
    tree = repository.work_tree()
    blobs = tree.clean | dict.fromkeys(tree.dirty, "")
    problems = _links(repository.root, [path for path, blob in blobs.items() if not blob])
    for problem in problems:
        del blobs[problem.source.file]
    read = reader(repository.root)
    return Files(blobs, read, problems, tree.commit, tree.differs, repository.root)


def of_folder(root: Path) -> Files:
    """The files of a folder that is no git work tree."""
    paths = [COMPANY_FILE] if (root / COMPANY_FILE).exists() else []
    for top in FOLDERS:
        for folder, folders, names in os.walk(root / top):
            folders.sort()
            inside = [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]
            paths += [(Path(folder) / name).relative_to(root).as_posix() for name in sorted(inside)]
        if (root / top).is_symlink():
            paths.append(top)
    problems = _links(root, paths)
    bad = {problem.source.file for problem in problems}
    return Files({path: "" for path in paths if path not in bad}, reader(root), problems)


def of_revision(repository: Repository, rev: str) -> Files:
    """The files of a commit; nothing on disk is looked at."""
    commit = repository.commit(rev)
    tracked = repository.files(commit)
    blobs, problems = _without_links(tracked, repository)

    def read(paths: Iterable[str]) -> Iterator[Content]:
        wanted = list(paths)
        contents = repository.blobs(blobs[path] for path in wanted)
        for path, (_, data) in zip(wanted, contents, strict=True):
            yield path, too_large(path, len(data)) or data

    return Files(blobs, read, problems, commit)


def _without_links(
    tracked: dict[str, Tracked], repository: Repository
) -> tuple[dict[str, str], list[Problem]]:
    """Links of a commit stand for the file they name, when that is in the same commit."""
    blobs = {path: file.blob for path, file in tracked.items() if file.mode != LINK}
    links = [path for path, file in tracked.items() if file.mode == LINK]
    problems = []
    targets = repository.blobs(tracked[path].blob for path in links)
    for path, (_, target) in zip(links, targets, strict=True):
        named = PurePosixPath(path).parent / os.fsdecode(target)
        found = os.path.normpath(named)
        if found in tracked and tracked[found].mode != LINK:
            blobs[path] = tracked[found].blob
        else:
            problems.append(Problem(Source(path), "a link to something that is not in the commit"))
    return blobs, problems


def _links(root: Path, paths: Iterable[str]) -> list[Problem]:
    """What is wrong with the links among files that git does not vouch for."""
    home = root.resolve()
    problems = []
    for path in paths:
        full = root / path
        if not full.is_symlink():
            continue
        target = full.resolve()
        if not target.is_relative_to(home):
            problems.append(Problem(Source(path), "a link that leaves the repository"))
        elif target.is_dir():
            problems.append(
                Problem(Source(path), "a link to a folder; put the files themselves here")
            )
        elif not target.exists():
            problems.append(Problem(Source(path), "a link to nothing"))
    return problems


def reader(root: Path) -> Callable[[Iterable[str]], Iterator[Content]]:
    """Reads files of a folder, one after the other."""
    base = f"{root}{os.sep}"

    def read(paths: Iterable[str]) -> Iterator[Content]:
        for path in paths:
            try:
                yield path, _bytes(f"{base}{path}", path)
            except OSError as error:
                yield path, Problem(Source(path), f"cannot be read: {error.strerror}")

    return read


def _bytes(full: str, path: str) -> bytes | Problem:
    """The content of a regular file; O_NONBLOCK so that a pipe never makes us wait."""
    descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            return Problem(Source(path), "is not a regular file")
        if problem := too_large(path, facts.st_size):
            return problem
        data = os.read(descriptor, facts.st_size + 1)
        while len(data) < facts.st_size and (more := os.read(descriptor, facts.st_size)):
            data += more
        return data
    finally:
        os.close(descriptor)
