"""What a change did to the network's files: people, plans, routers, entries of the ledger.

Knows which file means what, and both versions of it. What it is called is for ``commands.deeds``.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from ispconf.edge import layout
from ispconf.edge.commits import Touched
from ispconf.edge.past import Deed, deed_of, id_of, parted
from ispconf.edge.versions import Versions
from ispconf.ledger.entries import Entry
from ispconf.network.differences import Difference, Node
from ispconf.network.telling import same_person

_TREES: Final = frozenset({"subscriber", "plan", "router", "company"})


class FileWork(NamedTuple):
    """What was done to one file; ``kind`` is "other" for what is not the network's."""

    kind: str
    id: str
    deed: Deed
    path: str
    was: str
    before: Node = None
    after: Node = None
    changes: tuple[Difference, ...] = ()


class Work(NamedTuple):
    """What a change did; ``removed`` are entries that the append-only ledger has no more."""

    files: tuple[FileWork, ...]
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]


def work(versions: Versions, touched: Iterable[Touched]) -> Work:
    """What was done to these files."""
    files: list[FileWork] = []
    added: list[Entry] = []
    removed: list[Entry] = []
    found = list(_told_apart(versions, touched))
    versions.fetch(blob for _, file in found for blob in (*file.before, file.after))
    for kind, file in found:
        if kind == "ledger":
            more, fewer = versions.entries(file)
            added += more
            removed += fewer
        else:
            files.append(_of_file(versions, kind, file))
    return Work(tuple(files), tuple(added), tuple(removed))


def _told_apart(versions: Versions, touched: Iterable[Touched]) -> Iterable[tuple[str, Touched]]:
    """The files with what they hold; two people's files that look alike are no rename."""
    for file in touched:
        placed = layout.placed(file.path)
        kind = placed.kind if isinstance(placed, layout.Placed) else "other"
        apart = kind == "ledger" or (kind == "subscriber" and not _one_person(versions, file))
        if file.path != file.was and apart:
            yield kind, Touched(file.was, file.was, file.before, "")
            yield kind, Touched(file.path, file.path, ("",), file.after)
        else:
            yield kind, file


def _one_person(versions: Versions, file: Touched) -> bool:
    if id_of(file.was) == id_of(file.path):
        return True
    return same_person(versions.tree(file.before[0]), versions.tree(file.after))


def _of_file(versions: Versions, kind: str, file: Touched) -> FileWork:
    placed = layout.placed(file.path)
    name = placed.id if isinstance(placed, layout.Placed) else file.path
    whole = FileWork(kind, name, deed_of(file), file.path, file.was)
    if kind not in _TREES:
        return whole
    before, after = [versions.tree(blob) for blob in file.before], versions.tree(file.after)
    unread = (file.after and after is None) or any(
        blob and tree is None for blob, tree in zip(file.before, before, strict=True)
    )
    changes = () if unread else tuple(parted(before, after))
    return whole._replace(before=before[0], after=after, changes=changes)
