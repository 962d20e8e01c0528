"""A paper in words: what stands where, before anybody knows how wide the paper is.

One sheet becomes text, HTML and PDF, so that all three say the same. Nothing foreign in it can act:
control characters are spelled out, and no line can begin a workflow command of a CI log.
"""

from typing import Any, NamedTuple

from ispconf.escape import terminal
from ispconf.ledger.documents.content import Business


class Row(NamedTuple):
    """A label and its value; a strong one is what the reader looks for."""

    label: str
    value: str
    strong: bool = False


class Table(NamedTuple):
    """Rows of cells under their heads; the last ``numbers`` columns hold amounts."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 1

    @property
    def texts(self) -> int:
        """How many columns hold no amounts."""
        return len(self.head) - self.numbers

    def beside(self, cells: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
        """On narrow paper: what stands at the left and the right of a line, and what below it."""
        if self.numbers == 1:
            return cells[0], cells[-1], cells[1 : self.texts]
        return cells[0], cells[1], cells[2 : self.texts]

    def named(self, cells: tuple[str, ...]) -> list[str]:
        """The amounts of a row that has several, each behind its head."""
        heads, numbers = self.head[self.texts :], cells[self.texts :]
        return [f"{head} {each}" for head, each in zip(heads, numbers, strict=True) if each]


class Sheet(NamedTuple):
    """One paper; ``stamps`` are words nobody may overlook (copy, reversed).

    ``signatures`` are words under lines to sign on. ``page`` is the caption of a page among
    several, with ``{page}`` and ``{pages}`` in it.
    """

    kind: str
    language: str
    business: Business
    letterhead: tuple[str, ...]
    title: str
    no: str
    stamps: tuple[str, ...]
    customer: tuple[Row, ...]
    facts: tuple[Row, ...]
    tables: tuple[Table, ...]
    totals: tuple[Row, ...]
    notes: tuple[str, ...]
    foot: tuple[Row, ...]
    page: str
    signatures: tuple[str, ...] = ()


def harmless(value: Any) -> Any:
    """The same value with every text in it made harmless."""
    if isinstance(value, str):
        return terminal(value).replace("::", ": :")
    if isinstance(value, tuple):
        parts = [harmless(each) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value
