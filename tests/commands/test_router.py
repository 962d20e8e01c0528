"""``router``: what stands between us and a router, and what is to be seen there."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ispconf.commands.router.export import declared
from ispconf.edge.lease import NAME
from ispconf.simulator import Faults, Simulator, User
from tests.commands.world import CUT, PEOPLE, Isp, Ran, founded


def checks(ran: Ran) -> dict[str, tuple[object, str]]:
    return {each["check"]: (each["ok"], each["text"]) for each in ran.json["checks"]}


def test_a_router_that_is_all_right(running: Isp) -> None:
    ran = running.json("router", "test", "norte-1")
    assert ran.code == 0
    assert (ran.json["cause"], ran.json["problem"]) == (None, None)
    found = checks(ran)
    assert list(found) == [
        "address", "port", "tls", "login", "policies", "version", "clock", "disk", "block rules",
    ]  # fmt: skip
    assert found["version"][1].startswith("RouterOS 7.16.2")
    assert found["block rules"] == (True, "7 rules, all there and in order")
    assert found["tls"][0] is None
    assert running.writes() == []


def unreachable(isp: Isp) -> None:
    isp.change("inventory/norte-1.yaml", "host: 127.0.0.1", "host: no.such.host.invalid")


def refused(isp: Isp) -> None:
    isp.change("inventory/norte-1.yaml", f"port: {isp.routers['norte-1'].port}", "port: 1")


def login(isp: Isp) -> None:
    isp.routers["norte-1"].faults = Faults(refuse_logins=True)


def unwritable(isp: Isp) -> None:
    isp.routers["norte-1"].set("/user", "ispconf", group="read")


def unreadable(isp: Isp) -> None:
    policy = "api,write," + ",".join(f"!{each}" for each in ("read", "sensitive", "test"))
    isp.routers["norte-1"].add("/user/group", name="blind", policy=policy)
    isp.routers["norte-1"].set("/user", "ispconf", group="blind")


@pytest.mark.parametrize(
    ("fault", "cause", "at", "says"),
    [
        (unreachable, "unreachable", "address", "is not resolved"),
        (refused, "refused", "port", "connection refused on port 1"),
        (login, "login", "login", "may not log in"),
        (unwritable, "permission", "policies", "write missing"),
        (unreadable, "permission", "policies", "may not read"),
    ],
)
def test_five_kinds_of_failure_have_five_causes_and_what_to_do(
    running: Isp, fault: Callable[[Isp], None], cause: str, at: str, says: str
) -> None:
    fault(running)
    ran = running.json("router", "test", "norte-1")
    assert ran.code == 4
    assert ran.json["cause"] == cause
    assert says in ran.json["problem"]
    (failed,) = [each for each in ran.json["checks"] if each["ok"] is False]
    assert failed["check"] == at
    assert failed["fix"]
    text = running.run("router", "test", "norte-1")
    assert text.code == 4
    assert f"NO {at}" in text.out
    assert failed["fix"] in text.out


def test_a_certificate_that_is_another_one(running: Isp, simulator: Simulator) -> None:
    safe = simulator.router("safe", users={"ispconf": User("llave-norte-1")}, tls=True)
    file, wrong = "inventory/norte-1.yaml", ":".join(["00"] * 32)
    running.change(file, "tls: false", f'tls: {{sha256: "{wrong}"}}')
    running.change(file, f"port: {running.routers['norte-1'].port}", f"port: {safe.tls_port}")
    ran = running.json("router", "test", "norte-1")
    assert (ran.code, ran.json["cause"]) == (4, "tls")
    assert [each["check"] for each in ran.json["checks"]] == ["address", "port", "tls"]
    shown = ":".join(safe.fingerprint[at : at + 2] for at in range(0, 64, 2))
    assert shown in ran.json["problem"]
    running.change(file, wrong, shown)
    assert checks(running.json("router", "test", "norte-1"))["tls"] == (
        True,
        "trusted by fingerprint",
    )


def other_version(isp: Isp) -> None:
    isp.change("inventory/norte-1.yaml", "routeros: 7", "routeros: 6")


def no_rules(isp: Isp) -> None:
    box = isp.routers["norte-1"]
    box.remove("/ip/firewall/nat", box.rows("/ip/firewall/nat")[0][".id"])
    rules = box.rows("/ip/firewall/filter")
    box.set("/ip/firewall/filter", rules[0][".id"], disabled="yes")
    box.move("/ip/firewall/filter", rules[1][".id"])


def hands_off(isp: Isp) -> None:
    isp.write("inventory/norte-1.yaml", isp.text("inventory/norte-1.yaml") + "firewall: none\n")


def masked(isp: Isp) -> None:
    isp.routers["norte-1"].add("/user/group", name="half", policy="api,read,write,!sensitive")
    isp.routers["norte-1"].set("/user", "ispconf", group="half")


def leased(isp: Isp) -> None:
    isp.routers["norte-1"].add("/system/script", name=NAME, comment="mine")


class Fact(NamedTuple):
    """Something about a router, and what is said of it."""

    of: Callable[[Isp], None]
    code: int
    check: str
    ok: object
    says: str


@pytest.mark.parametrize(
    "fact",
    [
        Fact(
            other_version, 4, "version", ok=False, says="7.16.2, but inventory/norte-1.yaml says 6"
        ),
        Fact(no_rules, 0, "block rules", None, "1 missing, 1 out of order, 1 different"),
        Fact(hands_off, 0, "block rules", None, "left to people"),
        Fact(masked, 0, "policies", None, "sensitive is missing"),
        Fact(leased, 0, "lease", None, "no lease of ours"),
    ],
)
def test_what_is_worth_knowing(running: Isp, fact: Fact) -> None:
    fact.of(running)
    ran = running.json("router", "test", "norte-1")
    assert ran.code == fact.code
    ok, text = checks(ran)[fact.check]
    assert ok is fact.ok
    assert fact.says in text


@pytest.mark.parametrize(
    ("hours", "says"), [(3, "3:00:00 behind ours"), (-2, "2:00:00 ahead of ours"), (0, "0 s apart")]
)
def test_a_clock_that_is_wrong(tmp_path: Path, hours: int, says: str) -> None:
    with Simulator(clock=lambda: 1_793_728_800.0 - hours * 3600) as simulator:  # noon of BEFORE
        isp = founded(tmp_path / "isp", simulator)
        ran = isp.json("router", "test", "sur-1")
        assert ran.code == 0
        assert says in checks(ran)["clock"][1]


def test_a_router_that_does_not_exist(isp: Isp) -> None:
    for verb in ("test", "backup"):
        ran = isp.json("router", verb, "norte-9")
        assert ran.code == 1
        assert "norte-1" in ran.json["problem"]


def test_all_routers_at_a_glance(running: Isp) -> None:
    running.routers["sur-1"].faults = Faults(refuse_logins=True)
    file = "inventory/centro-1.yaml"
    running.write(file, running.text(file) + "api: disabled\n")
    running.routers["norte-1"].add("/system/script", name=NAME, comment="mine")
    ran = running.json("router", "status")
    assert ran.code == 4
    rows = {row["router"]: row for row in ran.json["routers"]}
    assert {name: row["status"] for name, row in rows.items()} == {
        "centro-1": "disabled",
        "norte-1": "reached",
        "sur-1": "login",
    }
    norte = rows["norte-1"]
    assert (norte["routeros"], norte["sessions"], norte["managed"]) == ("7.16.2", 2, 13)
    assert norte["last_apply"]["date"] == "2026-11-03"
    assert norte["memory"]["total"] > norte["memory"]["free"] > 0
    assert "no lease of ours" in norte["lease"]
    text = running.run("router", "status")
    assert text.code == 4
    assert "1 of 3 routers reached, 2 sessions." in text.out
    assert "sur-1: user" in text.out
    assert running.run("router", "status", "--router", "norte-1").code == 0
    assert running.writes() == []


def test_a_router_that_was_never_applied_to(isp: Isp) -> None:
    text = isp.run("router", "status", "--zone", "norte")
    assert text.code == 0
    assert "never from here" in text.out
    assert isp.json("router", "status").json["routers"][0]["last_apply"] is None


def test_who_is_online(running: Isp) -> None:
    box = running.routers["norte-1"]
    box.add("/ppp/secret", name="villa", password="x", remote_address="10.99.0.1")
    ran = running.json("router", "sessions")
    assert ran.code == 0
    seen = [(s["router"], s["user"], s["name"], s["address"]) for s in ran.json["sessions"]]
    assert seen == [
        ("centro-1", "carla", "Carla Paz", "10.40.0.15"),
        ("centro-1", "fito", "Fito Mora", "10.40.0.17"),
        ("norte-1", "ana", "Ana López", "10.20.0.15"),
        ("norte-1", "eva", "Eva Ruiz", "10.20.0.16"),
        ("norte-1", "villa", None, "10.99.0.1"),
    ]
    first = ran.json["sessions"][0]
    assert first["service"] == "carla/casa"
    assert first["since"].startswith("2026-11-03T1")
    text = running.run("router", "sessions", "--subscriber", "ana")
    assert "1 session" in text.out
    assert "Ana López" in text.out
    assert running.json("router", "sessions", "--router", "sur-1").json["sessions"] == []


def test_sessions_of_routers_that_answer(running: Isp) -> None:
    running.today = CUT
    running.routers["centro-1"].faults = Faults(refuse_logins=True)
    ran = running.json("router", "sessions")
    assert ran.code == 4
    assert [each["user"] for each in ran.json["sessions"]] == ["ana", "eva"]
    assert ran.json["problems"][0]["router"] == "centro-1"
    assert "centro-1: user" in running.run("router", "sessions").out
    assert running.json("router", "sessions", "--subscriber", "nobody").code == 1


@pytest.mark.parametrize("router", ["norte-1", "sur-1"])
def test_a_backup_says_all_but_the_secrets(running: Isp, router: str) -> None:
    box = running.routers[router]
    box.add("/ip/pool", name="a $pool", ranges="10.9.0.1-10.9.0.9", comment='say "hi"')
    box.set("/system/identity", name="caja 1")
    ran = running.json("router", "backup", router)
    assert ran.code == 0
    text: str = ran.json["export"]
    assert r'name="a \$pool"' in text
    assert "ranges=10.9.0.1-10.9.0.9" in text
    assert r'comment="say \"hi\""' in text
    assert 'set name="caja 1"' in text
    assert PEOPLE["ana"].password not in text
    secret_menu = "/ppp/secret" if router == "norte-1" else "/queue simple"
    assert f"\n{secret_menu}\nadd " in text
    assert "<pppoe-" not in text
    assert any("certificates" in each for each in ran.json["missing"])
    assert running.writes() == []


def test_a_backup_with_secrets_is_for_its_owner_alone(running: Isp, tmp_path: Path) -> None:
    out = tmp_path / "norte-1.rsc"
    ran = running.run("router", "backup", "norte-1", "--out", str(out), "--show-secrets")
    assert ran.code == 0
    assert "is written; missing in it:" in ran.out
    assert out.stat().st_mode & 0o777 == 0o600
    assert f"password={PEOPLE['ana'].password}" in out.read_text(encoding="utf-8")
    assert PEOPLE["ana"].password not in running.run("router", "backup", "norte-1").out


def test_a_backup_of_what_is_not_shown(running: Isp) -> None:
    masked(running)
    box = running.routers["norte-1"]
    ran = running.json("router", "backup", "norte-1", "--show-secrets")
    assert "*****" not in ran.json["export"]
    assert any("did not show" in each for each in ran.json["missing"])
    box.faults = Faults(missing_menus=frozenset({"/ip/hotspot/user"}))
    ran = running.json("router", "backup", "norte-1")
    assert ran.code == 0
    assert any(each.startswith("/ip/hotspot/user: ") for each in ran.json["missing"])


def test_a_version_that_nobody_has_seen_yet() -> None:
    newest = {each.path for each in declared("7.99.9")}
    assert {each.path for each in declared("7.24beta3")} == newest
    assert "/file" not in newest
