"""Bringing routers to their wanted state: the rounds of an apply, and what is left after them.

A line that breaks is opened again, the state read again and what remains of the plan carried out,
so that nothing is done twice and nothing stays unknown. A service that moves is removed from its
old router only when the new one has it.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ispconf.commands.progress import progress
from ispconf.commands.survey import Look, Survey
from ispconf.edge.applying import Done, Outcome, carry_out
from ispconf.edge.fleet import side_by_side
from ispconf.edge.journal import Journal
from ispconf.edge.routers import Line, RouterError
from ispconf.errors import Exit
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, RouterPlan, Status
from ispconf.planning.desired import tables
from ispconf.planning.planned import difference
from ispconf.planning.report.text import Line as Shown
from ispconf.planning.stages import permitted
from ispconf.routeros.rows import State

PAUSES = (0.2, 1.0, 3.0)  # seconds before a line is opened again


@dataclass
class Result:
    """What an apply did to one router.

    ``left`` are changes that the last reading still asks for, ``refused`` rows that need --adopt or
    are ambiguous, ``lost`` why the router could not be read back.
    """

    done: list[Done] = field(default_factory=list)
    left: tuple[Change, ...] = ()
    refused: tuple[str, ...] = ()
    waiting: int = 0
    lost: str = ""
    managed: int = 0

    @property
    def converged(self) -> bool:
        """Whether the router was read back and is as it should be."""
        return not (self.left or self.refused or self.waiting or self.lost)

    @property
    def failures(self) -> list[Done]:
        """What did not work, with the router's words."""
        return [done for done in self.done if done.outcome in (Outcome.FAILED, Outcome.SKIPPED)]

    def count(self, outcome: Outcome) -> int:
        """How many changes ended so."""
        return sum(done.outcome is outcome for done in self.done)

    def document(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "converged": self.converged,
            **{outcome.value: self.count(outcome) for outcome in Outcome},
            "left": len(self.left),
            "waiting": self.waiting,
            "problem": self.lost or None,
            "refused": list(self.refused),
            "failures": [
                {
                    "action": done.change.action.value,
                    "table": done.change.table,
                    "key": dict(done.change.key),
                    "outcome": done.outcome.value,
                    "message": done.message,
                }
                for done in self.failures
            ],
        }

    def lines(self, router: str) -> Iterator[Shown]:
        """The result for people."""
        for done in self.failures:
            name = " ".join(done.change.key.values())
            what = f"{done.change.action} {done.change.table} {name}"
            yield Shown(f"{router}: {what} {done.outcome}: {done.message}", "red")
        for said in self.refused:
            yield Shown(f"{router}: {said}", "red")
        if self.lost:
            yield Shown(f"{router}: {self.lost}", "red")
        if self.waiting:
            yield Shown(f"{router}: {self.waiting} changes wait for another router", "yellow")
        count = self.count(Outcome.DONE)
        if count or not self.converged:
            left = f", {len(self.left)} left" if self.left else ""
            changes = "1 change" if count == 1 else f"{count} changes"
            yield Shown(f"{router}: {changes} done{left}", "green" if self.converged else "")


@dataclass
class Course:
    """One apply over all routers of a survey."""

    survey: Survey
    changeset: Changeset
    journal: Journal
    adopt: bool = False
    results: dict[str, Result] = field(default_factory=dict)

    def run(self) -> Mapping[str, Result]:
        """Two rounds: everything that makes, then what leaves a router for another one."""
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
                later = {_form(change) for change in plan.changes if late(change)}
                self._converge(plan, agreed[plan.router], later, lambda done: told(plan, done))

            for plan in plans:
                self.results.setdefault(plan.router, Result())
            for plan, ended in zip(plans, side_by_side(work, plans), strict=True):
                if isinstance(ended, RouterError):
                    self.results[plan.router].lost = ended.problem

    def _agreed(self, plan: RouterPlan, late: Callable[[Change], bool]) -> list[Change]:
        """The changes of a round, without what was tried in the round before."""
        before = self.results.get(plan.router, Result()).done
        tried = {_form(done.change) for done in before}
        may = permitted(plan.changes, lambda change: late(change) or self._foreign(change))
        return [change for change in may if _form(change) not in tried]

    def _converge(
        self,
        plan: RouterPlan,
        agreed: list[Change],
        later: Collection[tuple[object, ...]],
        told: Callable[[Done], None],
    ) -> None:
        """Carries the changes out and reads back; a line that breaks is opened again."""
        result = self.results[plan.router]
        line = self.survey.lines.get(plan.router)
        for pause in (*PAUSES, None):
            try:
                if line is None:
                    line = self.survey.reopened(plan.router)
                    agreed = self._remaining(plan.router, line, agreed, result)
                carry_out(line, agreed, told)
                self._read_back(plan.router, line, later)
            except RouterError:
                if pause is None:
                    raise
                time.sleep(pause)
                line = None
            else:
                return

    def _remaining(
        self, router: str, line: Line, agreed: list[Change], result: Result
    ) -> list[Change]:
        """What of the changes the router still asks for; those it does not have been done."""
        asked, _ = self._difference(router, self._state(router, line))
        open_ = {_form(change): change for change in asked}
        for done in [each for each in result.done if each.outcome is Outcome.UNKNOWN]:
            result.done.remove(done)
            if _form(done.change) not in open_:
                result.done.append(Done(done.change, Outcome.DONE, "found done on the router"))
                self.journal.told(router, result.done[-1])
        failed = {_form(done.change) for done in result.failures}
        known = {_form(change) for change in agreed} - failed
        return [change for form, change in open_.items() if form in known]

    def _state(self, router: str, line: Line) -> State:
        return State(line.read(tables(self.survey.judged.network.routers[router])))

    def _difference(self, router: str, live: State) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        known = self.survey.judged.network.routers[router]
        found, _ = difference(self.survey.wanted[router], live, self.survey.choice(known))
        return found.changes, found.conflicts

    def _read_back(self, router: str, line: Line, later: Collection[tuple[object, ...]]) -> None:
        """Reads the router again; what the comparison still asks for, and may be done, is left."""
        live = self._state(router, line)
        asked, conflicts = self._difference(router, live)
        open_ = permitted(asked, lambda change: _form(change) in later)
        ours = permitted(open_, self._foreign)
        result = self.results[router]
        result.left = tuple(ours)
        able = {id(change) for change in ours}
        result.refused = (*conflicts, *(self._said(c) for c in open_ if id(c) not in able))
        result.managed = live.owned()
        result.lost = ""

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


def _form(change: Change) -> tuple[object, ...]:
    """What a change is, whatever the row was before: a secret that is retired is still to go."""
    return (change.action, change.table, *change.key.values(), *sorted(change.after.items()))


def _leaves(change: Change) -> bool:
    return change.effect == "move" and change.action in (Action.REMOVE, Action.DISCONNECT)


def finished(changeset: Changeset, results: Mapping[str, Result]) -> Exit:
    """The exit code of an apply: what failed weighs more than what was refused or not reached."""
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
