"""What /system/history keeps: the last hundred changes of users, each with what takes it back.

As MikroTik's manual shows it: ``action="filter rule added" by="admin" policy=write`` with
``undo=/ip firewall filter remove *4``, the newest first. What a menu's rows are called is known of
those in the manual and in logs that people show; elsewhere a row is an item. ``redo`` is not told.
Changes that scripts make are not told either.
"""

from collections.abc import Mapping
from typing import Final

from ispconf.simulator import durations
from ispconf.simulator.device import Device
from ispconf.simulator.tables import Row

PATH: Final = "/system/history"
_KEPT: Final = 100
_ROWS: Final = {
    "/ip/firewall/filter": "filter rule",
    "/ip/firewall/nat": "nat rule",
    "/ip/firewall/mangle": "mangle rule",
    "/ip/firewall/address-list": "address list entry",
    "/ip/route": "route",
    "/queue/simple": "queue",
}


def added(device: Device, by: str, row: Row) -> None:
    """A user added a row."""
    _remember(device, by, row, "added", f"remove {row.key}")


def changed(device: Device, by: str, row: Row, before: Mapping[str, str]) -> None:
    """A user set fields of a row; ``before`` is what was stored in it."""
    names = [
        name
        for name in sorted({*before, *row.values})
        if before.get(name) != row.values.get(name) and _ours(row, name)
    ]
    old = _spelled({name: before.get(name, "") for name in names})
    number = "" if row.table.menu.single else f" {row.key}"
    _remember(device, by, row, "changed", f"set{number} {old}".rstrip())


def removed(device: Device, by: str, row: Row) -> None:
    """A user removed a row."""
    held = {name: text for name, text in row.values.items() if _ours(row, name)}
    _remember(device, by, row, "removed", f"add {_spelled(held)}")


def moved(device: Device, by: str, row: Row) -> None:
    """A user moved a row."""
    _remember(device, by, row, "moved", f"move {row.key}")


def _ours(row: Row, name: str) -> bool:
    """Whether a user can write the field, so that a command can bring it back."""
    field = row.table.menu.fields.get(name)
    return field is not None and field.writable


def _spelled(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={_quoted(text)}" for name, text in values.items())


def _quoted(text: str) -> str:
    plain = text and not set(text) & set(' "\\;=$()[]{}')
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return text if plain else f'"{escaped}"'


def _remember(device: Device, by: str, row: Row, deed: str, undo: str) -> None:
    if not by or PATH not in device.menus:
        return
    table = device.table(PATH)
    path = row.table.menu.path
    facts = {
        "action": f"{_ROWS.get(path, 'item')} {deed}",
        "by": by,
        "policy": "write",
        "time": durations.moment(device.clock(), device.version),
        "undo": f"/{path.strip('/').replace('/', ' ')} {undo}",
        "undoable": "true",
    }
    table.insert(Row(table, table.next_id(), facts), next(iter(table), None))
    if len(table) > _KEPT and table.last:
        table.delete(table.last)
