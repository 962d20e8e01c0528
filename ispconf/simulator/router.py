"""A router as those hold it who started it: rows in, rows out, clients, faults, state.

Every call is safe from any thread: it is done on the event loop, between two commands of clients.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from ispconf.simulator import printing, rights
from ispconf.simulator.certificates import Certificate, self_signed
from ispconf.simulator.commands import Command, Shell
from ispconf.simulator.connection import Connection, Heard
from ispconf.simulator.device import Device
from ispconf.simulator.fasttrack import Fasttrack
from ispconf.simulator.faults import Faults
from ispconf.simulator.hotspot import Guests
from ispconf.simulator.ports import LOOPBACK, Port
from ispconf.simulator.ppp import Clients
from ispconf.simulator.rights import User
from ispconf.simulator.scheduler import Scheduler
from ispconf.simulator.state import load, save

T = TypeVar("T")
ADMINISTRATOR: Final = "admin"
"""Who the one is that works in the process, as a router's history tells it."""
_TIMED: Final = ("/ip/firewall/address-list", "/ipv6/firewall/address-list")
_TOLD: Final = ("/log", "/system/history")
"""What a router forgets when it reboots."""
_HEARD: Final = 1_000_000
_GLANCE: Final = 0.005  # seconds between two looks at the clock while a router is down


class Loop(Protocol):
    """Whoever runs the routers: a clock, and a way onto the thread of the event loop."""

    def clock(self) -> float:
        """Seconds since 1970."""

    def on_loop(self, call: Callable[[], T]) -> T:
        """Do something between two commands and wait for it."""


@dataclass(frozen=True, slots=True)
class RouterSpec:
    """A router to start: its name and version, who may log in, and what it holds."""

    name: str
    version: str = "7.16.2"
    users: Mapping[str, User] = field(default_factory=lambda: {"admin": User()})
    dial: bool = False
    port: int = 0
    tls: bool | Certificate = False
    tls_port: int = 0
    state: Mapping[str, Any] | None = None
    mode: str = "advanced"


