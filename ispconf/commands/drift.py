"""``drift``: what somebody changed by hand on the routers since the last apply."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from ispconf.commands.judging import judged
from ispconf.commands.session import Session, shared
from ispconf.commands.showing import conclude
from ispconf.commands.survey import Survey, chosen
from ispconf.edge.history import Repository
from ispconf.edge.runs import Applied, last_applied
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, RouterPlan, Status

_BY_HAND = {
    Action.ADD: "somebody removed it on the router",
    Action.SET: "somebody changed it on the router",
    Action.ADOPT: "somebody took our mark off it",
    Action.REMOVE: "somebody added it with our mark",
    Action.MOVE: "somebody moved it or put something before it",
}


@click.command("drift")
@shared("markdown", "html")
@click.option("--router", "routers", multiple=True, metavar="R", help="Only this router.")
@click.option("--zone", "zones", multiple=True, metavar="Z", help="Only the routers of this zone.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write it as JSON, for ci comment --issue.",
)
def command(
    session: Session, routers: Sequence[str], zones: Sequence[str], out: Path | None
) -> int:
    """Show what was changed by hand on the routers.

    Each router is compared with the commit and the day of its last apply from this clone (without
    one: with the last commit, today), so that what is new in the files does not show. Leaves with
    10 when there is drift; ispconf apply puts it right.
    """
    git = Repository.required(session.root)
    now = judged(session)
    applied = last_applied(git, now.network.company.journal.branch)
    head = Applied(git.commit(), now.day, 0)
    since: dict[tuple[str, str], list[str]] = {}
    for router in chosen(now, routers, zones):
        last = applied.get(router.id, head)
        since.setdefault((last.commit, last.day.isoformat()), []).append(router.id)
    plans = [
        _by_hand(plan)
        for names in since.values()
        for plan in _compared(session, names, applied, applied.get(names[0], head))
    ]
    network = now.network
    changeset = Changeset(
        network.commit, network.dirty, now.day, tuple(sorted(plans, key=lambda plan: plan.router))
    )
    return conclude(changeset, now, out, {}, exit_code=True)


def _compared(
    session: Session, names: Sequence[str], applied: Mapping[str, Applied], last: Applied
) -> tuple[RouterPlan, ...]:
    then = judged(session, last.commit, last.day)
    known = [name for name in names if name in then.network.routers]
    if not known:
        return ()
    with Survey(then, chosen(then, known, ()), applied=applied) as survey:
        return survey.changeset().routers


def _by_hand(plan: RouterPlan) -> RouterPlan:
    """The plan told as drift; sessions that wait for a change are not somebody's doing."""
    changes = tuple(_told(change) for change in plan.changes if change.action in _BY_HAND)
    if plan.status not in (Status.PLANNED, Status.REFUSED):
        return plan._replace(changes=changes)
    status = Status.PLANNED if changes else Status.UNCHANGED
    return plan._replace(changes=changes, status=status, problem="")


def _told(change: Change) -> Change:
    said = _BY_HAND[change.action]
    return change._replace(effect="heal", calendar=False, reason=said, why=(), cause=said)
