"""Plans that reach no router: a snapshot without a secret, and what can be said from it."""

import json
from pathlib import Path
from typing import Any

import pytest

from ispconf.simulator import Faults, Simulator
from tests.commands.office import office
from tests.commands.shapes import PLAN, misfits
from tests.commands.test_approvals import pair
from tests.commands.world import CUT, PEOPLE, Isp, Person
from tests.edge.repositories import git

SECRETS = ("clave-de-prueba", "otra-clave", "llave-norte-1", "AGE-SECRET-KEY")


@pytest.fixture
def keyed(tmp_path: Path, simulator: Simulator) -> Isp:
    """The provider of two routers with a data key, applied, and a snapshot of its routers."""
    isp = pair(tmp_path / "isp", simulator)
    isp.env["ISPCONF_AGE_KEY_FILE"] = str(tmp_path / "age")
    assert isp.run("secrets", "keygen").code == 0
    isp.settle("gil", Person("norte-1", "pppoe", "10.20.0.40", "Gil"))
    isp.change("subscribers/gil.yaml", "password: clave-de-prueba", "password: derived")
    isp.commit()
    assert isp.apply().code == 0
    taken(isp)
    return isp


def taken(isp: Isp) -> Path:
    file = isp.folder.parent / "routers.json"
    ran = isp.json("router", "snapshot", "--out", str(file))
    assert ran.code == 0, ran.out
    isp.forget()
    return file


def bare(isp: Isp) -> Isp:
    """The same files in a job that has no key and no password of a router."""
    return Isp(isp.folder, isp.routers, {"HOME": "/nonexistent"}, isp.today)


def offline(isp: Isp, *words: str) -> Any:
    return isp.plan("--offline", str(isp.folder.parent / "routers.json"), *words)


def touched(isp: Isp) -> bool:
    return any(router.log for router in isp.routers.values())


def test_a_snapshot_holds_no_secret(keyed: Isp) -> None:
    text = (keyed.folder.parent / "routers.json").read_text(encoding="utf-8")
    assert not [each for each in SECRETS if each in text]
    derived = {row["password"] for row in keyed.routers["norte-1"].rows("/ppp/secret")}
    assert not [each for each in derived if each in text]
    (ana,) = (
        row
        for router in json.loads(text)["routers"]
        for row in router["rows"]["/ppp/secret"]
        if row["name"] == "ana"
    )
    assert len(ana["password"]) == 16


def test_with_the_key_it_is_the_plan_of_the_live_routers(keyed: Isp) -> None:
    assert offline(keyed).changes == []
    keyed.change("subscribers/ana.yaml", "clave-de-prueba", "otra-clave")
    keyed.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50"))
    keyed.delete("subscribers/gil.yaml")
    keyed.settle("eva", PEOPLE["eva"])
    live = keyed.plan()
    keyed.forget()
    ran = offline(keyed)
    assert not touched(keyed)
    assert misfits(ran.json, PLAN) == []
    assert (ran.json["digest"], ran.code) == (live.json["digest"], live.code)
    assert ran.json["routers"] == live.json["routers"]
    assert ran.json["offline"] == {
        "taken": ran.json["offline"]["taken"], "age": 0, "uncompared": 0, "unverified": 0,
    }  # fmt: skip
    assert keyed.apply("--approved", str(plan_file(keyed))).code == 0


def plan_file(isp: Isp) -> Path:
    file = isp.folder.parent / "plan.json"
    offline(isp, "--out", str(file))
    return file


def test_without_a_secret_passwords_are_unknown_and_that_is_said_once(keyed: Isp) -> None:
    keyed.change("subscribers/ana.yaml", "clave-de-prueba", "otra-clave")
    keyed.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50"))
    keyed.settle("eva", PEOPLE["eva"])
    stranger = bare(keyed)
    ran = offline(stranger)
    assert not touched(keyed)
    assert ran.code == 0
    assert [(c["action"], c["key"].get("name")) for c in ran.changes] == [
        ("add", "hogar-50"),
        ("add", "eva"),
        ("set", "ben/casa"),
    ]
    assert {change["after"].get("password") for change in ran.changes} == {None, "(secret)"}
    assert ran.json["offline"] | {"taken": ""} == {
        "taken": "", "age": 0, "uncompared": 2, "unverified": 1,
    }  # fmt: skip
    assert ran.json["notes"] == [
        "planned offline, with the routers as they were at 2026-11-03 12:00",
        "3 passwords are not known here and not compared",
    ]
    file = str(keyed.folder.parent / "routers.json")
    for form in ("text", "markdown", "html"):
        said = stranger.run("plan", "--offline", file, "--format", form).out
        assert said.count("3 passwords are not known here") == 1
    assert not [each for each in SECRETS if each in ran.out]
    keyed.commit()
    stranger.run("plan", "--offline", file, "--out", str(keyed.folder.parent / "plan.json"))
    ran = stranger.json("ci", "record", str(keyed.folder.parent / "plan.json"))
    assert (ran.code, "1 passwords are not known" in ran.json["problem"]) == (5, True)


