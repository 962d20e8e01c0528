import heapq
import socket
from collections import deque
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.edge.pace import LIMIT, PATIENCE, START, Pace
from ispconf.edge.wire import Command, Wire
from tests.edge.peers import says

Cost = Callable[[int], float]  # seconds the router needs for its n-th command


def run(
    pace: Pace, commands: int, trip: float, cost: Cost, refused: Callable[[int], bool] = bool
) -> tuple[float, list[int]]:
    """Virtual seconds that so many commands take, and the window at each answer."""
    now = free = 0.0
    out: deque[tuple[float, float, int]] = deque()
    windows: list[int] = []
    sent = 0
    while out or sent < commands:
        while sent < commands and len(out) < pace.window:
            free = max(free, now + trip / 2) + cost(sent)
            out.append((now, free + trip / 2, sent))
            sent += 1
        unanswered = len(out)
        now = out[0][1]
        while out and out[0][1] <= now:
            since, _, which = out.popleft()
            pace.answered(since, now, unanswered, refused=refused(which))
            windows.append(pace.window)
    return now, windows


def never(_: int) -> bool:
    return False


def taking(seconds: float) -> Cost:
    return lambda _: seconds


def test_the_first_commands_are_few() -> None:
    _, windows = run(Pace(), START, 0.05, taking(0.001), never)
    assert windows[0] <= START + 1


def test_a_far_router_that_keeps_up_is_soon_given_the_most() -> None:
    seconds, windows = run(Pace(), 10_000, 0.05, taking(0), never)
    assert windows[LIMIT] == LIMIT
    assert seconds < 0.05 * (10_000 / LIMIT + 5)


@pytest.mark.parametrize("trip", [0.0, 0.005, 0.05, 0.3])
@pytest.mark.parametrize("cost", [0.0003, 0.001, 0.003, 0.02])
def test_the_router_is_kept_busy_and_not_buried(trip: float, cost: float) -> None:
    seconds, windows = run(Pace(), 5000, trip, taking(cost), never)
    best = max(5000 * cost, 5000 / LIMIT * trip)
    assert seconds < 1.15 * best + 10 * trip
    settled = windows[len(windows) // 2 :]
    assert max(settled) * cost <= trip + 2 * PATIENCE + 2 * cost


def test_a_router_that_slows_down_is_given_less_and_later_more_again() -> None:
    def cost(which: int) -> float:
        return 0.02 if 2000 <= which < 3000 else 0.0005

    _, windows = run(Pace(), 6000, 0.05, cost, never)
    assert windows[1500] == LIMIT
    assert max(windows[2500:2900]) * 0.02 <= 0.05 + 2 * PATIENCE + 0.04
    assert windows[-1] == LIMIT


def test_a_stall_of_the_line_halves_once() -> None:
    _, windows = run(Pace(), 3000, 0.01, lambda n: 5.0 if n == 1000 else 0.0001, never)
    assert windows[900] == LIMIT
    assert min(windows[900:]) == LIMIT // 2


def test_one_refusal_is_soon_forgotten_and_a_storm_of_them_ends_in_one_at_a_time() -> None:
    _, one = run(Pace(), 3000, 0.05, taking(0), lambda n: n == 1000)
    assert min(one[900:]) == LIMIT // 2
    assert one[-1] == LIMIT
    _, storm = run(Pace(), 300, 0.05, taking(0), lambda _: True)
    assert storm[40:] == [1] * 260


def test_orders_one_after_another_prove_nothing_about_many() -> None:
    pace = Pace()
    for n in range(500):
        pace.answered(n, n + 0.01, 1, refused=False)
    assert pace.window == START


def test_a_fixed_pace_stays() -> None:
    assert set(run(Pace.fixed(7), 200, 0.05, taking(0.02), lambda n: n % 3 == 0)[1]) == {7}


@given(
    st.lists(st.tuples(st.floats(0, 40), st.booleans()), max_size=300), st.integers(1, 2 * LIMIT)
)
def test_the_window_stays_between_one_and_the_limit(
    answers: list[tuple[float, bool]], unanswered: int
) -> None:
    pace, now = Pace(), 0.0
    for taken, refused in answers:
        now += taken
        pace.answered(now - taken, now, unanswered, refused=refused)
        assert 1 <= pace.window <= LIMIT


class Scripted(socket.socket):
    """Our end of a line whose other end answers each command after some virtual seconds."""

    def __init__(self, trip: float, cost: float) -> None:
        super().__init__()
        self.now = self.free = 0.0
        self.trip, self.cost = trip, cost
        self.answers: list[tuple[float, int]] = []
        self.heard = self.most = 0

    def sendall(self, data: bytes, flags: int = 0, /) -> None:  # type: ignore[override]
        assert not flags
        for _ in range(bytes(data).count(b"\0")):
            self.heard += 1
            self.free = max(self.free, self.now + self.trip / 2) + self.cost
            heapq.heappush(self.answers, (self.free + self.trip / 2, self.heard))
        self.most = max(self.most, len(self.answers))

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        assert size > 0
        assert not flags
        when, tag = heapq.heappop(self.answers)
        self.now = max(self.now, when)
        return says("!done", f".tag={tag}", f"=ret=*{tag:X}")


def test_ten_thousand_adds_at_50_ms_take_less_than_twelve_seconds() -> None:
    peer = Scripted(0.05, 0.0005)
    with closing(Wire(peer)) as wire:
        asked = [Command(("/ppp/secret/add", f"=name=s{n}")) for n in range(10_000)]
        wire.talk(asked, Pace(clock=lambda: peer.now))
    assert all(command.done for command in asked)
    assert peer.now < 6
    assert peer.most <= LIMIT
