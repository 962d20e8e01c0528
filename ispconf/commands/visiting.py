"""One router during an apply: what is carried out there, and what the last reading still asks for.

Right before it writes it reads the rows again: what somebody has changed since the plan is left
alone (P-13). A line that breaks is opened again, the state read again and what remains of the plan
carried out, so that nothing is done twice and nothing stays unknown.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from ispconf.commands.confirming import GUARDED, UNGUARDED, Confirm, Confirming
from ispconf.commands.result import Result
from ispconf.commands.survey import Look, Survey
from ispconf.edge.applying import Done, Outcome, carry_out
from ispconf.edge.fleet import rest, stoppable
from ispconf.edge.journal import Journal
from ispconf.edge.lease import LOOK, Lease
from ispconf.edge.routers import Cause, Line, RouterError
from ispconf.edge.sentences import Fields
from ispconf.errors import IspconfError, RefusedError
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import RouterPlan
from ispconf.planning.desired import tables
from ispconf.planning.expected import concerned, expected, form
from ispconf.planning.planned import difference
from ispconf.planning.stages import permitted, stages
from ispconf.planning.undo import resting
from ispconf.routeros.rows import State

PAUSES = (0.2, 1.0, 3.0, 10.0, 20.0, 30.0, 30.0)
"""Seconds before a line is opened again: in all what a reboot takes, and longer each time."""
_PASSING = (Cause.UNREACHABLE, Cause.REFUSED, Cause.LOST)
"""Troubles that a reboot or a weak line brings, and that go by themselves."""
Form = tuple[object, ...]


@dataclass
class Visit:
    """One router's plan, on its way to being done; ``told`` hears of each change that ended.

    ``lease`` makes the router ours, and is not taken yet; ``rest`` lets the seconds of ``PAUSES``
    pass; ``handed`` is whether a row was stopped from working ahead of its removal.
    """

    survey: Survey
    plan: RouterPlan
    journal: Journal
    lease: Lease
    confirm: Confirm
    adopt: bool = False
    rest: Callable[[float], None] = rest
    told: Callable[[], None] = lambda: None
    left_guarded: bool = False
    result: Result = field(default_factory=Result)
    handed: bool = False
    _resting: bool = False
    _guard: Confirming | None = None

    @property
    def router(self) -> str:
        """The id of the router."""
        return self.plan.router

    def agreed(self, late: Callable[[Change], bool]) -> list[Change]:
        """The changes that are not late, without what was tried before."""
        done = self.result.done
        tried = {form(each.change) for each in done if each.outcome is not Outcome.UNKNOWN}
        may = permitted(self.plan.changes, lambda change: late(change) or self._foreign(change))
        return [change for change in may if form(change) not in tried]

    def converge(self, agreed: Sequence[Change], later: Collection[Form]) -> None:
        """Carries the changes out and reads back; a line that breaks is opened again.

        ``later`` are changes that may still be asked for afterwards. How it ended is in the result.
        """
        try:
            self._converge(agreed, later)
        except RouterError as error:
            self.result.lost = error.problem
        except RefusedError as error:
            self.result.refused = (*self.result.refused, str(error))
            self.result.left = self._open(agreed) if self.result.done else ()
        except IspconfError as error:
            self.result.lost = str(error)
            self.result.left = self._open(agreed)

    def _converge(self, agreed: Sequence[Change], later: Collection[Form]) -> None:
        look, line = self.survey.looks[self.router], self.survey.lines.get(self.router)
        self._guard = guard = Confirming.of(
            self.survey, self.router, self.confirm, self.lease.owner, self.note
        )
        left = isinstance(look, Look) and look.armed
        if self.left_guarded and not left:
            self.note("an apply was killed, and the router took back what it did under a guard")
        self.left_guarded = False
        for pause in (*PAUSES, None):
            try:
                begun = line is None
                line = line or guard.inside_again()
                if left or guard.standing or self._open(agreed):
                    self.note(self.lease.take(line))
                    left = left and self._kept(guard, line)
                    if not guard.guard.fired(line):
                        self._carry_out(line, guard, agreed, begun=begun or self.handed)
                    guarded = guard.standing
                    line, against = guard.settle(line)
                    self._taken_back(against)
                    self.result.unwell = guard.stuck
                    if guarded and not guard.stuck:
                        self.journal.note(self.router, UNGUARDED)
                    if not against and self._resting:
                        self._carry_out(line, guard, agreed, begun=True, confirmed=True)
                scripts = self._read_back(line, later)
                self.lease.release(line, scripts)
            except RouterError as error:
                if pause is None or error.cause not in _PASSING:
                    raise
                self.rest(pause)
                line = None
            else:
                return

    @property
    def reached(self) -> bool:
        """Whether it was read back and nothing speaks against going on with it."""
        result = self.result
        return self.router in self.survey.lines and not (
            result.lost or result.refused or result.taken_back or result.unwell
        )

    def stoppable(self) -> AbstractContextManager[None]:
        """Ctrl-C also wakes who waits on a line that was opened in an earlier round."""
        line = self.survey.lines.get(self.router)
        return stoppable(line.abort) if line else nullcontext()

    def _carry_out(
        self,
        line: Line,
        guard: Confirming,
        agreed: Sequence[Change],
        *,
        begun: bool,
        confirmed: bool = False,
    ) -> None:
        """Carries out what is open of the changes, and of which the row is as it was planned.

        After a line broke (``begun``) this also finds what became of orders without an answer.
        Under a guard a secret only rests, and goes when all the rest is ``confirmed``.
        """
        look = self.survey.looks[self.router]
        open_ = self._open(agreed)
        known = look.live.tables if isinstance(look, Look) and not begun else {}
        read = self._tables() if begun else concerned(open_)
        live = State({**known, **line.read(read)})
        asked, _ = self.difference(live)
        found = expected(open_, asked, live, begun=begun)
        done = self.result.done
        done[:] = [each for each in done if each.outcome is not Outcome.UNKNOWN]
        for change in found.done:
            self.tell(Done(change, Outcome.DONE, "found done on the router"))
        rests = {id(c) for c in found.ready if resting(c) and self.confirm.guarded(c)}
        self._resting = bool(rests) and not confirmed
        ready = found.ready
        if self._resting:
            now = {id(change) for change in permitted(ready, lambda each: id(each) in rests)}
            ready = tuple(change for change in ready if id(change) in now | rests)
        if not confirmed and guard.arm(line, ready, live):
            self.journal.note(self.router, GUARDED)
        carry_out(
            line,
            stages(ready, lambda change: self._resting and id(change) in rests),
            self.tell,
            conflicts=found.conflicts,
            before=lambda: self.lease.renew(line),
        )

    def tell(self, done: Done) -> None:
        """Keeps what became of a change, here and in the journal."""
        self.result.done.append(done)
        self.journal.told(self.router, done)
        self.told()

    def _open(self, agreed: Iterable[Change]) -> tuple[Change, ...]:
        """The changes of which it is not known what became of them."""
        done = self.result.done
        settled = {form(each.change) for each in done if each.outcome is not Outcome.UNKNOWN}
        return tuple(change for change in agreed if form(change) not in settled)

    def note(self, words: str) -> None:
        """Keeps what else there is to say, here and in the journal; nothing for no words."""
        if words:
            self.result.notes.append(words)
            self.journal.note(self.router, words)

    def _kept(self, guard: Confirming, line: Line) -> bool:
        """Calls off what an apply left that was broken off: what it did is read and judged anew."""
        if guard.called_off(line):
            self.note("the router took back what an apply did that was broken off")
        elif not guard.stuck:
            self.note("called off the guard of an apply that was broken off")
        return False

    def _taken_back(self, against: str) -> None:
        """The guarded changes are undone."""
        if not against:
            return
        self.result.taken_back = against
        for at, done in enumerate(self.result.done):
            if done.outcome is Outcome.DONE and self.confirm.guarded(done.change):
                self.result.done[at] = Done(done.change, Outcome.UNDONE, against)
                self.journal.told(self.router, self.result.done[at])

    def let_go(self) -> None:
        """Gives back the lease of a run that was broken off, over a line of its own.

        Raises:
            RouterError: the router cannot be reached.
        """
        self.lease.release(self.survey.reopened(self.router))

    def left_behind(self, error: IspconfError) -> str:
        """What stays on a router of which nobody could take leave; noted as well."""
        problem = error.problem if isinstance(error, RouterError) else str(error)
        said = f"its lease could not be given back ({problem})"
        if self.lease.mine:
            said += f"; it ends at {self.lease.mine.until:%FT%TZ}"
        if self._guard and self._guard.standing:
            said += (
                f"; its guard takes the guarded changes back within {self._guard.guard.seconds} s, "
                "unless an apply is there before"
            )
        self.note(said)
        return said

    def _tables(self) -> tuple[str, ...]:
        return tables(self.survey.judged.network.routers[self.router])

    def difference(self, live: State) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        """What a state of the router asks for, and what of it cannot be planned."""
        known = self.survey.judged.network.routers[self.router]
        found, _ = difference(self.survey.wanted[self.router], live, self.survey.choice(known))
        return found.changes, found.conflicts

    def _read_back(self, line: Line, later: Collection[Form]) -> list[Fields]:
        """Reads the router again; what the comparison still asks for, and may be done, is left.

        Gives what ``LOOK`` read in the same flight.
        """
        read, (scripts,) = line.read_with(self._tables(), LOOK)
        live = State(read)
        asked, conflicts = self.difference(live)
        held = {form(change) for change in self.plan.withheld}
        open_ = permitted(asked, lambda change: form(change) in later or form(change) in held)
        ours = permitted(open_, self._foreign)
        self._found_done(asked)
        self.result.left = tuple(ours)
        able = {id(change) for change in ours}
        refused = (self._said(change) for change in open_ if id(change) not in able)
        unapproved = [self.plan.problem] if self.plan.withheld else []
        self.result.refused = (*unapproved, *conflicts, *refused)
        self.result.managed = live.owned()
        self.result.lost = ""
        return scripts

    def _found_done(self, asked: Sequence[Change]) -> None:
        """What was refused, and is there all the same, was done by somebody who was faster.

        An apply that was killed may have had orders under way; a session ends by itself. A row that
        is there and not ours is still asked for, though not in the same words.
        """
        place = {_row(change) for change in asked}
        content = {_row(change) for change in asked if change.action is not Action.MOVE}
        done = self.result.done
        for at, each in enumerate(done):
            wanted = place if each.change.action is Action.MOVE else content
            if each.outcome is Outcome.FAILED and _row(each.change) not in wanted:
                done[at] = Done(each.change, Outcome.DONE, f"found done ({each.message})")
                self.journal.told(self.router, done[at])

    def _said(self, change: Change) -> str:
        """Why a change is refused."""
        name = f"{change.table} {' '.join(change.key.values())}"
        if self._foreign(change):
            return f"{name} is there already and not ours; take it over with --adopt"
        return f"{change.action} {name} needs what is there already and not ours"

    def _foreign(self, change: Change) -> bool:
        return not self.adopt and change.action is Action.ADOPT


def _row(change: Change) -> tuple[str, ...]:
    return (change.table, *change.key.values())
