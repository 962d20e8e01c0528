"""What was approved, and which changes of a plan are (P-12): values, not text that was rendered.

A reviewed plan is read back from its document, in which every change has its seal and all of them
the digest; one that does not fit is not believed. A change is approved when a reviewed plan has it
with the same row before and after, or, for a row of which several plans changed different fields,
each of its fields. Knows nothing of who approves, and nothing of commits.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from ispconf.errors import RefusedError, RequestError
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import (
    Changeset,
    RouterPlan,
    Status,
    of_seals,
    sealed,
    sealing,
)
from ispconf.planning.effects import of_cut
from ispconf.planning.report import wording
from ispconf.planning.report.document import FORMAT
from ispconf.planning.stages import permitted
from ispconf.routeros.rows import Row
from ispconf.routeros.tables import SECRET, TABLES
from ispconf.services.account import CUT

_LISTED = 20  # unapproved changes that a refusal names
_ACTIVE = (Status.PLANNED, Status.REFUSED)
_SEALED = ("action", "table", "key", "owner", "before", "after")
Named = tuple[str, str, tuple[tuple[str, str], ...]]
"""Router, menu and key of a row."""


class Reviewed(NamedTuple):
    """A plan that was reviewed: its facts, and its changes by router as ``sealed`` gives them.

    ``guards`` are the guards that stood against it, with the numbers found.
    """

    commit: str
    dirty: bool
    day: date
    digest: str
    changes: Mapping[str, tuple[Mapping[str, Any], ...]]
    guards: frozenset[tuple[str, int]]
    repository: str = ""
    unverified: int = 0


def reviewed(document: Any, name: str) -> Reviewed:
    """The plan of a JSON document, as ``plan --out`` writes it; ``name`` is what people call it.

    Raises:
        RequestError: it is no such document, or one of a newer ispconf.
        RefusedError: its changes are not those that its seals and its digest are of.
    """
    try:
        if document["format"] != FORMAT:
            raise RequestError(
                f"{name} is a plan of format {document['format']}, and this ispconf reads format "
                f"{FORMAT}; update ispconf, or plan again"
            )
        found = _read(document)
        sound = _sound(document, found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RequestError(f"{name} is not a plan written by plan --out: {error!r}") from error
    if not sound:
        raise RefusedError(
            f"{name} was changed after it was written: its digest does not fit its changes; plan "
            "again, and have that approved"
        )
    return found


def _read(document: Mapping[str, Any]) -> Reviewed:
    return Reviewed(
        commit=str(document["commit"]),
        dirty=bool(document["dirty"]),
        day=date.fromisoformat(document["date"]),
        digest=str(document["digest"]),
        changes={
            str(router["router"]): tuple(_unhidden(change) for change in router["changes"])
            for router in document["routers"]
        },
        guards=frozenset(
            (str(guard["guard"]), int(guard["found"]))
            for router in document["routers"]
            for guard in router.get("guards", ())
        ),
        repository=str(document.get("repository", "")),
        unverified=int(document.get("offline", {}).get("unverified", 0)),
    )


def _unhidden(change: Mapping[str, Any]) -> Mapping[str, Any]:
    """A change of a document with the fingerprints of its secrets in their places."""
    prints = change.get("secrets", {})
    facts = {name: change[name] for name in _SEALED}
    return facts | {side: {**facts[side], **prints.get(side, {})} for side in ("before", "after")}


def _sound(document: Mapping[str, Any], found: Reviewed) -> bool:
    """Whether changes, seals and digests are of each other."""
    for router in document["routers"]:
        name = router["router"]
        for change, facts in zip(router["changes"], found.changes[name], strict=True):
            if change["seal"] != sealing(name, facts):
                return False
    digest, waiting = _digests(document["routers"])
    return digest == found.digest and waiting == document.get("waiting_digest", "")


def _digests(routers: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """The digests of what would be made now, and of what waits ("" when nothing does)."""
    seals: dict[bool, list[str]] = {True: [], False: []}
    for router in routers:
        now = Status(router["status"]) in _ACTIVE
        seals[now] += (change["seal"] for change in router["changes"])
    return of_seals(seals[True]), of_seals(seals[False]) if seals[False] else ""


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
        lane = {id(change): _lane(plan.router, change, since) for change in plan.active}
        extra = [
            change
            for change in plan.active
            if change.action is not Action.DISCONNECT
            and not whole(change) <= lane[id(change)] | approved.covers(change, fingerprint)
        ]
        if not extra:
            return plan
        return _without(plan, f"{differing(extra, approved)}; {way_out}", lane)

    return changeset._replace(routers=tuple(of(plan) for plan in changeset.routers))


def whole(change: Change) -> frozenset[str]:
    """The fields that a change turns; one that turns none has its own name for all of it."""
    return frozenset(change.after or change.before) or frozenset((change.action.value,))


def _lane(router: str, change: Change, since: Since) -> frozenset[str]:
    """The fields of a change that need no approval: a cut, a restore, what a day brought.

    Who is freed gets a plan's profile again: it must be the one that was approved.
    """
    if change.action is Action.DISCONNECT:
        return frozenset()
    own = of_cut(change) if change.calendar else frozenset()
    given = change.after.get("profile", CUT) if change.table == SECRET.path else CUT
    if not given.startswith(CUT) and not since.settled(router, change, "profile"):
        own -= {"profile"}
    return own if own == whole(change) else own | since.brought(router, change)


def _without(plan: RouterPlan, said: str, lane: Mapping[int, frozenset[str]]) -> RouterPlan:
    """A router's plan with what the calendar brought alone, if that is anything."""

    def waits(change: Change) -> bool:
        if change.action is Action.DISCONNECT:
            return not change.calendar
        return not whole(change) <= lane[id(change)]

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
    are = "1 change is" if count == 1 else f"{count} changes are"
    more = [f"and {count - _LISTED} more"] if count > _LISTED else []
    listed = "; ".join([*(approved.differs(change) for change in extra[:_LISTED]), *more])
    return f"{are} not in the approved plan: {listed}"


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


def joined(documents: Mapping[str, Any]) -> dict[str, Any]:
    """The documents of one plan's parts, by name, as one document: the shards of many routers.

    Raises:
        RequestError: one is no plan, or they are not parts of one plan.
        RefusedError: one was changed after it was written.
    """
    parts = {name: reviewed(each, name) for name, each in documents.items()}
    first, *others = documents.values()
    ends = {(plan.commit, plan.dirty, plan.day, plan.repository) for plan in parts.values()}
    routers = [router for plan in parts.values() for router in plan.changes]
    if len(ends) > 1 or len(set(routers)) < len(routers):
        raise RequestError(
            f"{', '.join(documents)} are not parts of one plan: each must be of the same commit "
            "and day, and no router in two of them"
        )
    if not others:
        return dict(first)
    every = [router for each in documents.values() for router in each["routers"]]
    digest, waiting = _digests(every)
    return {
        **{name: first[name] for name in first if name not in _OF_A_PART},
        "digest": digest,
        **({"waiting_digest": waiting} if waiting else {}),
        "routers": sorted(every, key=lambda router: str(router["router"])),
    }


_OF_A_PART = ("digest", "waiting_digest", "exit_code", "impact", "summary", "money", "routers")
