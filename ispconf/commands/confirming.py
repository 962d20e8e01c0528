"""Whether a router is still well after an apply; if not, it has taken the changes back (P-16).

For changes that could cut everybody off, or us, the router is given a guard first. It is called off
when a new connection was let in and the sessions are up; otherwise the router undoes the changes by
itself, whether we are there to see it or not.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from ispconf.commands.survey import Look, Survey
from ispconf.edge.guarding import ASKED, Guard, gone, own
from ispconf.edge.routers import Cause, Line, RouterError
from ispconf.planning.changes import Action, Change
from ispconf.planning.undo import NAME, Guarded, script
from ispconf.routeros.rows import State
from ispconf.routeros.tables import ACTIVE

_AGAIN, _AT_MOST = 0.5, 16.0  # seconds between two tries to come in, doubled each time
_GRACE = 15  # seconds after its time in which a router surely did what it was to do
_PER_SECOND = 20  # changes that a slow router makes in a second
Attempt = Callable[[Line], None]
GUARDED = "a guard stands there: the router takes the changes back unless it is called off"
UNGUARDED = "the guard is gone"
"""What the journal says of a guard; the next run tells by it how a run that was killed ended."""


class Confirm(NamedTuple):
    """Which changes are guarded, and for how many seconds at least."""

    guarded: Guarded
    seconds: int


@dataclass
class Confirming:
    """The guard of one router during an apply; ``sessions`` is who was online before.

    ``told`` hears at once what cannot wait for the end; ``stuck`` is why a guard stays behind.
    """

    survey: Survey
    router: str
    confirm: Confirm
    guard: Guard
    sessions: Collection[str]
    told: Callable[[str], None] = lambda _: None
    stuck: str = ""

    @classmethod
    def of(
        cls,
        survey: Survey,
        router: str,
        confirm: Confirm,
        owner: str,
        told: Callable[[str], None],
    ) -> "Confirming":
        """Nothing is armed yet."""
        look = survey.looks[router]
        online = look.live[ACTIVE.path] if isinstance(look, Look) else ()
        names = {row.fields.get("name", "") for row in online}
        return cls(survey, router, confirm, Guard(router, owner, confirm.seconds), names, told)

    def arm(self, line: Line, changes: Sequence[Change], live: State) -> bool:
        """Leaves the guard on the router, where one of the changes asks for it; whether it did.

        Whoever may write nothing there is told so by the refusals of the changes themselves.

        Raises:
            RefusedError: the router does not take it; nothing was changed.
            RouterError: the line broke.
        """
        dropped = {c.key.get("name", "") for c in changes if c.action is Action.DISCONNECT}
        self.sessions = set(self.sessions) - dropped
        source = script([change for change in changes if self.confirm.guarded(change)], live)
        if source and not self.guard.standing and not line.facts.lacking("write"):
            self.guard.seconds = self.confirm.seconds + len(changes) // _PER_SECOND
            self.guard.arm(line, source)
            return True
        return False

    @property
    def standing(self) -> bool:
        """Whether the guard is armed."""
        return self.guard.standing

    def settle(self, line: Line) -> tuple[Line, str]:
        """Calls the guard off, if all is well; gives the new line, and why it was taken back.

        Raises:
            RouterError: the router was not reached again, long after its time.
        """
        if not self.guard.standing:
            return line, ""
        line = self.inside_again()
        *guards, sessions = line.ask(*ASKED, _ONLINE)
        seen = own(guards)
        if not any(seen):
            left = self.guard.leaving
            self.guard.standing = self.guard.leaving = False
            return line, "" if left else "we were not let in again in time"
        online = {row.get("name", "") for row in sessions}
        if lost := gone(self.sessions, online):
            self._insist(line, self.guard.take_back)
            return line, f"sessions ended that should not: {', '.join(lost[:5])}"
        return line, self._insist(
            line, self.guard.call_off, partial(self.guard.call_off, seen=seen)
        )

    def called_off(self, line: Line) -> str:
        """Calls off a guard that stands there already; what it did first, or empty.

        Raises:
            RouterError: the line broke.
        """
        return self._insist(line, self.guard.call_off)

    def _insist(self, line: Line, attempt: Attempt, first: Attempt | None = None) -> str:
        """Tries to end the guard until its end is known; why it was faster and did its work.

        ``first`` is the attempt that knows what has just been seen. A guard that neither goes nor
        does its work is ``stuck``.
        """
        waited, pause = 0.0, _AGAIN
        while True:
            try:
                (first or attempt)(line)
            except RouterError as error:
                if error.cause is not Cause.ANSWER:
                    raise
                trouble = error.problem
            else:
                return ""
            if not waited:
                self.told(f"its guard does not end ({trouble}); trying again until it does")
            if waited > self.guard.seconds + _GRACE:
                self.guard.standing = False
                self.stuck = (
                    f"its guard does not end ({trouble}) and may take the changes back at any "
                    f"time: apply again, or on the router: {_REMOVE}"
                )
                return ""
            self.survey.judged.session.rest(pause)
            waited, pause = waited + pause, min(pause * 2, _AT_MOST)
            first = None
            if not self.guard.leaving and not self.guard.waits(line):
                self.guard.standing = False
                return f"its guard could not be called off in time ({trouble})"

    def inside_again(self) -> Line:
        """A new connection; under a guard the router is given the time to undo what it was.

        Raises:
            RouterError: it could not be reached, or did not let us in.
        """
        waited, pause = 0.0, _AGAIN
        while True:
            try:
                return self.survey.reopened(self.router)
            except RouterError:
                if not self.standing or waited > self.guard.seconds + _GRACE:
                    raise
                self.survey.judged.session.rest(pause)
                waited, pause = waited + pause, min(pause * 2, _AT_MOST)


_REMOVE = f"/system scheduler remove {NAME}; /system script remove {NAME}"
_ONLINE = (f"{ACTIVE.path}/print", "=.proplist=name")
