"""Answering with a changeset: as text, JSON, markdown or html."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from ispconf.commands.judging import Judged
from ispconf.edge.jsontext import written
from ispconf.edge.writing import write_whole
from ispconf.errors import Exit
from ispconf.ledger.states import State
from ispconf.planning.changeset import Changeset, Impact, changes_plan, digest, impact, verdict
from ispconf.planning.report import document, pages, text
from ispconf.planning.report.comment import Told, comment


def impact_of(changeset: Changeset, judged: Judged) -> Impact:
    """The people a changeset touches."""
    sold: dict[str, list[str]] = {}
    if not any(changes_plan(change) for change in changeset.changes()):
        return impact(changeset, sold)  # most plans: nobody's file need be looked at
    for subscriber in judged.network.subscribers.values():
        for name, service in subscriber.services.items():
            owner = f"{subscriber.id}/{name}"
            if judged.standings[owner].state is not State.CANCELLED:
                sold.setdefault(f"{service.router}:{service.plan_on(judged.day)}", []).append(owner)
    return impact(changeset, sold)


def as_document(changeset: Changeset, judged: Judged, code: Exit) -> dict[str, Any]:
    """The changeset as plain values for JSON."""
    seal = judged.session.vault().fingerprint
    return document.document(changeset, impact_of(changeset, judged), code, seal)


def show(changeset: Changeset, judged: Judged, code: Exit, more: Mapping[str, Any]) -> None:
    """Prints the changeset as --format asks; ``more`` goes into the JSON document."""
    match judged.session.format:
        case "json":
            whole = as_document(changeset, judged, code) | dict(more)
            click.echo(written(whole))
        case "markdown":
            seal = judged.session.vault().fingerprint
            found, sum_of = impact_of(changeset, judged), digest(changeset, seal)
            click.echo(comment(Told(changeset, found, sum_of, "the plan's JSON (plan --out FILE)")))
        case "html":
            click.echo(pages.in_html(changeset, impact_of(changeset, judged)))
        case _:
            styled(text.lines(changeset, impact_of(changeset, judged)))


def conclude(
    changeset: Changeset,
    judged: Judged,
    out: Path | None,
    more: Mapping[str, Any],
    *,
    exit_code: bool,
    shown: Callable[[Changeset, Judged, Exit, Mapping[str, Any]], None] = show,
) -> int:
    """Answers with a plan that is not carried out; gives the code to leave with.

    ``out`` gets the plan as JSON; with ``exit_code`` a plan that changes something leaves with 10;
    ``shown`` prints it.
    """
    code = verdict(changeset)
    if code is Exit.OK and exit_code and any(True for _ in changeset.changes()):
        code = Exit.CHANGES
    if out:
        whole = as_document(changeset, judged, code) | dict(more)
        write_whole(out, written(whole).encode())
    shown(changeset, judged, code, more)
    return int(code)


def styled(lines: Iterable[text.Line]) -> None:
    """Prints lines with their colours, which click leaves out where there is no terminal."""
    for line in lines:
        click.echo(_style(line))


def _style(line: text.Line) -> str:
    match line.style:
        case "":
            return line.text
        case "bold":
            return click.style(line.text, bold=True)
        case "dim":
            return click.style(line.text, dim=True)
        case colour:
            return click.style(line.text, fg=colour)
