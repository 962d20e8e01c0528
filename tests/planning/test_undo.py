"""What the router's own script makes of changes: the rows are as they were, in their order."""

from collections.abc import Mapping

import pytest

from ispconf.planning.changes import Action, Change
from ispconf.planning.planned import Choice, difference
from ispconf.planning.stages import stages
from ispconf.planning.undo import guarded, revocable, script
from ispconf.routeros.rows import Row, State, comment
from ispconf.routeros.tables import (
    ADDRESS_LIST,
    FILTER,
    NAT,
    POOL,
    PROFILE,
    QUEUE,
    SECRET,
    TABLES,
    live_row,
)
from ispconf.simulator.commands import Command, Shell
from ispconf.simulator.device import Device
from ispconf.simulator.scripting import parsed, run

MENUS = (POOL, PROFILE, SECRET, QUEUE, ADDRESS_LIST, FILTER, NAT)
OWNER = "router:norte-1"


def rule(part: str, **fields: str) -> Row:
    told = {"chain": "forward", "action": "drop", "comment": comment(f"{OWNER}#{part}", 'of "us"')}
    return Row(FILTER.path, {**told, **fields, "disabled": "false"}, OWNER)


def row(path: str, owner: str, **fields: str) -> Row:
    told = {name.replace("_", "-"): text for name, text in fields.items()}
    return Row(path, {**told, "comment": comment(owner, "Ana $x [López]")}, owner)


A, B, C = rule("a"), rule("b.c+", **{"src-address-list": "morosos"}), rule("c")
REDIRECT = Row(
    NAT.path,
    {
        "chain": "dstnat",
        "action": "dst-nat",
        "protocol": "tcp",
        "dst-port": "80",
        "to-addresses": "10.8.0.1",
        "to-ports": "8080",
        "comment": comment(f"{OWNER}#notice"),
    },
    OWNER,
)
PLAN = row(PROFILE.path, "plan:hogar", name="hogar", rate_limit="5M/20M", local_address="10.0.0.1")
LINE = row(QUEUE.path, "ben/casa", name="ben/casa", target="10.0.0.2/32", max_limit="5M/20M")
LISTED = row(ADDRESS_LIST.path, "ana/casa", list="morosos", address="10.0.0.9", disabled="false")
ACCEPT = {"chain": "forward", "action": "accept"}


def device(version: str, *rows: Row) -> Device:
    made = Device("norte-1", version)
    for each in rows:
        made.add(each.table, {name: text for name, text in each.fields.items() if text})
    return made


def state(held: Device) -> State:
    """What a client reads of it."""
    found = {}
    for table in MENUS:
        asked = Command(table.path, "print", {".proplist": ",".join(table.columns())})
        answer = Shell(held).run(asked)
        shown = [
            {c.name: text for c in answer.shown if (text := _text(each, c.name)) is not None}
            for each in answer.rows or ()
        ]
        found[table.path] = tuple(live_row(table, printed) for printed in shown)
    return State(found)


def _text(each: object, name: str) -> str | None:
    if name == ".id":
        return str(getattr(each, "key", ""))
    text: str | None = each.get(name)  # type: ignore[attr-defined]
    return text


def plain(held: Device) -> Mapping[str, list[Mapping[str, str]]]:
    """The rows without ids; order only where it means something."""
    return {
        path: [dict(each.fields) for each in rows]
        if TABLES[path].order
        else sorted((dict(each.fields) for each in rows), key=repr)
        for path, rows in state(held).tables.items()
    }


def carried_out(held: Device, changes: tuple[Change, ...]) -> None:
    for stage in stages(changes):
        for step in stage:
            path, _, verb = step.words[0].rpartition("/")
            pairs = [word[1:].partition("=") for word in step.words[1:]]
            Shell(held).run(Command(path, verb, {name: text for name, _, text in pairs}))


