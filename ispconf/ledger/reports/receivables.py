"""What is owed by age: how many days its due date has passed, and what was paid ahead.

The sum over all subscribers is what the accounts Assets:Receivable and Liabilities:CustomerCredit
of ``postings`` hold on that day.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.allocation import Account
from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO

AGES = ("not due", "0-30", "31-60", "61-90", "over 90")
"""Days since the due date; a charge is 0 days old on it. A fee is due on its date."""
_LAST_DAYS = (-1, 30, 60, 90)


class Aged(NamedTuple):
    """What a subscriber owes in each of ``AGES``, since when, and what they have paid ahead."""

    subscriber: str
    owed: tuple[Decimal, ...]
    charges: tuple[int, ...]
    oldest: date | None
    credit: Decimal

    @property
    def total(self) -> Decimal:
        """All that is owed, whatever its age."""
        return sum(self.owed, ZERO)


def age(due: date, day: date) -> int:
    """The place in ``AGES`` of what was due on a day."""
    late = (day - due).days
    return sum(late > last for last in _LAST_DAYS)


def aged(book: Book, day: date) -> list[Aged]:
    """Everybody who owes or has credit after a day, by id."""
    found = (_aged(book, who, day) for who in sorted(book.by_subscriber))
    return [each for each in found if each.total or each.credit]


def _aged(book: Book, who: str, day: date) -> Aged:
    account = Account.of(book.of_subscriber(who), day)
    owed, charges = [ZERO] * len(AGES), [0] * len(AGES)
    dues: list[date] = []
    for no, amount in account.open.items():
        charge = book.by_no[no]
        due = charge.due or charge.date
        dues.append(due)
        owed[age(due, day)] += amount
        charges[age(due, day)] += 1
    credit = sum(account.credit.values(), ZERO)
    return Aged(who, tuple(owed), tuple(charges), min(dues, default=None), credit)
