"""The difference of two states, row by row, with ownership decided here and nowhere else.

    live row            wanted row   becomes
    none                yes          add
    ours, equal         yes          nothing
    ours, differs       yes          set (only the fields that differ)
    not ours            yes          adopt: refused unless it was allowed
    ours                no           remove
    not ours            no           nothing: it is invisible
    two with one key    yes          a conflict of that row alone

Costs are linear in rows: live fields are compared as printed first, their meaning only where the
text differs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ispconf.planning.ordering import placements
from ispconf.routeros.rows import Key, Row, State
from ispconf.routeros.tables import ACTIVE, MASKED, TABLES, Table
from ispconf.services.account import Stale

# A session of /ppp/active lives and dies with its secret: it is no row to compare.
_BY_RANK = sorted((t for t in TABLES.values() if t.writable), key=lambda table: table.rank)


class Action(StrEnum):
    """What happens to a row."""

    ADD = "add"
    ADOPT = "adopt"
    SET = "set"
    REMOVE = "remove"
    MOVE = "move"
    DISCONNECT = "disconnect"


class Why(NamedTuple):
    """One link of the chain of causes: a ledger entry, a rule, a fact in a file."""

    kind: str
    ref: str


class Change(NamedTuple):
    """One operation on one row.

    ``before`` and ``after`` hold the fields that the operation changes (all of them for an add or a
    remove) as text, an absent one as ``""``. ``id`` is the live row; ``place`` the id of the row it
    is put in front of in an ordered menu. What follows is added by ``planning.reasons``;
    ``cause`` is the reason without what is this row's own, the same for all that it brought.
    ``by`` is who made the change by hand that this one undoes, and when, if the router tells.
    """

    action: Action
    table: str
    key: Mapping[str, str]
    owner: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    id: str = ""
    place: str = ""
    effect: str = "infrastructure"
    calendar: bool = False
    reason: str = ""
    why: tuple[Why, ...] = ()
    cause: str = ""
    by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would make the live state the wanted one.

    ``conflicts`` are rows that cannot be planned, one sentence each; ``masked`` counts secrets that
    the router did not show; ``unmanaged`` the rows of others that are left alone.
    """

    changes: tuple[Change, ...]
    conflicts: tuple[str, ...] = ()
    masked: int = 0
    unmanaged: int = 0


def compare(wanted: State, live: State, stale: Iterable[Stale] = ()) -> Comparison:
    """The changes in the order of menus and wanted rows, removals after, disconnects last."""
    made: list[Change] = []
    conflicts: list[str] = []
    masked = unmanaged = 0
    for table in _BY_RANK:
        found = _of_table(table, wanted, live)
        made += found.changes
        conflicts += found.conflicts
        masked += found.masked
        unmanaged += found.unmanaged
    broken, kept = _broken(wanted, live)
    dropped = [_disconnect(each) for each in stale]
    return Comparison((*made, *broken, *dropped), (*conflicts, *kept), masked, unmanaged)


def _broken(wanted: State, live: State) -> tuple[list[Change], list[str]]:
    """The rows that go, referrers first, and what is said of those that others still need."""
    used = _in_use(wanted, live)
    gone: list[Change] = []
    said: list[str] = []
    for table in reversed(_BY_RANK):
        for change in _removals(table, wanted, live):
            user = used.get((table.path, change.key.get("name")))
            if user is None:
                gone.append(change)
                continue
            if not user.owner:
                said.append(_kept(change, user))
            for name, refers in table.references():  # what stays needs what it refers to
                used.setdefault((refers, change.before.get(name)), user)
    return gone, said


def _in_use(wanted: State, live: State) -> dict[tuple[str, str | None], Row]:
    """What is referred to by rows that this plan leaves alone: their references must not die.

    These are the rows of others, and of ours the fields that are left to people.
    """
    left = {
        (row.table, TABLES[row.table].key_of(row.fields)): row.initial
        for row in wanted
        if row.initial
    }
    used: dict[tuple[str, str | None], Row] = {}
    for table in _BY_RANK:
        for name, refers in table.references():
            for row in live[table.path]:
                if row.dynamic:
                    continue
                if not row.owner:
                    used[refers, row.fields.get(name)] = row
                elif left and name in left.get((table.path, table.key_of(row.fields)), ()):
                    used.setdefault((refers, row.fields.get(name)), row)
    return used


