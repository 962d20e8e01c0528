"""The order in which a router's changes are carried out, and what waits for what.

Made before broken: what others refer to is added first and removed last; a secret that goes is
disabled, its session dropped, and only then removed, so that an apply that dies in between leaves
a row from which the next one can tell what remains. The entry of a list goes before a session that
is dropped to be cut by its profile: the router does not make the session's own entry beside it, and
who dialled again would be served once the old one went. A service that gets another row to live by
(a new login, another kind of access) is handed over: its new row is added, and with the next
command the old one stops working, so that it never has two for longer (P-15). Commands of one stage
do not depend on each other and may be sent together; a stage begins when the one before is
answered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar, NamedTuple

from ispconf.planning.changes import Action, Change
from ispconf.planning.effects import HOME
from ispconf.routeros import orders
from ispconf.routeros.tables import ADDRESS_LIST, SECRET, TABLES

_BREAKS = (Action.DISCONNECT, Action.REMOVE)
_MAKES = (Action.ADD, Action.ADOPT)
_HANDING = 99  # the rank of what is handed over: behind all menus


class Step(NamedTuple):
    """One command to send; ``final`` is false for one that only prepares its change."""

    change: Change
    words: orders.Words
    final: bool = True


def stages(
    changes: Iterable[Change], resting: Callable[[Change], bool] = lambda _: False
) -> list[list[Step]]:
    """The steps of all changes, stage by stage; inside a stage the order means nothing.

    What is ``resting`` is only prepared for the present.
    """
    # Within a stage what goes is sent before what comes: routers are seen to keep the order.
    asked = [each for each in _ranked(changes) if not (each[1].final and resting(each[1].change))]
    ranked = sorted(asked, key=lambda each: (each[0], each[1].change.action in _MAKES))
    return [[step for _, step in group] for _, group in groupby(ranked, key=lambda each: each[0])]


def _ranked(changes: Iterable[Change]) -> Iterator[tuple[tuple[int, int, int], Step]]:
    held = list(changes)
    cut = {c.owner for c in held if c.action is Action.DISCONNECT and c.effect == "suspend"}
    turns = _turns(held)
    for index, change in enumerate(held):
        table = TABLES[change.table]
        turn = index if table.order else 0  # each position in a chain depends on the one before
        handed = turns.get(id(change))
        if change.action not in _BREAKS:
            rank = (0, table.rank, turn) if handed is None else (0, _HANDING, handed)
            yield rank, Step(change, words(change))
        elif change.action is Action.DISCONNECT:
            yield (2, 0, 0), Step(change, words(change))
        else:
            early = (1, 0, 0) if handed is None else (0, _HANDING, handed)
            retire = retirement(change)
            if retire:
                yield early, Step(change, retire, final=False)
            listed = table is ADDRESS_LIST and change.owner in cut
            last = (3, -table.rank, 0)
            at_once = listed or (handed is not None and table is not SECRET)
            yield early if at_once else last, Step(change, words(change))


def _turns(changes: Iterable[Change]) -> dict[int, int]:
    """When the rows of services that are handed over come and go, by the change's identity.

    The row of one service goes together with the coming of the next one's.
    """
    coming, going = arrivals(changes), departures(changes)
    turns: dict[int, int] = {}
    for turn, owner in enumerate(owner for owner in coming if owner in going):
        turns[id(coming[owner])] = turn
        turns |= dict.fromkeys(map(id, going[owner]), turn + 1)
    return turns


def arrivals(changes: Iterable[Change]) -> dict[str, Change]:
    """The change by which each service gets a row to live by, where one does."""
    return {c.owner: c for c in changes if c.action in _MAKES and c.table in HOME}


def departures(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """The changes by which each service loses a row it lives by, where one does."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        if change.action is Action.REMOVE and change.table in HOME:
            found.setdefault(change.owner, []).append(change)
    return found


def retirement(change: Change) -> orders.Words:
    """What stops a secret from working before it is removed; nothing where it works no more."""
    if change.table != SECRET.path or change.before.get("disabled") == "true":
        return ()
    return orders.change(SECRET, change.id, {"disabled": "true"})


def words(change: Change) -> orders.Words:
    """What to say to the router for this change."""
    table = TABLES[change.table]
    match change.action:
        case Action.ADD:
            return orders.add(table, change.after, change.place)
        case Action.SET | Action.ADOPT:
            return orders.change(table, change.id, change.after)
        case Action.MOVE:
            return orders.move(table, change.id, change.place)
        case Action.REMOVE | Action.DISCONNECT:
            return orders.remove(table, change.id)


@dataclass(slots=True)
class Failures:
    """What went wrong so far, so that only what depends on it is left out."""

    PREPARATION: ClassVar[str] = "its preparation failed"

    rows: set[tuple[str, str]] = field(default_factory=set)
    homeless: set[str] = field(default_factory=set)
    still_used: set[tuple[str, str]] = field(default_factory=set)
    changes: set[int] = field(default_factory=set)

    def add(self, change: Change) -> None:
        """Remembers a change that the router refused or that was left out."""
        self.changes.add(id(change))
        self.rows.add((change.table, _name(change)))
        if change.action in _MAKES and change.table in HOME:
            self.homeless.add(change.owner)
        self.still_used.update(_references(change, {**change.key, **change.before}))

    def stop(self, change: Change) -> str:
        """Why a change must not be tried after these failures; empty when it may."""
        if id(change) in self.changes:
            return self.PREPARATION
        if change.action is Action.REMOVE:
            if change.table in HOME and change.owner in self.homeless:
                return f"what {change.owner} is to have instead failed"
            held = (change.table, _name(change)) in self.still_used
            return f"a change that stops using {_name(change)} failed" if held else ""
        for path, name in _references(change, {**change.key, **change.after}):
            if (path, name) in self.rows:
                return f"it needs {path} {name}, which failed"
        return ""


def permitted(changes: Iterable[Change], refused: Callable[[Change], bool]) -> list[Change]:
    """The changes without those that are refused or put off, and without what depends on them.

    So a secret of ours does not take its speed from a profile that is not ours yet, the session of
    somebody else's secret goes on, and a profile stays while a secret that still uses it does.
    ``changes`` stand in the order of a comparison: who refers comes after.
    """
    without, agreed = Failures(), []
    for change in changes:
        if refused(change) or without.stop(change):
            without.add(change)
        else:
            agreed.append(change)
    return agreed


def _name(change: Change) -> str:
    return change.key.get("name") or "/".join(change.key.values())


def _references(change: Change, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, declared in TABLES[change.table].fields.items():
        if declared.refers and fields.get(name):
            yield declared.refers, fields[name]
