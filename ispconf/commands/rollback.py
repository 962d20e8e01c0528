"""``rollback``: a branch with the files as they were, and the plan it gives."""

from pathlib import Path

import click

from ispconf.commands.judging import judged
from ispconf.commands.session import Session, shared
from ispconf.commands.showing import conclude
from ispconf.commands.survey import Survey, chosen
from ispconf.edge.history import Repository
from ispconf.edge.reverting import Reverted, branched, reverted
from ispconf.edge.runs import last_applied
from ispconf.escape import terminal
from ispconf.planning.counting import counted


@click.command("rollback")
@shared("markdown", "html")
@click.argument("rev")
@click.option("--branch", metavar="NAME", help="Name of the new branch (default: rollback-REV).")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the plan as JSON, for apply --approved.",
)
@click.option("--exit-code", is_flag=True, help="Leave with 10 when there are changes.")
def command(
    session: Session, rev: str, branch: str | None, out: Path | None, exit_code: bool
) -> int:
    r"""Prepare the way back: a branch with the files as they were at REV.

    Company, plans, routers, subscribers and templates go back to REV in one new commit on a new
    branch; the ledger and the keys stay. The plan that this gives is shown; nothing is written to
    a router, and your work tree stays as it is. Merged like any change, it is applied like any
    change: under the same review, approval and guards.

    A subscriber who came after REV and whom the ledger speaks of keeps their file, and who was
    erased stays erased.

    \b
      ispconf rollback HEAD~1                what the last commit did, undone
      ispconf rollback v2026-11-01           back to a tag
      git push origin rollback-4f2a91c       then open a pull request
    """
    git = Repository.required(session.root)
    now = judged(session)
    forgotten = {name for name, each in now.network.subscribers.items() if each.erased}
    way = reverted(git, rev, now.network.book.by_subscriber, forgotten)
    then = judged(session, way.commit)
    applied = last_applied(git, now.network.company.journal.branch)
    with Survey(then, chosen(then, (), ()), applied=applied) as survey:
        changeset = survey.changeset()
    name = branch or f"rollback-{way.target[:7]}"
    branched(git, name, way.commit)
    more = {
        "repository": git.beginning(),
        "branch": name,
        "reverted": list(way.files),
        "kept": [*way.kept, *way.erased],
    }
    code = conclude(changeset, then, out, more, exit_code=exit_code)
    if session.format == "text":
        _tell(name, way)
    return code


def _tell(name: str, way: Reverted) -> None:
    many = counted(len(way.files), "file", "go")
    click.echo(f"\nBranch {terminal(name)}: {many} back to {way.target[:7]}; the ledger stays.")
    for path in way.kept:
        click.echo(f"  {terminal(path)} stays: the ledger speaks of this subscriber.")
    for path in way.erased:
        click.echo(f"  {terminal(path)} does not come back: this subscriber was erased.")
    click.echo(f"To have it reviewed:  git push origin {terminal(name)}")
    click.echo(f"To take it at once:   git merge --ff-only {terminal(name)} && ispconf apply")
