import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from librouteros.exceptions import ConnectionClosed, FatalError, ProtocolError

from ispconf.edge.pace import Pace
from ispconf.edge.wire import Command, SilentError, Wire
from tests.edge.peers import says

Ends = tuple[Wire, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with closing(Wire(ours)) as wire, theirs:
        yield wire, theirs


def word(text: bytes, form: int = 0) -> bytes:
    """A word whose length is written in the given form, also where a shorter one would do."""
    marks = (0, 0x8000, 0xC00000, 0xE0000000, 0xF000000000)
    return (marks[form] | len(text)).to_bytes(form + 1, "big") + text


@pytest.mark.parametrize("size", [0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000])
def test_long_values_are_whole(size: int, ends: Ends) -> None:
    wire, theirs = ends
    value = "ñ" + "x" * (size - 3 - 2)
    data = says("!re", f"=c={value}") + says("!done")
    sender = threading.Thread(target=theirs.sendall, args=(data,))
    sender.start()
    got = wire.receive()
    while len(got) < 2:
        got += wire.receive()
    sender.join()
    assert got == [("!re", "", {"c": value}), ("!done", "", {})]


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x15\x03\x03\x00\x02\x02\x28",  # a TLS alert
        says("=name=x"),
        says(".tag=1"),
    ],
)
def test_another_service_is_told_from_a_router_at_once(data: bytes, ends: Ends) -> None:
    wire, theirs = ends
    theirs.sendall(data)
    with pytest.raises(ProtocolError, match="not the RouterOS API"):
        wire.receive()


def test_a_length_beyond_reason_is_not_waited_for(ends: Ends) -> None:
    wire, theirs = ends
    theirs.sendall(word(b"!re") + b"\xf0\xff\xff\xff\xff=a=b")
    with pytest.raises(ProtocolError, match="not the RouterOS API"):
        wire.receive()


@given(st.lists(st.integers(1, 40), max_size=8))
def test_however_the_bytes_are_cut_the_sentences_are_the_same(cuts: list[int]) -> None:
    data = b"".join(
        says("!re", f"=name=Núñez {n}", f"=comment={'x' * n}", ".tag=1") for n in (1, 130, 20)
    )
    ours, theirs = socket.socketpair()
    with closing(Wire(ours)) as wire, theirs:
        found = []
        for cut in [*cuts, len(data)]:
            theirs.sendall(data[:cut])
            data = data[cut:]
            ours.settimeout(0)  # what has come is taken at once, whole sentence or not
            with suppress(ConnectionClosed):
                found += wire.receive()
    assert [fields["name"] for _, _, fields in found] == ["Núñez 1", "Núñez 130", "Núñez 20"]


# commands and their replies


def commands(count: int) -> list[Command]:
    return [Command(("/ppp/secret/add", f"=name=s{n}")) for n in range(count)]


def test_replies_are_matched_by_tag_in_any_order(ends: Ends) -> None:
    wire, theirs = ends
    theirs.sendall(
        says("!re", ".tag=2", "=name=two")
        + says("!re", "=name=one", ".tag=1")
        + says("!done", ".tag=3", "=ret=*3")
        + says("!empty", ".tag=2")
        + says("!done", ".tag=2")
        + says("!trap", "=category=2", "=message=interrupted", ".tag=1")
        + says("!trap", "=message=twice", ".tag=1")
        + says("!done", ".tag=1")
    )
    asked = commands(3)
    heard: list[int] = []
    wire.talk(asked, Pace.fixed(3), lambda at, _: heard.append(at))
    assert heard == [2, 1, 0]
    assert [c.rows for c in asked] == [[{"name": "one"}], [{"name": "two"}], []]
    assert [c.traps for c in asked] == [["interrupted", "twice"], [], []]
    assert asked[2].ret == "*3"


@pytest.mark.parametrize("window", [1, 3, 32])
def test_no_more_than_the_window_is_unanswered(window: int) -> None:
    ours, theirs = socket.socketpair()
    with closing(Wire(ours)) as wire, theirs:
        asked = commands(10)
        most = [0]

        def answer(sock: socket.socket) -> None:
            pending = b""
            for tag in range(1, 11):
                while not pending.count(b"\0"):
                    pending += sock.recv(1 << 16)
                most[0] = max(most[0], pending.count(b"\0"))
                pending = pending.split(b"\0", 1)[1]
                sock.sendall(says("!done", f".tag={tag}"))

        worker = threading.Thread(target=answer, args=(theirs,))
        worker.start()
        wire.talk(asked, Pace.fixed(window))
        worker.join()
    assert all(command.done for command in asked)
    assert most[0] <= window


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (says("!fatal", "session terminated on request"), "session terminated on request"),
        (says("!fatal", "=message=too many commands before login"), "too many commands"),
        (says("!fatal"), "no reason given"),
    ],
)
def test_what_was_answered_before_the_end_is_known(reply: bytes, error: str, ends: Ends) -> None:
    wire, theirs = ends
    theirs.sendall(says("!done", ".tag=2", "=ret=*2") + reply)
    asked = commands(4)
    with pytest.raises(FatalError, match=error):
        wire.talk(asked, Pace.fixed(3))
    assert [(c.sent, c.done) for c in asked] == [
        (True, False),
        (True, True),
        (True, False),
        (False, False),
    ]


def test_good_answers_before_nonsense_are_taken_first(ends: Ends) -> None:
    wire, theirs = ends
    theirs.sendall(says("!done", ".tag=1") + b"\x05HTTP/1.1")
    asked = commands(2)
    with pytest.raises(ProtocolError, match="not the RouterOS API"):
        wire.talk(asked, Pace.fixed(2))
    assert [c.done for c in asked] == [True, False]


def test_an_answer_to_nothing_that_was_asked_ends_it(ends: Ends) -> None:
    wire, theirs = ends
    theirs.sendall(says("!done", ".tag=77"))
    with pytest.raises(ProtocolError, match="was not sent"):
        wire.talk(commands(1), Pace.fixed(1))


def test_silence_and_closing_are_told_apart(ends: Ends) -> None:
    wire, theirs = ends
    wire.socket.settimeout(0.01)
    with pytest.raises(SilentError, match="says nothing"):
        wire.receive()
    with pytest.raises(SilentError, match="does not take"):
        wire.send(b"x" * (1 << 26))
    theirs.close()
    with pytest.raises(ConnectionClosed):
        wire.receive()
    with pytest.raises(ConnectionClosed, match="pipe"):
        wire.send(b"x" * 100)


def test_a_reset_is_a_lost_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        wire = Wire(socket.create_connection(server.getsockname()))
        theirs, _ = server.accept()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        theirs.close()
        with closing(wire), pytest.raises(ConnectionClosed, match="reset"):
            wire.receive()


def test_a_wire_can_be_woken_from_another_thread(ends: Ends) -> None:
    wire, _ = ends
    wire.abort()
    with pytest.raises(ConnectionClosed, match="closed"):
        wire.receive()
    with pytest.raises(ConnectionClosed, match="given up"):
        wire.send(b"x")
    wire.close()
    wire.abort()  # nothing is left to wake
    with socket.socket() as another, pytest.raises(ConnectionClosed, match="given up"):
        wire.use(another)


def test_a_word_that_cannot_be_written_stops_all_before_anything_is_sent(ends: Ends) -> None:
    wire, theirs = ends
    asked = [*commands(1), Command(("/ppp/secret/add", "=name=\ud800"))]
    with pytest.raises(UnicodeEncodeError):
        wire.talk(asked, Pace.fixed(2))
    wire.close()
    assert theirs.recv(10) == b""
    assert not any(command.sent for command in asked)