class Router:
    """A simulated router; rows are dictionaries of printed text."""

    def __init__(self, loop: Loop, spec: RouterSpec) -> None:
        self._loop = loop
        self.name = spec.name
        self.device = Device(spec.name, spec.version, loop.clock)
        self.device.disk_full = lambda: self.faults.disk_full
        self.device.mode = spec.mode
        self.port = spec.port
        self.tls_port: int | None = spec.tls_port if spec.tls else None
        self.certificate: Certificate | None = None
        if spec.tls:
            made = spec.tls if isinstance(spec.tls, Certificate) else None
            self.certificate = made or self_signed(spec.name, loop.clock())
        self.heard: deque[Heard] = deque(maxlen=_HEARD)
        self.before_write: Callable[[Heard], None] | None = None
        self.after_write: Callable[[Heard], None] | None = None
        self.faults = Faults()
        self._ports: list[Port] = []
        self._away: asyncio.Task[None] | None = None
        self._connections: set[asyncio.Task[None]] = set()
        rights.create(self.device, dict(spec.users))
        if spec.state is not None:
            load(self.device, spec.state)
        self._fasttrack = Fasttrack(self.device)
        self._scheduler = Scheduler(self.device)
        self.clients = Clients(self.device, dial_all=spec.dial)
        self.guests = Guests(self.device)

    # for those who hold it

    @property
    def host(self) -> str:
        """The address to connect to."""
        return LOOPBACK

    @property
    def version(self) -> str:
        """The RouterOS version, such as ``7.16.2``."""
        return self.device.version_text

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the api-ssl certificate in hexadecimal; empty without TLS."""
        return self.certificate.fingerprint if self.certificate else ""

    @property
    def log(self) -> list[Heard]:
        """The sentences received after login, oldest first (the last million)."""
        return self._on_loop(lambda: list(self.heard))

    def forget(self) -> None:
        """Empty ``log``."""
        self._on_loop(self.heard.clear)

    def rows(self, path: str, **where: str) -> list[dict[str, str]]:
        """The rows of a menu as a full user sees them, or those with these values."""
        return self._on_loop(lambda: self._rows(path, where))

    def _rows(self, path: str, where: Mapping[str, str]) -> list[dict[str, str]]:
        table = self.device.table(path)
        shown = printing.columns(self.device, table.menu)
        words = [f"{_attribute(name)}={text}" for name, text in where.items()]
        found = printing.select(self.device, table, words)
        return [printing.as_dict(self.device, row, shown) for row in found]

    def add(self, path: str, /, **attributes: str) -> str:
        """Add a row as an administrator would; gives its id. ``place_before`` takes an id."""
        return self._administer(path, "add", attributes) or ""

    def set(self, path: str, key: str = "", /, **attributes: str) -> None:
        """Set fields of the row of an id or name; of the settings themselves without one."""
        self._administer(path, "set", {**attributes, **({"numbers": key} if key else {})})

    def unset(self, path: str, key: str, name: str) -> None:
        """Take a field out of a row."""
        self._administer(path, "unset", {"numbers": key, "value-name": name})

    def remove(self, path: str, *keys: str) -> None:
        """Remove rows by id or name."""
        self._administer(path, "remove", {"numbers": ",".join(keys)})

    def move(self, path: str, key: str, before: str = "") -> None:
        """Move a row before another, or to the end."""
        self._administer(path, "move", {"numbers": key, "destination": before})

    def _administer(self, path: str, verb: str, attributes: Mapping[str, str]) -> str | None:
        given = {_attribute(name): text for name, text in attributes.items()}
        shell = Shell(self.device, by=ADMINISTRATOR)
        return self._on_loop(lambda: shell.run(Command(path, verb, given)).ret)

    def add_dynamic(self, path: str, /, *, first: bool = False, **attributes: str) -> str:
        """A row that the router makes itself (a hotspot rule, a learned address); gives its id."""
        given = {_attribute(name): text for name, text in attributes.items()}
        return self._on_loop(lambda: self._make_dynamic(path, given, first=first))

    def _make_dynamic(self, path: str, given: dict[str, str], *, first: bool) -> str:
        table = self.device.table(path)
        before = next(iter(table), None) if first else None
        return self.device.make(table, given, before, dynamic=True).key

    def dial(self, name: str, password: str, mac: str = "") -> None:
        """A PPPoE client with these credentials dials from now on."""
        self._on_loop(lambda: self.clients.dial(name, password, mac))

    def silence(self, name: str) -> None:
        """The client is switched off."""
        self._on_loop(lambda: self.clients.silence(name))

    def log_in(self, user: str, password: str, address: str, mac: str) -> None:
        """A guest of the hotspot logs in on its page; raises RefusalError if not let in."""
        given = {"user": user, "password": password, "ip": address, "mac-address": mac}
        self._on_loop(lambda: self.guests.admit(given))

    def set_mode(self, mode: str) -> None:
        """Somebody presses the button: the device-mode is home, basic or advanced from now on."""
        self._on_loop(lambda: setattr(self.device, "mode", mode))

    def save(self) -> dict[str, Any]:
        """Everything that a router keeps over a reboot, ready for JSON."""
        return self._on_loop(lambda: save(self.device))

    def load(self, state: Mapping[str, Any]) -> None:
        """Replace what the router holds by a saved state."""
        self._on_loop(lambda: self._load(state))

    def _load(self, state: Mapping[str, Any]) -> None:
        load(self.device, state)
        self._fasttrack.look()
        self._scheduler.look()
        self.clients.redial_all()

    def drop_connections(self) -> None:
        """End every API connection at once."""
        self._on_loop(self._cut)

    def reboot(self, downtime: float = 0.0) -> None:
        """Connections and sessions end, timed entries go, uptime starts again; clients redial.

        Connections are refused until ``downtime`` seconds have passed on the simulator's clock.
        """
        self._on_loop(lambda: self.rebooted(downtime))

    def shut_down(self) -> None:
        """As a reboot that lasts until ``start_up``."""
        self._on_loop(lambda: self.rebooted(None))

    def start_up(self) -> None:
        """Take connections again; who connects from now on is served."""
        self._on_loop(self._start_up)

    def _on_loop(self, call: Callable[[], T]) -> T:
        def work() -> T:
            self.tick()
            return call()

        return self._loop.on_loop(work)

    # on the loop

    def tick(self) -> None:
        """What the router's own scheduler has to do by now."""
        self._scheduler.tick()

    def rebooted(self, downtime: float | None = 0.0) -> None:
        """What a reboot does to the device; without a time it stays down."""
        device = self.device
        for path in (*_TIMED, *_TOLD):
            if path in device.menus:
                for row in [each for each in device.table(path) if each.expires or path in _TOLD]:
                    device.drop(row)
        device.started = device.clock()
        self._cut()
        self._fasttrack.look()
        self.clients.hang_up_all()
        self.clients.redial_all()
        self.guests.leave()
        self._scheduler.started()
        if downtime != 0:
            self._stay_away(downtime)

    def _stay_away(self, downtime: float | None) -> None:
        if not self._away:
            for port in self._ports:
                port.shut()
        else:
            self._away.cancel()
        until = math.inf if downtime is None else self.device.clock() + downtime
        self._away = asyncio.get_running_loop().create_task(self._wait(until))

    async def _wait(self, until: float) -> None:
        while self.device.clock() < until:  # noqa: ASYNC110 - a test may move the clock
            await asyncio.sleep(_GLANCE)
        self._start_up()

    def _start_up(self) -> None:
        if self._away:
            self._away.cancel()
            self._away = None
            for port in self._ports:
                port.reopen()

    def _cut(self) -> None:
        for task in list(self._connections):
            task.cancel()

    async def open(self) -> None:
        """Begin to listen."""
        self._ports.append(Port(self.port, self._accept("api")))
        self.port = self._ports[0].number
        if self.certificate:
            tls = self.certificate.context()
            self._ports.append(Port(self.tls_port or 0, self._accept("api-ssl"), tls))
            self.tls_port = self._ports[1].number
        for port in self._ports:
            await port.open()

    def _accept(self, service: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            serving = Connection(self, reader, writer, service).serve()
            task = asyncio.get_running_loop().create_task(serving)
            self._connections.add(task)

            def ended(task: asyncio.Task[None]) -> None:
                self._connections.discard(task)
                writer.transport.abort()  # also of a task that was cancelled before it began
                if not task.cancelled():
                    task.result()

            task.add_done_callback(ended)

        return accept

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._away:
            self._away.cancel()
        for port in self._ports:
            port.close()
        self._cut()
        await asyncio.gather(*self._connections, return_exceptions=True)


def _attribute(name: str) -> str:
    """A Python keyword as an attribute name: ``list_`` is list, ``max_limit`` max-limit."""
    return name.rstrip("_").replace("_", "-")
