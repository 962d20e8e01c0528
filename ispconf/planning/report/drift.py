"""Drift for people: each row as it was and as somebody left it, who and when, what can be done.

The other way round than a plan: an arrow leads from what the files say to what the router has.
"""

from collections.abc import Iterator

from ispconf.escape import markdown, terminal
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, RouterPlan, Status
from ispconf.planning.counting import counted
from ispconf.planning.report import wording
from ispconf.planning.report.room import LIMIT, within
from ispconf.planning.report.text import Line
from ispconf.routeros.rows import MARK

_SIGNS = {
    Action.ADD: "-",
    Action.ADOPT: "=",
    Action.SET: "~",
    Action.REMOVE: "+",
    Action.MOVE: ">",
}
_STYLES = {"-": "red", "=": "magenta", "~": "yellow", "+": "green", ">": "cyan"}
_LOST = (Status.UNREACHABLE, Status.INCOMPLETE)
_HEADS = "| | menu | row | was and is | who |\n|---|---|---|---|---|"
_TAIL = 200  # bytes that it takes to say that there is more


def lines(changeset: Changeset) -> Iterator[Line]:
    """The drift of all routers, a line for each row."""
    for plan in changeset.routers:
        yield from _router(plan)
        yield Line("")
    yield Line(verdict(changeset), "bold")
    yield from (Line(way) for way in _ways(changeset))


def _router(plan: RouterPlan) -> Iterator[Line]:
    if plan.status in _LOST or plan.status is Status.DEFERRED:
        yield Line(f"{plan.router}   {plan.status}: {terminal(plan.problem)}", "red")
        return
    yield Line(
        f"{plan.router}   RouterOS {terminal(plan.routeros)}   {counted(plan.rows, 'row')}", "bold"
    )
    if not plan.changes:
        yield Line("  nothing was changed by hand", "dim")
    cells = [(change, change.table, wording.name(change), what(change)) for change in plan.changes]
    wide = [max((len(cell[at]) for cell in cells), default=0) for at in (1, 2, 3)]
    for change, *texts in cells:
        padded = "  ".join(text.ljust(width) for text, width in zip(texts, wide, strict=True))
        sign = _SIGNS[change.action]
        yield Line(f"  {sign} {padded}  {terminal(change.reason)}".rstrip(), _STYLES[sign])
    for note in plan.notes:
        yield Line(f"  note: {terminal(note)}", "dim")


def what(change: Change) -> str:
    """What somebody did to the row: each field as it was and as it is."""
    match change.action:
        case Action.ADD | Action.REMOVE:
            return wording.what(change)
        case Action.SET | Action.ADOPT:
            turned = change._replace(before=change.after, after=change.before)
            return ", ".join(_field(turned, name) for name in turned.after)
        case _:
            return ""


def _field(turned: Change, name: str) -> str:
    if name == "comment":
        text = terminal(turned.after[name]) or "none"
        return f"comment {text}" if text.startswith(MARK) else f"our mark -> {text}"
    return wording.what(turned._replace(after={name: turned.after[name]}))


def verdict(changeset: Changeset) -> str:
    """How much was changed by hand, on one line."""
    busy = [plan for plan in changeset.routers if plan.changes]
    rows = sum(len(plan.changes) for plan in busy)
    lost = sum(plan.status in _LOST for plan in changeset.routers)
    said = (
        f"{counted(rows, 'row')} changed by hand on {counted(len(busy), 'router')}"
        if rows
        else "unknown"
        if wording.unread(changeset)
        else "nothing was changed by hand"
    )
    late = f"; {counted(lost, 'router')} not reached" if lost else ""
    return f"Drift: {said}{late}."


def _ways(changeset: Changeset) -> Iterator[str]:
    """What can be done about it."""
    busy = [plan.router for plan in changeset.routers if plan.changes]
    if busy:
        taken = f"ispconf import {busy[0]} --drift"
        yield f"ispconf apply puts it right; {taken} takes it into the files."


def in_markdown(changeset: Changeset, limit: int = LIMIT) -> str:
    """The drift for an issue or a comment, safe and of at most ``limit`` bytes (P-20, P-21)."""
    parts = [f"**{markdown(verdict(changeset))}**", ""]
    parts += [markdown(way) for way in _ways(changeset)]
    for plan in changeset.routers:
        if plan.status in _LOST:
            parts += [f"\n**{markdown(plan.router)}**: {markdown(plan.problem)}"]
        elif plan.changes:
            rows = [_row(change) for change in plan.changes if change.action in _SIGNS]
            parts += [f"\n**{markdown(plan.router)}**\n\n{_HEADS}", *rows]
    kept = within([*parts, ""], limit - _TAIL)
    if len(kept) <= len(parts):
        left = sum(part.startswith("| ") for part in parts[len(kept) :])
        kept.append(f"\n{counted(left, 'more row')}: `ispconf drift --format json` has all.\n")
    return "\n".join(kept)


def _row(change: Change) -> str:
    texts = (
        _SIGNS[change.action],
        change.table,
        wording.name(change),
        what(change),
        change.reason,
    )
    return f"| {' | '.join(markdown(text) for text in texts)} |"
