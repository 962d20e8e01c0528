"""``audit``: what each commit did to files, to money and to routers."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from io import StringIO
from operator import attrgetter
from typing import Any, NamedTuple

import click

from ispconf.commands import applies
from ispconf.commands.deeds import counted, document, lines
from ispconf.commands.past import SHORT, Past, opened
from ispconf.commands.session import Session, shared
from ispconf.edge.commits import Commit, commits
from ispconf.edge.runs import Run
from ispconf.edge.versions import blobs_of
from ispconf.edge.work import Work, work
from ispconf.errors import RequestError
from ispconf.escape import cell, terminal
from ispconf.ledger.said import tally

_SHOWN = 12
"""Lines of one commit that are shown; JSON and CSV have all."""
_HEAD = ("time", "commit", "author", "email", "subject", "what")


class Audited(NamedTuple):
    """A commit and what it did."""

    commit: Commit
    done: Work


@click.command("audit")
@shared("csv")
@click.option(
    "--since", required=True, metavar="REV|DATE", help="After this commit, or from a day."
)
@click.option("--until", metavar="REV|DATE", help="Up to this commit or day (default: HEAD).")
@click.option("--author", metavar="A", help="Only commits by this name or address, or part of it.")
@click.option("--routers", is_flag=True, help="Also what applies did, by their journal.")
def command(
    session: Session, since: str, until: str | None, author: str | None, routers: bool
) -> int:
    r"""Show what each commit did to files and to money, oldest first.

    With --routers also what was applied and how it ended, as the journal of applies has it: in
    this clone, and on the branch that ispconf.yaml names (journal: {branch: ...}).

    \b
      ispconf audit --since 2026-11-01
      ispconf audit --since HEAD~20 --author maria
      ispconf audit --since v1 --until v2 --format csv > audit.csv
    """
    past = opened(session)
    window = _window(past, since, until)
    found = _audited(past, [*window.words, *_by(author)])
    made = list(_applied(past, window, found, named=author is not None)) if routers else []
    if session.format == "csv":
        click.echo(_csv(past, found, made), nl=False)
        return 0
    document_ = past.heading() | {"commits": [_document(past, each) for each in found]}
    if routers:
        document_["applies"] = [applies.document(past, run) for run in made]
    session.emit(document_, lambda: _lines(past, found, made))
    return 0


class Window(NamedTuple):
    """What is asked for: the words for ``git log``, and from when to when applies count."""

    words: list[str]
    start: datetime
    end: datetime | None


def _window(past: Past, since: str, until: str | None) -> Window:
    """The commits and the time between two commits or days."""
    words, tip, end = [], "HEAD", None
    if until and (last := _day(until)):
        end = past.midnight(last + timedelta(days=1))
        words.append(f"--until={end.isoformat()}")
    elif until:
        tip = _revision(past, until, "--until")
        end = past.repository.committed(tip)
    if first := _day(since):
        start = past.midnight(first)
        return Window([f"--since={start.isoformat()}", *words, tip], start, end)
    revision = _revision(past, since, "--since")
    return Window([*words, f"{revision}..{tip}"], past.repository.committed(revision), end)


def _by(author: str | None) -> list[str]:
    """The words for ``git log`` that choose by name or address."""
    if not author:
        return []
    return ["--fixed-strings", "--regexp-ignore-case", f"--author={author}"]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _revision(past: Past, text: str, option: str) -> str:
    try:
        return past.commit(text)
    except RequestError as error:
        raise RequestError(f"{option}: {error}; nor is it a day like 2026-11-01") from error


def _audited(past: Past, words: Sequence[str]) -> list[Audited]:
    log = commits(past.repository, *words)
    past.versions.fetch(blobs_of(log))
    return [Audited(commit, work(past.versions, commit.touched)) for commit in log]


def _applied(past: Past, window: Window, found: Sequence[Audited], *, named: bool) -> Iterator[Run]:
    """The applies of the window, and those of its commits; of these alone when they were chosen."""
    shown = {commit.id for commit, _ in found}
    for run in past.runs():
        if run.time < window.start:
            return  # they come newest first
        inside = not named and (window.end is None or run.time < window.end)
        if inside or run.commit in shown:
            yield run


def _document(past: Past, each: Audited) -> dict[str, Any]:
    commit = each.commit
    return {
        "commit": commit.id,
        "time": past.local(commit).isoformat(),
        "author": commit.author,
        "email": commit.email,
        "subject": commit.subject,
        "merge": len(commit.parents) > 1,
        **document(each.done, past.currency),
    }


def _lines(past: Past, found: Sequence[Audited], made: Sequence[Run]) -> Iterator[str]:
    yield from past.warned()
    for when, commit, who, what, told, _ in _timeline(past, found, made):
        head = f"{when:%Y-%m-%d %H:%M}  {commit[:SHORT]}  {terminal(who)}"
        yield f"{head}  {terminal(what)}"
        for line in told[:_SHOWN]:
            yield f"    {terminal(line)}"
        if len(told) > _SHOWN:
            yield f"    ... and {len(told) - _SHOWN:,} more (--format json has all)"
        yield ""
    people = counted(len({commit.email for commit, _ in found}), "author")
    yield f"{counted(len(found), 'commit')} by {people}"
    for each in tally(entry for _, done in found for entry in done.added):
        yield f"  {each.said(past.currency)}"


class Moment(NamedTuple):
    """A commit or an apply in the order of time, with a line for each thing that it did."""

    time: datetime
    commit: str
    who: str
    what: str
    told: list[str]
    email: str = ""


def _timeline(past: Past, found: Sequence[Audited], made: Sequence[Run]) -> list[Moment]:
    """Commits and applies by time; commits of one second stay in their order."""
    moments = [
        Moment(
            past.local(commit),
            commit.id,
            commit.author,
            commit.subject,
            list(lines(done, past.currency)),
            commit.email,
        )
        for commit, done in found
    ]
    moments += (
        Moment(past.moment(run.time), run.commit, run.actor, "applied", list(applies.lines(run)))
        for run in reversed(made)
    )
    return sorted(moments, key=attrgetter("time"))


def _csv(past: Past, found: Sequence[Audited], made: Sequence[Run]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    for when, commit, who, what, told, email in _timeline(past, found, made):
        for line in told or [""]:
            row = (when.isoformat(timespec="seconds"), commit, who, email, what, line)
            writer.writerow([cell(each) for each in row])
    return text.getvalue()
