"""An apply that goes wrong is taken back by the router, row by row, and nothing of it stays."""

import signal
from typing import Any

import pytest

from ispconf.simulator import Faults, Router, Simulator
from ispconf.simulator.connection import Heard
from ispconf.simulator.tables import Row
from tests.commands.world import CUT, Isp, held

SCRIPTS, SCHEDULES = "/system/script", "/system/scheduler"
FILTER = "/ip/firewall/filter"
GUARD = "ispconf-undo"


def kept(router: Router) -> list[str]:
    """What of an apply stays on the router besides its rows."""
    return [row["name"] for menu in (SCRIPTS, SCHEDULES) for row in router.rows(menu)]


def new_rules(isp: Isp) -> None:
    """One more address may be reached: an entry and nothing else; a second list: all rules."""
    isp.change("ispconf.yaml", "suspension: {", "suspension: {list: cortados, ")


def cut_off(router: Router) -> None:
    """From now on, whoever adds or changes a rule cuts himself off, until the rules are back."""
    before = [row["src-address-list"] for row in router.rows(FILTER) if "src-address-list" in row]

    def heard(_: str, row: Row) -> None:
        if row.table.menu.path == FILTER:
            now = [each.get("src-address-list") for each in row.table]
            well = [each for each in now if each] == before
            router.device.table("/ip/service").by_name["api"].values["disabled"] = (
                "false" if well else "true"
            )

    router.device.listeners.append(heard)

    def gone(sentence: Heard) -> None:
        if sentence.path == FILTER:
            router.drop_connections()

    router.after_write = gone


@pytest.mark.parametrize("name", ["norte-1", "sur-1"])
def test_who_is_cut_off_finds_it_taken_back(running: Isp, simulator: Simulator, name: str) -> None:
    new_rules(running)
    router = running.routers[name]
    before = held(router)
    cut_off(router)
    running.rest = simulator.passes  # time passes while nobody is let in
    ran = running.apply("--router", name, "--confirm-within", "30")
    assert ran.code == 7, ran.out
    result = ran.json["applied"][name]
    assert result["taken_back"] == "we were not let in again in time"
    assert result["undone"] > 0
    assert held(router)[FILTER] == before[FILTER]
    assert kept(router) == []
    text = running.run("status")
    assert text.code == 0


def ended(router: Router, *names: str) -> None:
    """With the first new rule these sessions end, and nobody can dial."""

    def hear(sentence: Heard) -> None:
        if sentence.path == FILTER:
            router.after_write = None
            for name in names:
                router.silence(name)

    router.after_write = hear


def people(isp: Isp, count: int) -> list[str]:
    names = [f"casa{number}" for number in range(count)]
    for number, name in enumerate(names):
        isp.routers["norte-1"].add(
            "/ppp/secret", name=name, password="x", remote_address=f"10.99.0.{number + 1}"
        )
    return names


def test_sessions_that_end_are_a_reason_to_take_it_back(running: Isp) -> None:
    names = people(running, 8)
    new_rules(running)
    router = running.routers["norte-1"]
    before = held(router)
    ended(router, *names[:5])
    ran = running.apply("--router", "norte-1")
    assert ran.code == 7
    result = ran.json["applied"]["norte-1"]
    assert result["taken_back"].startswith("sessions ended that should not: casa0, casa1")
    assert not result["converged"]
    assert held(router)[FILTER] == before[FILTER]
    assert held(router)["/ip/firewall/nat"] == before["/ip/firewall/nat"]
    assert kept(router) == []
    again = running.run("apply", "--yes", "--router", "norte-1")
    assert again.code == 0
    assert kept(router) == []


def test_one_session_that_ends_by_itself_is_none(running: Isp) -> None:
    names = people(running, 8)
    new_rules(running)
    router = running.routers["norte-1"]
    ended(router, names[0])
    assert running.apply("--router", "norte-1").code == 0
    assert kept(router) == []


def test_who_is_meant_to_be_dropped_is_not_missed(running: Isp) -> None:
    new_rules(running)
    running.today = CUT
    assert running.apply().code == 0
    assert running.online("norte-1") == {"eva"}
    assert all(kept(router) == [] for router in running.routers.values())


def sentences(router: Router, menu: str) -> list[str]:
    return [heard.verb for heard in router.log if heard.path == menu and heard.writes]


