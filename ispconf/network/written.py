"""The base of everything an operator writes, and the scalars of networks: ids, rates, times.

Every function takes text and raises ValueError with words for an operator; what money needs is in
``ledger.scalars``. Knows how a scalar is spelled, not what it is for.
"""

import re
from decimal import Decimal
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""Ids of routers, plans, subscribers and services: the file's name without ``.yaml``."""

_RATE = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)([kMG]?)", re.ASCII)
_POWERS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
_DURATION = re.compile(
    r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?"
)
_SECONDS = (604_800, 86_400, 3600, 60, 1)
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_HEX = re.compile(r"[0-9a-f]{64}")
_BRANCH = re.compile(r"ispconf-[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,12})?", re.ASCII)
_LATITUDE, _LONGITUDE, _PORTS = 90, 180, 65_535


class Written(BaseModel):
    """A block of a file: frozen, and unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        hide_input_in_errors=True,  # a traceback shows no password
        defer_build=True,  # a run that reads no file of a kind does not pay for its model
    )


class Named(Written):
    """A file of its own: ``id`` comes from the file's name, ``file`` is its path."""

    id: str
    file: str = ""


def identifier(value: object) -> str:
    """An id: small letters, digits and hyphens, at most 63, not starting with a hyphen."""
    if isinstance(value, str) and ID.fullmatch(value):
        return value
    raise ValueError(
        f'"{value}" is not an id: small letters a to z, digits and hyphens, at most 63'
    )


def rate(value: object) -> int:
    """A rate in bit/s: ``20M`` is 20,000,000 (k, M, G are powers of 1000)."""
    if isinstance(value, int) and value > 0:
        return value
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'"{value}" is not a rate: write bit/s like 512k, 20M or 1G')
    exact = Decimal(found[1]) * _POWERS[found[2]]
    if exact <= 0:
        raise ValueError(f'"{value}" would mean no limit at all; write a rate like 20M')
    if exact != exact.to_integral_value():
        raise ValueError(f'"{value}" is not a whole number of bit/s')
    return int(exact)


def duration(value: object) -> int:
    """A span of time in seconds: ``16s``, ``30d``, ``1h30m``."""
    if isinstance(value, int) and value > 0:
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    seconds = (
        sum(int(part or 0) * size for part, size in zip(found.groups(), _SECONDS, strict=True))
        if found
        else 0
    )
    if not seconds:
        raise ValueError(f'"{value}" is not a span of time: write it like 16s, 1h30m or 30d')
    return seconds


def reconnect(value: object) -> str:
    """``at-once``, ``never``, or the hours of a day: ``03:00-05:00``."""
    if isinstance(value, str) and (value in ("at-once", "never") or _HOURS.fullmatch(value)):
        return value
    raise ValueError(f'"{value}" is not at-once, never or hours like 03:00-05:00')


def fingerprint(value: object) -> str:
    """The SHA-256 of a certificate or document as 64 small hex digits; colons are dropped."""
    text = value.replace(":", "").lower() if isinstance(value, str) else ""
    if _HEX.fullmatch(text):
        return text
    raise ValueError("is not a SHA-256: 64 hex digits, with or without colons")


def port(value: object) -> int:
    """A TCP port, 1 to 65535."""
    if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        found = int(value)
        if 0 < found <= _PORTS:
            return found
    raise ValueError(f'"{value}" is not a TCP port: 1 to 65535')


def _degrees(value: object, most: int, said: str) -> float:
    if isinstance(value, str) and _DEGREES.fullmatch(value):
        value = float(value)
    if isinstance(value, float) and abs(value) <= most:
        return value
    raise ValueError(f'"{value}" is not a {said}: -{most} to {most} degrees, like 19.0414')


def latitude(value: object) -> float:
    """Degrees north of the equator, -90 to 90."""
    return _degrees(value, _LATITUDE, "latitude")


def longitude(value: object) -> float:
    """Degrees east of Greenwich, -180 to 180."""
    return _degrees(value, _LONGITUDE, "longitude")


def branch(value: object) -> str:
    """The name of a branch for what ispconf keeps: no change may choose one that people work on."""
    if isinstance(value, str) and _BRANCH.fullmatch(value) and ".." not in value:
        return value
    raise ValueError(f'"{value}" is no branch for this: write a name like ispconf-journal')


def timezone(value: object) -> str:
    """The name of a time zone that exists, such as America/Mexico_City."""
    if isinstance(value, str):
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    raise ValueError(f'"{value}" is not a time zone: write it like America/Mexico_City')


Branch = Annotated[str, BeforeValidator(branch)]
Text = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, BeforeValidator(identifier)]
Rate = Annotated[int, BeforeValidator(rate)]
Duration = Annotated[int, BeforeValidator(duration)]
Reconnect = Annotated[str, BeforeValidator(reconnect)]
Sha256 = Annotated[str, BeforeValidator(fingerprint)]
Port = Annotated[int, BeforeValidator(port)]
Latitude = Annotated[float, BeforeValidator(latitude)]
Longitude = Annotated[float, BeforeValidator(longitude)]
TimeZone = Annotated[str, BeforeValidator(timezone)]
