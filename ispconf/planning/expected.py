"""What of a plan may still be carried out: every row is held against what was planned (P-13).

Between a plan and its writes somebody may have touched a row, and RouterOS gives the id of a row
that went to the next one that comes. So right before the writes the rows are read again and
compared again, and only what this asks for in the same words is carried out, with the ids and the
places of that last reading. A row that somebody changed since is a conflict of that row alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ispconf.planning.changes import Action, Change
from ispconf.routeros.rows import Key, Row, State
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, QUEUE, SECRET, TABLES

_PRESENT = "somebody added it since it was planned"
_GONE = "somebody removed it since it was planned"
_KEPT = "it lost our mark since it was planned, or something came to need it"
_TWICE = "there are several rows of its key since it was planned"


class Expected(NamedTuple):
    """The changes to carry out, those that are found done, and those of which the row changed."""

    ready: tuple[Change, ...]
    done: tuple[Change, ...]
    conflicts: tuple[tuple[Change, str], ...]


def form(change: Change) -> tuple[object, ...]:
    """What a change makes of which row, whatever the row was before."""
    return (change.action, change.table, *change.key.values(), *sorted(change.after.items()))


def concerned(changes: Iterable[Change]) -> tuple[str, ...]:
    """The menus that tell whether these changes may be carried out: theirs, and who needs them."""
    menus = dict.fromkeys(change.table for change in changes)
    gone = {change.table for change in changes if change.action is Action.REMOVE}
    for table in TABLES.values():
        if any(refers in gone for _, refers in table.references()):
            menus.setdefault(table.path)
    if ACTIVE.path in menus:  # what a session lives by is told by its queue and its list entries
        menus |= dict.fromkeys((QUEUE.path, ADDRESS_LIST.path))
    return tuple(menus)


def expected(
    planned: Sequence[Change], asked: Iterable[Change], live: State, *, begun: bool = False
) -> Expected:
    """What of the planned changes the router still asks for, and was read as it was planned.

    Args:
        planned: the changes that were agreed to.
        asked: what a comparison with the state of now asks for.
        live: that state.
        begun: some of it has been carried out by ourselves; a secret may be retired by now.
    """
    look = _Look({form(change): change for change in asked}, live)
    ready: list[Change] = []
    done: list[Change] = []
    conflicts: list[tuple[Change, str]] = []
    for change in planned:
        now = look.asked.get(form(change))
        if now is None:
            against = look.missed(change)
        else:
            touched = _touched(change, now, begun=begun)
            against = f"somebody changed its {', '.join(touched)}" if touched else ""
        if against:
            conflicts.append((change, against))
        elif now is None:
            done.append(change)
        else:
            ready.append(change._replace(id=now.id, place=now.place, before=now.before))
    return Expected(tuple(ready), tuple(done), tuple(conflicts))


def _touched(change: Change, now: Change, *, begun: bool) -> list[str]:
    """The fields of the row that are no longer as they were planned, by name."""
    if change.action is Action.DISCONNECT:  # whoever dialled again is as late as before
        return []
    table = TABLES[change.table]
    own = {"disabled"} if begun and table is SECRET and change.action is Action.REMOVE else set()
    return [
        name
        for name in dict.fromkeys((*change.before, *now.before))
        if name not in own
        and table.canonical(name, change.before.get(name) or table.fields[name].absent)
        != table.canonical(name, now.before.get(name) or table.fields[name].absent)
    ]


@dataclass(slots=True)
class _Look:
    """The state of now, and what it asks for."""

    asked: Mapping[tuple[object, ...], Change]
    live: State
    _rows: dict[str, dict[Key, list[Row]]] = field(default_factory=dict)
    _open: dict[tuple[str, Key], set[Action]] | None = None

    def missed(self, change: Change) -> str:
        """Why a change is no longer asked for; empty when what it makes is there."""
        if change.action is Action.DISCONNECT:
            return ""
        rows = self._rows_of(change)
        if len(rows) > 1:
            return _TWICE
        if change.action is Action.REMOVE:
            return _KEPT if rows else ""
        if not rows:
            return _GONE
        if change.action is Action.MOVE or not self._asked_of(change) - {Action.MOVE}:
            return ""
        return _PRESENT if change.action is Action.ADD else "somebody changed it"

    def _rows_of(self, change: Change) -> Sequence[Row]:
        table = TABLES[change.table]
        if table.path not in self._rows:
            by_key = self._rows[table.path] = {}
            for row in self.live[table.path]:
                if not row.dynamic:
                    by_key.setdefault(table.key_of(row.fields), []).append(row)
        return self._rows[table.path].get(table.key_of(change.key), ())

    def _asked_of(self, change: Change) -> set[Action]:
        """What else is asked of the row."""
        if self._open is None:
            self._open = {}
            for each in self.asked.values():
                key = TABLES[each.table].key_of(each.key)
                self._open.setdefault((each.table, key), set()).add(each.action)
        key = TABLES[change.table].key_of(change.key)
        return self._open.get((change.table, key), set())
