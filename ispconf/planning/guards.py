"""Whether a plan may be carried out: what it would do, counted, against what exists.

A guard is a small function on changes. Losses are counted in subscribers over all routers of the
run, removed and changed rows on each router. Beyond both bounds nothing is applied to that router
until exactly that number is allowed (P-10).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from ispconf.planning.changes import Action, Change
from ispconf.planning.effects import loses


class Bound(NamedTuple):
    """Beyond ``at_least`` and beyond ``share`` of what exists, a guard refuses.

    ``doubt`` says why a bound is lower than the company's.
    """

    at_least: int
    share: Fraction
    doubt: str = ""


class Refusal(NamedTuple):
    """A guard that stands against a router's changes; ``cause`` is the reason of one of them."""

    guard: str
    found: int
    exists: int
    bound: Bound
    cause: str = ""

    def __str__(self) -> str:
        percent = 100 * self.found / max(self.exists, 1)
        limit = f"{float(self.bound.share * 100):g} %"
        return (
            f"guard {self.guard}: {self.found} of {self.exists} {_COUNTED[self.guard]}"
            f" ({percent:.1f} %, the limit is {limit} and at least {self.bound.at_least}"
            f"{f'; for example: {self.cause}' if self.cause else ''}"
            f"{f'; {self.bound.doubt}' if self.bound.doubt else ''});"
            f" if this is meant, allow it with --allow {self.guard}={self.found}"
        )


_COUNTED = {
    "service_loss": "subscribers would lose service by a change of files",
    "cuts": "subscribers would be cut by the calendar in one run",
    "removed": "managed rows would be removed from this router",
    "changed": "managed rows would be changed on this router",
}


_STALE = timedelta(days=45)  # longer than any month and its cut day
_ASKEW = timedelta(days=1)  # two clocks around midnight


def doubting(bounds: Mapping[str, Bound], today: date, newest: date | None) -> dict[str, Bound]:
    """The bounds on a day of the clock, by the newest day on which the ledger has entries.

    On a day that cannot be right nobody may lose service unless that is allowed. A day before the
    newest entry is nobody's today: payments would not have come yet, and subscribers neither. Long
    after it, bill runs or a whole journal are missing, or it is not that day. None: no entries, and
    nobody is cut for debts.
    """
    found = dict(bounds)
    if said := doubtful(today, newest):
        strict = Bound(0, Fraction(0), said)
        found |= {"cuts": strict}
        if newest and newest > today:
            found |= {"service_loss": strict}
    return found


def doubtful(today: date, newest: date | None) -> str:
    """Why a day of the clock is hardly today, by the newest day on which the ledger has entries."""
    if newest and newest > today + _ASKEW:
        said = f"this clock says {today}, but ledger/ has entries recorded on {newest}"
        return f"{said}; if that day is meant: --date {today}"
    if newest and newest < today - _STALE:
        said = f"nothing was recorded in ledger/ since {newest}, {(today - newest).days} days ago"
        return f"{said}: is it whole, is the clock right? If so: --date {today}"
    return ""


def subscribers(changes: Iterable[Change], *, calendar: bool) -> Mapping[str, str]:
    """Who loses service by these changes, brought by the day or by the files, each with why."""
    return {
        change.owner.partition("/")[0]: change.reason
        for change in changes
        if change.calendar is calendar and loses(change)
    }


def refusals(
    plans: Mapping[str, Sequence[Change]],
    owned: Mapping[str, int],
    served: int,
    bounds: Mapping[str, Bound],
    allowed: Mapping[str, Collection[int]],
) -> Mapping[str, list[Refusal]]:
    """The guards that stand against each router's changes.

    ``plans`` are the changes by router, ``owned`` how many managed rows each router has, ``served``
    the number of subscribers with service before, ``allowed`` the numbers that the operator lets
    pass: each lifts its guard where exactly so much is found.
    """
    everything = [change for changes in plans.values() for change in changes]
    lost = {
        "service_loss": subscribers(everything, calendar=False),
        "cuts": subscribers(everything, calendar=True),
    }
    found: dict[str, list[Refusal]] = {router: [] for router in plans}
    for router, changes in plans.items():
        here = [change.owner.partition("/")[0] for change in changes]
        counts = [
            (name, len(people), served, next(people[who] for who in here if who in people))
            for name, people in lost.items()
            if not people.keys().isdisjoint(here)
        ]
        for name, actions in _BY_ROW.items():
            rows = _rows(changes, actions)
            counts.append((name, len(rows), owned.get(router, 0), next(iter(rows.values()), "")))
        for name, count, exists, cause in counts:
            bound = bounds[name]
            beyond = count > bound.at_least and count > bound.share * exists
            if beyond and count not in allowed.get(name, ()):
                found[router].append(Refusal(name, count, exists, bound, cause))
    return found


_BY_ROW = {"removed": (Action.REMOVE,), "changed": (Action.SET, Action.MOVE)}


def _rows(changes: Iterable[Change], actions: Collection[Action]) -> Mapping[tuple[str, ...], str]:
    return {
        (change.table, *change.key.values()): change.reason
        for change in changes
        if change.action in actions
    }
