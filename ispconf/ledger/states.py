"""The states a service can be in, and what the dated facts in its file make of it.

Knows the order of precedence of the facts: cancelled, not begun, paused, suspended by hand, free.
What the ledger makes of a service with none of these is for ``debts``.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ispconf.ledger.billable import Billable
from ispconf.ledger.facts import Span


class State(StrEnum):
    """What a service is on a day."""

    ACTIVE = "active"
    DUE = "due"
    GRACE = "grace"
    SUSPENDED = "suspended"
    FREE = "free"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    PENDING = "pending"


SERVED = frozenset({State.ACTIVE, State.DUE, State.GRACE, State.FREE})


class Reason(NamedTuple):
    """One link of the chain: the rule that spoke, in words, and where it was written."""

    rule: str
    text: str
    ref: str = ""


class Judged(NamedTuple):
    """A state with its reasons; ``cut`` is the first day without service, if the debt says one."""

    state: State
    reasons: tuple[Reason, ...]
    since: date | None = None
    cut: date | None = None
    calendar: bool = False


def reference(one: Billable, rule: str) -> str:
    """Where a term or fact was written; a default is written nowhere."""
    return one.refs.get(rule, f"default {rule}")


def by_facts(one: Billable, today: date) -> Judged | None:
    """The state that a fact in the subscriber's file gives; None when the ledger decides."""
    if one.cancelled and one.cancelled.on <= today:
        text = _because(f"cancelled on {one.cancelled.on}", one.cancelled.reason)
        reason = Reason("cancelled", text, reference(one, "cancelled"))
        return Judged(State.CANCELLED, (reason,), one.cancelled.on)
    if today < one.since:
        begins = Reason("since", f"begins on {one.since}", reference(one, "since"))
        return Judged(State.PENDING, (begins,))
    for pause in one.paused:
        if pause.covers(today):
            return _held(one, State.PAUSED, "paused", pause)
    if one.suspended and one.suspended.covers(today):
        return _held(one, State.SUSPENDED, "suspended", one.suspended, "suspended by hand")
    if one.free and one.free.covers(today):
        return _held(one, State.FREE, "free", one.free)
    return None


def _held(one: Billable, state: State, rule: str, fact: Span, what: str = "") -> Judged:
    until = f" until {fact.until}" if fact.until else ""
    text = _because(f"{what or rule} from {fact.from_}{until}", fact.reason)
    return Judged(state, (Reason(rule, text, reference(one, rule)),), fact.from_)


def _because(text: str, why: str | None) -> str:
    return f"{text}: {why}" if why else text
