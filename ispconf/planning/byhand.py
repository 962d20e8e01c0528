"""Changes by hand: what a comparison with the last apply says that somebody did on a router.

A change that would put a row right is told the other way round: what was added back was removed.
Who did it and when, the router's own history says, if it still knows. Knows changes; reads nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ispconf.planning.changes import Action, Change
from ispconf.routeros.deeds import Deed
from ispconf.routeros.rows import MARK

DEEDS: Final[Mapping[Action, str]] = {
    Action.ADD: "removed it on the router",
    Action.SET: "changed it on the router",
    Action.ADOPT: "took our mark off it",
    Action.REMOVE: "added it with our mark",
    Action.MOVE: "moved it or put something before it",
}
"""What somebody did, by what would put it right; a session to be dropped is nobody's doing."""


def by_hand(changes: Iterable[Change], deeds: Sequence[Deed] = ()) -> tuple[Change, ...]:
    """The changes that undo somebody's doing, with the reason that says so.

    Args:
        changes: what would put a router right.
        deeds: what the router remembers of others than us, latest first.
    """
    return tuple(_told(change, deeds) for change in changes if change.action in DEEDS)


def _told(change: Change, deeds: Sequence[Deed]) -> Change:
    deed = next((deed for deed in deeds if _did(deed, change)), None)
    cause = f"{deed.user if deed else 'somebody'} {DEEDS[change.action]}"
    reason = f"{cause}, {deed.time}" if deed and deed.time else cause
    return change._replace(
        effect="heal",
        calendar=False,
        reason=reason,
        why=(),
        cause=cause,
        by=(deed.user, deed.time) if deed else None,
    )


def _did(deed: Deed, change: Change) -> bool:
    """Whether a doing is the one that a change undoes."""
    if deed.path != change.table:
        return False
    if change.action is Action.ADD:
        mark = f"{MARK}{change.owner}"
        return deed.verb == "removed" and (
            (bool(deed.name) and deed.name == change.key.get("name"))
            or (deed.comment == mark or deed.comment.startswith((f"{mark} ", f"{mark}#")))
        )
    return bool(change.id) and deed.id == change.id and deed.verb != "removed"
