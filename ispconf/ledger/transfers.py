"""Money that moves from one subscriber to another: an entry for each of them (FORMAT 7, transfer).

Knows how the two sides find each other. Whether one may be missing, ``checks`` says.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from ispconf.ledger.entries import Entry

Move = tuple[str, str, date, Decimal]
"""What both sides have in common: who gives, who gets, the day and the amount."""


def both(entry: Entry) -> tuple[str, str]:
    """Who gives and who gets what a transfer moves."""
    if entry.to is not None:
        return entry.subscriber, entry.to
    return entry.from_ or "", entry.subscriber


def key(entry: Entry) -> Move:
    """What the other side of a transfer has too."""
    return (*both(entry), entry.date, entry.amount)


def open_moves(entries: Iterable[Entry]) -> Mapping[Move, int]:
    """How many entries lack their other side: more than zero who gives, less than zero who gets."""
    found: Counter[Move] = Counter()
    for entry in entries:
        if entry.type == "transfer":
            found[key(entry)] += 1 if entry.to else -1
    return found