def test_rows_of_subscribers_need_no_guard_unless_it_is_asked_for(running: Isp) -> None:
    router = running.routers["sur-1"]
    running.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    assert running.apply("--router", "sur-1").code == 0
    assert sentences(router, SCHEDULES) == []
    running.change("plans/hogar-20.yaml", "down: 25M", "down: 20M")
    assert running.apply("--router", "sur-1", "--confirm", "all").code == 0
    assert sentences(router, SCHEDULES) == ["add", "remove"]
    new_rules(running)
    assert running.apply("--confirm", "off").code == 0
    assert sentences(router, SCHEDULES) == ["add", "remove"]
    assert kept(router) == []


def test_all_of_it_is_taken_back_where_that_was_asked_for(running: Isp) -> None:
    names = people(running, 8)
    running.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    new_rules(running)
    router = running.routers["norte-1"]
    before = held(router)
    ended(router, *names)
    assert running.apply("--router", "norte-1", "--confirm", "all").code == 7
    after = held(router)
    for menu, rows in before.items():
        assert sorted(map(repr, after[menu])) == sorted(map(repr, rows)), menu
    assert kept(router) == []


@pytest.mark.parametrize("well", [True, False])
def test_a_secret_that_goes_under_a_guard_rests_until_all_is_well(
    running: Isp,
    well: bool,  # noqa: FBT001
) -> None:
    names = people(running, 8)
    running.delete("subscribers/eva.yaml")
    running.change("subscribers/ana.yaml", "user: ana, ", "user: ana-nueva, ")
    new_rules(running)
    router = running.routers["norte-1"]
    before = held(router)
    seen: list[str] = []

    def hear(sentence: Heard) -> None:
        if sentence.path == "/ppp/secret":
            seen.append(sentence.verb)
        if sentence.path == FILTER and not well:
            for name in names:
                router.silence(name)

    router.after_write = hear
    words = ("--router", "norte-1", "--confirm", "all", "--allow", "service_loss=9")
    ran = running.apply(*words)
    assert ran.code == (0 if well else 7), ran.out
    assert seen[:3] == ["add", "set", "set"]
    assert seen[3:] == (["remove", "remove"] if well else [])
    if well:
        secrets = {row["name"] for row in router.rows("/ppp/secret")} - set(names)
        assert secrets == {"ana-nueva"}
        assert "hogar-50" not in {row["name"] for row in router.rows("/ppp/profile")}
        assert running.plan("--router", "norte-1").changes == []
    else:
        after = held(router)
        for menu, rows in before.items():
            assert sorted(map(repr, after[menu])) == sorted(map(repr, rows)), menu
        assert running.online("norte-1") >= {"ana", "eva"}
    assert kept(router) == []


def test_a_dead_apply_is_taken_back_without_us(running: Isp, simulator: Simulator) -> None:
    new_rules(running)
    router = running.routers["norte-1"]
    before = held(router)
    count = 0
    apply = running.process("apply", "--yes", "--router", "norte-1")

    def kill(heard: Heard) -> None:
        nonlocal count
        count += heard.path == FILTER
        if count == 4:
            apply.kill()
            router.drop_connections()

    router.before_write = kill
    apply.communicate(timeout=60)
    assert apply.returncode == -signal.SIGKILL
    router.before_write = None
    assert held(router)[FILTER] != before[FILTER]
    assert GUARD in kept(router)
    assert any("taken back" in note for note in running.plan().router("norte-1")["notes"])
    simulator.passes(130)
    assert held(router)[FILTER] == before[FILTER]
    assert GUARD not in kept(router)
    again = running.apply("--router", "norte-1")
    assert again.code == 0
    said = again.json["applied"]["norte-1"]["notes"]
    assert "an apply was killed, and the router took back what it did under a guard" in said
    assert kept(router) == []


def test_the_next_apply_calls_off_what_a_dead_one_left(running: Isp, simulator: Simulator) -> None:
    router = running.routers["norte-1"]
    said = "ispconf:undo by maria@nuc: takes back what is not confirmed"
    source = "/ip firewall filter remove [find]"
    router.add(SCRIPTS, name=GUARD, comment=said, source=source)
    router.add(SCHEDULES, name=GUARD, comment=said, interval="1m", on_event=GUARD)
    before = held(router)
    ran = running.apply("--router", "norte-1")  # there is nothing to change
    assert ran.code == 0
    assert "called off the guard" in ran.json["applied"]["norte-1"]["notes"][0]
    assert kept(router) == []
    simulator.passes(130)
    assert held(router) == before


