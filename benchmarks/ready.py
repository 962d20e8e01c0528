"""Routers that only repeat what was recorded or made ahead, so that they are never the limit.

They run in a process of their own. A login is always right; a print that nobody recorded is empty;
every other order is done. Replies can spend a while on the line (``latency``), and orders inside
the router, one after another (``work``), both in seconds.
"""

import asyncio
import multiprocessing
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from ispconf.edge.sentences import encoded

Words = tuple[str, ...]
Answers = Mapping[bytes, bytes]
"""Replies by command, with TAG where the command's tag goes."""

HOST = "127.0.0.1"
TAG = ".tag=(tag)"
_TAG = bytes([len(TAG)]) + TAG.encode()
_MARK = b".tag="


def answer(words: Words, rows: Iterable[Mapping[str, str]]) -> tuple[bytes, bytes]:
    """A command and its reply with these rows."""
    said = [encoded(("!re", TAG, *(f"={k}={v}" for k, v in row.items()))) for row in rows]
    return encoded(words), b"".join(said) + encoded(("!done", TAG))


def recorded(port: int, login: Words, requests: Iterable[Words]) -> Answers:
    """What the router at this port answers."""
    with socket.create_connection((HOST, port)) as sock:
        _ask(sock, login)
        return {encoded(words): _ask(sock, words) for words in requests}


def _ask(sock: socket.socket, words: Words) -> bytes:
    sock.sendall(encoded((*words, TAG)))
    heard = bytearray()
    while not heard.endswith(b"\x05!done" + _TAG + b"\0"):
        piece = sock.recv(1 << 18)
        if not piece:
            raise ConnectionError(f"{words[0]} was not answered")
        heard += piece
    return bytes(heard)


@contextmanager
def serving(
    routers: Sequence[Answers], latency: float = 0.0, work: float = 0.0, first: int = 0
) -> Iterator[list[int]]:
    """The ports of routers that give these answers, until the block ends; from ``first`` on."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(
        target=_serve, args=(theirs, routers, latency, work, first), daemon=True
    )
    server.start()
    theirs.close()  # so that its end is seen here when it fails
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def _serve(
    out: Connection, routers: Sequence[Answers], latency: float, work: float, first: int
) -> None:
    with suppress(KeyboardInterrupt):
        asyncio.run(_listen(out, routers, latency, work, first))


async def _listen(
    out: Connection, routers: Sequence[Answers], latency: float, work: float, first: int
) -> None:
    loop = asyncio.get_running_loop()
    ports = []
    for number, answers in enumerate(routers):
        server = await loop.create_server(
            lambda answers=answers: Repeater(answers, latency, work),  # type: ignore[misc]
            HOST,
            first and first + number,
            backlog=1024,
        )
        ports.append(server.sockets[0].getsockname()[1])
    out.send(ports)
    left = asyncio.Event()
    loop.add_reader(out.fileno(), left.set)  # its end is seen here, however the other side ended
    await left.wait()


class Repeater(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, answers: Answers, latency: float, work: float) -> None:
        self._answers = answers
        self._latency, self._work = latency, work
        self._free = 0.0
        self._data = b""
        self._late: deque[bytes] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._out = transport

    def data_received(self, data: bytes) -> None:
        """Answers all whole commands at once, or each when it is done and has travelled."""
        self._data += data
        replies = list(self._replies())
        if not self._work:
            replies = [b"".join(replies)]
        loop = asyncio.get_running_loop()
        for reply in replies:
            self._free = max(self._free, loop.time()) + self._work
            if not self._latency and not self._work:
                self._out.write(reply)
                continue
            self._late.append(reply)
            loop.call_at(self._free + self._latency, self._send)

    def _send(self) -> None:
        reply = self._late.popleft()
        if not self._out.is_closing():
            self._out.write(reply)

    def _replies(self) -> Iterator[bytes]:
        at = begin = 0
        tag = cut = b""
        data = self._data
        with suppress(IndexError):
            while True:
                length = data[at]
                size = 1
                if length > 127:
                    length, size = (length & 63) << 8 | data[at + 1], 2
                if not length:
                    command = (
                        data[begin : at + 1].replace(cut, b"") if cut else data[begin : at + 1]
                    )
                    yield self._answers.get(command, _done(command)).replace(_TAG, tag)
                    at = begin = at + 1
                    tag = cut = b""
                    continue
                if data[at + size : at + size + len(_MARK)] == _MARK:
                    tag = cut = data[at : at + size + length]
                at += size + length
        self._data = data[begin:]


def _done(command: bytes) -> bytes:
    word = command[1 : 1 + command[0]]
    ret = b"\x07=ret=*1" if word.endswith(b"/add") else b""
    return b"\x05!done" + ret + _TAG + b"\0"
