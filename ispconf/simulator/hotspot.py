"""Guests of a hotspot who log in, and the logins they have.

A login takes its speed from the user's profile when it begins. While it lasts there is a dynamic
queue ``<hotspot-NAME>``, and a cookie remembers the device, if the server's profile logs in by
cookie: who is removed from /ip/hotspot/active comes back at once by it, unless the cookie was
removed, too, or the user is gone or disabled. Where there is no server, or device-mode forbids
hotspots, nobody gets in.
"""

from collections.abc import Mapping
from typing import Final

from ispconf.simulator import addresses, devicemode, rates, refusals
from ispconf.simulator.device import Device
from ispconf.simulator.tables import Row

ACTIVE: Final = "/ip/hotspot/active"
_COOKIES: Final = "/ip/hotspot/cookie"
_QUEUES: Final = "/queue/simple"
_COOKIE_LASTS: Final = "3d"


class Guests:
    """The logins of one router."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self._queues: dict[int, Row] = {}
        device.listeners.append(self._heard)
        device.admit = self.admit

    def admit(self, given: Mapping[str, str]) -> None:
        """/ip/hotspot/active/login, and what a guest does on the page.

        Raises:
            RefusalError: no server, a wrong name or password, or too many with that name.
        """
        lacking = [name for name in ("user", "ip") if name not in given]
        if lacking:
            raise refusals.missing_values(lacking)
        mac = addresses.mac(given.get("mac-address", "")) or "00:00:00:00:00:00"
        user = self._user(given["user"])
        if user is None or (user.get("password") or "") != given.get("password", ""):
            raise refusals.failure("failure: invalid username or password")
        self._let_in(user, given["ip"], mac, "http-chap")

    def leave(self) -> None:
        """All logins end, as by a reboot; who has a cookie comes back."""
        for row in list(self.device.table(ACTIVE)):
            self.device.drop(row)

    def _server(self) -> Row | None:
        if not devicemode.allowed(self.device, "hotspot"):
            return None
        return next((row for row in self.device.table("/ip/hotspot") if not row.disabled), None)

    def _user(self, name: str) -> Row | None:
        users = self.device.table("/ip/hotspot/user")
        row = next((each for each in users if each.get("name") == name), None)
        return None if row is None or row.disabled else row

    def _let_in(self, user: Row, address: str, mac: str, how: str) -> None:
        server = self._server()
        if server is None:
            raise refusals.failure("failure: no hotspot server")
        name = user.get("name") or ""
        profile = self.device.table("/ip/hotspot/user/profile").by_name.get(
            user.get("profile") or "default"
        )
        most = (profile.get("shared-users") if profile else None) or "1"
        active = self.device.table(ACTIVE)
        there = sum(each.get("user") == name for each in active)
        if most.isdigit() and there >= int(most):
            raise refusals.failure("failure: no more sessions are allowed for this user")
        facts = {"server": server.get("name") or "", "user": name, "address": address,
                 "mac-address": mac, "login-by": how, "radius": "false"}  # fmt: skip
        login = self.device.make(active, facts)
        self.device.log("hotspot,info,account", f"{name} ({address}): logged in")
        if profile and profile.get("rate-limit"):
            self._limit(login, profile.get("rate-limit") or "")
        self._remember(server, name, mac)

    def _limit(self, login: Row, rate: str) -> None:
        name, number = login.get("user"), 1
        table = self.device.table(_QUEUES)
        while f"<hotspot-{name}-{number}>" in table.by_name:
            number += 1
        shown = {"name": f"<hotspot-{name}-{number}>", "target": f"{login.get('address')}/32"}
        shown |= rates.queue(rate)
        shown["limit-at"] = shown.get("max-limit", "0/0")
        self._queues[login.id] = self.device.make(table, shown, dynamic=True)

    def _remember(self, server: Row, name: str, mac: str) -> None:
        profile = self.device.table("/ip/hotspot/profile").by_name.get(
            server.get("profile") or "default"
        )
        ways = ((profile.get("login-by") if profile else None) or "").split(",")
        if "cookie" in ways and self._cookie(name, mac) is None:
            facts = {"user": name, "mac-address": mac, "expires-in": _COOKIE_LASTS}
            self.device.make(self.device.table(_COOKIES), facts)

    def _cookie(self, name: str, mac: str) -> Row | None:
        held = self.device.table(_COOKIES)
        for row in held:
            if (row.get("user"), row.get("mac-address")) == (name, mac):
                return row
        return None

    def _heard(self, what: str, row: Row) -> None:
        if row.table.menu.path != ACTIVE or what != "remove":
            return
        queue = self._queues.pop(row.id, None)
        if queue is not None and queue.id in queue.table.by_id:
            self.device.drop(queue)
        name, mac = row.get("user") or "", row.get("mac-address") or ""
        self.device.log("hotspot,info,account", f"{name} ({row.get('address')}): logged out")
        user = self._user(name)
        if user and self._cookie(name, mac) and self._server():
            self._let_in(user, row.get("address") or "", mac, "cookie")
