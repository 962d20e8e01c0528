"""The plan for people at a terminal: a block per router, a line per change, the verdict last."""

from collections.abc import Iterator
from typing import NamedTuple

from ispconf.escape import terminal
from ispconf.planning.changes import Action
from ispconf.planning.changeset import Changeset, Impact, RouterPlan, Status
from ispconf.planning.counting import counted
from ispconf.planning.report import wording

_WIDEST = 48
_STYLES = {
    Action.ADD: "green",
    Action.ADOPT: "magenta",
    Action.SET: "yellow",
    Action.REMOVE: "red",
    Action.MOVE: "cyan",
    Action.DISCONNECT: "red",
}


class Line(NamedTuple):
    """A line and the colour it has on a terminal; empty for none."""

    text: str
    style: str = ""


def lines(changeset: Changeset, found: Impact) -> Iterator[Line]:
    """The whole plan."""
    for plan in changeset.routers:
        yield from _router(plan)
        yield Line("")
    for note in changeset.notes:
        yield Line(f"Note: {terminal(note)}.", "yellow")
    yield Line(wording.totals(changeset), "bold")
    yield Line(wording.people(found))
    yield Line(wording.money(changeset))


def _router(plan: RouterPlan) -> Iterator[Line]:
    if plan.status in (Status.UNREACHABLE, Status.INCOMPLETE, Status.DEFERRED):
        wait = f"   {counted(plan.waiting, 'change', 'wait')}" if plan.waiting else ""
        yield Line(f"{plan.router}   {plan.status}: {terminal(plan.problem)}{wait}", "red")
        return
    yield Line(
        f"{plan.router}   RouterOS {terminal(plan.routeros)}   {counted(plan.rows, 'row')}", "bold"
    )
    if plan.changes:
        yield Line("")
        yield from _changes(plan)
    elif plan.status is Status.UNCHANGED:
        yield Line("  nothing to change", "dim")
    if plan.problem:
        yield Line(f"  REFUSED  {terminal(plan.problem)}", "red")
    for note in plan.notes:
        yield Line(f"  note: {terminal(note)}", "dim")


def _changes(plan: RouterPlan) -> Iterator[Line]:
    cells = [
        (change, change.table, wording.name(change), wording.what(change))
        for change in plan.changes
    ]
    wide = [min(_WIDEST, max(len(cell[column]) for cell in cells)) for column in (1, 2, 3)]
    for change, *texts in cells:
        padded = "  ".join(text.ljust(width) for text, width in zip(texts, wide, strict=True))
        row = f"  {wording.SIGNS[change.action]} {padded}  {terminal(change.reason)}"
        yield Line(row.rstrip(), _STYLES[change.action])
