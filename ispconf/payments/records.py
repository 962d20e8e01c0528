"""What any file of payments says: records of money that came in, with clues to whose it is.

Knows no kind of file, and not who pays.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple
from unicodedata import combining, normalize

CLUES: Final = ("subscriber", "invoice", "tax_id", "phone", "name", "text")
"""Columns that tell whose money it is; ``text`` is any other, such as the concept."""


LEFT: Final = frozenset({"why", "near"})
"""Columns by which a file is known as what was left over of another one, in our own spelling."""


class Record(NamedTuple):
    """One line of money that came in, or what is wrong with it; ``amount`` is in the currency."""

    line: int
    date: date | None
    amount: Decimal | None
    ref: str
    clues: Mapping[str, str]
    written: Mapping[str, str]
    wrong: str = ""


class Statement(NamedTuple):
    """What came in, and how many lines are not about that (money that went out, sums)."""

    records: list[Record]
    others: int


def plain(text: str) -> str:
    """The text without marks, case and what stands around its words, to compare it with others."""
    bare = "".join(each for each in normalize("NFKD", text) if not combining(each))
    return " ".join(re.findall(r"\w+", bare.casefold()))
