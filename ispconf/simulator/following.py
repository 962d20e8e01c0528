"""The changes of one menu as a client hears them that listens or follows.

Hearing begins at once: what changes between the command and its first reply is told, too.
"""

import asyncio
from collections.abc import Sequence

from ispconf.simulator import printing, wire
from ispconf.simulator.device import Device
from ispconf.simulator.printing import Column
from ispconf.simulator.tables import Row, Table


class Following:
    """Sentences about the rows of a menu from now on, until ``stop``."""

    def __init__(
        self, device: Device, table: Table, shown: Sequence[Column], tag: str | None
    ) -> None:
        self._device, self._table, self._shown, self._tag = device, table, shown, tag
        self._sentences: asyncio.Queue[bytes] = asyncio.Queue()
        device.listeners.append(self._hear)

    async def next(self) -> bytes:
        """The next sentence, as soon as something changes."""
        return await self._sentences.get()

    def stop(self, _: object = None) -> None:
        """Hear no more; takes a task that is done, as its callback."""
        self._device.listeners.remove(self._hear)

    def _hear(self, what: str, row: Row) -> None:
        if row.table is not self._table:
            return
        if what == "remove":
            mark = [] if self._tag is None else [f".tag={self._tag}"]
            gone = wire.sentence(["!re", *mark, f"=.id={row.key}", "=.dead=true"])
            self._sentences.put_nowait(gone)
            return
        said = printing.encode(self._device, [row], self._shown, self._tag)
        self._sentences.put_nowait(b"".join(said))
