"""The plan for a pull request (markdown) and for a browser (html).

Markdown has a summary first, one collapsed block per router, a hidden marker by which the comment
is found again, and a limit that it respects by folding the largest routers to counts.
"""

from collections.abc import Callable, Iterator
from html import escape

from ispconf.escape import markdown, terminal
from ispconf.planning.changeset import Changeset, Impact, RouterPlan
from ispconf.planning.report import wording

MARKER = "<!-- ispconf:plan -->"
LIMIT = 65_536


def in_markdown(changeset: Changeset, found: Impact, whole: str, limit: int = LIMIT) -> str:
    """The comment; ``whole`` names the file that holds what is folded here."""
    head = _head(changeset, found)
    blocks = [_block(plan) for plan in changeset.routers]
    room = limit - _size(head) - sum(map(_size, blocks))
    for index in sorted(range(len(blocks)), key=lambda index: -len(blocks[index])):
        if room >= 0:
            break
        plan = changeset.routers[index]
        folded = f"**{plan.router}**: {len(plan.changes)} changes, folded: see {markdown(whole)}\n"
        room += max(0, _size(blocks[index]) - _size(folded))
        blocks[index] = min(blocks[index], folded, key=_size)
    if room < 0:
        more = f"... and more routers: see {markdown(whole)}\n"
        room -= _size(more)
        while blocks and room < 0:
            room += _size(blocks.pop())
        blocks.append(more)
    return "\n".join([head, *blocks])


def _size(block: str) -> int:
    return len(block.encode()) + 1  # the line end that joins it to the next


def _head(changeset: Changeset, found: Impact) -> str:
    commit = (
        f"{changeset.commit[:7] or 'no commit'}{' with local changes' if changeset.dirty else ''}"
    )
    return "\n".join(
        [
            MARKER,
            f"### {wording.totals(changeset)}",
            "",
            f"{wording.people(found)}  ",
            f"{wording.money(changeset)}  ",
            f"Commit {commit}, judged on {changeset.day}.",
            "",
        ]
    )


def _block(plan: RouterPlan) -> str:
    title = f"<b>{escape(plan.router)}</b>: {plan.status}, {len(plan.changes)} changes"
    lines = [f"<details><summary>{title}</summary>", ""]
    if plan.problem:
        lines += [f"> {markdown(plan.problem)}", ""]
    if plan.changes:
        lines += ["| | menu | row | change | why |", "|---|---|---|---|---|"]
        lines += [f"| {' | '.join(cells)} |" for cells in _cells(plan, markdown)]
    lines += [f"- {markdown(note)}" for note in plan.notes]
    return "\n".join([*lines, "", "</details>", ""])


def _cells(plan: RouterPlan, shown: Callable[[str], str]) -> Iterator[list[str]]:
    for change in plan.changes:
        texts = (change.table, wording.name(change), wording.what(change), change.reason)
        yield [shown(text) for text in (wording.SIGNS[change.action], *texts)]


def in_html(changeset: Changeset, found: Impact) -> str:
    """A page that stands alone, without scripts."""
    body = "".join(_section(plan) for plan in changeset.routers)
    lines = (wording.totals(changeset), wording.people(found), wording.money(changeset))
    summary = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return _PAGE.format(day=changeset.day, summary=summary, body=body)


def _section(plan: RouterPlan) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for cells in _cells(plan, _shown)
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
