"""``check``: every problem of every file, and what a change may not do."""

from collections.abc import Iterator, Sequence
from datetime import date

import click

from ispconf.commands.session import Month, Session, shared
from ispconf.edge.appendonly import ledger_change
from ispconf.edge.history import Repository
from ispconf.errors import Exit, FilesError, Problem, Source
from ispconf.escape import terminal
from ispconf.ledger.journals import journal_of
from ispconf.ledger.limits import unbillable
from ispconf.network.billing import billables


@click.command("check")
@shared()
@click.option("--base", metavar="REV", help="Also check the change since this commit.")
@click.option("--actor", metavar="NAME", help="Who made the change: whose journals they may write.")
@click.option(
    "--reopen", type=Month(), multiple=True, help="A month whose closing the change may delete."
)
def command(session: Session, base: str | None, actor: str | None, reopen: tuple[date, ...]) -> int:
    r"""Show every problem of every file.

    Nothing is contacted. With --base, also what a change may not do: edit or remove a line of the
    ledger, or, with --actor, write a journal of somebody else.

    \b
      ispconf check
      ispconf check --base origin/main --actor maria
      ispconf check --base origin/main --reopen 2026-10
    """
    try:
        network = session.network()
    except FilesError as error:
        found = list(error.problems)
    else:
        found = [*network.warnings, *unbillable(billables(network))]
    if base or actor:
        months = [f"{month:%Y-%m}" for month in reopen]
        found += _forbidden(session, base or "HEAD", actor, months)
    found.sort(key=lambda problem: (problem.source, problem.message))
    wrong = sum(problem.severity == "error" for problem in found)
    code = Exit.PROBLEMS if wrong else Exit.OK
    session.emit(session.problems(found, code), lambda: _lines(found, wrong))
    return int(code)


def _forbidden(
    session: Session, base: str, actor: str | None, reopened: Sequence[str]
) -> Iterator[Problem]:
    """What the change since ``base`` may not do, whoever made it or because of who made it."""
    change = ledger_change(Repository.required(session.root), base, reopened)
    yield from change.problems
    if actor is None:
        return
    journals = session.network().company.journals
    for file, line in change.added.items():
        journal = journal_of(file) or ""
        if journal in journals and journals[journal].writer != actor:
            said = f"journal {journal} is written by {journals[journal].writer}, not by {actor}"
            yield Problem(Source(file, line), said)


def _lines(found: Sequence[Problem], wrong: int) -> Iterator[str]:
    for problem in found:
        colour = "red" if problem.severity == "error" else "yellow"
        yield click.style(terminal(str(problem)), fg=colour)
    warnings = len(found) - wrong
    told = [f"{wrong} problem{'' if wrong == 1 else 's'}"] if wrong else []
    told += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    yield f"{', '.join(told)}." if told else click.style("No problems.", fg="green")
