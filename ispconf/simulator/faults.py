"""What can be made to go wrong between a client and a router."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    cut_reply_after: int | None = None
    """The connection ends after so many bytes of replies."""
    trap_writes: Mapping[int, str] = field(default_factory=dict)
    """Messages for writes that are refused although nothing is wrong with them."""
    refuse_logins: bool = False
    """Every login is answered as a wrong password."""
    silent: bool = False
    """Connections are accepted, and nothing is ever said."""
    missing_menus: frozenset[str] = frozenset()
    """Menus that this router does not have (a package that is not installed)."""
    writes: int = 0
    """How many writes arrived since these faults were set."""
