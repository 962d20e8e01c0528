import socket
from collections.abc import Callable, Iterator

import pytest

from ispconf.simulator import Router, Simulator, User
from ispconf.simulator.device import Device

USERS = {
    "ispconf": User("x"),
    "reader": User("r", "read"),
    "writer": User("w", "write"),
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_767_225_600.0  # 2026-01-01 00:00:00

    def __call__(self) -> float:
        return self.now


class Line:
    """A client that is written apart: bytes in, bytes out."""

    def __init__(self, router: Router) -> None:
        self.socket = socket.create_connection((router.host, router.port), timeout=5)
        self._file = self.socket.makefile("rb")

    def send(self, *words: str | bytes) -> None:
        raw = [word.encode() if isinstance(word, str) else word for word in words]
        self.socket.sendall(b"".join(_length(len(each)) + each for each in raw) + b"\0")

    def sentence(self) -> list[str]:
        """The next sentence; an empty list at the end of the connection."""
        words: list[str] = []
        while True:
            first = self._file.read(1)
            if not first or first == b"\0":
                return words
            extra = _more(first[0])
            size = int.from_bytes(first + self._file.read(extra), "big")
            size &= (0x7F, 0x3FFF, 0x1FFFFF, 0xFFFFFFF, 0xFFFFFFFF)[extra]
            words.append(self._file.read(size).decode("utf-8", "surrogateescape"))

    def talk(self, *words: str | bytes) -> list[list[str]]:
        """All replies to one command, up to and with ``!done`` or the end."""
        self.send(*words)
        replies: list[list[str]] = []
        while not replies or replies[-1][:1] not in ([], ["!done"], ["!fatal"]):
            replies.append(self.sentence())
        return replies

    def rows(self, *words: str) -> list[dict[str, str]]:
        """The rows of a print."""
        found = []
        for reply in self.talk(*words):
            if reply[0] == "!re":
                pairs = [word[1:].partition("=") for word in reply[1:] if word[0] == "="]
                found.append({name: text for name, _, text in pairs})
        return found

    def login(self, name: str = "ispconf", password: str = "x") -> "Line":
        assert self.talk("/login", f"=name={name}", f"=password={password}") == [["!done"]]
        return self

    def close(self) -> None:
        self._file.close()
        self.socket.close()


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    if size < 0x4000:
        return (size | 0x8000).to_bytes(2, "big")
    if size < 0x200000:
        return (size | 0xC00000).to_bytes(3, "big")
    return (size | 0xE0000000).to_bytes(4, "big")


def _more(first: int) -> int:
    return sum(first >= mark for mark in (0x80, 0xC0, 0xE0, 0xF0))


Connect = Callable[[Router], Line]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(clock: Clock) -> Iterator[Simulator]:
    with Simulator(clock) as running:
        yield running


@pytest.fixture
def router(simulator: Simulator) -> Router:
    return simulator.router("norte-1", "7.16.2", users=USERS)


@pytest.fixture
def connect() -> Iterator[Connect]:
    opened: list[Line] = []

    def dial(router: Router) -> Line:
        opened.append(Line(router))
        return opened[-1]

    yield dial
    for line in opened:
        line.close()


@pytest.fixture
def line(router: Router, connect: Connect) -> Line:
    return connect(router).login()


@pytest.fixture
def device(clock: Clock) -> Device:
    return Device("norte-1", "7.16.2", clock)
