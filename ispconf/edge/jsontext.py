"""Documents as JSON that people can read and that is written fast.

The outer levels stand on lines of their own, what is below on one line each: so a plan of ten
thousand changes has a line for each change, and Python's slow way of indenting writes few of them.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

LEVELS: Final = 4  # document, its routers, a router, its changes

_compact = json.JSONEncoder(ensure_ascii=False).encode


def written(document: Any, levels: int = LEVELS) -> str:
    """The document as JSON, without a line end."""
    return "".join(_parts(document, levels, "\n"))


def _parts(value: Any, levels: int, end: str) -> Iterator[str]:
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
