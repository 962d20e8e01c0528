"""What an apply did to one router: for its exit code, for JSON and for people."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ispconf.edge.applying import Done, Outcome
from ispconf.planning.changes import Change
from ispconf.planning.counting import counted
from ispconf.planning.report.text import Line as Shown

_FAILURES = (Outcome.FAILED, Outcome.SKIPPED, Outcome.CONFLICT)


@dataclass
class Result:
    """What an apply did to one router.

    ``left`` are changes that the last reading still asks for, ``refused`` rows that need --adopt or
    are ambiguous or a lease of somebody else, ``lost`` why the router could not be read back;
    ``notes`` is what else happened, such as a lease that was taken over; ``taken_back`` why the
    router undid what was guarded; ``held`` why it got only what the calendar brought;
    ``unwell`` what is wrong with it since.
    """

    done: list[Done] = field(default_factory=list)
    left: tuple[Change, ...] = ()
    refused: tuple[str, ...] = ()
    waiting: int = 0
    lost: str = ""
    managed: int = 0
    notes: list[str] = field(default_factory=list)
    taken_back: str = ""
    held: str = ""
    unwell: str = ""

    @property
    def converged(self) -> bool:
        """Whether the router was read back and is as it should be."""
        return not any(
            (self.left, self.refused, self.waiting, self.lost, self.taken_back, self.unwell)
        )

    @property
    def failures(self) -> list[Done]:
        """What did not work, with the router's words."""
        return [done for done in self.done if done.outcome in _FAILURES]

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
            "taken_back": self.taken_back or None,
            "held": self.held or None,
            "unwell": self.unwell or None,
            "refused": list(self.refused),
            "notes": list(self.notes),
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
        for said in self.notes:
            yield Shown(f"{router}: {said}", "yellow")
        for done in self.failures:
            name = " ".join(done.change.key.values())
            what = f"{done.change.action} {done.change.table} {name}"
            yield Shown(f"{router}: {what} {done.outcome}: {done.message}", "red")
        for said in self.refused:
            yield Shown(f"{router}: {said}", "red")
        if self.taken_back:
            count = self.count(Outcome.UNDONE)
            words = f"the router took {counted(count, 'change')} back: {self.taken_back}"
            yield Shown(f"{router}: {words}", "red")
        if self.unwell:
            yield Shown(f"{router}: {self.unwell}", "red")
        if self.lost:
            yield Shown(f"{router}: {self.lost}", "red")
        if self.waiting:
            why = "for the rollout, which stopped" if self.held else "for another router"
            yield Shown(f"{router}: {counted(self.waiting, 'change', 'wait')} {why}", "yellow")
        count = self.count(Outcome.DONE)
        if count or not self.converged:
            left = f", {len(self.left)} left" if self.left else ""
            yield Shown(
                f"{router}: {counted(count, 'change')} done{left}",
                "green" if self.converged else "",
            )
