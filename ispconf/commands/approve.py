"""``approve``: one person's word for a recorded plan, on hosts that have no reviews."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

import click

from ispconf.commands.approving import names, spoken
from ispconf.commands.lifting import allowances
from ispconf.commands.session import Session, shared
from ispconf.edge.caller import actor, run_url
from ispconf.edge.history import Repository
from ispconf.edge.merged import proposed
from ispconf.edge.reviews import Review, Reviews
from ispconf.errors import Exit, RefusedError
from ispconf.network.company import Company
from ispconf.network.consent import among, people, wrote


@click.command("approve")
@shared()
@click.argument("rev")
@click.option("--by", "name", metavar="NAME", help="Who approves (default: who runs this).")
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="GUARD=N",
    help="Also lift a guard that this plan ran into, with exactly this number.",
)
def command(session: Session, rev: str, name: str | None, allowed: Sequence[str]) -> int:
    r"""Approve the recorded plan of a commit, for hosts without reviews.

    Who may, and how many must, is said in ispconf.yaml; nobody approves their own change. The
    approval is for exactly that plan: another plan of the commit needs another one. Without
    approval: record, merging is approving and this only lifts guards.

    \b
      approval: {mode: record, by: [owner, luis], count: 1}     # ispconf.yaml
      ispconf approve cambio-de-planes --by luis
      ispconf approve 0123abc --allow service_loss=12
    """
    git = Repository.required(session.root)
    company = session.network().company
    reviews = Reviews(git, company.approval.branch)
    reviews.fetch()
    commit = git.commit(rev)
    review = reviews.of(commit)
    if review is None:
        raise RefusedError(
            f"no plan of {rev} ({commit[:12]}) was recorded: ispconf plan --out plan.json there, "
            "then ispconf ci record plan.json"
        )
    who = name or actor(session.env)
    _may(who, review.authors | proposed(git, commit)[1], company)
    allow = _lifted(review, allowed)
    facts: dict[str, Any] = {
        "digest": review.plan.digest,
        "time": session.moment().astimezone(UTC).isoformat(timespec="milliseconds"),
        "url": run_url(session.env),
        "allow": allow,
    }
    kept = reviews.approve(review.plan.commit, who, facts)
    now = reviews.of(commit) or review
    words = spoken(now, company)
    code = Exit.INCOMPLETE if kept.problem else Exit.OK
    needed = company.approval.count if company.approval.mode == "record" else 0
    answer = {
        "format": 1, "commit": review.plan.commit, "digest": review.plan.digest, "by": who,
        "approvals": [word.by for word in words], "needed": needed, "allow": allow,
        "problem": kept.problem or None, "exit_code": int(code),
    }  # fmt: skip
    said = [
        f"{who} approves the plan of {review.plan.commit[:12]}, digest {review.plan.digest[:12]}",
        f"approved by {names(words)}" + (f", {len(words)} of {needed} needed" if needed else ""),
    ]
    said += [f"a label lifts its guard {guard}={n}" for guard, n in review.allow.items()]
    said += [f"lifts its guard {guard}={number}" for guard, number in allow.items()]
    if kept.problem:
        said.append(f"it is kept here, but could not be pushed: {kept.problem}")
    session.emit(answer, lambda: said)
    return int(code)


def _may(who: str, authors: Iterable[str], company: Company) -> None:
    """Raises RefusedError when it is not theirs to approve."""
    if company.approval.mode == "merge":
        return
    may = people(company.approval, company.roles)
    if not among(who, may):
        raise RefusedError(
            f"{who} may not approve plans; ispconf.yaml says who may: {', '.join(sorted(may))} "
            "(say who you are with --by NAME)"
        )
    if wrote(who, authors):
        raise RefusedError(f"{who} made this change; somebody else must approve it")


def _lifted(review: Review, allowed: Sequence[str]) -> dict[str, int]:
    """The guards that are lifted; raises RefusedError for one that the plan did not run into."""
    found = {each.guard: each.number for each in allowances(allowed)}
    for guard, number in found.items():
        if (guard, number) not in review.plan.guards:
            real = ", ".join(f"{name}={count}" for name, count in sorted(review.plan.guards))
            raise RefusedError(
                f"the plan did not run into {guard}={number}, but into {real or 'no guard'}"
            )
    return found
