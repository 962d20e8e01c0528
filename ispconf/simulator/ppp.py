"""PPPoE clients that dial, and the sessions they get.

A session takes its parameters (address, rate, address lists) from secret and profile at the
moment it authenticates; later edits do not reach it. Removing it from /ppp/active hangs up, and
the client redials at once: it gets in only if its secret exists, is enabled, the password it
knows is right, its MAC is the caller-id of the secret if there is one, and the profile exists.
While it is up the router holds its dynamic rows: interface ``<pppoe-NAME>``, a simple queue when
a rate applies, an address and the entries of the profile's address lists.
"""

import zlib
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ispconf.simulator import addresses, durations, rates
from ispconf.simulator.device import Device
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.tables import Row, Table

_FIRST_INTERFACE: Final = 0xF00000
_SECRETS: Final = "/ppp/secret"
_PROFILES: Final = "/ppp/profile"
_ACTIVE: Final = "/ppp/active"


class Client(NamedTuple):
    """What a customer's device knows and is."""

    password: str
    mac: str


@dataclass(slots=True)
class Session:
    """One session that is up and the dynamic rows that live with it."""

    active: Row
    address: str | None
    rows: list[Row] = field(default_factory=list)


class Clients:
    """The customers' equipment of one router, by the name it dials with for ever."""

    def __init__(self, device: Device, *, dial_all: bool = False) -> None:
        self.device = device
        self.dial_all = dial_all
        self.known: dict[str, Client] = {}
        self.sessions: dict[str, Session] = {}
        self._waiting: dict[str, None] = {}
        self._taken: set[int] = set()
        self._next: dict[str, int] = {}
        self._interfaces = _FIRST_INTERFACE
        device.listeners.append(self._heard)
        if dial_all:
            for row in device.table(_SECRETS):
                self._install(row)

    def dial(self, name: str, password: str, mac: str = "") -> None:
        """A client that knows this name and password dials from now on; any MAC is as good."""
        self.known[name] = Client(password, mac or _made_up(name))
        self._try(name)

    def silence(self, name: str) -> None:
        """The client is switched off: its session ends and it does not redial."""
        self.known.pop(name, None)
        self._waiting.pop(name, None)
        if name in self.sessions:
            self.device.drop(self.sessions[name].active)

    def hang_up_all(self) -> None:
        """Every session ends at once (a reboot); clients keep waiting."""
        for session in list(self.sessions.values()):
            self.device.drop(session.active)

    def redial_all(self) -> None:
        """Every client that waits tries again."""
        for name in list(self._waiting):
            self._try(name)

    def _install(self, secret: Row) -> None:
        name = secret.get("name") or ""
        if name not in self.known and secret.get("service") in {"any", "pppoe"}:
            self.dial(name, secret.get("password") or "", secret.get("caller-id") or "")

    def _heard(self, what: str, row: Row) -> None:
        path = row.table.menu.path
        if path == _ACTIVE and what == "remove":
            self._ended(row)
        elif path == _SECRETS and what in {"add", "set"}:
            if self.dial_all:
                self._install(row)
            self._try(row.get("name") or "")
        elif path in {_PROFILES, "/ip/pool"} and what != "remove":
            self.redial_all()

    # a session begins

    def _try(self, name: str) -> None:
        client = self.known.get(name)
        if name in self.sessions or client is None:
            return
        self._waiting[name] = None
        secret = self.device.table(_SECRETS).by_name.get(name)
        if secret is None or secret.disabled or secret.get("service") not in {"any", "pppoe"}:
            return
        profile = self.device.table(_PROFILES).by_name.get(secret.get("profile") or "")
        if profile is None or (secret.get("password") or "") != client.password:
            return
        if (secret.get("caller-id") or client.mac).upper() != client.mac.upper():
            return
        del self._waiting[name]
        self._connect(name, secret, profile)

    def _connect(self, name: str, secret: Row, profile: Row) -> None:
        device, table = self.device, self.device.table(_ACTIVE)
        address = self._address(secret.get("remote-address") or profile.get("remote-address"))
        number = table.next_id()
        shown = {
            "name": name,
            "service": "pppoe",
            "caller-id": self.known[name].mac,
            "encoding": "",
            "session-id": f"0x{0x81300000 + (number & 0xFFFFF):x}",
            "limit-bytes-in": secret.get("limit-bytes-in") or "0",
            "limit-bytes-out": secret.get("limit-bytes-out") or "0",
            "radius": "false",
        }
        if address:
            shown["address"] = address
        session = Session(device.make(table, shown, number=number), address)
        self.sessions[name] = session
        device.log("pppoe,ppp,info", f"<pppoe-{name}>: connected")
        self._attach(
            session, name, profile, secret.get("local-address") or profile.get("local-address")
        )

    def _address(self, wanted: str | None) -> str | None:
        """The address named, or the next free one of the pool named."""
        pool = self.device.table("/ip/pool").by_name.get(wanted or "")
        if wanted is None or pool is None:
            fixed = addresses.host(wanted or "")
            if fixed:
                self._taken.add(addresses.number(fixed))
            return fixed
        spans = [addresses.hosts(part) for part in (pool.get("ranges") or "").split(",")]
        size = sum(map(len, spans))
        for step in range(size):
            at = place = (self._next.get(wanted, 0) + step) % size
            for span in spans:
                if place < len(span):
                    break
                place -= len(span)
            if span[place] not in self._taken:
                self._taken.add(span[place])
                self._next[wanted] = at + 1
                return addresses.of_number(span[place])
        return None

    def _attach(self, session: Session, name: str, profile: Row, local: str | None) -> None:
        interface = f"<pppoe-{name}>"
        self._interfaces += 1
        facts = {"name": interface, "type": "pppoe-in", "mtu": "1480", "actual-mtu": "1480"}
        self._make(session, "/interface", facts, number=self._interfaces)
        local = self._address(local) if local else None
        if local and session.address:
            facts = {"address": f"{local}/32", "network": session.address, "interface": interface}
            self._make(session, "/ip/address", facts)
        if profile.get("rate-limit"):
            self._queue(session, interface, profile)
        for each in filter(None, (profile.get("address-list") or "").split(",")):
            if session.address:
                facts = {"list": each, "address": session.address}
                self._make(session, "/ip/firewall/address-list", facts)

    def _queue(self, session: Session, interface: str, profile: Row) -> None:
        table = self.device.table("/queue/simple")
        shown = {
            "name": interface,
            "target": interface,
            **rates.queue(profile.get("rate-limit") or ""),
        }
        for ours, theirs in (("queue-type", "queue"), ("parent-queue", "parent")):
            if value := profile.get(ours):
                shown[theirs] = (
                    value if ours == "parent-queue" or "/" in value else f"{value}/{value}"
                )
        place = profile.get("insert-queue-before")
        before = next(iter(table), None) if place == "first" else table.by_name.get(place or "")
        self._make(session, "/queue/simple", shown, before)

    def _make(self, session: Session, path: str, facts: dict[str, str], before: Row | None = None,
              number: int | None = None) -> None:  # fmt: skip
        table: Table = self.device.table(path)
        try:
            row = self.device.make(table, facts, before, dynamic=True, number=number)
        except RefusalError as refusal:
            self.device.log("pppoe,ppp,error", refusal.message)
            return
        session.rows.append(row)

    # a session ends

    def _ended(self, active: Row) -> None:
        name = active.get("name") or ""
        session = self.sessions.pop(name, None)
        if session is None:
            return
        for row in reversed(session.rows):
            if row.id in row.table.by_id:
                self.device.drop(row)
        if session.address:
            self._taken.discard(addresses.number(session.address))
        secret = self.device.table(_SECRETS).by_name.get(name)
        if secret is not None:
            secret.values |= {
                "last-logged-out": durations.moment(self.device.clock(), self.device.version),
                "last-caller-id": active.get("caller-id") or "",
                "last-disconnect-reason": "nas-request",
            }
        self.device.log("pppoe,ppp,info", f"<pppoe-{name}>: disconnected")
        self._try(name)


def _made_up(name: str) -> str:
    """A MAC for a device of that name, always the same."""
    digits = f"{zlib.crc32(name.encode('utf-8', 'surrogateescape')):08X}"
    return ":".join(["02", "00", *(digits[at : at + 2] for at in range(0, 8, 2))])
