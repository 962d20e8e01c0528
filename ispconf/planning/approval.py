"""Which changes of a plan were approved (P-12): values are compared, never text that was rendered.

A change is approved when a reviewed plan has it with the same row before and after, or, for a row
of which several plans changed different fields, each of its fields. What cuts and frees, and what a
day brings to approved files, needs no approval. Knows nothing of who approves, and no commit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import (
    Changeset,
    RouterPlan,
    Status,
    sealed,
    sealing,
)
from ispconf.planning.counting import counted
from ispconf.planning.effects import of_cut
from ispconf.planning.report import wording
from ispconf.planning.reviewed import Reviewed
from ispconf.planning.stages import permitted
from ispconf.routeros.rows import Row
from ispconf.routeros.tables import SECRET, TABLES
from ispconf.services.account import CUT

_LISTED = 20  # unapproved changes that a refusal names
Named = tuple[str, str, tuple[tuple[str, str], ...]]
"""Router, menu and key of a row."""


@dataclass(frozen=True)
class Approved:
    """What reviewed plans approve on one router; the newest plan stands first."""

    router: str
    plans: Sequence[Reviewed]
    _seals: set[str] = field(default_factory=set)
    _fields: dict[Named, set[tuple[str, str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for facts in self._facts():
            self._seals.add(sealing(self.router, facts))
            if facts["action"] == Action.SET:
                self._fields.setdefault(self._named(facts), set()).update(_pairs(facts))

    def covers(self, change: Change, fingerprint: Callable[[str], str]) -> frozenset[str]:
        """The fields of a change that were approved, with its row as it was reviewed."""
        facts = sealed(change, fingerprint)
        if sealing(self.router, facts) in self._seals:
            return whole(change)
        if change.action is not Action.SET:
            return frozenset()
        agreed = self._fields.get(self._named(facts), set())
        return frozenset(name for name, *turned in _pairs(facts) if (name, *turned) in agreed)

    def differs(self, change: Change) -> str:
        """How a change differs from what was approved, for people."""
        said = f"{change.action} {change.table} {wording.name(change)} {wording.what(change)}"
        mine = self._named(sealed(change, str))
        same = next((facts for facts in self._facts() if self._named(facts) == mine), None)
        if same is None:
            return f"{said.rstrip()} (in no approved plan)"
        if same["action"] != change.action:
            return f"{said.rstrip()} (approved was to {same['action']} it)"
        if same["after"].keys() == change.after.keys() and change.action is Action.SET:
            return f"{said} (the row changed since it was reviewed, or another value was approved)"
        return f"{said.rstrip()} (approved with other fields)"

    def _facts(self) -> Iterable[Mapping[str, Any]]:
        return (facts for plan in self.plans for facts in plan.changes.get(self.router, ()))

    def _named(self, facts: Mapping[str, Any]) -> Named:
        return (facts["table"], facts["owner"], tuple(sorted(facts["key"].items())))


def _pairs(facts: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The fields of a change with what they were and will be."""
    before, after = facts["before"], facts["after"]
    return {(name, before.get(name, ""), text) for name, text in after.items()}


class Since(Protocol):
    """What came since files were approved, without a change of files."""

    def brought(self, router: str, change: Change) -> frozenset[str]:
        """The fields of a change that the day or the ledger alone turned."""
        ...

    def settled(self, router: str, change: Change, name: str) -> bool:
        """Whether files that were approved ask for the same value of a field today."""
        ...


def limited(
    changeset: Changeset,
    approvals: Mapping[str, Approved],
    since: Since,
    fingerprint: Callable[[str], str],
    way_out: str,
) -> Changeset:
    """The changeset with what is approved, and what the calendar brought since, alone.

    On a router of which a change is neither, only what the calendar brought is made; the rest of it
    is withheld, and its problem says what differs and ends with the ``way_out``.
    """

    def of(plan: RouterPlan) -> RouterPlan:
        approved = approvals[plan.router]
        lane = Lane(plan.router, since)

        def missing(change: Change) -> bool:
            if change.action is Action.DISCONNECT:
                return False
            lacking = whole(change) - approved.covers(change, fingerprint)
            return bool(lacking) and not lacking <= lane.fields(change)

        extra = [change for change in plan.active if missing(change)]
        if not extra:
            return plan
        return _without(plan, f"{differing(extra, approved)}; {way_out}", lane)

    return changeset._replace(routers=tuple(of(plan) for plan in changeset.routers))


def whole(change: Change) -> frozenset[str]:
    """The fields that a change turns; one that turns none has its own name for all of it."""
    return frozenset(change.after or change.before) or frozenset((change.action.value,))


@dataclass(frozen=True)
class Lane:
    """What needs no approval on a router: a cut, a restore, what a day brought."""

    router: str
    since: Since
    _known: dict[int, frozenset[str]] = field(default_factory=dict)

    def fields(self, change: Change) -> frozenset[str]:
        """The fields of a change that need none; asked for once."""
        if id(change) not in self._known:
            self._known[id(change)] = self._fields(change)
        return self._known[id(change)]

    def _fields(self, change: Change) -> frozenset[str]:
        """Who is freed gets a plan's profile again: it must be the one that was approved."""
        own = of_cut(change) if change.calendar else frozenset()
        given = change.after.get("profile", CUT) if change.table == SECRET.path else CUT
        if not given.startswith(CUT) and not self.since.settled(self.router, change, "profile"):
            own -= {"profile"}
        return own if own == whole(change) else own | self.since.brought(self.router, change)


def _without(plan: RouterPlan, said: str, lane: Lane) -> RouterPlan:
    """A router's plan with what the calendar brought alone, if that is anything."""

    def waits(change: Change) -> bool:
        if change.action is Action.DISCONNECT:
            return not change.calendar
        return not whole(change) <= lane.fields(change)

    made = permitted(plan.changes, waits)
    if plan.status is Status.REFUSED:  # a guard stands against it as well
        return plan._replace(problem=f"{plan.problem}; {said}")
    if not made:
        return plan._replace(status=Status.REFUSED, problem=said)
    kept = {id(change) for change in made}
    withheld = tuple(change for change in plan.changes if id(change) not in kept)
    return plan._replace(changes=tuple(made), withheld=withheld, problem=said)


def differing(extra: Sequence[Change], approved: Approved) -> str:
    """What is not approved, on one line."""
    count = len(extra)
    more = [f"and {count - _LISTED} more"] if count > _LISTED else []
    listed = "; ".join([*(approved.differs(change) for change in extra[:_LISTED]), *more])
    return f"{counted(count, 'change', 'are')} not in the approved plan: {listed}"


def explained(change: Change, before: Row | None, after: Row | None) -> frozenset[str]:
    """The fields of a change that lead from one wanted row to the other, and were as in that."""
    match change.action:
        case Action.ADD if before is None and after is not None:
            return whole(change)
        case Action.REMOVE if before is not None and after is None:
            return whole(change)
        case Action.SET if before is not None and after is not None:
            table, then = TABLES[change.table], before.fields
            return frozenset(
                name
                for name, text in change.after.items()
                if then.get(name) != text
                and table.canonical(name, change.before[name] or table.fields[name].absent)
                == table.canonical(name, then.get(name) or table.fields[name].absent)
            )
        case _:
            return frozenset()
