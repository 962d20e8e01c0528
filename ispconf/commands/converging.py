"""Bringing routers to their wanted state: the rounds of an apply over all of them.

Who writes to a router holds its lease (P-18). A service that moves is handed over, and removed from
its old router only when the new one was found to have it. What happens at each router is for
``visiting``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import click

from ispconf.commands.confirming import Confirm
from ispconf.commands.gate import unwell
from ispconf.commands.handing import hand_over, handovers
from ispconf.commands.progress import progress
from ispconf.commands.result import Result
from ispconf.commands.rolling import HELD, Rolling
from ispconf.commands.survey import Look, Survey
from ispconf.commands.visiting import Visit
from ispconf.edge.applying import Outcome
from ispconf.edge.fleet import rest, side_by_side
from ispconf.edge.journal import Journal
from ispconf.edge.lease import Lease
from ispconf.errors import Exit, IspconfError
from ispconf.escape import terminal
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, Status
from ispconf.planning.expected import form
from ispconf.planning.stages import permitted

_FAREWELL = 2.0  # seconds after Ctrl-C; a lease that is not given back ends by itself


@dataclass
class Course:
    """One apply over all routers of a survey; ``lease`` makes ours of a router, not taken yet.

    ``rest`` lets seconds pass before a router that went away is tried again; ``killed`` are routers
    that an apply left with a guard when it was killed.
    """

    survey: Survey
    changeset: Changeset
    journal: Journal
    lease: Callable[[str], Lease]
    confirm: Confirm
    adopt: bool = False
    rest: Callable[[float], None] = rest
    rollout: Rolling = field(default_factory=Rolling)
    killed: Collection[str] = ()
    visits: dict[str, Visit] = field(default_factory=dict)
    _later: set[int] = field(default_factory=set)

    def run(self) -> Mapping[str, Result]:
        """Two rounds: everything that makes, wave by wave, then what leaves a router for another.

        However it ends, no lease of ours stays on a router that can be reached.
        """
        try:
            self._rounds()
        except KeyboardInterrupt:
            for said in self._let_go(min(_FAREWELL, self.survey.judged.session.limits[0])):
                click.echo(terminal(said), err=True)
            raise
        except BaseException:
            self._let_go(None)
            raise
        self._let_go(None)
        return self.results

    def _let_go(self, within: float | None) -> list[str]:
        """Gives all leases back that are held still; says which could not, in so many seconds."""
        held = [visit for visit in self.visits.values() if visit.lease.mine]
        ended = side_by_side(Visit.let_go, held, within=within)
        return [
            f"{visit.router}: {visit.left_behind(error)}"
            for visit, error in zip(held, ended, strict=True)
            if isinstance(error, IspconfError)
        ]

    @property
    def results(self) -> Mapping[str, Result]:
        """What became of each router that was begun."""
        untouched = self.rollout.untouched
        return {name: visit.result for name, visit in self.visits.items() if name not in untouched}

    def _rounds(self) -> None:
        self.visits = {
            plan.router: Visit(
                self.survey, plan, self.journal, self.lease(plan.router), self.confirm,
                self.adopt, self.rest, left_guarded=plan.router in self.killed,
            )
            for plan in self.changeset.routers
            if plan.status in (Status.PLANNED, Status.UNCHANGED)
            and isinstance(self.survey.looks.get(plan.router), Look)
        }  # fmt: skip
        moves = handovers(self.visits)
        self._later = {id(each.coming) for each in moves}
        self._waves()
        self._later = set()
        coming = list({each.new.router: each.new for each in moves}.values())
        if self.rollout.stopped:
            for visit in coming:
                if visit.router not in self.rollout.held:
                    visit.result.held = f"{HELD}: {self.rollout.stopped}"
                    visit.result.waiting = sum(each.new is visit for each in moves)
            return
        hand_over(moves)
        self._round(coming, _leaves)
        moving = [visit for visit in self.visits.values() if any(map(_leaves, visit.plan.changes))]
        self._round(moving, self._absent)
        for visit in moving:
            changes = visit.plan.changes
            visit.result.waiting = len(changes) - len(permitted(changes, self._absent))

    def _waves(self) -> None:
        """The first round; it ends when a wave is not found well (P-17)."""
        plans = {name: visit.plan for name, visit in self.visits.items()}
        for begun, watched in self.rollout.begin(self.changeset, plans):
            self._round([self.visits[router] for router in begun], self._waits)
            if watched:
                self.rollout.judge(unwell(self.visits[router] for router in watched))
            if watched and self.rollout.pause and not self.rollout.stopped:
                self.rest(self.rollout.pause)
        held = [self.visits[router] for router in self.rollout.held]
        for visit in held:
            self.journal.note(visit.router, f"held back: {self.rollout.stopped}")
            visit.result.held = f"{HELD}: {self.rollout.stopped}"
            visit.result.waiting = len(visit.plan.changes) - len(visit.agreed(_of_files))
        self._round([visit for visit in held if visit.agreed(_of_files)], _of_files)

    def begun(self) -> Changeset:
        """The changeset in which routers that a stopped rollout left alone are deferred."""
        why = f"{HELD}: {self.rollout.stopped}"
        return self.changeset._replace(
            routers=tuple(
                plan._replace(status=Status.DEFERRED, problem=why)
                if plan.router in self.rollout.untouched
                else plan
                for plan in self.changeset.routers
            )
        )

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

    def _round(self, visits: Sequence[Visit], late: Callable[[Change], bool]) -> None:
        """Makes the changes that are neither ``late`` nor made, nor depend on one that is late."""
        agreed = {visit.router: visit.agreed(late) for visit in visits}
        total = sum(map(len, agreed.values()))
        with progress("applying", total) as bar:

            def told() -> None:
                if bar:
                    bar(sum(len(result.done) for result in self.results.values()), total)

            def work(visit: Visit) -> None:
                later = {form(change) for change in visit.plan.changes if late(change)}
                with visit.stoppable():
                    visit.told = told
                    visit.converge(agreed[visit.router], later)

            side_by_side(work, visits)

    def _waits(self, change: Change) -> bool:
        """Whether a change is not for the first round: what leaves, and what is handed over."""
        return _leaves(change) or id(change) in self._later

    def _absent(self, change: Change) -> bool:
        """Whether a service leaves its router although the new one does not serve it yet."""
        story = self.survey.judged.story(change.owner)
        new = self.visits.get(story.router) if story else None
        return _leaves(change) and not (new is not None and new.result.converged)


def _of_files(change: Change) -> bool:
    """What the calendar brought is never held back."""
    return not change.calendar or _leaves(change)


def _leaves(change: Change) -> bool:
    return change.effect == "move" and change.action in (Action.REMOVE, Action.DISCONNECT)


def finished(changeset: Changeset, results: Mapping[str, Result]) -> Exit:
    """The exit code of an apply: what failed weighs more than what was refused or not reached."""
    if any(result.taken_back for result in results.values()):
        return Exit.TAKEN_BACK
    if any(result.failures or result.left or result.unwell for result in results.values()):
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
