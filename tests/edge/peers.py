"""TCP peers that say recorded bytes: what a router, or something that is none, once said."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from librouteros.protocol import encode_sentence

LOGGED_IN = b"\x05!done\x06.tag=1\x00"


def says(*words: str) -> bytes:
    return encode_sentence(*words, encoding="utf-8")


def facts(first: int = 2, *, version: str = "7.16.2 (stable)") -> bytes:
    """What a router tells a new client of itself, answering tags from ``first`` on."""
    tags = [f".tag={first + at}" for at in range(4)]
    return b"".join(
        (
            says("!re", tags[0], f"=version={version}", "=board-name=RB5009"),
            says("!done", tags[0]),
            says("!re", tags[1], "=name=norte-1"),
            says("!done", tags[1]),
            says("!re", tags[2], "=group=full"),
            says("!done", tags[2]),
            says("!re", tags[3], "=name=full", "=policy=api,read,write,sensitive,!ftp"),
            says("!done", tags[3]),
        )
    )


@contextmanager
def served(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A loopback port whose first client is given to ``talk`` in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError), server.accept()[0] as client:
                talk(client)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)  # nobody came
        thread.join(5)


def replies(*steps: tuple[int, bytes]) -> Callable[[socket.socket], None]:
    """Hears so many sentences, says the bytes, and so on; then closes."""

    def talk(client: socket.socket) -> None:
        for sentences, record in steps:
            hear(client, sentences)
            client.sendall(record)

    return talk


def hear(client: socket.socket, sentences: int = 1) -> bytes:
    """The bytes of so many sentences; no length byte may be zero in what the tests send."""
    heard = b""
    while heard.count(0) < sentences:
        piece = client.recv(1 << 16)
        if not piece:
            raise ConnectionError
        heard += piece
    return heard


def until_left(client: socket.socket) -> None:
    """Listens without a word until the client goes."""
    while client.recv(1 << 16):
        pass
