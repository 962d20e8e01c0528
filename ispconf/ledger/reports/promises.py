"""Promises to pay, kept and broken (BR-66).

A promise is about all that was open on its day and due up to its last day. It is kept when money
dated up to its last day settled all of that, whatever happened to the money later.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from ispconf.ledger.allocation import Account
from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO, Entry


class Outcome(StrEnum):
    """What became of a promise; a running one still has days."""

    KEPT = "kept"
    BROKEN = "broken"
    RUNNING = "running"


class Promised(NamedTuple):
    """A promise, what it was about, and how much of that was open when it ended or is now."""

    entry: Entry
    until: date
    amount: Decimal
    left: Decimal
    outcome: Outcome


def promises(book: Book, first: date, last: date, today: date) -> list[Promised]:
    """The promises made from a day through another one, as they stand after today, in order."""
    made = [entry for entry in book.entries if first <= entry.date <= min(last, today)]
    found = [_promised(book, entry, entry.until, today) for entry in made if entry.until]
    return sorted(found, key=lambda each: (each.entry.date, each.entry.no))


def _promised(book: Book, entry: Entry, until: date, today: date) -> Promised:
    entries = book.of_subscriber(entry.subscriber)
    at_first = Account.of(entries, entry.date).open
    about = {no: amount for no, amount in at_first.items() if _due(book, no) <= until}
    at_last = Account.of(entries, min(until, today)).open
    left = sum((min(at_last.get(no, ZERO), amount) for no, amount in about.items()), ZERO)
    outcome = Outcome.BROKEN if until < today else Outcome.RUNNING
    amount = sum(about.values(), ZERO)
    return Promised(entry, until, amount, left, outcome if left else Outcome.KEPT)


def _due(book: Book, no: str) -> date:
    charge = book.by_no[no]
    return charge.due or charge.date
