"""Users of a router, their groups and what these may do.

Policies: ``read`` to print, ``write`` to change, ``policy`` for users and groups, ``ftp`` for
files, ``sensitive`` to see secrets, ``api`` to log in at all. ``write`` does not include ``read``.
"""

from dataclasses import dataclass, field
from typing import Final

from ispconf.simulator import refusals
from ispconf.simulator.device import Device
from ispconf.simulator.schema import Menu
from ispconf.simulator.tables import Row

READING: Final = frozenset({"print", "getall", "get", "find", "listen", "read"})


@dataclass(frozen=True, slots=True)
class User:
    """A user to create with a router; ``group`` is read, write, full or one added later."""

    password: str = field(default="", repr=False)
    group: str = "full"


def create(device: Device, users: dict[str, User]) -> None:
    """Add users as an administrator would."""
    for name, user in users.items():
        attributes = {"name": name, "password": user.password, "group": user.group}
        device.add("/user", attributes)


def log_in(device: Device, name: str, password: str) -> Row | None:
    """The user's row, or None: unknown, disabled, wrong password or a group without ``api``."""
    row = device.table("/user").by_name.get(name)
    if row is None or row.disabled or (row.get("password") or "") != password:
        return None
    return row if may(device, row, "api") else None


def may(device: Device, user: Row, policy: str) -> bool:
    """Whether the user's group grants a policy at this moment."""
    group = device.table("/user/group").by_name.get(user.get("group") or "")
    return group is not None and policy in (group.get("policy") or "").split(",")


def require(device: Device, user: Row | None, *policies: str) -> None:
    """Refuse a user whose group lacks one of these; an administrator in the process is None."""
    if user is not None and not all(may(device, user, policy) for policy in policies):
        raise refusals.no_right()


def demand(device: Device, user: Row | None, menu: Menu, verb: str) -> None:
    """Refuse a verb of a menu that the user may not use."""
    if verb in READING:
        require(device, user, "read")
    elif menu.policy == "policy":
        require(device, user, "policy")
    else:
        require(device, user, "write", *filter(None, [menu.policy]))
