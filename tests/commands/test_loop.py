"""Files, a plan, live routers: the loop, for every kind of access, suspension and RouterOS."""

from pathlib import Path
from typing import NamedTuple

import pytest

from ispconf.simulator import Router, Simulator
from tests.commands.world import (
    CUT,
    PEOPLE,
    Box,
    Isp,
    Person,
    founded,
    held,
    invoice,
    ours,
    strangers,
)

VERSIONS = ("6.49.17", "7.10", "7.16.2", "7.20")
METHODS = ("address-list", "disable", "profile")
KINDS = {"pppoe": "10.20.0.15", "pppoe from a pool": "", "queue": "10.20.0.15"}


class Case(NamedTuple):
    """A provider with one router and one subscriber, ana, who owes."""

    version: str
    method: str
    access: str

    def found(self, folder: Path, simulator: Simulator) -> Isp:
        box = Box("norte", self.version, "10.20.0.0/24", f"suspension: {{method: {self.method}}}\n")
        person = Person("norte-1", self.access.split()[0], KINDS[self.access])
        isp = founded(
            folder / "isp", simulator, boxes={"norte-1": box}, people={"ana": person}, paid={}
        )
        administered(isp.routers["norte-1"])
        return isp


CASES = [
    Case(version, method, list(KINDS)[(one + other) % len(KINDS)])
    for one, version in enumerate(VERSIONS)
    for other, method in enumerate(METHODS)
]
"""Every pair of version, method and kind in a third of the cases that all triples would take."""


def administered(router: Router) -> None:
    """Rows that somebody made by hand, before ispconf came."""
    router.add("/ip/pool", name="visitas", ranges="192.168.9.2-192.168.9.99")
    router.add("/ppp/profile", name="torre", local_address="192.168.9.1")
    router.add("/ppp/secret", name="enlace", password="x", profile="torre", service="pppoe")
    router.add("/queue/simple", name="oficina", target="192.168.50.0/24", max_limit="50M/50M")
    router.add("/ip/firewall/address-list", list_="morosos", address="192.168.50.9")
    router.add("/ip/firewall/filter", chain="forward", action="accept", comment="accept all")
    router.add("/ip/firewall/nat", chain="srcnat", action="masquerade")


def served(isp: Isp, case: Case) -> bool:
    """Whether ana's traffic gets through: a session or queue, and no list that blocks it."""
    router = isp.routers["norte-1"]
    if case.access == "queue":
        there = bool(router.rows("/queue/simple", name="ana/casa"))
        address = case.access and KINDS[case.access]
    else:
        sessions = router.rows("/ppp/active", name="ana")
        there, address = bool(sessions), sessions[0]["address"] if sessions else ""
    return there and address not in isp.listed("norte-1")


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_what_is_applied_is_empty_to_plan_cut_and_restored(
    case: Case, tmp_path: Path, simulator: Simulator
) -> None:
    isp = case.found(tmp_path, simulator)
    router = isp.routers["norte-1"]
    foreign = strangers(router)

    assert isp.apply().code == 0
    assert served(isp, case)
    converged(isp)

    isp.today = CUT
    (cut,) = {c["effect"] for c in isp.plan().changes}
    assert cut == "suspend"
    assert isp.apply().code == 0
    assert not served(isp, case)
    converged(isp)

    assert isp.pay("ana", "350.00").json["restores"] == ["ana/casa"]
    (restored,) = {c["effect"] for c in isp.plan().changes}
    assert restored == "restore"
    assert isp.apply().code == 0
    assert served(isp, case)
    converged(isp)

    isp.delete("subscribers/ana.yaml")
    isp.write("subscribers/ana.yaml", "name: Ana López\n")
    assert isp.apply().code == 0
    assert not served(isp, case)
    left = ours(router)
    assert not left["/ppp/secret"] + left["/ppp/profile"] + left["/queue/simple"] + left["/ip/pool"]
    converged(isp)
    assert strangers(router) == foreign