def stubborn(router: Router, times: int) -> None:
    """So many orders to remove the guard's schedule are refused."""

    def hear(heard: Heard) -> None:
        nonlocal times
        if heard.command == f"{SCHEDULES}/remove" and times:
            times -= 1
            router.faults.trap_writes = {router.faults.writes: "failure: not now"}

    router.before_write = hear


def test_a_guard_that_does_not_go_at_once_is_tried_again(running: Isp) -> None:
    new_rules(running)
    router = running.routers["norte-1"]
    stubborn(router, 3)
    ran = running.apply("--router", "norte-1")
    assert ran.code == 0
    (note,) = ran.json["applied"]["norte-1"]["notes"]
    assert note.startswith("its guard does not end (ispconf-undo could not be removed: failure: ")
    assert kept(router) == []
    assert running.plan("--router", "norte-1").changes == []


def test_a_guard_that_never_goes_is_awaited_until_it_has_done_its_work(
    running: Isp, simulator: Simulator
) -> None:
    new_rules(running)
    router = running.routers["norte-1"]
    before = held(router)
    stubborn(router, 99)
    running.rest = simulator.passes
    ran = running.apply("--router", "norte-1", "--confirm-within", "30")
    assert ran.code == 7
    result = ran.json["applied"]["norte-1"]
    assert result["taken_back"].startswith("its guard could not be called off in time (")
    assert result["undone"] > 0
    assert held(router)[FILTER] == before[FILTER]
    assert kept(router) == []


def test_a_guard_that_neither_goes_nor_does_its_work_is_told_loudly(running: Isp) -> None:
    new_rules(running)
    router = running.routers["norte-1"]
    stubborn(router, 99)  # and no time passes for it
    ran = running.run("apply", "--yes", "--router", "norte-1", "--confirm-within", "30")
    assert ran.code == 6
    assert "may take the changes back at any time: apply again, or on the router: " in ran.out
    assert GUARD in kept(router)
    assert any("taken back" in note for note in running.plan().router("norte-1")["notes"])
    router.before_write = None
    again = running.apply("--router", "norte-1")
    assert again.code == 0
    assert "called off the guard" in again.json["applied"]["norte-1"]["notes"][0]
    assert kept(router) == []


@pytest.mark.parametrize("at", [2, 3])
def test_a_router_that_takes_no_guard_is_not_written_to(running: Isp, at: int) -> None:
    new_rules(running)
    router = running.routers["norte-1"]
    before = held(router)
    router.faults = Faults(trap_writes={at: "failure: not allowed by device-mode"})
    ran = running.apply("--router", "norte-1")
    assert ran.code == 5
    assert "--confirm off" in ran.json["applied"]["norte-1"]["refused"][0]
    assert held(router) == before
    assert kept(router) == []
    router.faults = Faults()
    assert running.apply("--router", "norte-1", "--confirm", "off").code == 0


BREAKS: list[dict[str, Any]] = [
    {f"break_{which}_write": at} for which in ("before", "after") for at in range(1, 18, 2)
]


@pytest.mark.parametrize("fault", BREAKS, ids=str)
def test_a_line_that_breaks_anywhere_leaves_nothing(running: Isp, fault: dict[str, Any]) -> None:
    new_rules(running)
    router = running.routers["norte-1"]
    router.faults = Faults(**fault)
    assert running.apply("--router", "norte-1").code == 0
    assert kept(router) == []
    assert running.plan("--router", "norte-1").changes == []


def test_too_much_to_take_back_is_said(running: Isp) -> None:
    for number in range(300):
        running.routers["sur-1"].add(
            "/queue/simple",
            name=f"{'x' * 60}{number}",
            target=f"10.99.{number // 200}.{number % 200 + 1}/32",
            comment=f"ispconf:gone{number}/casa {'y' * 80}",
        )
    words = ("--router", "sur-1", *running.meant())
    ran = running.apply(*words, "--confirm", "all")
    assert ran.code == 5
    assert "--confirm rules" in ran.json["applied"]["sur-1"]["refused"][0]
    assert kept(running.routers["sur-1"]) == []
    assert running.apply(*words).code == 0
