"""``plan``: what apply would do, and why; it never writes to a router."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ispconf.commands.approving import PlanFile
from ispconf.commands.judging import judged
from ispconf.commands.offline import Recalled, remembered
from ispconf.commands.rolling import rolling
from ispconf.commands.session import Session, shared
from ispconf.commands.showing import conclude, styled
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
@click.option(
    "--offline",
    type=PlanFile(exists=True, dir_okay=False),
    metavar="FILE|recorded",
    help="Reach no router: take this snapshot (router snapshot), or the one that was recorded.",
)
@click.option("--exit-code", is_flag=True, help="Leave with 10 when there are changes.")
def command(
    session: Session,
    routers: Sequence[str],
    zones: Sequence[str],
    subscribers: Sequence[str],
    out: Path | None,
    offline: str | None,
    exit_code: bool,
) -> int:
    r"""Show what apply would do on the routers, and why.

    The files and the ledger, judged on the day, give the state that each router should have; the
    routers are read side by side and compared. Nothing is written to them.

    With --offline the routers are as a snapshot says, and nothing secret is needed: no key, no
    password of a router. Passwords that cannot be compared then are told, all else is the same.

    \b
      ispconf plan                          all routers, today
      ispconf plan --router norte-1         one of them
      ispconf plan --date 2026-12-05        as on that day: who would be cut?
      ispconf plan --format markdown        for a pull request
      ispconf plan --offline routers.json   for the pull request of a stranger
    """
    if offline:
        session.go_blind()
    facts = judged(session)
    git = Repository.required(session.root)
    applied = last_applied(git, facts.network.company.journal.branch)
    people = named(facts, subscribers, applied)
    wanted = chosen(facts, routers, zones)
    more: dict[str, Any] = {"repository": git.beginning()}
    if offline:
        with Recalled(facts, wanted, people, applied, of=remembered(offline, facts, git)) as known:
            changeset = known.changeset()
        more["offline"] = known.document(changeset)
    else:
        with Survey(facts, wanted, people, applied) as survey:
            changeset = survey.changeset()
    code = conclude(changeset, facts, out, more, exit_code=exit_code)
    if session.format == "text":
        styled(rolling(facts.network, (), None).planned(changeset))
    return code
