from typing import Any, NamedTuple

import pytest

from ispconf.planning.changes import Action, Change, compare
from ispconf.planning.expected import concerned, expected
from ispconf.planning.planned import Choice, difference
from ispconf.routeros.rows import Row, State, state
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, FILTER, PROFILE, QUEUE, SECRET
from tests.planning.worlds import ANA, numbered
from tests.services.people import described

SPEED = "rate-limit"


def rows(state_: State) -> list[Row]:
    return [row._replace(id="") for row in state_]


def planned(wanted: State, then: State, now: State, *, begun: bool = False) -> Any:
    """The plan made of what was read then, held against what is read now."""
    before, _ = difference(wanted, then, Choice())
    after, _ = difference(wanted, now, Choice())
    return expected(before.changes, after.changes, now, begun=begun)


WANTED = state(described(ANA))
HELD = numbered(WANTED)
CUT = state(
    described(ANA._replace(served=False, suspension=ANA.suspension._replace(method="disable")))
)


def edited(held: State, path: str, name: str, **fields: str) -> State:
    """What somebody did to the rows of a menu; an empty text takes the field away."""
    shown = {field.replace("_", "-"): text for field, text in fields.items()}

    def touched(row: Row) -> Row:
        if (row.table, row.fields.get("name")) != (path, name):
            return row
        told = {**row.fields, **shown}
        kept = {field: text for field, text in told.items() if text}
        owner = row.owner if told.get("comment", "").startswith("ispconf:") else ""
        return row._replace(fields=kept, owner=owner)

    return state(touched(row) for row in held)


def without(held: State, path: str, name: str) -> State:
    return state(r for r in held if (r.table, r.fields.get("name")) != (path, name))


def told(found: Any) -> tuple[list[str], list[str], list[str]]:
    return (
        [f"{c.action} {c.table} {c.id}" for c in found.ready],
        [f"{c.action} {c.table}" for c in found.done],
        [f"{c.action} {c.table}: {words}" for c, words in found.conflicts],
    )


def test_what_nobody_touched_is_carried_out() -> None:
    assert told(planned(CUT, HELD, HELD)) == (["set /ppp/secret *2"], [], [])


def test_the_ids_are_those_of_now() -> None:
    """The secret was removed and made again, and its id is another row's by now."""
    other = Row(SECRET.path, {"name": "stranger"}, id="*2")
    again = state(
        [*(row._replace(id="*9") if row.table == SECRET.path else row for row in HELD), other]
    )
    assert told(planned(CUT, HELD, again)) == (["set /ppp/secret *9"], [], [])


class Case(NamedTuple):
    """What somebody did between plan and apply of a cut, and what it makes of the change."""

    now: State
    becomes: str


@pytest.mark.parametrize(
    "case",
    [
        Case(edited(HELD, SECRET.path, "ana", disabled="true"), "done"),
        Case(edited(HELD, SECRET.path, "ana", remote_address="10.9.9.9"), "somebody changed it"),
        Case(edited(HELD, SECRET.path, "ana", password="*****"), "ready"),
        Case(edited(HELD, SECRET.path, "ana", comment="mine"), "somebody changed it"),
        Case(edited(HELD, PROFILE.path, "hogar-20", rate_limit="1M/1M"), "ready"),
        Case(without(HELD, SECRET.path, "ana"), "removed it since"),
        Case(state([*HELD, Row(SECRET.path, {"name": "ana"}, id="*77")]), "several rows"),
    ],
)
def test_a_row_that_was_touched_is_a_conflict_of_that_row_alone(case: Case) -> None:
    eva = ANA._replace(owner="eva/casa", user="eva", address="10.20.0.16")
    also = [r for r in described(eva) if r.table == SECRET.path]
    wanted = state([*CUT, *also])
    ready, done, conflicts = told(planned(wanted, HELD, case.now))
    assert ready.count("add /ppp/secret ") == 1  # others go on
    found = {"ready": len(ready) - 1, "done": len(done), "conflict": len(conflicts)}
    assert sum(found.values()) == 1
    if case.becomes in found:
        assert found[case.becomes] == 1
    else:
        assert case.becomes in conflicts[0]


