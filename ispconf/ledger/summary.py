"""What all entries of one subscriber come to, seen in one pass over them.

Whoever judges a subscriber asks for the same few things of years of entries; to look at each entry
once instead of once for each question is most of what a hundred thousand subscribers cost. Knows
nothing of services beyond their names.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.facts import Period


class Summary(NamedTuple):
    """What ``entries`` of one subscriber come to.

    ``balance`` is owed, negative is credit. ``periods`` are those invoiced, by service, in the
    order of the entries. ``paid`` is the last payment, of one day that with the highest number.
    ``named`` is the first entry that names each service.
    ``ours_from`` is the day from which invoices are ours: another system issued what an opening
    sums up.
    """

    entries: Sequence[Entry]
    balance: Decimal
    periods: dict[str | None, list[Period]]
    paid: Entry | None
    ours_from: date
    named: dict[str, Entry]

    def billed(self, service: str) -> list[Period]:
        """The periods of a service that are invoiced."""
        return self.periods.get(service, [])


def summed(entries: Sequence[Entry]) -> Summary:
    """The summary of all these entries of one subscriber."""
    balance, ours_from = ZERO, date.min
    periods: dict[str | None, list[Period]] = {}
    named: dict[str, Entry] = {}
    paid: Entry | None = None
    last = date.min
    for entry in entries:
        kind = entry.type
        service = entry.service
        if service is not None and service not in named:
            named[service] = entry
        if kind == "payment":
            balance -= entry.amount
            day = entry.date
            if paid is None or day > last or (day == last and entry.no > paid.no):
                paid, last = entry, day
        elif kind == "invoice":
            balance += entry.amount
            if entry.period and entry.kind == "service":
                if (own := periods.get(service)) is None:
                    own = periods[service] = []
                own.append(entry.period)
        else:
            balance += entry.effect
            if kind == "opening" and entry.date > ours_from:
                ours_from = entry.date
    return Summary(entries, balance, periods, paid, ours_from, named)
