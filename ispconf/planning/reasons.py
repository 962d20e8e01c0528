"""Why a change is made: its effect on a subscriber, and the chain of causes behind it.

The comparison knows rows only; here each change is told what it means and which entry, rule or file
brought it (P-23). No change is left without a cause.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ispconf.ledger.standing import Standing, State
from ispconf.planning.changes import Action, Change, Why
from ispconf.planning.effects import HOME, effect_on, frees
from ispconf.routeros.rows import MARK


class Story(NamedTuple):
    """What the files and the ledger say of one service.

    ``router`` is where it should be now, ``zone`` whose terms it has.
    """

    router: str
    plan: str
    ref: str
    standing: Standing
    plan_ref: str = ""
    zone: str = ""


def explained(
    changes: Iterable[Change],
    router: str,
    story_of: Callable[[str], Story | None],
    plans: Mapping[str, str],
    places: Mapping[str, set[str]],
) -> tuple[Change, ...]:
    """The changes of a router with effect, reason and causes.

    ``story_of`` tells what is known of a service, None for one that is in no file; ``plans`` where
    each plan is written; ``places`` on which routers an owner has live rows.
    """
    changes = tuple(changes)
    arriving = {c.owner for c in changes if c.action is Action.ADD and c.table in HOME}
    leaving = {c.owner for c in changes if c.action is Action.REMOVE and c.table in HOME}
    freed = {c.owner for c in changes if frees(c)}
    out = []
    for change in changes:
        story = story_of(change.owner)
        if "/" not in change.owner:
            out.append(_shared(change, plans))
        elif story is None or not story.router:
            out.append(_gone(change, story))
        elif story.router != router:
            reason = f"moved to {story.router}"
            out.append(_told(change, "move", reason, [Why("file", story.ref)]))
        elif change.owner in arriving:
            renamed = change.owner in leaving
            out.append(_arrived(change, story, places.get(change.owner, set()) - {router}, renamed))
        else:
            out.append(_kept(change, story, was_cut=change.owner in freed))
    return tuple(out)


def _told(change: Change, effect: str, reason: str, why: Iterable[Why], cause: str = "") -> Change:
    if change.action is Action.ADOPT:
        reason = f"the row is there already and not ours; {reason}"
        effect, cause = "adopt", "the row is there already and not ours"
    reason, cause = change.reason or reason, change.reason or cause or reason
    return change._replace(effect=effect, reason=reason, why=tuple(why), cause=cause)


def _shared(change: Change, plans: Mapping[str, str]) -> Change:
    kind, _, name = change.owner.partition(":")
    if kind not in ("plan", "router"):
        mark = f"{MARK}{change.owner}"
        return _told(change, "infrastructure", f"{mark} is nobody's mark", [Why("rule", mark)])
    if kind == "router":
        file = Why("file", f"inventory/{name}.yaml")
        reason = {
            Action.ADD: f"router {name} needs it",
            Action.MOVE: "it must stand first in its chain",
            Action.REMOVE: f"router {name} needs it no more",
        }.get(change.action, f"router {name} has it otherwise")
        return _told(change, "infrastructure", reason, [file])
    where = [Why("file", plans.get(name, f"plans/{name}.yaml"))]
    if change.action is Action.ADD:
        return _told(change, "infrastructure", f"first service with plan {name} here", where)
    if change.action is Action.REMOVE:
        return _told(change, "infrastructure", f"no service has plan {name} here", where)
    effect = "speed" if "rate-limit" in change.after else "infrastructure"
    return _told(change, effect, f"plan {name}", where)


def _gone(change: Change, story: Story | None) -> Change:
    if story is None:
        why = [Why("file", f"subscribers/**/{change.owner.partition('/')[0]}.yaml")]
        return _told(change, "cancel", f"{change.owner} is in no file", why, "in no file")
    because = _because(story.standing)
    return _told(change, "cancel", because, list(_chain(story)), story.standing.state.value)


def _arrived(change: Change, story: Story, elsewhere: set[str], renamed: bool) -> Change:  # noqa: FBT001
    why = [Why("file", story.ref)]
    if renamed:
        reason = f"{change.owner} has another name or key now"
        return _told(change, "heal", reason, why, "another name or key")
    if elsewhere:
        return _told(change, "move", f"moved here from {', '.join(sorted(elsewhere))}", why)
    return _told(change, "create", f"new subscriber {change.owner}", why, "new subscriber")


def _kept(change: Change, story: Story, *, was_cut: bool) -> Change:
    standing = story.standing
    effect = effect_on(change, served=standing.served is not False, was_cut=was_cut)
    if effect in ("suspend", "restore"):
        reason, cause = (f"{_VERB[effect]}: {text}" for text in (_because(standing), _cause(story)))
        told = _told(change, effect, reason, _chain(story), cause)
        return told._replace(calendar=standing.calendar)
    if effect == "speed":
        why = [Why("file", story.ref), Why("file", story.plan_ref)]
        return _told(change, effect, f"plan {story.plan}", why)
    return _told(change, effect, _DIFFERS.get(effect, ""), [Why("file", story.ref)])


_VERB = {"suspend": "suspended", "restore": "restored"}
_DIFFERS = {
    "address": "the address in the file is another one",
    "heal": "the router has it otherwise than the file",
    "cancel": "it is not needed any more",
}


def _because(standing: Standing) -> str:
    decisive = standing.decisive
    return decisive.text if decisive else standing.state.value


def _cause(story: Story) -> str:
    """The rule behind a cut or a restore, in words that all who follow it share."""
    standing = story.standing
    decisive = standing.decisive
    if decisive is None:
        return standing.state.value
    if standing.calendar and standing.state is State.SUSPENDED:
        where = f" (zone {story.zone})" if story.zone else ""
        return f"{standing.reasons[-1].text.replace('_', ' ')}{where}"
    return {"suspended": "by hand"}.get(decisive.rule, decisive.rule.replace("_", " "))


def _chain(story: Story) -> Iterator[Why]:
    causes = [Why(_kind(reason.ref), reason.ref) for reason in story.standing.reasons if reason.ref]
    yield from causes
    if story.standing.state in _BY_FACT or not causes:  # nothing open is a cause without a place
        yield Why("file", story.ref)


_BY_FACT = (State.PAUSED, State.CANCELLED, State.PENDING)


def _kind(ref: str) -> str:
    return {"ledger": "ledger", "subscribers": "file"}.get(ref.partition("/")[0], "rule")
