"""When a service was cut for its debt, and when it was restored: a walk over its past.

A cut starts on the first day on which invoices of the service past their cut date are open for at
least ``minimum_cut`` and nothing keeps the service: no promise runs and it is no ``no_cut_day``.
It ends when ``restore_on`` of that amount is settled or a promise begins. Knows only the ledger's
side: free, paused and cancelled services are ``standing``'s business.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.allocation import Account, in_order
from ispconf.ledger.billable import Billable
from ispconf.ledger.cycle import ONE_DAY
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.facts import FOREVER, Period
from ispconf.ledger.scalars import Weekday
from ispconf.ledger.terms import Terms

_WEEKDAYS = tuple(Weekday)


class Past(NamedTuple):
    """The cuts of a service up to a day; the last one has no end (``FOREVER``) if it lasts.

    ``waits`` is the day on which a cut that is due may start at last, after days without cuts.
    ``tolerated`` is the amount past its cut date that a restoration left open.
    """

    cuts: list[Period]
    waits: date | None
    tolerated: Decimal


def may_start(terms: Terms, day: date) -> bool:
    """Whether a cut may start on a day (BR-18)."""
    return day not in terms.no_cut_days and _WEEKDAYS[day.weekday()] not in terms.no_cut_days


def _next_start(terms: Terms, day: date) -> date:
    while not may_start(terms, day):
        day += ONE_DAY
    return day


def promise_on(entries: Iterable[Entry], day: date) -> Entry | None:
    """The promise to pay that runs on a day, the longest one."""
    running = [
        entry for entry in entries if entry.until is not None and entry.date <= day <= entry.until
    ]
    return max(running, key=lambda entry: (entry.until, entry.no), default=None)


def start_of_cut(terms: Terms, cut: date, promise: Entry | None) -> date:
    """The first day without service when nothing is paid: after the promise, and when it may."""
    kept = promise.until + ONE_DAY if promise and promise.until else cut
    return _next_start(terms, max(cut, kept))


def past(billable: Billable, entries: Sequence[Entry], until: date) -> Past:
    """The cuts of a service up to and including a day, from all entries of its subscriber."""
    walk = _Walk(billable)
    ordered = [entry for entry in in_order(entries) if entry.date <= until]
    promises = [entry for entry in ordered if entry.type == "promise"]
    position = 0
    for day in _days(billable, ordered, until):
        walk.start_before(day)
        while position < len(ordered) and ordered[position].date <= day:
            walk.account.take(ordered[position])
            position += 1
        walk.judge(day, promised=bool(promises) and promise_on(promises, day) is not None)
    walk.start_before(until + ONE_DAY)
    return Past(walk.cuts, walk.waits, walk.tolerated)


def _days(billable: Billable, entries: Sequence[Entry], until: date) -> list[date]:
    days = {entry.date for entry in entries}
    for entry in entries:
        if entry.cut and entry.service == billable.service:
            days.add(entry.cut)
        if entry.type == "promise" and entry.until:
            days.add(entry.until + ONE_DAY)
    return sorted(day for day in days if day <= until)


class _Walk:
    def __init__(self, billable: Billable) -> None:
        self.account = Account()
        self.cuts: list[Period] = []
        self.waits: date | None = None
        self.tolerated = ZERO
        self._terms = billable.terms
        self._service = billable.service
        self._base = ZERO
        self._before = ZERO

    def judge(self, day: date, *, promised: bool) -> None:
        """Cut or restore by what is open after the entries of a day."""
        if not self.account.open and not self._before and not self.waits:
            self.tolerated = ZERO
            return
        owed = self.account.past_cut(self._service, day)
        if self.cuts and self.cuts[-1].end == FOREVER:
            self._base += max(owed - self._before, ZERO)
            self._restore(day, owed, promised=promised)
        else:
            self.tolerated = min(self.tolerated, owed)
            self._cut(day, owed, promised=promised)
        self._before = owed

    def start_before(self, day: date) -> None:
        """Start a cut that waited for a day on which it may, if that day came before this one."""
        if self.waits and self.waits < day:
            self.cuts.append(Period(self.waits, FOREVER))
            self.waits = None

    def _cut(self, day: date, owed: Decimal, *, promised: bool) -> None:
        if promised or owed <= self.tolerated or owed < self._terms.minimum_cut:
            self.waits = None
            return
        self._base = owed
        start = _next_start(self._terms, day)
        if start == day:
            self.cuts.append(Period(day, FOREVER))
            self.waits = None
        else:
            self.waits = start

    def _restore(self, day: date, owed: Decimal, *, promised: bool) -> None:
        enough = owed <= self._base * (100 - self._terms.restore_on) / 100
        if promised or enough or owed < self._terms.minimum_cut:
            self.cuts[-1] = Period(self.cuts[-1].start, day)
            self.tolerated = ZERO if promised else owed
