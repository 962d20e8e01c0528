"""``plan``: what apply would do, and why; it never writes to a router."""

from collections.abc import Sequence
from pathlib import Path

import click

from ispconf.commands.judging import judged
from ispconf.commands.session import Session, shared
from ispconf.commands.showing import conclude
from ispconf.commands.survey import Survey, chosen, named
from ispconf.edge.history import Repository
from ispconf.edge.runs import last_applied


@click.command("plan")
@shared("markdown", "html")
@click.option("--router", "routers", multiple=True, metavar="R", help="Only this router.")
@click.option("--zone", "zones", multiple=True, metavar="Z", help="Only the routers of this zone.")
@click.option("--subscriber", "subscribers", multiple=True, metavar="S", help="Only this one.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the plan as JSON, for apply --approved.",
)
@click.option("--exit-code", is_flag=True, help="Leave with 10 when there are changes.")
def command(
    session: Session,
    routers: Sequence[str],
    zones: Sequence[str],
    subscribers: Sequence[str],
    out: Path | None,
    exit_code: bool,
) -> int:
    r"""Show what apply would do on the routers, and why.

    The files and the ledger, judged on the day, give the state that each router should have; the
    routers are read side by side and compared. Nothing is written to them.

    \b
      ispconf plan                          all routers, today
      ispconf plan --router norte-1         one of them
      ispconf plan --date 2026-12-05        as on that day: who would be cut?
      ispconf plan --format markdown        for a pull request
    """
    facts = judged(session)
    git = Repository.required(session.root)
    applied = last_applied(git, facts.network.company.journal.branch)
    people = named(facts, subscribers, applied)
    with Survey(facts, chosen(facts, routers, zones), people, applied) as survey:
        changeset = survey.changeset()
    return conclude(changeset, facts, out, {"repository": git.beginning()}, exit_code=exit_code)
