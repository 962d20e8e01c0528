"""Rows as sentences: which properties, in which order, masked or live, and quickly.

The properties of a print are worked out once per command; each row is then one pass over a list of
prepared byte strings.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ispconf.simulator import live, queries, wire
from ispconf.simulator.device import Device
from ispconf.simulator.schema import Field, Menu
from ispconf.simulator.store import row_number
from ispconf.simulator.tables import Row, Table

MASK: Final = "*****"
_PIECE: Final = 256
_ONE_BYTE: Final = 0x80
_LENGTHS: Final = tuple(map(chr, range(_ONE_BYTE)))
_FEW_VALUES: Final = frozenset({"bool", "enum", "ref", "set", "pair", "number", "rate", "duration"})


Live = Callable[[Device, Row], str | None]


class Column(NamedTuple):
    """How one property of a row is printed; ``word`` is its default as it goes over the line."""

    name: str
    default: str | None
    word: str | None
    live: Live | None
    few: bool


def _word(text: str) -> str:
    """A word with its length in front, as text that encodes to the bytes of the line."""
    size = len(text)
    if size < _ONE_BYTE and text.isascii():
        return _LENGTHS[size] + text
    return wire.to_text(wire.word(wire.to_bytes(text)))


def _mask(name: str, default: str | None) -> Live:
    def show(_: Device, row: Row) -> str | None:
        return None if default is None and name not in row.values else MASK

    return show


def _column(device: Device, menu: Menu, field: Field, *, sensitive: bool) -> Column:
    default = live.style(device, field.new) if field.kind == "read" else field.new
    reader = live.COLUMNS.get((menu.path, field.name))
    if field.secret and not sensitive:
        reader = _mask(field.name, default)
    word = None if default is None else _word(f"={field.name}={default}")
    return Column(field.name, default, word, reader, field.kind in _FEW_VALUES)


def constant(name: str, text: str) -> Column:
    """A property that is the same in every row and not of the menu."""
    return Column(name, text, _word(f"={name}={text}"), None, few=False)


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
        shown.insert(0, Column(".id", None, None, live.key, few=False))
    if menu.path in live.ABOUT and (names is None or ".about" in names):
        shown.append(Column(".about", None, None, live.ABOUT[menu.path], few=False))
    return shown


def value(device: Device, row: Row, column: Column) -> str | None:
    """The printed text of one property; None when the row has it not."""
    if column.live is not None:
        return column.live(device, row)
    return row.values.get(column.name, column.default)


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
        named = table.by_name.get(wanted)
        return [] if named is None else [named]
    wanted = queries.exact(words, ".id")
    if wanted is not None:
        row = table.by_id.get(row_number(wanted))
        return [] if row is None else [row]
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
    head = _word("!re") + ("" if tag is None else _word(f".tag={tag}"))
    prepared = _prepared(shown)
    out: list[str] = []
    for count, row in enumerate(rows, 1):
        out.append(head)
        mine = _prepared(_own(row, shown)) if row.table.menu.per else prepared
        stored = row.values.get
        for name, prefix, default, living, cache in mine:
            text = stored(name) if living is None else living(device, row)
            if text is None:
                if default is not None and living is None:
                    out.append(default)
            elif cache is None:
                out.append(_word(prefix + text))
            else:
                word = cache.get(text)
                if word is None:
                    word = cache[text] = _word(prefix + text)
                out.append(word)
        out.append("\0")
        if count % _PIECE == 0:
            yield wire.to_bytes("".join(out))
            out = []
    if out:
        yield wire.to_bytes("".join(out))


def _prepared(
    shown: Sequence[Column],
) -> list[tuple[str, str, str | None, Live | None, dict[str, str] | None]]:
    return [(c.name, f"={c.name}=", c.word, c.live, {} if c.few else None) for c in shown]
