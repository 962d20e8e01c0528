"""Rows as sentences: which properties, in which order, masked or live, and quickly.

The properties of a print are worked out once per command; each row is then one pass over a list of
prepared byte strings.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ispconf.simulator import live, queries, wire
from ispconf.simulator.device import Device
from ispconf.simulator.schema import Field, Menu
from ispconf.simulator.tables import Row, Table

MASK: Final = "*****"


class Column(NamedTuple):
    """How one property of a row is printed."""

    name: str
    prefix: bytes
    default: str | None
    word: bytes | None
    live: Callable[[Device, Row], str | None] | None
    masked: bool


def _column(device: Device, menu: Menu, field: Field, *, sensitive: bool) -> Column:
    prefix = wire.to_bytes(f"={field.name}=")
    default = live.style(device, field.new) if field.kind == "read" else field.new
    masked = field.secret and not sensitive
    if masked and default is not None:
        default = MASK
    word = wire.word(prefix + wire.to_bytes(default)) if default is not None else None
    return Column(
        field.name, prefix, default, word, live.COLUMNS.get((menu.path, field.name)), masked
    )


def columns(
    device: Device, menu: Menu, names: Sequence[str] | None = None, *, sensitive: bool = True
) -> list[Column]:
    """The properties asked for, or all; unknown names are left out as a router does."""
    wanted = (
        menu.fields.values()
        if names is None
        else [menu.fields[n] for n in names if n in menu.fields]
    )
    shown = [_column(device, menu, f, sensitive=sensitive) for f in wanted if not f.hidden]
    if not menu.single and (names is None or ".id" in names):
        shown.insert(0, Column(".id", b"=.id=", None, None, live.key, masked=False))
    return shown


def value(device: Device, row: Row, column: Column) -> str | None:
    """The printed text of one property; None when the row has it not."""
    if column.live is not None:
        return column.live(device, row)
    found = row.values.get(column.name)
    if found is None:
        return column.default
    return MASK if column.masked else found


def _own(row: Row, shown: Sequence[Column]) -> list[Column]:
    """The columns of this row's own kind (queue types print only these)."""
    per = row.table.menu.per
    if not per:
        return list(shown)
    kinds = row.table.menu.fields[per].words
    mine = row.get(per)

    def owner(name: str) -> str | None:
        found = [kind for kind in kinds if name.startswith(f"{kind}-")]
        return max(found, key=len) if found else None

    return [column for column in shown if owner(column.name) in {None, mine}]


def as_dict(device: Device, row: Row, shown: Sequence[Column]) -> dict[str, str]:
    """A row as its properties, in the order printed."""
    pairs = ((column.name, value(device, row, column)) for column in _own(row, shown))
    return {name: text for name, text in pairs if text is not None}


def select(
    device: Device, table: Table, words: Sequence[str], *, sensitive: bool = True
) -> list[Row]:
    """The rows that the query words pick, in table order."""
    wanted = queries.exact(words, "name")
    if wanted is not None and any(unique.by == ("name",) for unique in table.menu.unique):
        return [row for row in (table.by_name.get(wanted),) if row is not None]
    wanted = queries.exact(words, ".id")
    if wanted is not None:
        return [row for row in table if row.key == wanted]
    test = queries.compile_query(words)
    if test is None:
        return list(table)
    by_name = {c.name: c for c in columns(device, table.menu, sensitive=sensitive)}

    def get_of(row: Row) -> queries.Get:
        def get(name: str) -> str | None:
            column = by_name.get(name)
            return None if column is None else value(device, row, column)

        return get

    return [row for row in table if test(get_of(row))]


def encode(
    device: Device, rows: Iterable[Row], shown: Sequence[Column], tag: str | None
) -> Iterator[bytes]:
    """``!re`` sentences for rows, 256 rows a piece."""
    head = wire.word(b"!re")
    if tag is not None:
        head += wire.word(wire.to_bytes(f".tag={tag}"))
    out: list[bytes] = []
    size = 0
    make = wire.word
    plain = [(c.name, c.prefix, c.word, c.live, c.masked) for c in shown]
    for row in rows:
        out.append(head)
        stored = row.values
        mine = plain
        if row.table.menu.per:
            mine = [(c.name, c.prefix, c.word, c.live, c.masked) for c in _own(row, shown)]
        for name, prefix, default, living, masked in mine:
            text = stored.get(name) if living is None else living(device, row)
            if text is None:
                if default is not None and living is None:
                    out.append(default)
            elif masked:
                out.append(make(prefix + MASK.encode()))
            else:
                out.append(make(prefix + text.encode("utf-8", "surrogateescape")))
        out.append(b"\0")
        size += 1
        if size % 256 == 0:
            yield b"".join(out)
            out = []
    if out:
        yield b"".join(out)
