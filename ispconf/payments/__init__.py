"""Where payments come from: one file per source, and the registry of them.

A source turns one outside record (texts by name, whatever the source calls them) into a payment
entry without a number. Whether the entry may be appended is for ``ledger.checks.refusals``; sources
know neither files nor each other. A new source is one new file and one line here: in ``SOURCES``
when it is asked one record at a time, in ``STATEMENTS`` when it brings a whole file of them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.payments import cash, csvbank
from ispconf.payments.records import Statement

PaymentSource = Callable[[Mapping[str, str], date, Currency], Entry]
"""Takes a record, the day it is recorded and the company's currency; raises ValueError."""


class Bank(Protocol):
    """A kind of file that brings many payments; ``METHOD`` is how they came, if nobody says."""

    METHOD: str

    def columns(self, text: str) -> dict[str, str]:
        """A map of columns as it is typed; raises ValueError."""
        ...

    def statement(
        self,
        data: bytes,
        mapping: Mapping[str, str],
        currency: Currency,
        today: date,
        *,
        month_first: bool = False,
    ) -> Statement:
        """What came in, line by line; raises ValueError."""
        ...


SOURCES: Mapping[str, PaymentSource] = {
    "cash": cash.payment,
}

STATEMENTS: Mapping[str, Bank] = {
    "csvbank": csvbank,
}