def test_the_day_is_judged_as_ever_and_an_old_snapshot_says_its_age(keyed: Isp) -> None:
    keyed.today = "2026-11-04"
    assert len(offline(keyed).json["notes"]) == 1
    keyed.today = CUT
    ran = offline(keyed)
    assert ("sur-1", "add", "address-list", "suspend") in ran.effects()
    assert ran.json["notes"][1] == (
        "that is 2 days ago: what was changed on them since is not seen here"
    )
    assert ran.out == offline(keyed).out


def test_another_key_makes_passwords_unknown_not_changed(keyed: Isp) -> None:
    assert keyed.run("secrets", "rotate", "--allow", "derived=1").code == 0
    ran = offline(keyed)
    assert [c for c in ran.changes if c["key"].get("name") == "ana"] == []
    assert ran.json["offline"]["uncompared"] >= 1


def test_without_a_data_key_no_fingerprint_is_kept(tmp_path: Path, simulator: Simulator) -> None:
    isp = pair(tmp_path / "isp", simulator)
    text = taken(isp).read_text(encoding="utf-8")
    assert '"password": "*****"' in text
    ran = offline(bare(isp))
    assert (ran.changes, ran.json["offline"]["uncompared"]) == ([], 1)


def test_a_router_that_was_not_reached_is_unreachable(keyed: Isp) -> None:
    file = keyed.folder.parent / "routers.json"
    keyed.routers["sur-1"].faults = Faults(refuse_logins=True)
    ran = keyed.json("router", "snapshot", "--out", str(file))
    assert (ran.code, list(ran.json["problems"])) == (4, ["sur-1"])
    assert "1 router in" in keyed.run("router", "snapshot", "norte-1", "--out", str(file)).out
    ran = offline(keyed)
    assert ran.code == 4
    assert ran.router("sur-1")["problem"] == "not in the snapshot"


def test_the_pull_request_of_a_fork_takes_the_recorded_snapshot(keyed: Isp, tmp_path: Path) -> None:
    assert keyed.plan("--offline", "recorded").code == 1
    git(tmp_path, "clone", "-q", "--bare", "isp", "origin.git")
    git(keyed.folder, "remote", "add", "origin", str(tmp_path / "origin.git"))
    assert keyed.run("ci", "record", "--snapshot", str(tmp_path / "routers.json")).code == 0
    assert keyed.json("ci", "record").code == 2
    git(tmp_path, "clone", "-q", "-b", "main", "origin.git", "fork")
    fork = Isp(tmp_path / "fork", {}, {"HOME": "/nonexistent"}, keyed.today)
    fork.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50"))
    ran = fork.plan("--offline", "recorded")
    assert [change["key"] for change in ran.changes] == [{"name": "ben/casa"}]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ({"format": 2}, 1, "is a snapshot of format 2"),
        ({"taken": "2026-11-03T12:00:00"}, 1, "is not a snapshot written by router snapshot"),
        ({"routers": [{"router": "sur-1"}]}, 1, "is not a snapshot written by router snapshot"),
        ({"routers": 3}, 1, "is not a snapshot written by router snapshot"),
        ({"repository": "1" * 40}, 5, "is a snapshot of another repository's routers"),
    ],
)
def test_a_snapshot_that_cannot_be_taken(
    tmp_path: Path, two: Isp, more: dict[str, object], code: int, said: str
) -> None:
    file = tmp_path / "routers.json"
    whole = {"format": 1, "taken": "2026-11-03T12:00:00Z", "commit": "", "repository": "",
             "key": "", "routers": []}  # fmt: skip
    file.write_text(json.dumps(whole | more), encoding="utf-8")
    ran = two.plan("--offline", str(file))
    assert (ran.code, said in ran.json["problem"]) == (code, True)
    file.write_text("{", encoding="utf-8")
    assert two.plan("--offline", str(file)).code == 1


@pytest.fixture
def two(tmp_path: Path) -> Isp:
    return office(tmp_path / "isp")
