"""What a router holds, as JSON: saved, looked at, loaded.

Static rows with their ids, what was set in them, and settings. Not sessions, dynamic rows, logs and
connections. Values are as printed, secrets in clear: it is the router's memory, not an export.
"""

from collections.abc import Mapping
from typing import Any, Final

from ispconf.simulator.device import Device
from ispconf.simulator.store import row_number
from ispconf.simulator.tables import Row, Table

FORMAT: Final = 1
_NOT_KEPT: Final = frozenset(
    {"/log", "/user/active", "/ppp/active", "/ip/hotspot/active", "/system/history"}
)


def save(device: Device) -> dict[str, Any]:
    """The state of a device, ready for ``json.dumps``."""
    menus: dict[str, Any] = {}
    for path in sorted(device.tables):
        table = device.tables[path]
        if path in _NOT_KEPT:
            continue
        rows = [{".id": row.key, **row.values} for row in table if not row.dynamic]
        menus[path] = {"next": table.counter, "rows": rows}
    return {"format": FORMAT, "version": device.version_text, "menus": menus}


def load(device: Device, state: Mapping[str, Any]) -> None:
    """Put a saved state in the place of what the device holds; dynamic rows stay.

    Raises:
        ValueError: the state is of another format.
    """
    if state.get("format") != FORMAT:
        raise ValueError(f"a router's state of format {state.get('format')!r} cannot be read")
    saved = {path: facts for path, facts in state["menus"].items() if path in device.menus}
    for path in {*saved, *device.tables} - _NOT_KEPT:
        table = device.table(path)
        _fill(table, saved.get(path) or _fresh(table))
    for table in device.tables.values():
        for row in table:
            device.refer(row)


def _fresh(table: Table) -> Mapping[str, Any]:
    """What a menu holds on a new router."""
    rows = [{}] if table.menu.single else list(table.menu.builtin)
    numbered = [{".id": f"*{number:X}", **facts} for number, facts in enumerate(rows)]
    return {"next": table.menu.start, "rows": numbered}


def _fill(table: Table, facts: Mapping[str, Any]) -> None:
    builtin = {row_number(str(each.get(".id", "*"))) for each in table.menu.builtin}
    builtin |= {row.id for row in table if row.default}
    for row in [row for row in table if not row.dynamic]:
        table.delete(row)
    for stored in facts["rows"]:
        values = {name: text for name, text in stored.items() if name in table.menu.fields}
        row = Row(table, row_number(stored[".id"]), values)
        row.default = row.id in builtin and table.menu.kind == "list"
        table.insert(row)
    table.counter = facts["next"]
