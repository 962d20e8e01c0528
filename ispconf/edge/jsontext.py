"""Documents as JSON that people can read and that is written fast.

The outer levels stand on lines of their own, what is below on one line each: so a plan of ten
thousand changes has a line for each change, and Python's slow way of indenting writes few of them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def _parts(value: Any, levels: int, end: str) -> Iterator[str]:
    if isinstance(value, Items):
        for place, text in enumerate(value.texts):
            yield f"{',' if place else '['}{end} "
            yield text
        yield f"{end}]" if value.texts else "[]"
        return
    is_list = isinstance(value, (list, tuple))
    if not value or not levels or not (is_list or isinstance(value, Mapping)):
        yield _compact(value)
        return
    yield "[" if is_list else "{"
    inner = f"{end} "
    for place, key in enumerate(value):
        yield f",{inner}" if place else inner
        if is_list:
            yield from _parts(key, levels - 1, inner)
        else:
            yield f"{_compact(key)}: "
            yield from _parts(value[key], levels - 1, inner)
    yield f"{end}]" if is_list else f"{end}}}"
