r"""The script that takes changes back on the router itself, row by row (P-16).

Written before the changes are made, from the rows as they are then. Rows are found by their key and
our mark, never by an id, and rows of others only as a place to stand before, by all that is known
of them. Each line is tried by itself; the last ones remove the schedule and the script. No password
stands in it: whoever may read scripts could read it. So a secret that goes is only disabled while
the guard stands, and a password that was changed stays changed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ispconf.planning.changes import Action, Change
from ispconf.planning.stages import retirement, stages
from ispconf.routeros.rows import MARK, Row, State, mark_of
from ispconf.routeros.scripts import quoted
from ispconf.routeros.tables import FILTER, NAT, TABLES, Table

NAME = "ispconf-undo"
RULES = (FILTER.path, NAT.path)
_SPECIAL = set(".^$*+?()[]{}|\\")
Guarded = Callable[[Change], bool]


def guarded(mode: str) -> Guarded:
    """Which changes are taken back: ``all``, those of ``rules``, or none (``off``)."""
    match mode:
        case "off":
            return lambda _: False
        case "rules":
            return lambda change: change.table in RULES
        case _:
            return revocable


def revocable(change: Change) -> bool:
    """Whether a script without a password can take a change back."""
    if change.action is Action.DISCONNECT:
        return False
    if change.action in (Action.ADD, Action.REMOVE):
        return True
    return not _secrets(change) >= change.after.keys() or not change.after


def resting(change: Change) -> bool:
    """Whether a row must rest, disabled, until nothing is taken back: a script cannot add it."""
    return change.action is Action.REMOVE and bool(_secrets(change))


def _secrets(change: Change) -> set[str]:
    return {name for name, field in TABLES[change.table].fields.items() if field.secret}


def script(changes: Iterable[Change], live: State) -> str:
    """The script for these changes of a router that is ``live`` now; empty for none."""
    made = [step.change for stage in stages(changes) for step in stage if step.final]
    lines = [line for change in reversed(made) if (line := _inverse(change, live))]
    for path in RULES:
        lines += _order(TABLES[path], made, live)
    if not lines:
        return ""
    tried = [f":do {{ {line} }} on-error={{ }}" for line in lines]
    own = quoted(NAME)
    tried += [f":do {{ /system {menu} remove [find where name={own}] }} on-error={{ }}"
              for menu in ("scheduler", "script")]  # fmt: skip
    return "\n".join(tried)


def _inverse(change: Change, live: State) -> str:
    table = TABLES[change.table]
    match change.action:
        case Action.ADD:
            return f"{_menu(table)} remove {_found(table, change.after)}"
        case Action.SET | Action.ADOPT:
            return _set_back(table, change, live)
        case Action.REMOVE if resting(change):
            awake = f"{_menu(table)} set {_found(table, change.before)} disabled=no"
            return awake if retirement(change) else ""
        case Action.REMOVE:
            return f"{_menu(table)} add {_written(table, _present(change.before))}"
        case _:
            return ""


def _set_back(table: Table, change: Change, live: State) -> str:
    old = next((row for row in live[table.path] if row.id == change.id), None)
    fields = dict(_back(table, change))
    if old is None or not fields:
        return ""
    now = _found(table, {**old.fields, **change.after})
    return f"{_menu(table)} set {now} {_written(table, fields)}"


def _back(table: Table, change: Change) -> Iterator[tuple[str, str]]:
    for name in change.after:
        if not table.fields[name].secret:
            yield name, change.before.get(name, "")


def _present(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if text}


def _written(table: Table, fields: Mapping[str, str]) -> str:
    return " ".join(
        f"!{name}" if not text and table.fields[name].clear == "unset" else f"{name}={quoted(text)}"
        for name, text in fields.items()
    )


def _menu(table: Table) -> str:
    return "/" + " ".join(table.path.strip("/").split("/"))  # both 6 and 7 take it so


def _found(table: Table, fields: Mapping[str, str]) -> str:
    """Our row with these fields: by its key, and by our mark where it carries one."""
    tests = [f"{name}={quoted(fields[name])}" for name in table.key
             if name != "comment" and fields.get(name)]  # fmt: skip
    mark = mark_of(fields.get("comment", ""))
    if mark:
        plain = "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in mark)
        tests.append(f"comment~{quoted(f'^{MARK}{plain}( |$)')}")
    return f"[find where {' and '.join(tests)}]"


def _order(table: Table, made: Sequence[Change], live: State) -> Iterator[str]:
    """Puts the rules that were moved or removed where they stood, the last one first."""
    away = {
        change.id
        for change in made
        if change.table == table.path and change.action in (Action.MOVE, Action.REMOVE)
    }
    rows = [row for row in live[table.path] if not row.dynamic]
    for at in range(len(rows) - 1, -1, -1):
        if rows[at].id not in away:
            continue
        place = _place(table, rows, at + 1)
        if place is not None:
            yield f"{_menu(table)} move {_found(table, rows[at].fields)}{place}"


def _place(table: Table, rows: Sequence[Row], at: int) -> str | None:
    """Before which row; empty for the end, None where the row cannot be told from others."""
    if at == len(rows):
        return ""
    if rows[at].owner:
        return f" destination={_found(table, rows[at].fields)}"
    known = _present(rows[at].fields)
    twins = [row for row in rows if known.items() <= row.fields.items()]
    if len(twins) > 1:
        return None
    tests = " and ".join(f"{name}={quoted(text)}" for name, text in known.items())
    return f" destination=[find where {tests}]"
