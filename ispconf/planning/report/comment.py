"""The plan as a comment on a pull request: what a reviewer must know, in what fits (P-20, P-21).

Verdict, people and guards first; then every change that takes something away, line by line, or by
name where the lines do not fit, or counted where the names do not; then the rest by cause; then
each router whole, folded, the largest left out first. Plain markdown, the same on every forge.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from ispconf.escape import markdown
from ispconf.planning.allowance import LABEL
from ispconf.planning.changeset import Changeset, Impact, RouterPlan
from ispconf.planning.counting import counted
from ispconf.planning.report import causes, wording
from ispconf.planning.report.causes import Group, Line
from ispconf.planning.report.room import LIMIT, size, whole, within
from ispconf.planning.report.stamp import Stamp, written

MARKER = "<!-- ispconf:plan -->"
_OPEN = 20  # destructive lines that are shown without a click
_CAUSES = 25
_HEADS = "| | router | menu | row | change | why |\n|---|---|---|---|---|---|"
_FOLD = "<details><summary>{}</summary>\n\n{}\n\n</details>\n"
_HEADS_HERE = "| | menu | row | change | why |\n|---|---|---|---|---|"


class Told(NamedTuple):
    """What a comment tells of: the changes, what they mean to people, and their digest.

    ``whole`` says where everything is that does not fit; ``before`` what stood here earlier.
    """

    changeset: Changeset
    impact: Impact
    digest: str
    whole: str
    before: Sequence[Stamp] = ()
    marker: str = MARKER

    @property
    def stamp(self) -> Stamp:
        """What the next comment remembers of this one."""
        plan = self.changeset
        said = f"{wording.verdict(plan)} {wording.people(self.impact)}"
        return Stamp(plan.commit, plan.day.isoformat(), self.digest, said)


def comment(told: Told, limit: int = LIMIT) -> str:
    """The comment, of at most ``limit`` bytes; the same plan gives the same bytes."""
    head, foot, rest = _head(told), _foot(told), _rest(told, limit // 8)
    problems = _problems(told, limit // 8)
    counts = [_counted(plan, told.whole) for plan in told.changeset.routers]
    room = limit - sum(map(size, (head, problems, foot, rest)))
    harm = _harm(told, room - min(sum(map(size, counts)), limit // 8))
    blocks = _blocks(told, counts, room - size(harm))
    return "\n".join(part for part in (head, problems, harm, rest, *blocks, foot) if part)


def _head(told: Told) -> str:
    plan = told.changeset
    commit = f"{plan.commit[:7] or 'no commit'}{' with local changes' if plan.dirty else ''}"
    return (
        f"{told.marker}\n### {wording.verdict(plan)}\n\n**{wording.people(told.impact)}**  \n"
        f"{wording.money(plan)}  \nCommit {commit}, judged on {plan.day}.\n"
    )


def _problems(told: Told, room: int) -> str:
    """Notes, guards that refuse and routers that were not read; what many share is told once."""
    plan = told.changeset
    bad = sorted(
        (each for each in plan.routers if each.problem),
        key=lambda each: (each.status, each.problem),
    )
    said = [f"Note: {markdown(note)}.\n" for note in plan.notes]
    said += [
        f"> **{status}**: {markdown(problem)} ({_some([each.router for each in same], 10)})\n"
        for (status, problem), same in groupby(bad, lambda each: (each.status, each.problem))
    ]
    lifts = {f"{LABEL}{each.guard}={each.found}" for plan in bad for each in plan.guards}
    ways = f"A label lifts exactly this: {_some(sorted(lifts), 10)}.\n" if lifts else ""
    kept = within(said, room - size(ways))
    if len(kept) < len(said):
        kept.append(f"> and {counted(len(said) - len(kept), 'more problem')}: see {told.whole}\n")
    return "\n".join([*kept, ways] if ways else kept)


def _some(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(map(markdown, names[:most]))}{more}"


def _harm(told: Told, room: int) -> str:
    """Everything that takes something away, as closely as it fits."""
    groups = causes.harmful(causes.lines(told.changeset))
    lines = [line for group in groups for line in group.lines]
    if not lines:
        return ""
    total = sum(len(plan.active) for plan in told.changeset.routers)
    title = f"#### {len(lines)} of {counted(total, 'change')} take something away\n"
    room -= size(title) + 1
    return f"{title}\n{whole(_tables(lines), room) or _by_name(groups, room, told.whole)}\n"


def _tables(lines: Sequence[Line]) -> Iterator[str]:
    """A row for each line, folded by router where they are many."""
    if len(lines) <= _OPEN:
        yield _HEADS
        yield from (_row(line.router, *_cells(line)) for line in lines)
        return
    for router, held in groupby(sorted(lines, key=_router), _router):
        mine = list(held)
        said = f"<b>{markdown(router)}</b>: {len(mine)} take something away"
        yield f"<details><summary>{said}</summary>\n\n{_HEADS_HERE}"
        yield from (_row(*_cells(line)) for line in mine)
        yield "\n</details>\n"


def _router(line: Line) -> str:
    return line.router


def _cells(line: Line) -> tuple[str, ...]:
    change = line.change
    sign = wording.SIGNS[change.action]
    return sign, change.table, wording.name(change), wording.what(change), change.reason


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(markdown, cells))} |"


def _by_name(groups: Sequence[Group], room: int, place: str) -> str:
    """Who is hit, group by group: by name as far as there is room, and how many more."""
    heads = [_FOLD.format(_headed(group), "{}") for group in groups]
    changes = counted(sum(len(group.lines) for group in groups), "more change")
    room -= size(f"- {changes} of {counted(len(groups), 'cause')}: see {place}")
    kept = within(heads, room)
    room -= sum(map(size, kept))
    lines = []
    for head, group in zip(kept, groups, strict=False):
        names = _names(group, room, place)
        room -= len(names.encode())
        lines.append(head.format(names))
    left = groups[len(kept) :]
    if left:
        changes = counted(sum(len(group.lines) for group in left), "more change")
        lines.append(f"- {changes} of {counted(len(left), 'cause')}: see {place}")
    return "\n".join(lines)


def _headed(group: Group) -> str:
    """What happens to how many, and why."""
    parts = [f"<b>{len(group.names())} x {markdown(group.cause)}</b>"]
    if group.dropped:
        parts.append(f"{counted(group.dropped, 'session')} dropped")
    return f"{', '.join(parts)} ({_some(group.routers(), 3)})"


def _names(group: Group, room: int, place: str) -> str:
    """As many names as there is room for, by router, and how many more there are; or nothing."""
    shown, last = [], ""
    for name, router in group.names().items():
        shown.append(
            markdown(name) if router == last else f"<b>{markdown(router)}</b> {markdown(name)}"
        )
        last = router
    tail = f" and {len(shown)} more: see {place}"
    kept = within((f"{name}," for name in shown), room - len(tail.encode()))
    more = f" and {len(shown) - len(kept)} more: see {place}" if len(kept) < len(shown) else ""
    return ", ".join(shown[: len(kept)]) + more if kept else ""


def _rest(told: Told, room: int) -> str:
    """What takes nothing away, rolled up by cause."""
    groups = causes.harmless(causes.lines(told.changeset))
    if not groups:
        return ""
    lines = []
    for group in groups[:_CAUSES]:
        where = _some(group.routers(), 3)
        lines.append(f"- {len(group.lines)} x {markdown(group.cause)} ({where})")
    kept = within(lines, room)
    left = groups[len(kept) :]
    if left:
        count = counted(sum(len(group.lines) for group in left), "change")
        kept.append(f"- {count} of {counted(len(left), 'more cause')}")
    return "\n".join(["#### The rest, by cause\n", *kept, ""])


def _blocks(told: Told, counts: Sequence[str], room: int) -> list[str]:
    """Each router whole and folded, the smallest first; where there is no room it is counted."""
    plans, parts = told.changeset.routers, list(counts)
    room -= sum(map(size, parts))
    for index in sorted(range(len(plans)), key=lambda index: len(plans[index].changes)):
        block = whole(_block(plans[index]), room + size(parts[index]))
        if not block:
            break
        room += size(parts[index]) - size(block)
        parts[index] = block
    if room >= 0:
        return parts
    more = f"... and more routers: see {told.whole}\n"
    room -= size(more)
    while parts and room < 0:
        room += size(parts.pop())
    return [*parts, more]


def _counted(plan: RouterPlan, place: str) -> str:
    return f"**{markdown(plan.router)}**: {_count(plan)}, folded: see {place}\n"


def _count(plan: RouterPlan) -> str:
    return f"{plan.status}, {counted(len(plan.changes), 'change')}"


def _block(plan: RouterPlan) -> Iterator[str]:
    yield f"<details><summary><b>{markdown(plan.router)}</b>: {_count(plan)}</summary>\n"
    if plan.changes:
        yield _HEADS_HERE
        yield from (_row(*_cells(Line(plan.router, change))) for change in plan.changes)
    yield from (f"- {markdown(note)}" for note in plan.notes)
    yield "\n</details>\n"


def _foot(told: Told) -> str:
    """What was told here before, the digest, and what the next comment reads back."""
    lines = []
    if told.before:
        said = counted(len(told.before), "earlier plan")
        lines = [f"<details><summary>Before: {said}</summary>\n"]
        for old in told.before:
            what = f"commit {old.commit[:7]}, digest {old.digest[:12]}"
            lines.append(f"- {old.day}, {what}: {markdown(old.verdict)}")
        lines.append("\n</details>\n")
    lines.append(f"Digest {told.digest}; everything is in {told.whole}.")
    return "\n".join([*lines, written([told.stamp, *told.before])])
