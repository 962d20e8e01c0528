"""The writes of a router: add, change, remove, move, and the rules that hold for them.

A client and an administrator in the same process come in by the same door and are refused with the
same words. Knows built-in and dynamic rows and rows with a time limit; knows nothing of users,
sentences or sockets. Life (sessions) hangs on the listeners of ``Store``.
"""

import heapq
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ispconf.simulator import durations, policies, refusals, rules, values
from ispconf.simulator.schema import Menu
from ispconf.simulator.store import Store, row_number
from ispconf.simulator.tables import Row, Table

_HELD_BY_OWNER: Final = (
    "/queue/",
    "/ip/firewall/filter",
    "/ip/firewall/nat",
    "/ip/address",
    "/interface",
)
_SHARED: Final = ("name", "comment", "disabled", "mtu")  # what /interface shows of a bridge or vlan
_INTERFACES: Final = "/interface"
_NOT_BEFORE: Final = "failure: can not move object before dynamic"


class Device(Store):
    """The inside of one router of one version, without its network."""

    def __init__(
        self,
        name: str = "MikroTik",
        version: str = "7.16.2",
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(version, clock)
        self._timed: list[tuple[float, int, Row]] = []
        self.interpreter: Callable[[str], None] | None = None
        self.admit: Callable[[Mapping[str, str]], None] | None = None
        self._twins = [path for path, menu in self.menus.items() if menu.mirror == _INTERFACES]
        self.table("/system/identity").by_id[0].values["name"] = name

    def table(self, path: str) -> Table:
        """The rows of a menu, those whose time is over taken out."""
        while self._timed and self._timed[0][0] <= self.clock():
            expires, _, row = heapq.heappop(self._timed)
            if row.expires == expires and row.table.by_id.get(row.id) is row:
                self.drop(row)
        return super().table(path)

    def run_script(self, row: Row) -> None:
        """Run a script of /system/script; without an interpreter it is only counted."""
        row.values["run-count"] = str(int(row.get("run-count") or "0") + 1)
        row.values["last-started"] = durations.moment(self.clock(), self.version)
        if self.interpreter:
            self.interpreter(row.get("source") or "")

    def _written(
        self, menu: Menu, attributes: Mapping[str, str], row: Row | None
    ) -> dict[str, str | None]:
        """What to store; None means unset."""
        out: dict[str, str | None] = {}
        for given, text in attributes.items():
            name = given.removeprefix("!")
            field = menu.fields.get(name)
            if field is None or not field.writable:
                raise refusals.unknown_parameter(name, self.version)
            if given.startswith("!") or (field.kind == "comment" and not text):
                out[name] = None
            elif field.kind == "policy":
                out[name] = policies.merged(text, row.get(name) or "" if row else "", self.version)
            else:
                shown = values.printed(field, text, self)
                out[name] = None if shown == field.absent else shown
        return out

    # add

    def add(self, path: str, attributes: Mapping[str, str], before: str | None = None) -> Row:
        """A new static row, at the end or before the row of an id or position.

        Raises:
            RefusalError: as the router would refuse it.
        """
        table = self.table(path)
        menu = table.menu
        if "add" not in menu.verbs:
            raise refusals.no_command("add", self.version)
        written = self._written(menu, attributes, None)
        lacking = [
            f.name for f in menu.fields.values() if f.required and written.get(f.name) is None
        ]
        if lacking:
            raise refusals.missing_values(lacking)
        place = self._place(table, before) if before is not None else None
        if menu.auto and written.get("name") is None:
            written["name"] = _free_name(table)
        return self.make(table, {n: v for n, v in written.items() if v is not None}, place)

    def _place(self, table: Table, before: str) -> Row:
        if not table.menu.ordered:
            raise refusals.unknown_parameter("place-before", self.version)
        row = table.by_id.get(row_number(before))
        if before.isdigit():
            row = next((each for at, each in enumerate(table) if at == int(before)), None)
        if row is None:
            raise refusals.RefusalError("no such item", refusals.MISSING)
        if table.leading(row):
            raise refusals.failure(_NOT_BEFORE)
        return row

    def make(
        self,
        table: Table,
        stored: dict[str, str],
        before: Row | None = None,
        *,
        dynamic: bool = False,
        number: int | None = None,
    ) -> Row:
        """Insert a row of values that are as printed; the way in for dynamic rows, too."""
        mirror = self.table(table.menu.mirror) if table.menu.mirror else None
        row = Row(table, -1, stored)
        row.dynamic = dynamic
        row.since = self.clock()
        rules.complete(row, {**stored}, durations.moment(row.since, self.version))
        rules.judge(row)
        self._free_interface(row)
        row.id = (mirror or table).next_id() if number is None else number
        if dynamic:
            stored["dynamic"] = "true"
        self._time(row)
        table.insert(row, before)
        self.refer(row)
        if mirror:
            kind = table.menu.path.rpartition("/")[2]
            shown = {"type": {"wireguard": "wg"}.get(kind, kind), "mtu": row.get("mtu") or "1500"}
            shared: dict[str, str] = {n: row.values[n] for n in _SHARED if n in row.values}
            self.make(mirror, {**shown, **shared}, number=row.id)
        self.tell("add", row)
        return row

    def _free_interface(self, row: Row) -> None:
        """Bridges, VLANs and the rest share the names of /interface."""
        if row.table.menu.mirror:
            mirror = self.table(row.table.menu.mirror)
            other = mirror.by_name.get(row.get("name") or "")
            if other is not None and other.id != row.id:
                raise refusals.failure(mirror.menu.unique[0].message)

    def _time(self, row: Row) -> None:
        """An address-list entry with a timeout is dynamic and goes by itself."""
        timeout = row.values.pop("timeout", None) if "list" in row.values else None
        if timeout is not None:
            row.expires = self.clock() + (durations.milliseconds(timeout) or 0) / 1000
            row.dynamic = True
            row.values["dynamic"] = "true"
            heapq.heappush(self._timed, (row.expires, id(row), row))

    # set

    def change(self, row: Row, attributes: Mapping[str, str]) -> None:
        """Set fields of a row; everything or nothing of it.

        Raises:
            RefusalError: as the router would refuse it.
        """
        table = row.table
        if row.dynamic and row.expires is None:
            lease = " lease" if table.menu.path.endswith("/lease") else ""
            raise refusals.failure(f"failure: can not change dynamic{lease}")
        written = self._written(table.menu, attributes, row)
        before = row.values
        self.release(row)
        table.unindex(row)
        row.values = {name: text for name, text in before.items() if name not in written}
        row.values |= {name: text for name, text in written.items() if text is not None}
        try:
            rules.complete(row, written, "")
            rules.judge(row)
            self._free_interface(row)
        except refusals.RefusalError:
            row.values = before
            raise
        finally:
            table.index(row)
            self.refer(row)
        self._time(row)
        self._follow(row, before)
        self.tell("set", row)

    def _follow(self, row: Row, before: Mapping[str, str]) -> None:
        """Carry a new name to those who refer to it, and to the other face of an interface."""
        old, new = before.get("name"), row.values.get("name")
        if old is not None and new is not None and old != new:
            self.carry(row, old, new)
        mirror = row.table.menu.mirror
        faces = [mirror] if mirror else self._twins if row.table.menu.path == _INTERFACES else []
        for path in faces:
            twin = self.table(path).by_id.get(row.id)
            if twin is not None:
                self._mimic(twin, row)

    def _mimic(self, twin: Row, row: Row) -> None:
        old = twin.values.get("name", "")
        twin.table.unindex(twin)
        for name in _SHARED:
            twin.values.pop(name, None)
            if name in row.values:
                twin.values[name] = row.values[name]
        twin.table.index(twin)
        self.carry(twin, old, twin.values.get("name", ""))

    # remove

    def remove(self, row: Row) -> None:
        """Take a row away, if the router lets it go.

        Raises:
            RefusalError: a built-in row, a group with users, a dynamic row whose owner lives.
        """
        menu = row.table.menu
        if row.default:
            raise refusals.failure(menu.keeper)
        if menu.held and row.referrers:
            raise refusals.failure(menu.held)
        if row.dynamic and row.expires is None and menu.path.startswith(_HELD_BY_OWNER):
            raise refusals.failure("failure: can not remove dynamic")
        self.drop(row)

    def drop(self, row: Row) -> None:
        """Remove without asking: a row whose owner or time is gone, or that ``remove`` let go."""
        table = row.table
        self.release(row)
        if row.referrers:
            self.carry(row, row.values.get("name", ""), row.key)
        table.delete(row)
        if table.menu.mirror:
            twin = self.table(table.menu.mirror).by_id.get(row.id)
            if twin is not None:
                self.drop(twin)
        self.tell("remove", row)

    # move

    def move(self, rows: Sequence[Row], before: Row | None) -> None:
        """Put rows before another, in the order given; at the end without one.

        Raises:
            RefusalError: a dynamic row, a place among the leading dynamic rows, or onto itself.
        """
        for row in rows:
            if row is before:
                raise refusals.failure("failure: can not move object before itself")
            if row.dynamic:
                raise refusals.failure("failure: can not change dynamic")
            if before is not None and row.table.leading(before):
                raise refusals.failure(_NOT_BEFORE)
        for row in rows:
            row.table.unlink(row)
            row.table.link(row, before)
            self.tell("move", row)


def _free_name(table: Table) -> str:
    number = 1
    if f"{table.menu.auto}{len(table)}" in table.by_name:
        number = len(table) + 1
    while f"{table.menu.auto}{number}" in table.by_name:
        number += 1
    return f"{table.menu.auto}{number}"
