"""``ci record``: a reviewed plan kept for ``apply --approved recorded``."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import click

from ispconf.commands.approving import document, labels_of, ours
from ispconf.commands.session import Session, shared
from ispconf.edge.caller import actor, run_url
from ispconf.edge.history import Repository
from ispconf.edge.reviews import Reviews
from ispconf.errors import Exit, RefusedError
from ispconf.planning.allowance import Allowance
from ispconf.planning.approval import Reviewed, joined, reviewed


@click.command("record")
@shared()
@click.argument(
    "plans", nargs=-1, required=True, metavar="PLAN...", type=click.Path(path_type=Path)
)
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="LABEL",
    help="A label of the pull request: ispconf:allow-cuts=40 lifts that guard of this plan.",
)
def record(session: Session, plans: Sequence[Path], labels: Sequence[str]) -> int:
    r"""Keep a plan (plan --out) on the branch of reviewed plans, with its commit and day.

    Do it for the commit that people review. Once that is merged, by a merge, a squash or a rebase,
    "apply --approved recorded" makes these changes and no others. A later plan of the same commit
    takes the place of an earlier one, and has to be approved again. Several plans are the shards
    of one. A label lifts a guard only if this plan ran into it, with exactly that number.

    \b
      ispconf plan --out plan.json
      ispconf ci record plan.json
      ispconf ci record plan.json --label ispconf:allow-service_loss=12
    """
    git = Repository.required(session.root)
    whole = joined({str(path): document(path) for path in plans})
    plan = reviewed(whole, "the plan")
    _recordable(plan, git, ", ".join(map(str, plans)))
    lifted, idle = _lifted(plan, labels_of(session, labels))
    facts: dict[str, Any] = {
        "time": session.moment().astimezone(UTC).isoformat(timespec="milliseconds"),
        "by": actor(session.env),
        "url": run_url(session.env),
        "allow": {each.guard: each.number for each in lifted},
    }
    kept = Reviews(git, session.network().company.approval.branch).record(whole, facts)
    code = Exit.INCOMPLETE if kept.problem else Exit.OK
    answer = {"format": 1, "commit": plan.commit, "digest": plan.digest, "allow": facts["allow"],
              "problem": kept.problem or None, "exit_code": int(code)}  # fmt: skip
    said = [f"recorded the plan of {plan.commit[:12]}, digest {plan.digest[:12]}", *idle]
    if kept.problem:
        said.append(f"it is kept here, but could not be pushed: {kept.problem}")
    session.emit(answer, lambda: said)
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
