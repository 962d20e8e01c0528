"""A look at all routers at once, and the changeset: what plan, apply and drift share."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Self

from ispconf.commands.judging import NO_ENTRIES, Judged
from ispconf.commands.progress import progress
from ispconf.commands.reaching import address
from ispconf.edge import abilities, lease
from ispconf.edge.fleet import side_by_side
from ispconf.edge.guarding import armed
from ispconf.edge.ledgerfiles import newest
from ispconf.edge.pausing import collector_paused
from ispconf.edge.routers import Cause, Facts, Line, Reader, RouterError, connected, reading
from ispconf.edge.runs import Applied
from ispconf.errors import IspconfError, RequestError
from ispconf.network.router import Router
from ispconf.network.wording import meant
from ispconf.planning.ability import Ability, refused
from ispconf.planning.allowance import EMPTY, Allowance, lifted
from ispconf.planning.changes import Change, Comparison
from ispconf.planning.changeset import Changeset, Money, RouterPlan, Status, digest_of
from ispconf.planning.desired import tables
from ispconf.planning.effects import loses
from ispconf.planning.guards import Bound, Refusal, doubting, refusals
from ispconf.planning.planned import Choice, difference, homes, notes
from ispconf.planning.reasons import explained
from ispconf.planning.undo import Guarded, guarded
from ispconf.routeros.rows import State

_GUARD = "an apply that was broken off is about to be taken back by the router; apply keeps it"
# It was reached and did not tell everything.
_IN_BETWEEN = (Cause.PERMISSION, Cause.MISSING, Cause.ANSWER, Cause.LOST)


class Look(NamedTuple):
    """A router that was reached, the state it was in, and who is applying to it just now.

    ``line`` is None when it was looked at before, and somebody remembers. ``armed`` is whether an
    apply left a guard that will take back what it did.
    """

    line: Reader | None
    live: State
    able: Ability
    facts: Facts
    lease: str = ""
    armed: bool = False


@dataclass
class Survey:
    """The routers of a run, looked at side by side; lines stay open until it is left.

    Unless ``writes`` is asked for, the lines can only read (P-24). ``guarded`` tells the changes
    before which a router is given a guard; it must be able to bear one.
    """

    judged: Judged
    routers: Sequence[Router]
    subscribers: Collection[str] = ()
    applied: Mapping[str, Applied] = field(default_factory=dict)
    allowed: Collection[Allowance] = ()
    writes: bool = False
    guarded: Guarded = field(default_factory=lambda: guarded("rules"))
    looks: dict[str, Look | IspconfError] = field(default_factory=dict)
    wanted: dict[str, State] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Works out what is wanted, then reaches and reads all routers at once."""
        self.wanted = {router.id: self.judged.wanted(router.id) for router in self.routers}
        reached = [router for router in self.routers if router.api == "enabled"]
        with progress("reading routers", len(reached)) as told:
            found = side_by_side(self.look, reached, progress=told)
        self.looks = dict(zip((router.id for router in reached), found, strict=True))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def look(self, router: Router) -> Look:
        """Reaches a router and reads it whole.

        Raises:
            IncompleteError: it could not be reached or wholly read, or is empty where it had rows.
        """
        line = self.opened(router)
        asked = tables(router)
        read, (scripts, modes) = line.read_with(asked, lease.LOOK, abilities.ASKED)
        live = State(read)
        self.believed(router, live)
        said = lease.seen(scripts, self.judged.session.moment())
        able = abilities.ability(router.user, line.facts, modes, set(asked) - set(read))
        return Look(line, live, able, line.facts, said, armed(scripts))

    def believed(self, router: Router, live: State) -> None:
        """Raises RouterError for a router that is empty where it had rows (P-7)."""
        before = self.applied.get(router.id)
        if before and before.managed and not live.owned() and not self._may_be_empty():
            raise RouterError(
                router.id,
                Cause.ANSWER,
                f"it has none of the {before.managed} rows of the last apply: another router, or "
                "one that was reset? If it was replaced, apply with --allow empty=1",
            )

    def _may_be_empty(self) -> bool:
        return any(each.guard == EMPTY and each.number for each in self.allowed)

    def opened(self, router: Router) -> Reader:
        """A new line to the router, closed with the survey.

        Raises:
            RouterError: it could not be reached, or did not let us in.
        """
        if not self.writes:
            return self._open.enter_context(reading(address(self.judged, router)))
        self.lines[router.id] = self._open.enter_context(connected(address(self.judged, router)))
        return self.lines[router.id]

    def reopened(self, router: str) -> Line:
        """A new line to a router, in place of the one so far; a router lets few sessions in."""
        before = self.lines.get(router)
        self.opened(self.judged.network.routers[router])
        if before:
            before.abort()
        return self.lines[router]

    def choice(self, router: Router) -> Choice:
        """Whose changes are looked at, and whether sessions may be dropped now."""
        return Choice(
            self.subscribers, _may_disturb(router, self.judged.session.local_now().time())
        )

    def changeset(self) -> Changeset:
        """What an apply would do on every router, judged by the guards."""
        with collector_paused():
            return self._changeset()

    def _changeset(self) -> Changeset:
        states = {name: look.live for name, look in self.looks.items() if isinstance(look, Look)}
        places = homes(states)
        plans = [self._plan(router, places) for router in self.routers]
        plans = self._guarded(plans, states)
        network = self.judged.network
        return Changeset(
            network.commit, network.dirty, self.judged.day, tuple(plans), self.money(plans)
        )

    def _plan(self, router: Router, places: Mapping[str, set[str]]) -> RouterPlan:
        look = self.looks.get(router.id)
        if not isinstance(look, Look):
            return self._waiting(router, look, places)
        found, held = difference(self.wanted[router.id], look.live, self.choice(router))
        changes = self._explained(found.changes, router.id, places)
        facts = look.facts
        unable, warned = self._unable(changes, look.able)
        status = Status.PLANNED if changes else Status.UNCHANGED
        return RouterPlan(
            router.id,
            Status.REFUSED if unable else status,
            changes,
            unable,
            notes=(
                *filter(None, [look.lease, _GUARD if look.armed else ""]),
                *filter(None, [NO_ENTRIES if self._forgives(changes) else ""]),
                *warned,
                *self.notes(found, held, look.able),
            ),
            routeros=facts.version,
            identity=facts.identity,
            rows=sum(1 for _ in look.live),
            managed=look.live.owned(),
        )

    def _forgives(self, changes: Iterable[Change]) -> bool:
        """Whether people are restored because there is no ledger at all, not because they paid."""
        restored = any(each.calendar and each.effect == "restore" for each in changes)
        return restored and newest(self.judged.session.root) is None

    def notes(self, found: Comparison, held: int, able: Ability) -> tuple[str, ...]:
        """What the reader of a router's plan must know beside its changes."""
        return notes(found, held, able)

    def _unable(self, changes: Sequence[Change], able: Ability) -> tuple[str, list[str]]:
        """Why the router cannot do it, and what an apply would refuse though a plan may be made.

        A plan needs no right to write, and says nothing of how the apply will guard itself.
        """
        guard = any(map(self.guarded, changes))
        against = refused(changes, able, guard=guard)
        if self.writes:
            return "; ".join(against), []
        lasting = refused(changes, able._replace(lacking=()), guard=False)
        warned = [f"apply would be refused: {said}" for said in against if said not in lasting]
        return "; ".join(lasting), warned

    def _waiting(
        self, router: Router, error: IspconfError | None, places: Mapping[str, set[str]]
    ) -> RouterPlan:
        """What waits for a router that was not looked at: what changed since its last apply."""
        before = self.applied.get(router.id)
        known = State()
        if before:
            then = Judged(
                self.judged.session, self.judged.session.network(before.commit), before.day
            )
            known = then.wanted(router.id) if router.id in then.network.routers else known
        found, _ = difference(self.wanted[router.id], known, self.choice(router))
        changes = self._explained(found.changes, router.id, places)
        if error is None:
            status = Status.DEFERRED if changes else Status.UNCHANGED
            return RouterPlan(router.id, status, changes, "api: disabled, nothing is sent to it")
        late = isinstance(error, RouterError) and error.cause in _IN_BETWEEN
        status = Status.INCOMPLETE if late else Status.UNREACHABLE
        problem = error.problem if isinstance(error, RouterError) else str(error)
        return RouterPlan(router.id, status, changes, problem)

    def _explained(
        self, changes: Iterable[Change], router: str, places: Mapping[str, set[str]]
    ) -> tuple[Change, ...]:
        plans = {plan.id: plan.file for plan in self.judged.network.plans.values()}
        return explained(changes, router, self.judged.story, plans, places)

    def _guarded(self, plans: list[RouterPlan], states: Mapping[str, State]) -> list[RouterPlan]:
        guards = self.judged.network.company.guards
        bounds = {
            name: Bound(guard.at_least, Fraction(guard.share) / 100)
            for name, guard in ((name, getattr(guards, name)) for name in type(guards).model_fields)
        }
        if self.judged.session.day is None:  # a day that was typed is meant
            bounds = doubting(bounds, self.judged.day, newest(self.judged.session.root))
        served = {owner.partition("/")[0] for owner in homes(states)}
        mark = digest_of(plans, self.judged.session.vault().fingerprint) if self._bound() else ""
        against = refusals(
            {plan.router: plan.active for plan in plans},
            {plan.router: plan.managed for plan in plans},
            len(served),
            bounds,
            lifted(self.allowed, mark),
        )
        other = [each for each in self._bound() if not mark.startswith(each.plan)]
        return [_stopped(plan, against[plan.router], other, mark) for plan in plans]

    def _bound(self) -> list[Allowance]:
        """The allowances that are for one plan, by its digest."""
        return [each for each in self.allowed if each.plan]

    def money(self, plans: Iterable[RouterPlan]) -> Money:
        """What these plans mean in money."""
        changes = [change for plan in plans for change in plan.active if change.calendar]
        cut = {change.owner for change in changes if loses(change)}
        back = {change.owner for change in changes if change.effect == "restore"}
        owed = sum((self.judged.standings[owner].open for owner in cut), Decimal(0))
        currency = self.judged.network.company.currency
        return Money(len(cut), f"{currency.text(owed)} {currency.code}", len(back))


