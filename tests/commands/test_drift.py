"""``drift``: what somebody changed by hand, and nothing that is merely new in the files."""

import json
from collections.abc import Callable

import pytest

from tests.commands.shapes import PLAN, misfits
from tests.commands.world import BEFORE, CUT, PEOPLE, Isp


def another_profile(isp: Isp) -> None:
    isp.routers["norte-1"].set("/ppp/secret", "eva", profile="default")


def removed(isp: Isp) -> None:
    isp.routers["norte-1"].remove("/ppp/secret", "eva")


def copied(isp: Isp) -> None:
    isp.routers["norte-1"].add("/ppp/secret", name="primo", comment="ispconf:eva/casa a copy")


def unmarked(isp: Isp) -> None:
    isp.routers["norte-1"].set("/ppp/secret", "eva", comment="Eva")


def another_queue(isp: Isp) -> None:
    isp.routers["sur-1"].set("/queue/simple", "ben/casa", max_limit="1G/1G")


def unlimited(isp: Isp) -> None:
    isp.routers["sur-1"].set("/queue/simple", "ben/casa", disabled="yes")


@pytest.mark.parametrize(
    ("deed", "action", "said"),
    [
        (another_profile, "set", "admin changed it on the router"),
        (removed, "add", "admin removed it on the router"),
        (copied, "remove", "admin added it with our mark"),
        (unmarked, "adopt", "admin took our mark off it"),
        (another_queue, "set", "admin changed it on the router"),
        (unlimited, "set", "admin changed it on the router"),
    ],
)
def test_a_change_by_hand_is_seen_and_healed(
    running: Isp, deed: Callable[[Isp], None], action: str, said: str
) -> None:
    running.write(".gitignore", "/drift.json")
    running.commit()
    assert running.json("drift").code == 0
    deed(running)
    drift = running.json("drift")
    assert drift.code == 10
    assert misfits(drift.json, PLAN) == []
    (change,) = drift.changes
    assert (change["action"], change["cause"], change["effect"]) == (action, said, "heal")
    assert change["by"]["user"] == "admin"
    assert change["reason"] == f"{said}, {change['by']['time']}"
    assert running.run("drift", "--out", str(running.folder / "drift.json")).out.count(said) == 1
    assert json.loads(running.text("drift.json")) == drift.json
    assert running.apply("--adopt").code == 0
    assert running.json("drift").code == 0
    assert "eva" in running.online("norte-1")


def test_what_was_and_what_is(running: Isp) -> None:
    running.commit()
    another_profile(running)
    another_queue(running)
    running.routers["norte-1"].set("/ppp/secret", "ana", password="a-mano", comment="|@ana|")
    running.routers["sur-1"].remove("/queue/simple", "ben/casa")
    out = running.run("drift").out
    assert "profile  hogar-50 -> default" in out
    assert "password (secret) changed" in out
    assert "our mark -> |@ana|" in out
    assert "- /queue/simple  ben/casa" in out
    assert "Drift: 3 rows changed by hand on 2 routers." in out
    ways = "ispconf apply puts it right; ispconf import norte-1 --drift takes it into the files."
    assert ways in out
    text = running.run("drift", "--format", "markdown").out
    assert text.startswith("**Drift&#58; 3 rows changed by hand on 2 routers.**")
    assert "&#64;" in text
    assert "a-mano" not in out + text + running.json("drift").out


def test_whom_the_router_does_not_name_is_somebody(running: Isp) -> None:
    running.commit()
    another_profile(running)
    running.routers["norte-1"].reboot()
    (change,) = running.json("drift").changes
    assert change["reason"] == "somebody changed it on the router"
    assert "by" not in change


def test_what_is_new_in_the_files_or_brought_by_the_day_is_no_drift(running: Isp) -> None:
    running.change("subscribers/ana.yaml", "plan: hogar-20", "plan: hogar-50")
    running.today = CUT
    assert running.plan().changes
    assert running.json("drift").code == 0


def test_without_an_apply_the_last_commit_is_asked_for(isp: Isp) -> None:
    isp.delete("subscribers/fito.yaml")
    drift = isp.json("drift")
    assert drift.code == 10
    assert {c["owner"] for c in drift.changes} >= {"fito/casa"}


def test_each_router_since_its_own_last_apply(running: Isp) -> None:
    running.settle("gil", PEOPLE["ben"]._replace(address="10.30.0.99"))
    running.commit()
    running.today = "2026-11-04"
    assert running.apply("--router", "sur-1").code == 0
    assert running.json("drift").code == 0
    running.routers["sur-1"].remove("/queue/simple", "gil/casa")
    assert [c["owner"] for c in running.json("drift").changes] == ["gil/casa"]
    assert running.json("drift", "--router", "norte-1").code == 0
    assert running.json("drift", "--zone", "sur").code == 10


def test_a_router_that_came_later_has_no_drift(running: Isp) -> None:
    running.commit()
    assert running.apply("--router", "norte-1").code == 0
    text = running.text("inventory/norte-1.yaml")
    running.write("inventory/nuevo-1.yaml", text)
    running.commit("a new router")
    assert running.json("drift", "--router", "norte-1").code == 0


def test_a_router_that_is_not_reached(running: Isp) -> None:
    running.commit()
    assert running.apply().code == 0
    running.env["SUR_1_PASSWORD"] = "otra"
    drift = running.json("drift")
    assert drift.code == 4
    assert drift.router("sur-1")["status"] == "unreachable"
    assert drift.router("sur-1")["changes"] == []
    assert running.today == BEFORE
