"""What several fields of one row demand of each other, and what follows from them.

One function per recorded rule; ``device`` calls them on every write.
"""

from collections.abc import Mapping
from typing import Final

from ispconf.simulator import addresses, refusals
from ispconf.simulator.tables import Row

_WITH_PORTS: Final = frozenset({"tcp", "udp", "udp-lite", "dccp", "sctp"})
_PORT_FIELDS: Final = ("dst-port", "src-port", "port")


def judge(row: Row) -> None:
    """Refuse a row that breaks a rule of its menu.

    Raises:
        RefusalError: with the message of that rule.
    """
    clash = row.table.clash(row)
    if clash:
        raise refusals.failure(clash.message)
    if row.table.menu.path == "/queue/simple":
        _limits(row)
    if "chain" in row.values and any(name in row.values for name in _PORT_FIELDS):
        _ports(row)


def _limits(row: Row) -> None:
    most, least = (row.get("max-limit") or "").split("/"), (row.get("limit-at") or "").split("/")
    for side, high, low in zip(("upload", "download"), most, least, strict=True):
        if int(high) and int(high) < int(low):
            raise refusals.failure(f"failure: {side}-max-limit less than {side}-limit")


def _ports(row: Row) -> None:
    if (row.get("protocol") or "").lstrip("!") not in _WITH_PORTS:
        raise refusals.failure("ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp")


def complete(row: Row, written: Mapping[str, str | None], now: str) -> None:
    """Fill in what the router works out from what was written; ``now`` is a printed moment."""
    path, stored = row.table.menu.path, row.values
    if path == "/ip/address":
        if "address" in written and written.get("network") is None:
            network = addresses.network(stored.get("address", ""))
            if network is not None:
                stored["network"] = network
        stored["actual-interface"] = stored.get("interface", "")
    elif path.endswith("/address-list"):
        stored.setdefault("creation-time", now)
    elif path == "/system/scheduler":
        day, _, hour = now.partition(" ")
        stored.setdefault("start-date", day)
        stored.setdefault("start-time", hour)
