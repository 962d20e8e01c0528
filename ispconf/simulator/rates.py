"""Rates: ``5M`` is 5000000 bit/s, and the ``rate-limit`` text of a profile is a row of them.

Suffixes are decimal. The first half is what the client sends (upload), the second what it gets.
"""

import re
from typing import Final

from ispconf.simulator import durations

_UNITS: Final = {"": 1, "k": 1000, "K": 1000, "M": 1_000_000, "G": 1_000_000_000}
_SCALED = re.compile(r"(\d+)([kKMG]?)")
_PARTS: Final = (
    "max-limit",
    "burst-limit",
    "burst-threshold",
    "burst-time",
    "priority",
    "limit-at",
)


def bits(text: str) -> str | None:
    """Plain bit/s; None for a text that is no rate."""
    match = _SCALED.fullmatch(text)
    return str(int(match[1]) * _UNITS[match[2]]) if match else None


def _span(text: str) -> str | None:
    millis = durations.milliseconds(text)
    return None if millis is None else durations.span(millis)


def queue(text: str) -> dict[str, str]:
    """The queue fields that a ``rate-limit`` makes; a half that is missing counts as the first.

    ``rx[/tx] [burst-rx[/tx] [threshold[/] [burst-time[/] [priority [min-rx[/tx]]]]]]``. A text that
    is no rate limits nothing: a router looks at it only when a session starts.
    """
    out: dict[str, str] = {}
    for name, part in zip(_PARTS, text.split(), strict=False):
        halves = (part.split("/") * 2)[:2]
        shown = [(_span if name == "burst-time" else bits)(half) for half in halves]
        if None not in shown:
            out[name] = "/".join(half or "" for half in shown)
    return out