def converged(isp: Isp) -> None:
    """Nothing is left to plan, twice in the same bytes, and an apply writes nothing."""
    first, second = isp.plan("--exit-code"), isp.plan("--exit-code")
    assert (first.code, first.changes) == (0, [])
    assert first.out == second.out
    before = isp.everything()
    isp.forget()
    assert isp.apply().code == 0
    assert isp.writes() == []
    assert isp.everything() == before


@pytest.mark.parametrize("version", VERSIONS)
def test_a_live_session_is_dropped_by_the_cut(
    version: str, tmp_path: Path, simulator: Simulator
) -> None:
    isp = Case(version, "disable", "pppoe").found(tmp_path, simulator)
    assert isp.apply().code == 0
    assert isp.online("norte-1") == {"ana", "enlace"}
    isp.today = CUT
    plan = isp.plan()
    assert plan.effects() == [
        ("norte-1", "set", "secret", "suspend"),
        ("norte-1", "disconnect", "active", "suspend"),
    ]
    assert plan.json["impact"]["sessions_dropped"] == 1
    assert isp.apply().code == 0
    assert isp.online("norte-1") == {"enlace"}


def test_cutting_paying_and_restoring_shows_everywhere(running: Isp) -> None:
    running.today = CUT
    assert running.state("ana") == "suspended"
    change = next(c for c in running.plan().changes if c["owner"] == "ana/casa")
    assert change["calendar"]
    assert change["reason"] == (
        "suspended: invoice invoices-000001 (350.00 MXN) was due 2026-11-01, cut 2026-11-05"
    )
    assert {"kind": "ledger", "ref": "ledger/2026/10/2026-10-28-invoices.yaml:1"} in change["why"]
    assert running.apply().code == 0
    assert running.row("norte-1", "/ppp/secret", "ana")["disabled"] == "true"
    assert running.online("norte-1") == {"eva"}
    assert running.listed("sur-1") == {"10.30.0.15"}
    assert running.listed("centro-1") == {"10.40.0.15", "10.40.0.16"}

    assert running.pay("ana", "350.00").json["restores"] == ["ana/casa"]
    restore = running.plan()
    assert restore.effects() == [("norte-1", "set", "secret", "restore")]
    assert restore.json["money"]["restored"] == 1
    assert running.apply().code == 0
    assert running.row("norte-1", "/ppp/secret", "ana")["disabled"] == "false"
    assert running.online("norte-1") == {"ana", "eva"}
    assert running.listed("sur-1") == {"10.30.0.15"}  # nobody else was restored
    statement = running.json("statement", "ana").json["subscribers"][0]
    assert [entry["type"] for entry in statement["entries"]] == ["invoice", "payment"]
    assert [entry["balance"] for entry in statement["entries"]] == ["350.00", "0.00"]
    assert statement["services"][0]["state"] == "active"


def test_a_new_speed_reaches_a_live_session(running: Isp) -> None:
    running.change("subscribers/ana.yaml", "plan: hogar-20", "plan: hogar-50")
    assert running.plan().effects() == [
        ("norte-1", "set", "secret", "speed"),
        ("norte-1", "remove", "profile", "infrastructure"),
        ("norte-1", "disconnect", "active", "speed"),
    ]
    assert running.apply().code == 0
    live = running.row("norte-1", "/queue/simple", "<pppoe-ana>")
    assert live["max-limit"] == "10000000/50000000"
    assert running.online("norte-1") == {"ana", "eva"}


def test_a_new_speed_of_a_plan_reaches_all_who_have_it(running: Isp) -> None:
    running.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    plan = running.plan()
    assert plan.json["impact"] | {"sessions_dropped": 0} == {
        "lose": 0, "regain": 0, "speed": 4, "address": 0, "new": 0, "sessions_dropped": 0,
    }  # fmt: skip
    assert plan.json["impact"]["sessions_dropped"] == 3
    assert running.apply().code == 0
    assert running.row("norte-1", "/queue/simple", "<pppoe-ana>")["max-limit"] == "5000000/25000000"
    assert running.row("sur-1", "/queue/simple", "ben/casa")["max-limit"] == "5000000/25000000"


