"""Every change says what it does to whom, why, and where that is written."""

from typing import Any

import pytest

from ispconf.ledger.standing import Reason
from ispconf.ledger.standing import State as Money
from ispconf.planning.changes import Action, Change, Why
from ispconf.planning.reasons import Story, explained
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, FILTER, PROFILE, QUEUE, SECRET
from tests.planning.worlds import change, standing, story

ADD, SET, ADOPT, REMOVE = Action.ADD, Action.SET, Action.ADOPT, Action.REMOVE
LEDGER = "ledger/2026/10/2026-10-28-invoices.yaml:3"
LATE = (
    Reason("cut_day", "invoice invoices-000123 was due 2026-11-01, cut 2026-11-05", LEDGER),
    Reason("cut_day", "cut_day 5", "ispconf.yaml:24 cut_day"),
)
PAID = (Reason("paid", "nothing is open, last payment caja1-000045", "ledger/2026/11/x.yaml:1"),)
FACT = (Reason("suspended", "suspended by hand", "subscribers/ana.yaml:9:5"),)
HERE = Why("file", "subscribers/ana.yaml:5:3")
PLAN = Why("file", "plans/hogar-20.yaml")
SUSPENDED = standing(state=Money.SUSPENDED, served=False, reasons=LATE)
CUT = change(SET, before={"disabled": "false"}, after={"disabled": "true"})
FREED = change(SET, before={"disabled": "true"}, after={"disabled": "false"})
LISTED = change(ADD, ADDRESS_LIST.path, key={"list": "m", "address": "10.0.0.5"})
UNLISTED = change(REMOVE, ADDRESS_LIST.path, key={"list": "m", "address": "10.0.0.6"})


def explain(
    *changes: Change, told: Story | None = None, elsewhere: str = "", router: str = "norte-1"
) -> list[Change]:
    places = {"ana/casa": {router, elsewhere} - {""}} if elsewhere else {}
    plans = {"hogar-20": "plans/hogar-20.yaml"}
    return list(explained(changes, router, lambda _: told, plans, places))


def the(effect: str, reason: str, *why: Why, calendar: bool = False) -> dict[str, Any]:
    return {"effect": effect, "reason": reason, "why": why, "calendar": calendar}


def told(state: Money = Money.ACTIVE, **facts: Any) -> Story:
    return story(told=standing(state=state, **facts))


NEW = change(ADD, SECRET.path)
SPEED = change(SET, before={"profile": "hogar-50"}, after={"profile": "hogar-20"})
ADDRESS = change(SET, before={"remote-address": "a"}, after={"remote-address": "b"})
HEAL = change(SET, before={"password": "a"}, after={"password": "b"})
GONE = change(REMOVE)
DROPPED = change(
    Action.DISCONNECT, ACTIVE.path, effect="suspend", reason="so that the cut takes effect"
)
LEFT = (Reason("cancelled", "cancelled on 2026-11-01", "subscribers/ana.yaml:9"),)
CANCELLED = standing(state=Money.CANCELLED, served=False, reasons=LEFT)

