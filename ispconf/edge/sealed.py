"""Where secrets stand in a repository's files: which value, whose it is and under which key.

A value is encrypted for its owner and field, so both follow from the file and the path of its key.
Knows files and trees; what is in a value is for ``secrets``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ispconf.edge import layout, sources
from ispconf.edge.history import Repository
from ispconf.edge.places import look
from ispconf.edge.reading import spot_of
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import FilesError, Problem, Source
from ispconf.secret import Secret

Path_ = tuple[str | int, ...]


class Slot(NamedTuple):
    """One secret as it is written; ``owner`` and ``field`` are what it is encrypted for."""

    file: str
    path: Path_
    owner: str
    field: str
    secret: Secret

    @property
    def key(self) -> str:
        """The path of its key with points."""
        return ".".join(map(str, self.path))


def files(root: Path) -> Iterator[tuple[str, bytes, list[Slot]]]:
    """Every file that may hold secrets, its bytes, and the secrets in it.

    Raises:
        FilesError: files that cannot be read, so that nobody can say what is in them.
    """
    repository = Repository.of(root)
    found = sources.of_work_tree(repository) if repository else sources.of_folder(root)
    problems = list(found.problems)
    wanted = [path for path in sorted(found.blobs) if _may_hold(path)]
    read: list[tuple[str, bytes, list[Slot]]] = []
    for path, content in found.read(wanted):
        if isinstance(content, Problem):
            problems.append(content)
            continue
        try:
            read.append((path, content, list(slots(path, content))))
        except OddError:
            flaws = look(content).flaws
            problems += (Problem(Source(path, *flaw.spot), flaw.message) for flaw in flaws)
    if problems:
        raise FilesError(problems)
    yield from read


def _may_hold(path: str) -> bool:
    placed = layout.placed(path)
    return isinstance(placed, layout.Placed) and placed.kind in ("company", "router", "subscriber")


def slots(path: str, data: bytes) -> Iterator[Slot]:
    """The secrets of one file, in its order: encrypted values, and passwords however written.

    Raises:
        OddError: the file cannot be read.
    """
    placed = layout.placed(path)
    if isinstance(placed, layout.Placed):
        for where, secret in _secrets(parse(data).root, ()):
            yield Slot(path, where, *_place(placed.id, where), secret)


def _secrets(tree: Any, path: Path_) -> Iterator[tuple[Path_, Secret]]:
    if isinstance(tree, Secret):
        yield path, tree
    elif isinstance(tree, str) and path and path[-1] == "password":
        yield path, Secret.written(tree)
    elif isinstance(tree, dict | list):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, value in items:
            yield from _secrets(value, (*path, key))


def _place(name: str, path: Path_) -> tuple[str, str]:
    """Owner and field: ``ana-lopez/casa`` and ``password``, a router and ``password``."""
    match path:
        case ("services", service, "access", *rest) if rest:
            return f"{name}/{service}", ".".join(map(str, rest))
        case _:
            return name, ".".join(map(str, path))


def place(slot: Slot, data: bytes) -> Source:
    """The line of a secret."""
    spot = spot_of(look(data), slot.path)
    return Source(slot.file, *spot) if spot else Source(slot.file)
