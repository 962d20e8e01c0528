"""How a router is: load, memory, disk, uptime and clock, as it says them itself.

Knows the words of ``/system/resource`` and ``/system/clock`` of RouterOS 6 and 7. A value that a
router does not say, or says in a way that is not known, is None.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from ispconf.edge.sentences import Fields
from ispconf.edge.wire import Words
from ispconf.routeros import values

_PROPERTIES = (
    "uptime", "cpu-load", "free-memory", "total-memory", "free-hdd-space", "total-hdd-space",
)  # fmt: skip
ASKED: tuple[Words, Words] = (
    ("/system/resource/print", f"=.proplist={','.join(_PROPERTIES)}"),
    ("/system/clock/print", "=.proplist=date,time,gmt-offset"),
)
"""What to ask for a ``Health``."""
_STYLES = ("%Y-%m-%d %H:%M:%S", "%b/%d/%Y %H:%M:%S")  # from 7.10 on, and before
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


class Health(NamedTuple):
    """Uptime in seconds, load of the processor in percent, memory and disk in bytes.

    ``behind`` is how far its clock is behind ours; negative when it is ahead.
    """

    uptime: int | None = None
    cpu: int | None = None
    free_memory: int | None = None
    memory: int | None = None
    free_disk: int | None = None
    disk: int | None = None
    behind: timedelta | None = None


def health(replies: Sequence[Sequence[Fields]], now: datetime) -> Health:
    """The health that the replies to ``ASKED`` tell."""
    resource, clock = (reply[0] if reply else {} for reply in replies)
    uptime = resource.get("uptime")
    moment = _moment(clock)
    cpu, free_memory, memory, free_disk, disk = (
        _number(resource.get(name, "")) for name in _PROPERTIES[1:]
    )
    return Health(
        values.seconds(uptime) if uptime else None,
        cpu,
        free_memory,
        memory,
        free_disk,
        disk,
        now - moment if moment else None,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _moment(clock: Mapping[str, str]) -> datetime | None:
    offset = _OFFSET.fullmatch(clock.get("gmt-offset", "+00:00"))
    if not offset:
        return None
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    zone = timezone(ahead if offset[1] == "+" else -ahead)
    text = f"{clock.get('date', '')} {clock.get('time', '')}"
    for style in _STYLES:
        try:
            return datetime.strptime(text, style).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    return None
