import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.edge.lease import LASTING, LOOK, NAME, Holder, Lease, holder, owner, seen
from ispconf.edge.routers import Address, Line, RouterError, connected
from ispconf.errors import Exit, RefusedError
from ispconf.simulator import Faults, Router, Simulator, User

NOON = datetime(2026, 11, 6, 12, tzinfo=UTC)
SCRIPTS = "/system/script"
MARIA, JORGE = "maria@nuc:/srv/isp", "jorge@laptop:/home/jorge/isp"


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as held:
        yield held


@pytest.fixture(params=["6.49.17", "7.16.2", "7.20"])
def router(simulator: Simulator, request: pytest.FixtureRequest) -> Router:
    users = {"ispconf": User("x"), "looker": User("x", "read")}
    return simulator.router("norte-1", request.param, users=users)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def address(router: Router, user: str = "ispconf") -> Address:
    return Address("norte-1", "127.0.0.1", router.port, user, "x", timeout=5, silence=5)


@pytest.fixture
def line(router: Router) -> Iterator[Line]:
    with connected(address(router)) as held:
        yield held


def leases(router: Router) -> dict[str, str]:
    return {row["name"]: row.get("comment", "") for row in router.rows(SCRIPTS)}


def lease(clock: Clock, whose: str = MARIA, *, force: bool = False) -> Lease:
    return Lease("norte-1", whose, clock, force)


def test_a_lease_is_seen_on_the_router_while_it_lasts(
    router: Router, line: Line, clock: Clock
) -> None:
    router.add(SCRIPTS, name="mine", comment="of the administrator")
    held = lease(clock)
    assert held.take(line) == ""
    said = leases(router)[NAME]
    assert "since 2026-11-06T12:00:00Z until 2026-11-06T12:10:00Z by " + MARIA in said
    assert said.startswith("ispconf:lease ")
    held.release(line)
    assert leases(router) == {"mine": "of the administrator"}
    held.release(line)  # there is nothing left to give back


def test_it_costs_one_order_to_take_and_one_look_and_one_order_to_give_back(
    router: Router, line: Line, clock: Clock
) -> None:
    router.forget()
    held = lease(clock)
    held.take(line)
    held.renew(line)  # it is young
    assert [heard.command for heard in router.log] == [f"{SCRIPTS}/add"]
    held.release(line, line.ask(LOOK)[0])
    assert [heard.verb for heard in router.log] == ["add", "print", "remove"]


def test_another_one_waits_and_is_told_for_whom(router: Router, line: Line, clock: Clock) -> None:
    lease(clock).take(line)
    before = leases(router)
    with pytest.raises(RefusedError, match=r"maria@nuc.*until 2026-11-06T12:10:00Z") as refused:
        lease(clock, JORGE).take(line)
    assert refused.value.exit_code is Exit.REFUSED
    assert leases(router) == before


def test_a_lease_that_ended_is_taken_over_and_nothing_of_it_stays(
    router: Router, line: Line, clock: Clock
) -> None:
    lease(clock).take(line)
    clock.passes(LASTING)
    held = lease(clock, JORGE)
    said = held.take(line)
    assert said == f"took over the lease of {MARIA} that ended at 2026-11-06T12:10:00Z"
    assert JORGE in leases(router)[NAME]
    held.release(line)
    assert leases(router) == {}


def test_a_living_lease_is_taken_over_on_request_and_its_holder_stops(
    router: Router, line: Line, clock: Clock
) -> None:
    first, second = lease(clock), lease(clock, JORGE, force=True)
    first.take(line)
    assert "was to end" in second.take(line)
    clock.passes(LASTING / 2 + timedelta(seconds=1))
    with pytest.raises(RefusedError, match=r"ours no more \(jorge@laptop.*took it over\)"):
        first.renew(line)
    first.release(line)
    assert JORGE in leases(router)[NAME]
    second.release(line)
    assert leases(router) == {}


def test_a_broken_apply_of_the_same_clone_goes_on(router: Router, line: Line, clock: Clock) -> None:
    lease(clock).take(line)  # and is killed
    held = lease(clock)
    assert "of our own broken apply" in held.take(line)
    held.release(line)
    assert leases(router) == {}


def test_long_work_makes_it_longer(router: Router, line: Line, clock: Clock) -> None:
    held = lease(clock)
    held.take(line)
    clock.passes(LASTING / 2 + timedelta(seconds=1))
    held.renew(line)
    assert "since 2026-11-06T12:00:00Z until 2026-11-06T12:15:01Z" in leases(router)[NAME]
    held.release(line)
    assert leases(router) == {}


def test_somebody_removed_it_so_nothing_more_is_written(
    router: Router, line: Line, clock: Clock
) -> None:
    held = lease(clock)
    held.take(line)
    router.remove(SCRIPTS, NAME)
    with pytest.raises(RefusedError, match="somebody removed it"):
        held.take(line)


@pytest.mark.parametrize("force", [False, True])
def test_a_script_of_that_name_that_is_none_of_ours(
    router: Router, line: Line, clock: Clock, *, force: bool
) -> None:
    router.add(SCRIPTS, name=NAME, comment="ispconf:lease 12345678 since x until y by me")
    held = lease(clock, force=force)
    if not force:
        with pytest.raises(RefusedError, match="no lease of ours"):
            held.take(line)
        assert len(leases(router)) == 1
        return
    assert "no lease of ours" in held.take(line)
    held.release(line)
    assert leases(router) == {}


