"""Entries in a few words: one of them, or how many of each type and what they add up to.

Knows entries and a currency; not who wrote them nor when.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.money import Currency
from ispconf.ledger.written import EntryType


class Tally(NamedTuple):
    """The entries of one type: how many, and the sum of their amounts (a promise has none)."""

    type: EntryType
    entries: int
    amount: Decimal

    def said(self, currency: Currency) -> str:
        """``3 payments, 1,050.00 MXN``."""
        name = self.type.replace("_", "-")
        words = f"{self.entries:,} {name}{'' if self.entries == 1 else 's'}"
        if self.type == "promise":
            return words
        return f"{words}, {currency.round(self.amount):,f} {currency.code}"


def tally(entries: Iterable[Entry]) -> list[Tally]:
    """A tally for each type, in the order in which types occur."""
    counts: dict[EntryType, int] = {}
    sums: dict[EntryType, Decimal] = {}
    for entry in entries:
        counts[entry.type] = counts.get(entry.type, 0) + 1
        sums[entry.type] = sums.get(entry.type, ZERO) + entry.amount
    return [Tally(kind, count, sums[kind]) for kind, count in counts.items()]


def what(entry: Entry) -> str:
    """An entry in a few words."""
    match entry.type:
        case "invoice":
            items = ", ".join(line.item for line in entry.lines)
            period = f" {entry.period}" if entry.period else ""
            return f"invoice {items}{period}, due {entry.due}"
        case "payment" | "refund":
            return f"{entry.type} {entry.method} {entry.ref}"
        case "promise":
            return f"promise to pay until {entry.until}"
        case "transfer":
            return f"transfer to {entry.to}" if entry.to else f"transfer from {entry.from_}"
        case _:
            about = entry.of or ", ".join(entry.for_)
            kind = f"{entry.kind} " if entry.type == "fee" and entry.kind else ""
            told = f"{kind}{entry.type.replace('_', '-')} {about}".strip()
            return f"{told}: {entry.reason}" if entry.reason else told
