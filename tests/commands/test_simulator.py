"""``simulator``: routers in a process of their own, until Ctrl-C."""

import json
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import Any

import pytest
from librouteros import connect
from librouteros.exceptions import TrapError

from ispconf.simulator.faults import OPTIONS
from tests.commands.world import Isp


def unasked_port() -> int:
    """A free port below those that the system gives to every connection and every test.

    One of theirs, free now, can be another test's before a process has started to listen on it.
    """
    while True:
        port = SystemRandom().randrange(15_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def started(isp: Isp, *words: str, routers: int) -> tuple[Any, list[dict[str, Any]]]:
    """The process, and what it says of each router once that listens."""
    process = isp.process("simulator", "--format", "json", *words)
    assert process.stdout
    return process, [json.loads(process.stdout.readline()) for _ in range(routers)]


def ended(process: Any) -> None:
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "stopped\n")


def test_the_routers_of_the_inventory_speak(isp: Isp) -> None:
    for name, router in isp.routers.items():
        isp.change(f"inventory/{name}.yaml", f"port: {router.port}", f"port: {unasked_port()}")
    process, said = started(isp, routers=3)
    assert [each["router"] for each in said] == ["centro-1", "norte-1", "sur-1"]
    assert isp.apply().code == 0
    assert isp.plan().changes == []
    assert not any(router.log for router in isp.routers.values())
    ended(process)


def test_a_router_keeps_what_it_held(isp: Isp, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    words = ("--router", "lab", "--version", "6.49.17", "--state", state)
    process, (said,) = started(isp, *words, routers=1)
    assert (said["router"], said["routeros"], said["host"]) == ("lab", "6.49.17", "127.0.0.1")
    ended(process)
    saved = tmp_path / "state" / "lab.json"
    assert json.loads(saved.read_text(encoding="utf-8"))
    process, _ = started(isp, *words, routers=1)
    ended(process)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--router", "lab:x"], 2, "write it like lab:8728"),
        (["--router", "lab:1", "--version", "7.16.2"], 1, "cannot listen on port 1"),
    ],
)
def test_routers_that_cannot_start(isp: Isp, words: list[str], code: int, said: str) -> None:
    if "lab:1" in words:
        words = ["--router", f"lab:{isp.routers['sur-1'].port}"]
        said = "cannot listen on port"
    ran = isp.run("simulator", *words)
    assert ran.code == code
    assert said in ran.err


def test_an_inventory_without_this_machine(isp: Isp) -> None:
    for name in isp.routers:
        isp.change(f"inventory/{name}.yaml", "host: 127.0.0.1", "host: 10.8.0.11")
    ran = isp.run("simulator")
    assert ran.code == 1
    assert "no router of inventory/ has this machine as its host" in ran.err


def test_a_state_that_is_none(isp: Isp, tmp_path: Path) -> None:
    (tmp_path / "lab.json").write_text("{", encoding="utf-8")
    ran = isp.run("simulator", "--router", "lab", "--state", str(tmp_path))
    assert ran.code == 1
    assert "is not a saved router" in ran.err


def test_faults_and_a_device_mode_are_those_that_were_asked_for(isp: Isp) -> None:
    words = ("--router", "lab", "--version", "7.20", "--device-mode", "basic")
    faults = ("--fault", "trap-writes=1:not now", "--fault", "missing-menus=/ip/arp")
    process, (said,) = started(isp, *words, *faults, routers=1)
    api = connect("127.0.0.1", "admin", "", port=said["port"])
    assert next(iter(api.path("system", "device-mode")))["mode"] == "basic"
    with pytest.raises(TrapError, match="no such command or directory"):
        list(api.path("ip", "arp"))
    with pytest.raises(TrapError, match="not now"):
        api.path("ip", "pool").add(name="a", ranges="10.0.0.1")
    api.path("ip", "pool").add(name="a", ranges="10.0.0.1")
    api.close()
    ended(process)


def test_faults_come_and_go_while_it_runs(isp: Isp) -> None:
    process = isp.process("simulator", "--format", "json", "--router", "lab", stdin=subprocess.PIPE)
    given, told = process.stdin, process.stdout
    assert given
    assert told
    port = json.loads(told.readline())["port"]

    def ask(line: str) -> Any:
        given.write(f"{line}\n")
        given.flush()
        return json.loads(told.readline())["faults"]

    assert ask("lab refuse-logins=yes trap-writes='1:failure: no'") == [
        "refuse-logins=yes", "trap-writes=1:failure: no",
    ]  # fmt: skip
    with pytest.raises(TrapError):
        connect("127.0.0.1", "admin", "", port=port)
    assert ask("other fire=yes\nother\n* ") == []  # two lines that ask for nothing there is
    connect("127.0.0.1", "admin", "", port=port).close()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert err.splitlines()[1:] == ["'other' is no router; there are lab", "stopped"]


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [("fire=yes", "'fire' is no fault"), ("latency=x", "'x': write it like latency=0.05")],
)
def test_a_fault_that_there_is_not(isp: Isp, fault: str, complaint: str) -> None:
    ran = isp.run("simulator", "--router", "lab", "--fault", fault)
    assert ran.code == 2
    assert complaint in ran.err


def test_the_help_knows_every_fault(isp: Isp) -> None:
    told = isp.run("simulator", "--help", here=False).out
    assert [name for name in OPTIONS if f" {name}=" not in told] == []
