"""The difference of two states, row by row."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.planning.changes import Action, Change, Comparison, compare
from ispconf.routeros.rows import Row, State, owner_of, state
from ispconf.routeros.tables import (
    ACTIVE,
    ADDRESS_LIST,
    FILTER,
    MASKED,
    POOL,
    PROFILE,
    QUEUE,
    SECRET,
    TABLES,
    Table,
)
from ispconf.services.account import Stale
from tests.planning.worlds import numbered

OURS = "ispconf:ana/casa Ana"


def row(table: Table = SECRET, **fields: str) -> Row:
    """A row whose owner stands in its comment, as on a router."""
    named = {name.replace("_", "-"): text for name, text in fields.items()}
    if "comment" not in named:
        named["comment"] = OURS
    return Row(table.path, named, owner_of(named["comment"]))


def difference(wanted: list[Row], live: list[Row]) -> Comparison:
    return compare(state(wanted), numbered(live))


def told(change: Change) -> tuple[str, dict[str, str], dict[str, str]]:
    return change.action.value, dict(change.before), dict(change.after)


ANA = row(name="ana", profile="hogar-20", disabled="false")


@pytest.mark.parametrize(
    ("wanted", "live", "expected"),
    [
        ([ANA], [], [("add", {}, dict(ANA.fields))]),
        ([ANA], [ANA], []),
        ([ANA], [row(name="ana", profile="hogar-50", disabled="no")],
         [("set", {"profile": "hogar-50"}, {"profile": "hogar-20"})]),
        ([ANA], [row(name="ana", profile="hogar-20", comment="by hand")],
         [("adopt", {"comment": "by hand"}, {"comment": OURS})]),
        ([ANA], [row(name="ana", comment="ispconf:ben/casa Ben", profile="hogar-20")],
         [("set", {"comment": "ispconf:ben/casa Ben"}, {"comment": OURS})]),
        ([], [ANA], [("remove", dict(ANA.fields), {})]),
        ([], [row(name="extern", comment="")], []),
        ([], [ANA._replace(dynamic=True)], []),
        ([ANA], [ANA._replace(dynamic=True)], [("add", {}, dict(ANA.fields))]),
    ],
    ids=["missing", "equal", "differs", "not ours", "another's mark", "gone", "foreign",
         "made by the router", "only the router's own"],
)  # fmt: skip
def test_a_row_becomes_what_the_table_says(
    wanted: list[Row], live: list[Row], expected: list[Any]
) -> None:
    found = difference(wanted, live)
    assert [told(change) for change in found.changes] == expected
    assert found.conflicts == ()


def test_two_rows_with_one_key_are_a_conflict_of_that_row_alone() -> None:
    listed = [row(ADDRESS_LIST, list="morosos", address=each) for each in ("10.0.0.1", "10.0.0.2")]
    twice = row(ADDRESS_LIST, list="morosos", address="10.0.0.1/32", disabled="true")
    found = difference(listed, [listed[0], twice])
    (said,) = found.conflicts
    assert said.startswith("/ip/firewall/address-list list=morosos, address=10.0.0.1: 2 rows")
    assert said.endswith("remove the ones that are wrong")
    assert [(change.action, change.key["address"]) for change in found.changes] == [
        (Action.ADD, "10.0.0.2")
    ]


EVERY_FIELD = [
    (table, name)
    for table in TABLES.values()
    if table.writable
    for name in table.fields
    if name not in (*table.key, "comment", table.order)
]


@pytest.mark.parametrize(
    ("table", "name"), EVERY_FIELD, ids=[f"{t.path} {n}" for t, n in EVERY_FIELD]
)
def test_a_field_that_is_absent_is_its_default(table: Table, name: str) -> None:
    key = {each: "10.0.0.1" if each == "address" else "x" for each in table.key}
    base = row(table, **(key | {"comment": OURS} | ({"chain": "forward"} if table.order else {})))
    default = table.fields[name].absent
    for text in {default, ""}:
        stated = base._replace(fields={**base.fields, name: text})
        assert difference([stated], [base]).changes == ()
        assert difference([base], [stated]).changes == ()
        assert difference([stated], [base._replace(fields={**base.fields, name: default})]) == (
            Comparison(())
        )


@pytest.mark.parametrize(
    ("table", "name", "wanted", "live"),
    [
        (SECRET, "disabled", "true", "yes"),
        (SECRET, "caller-id", "4C:5E:0C:11:22:33", "4c-5e-0c-11-22-33"),
        (QUEUE, "max-limit", "5000000/20000000", "5M/20M"),
        (QUEUE, "max-limit", "10M/0", "10M"),
        (QUEUE, "burst-time", "1h/1h", "1:00:00/3600"),
        (QUEUE, "priority", "8/8", "8"),
        (QUEUE, "target", "10.0.0.5/32", "10.0.0.5"),
        (PROFILE, "rate-limit", "10M/10M", "10M"),
        (PROFILE, "rate-limit", "5M/20M 0/0 0/0 0/0 8 0/0", "5000k/20M"),
        (POOL, "ranges", "10.0.0.0-10.0.0.3", "10.0.0.0/30"),
        (FILTER, "src-address", "10.0.0.5", "10.0.0.5/32"),
    ],
)
def test_two_spellings_of_one_value_are_no_difference(
    table: Table, name: str, wanted: str, live: str
) -> None:
    def with_it(text: str) -> Row:
        return row(table, **{"name": "x", "chain": "forward", name: text})

    found = difference([with_it(wanted)], [with_it(live)])
    assert found.changes == ()


@pytest.mark.parametrize(("passwords", "masked"), [([MASKED], 1), ([MASKED, MASKED, "x"], 2)])
def test_a_password_that_is_not_shown_is_counted_and_never_written(
    passwords: list[str], masked: int
) -> None:
    names = [f"user-{number}" for number in range(len(passwords))]
    wanted = [row(name=name, password="x") for name in names]
    live = [row(name=n, password=p) for n, p in zip(names, passwords, strict=True)]
    found = difference(wanted, live)
    assert (found.changes, found.masked) == ((), masked)


def test_a_password_that_nobody_states_is_not_looked_at() -> None:
    found = difference([row(name="ana")], [row(name="ana", password=MASKED)])
    assert (found.changes, found.masked) == ((), 0)


def test_a_password_that_is_shown_and_another_is_changed() -> None:
    (changed,) = difference(
        [row(name="ana", password="b")], [row(name="ana", password="a")]
    ).changes
    assert told(changed) == ("set", {"password": "a"}, {"password": "b"})


def test_words_behind_the_mark_are_for_people_and_stay() -> None:
    wanted = row(name="ana", profile="hogar-50", comment="ispconf:ana/casa Ana, Hogar 50")
    live = row(name="ana", profile="hogar-20", comment="ispconf:ana/casa call before visiting")
    (changed,) = difference([wanted], [live]).changes
    assert told(changed) == ("set", {"profile": "hogar-20"}, {"profile": "hogar-50"})


def test_a_default_that_is_written_out_is_cleared() -> None:
    (changed,) = difference(
        [row(name="ana", remote_address="")], [row(name="ana", remote_address="10.0.0.1")]
    ).changes
    assert told(changed) == ("set", {"remote-address": "10.0.0.1"}, {"remote-address": ""})


def test_what_is_left_to_people_is_written_once_and_never_compared() -> None:
    by_hand = ANA._replace(initial=frozenset({"disabled", "profile"}))
    (added,) = difference([by_hand], []).changes
    assert added.after["disabled"] == "false"
    changed = row(name="ana", profile="ispconf-morosos", disabled="true")
    assert difference([by_hand], [changed]).changes == ()


# What others use stays


def profile(name: str, comment: str = "ispconf:plan:x X", **fields: str) -> Row:
    return row(PROFILE, name=name, comment=comment, **fields)


STAYS = "/ppp/profile old stays: /ppp/secret extern uses it"
EXTERN = row(name="extern", profile="old", comment="")


@pytest.mark.parametrize(
    ("live", "removed", "conflicts"),
    [
        ([profile("old")], ["old"], ()),
        ([profile("old"), EXTERN], [], (STAYS,)),
        ([profile("old"), EXTERN._replace(dynamic=True)], ["old"], ()),
        ([profile("old"), row(name="ben", profile="old")], ["ben", "old"], ()),
        ([profile("old"), row(name="extern", comment="")], ["old"], ()),
        (
            [row(POOL, name="p", comment="ispconf:router:n x"),
             profile("old", remote_address="p"), EXTERN],
            [],
            (STAYS, "/ip/pool p stays: /ppp/secret extern uses it"),
        ),
    ],
    ids=["nobody", "another's", "the router's own", "ours goes too", "not this one", "what stays"],
)  # fmt: skip
def test_a_row_that_others_use_stays(
    live: list[Row], removed: list[str], conflicts: tuple[str, ...]
) -> None:
    found = difference([], live)
    assert [change.key["name"] for change in found.changes] == removed
    assert found.conflicts == conflicts


def test_a_profile_that_was_left_to_people_stays_without_a_word() -> None:
    by_hand = row(name="ana", profile="new")._replace(initial=frozenset({"profile"}))
    found = difference(
        [profile("new"), by_hand], [profile("new"), profile("old"), row(name="ana", profile="old")]
    )
    assert found == Comparison(())


def test_a_secret_goes_though_it_is_online() -> None:
    session = Row(ACTIVE.path, {"name": "ana", "service": "pppoe", "address": "10.0.0.5"}, id="*80")
    late = Stale(session, "ana/casa", "cancel", "its secret is removed")
    found = compare(State(), numbered([ANA, session]), [late])
    assert [(change.action, dict(change.key)) for change in found.changes] == [
        (Action.REMOVE, {"name": "ana"}),
        (Action.DISCONNECT, {"name": "ana"}),
    ]
    dropped = found.changes[1]
    assert (dropped.id, dropped.owner, dropped.effect) == ("*80", "ana/casa", "cancel")
    assert not dropped.before  # it is dropped whatever address it has by then


def test_rows_of_others_are_counted_but_for_those_of_every_router() -> None:
    live = [profile("default", ""), profile("default-encryption", ""), profile("own", "")]
    assert difference([], [*live, row(name="x", comment="")]).unmanaged == 2


# Order, in words of rules; the whole of it is in test_ordering


def rule(name: str, **fields: str) -> Row:
    mark = f"ispconf:router:n#{name} words" if name.islower() else name
    facts = {"chain": "forward", "action": "drop", "comment": mark} | fields
    return Row(FILTER.path, facts, owner_of(mark))


def test_a_rule_that_stands_below_another_is_moved_above_it() -> None:
    (moved,) = difference([rule("a")], [rule("FOREIGN"), rule("a")]).changes
    assert (moved.action, moved.id, moved.place) == (Action.MOVE, "*2", "*1")
    assert moved.key == {"comment": "ispconf:router:n#a"}


def test_a_rule_that_was_put_into_another_chain_comes_back_to_its_place() -> None:
    live = [rule("FOREIGN"), rule("a", chain="input")]
    changes = difference([rule("a")], live).changes
    assert [change.action for change in changes] == [Action.SET, Action.MOVE]
    assert changes[1].place == "*1"


def test_rules_that_are_there_twice_are_left_for_people_to_sort_out() -> None:
    found = difference([rule("a"), rule("b")], [rule("a"), rule("FOREIGN"), rule("a")])
    assert [(change.action, change.place) for change in found.changes] == [(Action.ADD, "*2")]
    assert len(found.conflicts) == 1


# Costs


def counted(work: Callable[[], object]) -> int:
    """How many calls, of Python and of C, some work takes."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:  # noqa: ARG001
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