def test_a_field_that_somebody_changed_to_something_else() -> None:
    slow = edited(HELD, PROFILE.path, "hogar-20", rate_limit="1M/1M")
    slower = edited(HELD, PROFILE.path, "hogar-20", rate_limit="64k/64k")
    assert told(planned(WANTED, slow, slow))[0] == ["set /ppp/profile *1"]
    assert told(planned(WANTED, slow, slower))[2] == [
        f"set /ppp/profile: somebody changed its {SPEED}"
    ]
    spelled = edited(HELD, PROFILE.path, "hogar-20", rate_limit="1000k/1M")
    assert told(planned(WANTED, slow, spelled))[0] == ["set /ppp/profile *1"]


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (HELD, ""),
        (State(), "done"),
        (edited(HELD, SECRET.path, "ana", remote_address="10.9.9.9"), "changed its remote-address"),
        (edited(HELD, SECRET.path, "ana", comment="mine"), "lost our mark"),
        (edited(HELD, SECRET.path, "ana", disabled="true"), "changed its disabled"),
    ],
)
def test_a_row_that_is_to_go(now: State, says: str) -> None:
    secret = [c for c in compare(State(), HELD).changes if c.table == SECRET.path]
    found = expected(secret, compare(State(), now).changes, now)
    if not says:
        assert told(found)[0] == ["remove /ppp/secret *2"]
    elif says == "done":
        assert told(found)[1] == ["remove /ppp/secret"]
    else:
        assert says in told(found)[2][0]


def test_a_secret_that_we_retired_ourselves_is_still_to_go() -> None:
    retired = edited(HELD, SECRET.path, "ana", disabled="true")
    ready, _, conflicts = told(planned(State(), HELD, retired, begun=True))
    assert "remove /ppp/secret *2" in ready
    assert conflicts == []


def test_what_somebody_added_meanwhile() -> None:
    ours = state(r for r in HELD if r.table == SECRET.path)
    foreign = edited(ours, SECRET.path, "ana", comment="")
    secret = state(r for r in WANTED if r.table == SECRET.path)
    assert told(planned(secret, State(), ours))[1] == ["add /ppp/secret"]
    (said,) = told(planned(secret, State(), foreign))[2]
    assert said == "add /ppp/secret: somebody added it since it was planned"
    assert told(planned(secret, State(), State()))[0] == ["add /ppp/secret "]


RULES = [
    Row(FILTER.path, {"chain": "forward", "comment": f"ispconf:router:norte-1#{name}"},
        "router:norte-1")
    for name in ("a", "b")
]  # fmt: skip
ACCEPT = Row(FILTER.path, {"chain": "forward", "action": "accept"})


def order(*picked: Row) -> State:
    known = [*RULES, ACCEPT, ACCEPT._replace(fields={**ACCEPT.fields, "comment": "new"})]
    return state(row._replace(id=f"*{known.index(row) + 1:X}") for row in picked)


def test_a_rule_goes_where_it_belongs_by_now() -> None:
    a, b = RULES
    new = ACCEPT._replace(fields={**ACCEPT.fields, "comment": "new"})
    wanted = state(RULES)
    found = planned(wanted, order(a, ACCEPT, b), order(a, new, ACCEPT, b))
    assert [(c.action, c.id, c.place) for c in found.ready] == [(Action.MOVE, "*2", "*4")]
    assert told(planned(wanted, order(a, ACCEPT, b), order(a, b, ACCEPT)))[1] == [
        f"move {FILTER.path}"
    ]
    assert "removed it" in told(planned(wanted, order(a, ACCEPT, b), order(a, ACCEPT)))[2][0]


def online(id: str, address: str = "10.20.0.99") -> Row:  # noqa: A002
    return Row(ACTIVE.path, {"name": "ana", "address": address}, id=id)


@pytest.mark.parametrize(
    ("session", "becomes"),
    [(online("*80000001"), "*80000001"), (online("*80000002", "10.20.0.98"), "*80000002"),
     (online("*80000003", "10.20.0.15"), "done"), (None, "done")],
)  # fmt: skip
def test_a_session_is_dropped_as_long_as_it_is_late(session: Row | None, becomes: str) -> None:
    now = state([*HELD, *([session] if session else [])])
    found = planned(WANTED, state([*HELD, online("*80000001")]), now)
    assert [c.id for c in found.ready] == ([] if becomes == "done" else [becomes])
    assert len(found.done) == (becomes == "done")
    assert found.conflicts == ()


def test_a_profile_that_a_stranger_came_to_need_stays() -> None:
    stranger = Row(SECRET.path, {"name": "villa", "profile": "hogar-20"}, id="*50")
    profile = state(r for r in HELD if r.table == PROFILE.path)
    now = state([*profile, stranger])
    assert "came to need it" in told(planned(State(), profile, now))[2][0]


def one(action: Action, path: str) -> Change:
    return Change(action, path, {}, "", {}, {})


@pytest.mark.parametrize(
    ("change", "menus"),
    [
        (one(Action.SET, QUEUE.path), {QUEUE.path}),
        (one(Action.REMOVE, PROFILE.path), {PROFILE.path, SECRET.path}),
        (one(Action.DISCONNECT, ACTIVE.path), {ACTIVE.path, QUEUE.path, ADDRESS_LIST.path}),
    ],
)
def test_the_menus_that_tell(change: Change, menus: set[str]) -> None:
    assert set(concerned([change])) == menus
