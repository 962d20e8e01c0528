"""Every fault at every step of an apply, on both families of RouterOS: law 6 holds, and P-14.

Each test strikes a fleet: the first router of each family at its first write, the second at its
second, and so on; the writes of leases and guards are among them. What is true of every router
afterwards stands in ``matrix``; here stands what exit code a fault deserves at which step.
"""

import signal
import threading
from collections.abc import Callable

import pytest

from ispconf.simulator import Faults, Heard, Router, Simulator
from ispconf.simulator.line import GoneError
from ispconf.simulator.meddling import NOTE
from tests.commands.matrix import GUARDING, Fleet, Struck, step
from tests.commands.world import Isp

SIZE = 24
"""Routers of each family; more than an apply has steps, so that some are struck too late."""
SPACING = 420
"""Bytes between two places where replies are cut; so that the last routers say all they have to."""
OK, INCOMPLETE, REFUSED, PARTIAL = 0, 4, 5, 6
Strike = Callable[[Router, int], None]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, simulator: Simulator) -> Fleet:
    found = Fleet.found(tmp_path_factory.mktemp("fleet"), simulator, SIZE)
    assert all(len(writes) < SIZE for writes in found.writes.values())
    return found


def faulty(**faults: int | str) -> Strike:
    """These faults, at the step where they say ``step``."""

    def strike(router: Router, number: int) -> None:
        numbered = {name: number if value == "step" else value for name, value in faults.items()}
        router.faults = Faults(**numbered)  # type: ignore[arg-type]

    return strike


def from_then_on(faults: Callable[[], Faults], *, lost: bool = False) -> Strike:
    """These faults begin with the write of the step, which may be lost with its connection."""

    def strike(router: Router, number: int) -> None:
        heard = 0

        def listen(_: Heard) -> None:
            nonlocal heard
            heard += 1
            if heard == number:
                router.faults = faults()
                if lost:
                    raise GoneError

        router.before_write = listen

    return strike


def refused(router: Router, number: int) -> None:
    """The write of the step is refused, and no other."""
    router.faults = Faults(trap_writes={number: "failure: not now"})


def lawful(struck: Struck, *, meddled: bool = False) -> dict[str, int]:
    """The exit codes of routers of which nothing bad can be said."""
    assert struck.wrongs(meddled=meddled) == []
    return struck.exits()


def deserved(fleet: Fleet, by_path: Callable[[str, bool], int]) -> dict[str, int]:
    """The exit code of every router, by the write that it was struck at; 0 when it had none.

    The last write of all gives the lease back.
    """
    steps = {name: step(router) for name, router in fleet.isp.routers.items()}
    return {
        name: by_path(writes[steps[name] - 1], steps[name] == len(writes))
        if steps[name] <= len(writes)
        else OK
        for name, writes in fleet.writes.items()
    }


@pytest.mark.parametrize(
    "strike",
    [
        pytest.param(faulty(break_before_write="step"), id="line lost before a write"),
        pytest.param(faulty(break_after_write="step"), id="line lost after a write"),
        pytest.param(faulty(reboot_at_write="step", downtime=3600), id="reboot"),
        pytest.param(from_then_on(lambda: Faults(silent=True)), id="silence"),
    ],
)
def test_what_passes_is_survived(fleet: Fleet, strike: Strike) -> None:
    fleet.isp.limits = (10.0, 1.0)
    exits = lawful(fleet.struck(strike, passing=True))
    fleet.isp.limits = (10.0, 30.0)
    assert set(exits.values()) == {OK}
    fleet.finished()


def test_what_is_refused_is_told_and_stops_only_what_needs_it(fleet: Fleet) -> None:
    def code(command: str, last: bool) -> int:  # noqa: FBT001
        path, _, verb = command.rpartition("/")
        if path not in GUARDING:
            return PARTIAL
        if verb == "add":
            return REFUSED
        return INCOMPLETE if last else OK  # a guard is called off until it goes

    struck = fleet.struck(refused)
    assert lawful(struck) == deserved(fleet, code)
    for each in struck.verdicts:
        told = each.applied or {}
        assert told["left"] == told["failed"] + told["skipped"]
        assert told["failed"] <= 1
    fleet.finished()


def test_a_full_disk_keeps_what_was_done_before(fleet: Fleet) -> None:
    struck = fleet.struck(from_then_on(lambda: Faults(disk_full=True)))
    for name, code in lawful(struck).items():
        late = step(fleet.isp.routers[name]) >= len(fleet.writes[name])
        assert code in ({OK} if late else {REFUSED, PARTIAL, INCOMPLETE}), name
    fleet.finished()


def test_who_is_not_let_in_again_is_finished_later(fleet: Fleet) -> None:
    struck = fleet.struck(from_then_on(lambda: Faults(refuse_logins=True), lost=True))
    assert lawful(struck) == deserved(fleet, lambda *_: INCOMPLETE)
    for each in struck.verdicts:
        if each.exit == INCOMPLETE:
            assert "may not log in" in (each.applied or {})["problem"]
    fleet.finished()


@pytest.mark.parametrize(
    ("first", "how"), [(0, "once"), (SPACING // 2, "once"), (SPACING // 4, "always")]
)
def test_a_reply_that_ends_anywhere_is_never_taken_for_the_whole(
    fleet: Fleet, first: int, how: str
) -> None:
    def strike(router: Router, number: int) -> None:
        router.faults = Faults(cut_reply_after=first + (number - 1) * SPACING)

    struck = fleet.struck(strike, passing=how == "once")
    exits = lawful(struck)
    assert set(exits.values()) == {OK, INCOMPLETE}
    for each in struck.verdicts:
        if each.status == "incomplete":  # what was not wholly read is not planned for
            assert each.exit == INCOMPLETE
            assert each.after.ours == each.before.ours
        elif how == "once":
            assert each.exit == OK
    fleet.finished()


def test_an_administrator_who_is_always_faster_keeps_what_he_did(fleet: Fleet) -> None:
    struck = fleet.struck(faulty(meddle_at_write="step"))
    exits = lawful(struck, meddled=True)
    assert set(exits.values()) <= {OK, REFUSED, PARTIAL}
    by_hand = {
        each.router.name: [row for rows in each.after.others.values() for row in rows
                           if row.get("comment") == NOTE]
        for each in struck.verdicts
    }  # fmt: skip
    assert all(exits[name] in (REFUSED, PARTIAL) for name, rows in by_hand.items() if rows)
    assert sum(map(bool, by_hand.values())) >= SIZE / 3
    fleet.finished("--adopt")


def test_ctrl_c_leaves_nobody_at_work(isp: Isp) -> None:
    router, writes = isp.routers["norte-1"], 0
    isp.limits = (0.3, 60.0)
    before = set(threading.enumerate())

    def press(_: Heard) -> None:
        nonlocal writes
        writes += 1
        if writes == 5:
            router.faults = Faults(silent=True)  # who waits for an answer waits for long
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    router.before_write = press
    ran = isp.apply()
    assert ran.code == 130
    assert "norte-1: its lease could not be given back (" in ran.err
    assert "; it ends at " in ran.err
    assert set(threading.enumerate()) <= before
    router.before_write, router.faults = None, Faults()
    assert isp.apply().code == 0
