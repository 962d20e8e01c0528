"""A port of a router: open, refusing while the router is down, or closed for good.

While a router is down its ports stay taken (bound, and nobody listens), so that connections are
refused and no other program gets them in the meantime.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 100

Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


class Port:
    """One listening socket; used on the event loop's thread only. Port 0 takes a free one."""

    def __init__(self, number: int, accept: Accept, tls: ssl.SSLContext | None = None) -> None:
        self._accept, self._tls = accept, tls
        self._socket = _bound(number)
        self.number: int = self._socket.getsockname()[1]
        self._server: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take connections, also those that have come since the socket listens."""
        self._socket.listen(_BACKLOG)
        self._server = await asyncio.start_server(self._accept, sock=self._socket, ssl=self._tls)

    def shut(self) -> None:
        """Refuse connections, and keep the port."""
        self.close()
        self._socket = _bound(self.number)

    def reopen(self) -> None:
        """Take connections again: from this moment on nobody is refused."""
        self._socket.listen(_BACKLOG)
        self._opening = asyncio.get_running_loop().create_task(self.open())

    def close(self) -> None:
        """Listen no more."""
        if self._opening:
            self._opening.cancel()
        if self._server:
            self._server.close()
        self._opening = self._server = None
        self._socket.close()


def _bound(number: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it on, each small
    # reply would wait 40 ms for the client's delayed acknowledgement.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((LOOPBACK, number))
    except OSError:
        made.close()
        raise
    return made
