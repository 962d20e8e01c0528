"""The inside of one router: its tables and the rules that hold between them.

Writes go through ``add``, ``change``, ``remove`` and ``move``, by a client or by an administrator in
the same process, and obey the same rules with the same words. Knows references, built-in and dynamic
rows; knows nothing of users, sentences or sockets. Life (sessions, timers) hangs on ``listeners``.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from ispconf.simulator import addresses, durations, refusals, values
from ispconf.simulator.schema import Field, Menu, menus, parse_version
from ispconf.simulator.tables import Row, Table, parts, renamed

Listener = Callable[[str, Row], None]
"""Called with ``add``, ``set``, ``remove`` or ``move`` and the row, after it took effect."""

_LOG_LINES = 1000


class Device:
    """A RouterOS of one version without its network."""

    def __init__(
        self,
        name: str = "MikroTik",
        version: str = "7.16.2",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.version_text = version
        self.version = parse_version(version)
        self.clock = clock
        self.started = clock()
        self.menus = menus(self.version)
        self.listeners: list[Listener] = []
        self.tables: dict[str, Table] = {}
        self._timed: dict[Row, None] = {}
        self.table("/system/identity").by_id[0].values["name"] = name

    def menu(self, path: str) -> Menu:
        """The menu of a path, or the refusal that this version has none."""
        found = self.menus.get(path)
        if found is None:
            known = {each for menu in self.menus for each in _above(menu)}
            missing = next((p for p in _above(path) if p not in known), path)
            raise refusals.no_command(missing.rpartition("/")[2], self.version)
        return found

    def table(self, path: str) -> Table:
        """The rows of a menu; built-in rows come into being when first asked for."""
        found = self.tables.get(path)
        if found is None:
            found = self.tables[path] = Table(self.menu(path))
            self._build(found)
        self._expire()
        return found

    def _build(self, table: Table) -> None:
        menu = table.menu
        if menu.single:
            table.insert(Row(table, 0, {}))
            return
        for number, facts in enumerate(menu.builtin):
            written = {k: v for k, v in facts.items() if k in menu.fields}
            row = Row(table, int(facts.get(".id", f"*{number:X}")[1:], 16), written)
            row.default = menu.kind == "list"
            if "default" in menu.fields:
                row.values["default"] = "true"
            row.since = self.started
            table.insert(row)
        low = [number for number in table.by_id if number < 1 << 24]
        table.counter = max([table.counter, *(number + 1 for number in low)])

    def _expire(self) -> None:
        if not self._timed:
            return
        now = self.clock()
        for row in [row for row in self._timed if row.expires is not None and row.expires <= now]:
            self._drop(row)

    # names and references

    def names(self, paths: Iterable[str], text: str) -> Sequence[str]:
        """Names of rows that ``text`` is, is the id of, or begins."""
        tables = [self.table(path) for path in paths if path in self.menus]
        for table in tables:
            if text in table.by_name:
                return [text]
            if text.startswith("*") and (row := table.by_id.get(row_number(text))) is not None:
                return [row.values["name"]]
        return [name for table in tables for name in table.by_name if name.startswith(text)]

    def _targets(self, field: Field, value: str) -> Iterable[Row]:
        for path in field.to:
            if path in self.menus:
                index = self.table(path).by_name
                for part in parts(field, value):
                    if part in index:
                        yield index[part]

    def _refer(self, row: Row, *, take: bool) -> None:
        for field in row.table.menu.references:
            value = row.get(field.name)
            if value is None:
                continue
            for target in self._targets(field, value):
                if take:
                    target.referrers = target.referrers or {}
                    target.referrers[row] = None
                elif target.referrers:
                    target.referrers.pop(row, None)

    def refer(self, row: Row) -> None:
        """Note whom a row that was put in its place refers to."""
        self._refer(row, take=True)

    def _carry(self, row: Row, old: str, new: str) -> None:
        """A name changed: rows that refer to it follow; a removed one leaves its id behind."""
        for other in list(row.referrers or ()):
            table = other.table
            table.unindex(other)
            for field in table.menu.references:
                value = other.get(field.name)
                if value is not None and row.table.menu.path in field.to:
                    other.values[field.name] = renamed(field, value, old, new)
            table.index(other)

    # writes

    def _written(
        self, menu: Menu, attributes: Mapping[str, str], row: Row | None
    ) -> dict[str, str | None]:
        """What to store; None means unset. Refuses what the router would."""
        out: dict[str, str | None] = {}
        for name, text in attributes.items():
            wanted = name.removeprefix("!")
            field = menu.fields.get(wanted)
            if field is None or not field.writable:
                raise refusals.unknown_parameter(wanted, self.version)
            if name.startswith("!"):
                out[wanted] = None
            elif field.kind == "policy":
                out[name] = values.policies(text, (row.get(name) or "") if row else "")
            elif field.kind == "comment" and not text:
                out[name] = None
            else:
                shown = values.printed(field, text, self)
                out[name] = None if shown == field.absent else shown
        return out

    def _judge(self, row: Row) -> None:
        """Rules over several fields of a row."""
        clash = row.table.clash(row)
        if clash:
            raise refusals.failure(clash.message)
        if row.table.menu.path == "/queue/simple":
            _limits(row)
        if any(name in row.values for name in ("dst-port", "src-port", "port")):
            _ports(row)

    def add(self, path: str, attributes: Mapping[str, str], before: str | None = None) -> Row:
        """A new static row, at the end or before the row of an id.

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
        place = self.place(table, before) if before is not None else None
        if menu.auto and written.get("name") is None:
            written["name"] = self._free_name(table)
        row = self.make(table, {k: v for k, v in written.items() if v is not None}, place)
        return row

    def place(self, table: Table, before: str) -> Row:
        """The row before which something is to stand."""
        if not table.menu.ordered:
            raise refusals.unknown_parameter("place-before", self.version)
        row = table.by_id.get(row_number(before))
        if row is None:
            raise refusals.RefusalError("no such item", refusals.MISSING)
        if table.leading(row):
            raise refusals.failure("failure: can not move object before dynamic")
        return row

    def _free_name(self, table: Table) -> str:
        number = len(table) + 1 if table.menu.auto + str(len(table)) in table.by_name else 1
        while f"{table.menu.auto}{number}" in table.by_name:
            number += 1
        return f"{table.menu.auto}{number}"

    def make(self, table: Table, stored: dict[str, str], before: Row | None = None, *,
             dynamic: bool = False, number: int | None = None) -> Row:  # fmt: skip
        """Insert a row of values that are already as printed; the way in for dynamic rows, too."""
        mirror = self.table(table.menu.mirror) if table.menu.mirror else None
        row = Row(table, -1, stored)
        row.dynamic = dynamic
        row.since = self.clock()
        self._computed(row)
        self._judge(row)
        if mirror and (row.get("name") or "") in mirror.by_name:
            raise refusals.failure(mirror.menu.unique[0].message)
        row.id = (mirror or table).next_id() if number is None else number
        if dynamic:
            stored["dynamic"] = "true"
        self._time(row)
        table.insert(row, before)
        self._refer(row, take=True)
        if mirror:
            self._reflect(row, mirror)
        self._tell("add", row)
        return row

    def _reflect(self, row: Row, mirror: Table) -> None:
        kind = row.table.menu.path.rpartition("/")[2]
        shown = {"type": {"wireguard": "wg"}.get(kind, kind), "mtu": row.get("mtu") or "1500"}
        kept = {
            k: row.values[k]
            for k in ("name", "comment", "disabled", "mac-address")
            if k in row.values
        }
        self.make(mirror, {**shown, **kept}, number=row.id)

    def change(self, row: Row, attributes: Mapping[str, str]) -> None:
        """Set fields of a row; everything or nothing of it.

        Raises:
            RefusalError: as the router would refuse it.
        """
        table = row.table
        if row.dynamic and row.expires is None:
            lease = table.menu.path == "/ip/dhcp-server/lease"
            raise refusals.failure(f"failure: can not change dynamic{' lease' if lease else ''}")
        written = self._written(table.menu, attributes, row)
        before = dict(row.values)
        self._refer(row, take=False)
        table.unindex(row)
        for name, value in written.items():
            if value is None:
                row.values.pop(name, None)
            else:
                row.values[name] = value
        try:
            self._computed(row, written)
            self._judge(row)
            if table.menu.fields.get("name") and not row.get("name") and before.get("name"):
                raise refusals.invalid("name")
        except refusals.RefusalError:
            row.values = before
            raise
        finally:
            table.index(row)
            self._refer(row, take=True)
        if "timeout" in written:
            self._time(row)
        self._follow(row, before)
        self._tell("set", row)

    def _follow(self, row: Row, before: Mapping[str, str]) -> None:
        old, new = before.get("name"), row.values.get("name")
        if old is not None and new is not None and old != new:
            self._carry(row, old, new)
        mirror = row.table.menu.mirror
        twins = (
            [mirror]
            if mirror
            else [p for p, m in self.menus.items() if m.mirror == row.table.menu.path]
        )
        for path in twins:
            twin = self.table(path).by_id.get(row.id)
            kept = ("name", "comment", "disabled", "mtu")
            if twin is None or all(twin.values.get(k) == row.values.get(k) for k in kept):
                continue
            twin.table.unindex(twin)
            twin_old = twin.values.get("name", "")
            for key in kept:
                if key in row.values:
                    twin.values[key] = row.values[key]
                else:
                    twin.values.pop(key, None)
            twin.table.index(twin)
            self._carry(twin, twin_old, twin.values.get("name", ""))

    def remove(self, row: Row) -> None:
        """Take a row away, if the router lets it go."""
        menu = row.table.menu
        if "remove" not in menu.verbs:
            raise refusals.no_command("remove", self.version)
        if row.default:
            raise refusals.failure(menu.keeper)
        if menu.held and row.referrers:
            raise refusals.failure(menu.held)
        if (
            row.dynamic
            and row.expires is None
            and menu.path.startswith(("/queue", "/ip/firewall/filter", "/ip/firewall/nat"))
        ):
            raise refusals.failure("failure: can not remove dynamic")
        self._drop(row)

    def _drop(self, row: Row) -> None:
        """Remove without asking: rows whose owner is gone, and what ``remove`` lets through."""
        table = row.table
        self._timed.pop(row, None)
        self._refer(row, take=False)
        if row.referrers:
            self._carry(row, row.values.get("name", ""), row.key)
        table.delete(row)
        if table.menu.mirror:
            twin = self.table(table.menu.mirror).by_id.get(row.id)
            if twin is not None:
                self._drop(twin)
        self._tell("remove", row)

    drop = _drop

    def move(self, rows: Sequence[Row], before: Row | None) -> None:
        """Put rows before another, in the order given; at the end without one."""
        for row in rows:
            if row is before:
                raise refusals.failure("failure: can not move object before itself")
            if row.dynamic:
                raise refusals.failure("failure: can not change dynamic")
            if before is not None and row.table.leading(before):
                raise refusals.failure("failure: can not move object before dynamic")
        for row in rows:
            row.table.unlink(row)
            row.table.link(row, before)
            self._tell("move", row)

    # what follows from what was written

    def _computed(self, row: Row, written: Mapping[str, str | None] | None = None) -> None:
        path, stored = row.table.menu.path, row.values
        if path == "/ip/address" and (written is None or "address" in written):
            if "network" not in stored or (written is not None and "network" not in written):
                stored["network"] = addresses.network(stored.get("address", "")) or "0.0.0.0"  # noqa: S104
        if path == "/ip/address":
            stored["actual-interface"] = stored.get("interface", "")
        if path.endswith("/address-list") and "creation-time" not in stored:
            stored["creation-time"] = durations.moment(self.clock(), self.version)

    def _time(self, row: Row) -> None:
        """An address-list entry with a timeout is dynamic and goes by itself."""
        if not row.table.menu.path.endswith("/address-list"):
            return
        timeout = row.values.pop("timeout", None)
        if timeout is not None:
            row.expires = self.clock() + (durations.milliseconds(timeout) or 0) / 1000
            row.dynamic = True
            row.values["dynamic"] = "true"
            self._timed[row] = None

    def log(self, topics: str, message: str) -> None:
        """A line in /log; the last thousand are kept, as a router does."""
        table = self.table("/log")
        shown = {
            "time": durations.moment(self.clock(), self.version),
            "topics": topics,
            "message": message,
        }
        row = Row(table, table.next_id(), shown)
        table.insert(row)
        if len(table) > _LOG_LINES:
            table.delete(next(iter(table.by_id.values())))

    def _tell(self, what: str, row: Row) -> None:
        for listener in list(self.listeners):
            listener(what, row)


def row_number(key: str) -> int:
    """The number of an id; -1 for a text that is none."""
    try:
        return int(key[1:], 16) if key.startswith("*") else -1
    except ValueError:
        return -1


def _above(path: str) -> list[str]:
    pieces = path.strip("/").split("/")
    return ["/" + "/".join(pieces[: n + 1]) for n in range(len(pieces))]


def _limits(row: Row) -> None:
    most, least = (row.get("max-limit") or "").split("/"), (row.get("limit-at") or "").split("/")
    for side, high, low in zip(("upload", "download"), most, least, strict=True):
        if int(high) and int(high) < int(low):
            raise refusals.failure(f"failure: {side}-max-limit less than {side}-limit")


def _ports(row: Row) -> None:
    if (row.get("protocol") or "").lstrip("!") not in {"tcp", "udp", "udp-lite", "dccp", "sctp"}:
        raise refusals.failure("ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp")
