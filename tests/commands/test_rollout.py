"""A change reaches many routers one after the other, and stops at the first that is not well."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ispconf.simulator import Faults, Heard, Router, Simulator
from tests.commands.world import CUT, Box, Isp, Person, founded

SIZE = 20
POISONED = "r07"
QUEUES = "/queue/simple"


@pytest.fixture
def fleet(tmp_path: Path, simulator: Simulator) -> Isp:
    """Twenty routers with a queue each; ``r20`` has two, and everybody else one."""
    numbers = range(1, SIZE + 1)
    boxes = {f"r{n:02}": Box("norte", "7.16.2", f"10.{n}.0.0/24") for n in numbers}
    people = {f"ana{n}": Person(f"r{n:02}", "queue", f"10.{n}.0.10") for n in numbers}
    people |= {f"eva{n}": Person(f"r{n:02}", "queue", f"10.{n}.0.11") for n in (1, 20)}
    isp = founded(tmp_path / "isp", simulator, boxes=boxes, people=people, paid={})
    isp.change("ispconf.yaml", "zones:\n", "guards: {cuts: {at_least: 99, share: 100%}}\nzones:\n")
    assert isp.apply().code == 0
    isp.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    isp.commit()
    isp.forget()
    return isp


def written(isp: Isp) -> list[str]:
    return [name for name, router in isp.routers.items() if router.rows(QUEUES)[0]["max-limit"]
            == "5000000/25000000"]  # fmt: skip


def order(isp: Isp) -> list[str]:
    """The routers in the order in which their queues are written."""
    found: list[str] = []
    for name, router in isp.routers.items():

        def hear(heard: Heard, name: str = name) -> None:
            if heard.path == QUEUES:
                found.append(name)

        router.before_write = hear
    return found


def test_one_goes_first_and_the_others_in_quarters(fleet: Isp) -> None:
    told = fleet.run("plan").out.splitlines()[-1]
    assert told.startswith("Rollout: canary (r02), then wave 1 of 4 (r01, r03, r04, r05, r06), ")
    assert told.endswith("then wave 4 of 4 (r17, r18, r19, r20); each when those before are well.")
    seen = order(fleet)
    ran = fleet.apply()
    assert ran.code == 0, ran.out
    waves = ran.json["rollout"]["waves"]
    assert [len(wave) for wave in waves] == [1, 5, 5, 5, 4]
    assert waves[0] == ["r02"]  # the first of those with the fewest rows
    assert written(fleet) == list(fleet.routers)
    turn = {name: at for at, wave in enumerate(waves) for name in wave}
    assert [turn[name] for name in seen] == sorted(turn[name] for name in seen)
    assert fleet.plan().changes == []


def refuses(router: Router) -> None:
    router.faults = Faults(trap_writes=dict.fromkeys(range(2, 4), "failure: not now"))


def loses_its_line(router: Router) -> None:
    def hear(heard: Heard) -> None:
        if heard.path == QUEUES:
            router.faults = Faults(refuse_logins=True)
            router.drop_connections()

    router.before_write = hear


def loses_its_sessions(router: Router) -> None:
    def hear(heard: Heard) -> None:
        if heard.path == QUEUES:
            router.after_write = None
            for number in range(8):
                router.silence(f"casa{number}")

    for number in range(8):
        at = f"10.99.0.{number + 1}"
        router.add("/ppp/secret", name=f"casa{number}", password="x", remote_address=at)
    router.after_write = hear


def lets_nobody_in_again(router: Router) -> None:
    def hear(heard: Heard) -> None:
        if heard.path == "/system/script" and heard.verb == "remove":
            router.faults = Faults(refuse_logins=True)

    router.after_write = hear


@pytest.mark.parametrize(
    ("poison", "code", "said"),
    [
        (refuses, 6, "2 changes failed (/ip/firewall/address-list: failure: not now)"),
        (loses_its_line, 4, "may not log in"),
        (loses_its_sessions, 6, "sessions ended that should not: casa0, casa1"),
        (lets_nobody_in_again, 6, "it lets nobody in any more"),
    ],
)
def test_the_first_that_is_not_well_stops_it(
    fleet: Isp, poison: Callable[[Router], None], code: int, said: str
) -> None:
    poison(fleet.routers[POISONED])
    fleet.today = CUT  # everybody owes, and is cut all the same
    ran = fleet.apply()
    assert ran.code == code, ran.out
    rollout = ran.json["rollout"]
    assert rollout["stopped"].startswith(f"{POISONED}: ")
    assert said in rollout["stopped"]
    begun = [name for wave in rollout["waves"][:3] for name in wave]
    assert set(written(fleet)) == set(begun) - ({POISONED} if poison is refuses else set())
    assert sorted([*begun, *rollout["held"]]) == sorted(fleet.routers)
    for name in rollout["held"]:
        assert fleet.listed(name) == {f"10.{int(name[1:])}.0.10", *extra(name)}
        result = ran.json["applied"][name]
        assert result["held"].startswith("held back by a rollout that stopped: r07: ")
        assert (result["converged"], result["waiting"]) == (False, 2 if extra(name) else 1)


def extra(name: str) -> set[str]:
    return {"10.20.0.11"} if name == "r20" else set()


def test_who_is_behind_a_stop_is_deferred_and_goes_on_with_the_next_run(fleet: Isp) -> None:
    loses_its_line(fleet.routers[POISONED])
    ran = fleet.run("apply", "--yes", "--waves", "3")
    assert ran.code == 4, ran.out
    assert f"Rollout stopped, 13 routers wait: {POISONED}: " in ran.out
    assert f"r20: deferred, held back by a rollout that stopped: {POISONED}: " in ran.out
    assert written(fleet) == [f"r0{n}" for n in range(1, 8)]
    router = fleet.routers[POISONED]
    router.before_write, router.faults = None, Faults()
    again = fleet.apply()
    assert again.code == 0
    assert len(again.json["rollout"]["waves"]) == 4  # what is left begins with one again
    assert fleet.plan().changes == []


def test_the_order_may_be_written_down(fleet: Isp) -> None:
    rollout = "rollout: {canary: [r05], waves: [r03, [r01, r02]], max_unavailable: 10%, pause: 30s}"
    fleet.change("ispconf.yaml", "zones:\n", f"{rollout}\nzones:\n")
    waited: list[float] = []
    fleet.rest = waited.append
    fleet.routers["r04"].faults = Faults(refuse_logins=True)
    ran = fleet.apply()
    assert ran.code == 4
    assert [len(wave) for wave in ran.json["rollout"]["waves"]] == [1, 1, 2, 15]
    assert ran.json["rollout"]["stopped"] is None
    assert waited == [30, 30, 30]
    assert len(written(fleet)) == SIZE - 1


def test_too_many_out_of_reach_hold_the_rest_back(fleet: Isp) -> None:
    fleet.change("ispconf.yaml", "zones:\n", "rollout: {max_unavailable: 1}\nzones:\n")
    for name in ("r04", "r05"):
        fleet.routers[name].faults = Faults(refuse_logins=True)
    ran = fleet.apply()
    assert ran.code == 4
    assert ran.json["rollout"]["stopped"] == (
        "2 of 20 routers are not reached (r04, r05), more than max_unavailable, 1"
    )
    assert written(fleet) == []
    assert ran.json["summary"]["deferred"] == SIZE - 2
    assert fleet.apply("--canary", "none", "--waves", "100%").code == 4


def test_another_one_goes_first_when_the_canary_cannot(fleet: Isp) -> None:
    fleet.routers["r09"].faults = Faults(refuse_logins=True)
    ran = fleet.run("apply", "--yes", "--canary", "r09")
    assert ran.code == 4
    assert "Rollout: r02 goes first: r09 has nothing to do, or cannot be worked on now." in ran.out
    assert "Rollout: canary (r02), then wave 1 of 4 (r01, r03, r04, r05, r06)" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--canary", "r99"], 1, '--canary: "r99" is no router or zone'),
        (["--waves", "0"], 2, "is no size of a wave: write it like 10 or 25%"),
        (["--waves", "many"], 2, "is not a whole number"),
    ],
)
def test_an_order_that_cannot_be(isp: Isp, words: list[str], code: int, said: str) -> None:
    ran = isp.run("apply", "--yes", *words)
    assert ran.code == code
    assert said in ran.err
    assert isp.writes() == []


def test_a_rollout_names_routers_and_zones_that_are_there(isp: Isp) -> None:
    rollout = "rollout: {canary: [nort-1], waves: [[sur, norte-9]]}"
    isp.change("ispconf.yaml", "zones:\n", f"{rollout}\nzones:\n")
    problems = isp.json("check").json["problems"]
    said = [each["message"] for each in problems if each["file"] == "ispconf.yaml"]
    assert said == [
        'rollout: "nort-1" is no router or zone (did you mean "norte-1"?)',
        'rollout: "norte-9" is no router or zone (did you mean "norte-1"?)',
    ]


@pytest.mark.parametrize(("old", "new"), [(5, 18), (18, 5), (3, 4)])
def test_who_moves_stays_where_they_are_when_it_stops(fleet: Isp, old: int, new: int) -> None:
    refuses(fleet.routers[POISONED])
    moved = Person(f"r{new:02}", "queue", f"10.{new}.0.99")
    fleet.settle(f"ana{old}", moved)
    ran = fleet.apply()
    assert ran.code == 6
    owner = f"ispconf:ana{old}/casa"

    def has(number: int) -> int:
        rows = fleet.routers[f"r{number:02}"].rows(QUEUES)
        return sum(row["comment"].split(" ")[0] == owner for row in rows)

    assert (has(old), has(new)) == (1, 0)
    if f"r{new:02}" in ran.json["applied"]:
        result = ran.json["applied"][f"r{new:02}"]
        assert (result["converged"], result["waiting"]) == (False, 1)
    assert fleet.apply().code == 0
    assert (has(old), has(new)) == (0, 1)
    assert fleet.plan().changes == []
