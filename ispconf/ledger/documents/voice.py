"""The words, amounts and days of one language, and the parts of a paper that are said in them.

Knows no paper: which rows one has is for ``wording``.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.documents.locale import Locale
from ispconf.ledger.documents.sheet import Row, Table

Words = Mapping[str, str]


class Voice(NamedTuple):
    """Words and locale of one language."""

    words: Words
    locale: Locale

    def row(self, word: str, value: str, *, strong: bool = False) -> Iterator[Row]:
        """A row whose label is a word; none without a value."""
        if value:
            yield Row(self.words[word], value, strong)

    def amount(self, word: str, value: Decimal, *, strong: bool = False) -> Iterator[Row]:
        """A row with an amount."""
        yield Row(self.words[word], self.locale.money(value), strong)

    def day(self, word: str, when: dt.date | None) -> Iterator[Row]:
        """A row with a day; none without one."""
        return self.row(word, self.locale.day(when) if when else "")

    def days(self, first: dt.date | None, last: dt.date | None) -> str:
        """A period as text; empty without one."""
        return self.locale.days(first, last) if first and last else ""

    def named(self, family: str, name: str) -> str:
        """The word for a method or the like; a name that only the operator knows stays it."""
        return self.words.get(f"{family}_{name}", name)


class Parts(NamedTuple):
    """What is on a paper between its head and its foot, and the foot."""

    facts: tuple[Row, ...]
    tables: tuple[Table, ...]
    totals: tuple[Row, ...]
    notes: tuple[str, ...]
    foot: tuple[Row, ...]
    stamps: tuple[str, ...] = ()
    customer: tuple[Row, ...] = ()
    signatures: tuple[str, ...] = ()
