"""An apply that is broken at any point leaves every row as it was or as planned, and is finished
by the next one."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ispconf.simulator import Faults, Heard, Router, Simulator
from ispconf.simulator.line import GoneError
from tests.commands.world import CUT, PEOPLE, Box, Isp, Person, founded, ours

FAMILIES = ("6.49.17", "7.16.2")
CHANGES = 14
"""As many rows as one router of the fleet gets, and as many routers as it has."""
OWN = ("/system/script", "/system/scheduler")  # lease and guard of an apply
PATIENCE = 60.0
"""Seconds that nothing here waits for."""


@dataclass
class Strike:
    """What befalls the n-th write of a row on a router; the leases of appliers are not counted."""

    router: Router
    kind: str
    at: int
    heard: int = 0

    def __post_init__(self) -> None:
        self.router.faults = Faults()
        self.router.before_write = self

    def __call__(self, heard: Heard) -> None:
        self.heard += heard.path not in OWN
        if heard.path in OWN or self.heard != self.at:
            return
        faults = self.router.faults
        if self.kind == "lost before":
            raise GoneError
        if self.kind == "lost after":
            faults.break_after_write = faults.writes
        else:
            faults.trap_writes = {faults.writes: "failure: not now"}


def fleet(folder: Path, simulator: Simulator, version: str, size: int) -> Isp:
    """Routers that all have the same: two PPPoE services, one queue, block rules."""
    boxes = {f"r{n}": Box("norte", version, f"10.{100 + n}.0.0/24") for n in range(1, size + 1)}
    people: dict[str, Person] = {}
    for n in range(1, size + 1):
        people |= {
            f"ana{n}": Person(f"r{n}", "pppoe", f"10.{100 + n}.0.10"),
            f"ben{n}": Person(f"r{n}", "queue", f"10.{100 + n}.0.11"),
            f"eva{n}": Person(f"r{n}", "pppoe", f"10.{100 + n}.0.12", plan="hogar-50"),
        }
    isp = founded(folder / "isp", simulator, boxes=boxes, people=people, paid={})
    isp.write("ispconf.yaml", isp.text("ispconf.yaml") + GUARDS)
    return isp


GUARDS = """\
guards:
  service_loss: {at_least: 999, share: 100%}
  cuts: {at_least: 999, share: 100%}
  removed: {at_least: 999, share: 100%}
  changed: {at_least: 999, share: 100%}
