"""What can be made to go wrong between a client and a router."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self


@dataclass(slots=True)
class Faults:
    """Faults of one router; assign a new one at any time, its counts begin at that moment.

    Writes are counted from 1 over all connections, in the order in which they arrive.
    ``cut_reply_after`` counts the bytes sent on each connection after its login and after these
    faults were set.
    """

    latency: float = 0.0
    """Seconds that every reply spends on the line; pipelined commands overlap as on a real one."""
    slow: float = 0.0
    """Seconds that the router takes for every command, one after the other."""
    break_before_write: int | None = None
    """The connection ends when this write arrives, before it takes effect."""
    break_after_write: int | None = None
    """This write takes effect, and the connection ends before its reply."""
    reboot_at_write: int | None = None
    """The router reboots when this write arrives, before it takes effect."""
    downtime: float = 0.0
    """Seconds that such a reboot lasts; connections are refused meanwhile."""
    meddle_at_write: int | None = None
    """Just before this write an administrator is faster at the same row (``meddling``)."""
    cut_reply_after: int | None = None
    """The connection ends after so many bytes of replies."""
    trap_writes: Mapping[int, str] = field(default_factory=dict)
    """Messages for writes that are refused although nothing is wrong with them."""
    disk_full: bool = False
    """Nothing that has to be kept can be written; sessions can still be dropped."""
    refuse_logins: bool = False
    """Every login is answered as a wrong password."""
    silent: bool = False
    """Connections are accepted, and nothing is ever said."""
    missing_menus: frozenset[str] = frozenset()
    """Menus that this router does not have (a package that is not installed)."""
    writes: int = 0
    """How many writes arrived since these faults were set."""

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """Faults from texts such as ``latency=0.05`` or ``trap-writes=3:failure: out of memory``.

        Names are those of the fields with ``-`` for ``_``; several traps or menus are repeated.

        Raises:
            ValueError: no such fault, or a value that it does not take; the message says what does.
        """
        found: dict[str, Any] = {}
        for text in texts:
            name, equal, value = text.partition("=")
            if name not in OPTIONS:
                raise ValueError(f"{name!r} is no fault; there are {', '.join(OPTIONS)}")
            read, example = OPTIONS[name]
            try:
                given = read(value if equal else "yes")
            except (ValueError, KeyError):
                raise ValueError(f"{value!r}: write it like {name}={example}") from None
            key = name.replace("-", "_")
            found[key] = found[key] | given if name in _REPEATED and key in found else given
        return cls(**found)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < _ENDLESS:
        raise ValueError
    return seconds


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError
    return int(text)


def _switch(text: str) -> bool:
    return {"yes": True, "true": True, "no": False, "false": False}[text]


def _trap(text: str) -> dict[int, str]:
    number, _, message = text.partition(":")
    return {_count(number): message or "failure: simulated"}


def _menu(text: str) -> frozenset[str]:
    if not text.startswith("/"):
        raise ValueError
    return frozenset({text})


_ENDLESS: Final = 1e6
_REPEATED: Final = frozenset({"trap-writes", "missing-menus"})
OPTIONS: Final[Mapping[str, tuple[Callable[[str], Any], str]]] = {
    "latency": (_seconds, "0.05"),
    "slow": (_seconds, "0.2"),
    "break-before-write": (_count, "3"),
    "break-after-write": (_count, "3"),
    "reboot-at-write": (_count, "3"),
    "downtime": (_seconds, "30"),
    "meddle-at-write": (_count, "3"),
    "cut-reply-after": (_count, "1000"),
    "trap-writes": (_trap, "3:failure: out of memory"),
    "disk-full": (_switch, "yes"),
    "refuse-logins": (_switch, "yes"),
    "silent": (_switch, "yes"),
    "missing-menus": (_menu, "/ip/hotspot"),
}
"""Every fault that ``parse`` takes: what reads its value, and an example of one."""
