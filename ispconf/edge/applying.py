"""Carrying out a router's changes over its line, stage by stage, and what became of each."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from ispconf.edge.routers import Answer, ConnectionLostError, Line
from ispconf.planning.changes import Action, Change
from ispconf.planning.stages import Failures, Step


class Outcome(StrEnum):
    """What became of a change."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    CONFLICT = "conflict"
    UNDONE = "undone"
    UNKNOWN = "unknown"


class Done(NamedTuple):
    """A change and what became of it; ``message`` in the router's own words where it refused."""

    change: Change
    outcome: Outcome
    message: str = ""


Told = Callable[[Done], None]
_GONE = "no such item"
_WENT = {
    Action.DISCONNECT: "the session had ended by itself",
    Action.REMOVE: "somebody was faster and removed it",
}
"""What is as it should be when the router has no such row any more."""
_BATCH = 2000  # orders between two looks at the clock; slow boards take a minute for them


def carry_out(
    line: Line,
    work: Iterable[Sequence[Step]],
    told: Told,
    *,
    conflicts: Iterable[tuple[Change, str]] = (),
    before: Callable[[], object] | None = None,
) -> list[Done]:
    """Sends the steps stage by stage; each change is told as soon as its last step is answered.

    A refused change stops only what depends on it, and so does one in ``conflicts``, whose row is
    no longer as it was planned. ``before`` is called again and again before orders are sent: by
    raising it stops the work between two of them.

    Raises:
        ConnectionLostError: the line broke; whatever was answered before has been told, and what
            was sent without an answer has been told as unknown.
    """
    failures = Failures()
    done: list[Done] = []

    def tell(change: Change, outcome: Outcome, message: str = "") -> None:
        if outcome is not Outcome.DONE:
            failures.add(change)
        done.append(Done(change, outcome, message))
        told(done[-1])

    for change, reason in conflicts:
        tell(change, Outcome.CONFLICT, reason)
    for stage in work:
        ready: list[Step] = []
        for step in stage:
            reason = failures.stop(step.change)
            if not reason:
                ready.append(step)
            elif reason != Failures.PREPARATION:
                tell(step.change, Outcome.SKIPPED, reason)
        for at in range(0, len(ready), _BATCH):
            if before:
                before()
            _send(line, ready[at : at + _BATCH], tell)
    return done


def _send(line: Line, steps: Sequence[Step], tell: Callable[..., None]) -> None:
    def answered(index: int, answer: Answer) -> None:
        step = steps[index]
        gone = not answer.ok and _GONE in answer.message and _WENT.get(step.change.action)
        if gone:
            if step.final:  # what only prepares it has nothing left to prepare
                tell(step.change, Outcome.DONE, gone)
        elif not answer.ok:
            tell(step.change, Outcome.FAILED, line.explained(step.words, answer.message))
        elif step.final:
            tell(step.change, Outcome.DONE)

    try:
        line.run([step.words for step in steps], answered)
    except ConnectionLostError as lost:
        for index in lost.unknown:
            tell(steps[index].change, Outcome.UNKNOWN, "sent, but the line broke before an answer")
        raise
