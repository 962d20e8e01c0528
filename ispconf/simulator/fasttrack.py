"""The dummy rule that RouterOS puts first while a FastTrack rule exists.

It is dynamic, shows the FastTrack counters, cannot be changed, and nothing can be placed before it.
"""

from typing import Final

from ispconf.simulator.device import Device
from ispconf.simulator.tables import Row

_FILTER: Final = "/ip/firewall/filter"
_SHOWN_IN: Final = (_FILTER, "/ip/firewall/mangle", "/ip/firewall/raw")
_COMMENT: Final = "special dummy rule to show fasttrack counters"


class Fasttrack:
    """Watches a device and keeps its dummy rules in step."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._dummies: list[Row] = []
        device.listeners.append(self._heard)
        self.look()

    def _heard(self, what: str, row: Row) -> None:
        if row.table.menu.path == _FILTER and what != "move" and not row.dynamic:
            changed = row.get("action") == "fasttrack-connection" or bool(self._dummies)
            if changed:
                self.look()

    def look(self) -> None:
        """Make the dummies or take them away, as the rules that exist now ask for."""
        rules = self._device.table(_FILTER)
        wanted = any(row.get("action") == "fasttrack-connection" for row in rules)
        if wanted and not self._dummies:
            for path in _SHOWN_IN:
                table = self._device.table(path)
                chain = "prerouting" if path != _FILTER else "forward"
                shown = {"chain": chain, "action": "passthrough", "comment": _COMMENT}
                first = next(iter(table), None)
                self._dummies.append(self._device.make(table, shown, first, dynamic=True))
        elif not wanted:
            dummies, self._dummies = self._dummies, []
            for row in dummies:
                self._device.drop(row)
