"""``import``: what a router has, or was changed to by hand, becomes files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ispconf.edge.datakey import FILE_VARIABLE, keygen
from ispconf.simulator import Router, Simulator
from tests.commands.shapes import misfits
from tests.commands.world import BEFORE, BOXES, PEOPLE, Isp, founded
from tests.edge.repositories import git

SHAPE = {
    "format": {1}, "router": str, "exit_code": {0}, "written": bool,
    "changed": [{"file": str, "owner": str, "key": str, "text": str}],
    "new": [{"file": str, "text": str}],
    "refused": [{"owner": str, "why": str}],
    "left": [{"table": str, "key": dict, "owner": str, "text": str}],
}  # fmt: skip
EVA, BEN = "subscribers/eva.yaml", "subscribers/ben.yaml"


def imported(isp: Isp, *words: str) -> dict[str, Any]:
    ran = isp.json("import", *words)
    assert ran.code == 0, ran.out
    assert misfits(ran.json, SHAPE) == []
    found: dict[str, Any] = ran.json
    return found


def secret(**fields: str) -> Callable[[Isp], None]:
    return lambda isp: isp.routers["norte-1"].set("/ppp/secret", "eva", **fields)


def queue(**fields: str) -> Callable[[Isp], None]:
    return lambda isp: isp.routers["sur-1"].set("/queue/simple", "ben/casa", **fields)


def plan(isp: Isp) -> None:
    isp.routers["norte-1"].set("/ppp/profile", "hogar-50", rate_limit="12M/60M")


DEEDS: list[tuple[str, Callable[[Isp], None], str, list[str]]] = [
    ("norte-1", secret(remote_address="10.20.0.77", password="a-mano", name="eva-r",
                       caller_id="02:00:00:00:00:07"), EVA,
     ["address: 10.20.0.77", "password: a-mano", "user: eva-r", 'mac: "02:00:00:00:00:07"']),
    ("norte-1", secret(disabled="yes"), EVA,
     ['suspended: {from: 2026-11-03, reason: "by hand on norte-1, admin 20']),
    ("norte-1", secret(profile="hogar-20"), EVA,
     ["plan: hogar-20", "plan_changes: [{on: 2026-11-03, from: hogar-50, to: hogar-20}]"]),
    ("sur-1", queue(target="10.30.0.77/32", name="Benito"), BEN,
     ["address: 10.30.0.77", "user: Benito"]),
    ("norte-1", plan, "plans/hogar-50.yaml", ["rate: {down: 60M, up: 12M}"]),
]  # fmt: skip


@pytest.mark.parametrize(("router", "deed", "file", "texts"), DEEDS)
def test_a_change_by_hand_goes_into_the_files(
    running: Isp, router: str, deed: Callable[[Isp], None], file: str, texts: list[str]
) -> None:
    running.commit()
    deed(running)
    found = imported(running, router, "--drift")
    assert {change["file"] for change in found["changed"]} == {file}
    assert (found["left"], found["refused"]) == ([], [])
    for text in texts:
        assert text in running.text(file)
    if file != "plans/hogar-50.yaml":
        assert "# as on the contract" in running.text(file)
    assert rows_to_change(running, router) == []


def rows_to_change(isp: Isp, router: str) -> list[dict[str, Any]]:
    """What a plan would change: not sessions, and not a profile that nobody needs any more."""
    kept = [each for each in isp.plan("--router", router).changes if each["action"] != "disconnect"]
    return [
        each for each in kept if (each["action"], each["key"]["name"]) != ("remove", "hogar-50")
    ]


def unknown_speed(isp: Isp) -> None:
    queue(max_limit="7M/33M")(isp)


def unlimited(isp: Isp) -> None:
    queue(disabled="yes")(isp)


def gone(isp: Isp) -> None:
    isp.routers["sur-1"].remove("/queue/simple", "ben/casa")


def outside(isp: Isp) -> None:
    queue(target="192.168.7.7/32")(isp)


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (unknown_speed, "no service plan has 33M down, 7M up"),
        (unlimited, ""),
        (gone, "its row is gone from the router"),
        (outside, "192.168.7.7 is in none of the networks of inventory/sur-1.yaml"),
    ],
)
def test_what_no_file_can_say_is_listed(
    running: Isp, deed: Callable[[Isp], None], why: str
) -> None:
    running.commit()
    deed(running)
    before = running.text(BEN)
    found = imported(running, "sur-1", "--drift")
    assert running.text(BEN) == before
    assert [each["owner"] for each in found["left"]] == ["ben/casa"]
    assert (found["refused"][0]["why"] if found["refused"] else "").startswith(why)
    out = running.run("import", "sur-1", "--drift").out
    assert "left: /queue/simple ben/casa" in out
    assert out.endswith("Nothing to write.\n")
    assert running.apply().code == 0
    assert imported(running, "sur-1", "--drift")["left"] == []


def test_a_new_account_by_hand_becomes_a_draft(running: Isp) -> None:
    router = running.routers["norte-1"]
    router.add("/ppp/secret", name="vecino", password="x", profile="hogar-20")
    router.reboot()  # it forgets who added that one
    running.commit()
    router.add(
        "/ppp/secret", name="Rosa Campos", password="rosa", profile="hogar-20",
        remote_address="10.20.0.88", comment="Rosa Campos Díaz",
    )  # fmt: skip
    found = imported(running, "norte-1", "--drift")
    assert found["new"] == [{"file": "subscribers/norte/rosa-campos.yaml", "text": "plan hogar-20"}]
    assert running.text("subscribers/norte/rosa-campos.yaml") == (
        "name: Rosa Campos Díaz\nservices:\n  casa:\n    plan: hogar-20\n    router: norte-1\n"
        "    since: 2026-11-03\n    access:\n      type: pppoe\n      user: Rosa Campos\n"
        "      password: rosa\n      address: 10.20.0.88\n"
    )


def test_a_dry_run_and_a_file_that_would_be_wrong_change_nothing(running: Isp) -> None:
    running.commit()
    secret(remote_address="10.20.0.77", name="ana-2")(running)
    found = imported(running, "norte-1", "--drift", "--dry-run")
    assert not found["written"]
    assert len(found["changed"]) == 2
    assert "would be written" in running.run("import", "norte-1", "--drift", "--dry-run").out
    running.write("plans/odd.yaml", "name: [")
    assert running.run("import", "norte-1", "--drift").code == 1
    running.delete("plans/odd.yaml")
    assert git(running.folder, "status", "--porcelain") == ""


def test_passwords_are_encrypted_where_there_is_a_key(running: Isp, tmp_path: Path) -> None:
    running.env[FILE_VARIABLE] = str(tmp_path / "identity")
    keygen(running.folder, running.env)
    running.commit()
    secret(password="a-mano")(running)
    ran = running.run("import", "norte-1", "--drift")
    assert ran.code == 0
    assert "a-mano" not in ran.out + running.text(EVA)
    assert "password: !encrypted" in running.text(EVA)
    assert rows_to_change(running, "norte-1") == []


def test_a_restored_service_stays_the_ledgers_business(running: Isp) -> None:
    running.today = "2026-11-05"
    running.commit()
    assert running.apply().code == 0
    running.routers["norte-1"].set("/ppp/secret", "ana", disabled="no")
    found = imported(running, "norte-1", "--drift")
    assert "somebody restored it" in found["refused"][0]["why"]
    running.change("subscribers/ana.yaml", "    access:",
                   "    suspended: {from: 2026-11-05}\n    access:")  # fmt: skip
    running.commit()
    assert running.apply().code == 0
    running.routers["norte-1"].set("/ppp/secret", "ana", disabled="no")
    found = imported(running, "norte-1", "--drift")
    assert found["changed"][0]["text"] == "no longer suspended by hand"
    assert "suspended:" not in running.text("subscribers/ana.yaml")


# a whole router


@pytest.fixture
def grown(tmp_path: Path, simulator: Simulator) -> Isp:
    """A provider with no subscribers yet, and a router that somebody has run by hand."""
    isp = founded(tmp_path / "isp", simulator, boxes={"norte-1": BOXES["norte-1"]},
                  people={}, paid={})  # fmt: skip
    router = isp.routers["norte-1"]
    router.add("/ppp/profile", name="hogar-20", rate_limit="5M/20M")
    router.add("/ppp/profile", name="Plan 10 Megas", rate_limit="2M/10M 4M/15M 1M/8M 16/16 8 1M/2M")
    people(router)
    return isp


def people(router: Router) -> None:
    router.add("/ppp/secret", name="ana", password="a", profile="hogar-20",
               remote_address="10.20.0.15", comment="Ana López")  # fmt: skip
    router.add("/ppp/secret", name="José", password="b", profile="Plan 10 Megas", disabled="yes")
    router.add("/ppp/secret", name="sin-limite", password="c", profile="default")
    router.add("/ppp/secret", name="lejos", password="d", profile="hogar-20",
               remote_address="172.16.0.1")  # fmt: skip
    router.add("/queue/simple", name="Tienda", target="10.20.0.90/32", max_limit="5M/20M")
    router.add("/queue/simple", name="todos", target="10.20.0.0/24", max_limit="90M/90M")


def test_a_router_that_was_run_by_hand_becomes_files(grown: Isp) -> None:
    found = imported(grown, "norte-1")
    assert [each["file"] for each in found["new"]] == [
        "subscribers/norte/ana.yaml",
        "plans/plan-10-megas.yaml",
        "subscribers/norte/jose.yaml",
        "subscribers/norte/tienda.yaml",
    ]
    assert [(each["owner"], each["why"].partition(" ")[0]) for each in found["refused"]] == [
        ("sin-limite", "the"), ("lejos", "172.16.0.1")
    ]  # fmt: skip
    assert grown.text("plans/plan-10-megas.yaml") == (
        "name: Plan 10 Megas\nprice: 0.00\nrate: {down: 10M, up: 2M}\n"
        "burst: {down: 15M, up: 4M, threshold_down: 8M, threshold_up: 1M, time: 16s}\n"
        "guaranteed: {down: 2M, up: 1M}\n"
    )
    assert "suspended: {from: 2026-11-03" in grown.text("subscribers/norte/jose.yaml")
    assert grown.today == BEFORE
    again = imported(grown, "norte-1")
    assert again["new"] == []


def test_what_import_writes_plans_nothing_but_marks(grown: Isp) -> None:
    imported(grown, "norte-1", "--source", "queues")
    grown.commit()
    changes = [change for change in grown.plan().changes if change["owner"].startswith("tienda")]
    assert [(change["action"], list(change["after"])) for change in changes] == [
        ("adopt", ["comment"])
    ]
    assert grown.apply("--adopt").code == 0
    assert grown.plan().changes == []


def test_only_those_selected(grown: Isp, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("ana\n\n10.20.0.90\n", encoding="utf-8")
    files = [each["file"] for each in imported(grown, "norte-1", "--select", str(names))["new"]]
    assert files == ["subscribers/norte/ana.yaml", "subscribers/norte/tienda.yaml"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nix",), 1, '"nix" is not in inventory/'),
        (("norte-1", "--source", "hotspot"), 2, '"hotspot" is not one of secrets, queues'),
        (("norte-1", "--drift", "--source", "queues"), 2, "--drift takes what differs"),
    ],
)
def test_a_wrong_request(grown: Isp, words: tuple[str, ...], code: int, said: str) -> None:
    ran = grown.run("import", *words)
    assert ran.code == code
    assert said in ran.err


def test_a_router_that_is_not_reached(running: Isp) -> None:
    running.commit()
    running.env["SUR_1_PASSWORD"] = "otra"
    assert running.run("import", "sur-1", "--drift").code == 4
    assert running.run("import", "sur-1").code == 4
    assert PEOPLE["ben"].address in running.text(BEN)