CASES: dict[str, tuple[Change, Story | None, dict[str, Any]]] = {
    "create": (NEW, told(), the("create", "new subscriber ana/casa", HERE)),
    "suspend by the ledger": (
        CUT, story(told=SUSPENDED),
        the("suspend", f"suspended: {LATE[0].text}", Why("ledger", LEDGER),
            Why("rule", "ispconf.yaml:24 cut_day"), calendar=True)),
    "suspend by hand": (
        CUT, told(Money.SUSPENDED, served=False, reasons=FACT, calendar=False),
        the("suspend", "suspended: suspended by hand", Why("file", "subscribers/ana.yaml:9:5"))),
    "suspend by a pause": (
        LISTED, told(Money.PAUSED, served=False, calendar=False),
        the("suspend", "suspended: paused", HERE)),
    "restore": (
        FREED, told(reasons=PAID),
        the("restore", f"restored: {PAID[0].text}", Why("ledger", "ledger/2026/11/x.yaml:1"),
            calendar=True)),
    "restore of who owes nothing": (
        FREED, told(reasons=(Reason("paid", "nothing is open"),), calendar=False),
        the("restore", "restored: nothing is open", HERE)),
    "speed": (SPEED, told(), the("speed", "plan hogar-20", HERE, PLAN)),
    "address": (ADDRESS, told(), the("address", "the address in the file is another one", HERE)),
    "heal": (HEAL, told(), the("heal", "the router has it otherwise than the file", HERE)),
    "cancel by a fact": (
        GONE, Story("", "hogar-20", HERE.ref, CANCELLED),
        the("cancel", "cancelled on 2026-11-01", Why("file", "subscribers/ana.yaml:9"), HERE)),
    "cancel by deletion": (
        GONE, None,
        the("cancel", "ana/casa is in no file", Why("file", "subscribers/**/ana.yaml"))),
    "not begun": (
        GONE, Story("", "hogar-20", HERE.ref, standing(state=Money.PENDING, served=False)),
        the("cancel", "pending", HERE)),
    "move away": (GONE, story("sur-1"), the("move", "moved to sur-1", HERE)),
    "a session that ends": (
        DROPPED, story(told=SUSPENDED),
        the("suspend", "so that the cut takes effect", Why("ledger", LEDGER),
            Why("rule", "ispconf.yaml:24 cut_day"), calendar=True)),
    "adopt": (
        HEAL._replace(action=ADOPT), told(),
        the("adopt", "the row is there already and not ours;"
            " the router has it otherwise than the file", HERE)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_explained(name: str) -> None:
    made, known, expected = CASES[name]
    (found,) = explain(made, told=known)
    assert {field: getattr(found, field) for field in expected} == expected


CAUSES = {
    "suspend by the ledger": "suspended: cut day 5 (zone norte)",
    "suspend by hand": "suspended: by hand",
    "suspend by a pause": "suspended: paused",
    "restore": "restored: paid",
    "speed": "plan hogar-20",
    "cancel by a fact": "cancelled",
    "cancel by deletion": "in no file",
    "a session that ends": "so that the cut takes effect",
    "adopt": "the row is there already and not ours",
}


@pytest.mark.parametrize("name", CAUSES)
def test_what_one_cause_brought_can_be_told_together(name: str) -> None:
    made, known, _ = CASES[name]
    (found,) = explain(made, told=known._replace(zone="norte") if known else None)
    assert found.cause == CAUSES[name]


SHARED: dict[str, tuple[Change, dict[str, Any]]] = {
    "a plan's first": (
        change(ADD, PROFILE.path, owner="plan:hogar-20"),
        the("infrastructure", "first service with plan hogar-20 here", PLAN)),
    "a plan's last": (
        change(REMOVE, PROFILE.path, owner="plan:hogar-20"),
        the("infrastructure", "no service has plan hogar-20 here", PLAN)),
    "a plan's file is gone": (
        change(REMOVE, PROFILE.path, owner="plan:oro"),
        the("infrastructure", "no service has plan oro here", Why("file", "plans/oro.yaml"))),
    "a plan's speed": (
        change(SET, PROFILE.path, owner="plan:hogar-20", after={"rate-limit": "1M"}),
        the("speed", "plan hogar-20", PLAN)),
    "a plan's other fields": (
        change(SET, PROFILE.path, owner="plan:hogar-20", after={"dns-server": "1.1.1.1"}),
        the("infrastructure", "plan hogar-20", PLAN)),
    "a rule": (
        change(ADD, FILTER.path, owner="router:norte-1"),
        the("infrastructure", "router norte-1 needs it", Why("file", "inventory/norte-1.yaml"))),
    "a rule that moved": (
        change(Action.MOVE, FILTER.path, owner="router:norte-1"),
        the("infrastructure", "it must stand first in its chain",
            Why("file", "inventory/norte-1.yaml"))),
    "a rule that changed": (
        change(SET, FILTER.path, owner="router:norte-1"),
        the("infrastructure", "router norte-1 has it otherwise",
            Why("file", "inventory/norte-1.yaml"))),
    "a rule that goes": (
        change(REMOVE, FILTER.path, owner="router:norte-1"),
        the("infrastructure", "router norte-1 needs it no more",
            Why("file", "inventory/norte-1.yaml"))),
    "a mark of nobody": (
        change(REMOVE, FILTER.path, owner="test"),
        the("infrastructure", "ispconf:test is nobody's mark", Why("rule", "ispconf:test"))),
}  # fmt: skip


@pytest.mark.parametrize("name", SHARED)
def test_a_change_of_what_many_share_is_explained(name: str) -> None:
    made, expected = SHARED[name]
    (found,) = explain(made)
    assert {field: getattr(found, field) for field in expected} == expected


def test_whoever_comes_from_another_router_has_moved() -> None:
    found = explain(NEW, LISTED, told=told(), elsewhere="sur-1")
    assert {(each.effect, each.reason) for each in found} == {("move", "moved here from sur-1")}


@pytest.mark.parametrize("home", [SECRET.path, QUEUE.path])
def test_whoever_gets_another_name_is_neither_new_nor_lost(home: str) -> None:
    gone = change(REMOVE, SECRET.path, key={"name": "old"})
    found = explain(change(ADD, home), gone, DROPPED, told=told())
    assert {each.effect for each in found} == {"heal"}
    assert {each.reason for each in found[:2]} == {"ana/casa has another name or key now"}


@pytest.mark.parametrize(
    "changes",
    [
        (LISTED, UNLISTED, ADDRESS),
        (LISTED, FREED),
        (CUT, UNLISTED),
        (LISTED, change(SET, before={"profile": "ispconf-m"}, after={"profile": "hogar-20"})),
    ],
    ids=["another address", "disable to list", "list to disable", "profile to list"],
)
def test_whoever_was_cut_and_stays_so_loses_nothing(changes: tuple[Change, ...]) -> None:
    effects = {each.effect for each in explain(*changes, told=story(told=SUSPENDED))}
    assert not effects & {"suspend", "restore", "cancel"}


def test_all_effects_of_the_command_line_occur() -> None:
    found = {case[2]["effect"] for case in CASES.values()}
    found |= {case[1]["effect"] for case in SHARED.values()}
    assert found == {
        "create", "suspend", "restore", "speed", "address", "cancel", "move", "adopt", "heal",
        "infrastructure",
    }  # fmt: skip


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.DISCONNECT}))
@pytest.mark.parametrize("table", [SECRET.path, QUEUE.path, ADDRESS_LIST.path, PROFILE.path])
@pytest.mark.parametrize(
    "known",
    [None, story(), story("sur-1"), story(""), story(told=SUSPENDED), told(reasons=PAID)],
)
def test_no_change_is_without_a_cause(action: Action, table: str, known: Story | None) -> None:
    for owner in ("ana/casa", "plan:hogar-20", "router:norte-1", "x"):
        after = {"disabled": "true"} if table != PROFILE.path else {}
        made = change(action, table, owner=owner, before={"disabled": "false"}, after=after)
        (found,) = explain(made, told=known)
        assert found.effect
        assert found.why
        assert all(why.kind in ("ledger", "rule", "file") and why.ref for why in found.why)
        assert found.reason
