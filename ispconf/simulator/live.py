"""Properties that move by themselves: uptimes, countdowns, counters, the clock.

Worked out when they are printed, from the device's clock, so that nothing runs in the background.
"""

from collections.abc import Callable
from typing import Final

from ispconf.simulator import addresses, backups, devicemode, durations
from ispconf.simulator.device import Device
from ispconf.simulator.tables import Row

Live = Callable[[Device, Row], str | None]
_NEVER: Final = "1970-01-01 00:00:00"
_BYTES_PER_SECOND: Final = 12_500  # what a quiet client moves: 100 kbit/s
_PACKET: Final = 500
_SHOWN: Final = 60_000  # bytes; the contents of a longer file are not printed


def key(_: Device, row: Row) -> str:
    """The id of a row."""
    return row.key


def style(device: Device, text: str | None) -> str | None:
    """A date that the schema gives, in the style of the version."""
    return durations.moment(0, device.version) if text == _NEVER else text


def _uptime(device: Device, row: Row) -> str:
    return durations.span(int(device.clock() - row.since) * 1000)


def _boot(device: Device, _: Row) -> str:
    return durations.span(int(device.clock() - device.started) * 1000)


def _left(device: Device, row: Row) -> str | None:
    if row.expires is None:
        return None
    return durations.span(max(0, int(row.expires - device.clock())) * 1000)


def _constant(text: str) -> Live:
    return lambda _device, _row: text


def _version(device: Device, _: Row) -> str:
    return f"{device.version_text} ({'long-term' if device.version < (7,) else 'stable'})"


def _date(device: Device, _: Row) -> str:
    return durations.moment(device.clock(), device.version).partition(" ")[0]


def _time(device: Device, _: Row) -> str:
    return durations.moment(device.clock(), device.version).partition(" ")[2]


def _counter(unit: int) -> Live:
    def count(device: Device, row: Row) -> str:
        if not row.dynamic:
            return row.values.get("rx-byte", "0")
        return str(int(device.clock() - row.since) * _BYTES_PER_SECOND // unit)

    return count


def _total(_: Device, row: Row) -> str:
    return str(sum(len(addresses.hosts(part)) for part in (row.get("ranges") or "").split(",")))


def _used(device: Device, row: Row) -> str:
    taken = {session.get("address") for session in device.table("/ppp/active")}
    ours = [addresses.hosts(part) for part in (row.get("ranges") or "").split(",")]
    numbers = [addresses.number(each) for each in taken if each]
    return str(sum(any(number in part for part in ours) for number in numbers))


def _available(device: Device, row: Row) -> str:
    return str(int(_total(device, row)) - int(_used(device, row)))


def _size(_: Device, row: Row) -> str:
    held = row.values.get(backups.HELD) or row.get("contents") or ""
    return str(len(held.encode("utf-8", "surrogateescape")))


def _contents(_: Device, row: Row) -> str | None:
    text = row.values.get("contents", "")
    shown = len(text.encode("utf-8", "surrogateescape")) <= _SHOWN
    return text if shown and backups.HELD not in row.values else None


def _feature(name: str) -> Live:
    return lambda device, _: "true" if devicemode.allowed(device, name) else "false"


def _about(feature: str) -> Live:
    return lambda device, _: None if devicemode.allowed(device, feature) else devicemode.NOTE


def _since(device: Device, row: Row) -> str:
    return durations.moment(row.since, device.version)


_RESOURCE: Final[dict[str, Live]] = {
    "uptime": _boot,
    "version": _version,
    "board-name": _constant("CHR"),
    "platform": _constant("MikroTik"),
    "architecture-name": _constant("x86_64"),
    "cpu": _constant("QEMU"),
    "cpu-count": _constant("2"),
    "cpu-frequency": _constant("2400"),
    "cpu-load": _constant("3"),
    "total-memory": _constant("1073741824"),
    "free-memory": _constant("805306368"),
    "total-hdd-space": _constant("134217728"),
    "free-hdd-space": lambda device, _: "0" if device.disk_full() else "100663296",
}
COLUMNS: Final[dict[tuple[str, str], Live]] = {
    **{("/system/resource", name): read for name, read in _RESOURCE.items()},
    ("/system/clock", "date"): _date,
    ("/system/clock", "time"): _time,
    ("/system/package", "version"): lambda device, _: device.version_text,
    ("/system/device-mode", "mode"): lambda device, _: device.mode,
    **{("/system/device-mode", name): _feature(name) for name in devicemode.FEATURES},
    ("/ppp/active", "uptime"): _uptime,
    ("/ip/hotspot/active", "uptime"): _uptime,
    ("/user/active", "when"): _since,
    ("/ip/firewall/address-list", "timeout"): _left,
    ("/ipv6/firewall/address-list", "timeout"): _left,
    ("/interface", "rx-byte"): _counter(4),
    ("/interface", "tx-byte"): _counter(1),
    ("/interface", "rx-packet"): _counter(4 * _PACKET),
    ("/interface", "tx-packet"): _counter(_PACKET),
    ("/ip/pool", "total"): _total,
    ("/ip/pool", "used"): _used,
    ("/ip/pool", "available"): _available,
    ("/file", "size"): _size,
    ("/file", "contents"): _contents,
    ("/file", "last-modified"): _since,
    ("/file", "creation-time"): _since,
}
"""By menu and property; None from the function leaves the property out of the row."""
ABOUT: Final[dict[str, Live]] = {
    path: _about(feature) for path, feature in devicemode.CONCERNED.items()
}
"""By menu: why a row does nothing, as ``.about`` says it."""
