"""The standing of each service on a day: its state, its dates, and the chain of reasons (BR-60).

Concludes from dated facts, the book and the day; nothing of it is ever stored. The facts come
first (``states``), then the ledger (``debts``). Knows nothing of how a cut is done.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger import coverage
from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.coverage import Piece
from ispconf.ledger.debts import Debt
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.facts import Period
from ispconf.ledger.money import Currency
from ispconf.ledger.states import SERVED, Judged, Reason, State, by_facts, reference

__all__ = ["Reason", "Standing", "State", "balances", "standings"]

_AHEAD = timedelta(days=400)  # the next invoice is looked for so far


class Standing(NamedTuple):
    """What a service is on a day, and why.

    ``served`` is None when the program keeps its hands off (`manage: manual`). ``open`` is what its
    own invoices still ask for. ``covered_until`` is the first day that is not paid for. ``cut`` is
    the first day without service: of the cut that lasts, else of what is open, else of the next
    invoice. ``calendar`` says that ledger and day brought the state, not a fact in a file.
    ``since`` is the day the state began, if known.
    """

    subscriber: str
    service: str
    state: State
    served: bool | None
    open: Decimal
    covered_until: date | None
    next_issue: date | None
    next_due: date | None
    cut: date | None
    reasons: tuple[Reason, ...]
    calendar: bool
    since: date | None


def balances(book: Book, until: date = date.max) -> dict[str, Decimal]:
    """What each subscriber of the book owes after a day; negative is credit."""
    found: dict[str, Decimal] = {}
    for entry in book.entries:
        if entry.date <= until:
            found[entry.subscriber] = found.get(entry.subscriber, ZERO) + entry.effect
    return found


def standings(
    billables: Iterable[Billable], book: Book, today: date, currency: Currency
) -> dict[str, Standing]:
    """The standing of every service, by ``subscriber/service``, in the order of the billables.

    Entries dated after ``today`` do not count yet.
    """
    known: dict[str, tuple[list[Entry], Account]] = {}
    found: dict[str, Standing] = {}
    for one in billables:
        if one.subscriber not in known:
            entries = [entry for entry in book.of_subscriber(one.subscriber) if entry.date <= today]
            known[one.subscriber] = entries, Account.of(entries)
        entries, account = known[one.subscriber]
        found[one.id] = _standing(one, entries, Debt(one, entries, account, currency), today)
    return found


def _standing(one: Billable, entries: Sequence[Entry], debt: Debt, today: date) -> Standing:
    judged = by_facts(one, today) or debt.judged(today)
    billed = coverage.billed(one, entries)
    upcoming = _upcoming(one, billed, entries, today)
    starts = [entry.period.start for entry in debt.owed if entry.period]
    return Standing(
        one.subscriber,
        one.service,
        judged.state,
        None if one.terms.manage == "manual" else judged.state in SERVED,
        debt.open,
        min(starts) if starts else max((period.end for period in billed), default=None),
        upcoming.dates.issue if upcoming else None,
        upcoming.dates.due if upcoming else None,
        judged.cut or (upcoming.dates.cut if upcoming else None),
        _reasons(one, judged),
        judged.calendar,
        judged.since,
    )


def _reasons(one: Billable, judged: Judged) -> tuple[Reason, ...]:
    if one.terms.manage == "auto":
        return judged.reasons
    hands_off = Reason("manage", "manage: manual, never cut or restored", reference(one, "manage"))
    return (*judged.reasons, hands_off)


def _upcoming(
    one: Billable, billed: Sequence[Period], entries: Sequence[Entry], today: date
) -> Piece | None:
    """The next invoice to be issued, also one that is late; None when there will be none."""
    if one.terms.mode != "cycle" or not one.price:
        return None
    ours_from = coverage.taken_over(entries)
    return next(coverage.unbilled(one, billed, ours_from, today + _AHEAD), None)
