"""What goes wrong on demand."""

import pytest

from ispconf.simulator import Faults, Router, wire

from .conftest import Connect, Line

ADD, PRINT = "/ppp/secret/add", "/ppp/secret/print"


def secrets(router: Router) -> list[str]:
    return [row["name"] for row in router.rows("/ppp/secret")]


def test_the_line_breaks_before_a_write_takes_effect(router: Router, line: Line) -> None:
    router.faults = Faults(break_before_write=2)
    assert line.talk(ADD, "=name=a")[-1][0] == "!done"
    line.send(ADD, "=name=b")
    assert line.sentence() == []
    assert secrets(router) == ["a"]


def test_the_line_breaks_after_a_write_took_effect(
    router: Router, line: Line, connect: Connect
) -> None:
    router.faults = Faults(break_after_write=2)
    line.talk(ADD, "=name=a")
    line.send(ADD, "=name=b")
    assert line.sentence() == []
    assert secrets(router) == ["a", "b"]
    assert router.faults.writes == 2
    assert connect(router).login().talk(ADD, "=name=c")[-1][0] == "!done"


def test_reads_are_not_counted_as_writes(router: Router, line: Line) -> None:
    router.faults = Faults(break_before_write=1)
    for _ in range(3):
        line.talk(PRINT)
    assert router.faults.writes == 0


@pytest.mark.parametrize("size", [0, 1, 17, 100])
def test_a_reply_is_cut_at_a_byte(router: Router, connect: Connect, size: int) -> None:
    for name in "abc":
        router.add("/ppp/secret", name=name)
    router.faults = Faults(cut_reply_after=size)
    line = connect(router).login()
    line.send(PRINT)
    received = b""
    while data := line.socket.recv(4096):
        received += data
    assert len(received) == size


def test_a_write_is_refused_for_no_reason(router: Router, line: Line) -> None:
    router.faults = Faults(trap_writes={2: "failure: out of memory"})
    assert line.talk(ADD, "=name=a") == [["!done", "=ret=*1"]]
    assert line.talk(ADD, "=name=b") == [["!trap", "=message=failure: out of memory"], ["!done"]]
    assert line.talk(ADD, "=name=b") == [["!done", "=ret=*2"]]


def test_logins_are_refused(router: Router, connect: Connect) -> None:
    router.faults = Faults(refuse_logins=True)
    replies = connect(router).talk("/login", "=name=ispconf", "=password=x")
    assert replies[0] == ["!trap", "=message=invalid user name or password (6)"]


def test_a_port_accepts_and_says_nothing(router: Router, connect: Connect) -> None:
    router.faults = Faults(silent=True)
    line = connect(router)
    line.send("/login", "=name=ispconf", "=password=x")
    line.socket.settimeout(0.05)
    with pytest.raises(TimeoutError):
        line.sentence()


def test_a_menu_is_missing(router: Router, line: Line) -> None:
    router.faults = Faults(missing_menus=frozenset({"/ip/hotspot/user"}))
    assert (
        line.talk("/ip/hotspot/user/print")[0][-1] == "=message=no such command or directory (user)"
    )
    assert line.talk("/ip/hotspot/print") == [["!done"]]


def test_latency_is_of_the_line_and_pipelined_commands_share_it(router: Router, line: Line) -> None:
    router.faults = Faults(latency=0.02)
    said = [wire.sentence([ADD, f"=name=a{number}", f".tag={number}"]) for number in range(50)]
    line.socket.sendall(b"".join(said))
    assert line.sentence() == ["!done", ".tag=0", "=ret=*1"]
    assert len(secrets(router)) == 50
    assert [line.sentence()[1] for _ in range(49)] == [f".tag={number}" for number in range(1, 50)]
    router.faults = Faults()
    assert line.talk(PRINT)[-1] == ["!done"]


def test_a_fatal_word_arrives_over_a_slow_line(router: Router, line: Line) -> None:
    router.faults = Faults(latency=0.01, slow=0.001)
    assert line.talk("/quit") == [["!fatal", "session terminated on request"]]


def test_a_cut_line_with_latency_is_cut_at_the_byte_too(router: Router, connect: Connect) -> None:
    router.add("/ppp/secret", name="a")
    router.faults = Faults(cut_reply_after=10, latency=0.001)
    line = connect(router).login()
    line.send(PRINT)
    received = b""
    while data := line.socket.recv(4096):
        received += data
    assert len(received) == 10
