"""What a change did, deed by deed: fields of files, whole files, entries of journals.

Takes the differences of files apart, by what the files mean: two trees of YAML differ in fields; a
day of a journal has new entries; anything else is changed as a whole. The
rules that a change must keep come from here too, as they are in the commit it goes to: a change
does not decide what it may do. Whether it keeps them is for ``network.rights``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ispconf.edge import layout
from ispconf.edge.appendonly import LedgerChange
from ispconf.edge.differing import Difference, Side
from ispconf.edge.history import COMPANY_FILE, Repository
from ispconf.edge.ledgerfiles import entries
from ispconf.edge.places import Look, look
from ispconf.edge.reading import spot_of
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import Problem, RequestError, Source
from ispconf.network.company import Company
from ispconf.network.policy import FieldPath
from ispconf.network.rights import Done, Recorded, Rules, Touched
from ispconf.network.wording import FaultsError, read

_ABSENT = object()


def rules(
    repository: Repository,
    base: str,
    proposed: Company | None,
    found: Iterable[Difference] = (),
) -> Rules | None:
    """The rules of the commit that a change goes to; None when it has no ``ispconf.yaml`` yet.

    Args:
        repository: where the commit is.
        base: the commit.
        proposed: the company as the change would have it, when that can be read.
        found: what the change did, to find lines in it.

    Raises:
        RequestError: they cannot be read, so nobody can say what is allowed.
    """
    tracked = repository.files(base).get(COMPANY_FILE)
    if tracked is None:
        return None
    ((_, data),) = repository.blobs([tracked.blob])
    try:
        tree = parse(data)
        company = read(Company, tree.root, "company", COMPANY_FILE, empty=tree.empty)
    except (OddError, FaultsError) as error:
        raise RequestError(
            f"the rules of {base} cannot be read, so that nobody may change anything: its "
            f"{COMPANY_FILE} does not pass check; an owner must mend it there"
        ) from error
    changed = {each.path: each.after.data for each in found if each.after}
    return Rules(company, proposed, _Places({COMPANY_FILE: data}), base, _Places(changed))


class _Places:
    """Finds the line of a key in files as they are given; each is looked at when asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._looks: dict[str, Look] = {}

    def __call__(self, file: str, *path: str | int) -> Source:
        """The place of the key; the block that lacks it when there is no such key."""
        if file not in self._looks:
            self._looks[file] = look(self._files.get(file, b""))
        spot = spot_of(self._looks[file], path)
        return Source(file, *spot) if spot else Source(file)


def deeds(found: Iterable[Difference], ledger: LedgerChange) -> list[Done]:
    """Everything that a change did, each thing once."""
    every = list(found)
    moved = _moves(every)
    done: list[Done] = []
    for each in every:
        if each in moved.values():
            continue
        origin = moved.get(each.path)
        if origin and origin.before and each.after:
            done.append(Touched(each.path, "change", (), origin.path))
            fields = _fields(each.path, origin.before, each.after)
            done += (deed._replace(was=origin.path) for deed in fields)
        else:
            done += _deeds(each, ledger)
    return list(dict.fromkeys(done))


def _moves(found: Iterable[Difference]) -> dict[str, Difference]:
    """Where a subscriber's file is now, and the file that went: the id is the same."""
    gone, come = dict[str, Difference](), dict[str, Difference]()
    for each in found:
        placed = layout.placed(each.path)
        if isinstance(placed, layout.Placed) and placed.kind == "subscriber":
            if each.after is None:
                gone[placed.id] = each
            elif each.before is None:
                come[placed.id] = each
    return {come[name].path: gone[name] for name in gone.keys() & come.keys()}


def _deeds(each: Difference, ledger: LedgerChange) -> Iterator[Done]:
    placed = layout.placed(each.path)
    before, after = each.before, each.after
    if after is None:
        yield Touched(each.path, "remove")
        return
    plain = after.regular and (before is None or before.regular)
    if not isinstance(placed, layout.Placed) or placed.kind == "closing" or not plain:
        yield Touched(each.path, "change" if before else "add")
    elif placed.kind == "ledger":
        yield from _recorded(each.path, placed.id, after.data, ledger)
    elif before is None:
        yield from _added(each.path, after.data)
    else:
        yield from _fields(each.path, before, after)


def _recorded(path: str, journal: str, data: bytes, ledger: LedgerChange) -> Iterator[Recorded]:
    """The entries among the new lines; lines that record nothing are one deed."""
    fresh = set(ledger.added.get(path, ()))
    problems: list[Problem] = []
    mine = [entry for entry in entries(path, data, problems) if entry.line in fresh]
    for entry in mine:
        yield Recorded(entry.source, journal, entry)
    if fresh and not mine:
        yield Recorded(Source(path, min(fresh)), journal)


def _added(path: str, data: bytes) -> Iterator[Touched]:
    tree = _tree(data)
    if not isinstance(tree, dict):
        yield Touched(path, "add")
        return
    for field, _ in _leaves(tree, ()):
        yield Touched(path, "add", field)


def _fields(path: str, before: Side, after: Side) -> Iterator[Touched]:
    """The fields in which two sides differ; the file as a whole where one is no tree."""
    old, new = _tree(before.data), _tree(after.data)
    if before.mode != after.mode or not isinstance(old, dict) or not isinstance(new, dict):
        yield Touched(path, "change")
        return
    was, now = dict(_leaves(old, ())), dict(_leaves(new, ()))
    changed = [
        field for field in {**was, **now} if was.get(field, _ABSENT) != now.get(field, _ABSENT)
    ]
    for field in changed:
        yield Touched(path, "change", field)
    if not changed and before.data != after.data:
        yield Touched(path, "change", ())


def _tree(data: bytes) -> Any:
    try:
        return parse(data).root
    except OddError:
        return None


def _leaves(tree: Any, path: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    """Every value with its path; a list is one value, and so is an empty mapping."""
    if isinstance(tree, dict) and (tree or not path):
        for key, value in tree.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path, tree
