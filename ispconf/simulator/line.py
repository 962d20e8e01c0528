"""The way out of a router: sentences onto a socket, with the faults that a line can have.

Knows latency (what is sent arrives later, in order, and overlaps with what is sent after it) and a
line that ends after so many bytes. Knows nothing of commands.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from ispconf.simulator import wire
from ispconf.simulator.faults import Faults
from ispconf.simulator.refusals import RefusalError


class GoneError(Exception):
    """This connection is at its end."""


class Line:
    """What one client hears."""

    def __init__(self, writer: asyncio.StreamWriter, faults: Callable[[], Faults]) -> None:
        self.peer: str = writer.get_extra_info("peername")[0]
        self.counting = False
        self._writer = writer
        self._faults = faults
        self._counted: Faults | None = None
        self._sent = 0
        self._waiting: deque[tuple[float, bytes, bool]] = deque()
        self._carrier: asyncio.Task[None] | None = None

    def say(self, reply: str, tag: str | None, *words: str) -> None:
        """One sentence, with the tag of its command."""
        mark = [] if tag is None else [f".tag={tag}"]
        self.send(wire.sentence([reply, *mark, *words]))

    def trap(self, tag: str | None, refusal: RefusalError) -> None:
        """A refusal; ``!done`` is for the caller to say."""
        category = [] if refusal.category is None else [f"=category={refusal.category}"]
        self.say("!trap", tag, *category, f"=message={refusal.message}")

    def fatal(self, reason: str) -> None:
        """The last word; raises GoneError."""
        self.send(wire.sentence(["!fatal", reason]))
        raise GoneError

    def send(self, data: bytes) -> None:
        """Put bytes on the line, or as many of them as it still carries.

        Raises:
            GoneError: the line has ended.
        """
        if self._writer.is_closing():
            raise GoneError
        data, last = self._carried(data)
        latency = self._faults().latency
        if not latency and not self._waiting:
            self._deliver(data, last=last)
            return
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time() + latency, data, last))
        if self._carrier is None:
            self._carrier = loop.create_task(self._carry())

    def _carried(self, data: bytes) -> tuple[bytes, bool]:
        """What of the bytes the line still carries, and whether it ends with them."""
        faults = self._faults()
        if not self.counting or faults.cut_reply_after is None:
            return data, False
        if faults is not self._counted:
            self._counted, self._sent = faults, 0
        room = max(0, faults.cut_reply_after - self._sent)
        self._sent += len(data)
        return data[:room], len(data) > room

    async def _carry(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(GoneError):
            while self._waiting:
                due, data, last = self._waiting[0]
                await asyncio.sleep(max(0.0, due - loop.time()))
                self._deliver(data, last=last)
                self._waiting.popleft()
        self._waiting.clear()
        self._carrier = None

    def _deliver(self, data: bytes, *, last: bool) -> None:
        self._writer.write(data)
        if last:
            self._writer.close()
            raise GoneError

    async def drain(self) -> None:
        """Wait until the client has taken most of what was sent."""
        await self._writer.drain()

    async def arrived(self) -> None:
        """Wait until what was sent is on the socket."""
        if self._carrier is not None:
            await self._carrier

    def abort(self) -> None:
        """End now, with nothing more said; raises GoneError."""
        self._waiting.clear()
        self._writer.transport.abort()
        raise GoneError

    async def close(self) -> None:
        """End, with nothing left running."""
        if self._carrier is not None:
            self._carrier.cancel()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
