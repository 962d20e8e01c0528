"""The scheduler: scripts that run when their time has come, by the clock of the device.

Nothing runs in the background: whoever looks at the router first lets it do what was due
(``tick``). A row with an interval runs each time the interval has passed since it was added or
changed, one with ``start-time=startup`` when the router has started. Start dates are not modelled.
"""

from ispconf.simulator import devicemode, durations, scripting
from ispconf.simulator.device import Device
from ispconf.simulator.tables import Row

_MENU = "/system/scheduler"


class Scheduler:
    """What is due on one device, and when (seconds since 1970)."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self._due: dict[int, float] = {}
        self._busy = False
        device.interpreter = lambda source: scripting.run(device, source)
        device.listeners.append(self._heard)
        self.look()

    def look(self) -> None:
        """Take in all rows anew, as after a start."""
        self._due.clear()
        for row in self.device.table(_MENU):
            self._plan(row)

    def started(self) -> None:
        """The router has started: what is for the start-up runs, intervals begin again."""
        self.look()
        for row in list(self.device.table(_MENU)):
            may = devicemode.allowed(self.device, "scheduler") and not row.disabled
            if may and row.get("start-time") == "startup":
                self._run(row)

    def tick(self) -> None:
        """Run what is due by now, in the order of its time."""
        if self._busy or not self._due or not devicemode.allowed(self.device, "scheduler"):
            return
        self._busy = True
        try:
            while self._due and min(self._due.values()) <= self.device.clock():
                number = min(self._due, key=lambda each: self._due[each])
                row = self.device.table(_MENU).by_id[number]
                self._plan(row)
                self._run(row)
        finally:
            self._busy = False

    def _heard(self, what: str, row: Row) -> None:
        if row.table.menu.path != _MENU:
            return
        if what == "remove":
            self._due.pop(row.id, None)
        else:
            self._plan(row)

    def _plan(self, row: Row) -> None:
        interval = (durations.milliseconds(row.get("interval") or "") or 0) / 1000
        if interval and not row.disabled:
            self._due[row.id] = self.device.clock() + interval
        else:
            self._due.pop(row.id, None)

    def _run(self, row: Row) -> None:
        """Its script by name, or what stands there as text."""
        row.values["run-count"] = str(int(row.get("run-count") or "0") + 1)
        event = row.get("on-event") or ""
        script = self.device.table("/system/script").by_name.get(event)
        if script is None:
            scripting.run(self.device, event)
            return
        self.device.run_script(script)
