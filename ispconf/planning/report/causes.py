"""A plan's changes by what brought them: what takes something away first, then everything else.

Knows which changes are destructive and which of them concern the same people; nothing of how much
room there is to show them.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset
from ispconf.planning.effects import frees, loses
from ispconf.planning.report import wording

_LOSS, _DROP, _REMOVAL, _FREED = range(4)


class Line(NamedTuple):
    """A change and the router it is made on."""

    router: str
    change: Change


class Group(NamedTuple):
    """The changes that one cause brought, in their order; ``rank`` 0 is who loses service."""

    rank: int
    cause: str
    lines: tuple[Line, ...]

    @property
    def dropped(self) -> int:
        """How many sessions are dropped."""
        return sum(line.change.action is Action.DISCONNECT for line in self.lines)

    def routers(self) -> list[str]:
        """Where, each router once."""
        return list(dict.fromkeys(line.router for line in self.lines))

    def names(self) -> dict[str, str]:
        """Each subscriber once and the router of the first change; a row of nobody's by its name.

        In the order of the routers.
        """
        found: dict[str, str] = {}
        for line in sorted(self.lines, key=lambda line: line.router):
            found.setdefault(_name(line), line.router)
        return found


def lines(changeset: Changeset) -> Iterator[Line]:
    """What an apply would do now, router by router."""
    return (Line(plan.router, change) for plan in changeset.routers for change in plan.active)


def destructive(change: Change) -> bool:
    """Whether it takes service, a row or a session away from somebody."""
    return change.action in (Action.REMOVE, Action.DISCONNECT) or loses(change)


def harmful(found: Iterable[Line]) -> list[Group]:
    """The destructive ones by cause: who loses service, whose session drops, what is removed.

    A session that is dropped with another loss of the same service stands with that loss.
    """
    chosen = [line for line in found if destructive(line.change)]
    with_loss = {
        (line.router, line.change.owner): line.change.cause for line in chosen if loses(line.change)
    }
    return _grouped((_placed(line, with_loss), line) for line in chosen)


def _placed(line: Line, with_loss: dict[tuple[str, str], str]) -> tuple[int, str]:
    change, owner = line.change, (line.router, line.change.owner)
    if owner in with_loss:
        return _LOSS, with_loss[owner] or change.cause
    if change.action is Action.DISCONNECT:
        return _DROP, change.cause
    return (_FREED if frees(change) else _REMOVAL), change.cause


def harmless(found: Iterable[Line]) -> list[Group]:
    """All the others by cause, the largest group first."""
    groups = _grouped(((0, each.change.cause), each) for each in found if not destructive(each[1]))
    return sorted(groups, key=lambda group: (-len(group.lines), group.cause))


def _grouped(placed: Iterable[tuple[tuple[int, str], Line]]) -> list[Group]:
    found: dict[tuple[int, str], list[Line]] = {}
    for place, line in placed:
        found.setdefault(place, []).append(line)
    groups = (Group(*place, tuple(held)) for place, held in found.items())
    return sorted(groups, key=lambda group: (group.rank, -len(group.lines), group.cause))


def _name(line: Line) -> str:
    subscriber, service, _ = line.change.owner.partition("/")
    return subscriber if service else f"{line.change.table} {wording.name(line.change)}"
