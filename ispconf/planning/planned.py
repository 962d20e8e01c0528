"""One router's plan: its two states compared, the changes explained, chosen and noted."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ispconf.planning import ability
from ispconf.planning.ability import Ability
from ispconf.planning.changes import Action, Change, Comparison, compare
from ispconf.planning.counting import counted
from ispconf.planning.effects import HOME
from ispconf.routeros.rows import State
from ispconf.routeros.tables import TABLES
from ispconf.services import KINDS
from ispconf.services.account import Stale


class Choice(NamedTuple):
    """What a run is about: all subscribers, or those named; sessions dropped in quiet hours only.

    ``disturb`` says whether sessions may be dropped for what is not urgent.
    """

    subscribers: Collection[str] = ()
    disturb: bool = True


def difference(wanted: State, live: State, choice: Choice) -> tuple[Comparison, int]:
    """The chosen changes, and how many sessions go on as they are until they reconnect."""
    stale = [each for kind in KINDS.values() for each in kind.stale(wanted, live)]
    dropped = [each for each in stale if each.at_once or choice.disturb]
    found = compare(wanted, live, _chosen(dropped, choice))
    if choice.subscribers:
        found = Comparison(
            tuple(_for_subscribers(found.changes, choice.subscribers)),
            found.conflicts,
            found.masked,
            found.unmanaged,
        )
    return found, len(stale) - len(dropped)


def _chosen(stale: Iterable[Stale], choice: Choice) -> Iterator[Stale]:
    for each in stale:
        if not choice.subscribers or each.owner.partition("/")[0] in choice.subscribers:
            yield each


def _for_subscribers(changes: Iterable[Change], people: Collection[str]) -> Iterator[Change]:
    """The changes of these people, and of the rows that theirs refer to, however indirectly."""
    needed: set[tuple[str, str]] = set()
    chosen = []
    for change in reversed(list(changes)):  # what is referred to comes before who refers to it
        shared = "/" not in change.owner and change.action is not Action.REMOVE
        if change.owner.partition("/")[0] in people or (
            shared and (change.table, change.key.get("name", "")) in needed
        ):
            chosen.append(change)
            for name, refers in TABLES[change.table].references():
                if name in change.after:
                    needed.add((refers, change.after[name]))
    return reversed(chosen)


def notes(found: Comparison, held: int, able: Ability) -> tuple[str, ...]:
    """What the reader of a plan must know beside its changes."""
    adopted = sum(change.action is Action.ADOPT for change in found.changes)
    said = [*found.conflicts]
    if adopted:
        taken = "it" if adopted == 1 else "them"
        there = counted(adopted, "row", "are")
        said.append(f"{there} there already and not ours: apply takes {taken} with --adopt")
    said += ability.notes(able, found.masked)
    if held:
        whose = "its" if held == 1 else "their"
        when = "it connects" if held == 1 else "they connect"
        said.append(f"{counted(held, 'session', 'take')} {whose} change when {when} again")
    if found.unmanaged:
        are = "is" if found.unmanaged == 1 else "are"
        said.append(f"{counted(found.unmanaged, 'row')} of others {are} left alone")
    return tuple(said)


def homes(states: Mapping[str, State]) -> Mapping[str, set[str]]:
    """On which routers each service has the row that it lives by."""
    found: dict[str, set[str]] = {}
    for router, state in states.items():
        for path in HOME:
            for row in state[path]:
                if row.owner and not row.dynamic:
                    found.setdefault(row.owner, set()).add(router)
    return found
