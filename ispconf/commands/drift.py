"""``drift``: what somebody changed by hand on the routers since the last apply."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Session, shared
from ispconf.commands.showing import conclude, show, styled
from ispconf.commands.survey import Look, Survey, chosen
from ispconf.edge.history import Repository
from ispconf.edge.runs import Applied, last_applied
from ispconf.errors import Exit
from ispconf.network.router import Router
from ispconf.planning.byhand import by_hand
from ispconf.planning.changeset import Changeset, RouterPlan, Status
from ispconf.planning.report import drift as report
from ispconf.routeros.deeds import REQUEST, deeds


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
    r"""Show what was changed by hand on the routers: each row as it was and as it is.

    Each router is compared with the commit and the day of its last apply (without one: with the
    last commit, today), so that what is new in the files does not show. Who did it and when is said
    where the router's history still knows. Leaves with 10 when there is drift; ispconf apply puts
    it right, and ispconf import ROUTER --drift takes it into the files.

    JSON is the plan that puts it right: before is the row as it is, after as it should be.

    \b
      ispconf drift
      ispconf drift --router norte-1 --format markdown      for an issue
    """
    now = judged(session)
    plans = drifted(session, now, chosen(now, routers, zones))
    network = now.network
    changeset = Changeset(network.commit, network.dirty, now.day, plans)
    return conclude(changeset, now, out, {}, exit_code=True, shown=_show)


def _show(changeset: Changeset, now: Judged, code: Exit, more: Mapping[str, Any]) -> None:
    """Prints the drift as --format asks."""
    match now.session.format:
        case "text":
            styled(report.lines(changeset))
        case "markdown":
            click.echo(report.in_markdown(changeset))
        case _:
            show(changeset, now, code, more)


def drifted(session: Session, now: Judged, routers: Sequence[Router]) -> tuple[RouterPlan, ...]:
    """What was changed by hand on each router since its last apply, by name.

    Without an apply, since the last commit as it would be applied today.
    """
    git = Repository.required(session.root)
    applied = last_applied(git, now.network.company.journal.branch)
    head = Applied(git.commit(), now.day, 0)
    since: dict[tuple[str, str], list[str]] = {}
    for router in routers:
        last = applied.get(router.id, head)
        since.setdefault((last.commit, last.day.isoformat()), []).append(router.id)
    plans = [
        plan
        for names in since.values()
        for plan in _compared(session, names, applied, applied.get(names[0], head))
    ]
    return tuple(sorted(plans, key=lambda plan: plan.router))


def _compared(
    session: Session, names: Sequence[str], applied: Mapping[str, Applied], last: Applied
) -> Iterator[RouterPlan]:
    then = judged(session, last.commit, last.day)
    known = [name for name in names if name in then.network.routers]
    if not known:
        return
    with Survey(then, chosen(then, known, ()), applied=applied) as survey:
        for plan in survey.changeset().routers:
            yield _by_hand(plan, survey)


def _by_hand(plan: RouterPlan, survey: Survey) -> RouterPlan:
    """The plan told as drift; what the router remembers is asked for when there is some."""
    changes = by_hand(plan.changes)
    if plan.status not in (Status.PLANNED, Status.REFUSED):
        return plan._replace(changes=changes)
    look = survey.looks.get(plan.router)
    if changes and isinstance(look, Look):
        ((rows, _),) = look.line.attempt(REQUEST)
        ours = survey.judged.network.routers[plan.router].user
        changes = by_hand(plan.changes, deeds(rows), ours)
    status = Status.PLANNED if changes else Status.UNCHANGED
    return plan._replace(changes=changes, status=status, problem="")