@pytest.mark.parametrize("which", ["before", "after"])
def test_a_line_that_breaks_while_it_is_taken(router: Router, clock: Clock, which: str) -> None:
    held = lease(clock)
    router.faults = Faults(**{f"break_{which}_write": 1})  # type: ignore[arg-type]
    with pytest.raises(RouterError), connected(address(router)) as line:
        held.take(line)
    router.faults = Faults()
    with connected(address(router)) as line:
        assert held.take(line) == ""
        assert list(leases(router)) == [NAME]
        held.release(line)
    assert leases(router) == {}


def test_who_may_not_write_gets_no_lease(router: Router, clock: Clock) -> None:
    held = lease(clock)
    with connected(address(router, "looker")) as line:
        assert held.take(line) == ""
        held.renew(line)
        held.release(line)
    assert held.mine is None


def test_a_router_that_keeps_no_lease_is_not_written_to(
    router: Router, line: Line, clock: Clock
) -> None:
    router.faults = Faults(trap_writes={1: "failure: no space left"})
    held = lease(clock)
    with pytest.raises(RefusedError, match=r"nothing was written.*no space left"):
        held.take(line)
    assert leases(router) == {}


def test_a_lease_that_cannot_be_removed_is_told(router: Router, line: Line, clock: Clock) -> None:
    held = lease(clock)
    held.take(line)
    router.faults = Faults(trap_writes={1: "failure: busy", 2: "no such item (4)"})
    with pytest.raises(RouterError, match="could not be removed: failure: busy"):
        held.release(line)
    held.release(line)  # somebody else was quicker


@pytest.mark.parametrize("at", ["found", "buried", "always"])
def test_others_take_it_at_the_same_moment(
    router: Router, line: Line, clock: Clock, at: str
) -> None:
    """Between our look and our word the lease is given back, taken over, or taken again."""
    lease(clock).take(line)
    clock.passes(LASTING)
    late = leases(router)[NAME]

    def meanwhile(heard: object) -> None:
        if getattr(heard, "verb", "") == "add" and at in ("found", "always"):
            lost = router.rows(SCRIPTS, name=NAME)
            if lost and at == "found":
                router.remove(SCRIPTS, NAME)
            elif not lost:
                router.add(SCRIPTS, name=NAME, comment=late)
        elif getattr(heard, "verb", "") == "set" and at == "buried":
            router.set(SCRIPTS, NAME, comment=Holder("aaaaaaaa", "x", NOON, NOON).comment())

    router.before_write = meanwhile
    held = lease(clock, JORGE)
    if at == "found":
        assert held.take(line) == ""
        return
    with pytest.raises(RefusedError, match=r"again and again|just taken over"):
        held.take(line)
    router.before_write = None


def test_only_one_of_many_gets_it(simulator: Simulator, clock: Clock) -> None:
    """Twelve appliers at once, of a free lease and of one that ended: one writes, eleven wait."""
    router = simulator.router("norte-1", users={"ispconf": User("x")})
    for round_ in range(6):
        if round_ % 2:
            with connected(address(router)) as line:
                lease(clock).take(line)
            clock.passes(LASTING)
        start = threading.Barrier(12)
        won: list[Lease] = []

        def race(number: int, start: threading.Barrier = start, won: list[Lease] = won) -> None:
            held = lease(clock, f"applier {number}")
            with connected(address(router)) as line:
                start.wait(10)
                try:
                    held.take(line)
                except RefusedError:
                    return
                won.append(held)

        threads = [threading.Thread(target=race, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(won) == 1
        with connected(address(router)) as line:
            won[0].release(line)
        assert leases(router) == {}


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        (Holder("1234abcd", MARIA, NOON, NOON + LASTING).comment(), f"{MARIA} is applying to it"),
        (Holder("1234abcd", MARIA, NOON - LASTING, NOON).comment(), f"lease of {MARIA} ended"),
        ("what?", "no lease of ours"),
    ],
)
def test_the_plan_says_who_is_at_work(comment: str, says: str) -> None:
    others = {"name": "other", "comment": comment}
    assert says in seen([others, {"name": NAME, "comment": comment}], NOON)
    assert seen([others], NOON) == ""


@given(st.text(), st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
def test_what_a_lease_says_reads_back(user: str, since: datetime) -> None:
    moment = since.replace(microsecond=0, tzinfo=UTC)
    whose = owner({"USER": user}, Path("/srv/isp"))
    held = Holder("0123abcd", whose, moment, moment + LASTING)
    assert holder(held.comment()) == held


def test_whose_it_is() -> None:
    run = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "gs/red",
        "GITHUB_RUN_ID": "77",
        "GITHUB_JOB": "apply",
        "RUNNER_NAME": "Hosted 4",
        "USER": "runner",
    }
    place = Path("/srv/isp")
    assert owner(run, place) == "https://github.com/gs/red/actions/runs/77 apply on Hosted 4"
    assert owner({"USER": "maria"}, place).startswith("maria@")
    assert owner({"LOGNAME": "maria"}, place).endswith(":/srv/isp")
    assert owner({}, place).startswith("somebody@")
