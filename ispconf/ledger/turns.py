"""The turns in the life of a service: the days on which its state became another one, and why.

Judges the service on every day on which a fact, a cut or the end of one could have turned it, with
the terms it has now. Knows the ledger and dated facts; not whether a router ever heard of it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.cuts import past
from ispconf.ledger.cycle import ONE_DAY
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import FOREVER
from ispconf.ledger.money import Currency
from ispconf.ledger.standing import standings
from ispconf.ledger.states import Reason, State

_PAYING = frozenset({State.ACTIVE, State.DUE, State.GRACE})
"""One turn of life: the ledger moves between them every month."""


class Turn(NamedTuple):
    """From ``day`` on the service was in ``state``, by ``reason``; ``before`` it was in another.

    ``calendar``: the ledger and the day brought it, not a fact in the file.
    """

    service: str
    day: date
    before: State | None
    state: State
    reason: Reason | None
    calendar: bool


def turns(one: Billable, entries: Sequence[Entry], today: date, currency: Currency) -> list[Turn]:
    """Every turn of a service up to and including a day, oldest first.

    Active, due and in grace are one state here. ``entries`` are all of its subscriber.
    """
    found: list[Turn] = []
    before: State | None = None
    for day in sorted(set(_days(one, entries, today))):
        stand = standings([one], Book.of(entries), day, currency)[one.id]
        state = State.ACTIVE if stand.state in _PAYING else stand.state
        if state is not before and not (before is None and state is State.PENDING):
            reason = stand.reasons[0] if stand.reasons else None
            found.append(Turn(one.service, day, before, state, reason, stand.calendar))
        before = state
    return found


def _days(one: Billable, entries: Sequence[Entry], today: date) -> Iterator[date]:
    """The days on which the state can become another one."""
    ends = [one.since]
    for span in (*one.paused, one.suspended, one.free):
        if span:
            ends += span.period
    if one.cancelled:
        ends.append(one.cancelled.on)
    for cut in past(one, entries, today).cuts:
        ends += cut
    for day in ends:
        if day != FOREVER and day <= today:
            if day == one.since:
                yield day - ONE_DAY
            yield day
