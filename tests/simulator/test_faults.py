"""What goes wrong on demand."""

import socket

import pytest

from ispconf.simulator import Faults, Meddler, Router, wire
from ispconf.simulator.faults import OPTIONS

from .conftest import Clock, Connect, Line

ADD, PRINT = "/ppp/secret/add", "/ppp/secret/print"
SET, REMOVE = "/ppp/secret/set", "/ppp/secret/remove"


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


def test_a_full_disk_keeps_nothing_and_still_drops_sessions(router: Router, line: Line) -> None:
    router.add("/ppp/secret", name="ana", password="x")
    router.dial("ana", "x")
    router.faults = Faults(disk_full=True)
    assert line.talk(ADD, "=name=b")[0][1].startswith("=message=failure: not enough space")
    assert line.talk(REMOVE, "=.id=ana")[0][0] == "!trap"
    (resource,) = line.rows("/system/resource/print")
    assert resource["free-hdd-space"] == "0"
    (session,) = line.rows("/ppp/active/print")
    assert line.talk("/ppp/active/remove", f"=.id={session['.id']}") == [["!done"]]
    router.faults.disk_full = False
    assert line.talk(ADD, "=name=b")[-1][0] == "!done"
    assert secrets(router) == ["ana", "b"]


def refused(router: Router) -> bool:
    try:
        socket.create_connection((router.host, router.port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_reboot_lasts_until_the_clock_says_so(router: Router, line: Line, clock: Clock) -> None:
    router.faults = Faults(reboot_at_write=2, downtime=30)
    line.talk(ADD, "=name=a")
    line.send(ADD, "=name=b")
    assert line.sentence() == []
    assert refused(router)
    clock.now += 29
    assert refused(router)
    clock.now += 1
    while refused(router):
        pass
    assert secrets(router) == ["a"]


def test_a_router_that_is_shut_down_keeps_its_ports(router: Router, connect: Connect) -> None:
    port = router.port
    for _ in range(2):
        router.shut_down()
        assert refused(router)
        router.reboot(3600)  # the power goes while it is down
        assert refused(router)
        router.start_up()
        assert connect(router).login().talk(ADD, "=name=a")
    router.start_up()
    assert router.port == port


def test_a_router_can_be_closed_while_it_is_down(router: Router) -> None:
    router.shut_down()
    assert refused(router)


@pytest.mark.parametrize(
    ("sentence", "answer", "left"),
    [
        ((ADD, "=name=b"), "secret with the same name already exists", {"a": "", "b": "by hand"}),
        ((SET, "=.id=*1", "=profile=default"), "", {"a": "by hand"}),
        ((REMOVE, "=.id=*1"), "no such item", {}),
        (("/ppp/profile/remove", "=.id=*0"), "can not remove default profile", {"a": ""}),
        (("/ppp/secret/disable", "=.id=*1"), "", {"a": ""}),
    ],
)
def test_an_administrator_is_faster(
    router: Router, line: Line, sentence: tuple[str, ...], answer: str, left: dict[str, str]
) -> None:
    router.add("/ppp/secret", name="a")
    router.faults = Faults(meddle_at_write=1)
    reply = line.talk(*sentence)[0]
    assert answer in reply[-1] if answer else reply == ["!done"]
    assert {row["name"]: row.get("comment", "") for row in router.rows("/ppp/secret")} == left


def test_a_meddler_does_what_he_is_told_at_one_write(router: Router, line: Line) -> None:
    router.before_write = Meddler(2, lambda heard: router.remove(heard.path, "a"))
    line.talk(ADD, "=name=a")
    line.talk(ADD, "=name=b")
    line.talk(ADD, "=name=a")
    assert secrets(router) == ["b", "a"]


def test_every_fault_can_be_written_as_text() -> None:
    told = Faults.parse(f"{name}={example}" for name, (_, example) in OPTIONS.items())
    assert told.trap_writes == {3: "failure: out of memory"}
    assert told.missing_menus == {"/ip/hotspot"}
    assert (told.latency, told.downtime, told.silent, told.disk_full) == (0.05, 30.0, True, True)
    fields = set(Faults.__dataclass_fields__) - {"writes"}
    assert {name.replace("-", "_") for name in OPTIONS} == fields


def test_traps_and_menus_add_up_and_a_switch_needs_no_value() -> None:
    told = Faults.parse(
        ["trap-writes=1:x", "trap-writes=2", "missing-menus=/a", "missing-menus=/b", "silent"]
    )
    assert told.trap_writes == {1: "x", 2: "failure: simulated"}
    assert told.missing_menus == {"/a", "/b"}
    assert told.silent


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("fire=yes", "'fire' is no fault; there are latency, "),
        ("latency=fast", "'fast': write it like latency=0.05"),
        ("latency=-1", "write it like latency=0.05"),
        ("slow=nan", "write it like slow=0.2"),
        ("break-after-write=-3", "write it like break-after-write=3"),
        ("silent=maybe", "write it like silent=yes"),
        ("trap-writes=x:y", "write it like trap-writes=3:"),
        ("missing-menus=hotspot", "write it like missing-menus=/ip/hotspot"),
    ],
)
def test_a_fault_that_is_none_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Faults.parse([text])