class Compared(str):
    """Text whose every comparison is a call, so that scanning a list costs what it does."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True

    def __hash__(self) -> int:
        return str.__hash__(self)


def compared(rows: list[Row]) -> State:
    """A router with these rows, whose texts are counted."""
    return numbered(
        row._replace(fields={name: Compared(text) for name, text in row.fields.items()})
        for row in rows
    )


def crowd(size: int, change: Callable[[int], str]) -> list[Row]:
    """A secret and a list entry each, every second of the rows another's, and some rules."""
    people = [
        row(name=f"u{number}", profile=change(number), comment="" if number % 2 else OURS)
        for number in range(size)
    ]
    entries = [
        row(ADDRESS_LIST, list="m", address=f"10.{number >> 8 & 255}.{number & 255}.1")
        for number in range(size)
    ]
    plans = [profile(f"plan-{number}") for number in range(size)]
    return [*people, *entries, *plans, *(rule(f"r{number}") for number in range(size // 2))]


CROWDS: dict[str, tuple[Callable[[int], str], Callable[[list[Row]], list[Row]]]] = {
    "converged": (lambda _: "plan-1", lambda rows: rows),
    "all differ": (lambda number: f"plan-{number}", lambda rows: rows),
    "all are new": (lambda _: "plan-1", lambda _: []),
    "all are upside down": (lambda _: "plan-1", lambda rows: rows[::-1]),
}


@pytest.mark.parametrize("name", CROWDS)
def test_twice_the_rows_cost_twice_the_work(name: str) -> None:
    altered, arranged = CROWDS[name]

    def cost(size: int) -> int:
        wanted = state(each for each in crowd(size, lambda _: "plan-1") if each.owner)
        live = compared(arranged(crowd(size, altered)))
        return counted(lambda: compare(wanted, live))

    assert cost(1000) < 2.2 * cost(500)


def test_what_goes_and_what_others_keep_cost_what_they_are() -> None:
    def cost(size: int) -> int:
        plans = [profile(f"plan-{number}") for number in range(size)]
        users = [row(name=f"u{n}", profile=f"plan-{n}", comment="") for n in range(0, size, 2)]
        live = compared([*plans, *users])
        return counted(lambda: compare(State(), live))

    assert cost(1000) < 2.2 * cost(500)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
def test_a_change_names_its_row_and_its_owner(names: list[str]) -> None:
    wanted = [row(name=name, comment=f"ispconf:{name}/casa") for name in names]
    changes = difference(wanted, []).changes
    assert [(change.key, change.owner) for change in changes] == [
        ({"name": name}, f"{name}/casa") for name in names
    ]