def _kept(change: Change, user: Row) -> str:
    name = change.key["name"]
    return f"{change.table} {name} stays: {user.table} {user.fields.get('name', '')} uses it"


def _of_table(table: Table, wanted: State, live: State) -> Comparison:
    asked = wanted[table.path]
    static = [row for row in live[table.path] if not row.dynamic]
    by_key: dict[Key, list[Row]] = {}
    for row in static:
        by_key.setdefault(table.key_of(row.fields), []).append(row)
    places = placements(table, asked, live[table.path]) if table.order else {}
    changes: list[Change] = []
    conflicts: list[str] = []
    masked = 0
    for row in asked:
        key = table.key_of(row.fields)
        held = by_key.pop(key, [])
        if len(held) > 1:
            conflicts.append(_ambiguous(table, row, len(held)))
        elif not held:
            changes.append(_add(table, row, places.get(key, "")))
        else:
            masked += any(held[0].fields.get(name) == MASKED for name in _secrets(table, row))
            changes += _of_row(table, row, held[0])
            if key in places:
                changes.append(_move(table, row, held[0], places[key]))
    others = (row for rows in by_key.values() for row in rows if not row.owner)
    unmanaged = sum(row.fields.get("name") not in table.builtin for row in others)
    return Comparison(tuple(changes), tuple(conflicts), masked, unmanaged)


def _ambiguous(table: Table, row: Row, count: int) -> str:
    named = ", ".join(f"{name}={row.fields.get(name, '')}" for name in table.key)
    return f"{table.path} {named}: {count} rows have this key; remove the ones that are wrong"


def _secrets(table: Table, row: Row) -> Iterator[str]:
    return (name for name, field in table.fields.items() if field.secret and name in row.fields)


def _of_row(table: Table, row: Row, live: Row) -> Iterator[Change]:
    after = dict(_differing(table, row, live))
    if not after:
        return
    before = {name: live.fields.get(name, "") for name in after}
    action = Action.SET if live.owner else Action.ADOPT
    yield Change(action, table.path, _named(table, row), row.owner, before, after, live.id)


def _differing(table: Table, row: Row, live: Row) -> Iterator[tuple[str, str]]:
    """The fields whose meaning differs, with their wanted text; unknown secrets never differ."""
    held = live.fields
    if row.fields.items() <= held.items():
        return
    for name, text in row.fields.items():
        shown = held.get(name)
        if shown == text or (row.initial and name in row.initial):
            continue
        field = table.fields[name]
        if field.secret and shown == MASKED:
            continue
        absent = field.absent
        if field.canonical(text or absent) != field.canonical(shown or absent):
            yield name, text


def _named(table: Table, row: Row) -> dict[str, str]:
    if table.key == ("comment",):
        return {"comment": f"ispconf:{table.key_of(row.fields)[0]}"}
    return {name: row.fields.get(name, "") for name in table.key}


def _add(table: Table, row: Row, place: str) -> Change:
    stated = {name: text for name, text in row.fields.items() if text}
    return Change(Action.ADD, table.path, _named(table, row), row.owner, {}, stated, place=place)


def _move(table: Table, row: Row, live: Row, place: str) -> Change:
    key = _named(table, row)
    return Change(Action.MOVE, table.path, key, row.owner, {}, {}, live.id, place)


def _removals(table: Table, wanted: State, live: State) -> list[Change]:
    keep = {table.key_of(row.fields) for row in wanted[table.path]}
    gone = [
        row
        for row in live[table.path]
        if row.owner
        and not row.dynamic
        and (key := table.key_of(row.fields)) not in keep
        and (table.path, key) not in wanted.tolerated
    ]
    return [
        Change(Action.REMOVE, table.path, _named(table, row), row.owner, row.fields, {}, row.id)
        for row in gone
    ]


def _disconnect(stale: Stale) -> Change:
    """Whatever address the session has by then: who has dialled again is as late as before."""
    return Change(
        Action.DISCONNECT,
        ACTIVE.path,
        {"name": stale.session.fields.get("name", "")},
        stale.owner,
        {},
        {},
        stale.session.id,
        effect=stale.effect,
        reason=stale.reason,
    )
