"""The tables of one router, the clock they live by, and who refers to whom.

Knows how a name or id of another menu is found, and what becomes of it when the row it means is
renamed (references follow) or removed (the dead id stays behind). The writes are in ``device``.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ispconf.simulator import durations, policies, refusals
from ispconf.simulator.schema import Field, Menu, menus, parse_version
from ispconf.simulator.tables import Row, Table, parts, renamed

Listener = Callable[[str, Row], None]
"""Called with ``add``, ``set``, ``remove`` or ``move`` and the row, after it took effect."""

_LOG_LINES: Final = 1000


def row_number(key: str) -> int:
    """The number of an id; -1 for a text that is none."""
    try:
        return int(key[1:], 16) if key.startswith("*") else -1
    except ValueError:
        return -1


def _above(path: str) -> list[str]:
    pieces = path.strip("/").split("/")
    return ["/" + "/".join(pieces[: n + 1]) for n in range(len(pieces))]


class Store:
    """What a router of one version holds; ``clock`` gives seconds since 1970."""

    def __init__(self, version: str, clock: Callable[[], float] = time.time) -> None:
        self.version_text = version
        self.version = parse_version(version)
        self.clock = clock
        self.started = clock()
        self.menus = menus(self.version)
        self.listeners: list[Listener] = []
        self.disk_full: Callable[[], bool] = lambda: False
        self.mode = "advanced"
        self.tables: dict[str, Table] = {}

    def menu(self, path: str) -> Menu:
        """The menu of a path, or the refusal that this version has none."""
        found = self.menus.get(path)
        if found is None:
            known = {each for menu in self.menus for each in _above(menu)}
            missing = next((part for part in _above(path) if part not in known), path)
            raise refusals.no_command(missing.rpartition("/")[2], self.version)
        return found

    def table(self, path: str) -> Table:
        """The rows of a menu; built-in rows come into being when first asked for."""
        found = self.tables.get(path)
        if found is None:
            found = self.tables[path] = Table(self.menu(path))
            self._build(found)
        return found

    def _build(self, table: Table) -> None:
        menu = table.menu
        if menu.single:
            table.insert(Row(table, 0, {}))
            return
        for number, facts in enumerate(menu.builtin):
            written = {name: text for name, text in facts.items() if name in menu.fields}
            if "policy" in written:
                written["policy"] = policies.builtin(written["policy"], self.version)
            row = Row(table, int(facts.get(".id", f"*{number:X}")[1:], 16), written)
            row.default = menu.kind == "list"
            if "default" in menu.fields:
                row.values["default"] = "true"
            row.since = self.started
            table.insert(row)

    def names(self, paths: Iterable[str], text: str) -> Sequence[str]:
        """Names of rows that ``text`` is, is the id of, or begins."""
        tables = [self.table(path) for path in paths if path in self.menus]
        for table in tables:
            if text in table.by_name:
                return [text]
            row = table.by_id.get(row_number(text))
            if row is not None:
                return [row.values["name"]]
        return [name for table in tables for name in table.by_name if name.startswith(text)]

    def _targets(self, field: Field, value: str) -> Iterable[Row]:
        for path in field.to:
            if path in self.menus:
                index = self.table(path).by_name
                yield from (index[part] for part in parts(field, value) if part in index)

    def refer(self, row: Row) -> None:
        """Note whom a row refers to."""
        for target in self._referred(row):
            target.referrers = target.referrers or {}
            target.referrers[row] = None

    def release(self, row: Row) -> None:
        """Forget whom a row refers to; to be called before it changes."""
        for target in self._referred(row):
            if target.referrers:
                target.referrers.pop(row, None)

    def _referred(self, row: Row) -> Iterable[Row]:
        for field in row.table.menu.references:
            value = row.get(field.name)
            if value is not None:
                yield from self._targets(field, value)

    def carry(self, row: Row, old: str, new: str) -> None:
        """Let rows that refer to ``row`` as ``old`` say ``new``: a name, or the id it leaves."""
        for other in list(row.referrers or ()):
            other.table.unindex(other)
            for field in other.table.menu.references:
                value = other.get(field.name)
                if value is not None and row.table.menu.path in field.to:
                    other.values[field.name] = renamed(field, value, old, new)
            other.table.index(other)

    def log(self, topics: str, message: str) -> None:
        """A line in /log; the last thousand are kept, as a router does."""
        table = self.table("/log")
        now = durations.moment(self.clock(), self.version)
        row = Row(table, table.next_id(), {"time": now, "topics": topics, "message": message})
        table.insert(row)
        if len(table) > _LOG_LINES:
            table.delete(next(iter(table.by_id.values())))
        self.tell("add", row)

    def tell(self, what: str, row: Row) -> None:
        """Tell whoever listens what became of a row."""
        for listener in list(self.listeners):
            listener(what, row)
