"""Where payments come from: one file per source, and the registry of them.

A source turns one outside record (texts by name, whatever the source calls them) into a payment
entry without a number. Whether the entry may be appended is for ``ledger.checks.refusals``; sources
know neither files nor each other. A new source is one new file and one line here.
"""

from collections.abc import Callable, Mapping
from datetime import date

from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.payments import cash

PaymentSource = Callable[[Mapping[str, str], date, Currency], Entry]
"""Takes a record, the day it is recorded and the company's currency; raises ValueError."""

SOURCES: Mapping[str, PaymentSource] = {
    "cash": cash.payment,
}
