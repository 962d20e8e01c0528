"""One client's connection: login, sentences in, sentences out, several commands at once.

Writes are done in the order in which they arrive. Long prints and everything that goes on (listen,
follow, interval) run beside them, so that replies of several tags interleave and can be cancelled.
"""

import asyncio
import contextlib
import ipaddress
import secrets
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from ispconf.simulator import printing, refusals, rights, wire
from ispconf.simulator.commands import Answer, Command, RebootError, Shell, parse
from ispconf.simulator.device import Device
from ispconf.simulator.faults import Faults
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.tables import Row

_EMPTY_SINCE: Final = (7, 18)
_LOGINS: Final = 5
_AT_ONCE: Final = 256  # rows that are sent without letting others in between
_READ: Final = 1 << 18
_TOO_MANY: Final = "too many commands before login"


class Heard(NamedTuple):
    """A sentence that a router received after login."""

    user: str
    path: str
    verb: str
    attributes: dict[str, str]
    queries: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command word, such as ``/ppp/secret/print``."""
        return f"{self.path}/{self.verb}"

    @property
    def writes(self) -> bool:
        """Whether the verb is one that changes something."""
        return self.verb not in rights.READING


class Host(Protocol):
    """The router that a connection belongs to."""

    device: Device
    faults: Faults
    heard: "deque[Heard]"
    before_write: Callable[[Heard], None] | None
    after_write: Callable[[Heard], None] | None

    def rebooted(self) -> None:
        """The client asked for a reboot."""


class GoneError(Exception):
    """This connection is at its end."""


class Connection:
    """Serves one socket until either side ends it."""

    def __init__(
        self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: str
    ) -> None:
        self._host = host
        self._reader = reader
        self._writer = writer
        self._service = service
        self._shell: Shell | None = None
        self._user = ""
        self._active: Row | None = None
        self._attempts = 0
        self._counted: Faults | None = None
        self._sent = 0
        self._running: dict[asyncio.Task[None], str | None] = {}
        self._line: deque[tuple[float, bytes, bool]] = deque()
        self._carrier: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Read, answer, and clean up when it ends for whatever reason."""
        try:
            if self._welcome():
                await self._talk()
        except (GoneError, ConnectionError, wire.MalformedError):
            if self._carrier is not None:
                await self._carrier
        finally:
            self._stop()
            self._leave()
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()

    def _stop(self) -> None:
        for task in self._running:
            task.cancel()
        if self._carrier is not None:
            self._carrier.cancel()

    def _welcome(self) -> bool:
        """Whether /ip/service lets this address in; if not, it is closed without a word."""
        row = self._host.device.table("/ip/service").by_name.get(self._service)
        if row is None or row.disabled:
            return False
        allowed = [part for part in (row.get("address") or "").split(",") if part]
        peer = ipaddress.ip_address(self._writer.get_extra_info("peername")[0])
        return not allowed or any(
            peer in ipaddress.ip_network(net, strict=False) for net in allowed
        )

    async def _talk(self) -> None:
        sentences = wire.Reader()
        while data := await self._reader.read(_READ):
            for words in sentences.feed(data):
                if self._host.faults.silent:
                    continue
                if self._host.faults.slow:
                    await asyncio.sleep(self._host.faults.slow)
                self._take(parse(words))
            await self._writer.drain()

    # out

    def _send(self, data: bytes) -> None:
        """Put bytes on the line, or as many of them as it may still carry."""
        if self._writer.is_closing():
            raise GoneError
        data, last = self._carried(data)
        latency = self._host.faults.latency
        if not latency and not self._line:
            self._deliver(data, last=last)
            return
        loop = asyncio.get_running_loop()
        self._line.append((loop.time() + latency, data, last))
        if self._carrier is None:
            self._carrier = loop.create_task(self._carry())

    def _carried(self, data: bytes) -> tuple[bytes, bool]:
        """What of the bytes the line still carries, and whether it ends with them."""
        faults = self._host.faults
        if self._shell is None or faults.cut_reply_after is None:
            return data, False
        if faults is not self._counted:
            self._counted, self._sent = faults, 0
        room = max(0, faults.cut_reply_after - self._sent)
        self._sent += len(data)
        return data[:room], len(data) > room

    async def _carry(self) -> None:
        """The line: what was sent arrives after its latency, in order."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(GoneError):
            while self._line:
                due, data, last = self._line[0]
                await asyncio.sleep(max(0.0, due - loop.time()))
                self._deliver(data, last=last)
                self._line.popleft()
        self._line.clear()
        self._carrier = None

    def _deliver(self, data: bytes, *, last: bool) -> None:
        self._writer.write(data)
        if last:
            self._writer.close()
            raise GoneError

    def _say(self, reply: str, tag: str | None, *words: str) -> None:
        mark = [] if tag is None else [f".tag={tag}"]
        self._send(wire.sentence([reply, *mark, *words]))

    def _trap(self, tag: str | None, refusal: RefusalError) -> None:
        category = [] if refusal.category is None else [f"=category={refusal.category}"]
        self._say("!trap", tag, *category, f"=message={refusal.message}")

    def _fatal(self, reason: str) -> None:
        self._send(wire.sentence(["!fatal", reason]))
        raise GoneError

    # in

    def _take(self, command: Command) -> None:
        if command.path == "" and command.verb == "quit":
            self._fatal("session terminated on request")
        if command.path == "" and command.verb == "login":
            self._login(command)
            return
        if self._shell is None:
            self._fatal("not logged in")
            return
        if command.path == "" and command.verb == "cancel":
            self._cancel(command)
            return
        try:
            self._answer(command, self._do(self._shell, command))
        except RefusalError as refusal:
            self._trap(command.tag, refusal)
            self._say("!done", command.tag)
        except RebootError:
            self._host.rebooted()
            raise GoneError from None

    def _do(self, shell: Shell, command: Command) -> Answer:
        host, faults = self._host, self._host.faults
        heard = Heard(
            self._user, command.path, command.verb, command.attributes, tuple(command.queries)
        )
        host.heard.append(heard)
        if not heard.writes:
            return shell.run(command, faults.missing_menus)
        faults.writes += 1
        count = faults.writes
        if faults.break_before_write == count:
            self._abort()
        if host.before_write:
            host.before_write(heard)
        if count in faults.trap_writes:
            raise RefusalError(faults.trap_writes[count])
        answer = shell.run(command, faults.missing_menus)
        if host.after_write:
            host.after_write(heard)
        if faults.break_after_write == count:
            self._abort()
        return answer

    def _abort(self) -> None:
        self._line.clear()
        self._writer.transport.abort()
        raise GoneError

    # login

    def _login(self, command: Command) -> None:
        given = command.attributes
        if "name" not in given:
            self._say("!done", command.tag, f"=ret={secrets.token_hex(16)}")
            return
        self._attempts += 1
        device = self._host.device
        row = None
        if not self._host.faults.refuse_logins and "response" not in given:
            row = rights.log_in(device, given["name"], given.get("password", ""))
        if row is None:
            device.log("system,error,critical", f"login failure for user {given['name']} via api")
            if self._attempts >= _LOGINS:
                self._fatal(_TOO_MANY)
            self._trap(command.tag, RefusalError(refusals.BAD_LOGIN))
            self._say("!done", command.tag)
            return
        self._say("!done", command.tag)
        self._shell, self._user = Shell(device, row), given["name"]
        shown = {
            "name": self._user,
            "via": "api",
            "group": row.get("group") or "",
            "address": self._writer.get_extra_info("peername")[0],
            "radius": "false",
        }
        self._leave()
        self._active = device.make(device.table("/user/active"), shown)

    def _leave(self) -> None:
        """No longer among /user/active."""
        if self._active is not None and self._active.id in self._active.table.by_id:
            self._host.device.drop(self._active)

    # answers

    def _answer(self, command: Command, answer: Answer) -> None:
        tag = command.tag
        if answer.texts is not None:
            self._say("!re", tag, *(f"={name}={text}" for name, text in answer.texts.items()))
        if answer.rows is None:
            self._say("!done", tag, *([] if answer.ret is None else [f"=ret={answer.ret}"]))
            return
        if answer.follow is None and answer.interval is None and len(answer.rows) <= _AT_ONCE:
            for data in printing.encode(self._host.device, answer.rows, answer.shown, tag):
                self._send(data)
            self._finish(answer, tag)
            return
        task = asyncio.get_running_loop().create_task(self._stream(command, answer))
        self._running[task] = tag
        task.add_done_callback(lambda done: self._running.pop(done, None))

    def _finish(self, answer: Answer, tag: str | None) -> None:
        if not answer.rows and self._host.device.version >= _EMPTY_SINCE:
            self._say("!empty", tag)
        self._say("!done", tag)

    async def _stream(self, command: Command, answer: Answer) -> None:
        """Rows in pieces, so that other commands get their turn; for ever with an interval."""
        with contextlib.suppress(GoneError, ConnectionError):
            await self._rows(answer, command.tag, None if answer.interval is None else 0)
            section = 0
            while answer.interval is not None:
                await asyncio.sleep(answer.interval)
                section += 1
                await self._rows(answer, command.tag, section)
            if answer.follow is not None:
                await self._follow(answer, command.tag)
            self._finish(answer, command.tag)

    async def _rows(self, answer: Answer, tag: str | None, section: int | None) -> None:
        shown = [*answer.shown]
        if section is not None:
            shown.append(printing.constant(".section", str(section)))
        for data in printing.encode(self._host.device, answer.rows or [], shown, tag):
            self._send(data)
            await self._writer.drain()
            await asyncio.sleep(0)

    async def _follow(self, answer: Answer, tag: str | None) -> None:
        """Every change of the menu as it happens, until the command is cancelled."""
        device = self._host.device
        changes: asyncio.Queue[bytes] = asyncio.Queue()

        def hear(what: str, row: Row) -> None:
            if row.table is not answer.follow:
                return
            if what == "remove":
                mark = [] if tag is None else [f".tag={tag}"]
                changes.put_nowait(wire.sentence(["!re", *mark, f"=.id={row.key}", "=.dead=true"]))
                return
            changes.put_nowait(b"".join(printing.encode(device, [row], answer.shown, tag)))

        device.listeners.append(hear)
        try:
            while True:
                self._send(await changes.get())
        finally:
            device.listeners.remove(hear)

    def _cancel(self, command: Command) -> None:
        wanted = command.attributes.get("tag")
        found = [task for task, tag in self._running.items() if wanted in {None, tag}]
        stopped = RefusalError(refusals.INTERRUPTED_MESSAGE, refusals.INTERRUPTED)
        tags = [self._running.pop(task) for task in found]
        for task, tag in zip(found, tags, strict=True):
            task.cancel()
            self._trap(tag, stopped)
        self._say("!done", command.tag)
        for tag in tags:
            self._say("!done", tag)
