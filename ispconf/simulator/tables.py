"""Rows of one menu: ids, order, what is unique and who refers to whom.

A table stores printed values and answers every question of a write in constant time (ids, unique
keys and names are indexed, ordered menus are linked lists). It knows nothing of spelling, rights or
protocol.
"""

from collections.abc import Iterator
from typing import Final

from ispconf.simulator import refusals
from ispconf.simulator.schema import Field, Menu, Unique

_ALL: Final = "all"


class Row:
    """One row: only what was set is stored, defaults are laid under it when it is printed."""

    __slots__ = ("default", "dynamic", "expires", "id", "next", "previous", "referrers", "since",
                 "table", "values")  # fmt: skip

    def __init__(self, table: "Table", number: int, values: dict[str, str]) -> None:
        self.table = table
        self.id = number
        self.values = values
        self.dynamic = False
        self.default = False
        self.since = 0.0
        self.expires: float | None = None
        self.referrers: dict[Row, None] | None = None
        self.previous: Row | None = None
        self.next: Row | None = None

    @property
    def key(self) -> str:
        """The id as printed: ``*`` and upper-case hexadecimal digits."""
        return f"*{self.id:X}"

    @property
    def disabled(self) -> bool:
        """Whether the row is switched off."""
        return self.get("disabled") == "true"

    def get(self, name: str) -> str | None:
        """The printed value of a stored or defaulted field; None when the row has it not."""
        found = self.values.get(name)
        if found is None and name in self.table.menu.fields:
            return self.table.menu.fields[name].new
        return found


def parts(field: Field, value: str) -> list[str]:
    """The names of other rows that a value may hold."""
    if field.kind == "pair":
        return value.split("/")
    if field.kind == "target":
        return value.split(",")
    return [value.removeprefix("!")] if field.negated else [value]


def renamed(field: Field, value: str, old: str, new: str) -> str:
    """The value with one name in it replaced."""
    if field.kind in {"pair", "target"}:
        mark = "/" if field.kind == "pair" else ","
        return mark.join(new if part == old else part for part in value.split(mark))
    if value == old:
        return new
    return f"!{new}" if field.negated and value == f"!{old}" else value


class Table:
    """The rows of a menu on one router."""

    def __init__(self, menu: Menu) -> None:
        self.menu = menu
        self.by_id: dict[int, Row] = {}
        self.by_name: dict[str, Row] = {}
        self.counter = menu.start
        self._unique: list[dict[tuple[str, ...], list[Row]]] = [{} for _ in menu.unique]
        self._first: Row | None = None
        self._last: Row | None = None

    def __len__(self) -> int:
        return len(self.by_id)

    def __iter__(self) -> Iterator[Row]:
        """Rows in the order in which they are printed."""
        if not self.menu.ordered:
            yield from list(self.by_id.values())
            return
        row = self._first
        while row is not None:
            following = row.next
            yield row
            row = following

    @property
    def last(self) -> Row | None:
        """The last row of an ordered menu."""
        return self._last

    def next_id(self) -> int:
        """A number that no row of this menu had."""
        while self.counter in self.by_id:
            self.counter += 1
        self.counter += 1
        return self.counter - 1

    def find(self, number: int) -> Row:
        """The row of an id, or the refusal ``no such item``."""
        row = self.by_id.get(number)
        if row is None:
            raise refusals.no_item()
        return row

    # order

    def link(self, row: Row, before: Row | None = None) -> None:
        """Put a row that is in no place before another, or at the end."""
        if not self.menu.ordered:
            return
        row.next = before
        row.previous = before.previous if before else self._last
        if row.previous:
            row.previous.next = row
        else:
            self._first = row
        if before:
            before.previous = row
        else:
            self._last = row

    def unlink(self, row: Row) -> None:
        """Take a row out of the order."""
        if not self.menu.ordered:
            return
        if row.previous:
            row.previous.next = row.next
        else:
            self._first = row.next
        if row.next:
            row.next.previous = row.previous
        else:
            self._last = row.previous
        row.previous = row.next = None

    def leading(self, row: Row) -> bool:
        """Whether the row is one of the dynamic or built-in rows at the very top."""
        at = self._first
        while at is not None and (at.dynamic or at.default):
            if at is row:
                return True
            at = at.next
        return False

    # indexes

    def _key(self, unique: Unique, row: Row) -> tuple[str, ...] | None:
        if unique.enabled and row.disabled:
            return None
        key = tuple(row.get(name) or "" for name in unique.by if name != unique.wild)
        return key if any(key) else None

    def clash(self, row: Row) -> Unique | None:
        """The rule that ``row`` as it is now would break against the others."""
        for unique, index in zip(self.menu.unique, self._unique, strict=True):
            key = self._key(unique, row)
            if key is None:
                continue
            for other in index.get(key, ()):
                if other is row:
                    continue
                if unique.wild:
                    mine, theirs = row.get(unique.wild) or _ALL, other.get(unique.wild) or _ALL
                    if mine != theirs and _ALL not in {mine, theirs}:
                        continue
                return unique
        return None

    def index(self, row: Row) -> None:
        """Make the row findable by its unique keys and name."""
        for unique, found in zip(self.menu.unique, self._unique, strict=True):
            key = self._key(unique, row)
            if key is not None:
                found.setdefault(key, []).append(row)
        name = row.values.get("name")
        if name is not None:
            self.by_name[name] = row

    def unindex(self, row: Row) -> None:
        """The reverse of ``index``; to be called before the row changes."""
        for unique, found in zip(self.menu.unique, self._unique, strict=True):
            key = self._key(unique, row)
            if key is not None and row in found.get(key, ()):
                found[key].remove(row)
                if not found[key]:
                    del found[key]
        name = row.values.get("name")
        if name is not None and self.by_name.get(name) is row:
            del self.by_name[name]

    def insert(self, row: Row, before: Row | None = None) -> None:
        """Take a new row in; the caller has looked for clashes."""
        self.by_id[row.id] = row
        self.index(row)
        self.link(row, before)

    def delete(self, row: Row) -> None:
        """Take a row out of everything."""
        self.unindex(row)
        self.unlink(row)
        del self.by_id[row.id]
