"""What a change of rows means to the subscriber who has them."""

from ispconf.planning.changes import Action, Change
from ispconf.routeros import values
from ispconf.routeros.tables import ADDRESS_LIST, QUEUE, SECRET
from ispconf.services.account import CUT

HOME = (SECRET.path, QUEUE.path)  # the row without which a service does not exist on a router
_SPEED = frozenset(
    (
        "profile",
        "max-limit",
        "limit-at",
        "burst-limit",
        "burst-threshold",
        "burst-time",
        "priority",
        "parent",
    )
)
_ADDRESS = frozenset(("remote-address", "target"))


def frees(change: Change) -> bool:
    """Whether it takes away what kept its owner cut: an entry, a disabled secret, a profile."""
    if change.table == ADDRESS_LIST.path:
        return change.action is Action.REMOVE
    if change.table != SECRET.path:
        return False
    was, now = change.before, change.after
    return (_true(was.get("disabled")) and not _true(now.get("disabled", "true"))) or (
        was.get("profile", "").startswith(CUT) and not now.get("profile", CUT).startswith(CUT)
    )


def of_cut(change: Change) -> frozenset[str]:
    """The fields by which a change may cut or free somebody; an entry of a list has no others."""
    fields = frozenset(change.after or change.before)
    if change.table == ADDRESS_LIST.path and change.action is not Action.ADOPT:
        return fields
    if change.table != SECRET.path or change.action is not Action.SET:
        return frozenset()
    profiles = (change.before.get("profile", ""), change.after.get("profile", ""))
    by_profile = any(profile.startswith(CUT) for profile in profiles)
    return fields & ({"disabled", "profile"} if by_profile else {"disabled"})


def _cuts(change: Change) -> bool:
    if change.table == ADDRESS_LIST.path:
        return change.action is Action.ADD or "disabled" in change.after
    return change.table == SECRET.path and (
        _true(change.after.get("disabled")) or change.after.get("profile", "").startswith(CUT)
    )


LOSSES = ("suspend", "cancel")


def loses(change: Change) -> bool:
    """Whether somebody loses service by it; a row that is taken over may cut its owner as well."""
    if change.action is Action.DISCONNECT:
        return False
    return change.effect in LOSSES or (change.action is Action.ADOPT and _cuts(change))


def _true(text: str | None) -> bool:
    return values.boolean(text or "false") == "true"


def effect_on(change: Change, *, served: bool, was_cut: bool = False) -> str:
    """The effect on somebody who stays on this router and is to be ``served`` or not.

    ``was_cut`` says that the same plan frees them elsewhere: they are cut in another way.
    """
    if change.action is Action.DISCONNECT:
        return change.effect
    if _cuts(change) and not served:
        return "heal" if was_cut else "suspend"
    if frees(change):
        return "restore" if served else "heal"
    if change.action in (Action.SET, Action.ADOPT):
        return _of_fields(change)
    return "heal"


def _of_fields(change: Change) -> str:
    fields = frozenset(change.after)
    if fields & _ADDRESS:
        return "address"
    return "speed" if fields & _SPEED else "heal"
