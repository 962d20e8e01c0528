"""The health check of a rollout: whether routers that were just written to are well (P-17).

A router is well when all that was planned is there, a new connection is let in, and the sessions
that were up are up.
"""

from collections.abc import Iterable

from ispconf.commands.survey import Look
from ispconf.commands.visiting import Visit
from ispconf.edge.applying import Outcome
from ispconf.edge.fleet import side_by_side
from ispconf.edge.guarding import gone
from ispconf.edge.routers import RouterError
from ispconf.planning.changes import Action
from ispconf.planning.counting import counted
from ispconf.planning.expected import form
from ispconf.routeros.tables import ACTIVE

_ONLINE = (f"{ACTIVE.path}/print", "=.proplist=name")


def unwell(visits: Iterable[Visit]) -> str:
    """Why the first of these routers that is not well is not; empty when all are."""
    held = list(visits)
    for visit, found in zip(held, side_by_side(_unwell, held), strict=True):
        if found:
            return f"{visit.router}: {found}"
    return ""


def _unwell(visit: Visit) -> str:
    found = _outcome(visit)
    if not found:
        found = visit.result.unwell = _outside(visit)
    return found


def _outcome(visit: Visit) -> str:
    """What the apply itself found wrong; a row that somebody else changed is not the router's."""
    result = visit.result
    if result.taken_back:
        return f"it took its changes back, {result.taken_back}"
    if result.lost:
        return result.lost
    broken = [d for d in result.done if d.outcome in (Outcome.FAILED, Outcome.SKIPPED)]
    if broken:
        return f"{counted(len(broken), 'change')} failed ({broken[0].message})"
    conflicts = {form(d.change) for d in result.done if d.outcome is Outcome.CONFLICT}
    left = [change for change in result.left if form(change) not in conflicts]
    if left:
        return f"{counted(len(left), 'change')} not there after it was made"
    return ""


def _outside(visit: Visit) -> str:
    """What only shows from outside."""
    look = visit.survey.looks[visit.router]
    live = look.live[ACTIVE.path] if isinstance(look, Look) else ()
    dropped = {
        change.key.get("name", "")
        for change in visit.plan.changes
        if change.action is Action.DISCONNECT
    }
    before = {row.fields.get("name", "") for row in live} - dropped
    try:
        (sessions,) = visit.survey.reopened(visit.router).ask(_ONLINE)
    except RouterError as error:
        return f"it lets nobody in any more: {error.problem}"
    missing = gone(before, {row.get("name", "") for row in sessions})
    return f"sessions ended that should not: {', '.join(missing[:5])}" if missing else ""
