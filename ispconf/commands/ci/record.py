"""``ci record``: a reviewed plan kept for ``apply --approved recorded``."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import click

from ispconf.commands.approving import document, ours
from ispconf.commands.lifting import labels_of
from ispconf.commands.session import Session, shared
from ispconf.edge.branches import Kept
from ispconf.edge.caller import actor, run_url
from ispconf.edge.history import Repository
from ispconf.edge.reviews import Reviews
from ispconf.errors import Exit, RefusedError
from ispconf.planning.allowance import Allowance
from ispconf.planning.reviewed import Reviewed, joined, reviewed
from ispconf.planning.snapshot import snapshot


@click.command("record")
@shared()
@click.argument("plans", nargs=-1, metavar="[PLAN]...", type=click.Path(path_type=Path))
@click.option(
    "--snapshot",
    "routers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep this snapshot (router snapshot) for plan --offline recorded.",
)
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="LABEL",
    help="A label of the pull request: ispconf:allow-cuts=40 lifts that guard of this plan.",
)
def record(
    session: Session, plans: Sequence[Path], routers: Path | None, labels: Sequence[str]
) -> int:
    r"""Keep a plan (plan --out) on the branch of reviewed plans, with its commit and day.

    Do it for the commit that people review. Once that is merged, by a merge, a squash or a rebase,
    "apply --approved recorded" makes these changes and no others. A later plan of the same commit
    takes the place of an earlier one, and has to be approved again. Several plans are the shards
    of one. A label lifts a guard only if this plan ran into it, with exactly that number.

    \b
      ispconf plan --out plan.json
      ispconf ci record plan.json
      ispconf ci record plan.json --label ispconf:allow-service_loss=12
      ispconf ci record --snapshot routers.json     # every night, for the pull requests of forks
    """
    if bool(plans) is (routers is not None):
        raise click.UsageError("say what to keep: a plan, or --snapshot FILE")
    git = Repository.required(session.root)
    reviews = Reviews(git, session.network().company.approval.branch)
    return (
        _snapshot(session, reviews, routers)
        if routers
        else _plan(session, git, reviews, plans, labels_of(session, labels))
    )


def _snapshot(session: Session, reviews: Reviews, path: Path) -> int:
    """Keeps a snapshot; one that cannot be read is refused."""
    held = document(path, "a snapshot written by router snapshot")
    taken = snapshot(held, str(path)).taken
    kept = reviews.keep(held)
    facts = {"taken": taken.isoformat(timespec="seconds"), "routers": len(held["routers"])}
    return _told(session, kept, facts, [f"recorded the snapshot of {taken:%Y-%m-%d %H:%M} UTC"])


def _plan(
    session: Session,
    git: Repository,
    reviews: Reviews,
    plans: Sequence[Path],
    labels: Sequence[Allowance],
) -> int:
    """Keeps a plan, or the parts of one."""
    whole = joined({str(path): document(path) for path in plans})
    plan = reviewed(whole, "the plan")
    _recordable(plan, git, ", ".join(map(str, plans)))
    lifted, idle = _lifted(plan, labels)
    facts: dict[str, Any] = {
        "time": session.moment().astimezone(UTC).isoformat(timespec="milliseconds"),
        "by": actor(session.env),
        "url": run_url(session.env),
        "allow": {each.guard: each.number for each in lifted},
    }
    answer = {"commit": plan.commit, "digest": plan.digest, "allow": facts["allow"]}
    said = [f"recorded the plan of {plan.commit[:12]}, digest {plan.digest[:12]}", *idle]
    return _told(session, reviews.record(whole, facts), answer, said)


def _told(session: Session, kept: Kept, facts: Mapping[str, Any], said: Sequence[str]) -> int:
    """Says what was kept, and whether others have it."""
    code = Exit.INCOMPLETE if kept.problem else Exit.OK
    late = [f"it is kept here, but could not be pushed: {kept.problem}"] if kept.problem else []
    answer = {"format": 1, **facts, "problem": kept.problem or None, "exit_code": int(code)}
    session.emit(answer, lambda: [*said, *late])
    return int(code)


def _recordable(plan: Reviewed, git: Repository, name: str) -> None:
    """Raises RefusedError for a plan that nobody could approve."""
    ours(plan, git, name)
    if plan.dirty or not plan.commit:
        raise RefusedError(
            f"{name} is a plan of files that were not committed; commit them, and plan again"
        )
    if plan.unverified:
        raise RefusedError(
            f"{name} was planned offline without the key: {plan.unverified} passwords are not "
            "known, so that nobody can approve them; plan again where the key is"
        )


def _lifted(plan: Reviewed, labels: Sequence[Allowance]) -> tuple[list[Allowance], list[str]]:
    """The guards that the labels lift, and what is said of labels that lift nothing."""
    lifted = [each for each in labels if (each.guard, each.number) in plan.guards]
    found = ", ".join(f"{guard}={number}" for guard, number in sorted(plan.guards)) or "no guard"
    idle = [
        f"the label for {each.guard}={each.number} lifts nothing: the plan ran into {found}"
        for each in labels
        if each not in lifted
    ]
    return lifted, idle
