"""What a change of rows means to the subscriber who has them."""

from ispconf.planning.changes import Action, Change
from ispconf.routeros import values
from ispconf.routeros.tables import ADDRESS_LIST, QUEUE, SECRET

HOME = (SECRET.path, QUEUE.path)  # the row without which a service does not exist on a router
_SPEED = frozenset(
    ("max-limit", "limit-at", "burst-limit", "burst-threshold", "burst-time", "priority", "parent")
)
_ADDRESS = frozenset(("remote-address", "target"))


def effect_on(change: Change, *, served: bool) -> str:
    """The effect on somebody who stays on this router and is to be ``served`` or not."""
    match change.action:
        case Action.DISCONNECT:
            return change.effect
        case Action.ADD | Action.REMOVE if change.table == ADDRESS_LIST.path:
            return "suspend" if change.action is Action.ADD else "restore"
        case Action.SET | Action.ADOPT:
            return _of_fields(change, served=served)
        case Action.ADD | Action.REMOVE | Action.MOVE:
            return "heal"


def _of_fields(change: Change, *, served: bool) -> str:
    fields = frozenset(change.after)
    if change.table in HOME and "disabled" in fields:
        disabled = values.boolean(change.after["disabled"]) == "true"
        return "suspend" if disabled else "restore"
    if change.table == SECRET.path and "profile" in fields:
        if not served:
            return "suspend"
        return "restore" if change.before["profile"].startswith("ispconf-") else "speed"
    if fields & _ADDRESS:
        return "address"
    return "speed" if fields & _SPEED else "heal"