def test_a_new_address_reaches_a_live_session(running: Isp) -> None:
    running.change("subscribers/ana.yaml", "10.20.0.15", "10.20.0.77")
    plan = running.plan()
    assert plan.json["impact"]["address"] == 1
    assert running.apply().code == 0
    (session,) = running.routers["norte-1"].rows("/ppp/active", name="ana")
    assert session["address"] == "10.20.0.77"


def test_a_new_password_is_written_and_not_shown(running: Isp) -> None:
    running.change("subscribers/ana.yaml", "clave-de-prueba", "otra-clave")
    (change,) = running.plan().changes
    assert (change["before"], change["after"]) == ({"password": "(secret)"},) * 2
    text = running.run("apply", "--yes")
    assert "otra-clave" not in text.out + text.err
    assert running.row("norte-1", "/ppp/secret", "ana")["password"] == "otra-clave"


def test_who_cancels_is_gone_from_the_router(running: Isp) -> None:
    running.today = CUT
    assert running.apply().code == 0
    ran = running.run(
        "subscriber", "set", "carla", "services.casa.cancelled.on=2026-11-05",
        "services.casa.cancelled.reason=moved away", "services.casa.cancelled.address=release",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ("centro-1", "remove", "secret", "cancel") in running.plan().effects()
    assert running.apply().code == 0
    left = held(running.routers["centro-1"])
    assert [row["name"] for row in left["/ppp/secret"]] == ["fito"]
    assert running.online("centro-1") == {"fito"}
    assert running.listed("centro-1") == {"10.40.0.16"}
    converged(running)


def test_who_is_moved_leaves_the_old_router_when_the_new_one_has_them(running: Isp) -> None:
    running.settle("ana", PEOPLE["ana"]._replace(router="centro-1", address="10.40.0.88"))
    effects = running.plan().effects()
    assert ("centro-1", "add", "secret", "move") in effects
    assert ("norte-1", "remove", "secret", "move") in effects
    assert running.plan().json["impact"]["lose"] == 0
    assert running.apply().code == 0
    assert running.online("centro-1") == {"ana", "carla", "fito"}
    assert running.online("norte-1") == {"eva"}
    converged(running)


def test_who_is_moved_stays_on_the_old_router_while_the_new_one_is_not_reached(
    running: Isp,
) -> None:
    running.settle("ana", PEOPLE["ana"]._replace(router="centro-1", address="10.40.0.88"))
    running.change("inventory/centro-1.yaml", "port: ", "port: 1 # ")
    ran = running.apply()
    assert ran.code == 4
    assert ran.router("centro-1")["status"] == "unreachable"
    assert ran.json["applied"]["norte-1"]["waiting"] > 0
    assert running.online("norte-1") == {"ana", "eva"}
    running.change("inventory/centro-1.yaml", "port: 1 # ", "port: ")
    assert running.apply().code == 0
    assert running.online("norte-1") == {"eva"}
    assert "ana" in running.online("centro-1")
    converged(running)


def test_who_changes_the_name_of_their_login_is_never_there_twice(running: Isp) -> None:
    running.change("subscribers/ana.yaml", "user: ana", "user: ana-maria")
    assert running.apply().code == 0
    names = {row["name"] for row in running.routers["norte-1"].rows("/ppp/secret")}
    assert names == {"ana-maria", "eva"}
    assert running.online("norte-1") == {"ana-maria", "eva"}
    converged(running)


def test_who_needs_no_address_gets_one_of_a_pool_of_ours(running: Isp) -> None:
    running.settle("nora", Person("norte-1", "pppoe", "", "Nora"))
    checked = running.run("check")
    assert checked.code == 0
    assert "nora" not in checked.out.replace("plain text", "")
    assert running.apply().code == 0
    (pool,) = ours(running.routers["norte-1"])["/ip/pool"]
    assert pool["name"] == "ispconf-norte-1"
    assert pool["ranges"] == "10.20.0.2-10.20.0.14,10.20.0.17-10.20.0.254"
    (session,) = running.routers["norte-1"].rows("/ppp/active", name="nora")
    assert session["address"] not in ("", "10.20.0.15", "10.20.0.16")
    converged(running)
    running.settle("olga", Person("norte-1", "pppoe", "10.20.0.200", "Olga"))
    assert running.apply().code == 0
    (pool,) = ours(running.routers["norte-1"])["/ip/pool"]
    assert pool["ranges"] == "10.20.0.2-10.20.0.14,10.20.0.17-10.20.0.199,10.20.0.201-10.20.0.254"
    converged(running)


def test_a_pool_of_the_administrator_is_used_and_not_touched(running: Isp) -> None:
    router = running.routers["norte-1"]
    router.add("/ip/pool", name="clientes", ranges="10.20.0.100-10.20.0.120")
    running.write(
        "inventory/norte-1.yaml",
        running.text("inventory/norte-1.yaml") + "pppoe: {pool: clientes}\n",
    )
    running.settle("nora", Person("norte-1", "pppoe", "", "Nora"))
    assert running.apply().code == 0
    assert ours(router)["/ip/pool"] == []
    (session,) = router.rows("/ppp/active", name="nora")
    assert session["address"].startswith("10.20.0.1")


def test_a_mac_binds_a_session_and_an_address(isp: Isp) -> None:
    isp.change("subscribers/ana.yaml", "10.20.0.15", '10.20.0.15, mac: "02:AA:BB:CC:DD:01"')
    isp.change("subscribers/ben.yaml", "10.30.0.15", '10.30.0.15, mac: "02:AA:BB:CC:DD:02"')
    isp.write("inventory/sur-1.yaml", isp.text("inventory/sur-1.yaml") + "lan: bridge-lan\n")
    isp.routers["sur-1"].add("/interface/bridge", name="bridge-lan")
    assert isp.apply().code == 0
    assert isp.row("norte-1", "/ppp/secret", "ana")["caller-id"] == "02:AA:BB:CC:DD:01"
    (bound,) = ours(isp.routers["sur-1"])["/ip/arp"]
    assert (bound["address"], bound["mac-address"]) == ("10.30.0.15", "02:AA:BB:CC:DD:02")
    converged(isp)


def test_who_is_managed_by_hand_is_never_cut_nor_restored(isp: Isp) -> None:
    for who in ("ana", "ben", "carla"):
        person = PEOPLE[who]
        isp.settle(who, person._replace(more="billing: {manage: manual}\n"))
    assert isp.apply().code == 0
    isp.today = CUT
    assert isp.state("ana") == "suspended"
    assert {c["owner"] for c in isp.plan().changes} == {"dora/casa"}
    assert isp.apply().code == 0
    # The operator cuts them by hand, and nothing restores them.
    isp.routers["norte-1"].set("/ppp/secret", "ana", disabled="yes")
    for name, address in (("sur-1", "10.30.0.15"), ("centro-1", "10.40.0.15")):
        isp.routers[name].add("/ip/firewall/address-list", list_="morosos", address=address)
    assert isp.plan().changes == []
    for who in ("ana", "ben", "carla"):
        assert isp.pay(who, "350.00", who).code == 0
    assert isp.plan().changes == []


def test_a_session_waits_for_the_night_but_not_for_a_cut(running: Isp) -> None:
    file = "inventory/norte-1.yaml"
    running.write(file, running.text(file) + "reconnect: 03:00-05:00\n")
    running.change("subscribers/eva.yaml", "plan: hogar-50", "plan: hogar-20")
    ran = running.apply()  # at noon
    assert ran.code == 0
    assert "disconnect" not in {c["action"] for c in ran.changes}
    assert running.row("norte-1", "/queue/simple", "<pppoe-eva>")["max-limit"].startswith("1000")
    plan = running.plan()
    assert plan.changes == []
    assert plan.router("norte-1")["notes"] == ["1 session takes its change when it connects again"]
    running.today = CUT
    assert ("norte-1", "disconnect", "active", "suspend") in running.plan().effects()
    assert running.apply().code == 0
    assert running.online("norte-1") == {"eva"}


@pytest.mark.parametrize(
    ("hours", "sessions"),
    [
        ("never", 0),
        ("at-once", 1),
        ("11:00-13:00", 1),
        ("12:00-13:00", 1),
        ("11:00-12:00", 0),
        ("22:00-13:00", 1),
        ("13:00-11:00", 0),
    ],
)
def test_a_new_speed_drops_sessions_in_the_hours_for_it(
    running: Isp, hours: str, sessions: int
) -> None:
    file = "inventory/norte-1.yaml"
    running.write(file, f'{running.text(file)}reconnect: "{hours}"\n')
    running.change("subscribers/ana.yaml", "plan: hogar-20", "plan: hogar-50")
    assert running.plan().json["impact"]["sessions_dropped"] == sessions


def test_a_router_whose_firewall_is_its_administrators(isp: Isp) -> None:
    file = "inventory/sur-1.yaml"
    isp.write(file, isp.text(file) + "firewall: none\n")
    assert isp.apply().code == 0
    rows = held(isp.routers["sur-1"])
    assert rows["/ip/firewall/filter"] == rows["/ip/firewall/nat"] == []
    isp.today = CUT
    assert isp.apply().code == 0
    assert isp.listed("sur-1") == {"10.30.0.15"}
    read = {heard.path for heard in isp.routers["sur-1"].log}
    assert not read & {"/ip/firewall/filter", "/ip/firewall/nat"}


def first_rules(router: Router, count: int = 6) -> list[str]:
    rules = router.rows("/ip/firewall/filter", chain="forward")
    return [row["comment"].partition("#")[2].partition(" ")[0] for row in rules[:count]]


BLOCK = ["allow", "allow-replies", "dns", "dns-replies", "block", "block-replies"]


@pytest.mark.parametrize("router", ["norte-1", "sur-1"])
def test_block_rules_stay_first(running: Isp, router: str) -> None:
    box = running.routers[router]
    top = box.rows("/ip/firewall/filter")[0][".id"]
    accept = {"chain": "forward", "action": "accept", "connection_state": "established"}
    box.add("/ip/firewall/filter", **accept, comment="mine", place_before=top)
    box.add("/ip/firewall/filter", chain="input", action="accept", comment="input is mine")
    assert first_rules(box) == ["", *BLOCK[:5]]
    assert running.json("drift").code == 10
    assert {c["action"] for c in running.plan().changes} == {"move"}
    assert running.apply().code == 0
    assert first_rules(box) == BLOCK
    ids = [row[".id"] for row in box.rows("/ip/firewall/filter")]
    box.move("/ip/firewall/filter", ids[4])  # somebody drags our block rule to the end
    plan = running.plan()
    assert plan.effects() == [(router, "move", "filter", "infrastructure")]
    assert running.apply().code == 0
    assert first_rules(box) == BLOCK
    assert [row["comment"] for row in box.rows("/ip/firewall/filter")[6:]] == [
        "mine",
        "input is mine",
    ]
    converged(running)


def test_a_second_router_with_two_hundred_rows_of_others_keeps_them(
    tmp_path: Path, simulator: Simulator
) -> None:
    isp = Case("7.16.2", "address-list", "pppoe").found(tmp_path, simulator)
    router = isp.routers["norte-1"]
    for number in range(50):
        router.add("/ppp/secret", name=f"viejo{number}", password="x", comment=f"casa {number}")
        router.add("/queue/simple", name=f"cola{number}", target=f"10.99.0.{number}/32")
    before = strangers(router)
    for day in ("2026-11-03", CUT):
        isp.today = day
        assert isp.apply().code == 0
    assert strangers(router) == before


def test_invoices_that_are_billed_here_cut_here(tmp_path: Path, simulator: Simulator) -> None:
    isp = Case("7.16.2", "disable", "pppoe").found(tmp_path, simulator)
    isp.today = "2026-11-02"
    assert isp.apply().code == 0
    assert isp.pay("ana", "350.00").code == 0
    isp.today = "2026-12-01"
    (written,) = isp.json("bill").json["entries"]
    assert (written["no"], written["period"]) == ("invoices-000002", "2026-12-01/2027-01-01")
    isp.today = "2026-12-05"
    assert isp.apply().code == 0
    assert isp.online("norte-1") == {"enlace"}
    assert invoice(1, "ana") in isp.text("ledger/2026/10/2026-10-28-invoices.yaml")