def _stopped(
    plan: RouterPlan, against: Sequence[Refusal], other: Sequence[Allowance], mark: str
) -> RouterPlan:
    """A plan with the guards that stand against it; allowances of another plan do not lift them."""
    if not against:
        return plan
    names = {refusal.guard for refusal in against}
    said = [
        f"what allows {each.guard}={each.number} is for plan {each.plan}, this one is {mark[:12]}"
        for each in other
        if each.guard in names
    ]
    problem = "; ".join([*said, *map(str, against)])
    return plan._replace(status=Status.REFUSED, problem=problem, guards=tuple(against))


def _may_disturb(router: Router, now: time) -> bool:
    """Whether sessions may be dropped for what is not urgent at this time of the day."""
    if "-" not in router.reconnect or router.reconnect == "at-once":
        return router.reconnect == "at-once"
    start, end = (time.fromisoformat(part) for part in router.reconnect.split("-"))
    return start <= now < end if start <= end else now >= start or now < end


def named(
    judged: Judged, subscribers: Sequence[str], applied: Mapping[str, Applied]
) -> frozenset[str]:
    """The subscribers named; they are in the files, or were when they were last applied.

    Raises:
        RequestError: one is in neither.
    """
    people = judged.network.subscribers
    gone = set(subscribers) - set(people)
    for commit in {last.commit for last in applied.values()} if gone else ():
        gone -= set(judged.session.network(commit).subscribers)
    for name in sorted(gone):
        raise RequestError(f'"{name}" is not in subscribers/{meant(name, people)}')
    return frozenset(subscribers)


def chosen(judged: Judged, routers: Sequence[str], zones: Sequence[str]) -> list[Router]:
    """The routers named, those of the zones named, or all of them, by id.

    Raises:
        RequestError: a router or zone that does not exist.
    """
    known = judged.network.routers
    for name in routers:
        if name not in known:
            raise RequestError(f'"{name}" is not in inventory/{meant(name, known)}')
    there = judged.network.company.zones
    for zone in zones:
        if zone not in there:
            raise RequestError(f'"{zone}" is not in zones of ispconf.yaml{meant(zone, there)}')
    return [
        router
        for name, router in sorted(known.items())
        if (not routers and not zones) or name in routers or router.zone in zones
    ]
