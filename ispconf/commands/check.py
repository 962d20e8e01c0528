"""``check``: every problem of every file, and what a change may not do."""

from collections.abc import Iterator, Sequence
from datetime import date

import click

from ispconf.commands.session import Month, Session, shared
from ispconf.edge.appendonly import ledger_change
from ispconf.edge.differing import proposed
from ispconf.edge.history import Repository
from ispconf.edge.merging import lost_beside, lost_in_merges, ways_of_merging
from ispconf.edge.owners import stale
from ispconf.edge.proposal import deeds, rules
from ispconf.edge.spreading import unbillable
from ispconf.edge.undated import undated
from ispconf.errors import Exit, FilesError, Problem, Source
from ispconf.escape import terminal
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.rights import refusals


@click.command("check")
@shared()
@click.option("--base", metavar="REV", help="Also check the change since this commit.")
@click.option("--actor", metavar="NAME", help="Who made the change: what they may do.")
@click.option(
    "--reopen", type=Month(), multiple=True, help="A month whose closing the change may delete."
)
def command(session: Session, base: str | None, actor: str | None, reopen: tuple[date, ...]) -> int:
    r"""Show every problem of every file.

    Nothing is contacted. With --base, also what a change may not do to the ledger: edit, remove or
    reorder a line, or lose one in a merge; and who has another plan now without a day. With
    --actor, also what that person may not do, by the roles and the policy in ispconf.yaml as it is
    at --base: a change cannot give itself rights.

    \b
      ispconf check
      ispconf check --base origin/main --actor maria
      ispconf check --base origin/main --reopen 2026-10

    \b
    roles: {owner: [ana], cashier: [maria]}       # accounts where the repository is hosted
    policy:                                       # absent: built-in rules; owners may do all
      - {who: [cashier], entries: [payment], up_to: 5000.00}
      - {who: [technician], paths: [subscribers/**], fields: [contact, services.*.access]}
      - {who: [accountant], paths: [subscribers/**], except: [services.*.access], do: [change]}

    A rule is about files (paths, where ** crosses folders; fields or all except some; do: add,
    change, remove) or about the ledger (entries by type, in journals of which one is the writer).
    """
    network = None
    try:
        network, origin = session.opened()
    except FilesError as error:
        found = list(error.problems)
    else:
        found = [*network.warnings, *_stale(session, network.company)]
        found += origin.problems("unbillable", lambda: unbillable(network))
        found += _proofs(session, network)
    repository = Repository.of(session.root)
    found += ways_of_merging(repository) if repository else ()
    if base or actor:
        months = [f"{month:%Y-%m}" for month in reopen]
        found += _changed(session, base or "HEAD", actor, months, network)
    found = sorted(set(found), key=lambda problem: (problem.source, problem.message))
    wrong = sum(problem.severity == "error" for problem in found)
    code = Exit.PROBLEMS if wrong else Exit.OK
    session.emit(session.problems(found, code), lambda: _lines(found, wrong))
    return int(code)


def _proofs(session: Session, network: Network) -> list[Problem]:
    """What of ``templates/`` would not print; looked at only where there is something."""
    if not (session.root / "templates").is_dir() and not network.company.company.logo:
        return []
    from ispconf.edge.proofs import problems  # noqa: PLC0415  most repositories pay nothing for it

    return problems(session.root, network.company, network.locate)


def _stale(session: Session, company: Company) -> Iterator[Problem]:
    """A warning for each CODEOWNERS that asks others for their review than the policy names."""
    for place in stale(session.root, company) if company.roles else ():
        if (session.root / place).exists():
            said = "is not what roles and policy say; write it with: ispconf ci codeowners"
            yield Problem(Source(place), said, severity="warning")


def _changed(
    session: Session,
    base: str,
    actor: str | None,
    reopened: Sequence[str],
    network: Network | None,
) -> Iterator[Problem]:
    """What the change since ``base`` may not do, whoever made it or because of who made it."""
    repository = Repository.required(session.root)
    start = repository.fork(base)
    differences = proposed(repository, start)
    ledger = ledger_change(differences, start, reopened)
    yield from ledger.problems
    yield from lost_in_merges(repository, start, reopened)
    yield from lost_beside(repository, base, start, differences)
    if network:
        yield from undated(differences, network.plans, session.today())
    company = network.company if network else None
    allowed = rules(repository, base, company, differences) if actor else None
    if actor and allowed:
        yield from refusals(allowed, actor, deeds(differences, ledger))


def _lines(found: Sequence[Problem], wrong: int) -> Iterator[str]:
    for problem in found:
        colour = "red" if problem.severity == "error" else "yellow"
        yield click.style(terminal(str(problem)), fg=colour)
    warnings = len(found) - wrong
    told = [f"{wrong} problem{'' if wrong == 1 else 's'}"] if wrong else []
    told += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    yield f"{', '.join(told)}." if told else click.style("No problems.", fg="green")
