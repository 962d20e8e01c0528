"""The standing of each service on a day: its state, its dates, and the chain of reasons (BR-60).

Concludes from dated facts, the book and the day; nothing of it is ever stored. The facts come
first (``states``), then the ledger (``debts``). Knows nothing of how a cut is done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger import ahead, following, invoicing
from ispconf.ledger.ahead import Ahead
from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.coverage import Piece
from ispconf.ledger.debts import Debt
from ispconf.ledger.entries import ZERO
from ispconf.ledger.facts import Period
from ispconf.ledger.money import Currency
from ispconf.ledger.states import SERVED, Judged, Reason, State, by_facts, reference
from ispconf.ledger.summary import summed

__all__ = ["Reason", "Standing", "State", "balances", "of_people", "standings"]

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

    @property
    def decisive(self) -> Reason | None:
        """The reason to name where there is room for one: in grace what keeps the service."""
        chain = [reason for reason in self.reasons if reason.rule != "manage"] or [*self.reasons]
        if not chain:
            return None
        return chain[-1 if self.state is State.GRACE else 0]


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
    people: dict[str, list[Billable]] = {}
    found: dict[str, Standing | None] = {}
    for one in billables:
        people.setdefault(one.subscriber, []).append(one)
        found[one.id] = None  # keeps the order of the billables
    for _, _, stood in of_people(people, book, today, currency):
        found |= {f"{each.subscriber}/{each.service}": each for each in stood}
    return {name: standing for name, standing in found.items() if standing}


def of_people(
    people: Mapping[str, Sequence[Billable]], book: Book, today: date, currency: Currency
) -> Iterator[tuple[str, Decimal, list[Standing]]]:
    """Each of these subscribers with what they owe on the day, and how these services stand.

    What is owed is negative when it is credit. Entries dated after ``today`` do not count yet.
    """
    known = book.summaries(people)
    for subscriber, ours in people.items():
        seen = known[subscriber]
        if book.latest > today:
            seen = summed([entry for entry in seen.entries if entry.date <= today])
        # Nothing is open beside credit: who owes nothing needs no look at what settled what.
        account = Account.in_debt(seen.entries, seen.balance) if seen.balance > 0 else Account()
        far = ahead.reach(ours, seen, today, currency) if seen.balance < 0 else {}
        debts = (Debt(one, seen, account, currency) for one in ours)
        stood = [_standing(debt, today, far.get(debt.one.service)) for debt in debts]
        yield subscriber, seen.balance, stood


def _standing(debt: Debt, today: date, far: Ahead | None) -> Standing:
    one, billed = debt.one, debt.seen.billed(debt.one.service)
    judged = by_facts(one, today) or debt.judged(today)
    upcoming = invoicing.upcoming(one, debt.seen, today + _AHEAD)
    return Standing(
        one.subscriber,
        one.service,
        judged.state,
        None if one.terms.manage == "manual" else judged.state in SERVED,
        debt.open,
        _covered_until(one, billed, debt, upcoming, far),
        upcoming.dates.issue if upcoming else None,
        upcoming.dates.due if upcoming else None,
        judged.cut or (far.cut if far else upcoming.dates.cut if upcoming else None),
        _reasons(one, judged),
        judged.calendar,
        judged.since,
    )


def _covered_until(
    one: Billable,
    billed: Sequence[Period],
    debt: Debt,
    upcoming: Piece | None,
    far: Ahead | None,
) -> date | None:
    """The first day that is not paid for; None before the first invoice."""
    if debt.owed:
        return min(following.owed_from(one, entry) for entry in debt.owed)
    if far:
        return far.covered_until
    if billed and upcoming and one.terms.mode in following.MODES:
        return upcoming.dates.due
    return max([period.end for period in billed], default=None)


def _reasons(one: Billable, judged: Judged) -> tuple[Reason, ...]:
    if one.terms.manage == "auto":
        return judged.reasons
    hands_off = Reason("manage", "manage: manual, never cut or restored", reference(one, "manage"))
    return (*judged.reasons, hands_off)
