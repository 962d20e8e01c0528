"""``ci comment``: a plan as the one comment of a pull request, as an issue, as job summary."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ispconf.commands.approving import document
from ispconf.commands.session import Session, shared
from ispconf.edge.forge import Forge, Render
from ispconf.edge.workflow import Branch, Run
from ispconf.errors import Exit, RequestError
from ispconf.planning.reading import Planned, read
from ispconf.planning.report import drift
from ispconf.planning.report.comment import MARKER, Told, comment
from ispconf.planning.report.room import LIMIT
from ispconf.planning.report.stamp import earlier

_ISSUE = "<!-- ispconf:issue -->"
_SMALLEST = 3_000  # bytes; below this a summary says nothing


@click.command("comment")
@shared()
@click.argument(
    "plans",
    nargs=-1,
    required=True,
    metavar="PLAN...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--pr", "number", type=click.IntRange(1), metavar="N", help="The pull request.")
@click.option(
    "--issue", "title", metavar="TITLE", help="Drift as an issue, closed when all is well."
)
@click.option("--repo", "repository", metavar="OWNER/NAME", help="Default: GITHUB_REPOSITORY.")
@click.option("--summary", "alone", is_flag=True, help="Only to the summary of the job.")
@click.option("--dry-run", is_flag=True, help="Print it, contact nobody.")
def comment_on(
    session: Session,
    plans: Sequence[Path],
    number: int | None,
    title: str | None,
    repository: str | None,
    alone: bool,
    dry_run: bool,
) -> int:
    r"""Write a plan (plan --out) where people review it.

    One comment on the pull request, written again in place by the next run: the verdict and whom
    it hits, what the guards say, every change that takes something away, the rest by cause; never
    more than 60,000 bytes. Several plans are told as one: the shards of ci matrix. Without --pr the
    run's event says which pull request. The job's summary gets the whole.

    With --issue it is drift (drift --out): one issue is opened, updated, and closed when nothing
    differs any more.

    \b
      ispconf ci comment plan.json                     # in a workflow of a pull request
      ispconf ci comment plans/*/plan.json --pr 12     # the shards of one plan
      ispconf ci comment drift.json --issue "Changed by hand"
      ispconf ci comment plan.json --summary           # without a token: a fork
      ispconf ci comment plan.json --dry-run           # what would be written

    Reads GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH and
    GITHUB_STEP_SUMMARY, on GitHub, Gitea and Forgejo alike.
    """
    if number and title:
        raise click.UsageError("--pr and --issue are two places; say one of them")
    planned, run = read({str(path): document(path) for path in plans}), Run(session.env)
    told = Told(planned.changeset, planned.impact, planned.digest, _whole(run, plans))

    def render(old: str, limit: int) -> str:
        return _drift(planned, limit) if title else _again(told, old, limit)

    if dry_run:
        text = render("", LIMIT)
        session.emit(_answer("dry-run", body=text), text.splitlines)
        return int(Exit.OK)
    if run.summary_room() > _SMALLEST:
        run.summarise(render("", run.summary_room()))
    if alone:
        done = "in the summary only"
    elif title:
        done = _issue(session, run, planned, render, title, repository)
    else:
        done = _pull_request(session, run, render, number, repository)
    session.emit(_answer(done), lambda: [f"{'issue' if title else 'comment'}: {done}"])
    return int(Exit.OK)


def _answer(done: str, **more: str) -> dict[str, Any]:
    return {"format": 1, "done": done, **more, "exit_code": 0}


def _whole(run: Run, plans: Sequence[Path]) -> str:
    """Where everything is: the run that has the plan as artifact, or the file itself."""
    if run.link():
        return f"the artifact and the summary of [this run]({run.link()})"
    return "the plan's file" if len(plans) == 1 else "the files of the plans"


def _forge(session: Session, run: Run, repository: str | None) -> Forge:
    return Forge(run.api(), run.token(), run.repository(repository), session.rest)


def _pull_request(
    session: Session, run: Run, render: Render, number: int | None, repository: str | None
) -> str:
    """What became of the comment; outside of a pull request there is none."""
    found: int | Branch | None = number or run.pull_request()
    if found is None:
        if run.summary_room():
            return "not a pull request, in the summary only"
        raise RequestError("which pull request? say --pr N, or --dry-run to see the comment")
    forge = _forge(session, run, repository)
    if isinstance(found, Branch):
        found = forge.pull_request(*found)
        if found is None:
            return "its pull request is not open at this commit any more"
    return forge.comment(found, MARKER, render)


def _issue(
    session: Session,
    run: Run,
    planned: Planned,
    render: Render,
    title: str,
    repository: str | None,
) -> str:
    """What became of the issue; while a router is not read nobody knows that all is well."""
    needed = any(True for _ in planned.changeset.changes())
    if not needed and planned.exit_code == Exit.INCOMPLETE:
        return "kept, a router was not reached"
    return _forge(session, run, repository).issue(title, _ISSUE, render, needed=needed)


def _drift(planned: Planned, limit: int) -> str:
    return f"{_ISSUE}\n{drift.in_markdown(planned.changeset, limit - len(_ISSUE) - 1)}"


def _again(told: Told, old: str, limit: int) -> str:
    """The comment, with what the old one told folded below."""
    return comment(told._replace(before=earlier(old, told.stamp)), limit)