OLD = rule("old", **{"src-address": "10.9.0.0/16", "comment": comment(f"{OWNER}#old", "a b")})
MINE = Row(FILTER.path, {**ACCEPT, "comment": 'the $admin\'s "rule"'})
CASES = {
    "rules are added": ([MINE], [A, B]),
    "rules are removed from the middle": ([A, OLD, B, MINE], [A, B]),
    "rules are removed from the end": ([A, MINE, OLD], [A]),
    "rules are changed": ([rule("a", action="reject", protocol="tcp"), B], [A, B]),
    "rules are moved to the top": ([MINE, A, B], [A, B]),
    "rules are put in order": ([C, MINE, A, OLD, B], [A, B, C]),
    "a redirect comes and goes": ([REDIRECT], []),
    "a redirect changes": (
        [REDIRECT],
        [Row(NAT.path, {**REDIRECT.fields, "to-ports": "81"}, OWNER)],
    ),
    "a list, a queue, a profile": ([], [LISTED, LINE, PLAN]),
    "none of them": ([LISTED, LINE, PLAN], []),
    "others of them": (
        [LINE, PLAN],
        [
            Row(QUEUE.path, {**LINE.fields, "max-limit": "1M/1M", "priority": "3/3"}, "ben/casa"),
            Row(PROFILE.path, {**PLAN.fields, "local-address": "", "rate-limit": "1M"}, PLAN.owner),
        ],
    ),
    "a row of somebody is adopted": ([Row(QUEUE.path, {**LINE.fields, "comment": "his"})], [LINE]),
}


@pytest.mark.parametrize("version", ["6.49.17", "7.16.2"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_everything_is_as_it_was(version: str, case: str) -> None:
    before, wanted = CASES[case]
    held = device(version, *before)
    held.add("/system/script", {"name": "ispconf-undo"})
    held.add("/system/scheduler", {"name": "ispconf-undo"})
    first, live = plain(held), state(held)
    tables: dict[str, list[Row]] = {}
    for each in wanted:
        tables.setdefault(each.table, []).append(each)
    found, _ = difference(State({p: tuple(rows) for p, rows in tables.items()}), live, Choice())
    assert found.changes
    source = script(found.changes, live)
    carried_out(held, found.changes)
    assert plain(held) != first
    parsed(source)
    run(held, source)
    assert plain(held) == first
    assert not len(held.table("/system/script"))
    assert not len(held.table("/system/scheduler"))
    assert not len(held.table("/log"))


def test_rows_of_others_are_never_touched() -> None:
    """Somebody who took the mark off a row keeps it; so does one who changed another row."""
    held = device("7.16.2", MINE)
    live = state(held)
    found, _ = difference(State({FILTER.path: (A, B)}), live, Choice())
    source = script(found.changes, live)
    carried_out(held, found.changes)
    first = next(iter(held.table(FILTER.path)))
    held.change(first, {"comment": "mine now"})
    run(held, source)
    comments = [each.get("comment") for each in held.table(FILTER.path)]
    assert comments == ["mine now", MINE.fields["comment"]]


def test_a_place_that_cannot_be_told_from_another_is_left() -> None:
    twin = Row(FILTER.path, dict(ACCEPT))
    held = device("7.16.2", A, OLD, twin, twin)
    live = state(held)
    found, _ = difference(State({FILTER.path: (A,)}), live, Choice())
    assert "destination" not in script(found.changes, live)


def change(action: Action, path: str = SECRET.path, **facts: Mapping[str, str]) -> Change:
    told: dict[str, Mapping[str, str]] = {"before": {}, "after": {}, **facts}
    return Change(action, path, {"name": "ana"}, "ana/casa", told["before"], told["after"], "*1")


@pytest.mark.parametrize(
    ("made", "can"),
    [
        (change(Action.DISCONNECT), False),
        (change(Action.REMOVE, before={"name": "ana", "password": "x"}), True),
        (change(Action.REMOVE, QUEUE.path, before={"name": "ana"}), True),
        (change(Action.SET, after={"password": "y"}), False),
        (change(Action.SET, after={"password": "y", "disabled": "true"}), True),
        (change(Action.ADD, after={"name": "ana", "password": "y"}), True),
        (change(Action.MOVE, FILTER.path), True),
    ],
)
def test_what_can_be_taken_back_without_a_password(made: Change, *, can: bool) -> None:
    assert revocable(made) is can
    assert guarded("all")(made) is can
    assert not guarded("off")(made)
    assert guarded("rules")(made) is (made.table == FILTER.path)


def test_no_password_stands_in_a_script() -> None:
    made = [
        change(Action.SET, before={"password": "geheim", "disabled": "false"},
               after={"password": "other", "disabled": "true"}),
        change(Action.ADD, after={"name": "eva", "password": "geheim"}),
    ]  # fmt: skip
    live = State(
        {SECRET.path: (Row(SECRET.path, {"name": "ana", "password": "geheim"}, "x", "*1"),)}
    )
    source = script(made, live)
    assert "geheim" not in source
    assert 'disabled="false"' in source
    assert script([], live) == ""
    assert script([change(Action.SET, after={"password": "x"})], live) == ""
