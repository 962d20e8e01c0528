"""The plan as JSON, key by key."""

import json
from typing import Any

import pytest

from ispconf import __version__
from ispconf.errors import Exit
from ispconf.planning.changes import Action, Why
from ispconf.planning.changeset import Changeset, Impact, Money, RouterPlan, Status, digest, seal
from ispconf.planning.report.document import document
from tests.planning.worlds import DAY, change

CUT = change(
    Action.SET,
    key={"name": "ana-lopez"},
    owner="ana-lopez/casa",
    before={"disabled": "false", "password": "old"},
    after={"disabled": "true", "password": "clave"},
    id="*1F",
    effect="suspend",
    calendar=True,
    reason="suspended: invoice invoices-000123",
    cause="suspended: cut day 5 (zone norte)",
    why=(Why("ledger", "ledger/2026/10/x.yaml:3"), Why("rule", "ispconf.yaml:24 cut_day")),
)
NORTE = RouterPlan(
    "norte-1",
    Status.PLANNED,
    (CUT,),
    notes=("a note",),
    routeros="7.16.2",
    identity="norte",
    rows=412,
)
SUR = RouterPlan("sur-1", Status.UNREACHABLE, (), "connection timed out")
PLAN = Changeset("0123abc", True, DAY, (NORTE, SUR), Money(1, "350.00 MXN", 0))  # noqa: FBT003


def keyed(text: str) -> str:
    return f"f{len(text)}"


def shown() -> dict[str, Any]:
    whole = document(PLAN, Impact(1, 0, 0, 0, 0, 0), Exit.INCOMPLETE, keyed)
    loaded: dict[str, Any] = json.loads(json.dumps(whole))
    assert loaded == whole
    return loaded


def test_the_head_says_what_was_judged_and_what_it_comes_to() -> None:
    head = {name: value for name, value in shown().items() if name != "routers"}
    assert head == {
        "format": 1,
        "ispconf": __version__,
        "commit": "0123abc",
        "dirty": True,
        "date": "2026-11-06",
        "digest": digest(PLAN, keyed),
        "exit_code": 4,
        "impact": {
            "lose": 1, "regain": 0, "speed": 0, "address": 0, "new": 0, "sessions_dropped": 0,
        },
        "summary": {
            "routers": 2, "unreachable": 1, "deferred": 0, "add": 0, "adopt": 0, "set": 1,
            "remove": 0, "move": 0, "disconnect": 0,
        },
        "money": {"suspended": 1, "owed": "350.00 MXN", "restored": 0},
    }  # fmt: skip


def test_a_router_says_how_it_is_and_what_it_would_get() -> None:
    norte, sur = shown()["routers"]
    (made,) = norte.pop("changes")
    assert norte == {
        "router": "norte-1",
        "status": "planned",
        "problem": None,
        "live": {"routeros": "7.16.2", "identity": "norte", "rows": 412},
        "notes": ["a note"],
    }
    assert made == {
        "action": "set",
        "table": "/ppp/secret",
        "key": {"name": "ana-lopez"},
        "owner": "ana-lopez/casa",
        "before": {"disabled": "false", "password": "(secret)"},
        "after": {"disabled": "true", "password": "(secret)"},
        "effect": "suspend",
        "calendar": True,
        "reason": "suspended: invoice invoices-000123",
        "cause": "suspended: cut day 5 (zone norte)",
        "why": [
            {"kind": "ledger", "ref": "ledger/2026/10/x.yaml:3"},
            {"kind": "rule", "ref": "ispconf.yaml:24 cut_day"},
        ],
        "secrets": {"before": {"password": "f3"}, "after": {"password": "f5"}},
        "seal": seal("norte-1", CUT, keyed),
    }
    assert (sur["status"], sur["problem"], sur["live"]) == (
        "unreachable", "connection timed out", None,
    )  # fmt: skip


def test_ids_of_the_router_are_nowhere() -> None:
    assert "*1F" not in json.dumps(shown())


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_word(status: Status) -> None:
    plan = PLAN._replace(routers=(NORTE._replace(status=status),))
    whole = document(plan, Impact(0, 0, 0, 0, 0, 0), Exit.OK, keyed)
    assert whole["routers"][0]["status"] == status.value
