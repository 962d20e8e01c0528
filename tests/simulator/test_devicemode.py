"""What a board forbids can be configured, and does nothing."""

import pytest

from ispconf.simulator import Router, Simulator
from ispconf.simulator.devicemode import NOTE

from .conftest import USERS, Clock, Connect

POOL, HOTSPOT, SCHEDULER = "/ip/pool", "/ip/hotspot", "/system/scheduler"
MODE = "/system/device-mode/print"


@pytest.fixture
def board(simulator: Simulator) -> Router:
    made = simulator.router("board", "7.20.1", users=USERS)
    made.add("/interface/bridge", name="lan")
    return made


@pytest.mark.parametrize(
    ("mode", "forbidden"),
    [("home", {HOTSPOT, SCHEDULER}), ("basic", {HOTSPOT}), ("advanced", set())],
)
def test_rows_say_why_they_do_nothing(
    board: Router, connect: Connect, mode: str, forbidden: set[str]
) -> None:
    board.set_mode(mode)
    board.add(HOTSPOT, interface="lan")
    board.add(SCHEDULER, name="s")
    line = connect(board).login()
    (said,) = line.rows(MODE)
    assert said["mode"] == mode
    for path in (HOTSPOT, SCHEDULER):
        about = {".about": NOTE} if path in forbidden else {}
        (row,) = line.rows(f"{path}/print")
        assert {name: row[name] for name in row if name == ".about"} == about
        assert line.rows(f"{path}/print", "=.proplist=.about") == [about]
        assert said[path.rpartition("/")[2]] == ("false" if about else "true")


def test_schedules_wait_for_who_presses_the_button(board: Router, clock: Clock) -> None:
    board.set_mode("home")
    event = "/ip pool add name=a ranges=10.0.0.1"
    board.add(SCHEDULER, name="s", interval="1m", on_event=event)
    board.add(SCHEDULER, name="start", start_time="startup", on_event=event.replace("=a", "=b"))
    clock.now += 61
    board.reboot()
    clock.now += 61
    assert board.rows(POOL) == []
    board.set_mode("advanced")
    assert [row["name"] for row in board.rows(POOL)] == ["a"]


def test_before_7_17_nothing_is_forbidden(simulator: Simulator, connect: Connect) -> None:
    old = simulator.router("old", "7.16.2", users=USERS)
    old.set_mode("home")
    old.add(SCHEDULER, name="s")
    assert ".about" not in old.rows(SCHEDULER)[0]
    assert connect(old).login().talk(MODE)[0][0] == "!trap"
