"""Documents as JSON that people can read and that is written fast.

The outer levels stand on lines of their own, what is below on one line each: so a plan of ten
thousand changes has a line for each change, and Python's slow way of indenting writes few of them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LEVELS: Final = 4  # document, its routers, a router, its changes
_PIECE: Final = 1 << 16  # characters or more that are printed at once

_compact = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Items:
    """A list of a document's outermost level that was written before: each text some items."""

    texts: Sequence[str]


def items(values: Iterable[Any]) -> str:
    """Items for an ``Items``, one or more."""
    return ",\n  ".join("".join(_parts(value, LEVELS - 2, "\n  ")) for value in values)


def written(document: Any, levels: int = LEVELS) -> str:
    """The document as JSON, without a line end."""
    return "".join(_parts(document, levels, "\n"))


def pieces(document: Any) -> Iterator[str]:
    """The document as JSON with a line end, in pieces; all of it is JSON when the first comes."""
    held: list[str] = []
    size = 0
    for part in [*_parts(document, LEVELS, "\n"), "\n"]:
        held.append(part)
        size += len(part)
        if size >= _PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def _parts(value: Any, levels: int, end: str) -> list[str]:
    found: list[str] = []
    _add(found.append, value, levels, end)
    return found


def _add(add: Callable[[str], None], value: Any, levels: int, end: str) -> None:
    """Adds the text of a value; ``end`` begins the line after it."""
    is_ready = isinstance(value, Items)
    values = value.texts if is_ready else value
    is_list = is_ready or isinstance(value, (list, tuple))
    if not values or not levels or not (is_list or isinstance(value, Mapping)):
        add("[]" if is_ready else _compact(value))
        return
    between = "[" if is_list else "{"
    inner = f"{end} "
    for each in values:
        add(between)
        add(inner)
        between = ","
        if is_ready:
            add(each)
        elif is_list:
            _add(add, each, levels - 1, inner)
        else:
            add(f"{_compact(each)}: ")
            _add(add, values[each], levels - 1, inner)
    add(f"{end}]" if is_list else f"{end}}}")
