"""Routers that could not be worked on: said loudly once, then with the time they wait, then over.

A run tells what is new by what was known before it, in this clone or on the branch of the journal,
so that nobody is woken twice. Nothing is to be run by hand: each apply tries again (WH-183 to
WH-187).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ispconf.commands.rolling import HELD
from ispconf.edge.runs import Place, Waits
from ispconf.planning.counting import counted
from ispconf.planning.report.text import Line as Shown

GROUPED = 10
"""More routers than that get one line together."""


class Waiting(NamedTuple):
    """Who waits, by router: since this run (``new``), for longer (``still``), or no more."""

    new: Mapping[str, Waits]
    still: Mapping[str, Waits]
    recovered: Mapping[str, Waits]

    @classmethod
    def between(cls, before: Mapping[str, Place], after: Mapping[str, Place]) -> "Waiting":
        """What an apply changed in who waits."""
        was, now = _away(before), _away(after)
        return cls(
            {router: waits for router, waits in now.items() if router not in was},
            {router: waits for router, waits in now.items() if router in was},
            {router: waits for router, waits in was.items() if router in after.keys() - now.keys()},
        )

    def document(self) -> dict[str, Any]:
        """As plain values: ``waiting`` with what is ``new`` among it, and ``recovered``."""
        now = sorted({**self.new, **self.still}.items())
        return {
            "waiting": [
                _facts(router, waits) | {"new": router in self.new} for router, waits in now
            ],
            "recovered": [
                _facts(router, waits) for router, waits in sorted(self.recovered.items())
            ],
        }

    def lines(self, now: datetime) -> Iterator[Shown]:
        """For people, who have been told why; times are told in the time zone of ``now``."""
        yield from _told("ALERT", self.new, "red", now)
        yield from _told("still", self.still, "yellow", now)
        for router, waits in sorted(self.recovered.items()):
            since, span = _since(waits, now)
            yield Shown(
                f"{router}: worked on again, after {span}; it waited since {since}", "green"
            )


def _away(places: Mapping[str, Place]) -> dict[str, Waits]:
    """The routers that could not be worked on; a change that failed is told with its router."""
    return {
        router: place.waits
        for router, place in places.items()
        if place.waits and place.waits.problem and not place.waits.problem.startswith(HELD)
    }


def _facts(router: str, waits: Waits) -> dict[str, Any]:
    return {
        "router": router,
        "since": waits.since,
        "changes": waits.changes,
        "problem": waits.problem,
    }


def _told(word: str, waiting: Mapping[str, Waits], style: str, now: datetime) -> Iterator[Shown]:
    if len(waiting) > GROUPED:
        count = sum(waits.changes for waits in waiting.values())
        first = sorted(waiting)[:GROUPED]
        more = f" and {len(waiting) - GROUPED} more"
        words = f"{counted(len(waiting), 'router')} wait ({', '.join(first)}{more})"
        yield Shown(f"{word}: {words}: {counted(count, 'change', 'wait')}; {_AGAIN}", style)
        return
    for router, waits in sorted(waiting.items()):
        since, span = _since(waits, now)
        held = f" since {since} ({span})" if word != "ALERT" else ""
        known = f": {counted(waits.changes, 'change', 'wait')}" if waits.changes else ""
        yield Shown(f"{word}: {router}{held}{known}; {_AGAIN}", style)


_AGAIN = "the next apply tries again"


def _since(waits: Waits, now: datetime) -> tuple[str, str]:
    """When it began, in local time, and how long ago that is."""
    began = datetime.fromisoformat(waits.since).replace(second=0, microsecond=0)
    return f"{began.astimezone(now.tzinfo):%Y-%m-%d %H:%M}", _span(max(now - began, timedelta()))


def _span(lasted: timedelta) -> str:
    if lasted >= timedelta(days=1):
        return counted(lasted.days, "day")
    if lasted >= timedelta(hours=1):
        return counted(lasted.seconds // 3600, "hour")
    return counted(max(1, lasted.seconds // 60), "minute")
