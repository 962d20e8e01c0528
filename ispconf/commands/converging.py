"""Bringing routers to their wanted state: the rounds of an apply, and what is left after them.

Who writes to a router holds its lease (P-18), and right before it writes the rows are read again:
what somebody has changed since the plan is left alone (P-13). A line that breaks is opened again,
the state read again and what remains of the plan carried out, so that nothing is done twice and
nothing stays unknown. A service that moves is removed from its old router only when the new one has
it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from ispconf.commands.confirming import Confirm, Confirming
from ispconf.commands.progress import progress
from ispconf.commands.result import Result
from ispconf.commands.survey import Look, Survey
from ispconf.edge.applying import Done, Outcome, carry_out
from ispconf.edge.fleet import rest, side_by_side, stoppable
from ispconf.edge.journal import Journal
from ispconf.edge.lease import LOOK, Lease
from ispconf.edge.routers import Cause, Line, RouterError
from ispconf.edge.sentences import Fields
from ispconf.errors import Exit, IspconfError, RefusedError
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, RouterPlan, Status
from ispconf.planning.desired import tables
from ispconf.planning.expected import concerned, expected, form
from ispconf.planning.planned import difference
from ispconf.planning.stages import permitted
from ispconf.routeros.rows import State

PAUSES = (0.2, 1.0, 3.0, 10.0, 20.0, 30.0, 30.0)
"""Seconds before a line is opened again: in all what a reboot takes, and longer each time."""
_PASSING = (Cause.UNREACHABLE, Cause.REFUSED, Cause.LOST)
"""Troubles that a reboot or a weak line brings, and that go by themselves."""


@dataclass
class Course:
    """One apply over all routers of a survey; ``lease`` makes ours of a router, not taken yet.

    ``rest`` lets the seconds of ``PAUSES`` pass.
    """

    survey: Survey
    changeset: Changeset
    journal: Journal
    lease: Callable[[str], Lease]
    confirm: Confirm
    adopt: bool = False
    rest: Callable[[float], None] = rest
    results: dict[str, Result] = field(default_factory=dict)
    _leases: dict[str, Lease] = field(default_factory=dict)
    _guards: dict[str, Confirming] = field(default_factory=dict)

    def run(self) -> Mapping[str, Result]:
        """Two rounds: everything that makes, then what leaves a router for another one.

        However it ends, no lease of ours stays on a router that can be reached.
        """
        try:
            return self._rounds()
        finally:
            side_by_side(self._let_go, [name for name, held in self._leases.items() if held.mine])

    def _rounds(self) -> Mapping[str, Result]:
        ready = [
            plan
            for plan in self.changeset.routers
            if plan.status in (Status.PLANNED, Status.UNCHANGED)
            and isinstance(self.survey.looks.get(plan.router), Look)
        ]
        self._round(ready, _leaves)
        moving = [plan for plan in ready if any(_leaves(change) for change in plan.changes)]
        self._round(moving, self._absent)
        for plan in moving:
            late = permitted(plan.changes, self._absent)
            self.results[plan.router].waiting = len(plan.changes) - len(late)
        return self.results

    def achieved(self) -> Changeset:
        """The changeset with the changes that were made, and no others."""
        made = {
            router: tuple(done.change for done in result.done if done.outcome is Outcome.DONE)
            for router, result in self.results.items()
        }
        plans = (
            plan._replace(status=Status.PLANNED, changes=made.get(plan.router, ()))
            for plan in self.changeset.routers
        )
        return self.changeset._replace(routers=tuple(plans))

    def _round(self, plans: list[RouterPlan], late: Callable[[Change], bool]) -> None:
        """Makes the changes that are neither ``late`` nor made, nor depend on one that is late."""
        agreed = {plan.router: self._agreed(plan, late) for plan in plans}
        total = sum(map(len, agreed.values()))
        with progress("applying", total) as bar:

            def told(plan: RouterPlan, done: Done) -> None:
                self.results[plan.router].done.append(done)
                self.journal.told(plan.router, done)
                if bar:
                    bar(sum(len(result.done) for result in self.results.values()), total)

            def work(plan: RouterPlan) -> None:
                later = {form(change) for change in plan.changes if late(change)}
                with self._stoppable(plan.router):
                    self._converge(plan, agreed[plan.router], later, lambda done: told(plan, done))

            for plan in plans:
                self.results.setdefault(plan.router, Result())
            for plan, ended in zip(plans, side_by_side(work, plans), strict=True):
                result = self.results[plan.router]
                if isinstance(ended, RouterError):
                    result.lost = ended.problem
                elif isinstance(ended, RefusedError):
                    result.refused = (*result.refused, str(ended))
                    result.left = self._open(agreed[plan.router], result) if result.done else ()
                elif isinstance(ended, IspconfError):
                    result.lost = str(ended)
                    result.left = self._open(agreed[plan.router], result)

    def _stoppable(self, router: str) -> AbstractContextManager[None]:
        """Ctrl-C also wakes who waits on a line that was opened in an earlier round."""
        line = self.survey.lines.get(router)
        return stoppable(line.abort) if line else nullcontext()

    def _agreed(self, plan: RouterPlan, late: Callable[[Change], bool]) -> list[Change]:
        """The changes of a round, without what was tried in the round before."""
        before = self.results.get(plan.router, Result()).done
        tried = {form(done.change) for done in before}
        may = permitted(plan.changes, lambda change: late(change) or self._foreign(change))
        return [change for change in may if form(change) not in tried]

    def _converge(
        self,
        plan: RouterPlan,
        agreed: list[Change],
        later: Collection[tuple[object, ...]],
        told: Callable[[Done], None],
    ) -> None:
        """Carries the changes out and reads back; a line that breaks is opened again."""
        result = self.results[plan.router]
        lease = self._leases.setdefault(plan.router, self.lease(plan.router))
        guard = self._guarded(plan.router, lease.owner)
        look, line = self.survey.looks[plan.router], self.survey.lines.get(plan.router)
        left = isinstance(look, Look) and look.armed
        for pause in (*PAUSES, None):
            try:
                begun = line is None
                line = line or guard.inside_again()
                if left or guard.standing or self._open(agreed, result):
                    self._note(plan.router, lease.take(line))
                    left = left and self._kept(plan.router, line)
                    if not guard.guard.fired(line):
                        self._carry_out(plan.router, line, agreed, told, begun=begun)
                    line, against = guard.settle(line)
                    self._taken_back(plan.router, against)
                scripts = self._read_back(plan.router, line, later)
                lease.release(line, scripts)
            except RouterError as error:
                if pause is None or error.cause not in _PASSING:
                    raise
                self.rest(pause)
                line = None
            else:
                return

    def _carry_out(
        self,
        router: str,
        line: Line,
        agreed: list[Change],
        told: Callable[[Done], None],
        *,
        begun: bool,
    ) -> None:
        """Carries out what is open of the changes, and of which the row is as it was planned.

        After a line broke (``begun``) this also finds what became of orders without an answer.
        """
        result, look = self.results[router], self.survey.looks[router]
        open_ = self._open(agreed, result)
        known = look.live.tables if isinstance(look, Look) and not begun else {}
        read = self._tables(router) if begun else concerned(open_)
        live = State({**known, **line.read(read)})
        asked, _ = self._difference(router, live)
        found = expected(open_, asked, live, begun=begun)
        result.done[:] = [done for done in result.done if done.outcome is not Outcome.UNKNOWN]
        for change in found.done:
            told(Done(change, Outcome.DONE, "found done on the router"))
        lease, guard = self._leases[router], self._guards[router]
        guard.arm(line, found.ready, live)
        carry_out(
            line,
            found.ready,
            told,
            conflicts=found.conflicts,
            before=lambda: lease.renew(line),
        )

    @staticmethod
    def _open(agreed: Iterable[Change], result: Result) -> tuple[Change, ...]:
        """The changes of which it is not known what became of them."""
        settled = {form(done.change) for done in result.done if done.outcome is not Outcome.UNKNOWN}
        return tuple(change for change in agreed if form(change) not in settled)

    def _note(self, router: str, words: str) -> None:
        if words:
            self.results[router].notes.append(words)
            self.journal.note(router, words)

    def _guarded(self, router: str, owner: str) -> Confirming:
        """The guard of a router, not armed yet in a new round."""
        self._guards[router] = Confirming.of(self.survey, router, self.confirm, owner)
        return self._guards[router]

    def _kept(self, router: str, line: Line) -> bool:
        """Calls off what an apply left that was broken off: what it did is read and judged anew."""
        self._guards[router].guard.call_off(line)
        self._note(router, "called off the guard of an apply that was broken off")
        return False

    def _taken_back(self, router: str, against: str) -> None:
        """The guarded changes are undone."""
        if not against:
            return
        result = self.results[router]
        result.taken_back = against
        for at, done in enumerate(result.done):
            if done.outcome is Outcome.DONE and self.confirm.guarded(done.change):
                result.done[at] = Done(done.change, Outcome.UNDONE, against)
                self.journal.told(router, result.done[at])

    def _let_go(self, router: str) -> None:
        """Gives back the lease of a run that was broken off, over a line of its own."""
        lease = self._leases[router]
        until = lease.mine.until if lease.mine else None
        try:
            lease.release(self.survey.reopened(router))
        except RouterError as error:
            said = f"its lease could not be given back ({error.problem})"
            self._note(router, f"{said}; it ends at {until:%FT%TZ}")

    def _tables(self, router: str) -> tuple[str, ...]:
        return tables(self.survey.judged.network.routers[router])

    def _difference(self, router: str, live: State) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        known = self.survey.judged.network.routers[router]
        found, _ = difference(self.survey.wanted[router], live, self.survey.choice(known))
        return found.changes, found.conflicts

    def _read_back(
        self, router: str, line: Line, later: Collection[tuple[object, ...]]
    ) -> list[Fields]:
        """Reads the router again; what the comparison still asks for, and may be done, is left.

        Gives what ``LOOK`` read in the same flight.
        """
        read, (scripts,) = line.read_with(self._tables(router), LOOK)
        live = State(read)
        asked, conflicts = self._difference(router, live)
        open_ = permitted(asked, lambda change: form(change) in later)
        ours = permitted(open_, self._foreign)
        result = self.results[router]
        self._found_done(router, asked)
        result.left = tuple(ours)
        able = {id(change) for change in ours}
        result.refused = (*conflicts, *(self._said(c) for c in open_ if id(c) not in able))
        result.managed = live.owned()
        result.lost = ""
        return scripts

    def _found_done(self, router: str, asked: Sequence[Change]) -> None:
        """What was refused, and is there all the same, was done by somebody who was faster.

        An apply that was killed may have had orders under way; a session ends by itself. A row that
        is there and not ours is still asked for, though not in the same words.
        """
        place = {_row(change) for change in asked}
        content = {_row(change) for change in asked if change.action is not Action.MOVE}
        done = self.results[router].done
        for at, each in enumerate(done):
            wanted = place if each.change.action is Action.MOVE else content
            if each.outcome is Outcome.FAILED and _row(each.change) not in wanted:
                done[at] = Done(each.change, Outcome.DONE, f"found done ({each.message})")
                self.journal.told(router, done[at])

    def _said(self, change: Change) -> str:
        """Why a change is refused."""
        name = f"{change.table} {' '.join(change.key.values())}"
        if self._foreign(change):
            return f"{name} is there already and not ours; take it over with --adopt"
        return f"{change.action} {name} needs what is there already and not ours"

    def _foreign(self, change: Change) -> bool:
        return not self.adopt and change.action is Action.ADOPT

    def _absent(self, change: Change) -> bool:
        """Whether a service leaves its router although the new one does not serve it yet."""
        story = self.survey.judged.story(change.owner)
        new = self.results.get(story.router) if story else None
        return _leaves(change) and not (new is not None and new.converged)


def _row(change: Change) -> tuple[str, ...]:
    return (change.table, *change.key.values())


def _leaves(change: Change) -> bool:
    return change.effect == "move" and change.action in (Action.REMOVE, Action.DISCONNECT)


def finished(changeset: Changeset, results: Mapping[str, Result]) -> Exit:
    """The exit code of an apply: what failed weighs more than what was refused or not reached."""
    if any(result.taken_back for result in results.values()):
        return Exit.TAKEN_BACK
    if any(result.failures or result.left for result in results.values()):
        return Exit.PARTIAL
    refused = any(plan.status is Status.REFUSED for plan in changeset.routers)
    if refused or any(result.refused for result in results.values()):
        return Exit.REFUSED
    late = any(plan.waiting for plan in changeset.routers)
    missing = any(
        plan.status in (Status.UNREACHABLE, Status.INCOMPLETE) for plan in changeset.routers
    )
    if late or missing or any(result.lost or result.waiting for result in results.values()):
        return Exit.INCOMPLETE
    return Exit.OK
