"""The few commands that do something other than keep rows: log, run, read a file, reboot.

Each is a function of the device, the rows that were meant and the attributes; what it gives is sent
as one ``!re``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ispconf.simulator import backups, refusals
from ispconf.simulator.device import Device
from ispconf.simulator.tables import Row

_CHUNK: Final = 32768  # /file/read gives no more at a time


class RebootError(Exception):
    """The router goes down: connections end without a word."""


Act = Callable[[Device, Sequence[Row], Mapping[str, str]], Mapping[str, str] | None]


class Action(NamedTuple):
    """What to do, the policy that it takes, and whether it is done to rows."""

    act: Act
    policy: str = "write"
    rows: bool = True


def _log(level: str) -> Act:
    def write(device: Device, _: Sequence[Row], given: Mapping[str, str]) -> None:
        device.log(f"script,{level}", given.get("message", ""))

    return write


def _run(device: Device, rows: Sequence[Row], _: Mapping[str, str]) -> None:
    for row in rows:
        device.run_script(row)


def _count(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise refusals.invalid(name)
    return int(text)


def _read(_: Device, rows: Sequence[Row], given: Mapping[str, str]) -> Mapping[str, str]:
    start = _count(given, "offset", 0)
    size = min(_count(given, "chunk-size", _CHUNK), _CHUNK)
    data = (rows[0].get("contents") or "").encode("utf-8", "surrogateescape")
    return {"data": data[start : start + size].decode("utf-8", "surrogateescape")}


def _make_static(_: Device, rows: Sequence[Row], __: Mapping[str, str]) -> None:
    for row in rows:
        row.dynamic = False
        row.values["dynamic"] = "false"


def _load(device: Device, _: Sequence[Row], given: Mapping[str, str]) -> None:
    backups.restore(device, given)
    raise RebootError


def _log_in(device: Device, _: Sequence[Row], given: Mapping[str, str]) -> None:
    if device.admit:
        device.admit(given)


def _reboot(_: Device, __: Sequence[Row], ___: Mapping[str, str]) -> None:
    raise RebootError


ACTIONS: Final[dict[tuple[str, str], Action]] = {
    **{
        ("/log", level): Action(_log(level), rows=False)
        for level in ("info", "warning", "error", "debug")
    },
    ("/system/script", "run"): Action(_run),
    ("/file", "read"): Action(_read, "read"),
    ("/ip/dhcp-server/lease", "make-static"): Action(_make_static),
    ("/ip/hotspot/active", "login"): Action(_log_in, rows=False),
    ("/system/backup", "save"): Action(backups.write, "ftp", rows=False),
    ("/system/backup", "load"): Action(_load, "policy", rows=False),
    ("/system", "reboot"): Action(_reboot, "reboot", rows=False),
}
