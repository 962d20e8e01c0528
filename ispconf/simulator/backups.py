"""/system/backup: the whole configuration in a file, and back again with a reboot.

The file shows its name and size, never its content; it holds no other files. Not recorded from a
real router, so chosen here: the words for a file that is missing or a password that is wrong.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from ispconf.simulator import durations, refusals
from ispconf.simulator.device import Device
from ispconf.simulator.state import load, save
from ispconf.simulator.tables import Row

HELD: Final = "backup"
_FILES: Final = "/file"
_ENDING: Final = ".backup"


def write(device: Device, _: Sequence[Row], given: Mapping[str, str]) -> None:
    """``save``: a file of that name, which replaces one that is there."""
    now = durations.moment(device.clock(), device.version)
    stamp = "".join(each for each in now if each.isalnum())
    name = given.get("name") or f"{device.table('/system/identity').by_id[0].get('name')}-{stamp}"
    name = name.removesuffix(_ENDING) + _ENDING
    files = device.table(_FILES)
    if name in files.by_name:
        device.drop(files.by_name[name])
    state = save(device)
    state["menus"].pop(_FILES, None)
    content = json.dumps({"password": given.get("password", ""), "state": state})
    device.make(files, {"name": name, "type": "backup", HELD: content})


def restore(device: Device, given: Mapping[str, str]) -> None:
    """``load``: the configuration is what it was; the reboot is for the caller.

    Raises:
        RefusalError: a password was not given (it may be empty) or is wrong, or no such file.
    """
    lacking = [name for name in ("name", "password") if name not in given]
    if lacking:
        raise refusals.missing_values(lacking)
    files = device.table(_FILES)
    name = given["name"].removesuffix(_ENDING) + _ENDING
    row = files.by_name.get(name)
    if row is None or HELD not in row.values:
        raise refusals.failure("failure: no such backup file")
    held = json.loads(row.values[HELD])
    if held["password"] != given["password"]:
        raise refusals.failure("failure: wrong backup password")
    kept = [dict(each.values) for each in files]
    load(device, held["state"])
    for values in kept:
        if values["name"] not in device.table(_FILES).by_name:
            device.make(device.table(_FILES), values)
