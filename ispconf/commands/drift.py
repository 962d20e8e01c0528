"""``drift``: what somebody changed by hand on the routers since the last apply."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

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
from ispconf.routeros.deeds import REQUEST, Deed, deeds
from ispconf.routeros.rows import State


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
    found = drifted(session, now, chosen(now, routers, zones))
    network = now.network
    plans = tuple(each.plan for each in found)
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


class Drifted(NamedTuple):
    """A router's drift: what would put it right, and the two states that differ.

    ``live`` is None for a router that was not wholly read; ``told`` is what it remembers.
    """

    plan: RouterPlan
    wanted: State
    live: State | None
    told: tuple[Deed, ...]


def drifted(session: Session, now: Judged, routers: Sequence[Router]) -> list[Drifted]:
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
    return sorted(plans, key=lambda each: each.plan.router)


def _compared(
    session: Session, names: Sequence[str], applied: Mapping[str, Applied], last: Applied
) -> Iterator[Drifted]:
    then = judged(session, last.commit, last.day)
    known = [name for name in names if name in then.network.routers]
    if not known:
        return
    with Survey(then, chosen(then, known, ()), applied=applied) as survey:
        for plan in survey.changeset().routers:
            yield _by_hand(plan, survey)


def _by_hand(plan: RouterPlan, survey: Survey) -> Drifted:
    """The plan told as drift, with what the router remembers."""
    wanted, look = survey.wanted[plan.router], survey.looks.get(plan.router)
    if not isinstance(look, Look) or look.line is None:
        return Drifted(plan._replace(changes=by_hand(plan.changes)), wanted, None, ())
    ((rows, _),) = look.line.attempt(REQUEST)
    ours = survey.judged.network.routers[plan.router].user
    told = tuple(deed for deed in deeds(rows) if deed.user != ours)
    changes = by_hand(plan.changes, told)
    status = Status.PLANNED if changes else Status.UNCHANGED
    made = plan._replace(changes=changes, status=status, problem="")
    return Drifted(made, wanted, look.live, told)
