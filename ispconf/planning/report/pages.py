"""The plan for a browser: one page of html that stands alone."""

from collections.abc import Iterator
from html import escape

from ispconf.escape import terminal
from ispconf.planning.changeset import Changeset, Impact, RouterPlan
from ispconf.planning.report import wording


def _cells(plan: RouterPlan) -> Iterator[list[str]]:
    for change in plan.changes:
        texts = (change.table, wording.name(change), wording.what(change), change.reason)
        yield [_shown(text) for text in (wording.SIGNS[change.action], *texts)]


def in_html(changeset: Changeset, found: Impact) -> str:
    """A page that stands alone, without scripts."""
    body = "".join(_section(plan) for plan in changeset.routers)
    lines = (wording.totals(changeset), wording.people(found), wording.money(changeset))
    told = [*(f"Note: {terminal(note)}." for note in changeset.notes), *lines]
    summary = "".join(f"<p>{escape(line)}</p>" for line in told)
    return _PAGE.format(day=changeset.day, summary=summary, body=body)


def _section(plan: RouterPlan) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for cells in _cells(plan)
    )
    notes = "".join(f"<p>{_shown(note)}</p>" for note in (plan.problem, *plan.notes) if note)
    head = f"<h2>{escape(plan.router)} <small>{plan.status}</small></h2>"
    return f"<section>{head}{notes}<table>{rows}</table></section>"


def _shown(text: str) -> str:
    return escape(terminal(text))


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>ispconf plan {day}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 70rem }}
body {{ margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
td {{ border-top: 1px solid #ddd; padding: .25rem .5rem; vertical-align: top }}
small {{ color: #777; font-weight: normal }}
</style>
<h1>Plan of {day}</h1>{summary}{body}
</html>
"""
