"""One client's connection: login, sentences in, answers out, several commands at once.

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
from ispconf.simulator.actions import RebootError
from ispconf.simulator.commands import Answer, Command, Shell, parse
from ispconf.simulator.device import Device
from ispconf.simulator.faults import Faults
from ispconf.simulator.following import Following
from ispconf.simulator.line import GoneError, Line
from ispconf.simulator.meddling import be_faster
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
    heard: deque[Heard]
    before_write: Callable[[Heard], None] | None
    after_write: Callable[[Heard], None] | None

    def tick(self) -> None:
        """Let the router do what its scheduler has to do by now."""

    def rebooted(self, downtime: float | None = 0.0) -> None:
        """The router goes down now, for so many seconds."""


class Connection:
    """Serves one socket until either side ends it."""

    def __init__(
        self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: str
    ) -> None:
        self._host = host
        self._reader = reader
        self._line = Line(writer, lambda: host.faults)
        self._service = service
        self._shell: Shell | None = None
        self._user = ""
        self._active: Row | None = None
        self._attempts = 0
        self._running: dict[asyncio.Task[None], str | None] = {}

    async def serve(self) -> None:
        """Read, answer, and clean up when it ends for whatever reason."""
        try:
            if self._welcome():
                await self._talk()
        except (GoneError, ConnectionError, wire.MalformedError):
            await self._line.arrived()
        finally:
            for task in self._running:
                task.cancel()
            self._leave()
            await self._line.close()

    def _welcome(self) -> bool:
        """Whether /ip/service lets this address in; if not, it is closed without a word."""
        self._host.tick()
        row = self._host.device.table("/ip/service").by_name.get(self._service)
        if row is None or row.disabled:
            return False
        nets = [net for net in (row.get("address") or "").split(",") if net]
        peer = ipaddress.ip_address(self._line.peer)
        return not nets or any(peer in ipaddress.ip_network(net, strict=False) for net in nets)

    async def _talk(self) -> None:
        sentences = wire.Reader()
        while data := await self._reader.read(_READ):
            for words in sentences.feed(data):
                if self._host.faults.silent:
                    continue
                if self._host.faults.slow:
                    await asyncio.sleep(self._host.faults.slow)
                self._take(parse(words))
            await self._line.drain()

    def _take(self, command: Command) -> None:
        if command.path == "" and command.verb == "quit":
            self._line.fatal("session terminated on request")
        elif command.path == "" and command.verb == "login":
            self._login(command)
        elif self._shell is None:
            self._line.fatal("not logged in")
        elif command.path == "" and command.verb == "cancel":
            self._cancel(command)
        else:
            self._obey(self._shell, command)

    # login

    def _login(self, command: Command) -> None:
        given = command.attributes
        if "name" not in given:
            self._line.say("!done", command.tag, f"=ret={secrets.token_hex(16)}")
            return
        self._attempts += 1
        device, row = self._host.device, None
        if not self._host.faults.refuse_logins and "response" not in given:
            row = rights.log_in(device, given["name"], given.get("password", ""))
        if row is not None:
            self._line.say("!done", command.tag)
            self._enter(row, given["name"])
            return
        device.log("system,error,critical", f"login failure for user {given['name']} via api")
        if self._attempts >= _LOGINS:
            self._line.fatal(_TOO_MANY)
        self._line.trap(command.tag, RefusalError(refusals.BAD_LOGIN))
        self._line.say("!done", command.tag)

    def _enter(self, user: Row, name: str) -> None:
        device = self._host.device
        self._shell, self._user = Shell(device, user), name
        self._line.counting = True
        shown = {"name": name, "via": "api", "address": self._line.peer, "radius": "false"}
        self._leave()
        self._active = device.make(
            device.table("/user/active"), {**shown, "group": user.get("group") or ""}
        )

    def _leave(self) -> None:
        """No longer among /user/active."""
        if self._active is not None and self._active.id in self._active.table.by_id:
            self._host.device.drop(self._active)

    # commands

    def _obey(self, shell: Shell, command: Command) -> None:
        try:
            self._answer(command.tag, self._do(shell, command))
        except RefusalError as refusal:
            self._line.trap(command.tag, refusal)
            self._line.say("!done", command.tag)
        except RebootError:
            self._host.rebooted(self._host.faults.downtime)
            raise GoneError from None

    def _do(self, shell: Shell, command: Command) -> Answer:
        host, faults = self._host, self._host.faults
        host.tick()
        queries = tuple(command.queries)
        heard = Heard(self._user, command.path, command.verb, command.attributes, queries)
        host.heard.append(heard)
        if not heard.writes:
            return shell.run(command, faults.missing_menus)
        faults.writes += 1
        count = faults.writes
        self._disturb(faults, count, heard)
        answer = shell.run(command, faults.missing_menus)
        if host.after_write:
            host.after_write(heard)
        if faults.break_after_write == count:
            self._line.abort()
        return answer

    def _disturb(self, faults: Faults, count: int, heard: Heard) -> None:
        """What goes wrong before a write takes effect, or happens beside it."""
        host = self._host
        if faults.break_before_write == count:
            self._line.abort()
        if faults.reboot_at_write == count:
            raise RebootError
        if host.before_write:
            host.before_write(heard)
        if faults.meddle_at_write == count:
            be_faster(host.device, heard)
        if count in faults.trap_writes:
            raise RefusalError(faults.trap_writes[count])
        menu = host.device.menus.get(heard.path)
        kept = heard.path == "/system/backup" or (menu is not None and menu.kind != "status")
        if faults.disk_full and kept:
            raise RefusalError(refusals.DISK_FULL)

    def _cancel(self, command: Command) -> None:
        wanted = command.attributes.get("tag")
        found = [task for task, tag in self._running.items() if wanted in {None, tag}]
        stopped = RefusalError(refusals.INTERRUPTED_MESSAGE, refusals.INTERRUPTED)
        tags = [self._running.pop(task) for task in found]
        for task, tag in zip(found, tags, strict=True):
            task.cancel()
            self._line.trap(tag, stopped)
        self._line.say("!done", command.tag)
        for tag in tags:
            self._line.say("!done", tag)

    # answers

    def _answer(self, tag: str | None, answer: Answer) -> None:
        if answer.texts is not None:
            self._line.say("!re", tag, *(f"={name}={text}" for name, text in answer.texts.items()))
        if answer.rows is None:
            self._line.say("!done", tag, *([] if answer.ret is None else [f"=ret={answer.ret}"]))
            return
        if answer.follow is None and answer.interval is None and len(answer.rows) <= _AT_ONCE:
            for data in printing.encode(self._host.device, answer.rows, answer.shown, tag):
                self._line.send(data)
            self._finish(answer, tag)
            return
        changes = None
        if answer.follow is not None:
            changes = Following(self._host.device, answer.follow, answer.shown, tag)
        task = asyncio.get_running_loop().create_task(self._stream(answer, tag, changes))
        self._running[task] = tag
        task.add_done_callback(lambda done: self._running.pop(done, None))
        if changes:
            task.add_done_callback(changes.stop)

    def _finish(self, answer: Answer, tag: str | None) -> None:
        if not answer.rows and self._host.device.version >= _EMPTY_SINCE:
            self._line.say("!empty", tag)
        self._line.say("!done", tag)

    async def _stream(self, answer: Answer, tag: str | None, changes: Following | None) -> None:
        """Rows in pieces, so that other commands get their turn; for ever with an interval."""
        with contextlib.suppress(GoneError, ConnectionError):
            await self._rows(answer, tag, None if answer.interval is None else 0)
            section = 0
            while answer.interval is not None:
                await asyncio.sleep(answer.interval)
                section += 1
                await self._rows(answer, tag, section)
            while changes is not None:
                self._line.send(await changes.next())
            self._finish(answer, tag)

    async def _rows(self, answer: Answer, tag: str | None, section: int | None) -> None:
        shown = [*answer.shown]
        if section is not None:
            shown.append(printing.constant(".section", str(section)))
        for data in printing.encode(self._host.device, answer.rows or [], shown, tag):
            self._line.send(data)
            await self._line.drain()
            await asyncio.sleep(0)