rollout: {canary: none, waves: 100%}
"""


def small_change(isp: Isp, size: int) -> None:
    """Somebody new, a new speed, an end, and the day on which all who owe are cut."""
    for n in range(1, size + 1):
        isp.settle(f"gil{n}", Person(f"r{n}", "queue", f"10.{100 + n}.0.13", "Gil"))
        isp.settle(f"eva{n}", Person(f"r{n}", "pppoe", f"10.{100 + n}.0.12", plan="hogar-20"))
        isp.change(
            f"subscribers/ana{n}.yaml",
            "    access:",
            "    cancelled: {on: 2026-11-04, reason: moved away}\n    access:",
        )
    isp.today = CUT


def as_it_was_or_as_planned(now: Mapping[str, list[dict[str, str]]], *known: object) -> None:
    """Every row is one of those before or after; none is in between."""
    for menu, rows in now.items():
        for row in rows:
            plain = {k: v for k, v in row.items() if k != "disabled"}  # retired before it goes
            assert any(
                plain == {k: v for k, v in each.items() if k != "disabled"}
                for state in known
                for each in state[menu]  # type: ignore[index]
            ), (menu, row)


@pytest.mark.parametrize("version", FAMILIES)
@pytest.mark.parametrize("kind", ["lost before", "lost after"])
def test_a_line_that_is_lost_at_any_write_is_taken_up_again(
    version: str, kind: str, tmp_path: Path, simulator: Simulator
) -> None:
    size = CHANGES
    isp = fleet(tmp_path, simulator, version, size)
    struck = [Strike(router, kind, n) for n, router in enumerate(isp.routers.values(), 1)]
    first = isp.apply()
    assert first.code == 0, first.json["applied"]
    assert all(each.heard >= each.at for each in struck)
    assert isp.plan().changes == []

    small_change(isp, size)
    struck = [Strike(router, kind, n) for n, router in enumerate(isp.routers.values(), 1)]
    ran = isp.apply()
    assert ran.code == 0, ran.json["applied"]
    assert {result["unknown"] for result in ran.json["applied"].values()} == {0}
    assert isp.plan().changes == []
    assert sum(each.heard >= each.at for each in struck) > size / 2
    plain = [normal(ours(router), name) for name, router in isp.routers.items()]
    for each in plain:
        assert each == plain[0]


def normal(state: Mapping[str, list[dict[str, str]]], name: str) -> dict[str, list[str]]:
    """The rows of a router of the fleet without its number; order means nothing but in a chain."""
    number = name.removeprefix("r")

    def plain(row: dict[str, str]) -> str:
        text = json.dumps(row, sort_keys=True)
        for word in ("ana", "ben", "eva", "gil"):
            text = text.replace(f"{word}{number}", word)
        return text.replace(f"10.{100 + int(number)}.0.", "10.0.0.").replace(
            f"router:{name}", "router:r"
        )

    rows = {menu: [plain(row) for row in found] for menu, found in state.items()}
    return {menu: found if "filter" in menu else sorted(found) for menu, found in rows.items()}


@pytest.mark.parametrize("version", FAMILIES)
def test_every_single_row_that_is_refused_stops_only_what_needs_it(
    version: str, tmp_path: Path, simulator: Simulator
) -> None:
    size = CHANGES
    isp = fleet(tmp_path, simulator, version, size)
    for n, router in enumerate(isp.routers.values(), 1):
        Strike(router, "refused", n)
    ran = isp.apply()
    assert ran.code == 6
    for name, result in ran.json["applied"].items():
        assert result["failed"] == 1, name
        assert result["failures"][0]["message"].endswith("failure: not now")
        assert result["left"] == result["failed"] + result["skipped"]
        assert bool(result["skipped"]) is (result["failures"][0]["table"] == "/ppp/profile")
    for router in isp.routers.values():
        router.before_write = None
    assert isp.apply().code == 0
    assert isp.plan().changes == []


def test_the_journal_says_what_is_done_and_what_is_not(isp: Isp) -> None:
    Strike(isp.routers["norte-1"], "refused", 1)
    text = isp.run("apply")
    assert text.code == 6
    assert (
        "norte-1: add /ppp/profile hogar-20 failed: /ppp/profile: failure: not now\n"
        "norte-1: add /ppp/secret ana skipped: it needs /ppp/profile hogar-20, which failed\n"
        "norte-1: 11 changes done, 2 left\n"
    ) in text.out
    (journal,) = (isp.folder / ".git/ispconf/journal").rglob("*.jsonl")
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()[1:]]
    made = [line for line in lines if "outcome" in line]
    found = [(line["outcome"], line["table"]) for line in made if line["router"] == "norte-1"]
    assert [each for each in found if each[0] != "done"] == [
        ("failed", "/ppp/profile"),
        ("skipped", "/ppp/secret"),
    ]


def test_a_router_that_stays_away_in_the_middle_is_finished_later(running: Isp) -> None:
    running.today = CUT
    box = running.routers["sur-1"]

    def leave(heard: Heard) -> None:
        if heard.path not in OWN:
            box.faults = Faults(refuse_logins=True)
            raise GoneError

    box.before_write = leave
    ran = running.apply()
    assert ran.code == 4
    assert 'user "ispconf" may not log in' in ran.json["applied"]["sur-1"]["problem"]
    assert running.listed("centro-1") == {"10.40.0.15", "10.40.0.16"}
    again = running.run("apply")
    assert again.code == 4
    assert "sur-1: unreachable, user" in again.out
    box.faults, box.before_write = Faults(), None
    assert running.apply().code == 0
    assert running.listed("sur-1") == {"10.30.0.15"}


# the end of the process


class Watched:
    """Ends a process at the moment a router hears its n-th write."""

    def __init__(self, router: Router, at: int, number: int) -> None:
        self.router = router
        self.at = at
        self.number = number
        self.heard = 0
        self.process: subprocess.Popen[str] | None = None
        self.begun = threading.Event()

    def __call__(self, heard: Heard) -> None:
        self.heard += heard.path not in OWN
        if heard.path not in OWN and self.heard == self.at:
            self.begun.wait(PATIENCE)
            assert self.process
            self.router.faults = Faults(slow=0.1)  # it is in the middle for a while
            self.process.send_signal(self.number)
            if self.number == signal.SIGKILL:
                self.process.wait()


def ended(isp: Isp, router: Router, at: int, number: int) -> tuple[int, str, str]:
    watch = Watched(router, at, number)
    router.before_write = watch
    watch.process = isp.process("apply", "--yes")
    watch.begun.set()
    out, err = watch.process.communicate(timeout=PATIENCE)
    router.before_write, router.faults = None, Faults()
    return watch.process.returncode, out, err


def story(isp: Isp) -> None:
    """A new speed, somebody new, and somebody who is gone: eight writes on norte-1."""
    isp.settle("eva", PEOPLE["eva"]._replace(plan="hogar-20"))
    isp.settle("gil", Person("norte-1", "pppoe", "10.20.0.40", "Gil", "hogar-20"))
    isp.write("subscribers/ana.yaml", "name: Ana López\n")


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_killed_apply_is_finished_by_the_next(running: Isp, at: int) -> None:
    before = ours(running.routers["norte-1"])
    story(running)
    code, _, _ = ended(running, running.routers["norte-1"], at, signal.SIGKILL)
    assert code == -signal.SIGKILL
    between = ours(running.routers["norte-1"])
    assert running.apply().code == 0
    assert running.plan().changes == []
    assert running.online("norte-1") == {"eva", "gil"}
    as_it_was_or_as_planned(between, before, ours(running.routers["norte-1"]))


@pytest.mark.parametrize("at", [1, 3])
def test_ctrl_c_says_so_and_the_next_apply_finishes(running: Isp, at: int) -> None:
    before = ours(running.routers["norte-1"])
    story(running)
    code, _, err = ended(running, running.routers["norte-1"], at, signal.SIGINT)
    assert code == 130
    *lease, said = err.strip().splitlines()  # a busy machine may not give it back in time
    assert said == "ispconf: interrupted; it is safe to run this again"
    assert [line for line in lease if line and "could not be given back" not in line] == []
    between = ours(running.routers["norte-1"])
    assert running.apply().code == 0
    assert running.plan().changes == []
    as_it_was_or_as_planned(between, before, ours(running.routers["norte-1"]))


def test_ctrl_c_while_a_router_says_nothing(running: Isp) -> None:
    running.routers["sur-1"].faults = Faults(silent=True)
    process = running.process("plan", "--format", "json")
    heard = threading.Event()
    threading.Thread(target=poll, args=(running.routers["norte-1"], heard), daemon=True).start()
    assert heard.wait(PATIENCE)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert json.loads(out) == {
        "format": 1,
        "exit_code": 130,
        "problem": "interrupted; it is safe to run this again",
    }


def poll(router: Router, heard: threading.Event) -> None:
    """Sets the event once a router was printed from: the others are being dialled then."""
    while not router.log:
        pass
    heard.set()


def test_a_reader_that_has_seen_enough_is_no_failure(running: Isp) -> None:
    read, write = os.pipe()
    os.close(read)
    process = running.process("plan", stdout=write)
    os.close(write)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
