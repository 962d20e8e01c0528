"""Times as RouterOS writes them: spans such as ``1w2d3h``, moments in the style of a version."""

import re
import time
from typing import Final

_UNITS: Final = (
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
)
_MILLIS: Final = dict(_UNITS)
_COMPACT = re.compile(r"(?:\d+(?:w|d|h|ms|m|s))+")
_PART = re.compile(r"(\d+)(w|d|h|ms|m|s)")
_CLOCK = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(\d+):(\d{1,2})(?::(\d{1,2}))?")
ISO_SINCE: Final = (7, 10)


def milliseconds(text: str) -> int | None:
    """A span as ``1d``, ``24h``, ``86400`` or ``1d00:00:00``; None for a text that is none."""
    if text.isascii() and text.isdigit():
        return int(text) * 1000
    if _COMPACT.fullmatch(text):
        return sum(int(count) * _MILLIS[unit] for count, unit in _PART.findall(text))
    if match := _CLOCK.fullmatch(text):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
    return None


def span(millis: int) -> str:
    """The compact form that is printed; ``0s`` for nothing."""
    out = ""
    for unit, size in _UNITS:
        count, millis = divmod(millis, size)
        if count:
            out += f"{count}{unit}"
    return out or "0s"


def moment(seconds: float, version: tuple[int, ...]) -> str:
    """A date and time as that version prints them (the clock of a simulated router is UTC)."""
    style = "%Y-%m-%d %H:%M:%S" if version >= ISO_SINCE else "%b/%d/%Y %H:%M:%S"
    return time.strftime(style, time.gmtime(seconds)).lower()
