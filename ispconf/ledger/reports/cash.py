"""The closing of a journal's day: what lay in the drawer, what came, what went, what lies there.

A day is what the journal recorded on it (the day in the file's name), so a closing never changes
once its day is over: the ledger is append only. A reversal takes money from the journal whose
payment it reverses, as in the accounts of ``postings``, on the day somebody recorded it.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.postings import money_of
from ispconf.ledger.verification import verification


class Movement(NamedTuple):
    """Money that came (positive) or went, and the method that it came by."""

    entry: Entry
    method: str
    amount: Decimal


class Drawer(NamedTuple):
    """The money of one method: before the day, what came, what went."""

    method: str
    opening: Decimal = ZERO
    came: Decimal = ZERO
    went: Decimal = ZERO

    @property
    def closing(self) -> Decimal:
        """What lies there after the day."""
        return self.opening + self.came - self.went


class Closing(NamedTuple):
    """A journal's day; ``last`` is the last number it gave up to then, "" before its first.

    ``code`` ties the paper to the ledger: of the SHA-256 of what lay there and the day's lines.
    """

    journal: str
    day: date
    movements: tuple[Movement, ...]
    drawers: tuple[Drawer, ...]
    last: str
    code: str

    @property
    def counted(self) -> str:
        """The method whose money is counted: the only one there is, else cash."""
        return self.drawers[0].method if len(self.drawers) == 1 else "cash"

    @property
    def countable(self) -> Decimal:
        """What should lie there to be counted."""
        return sum((one.closing for one in self.drawers if one.method == self.counted), ZERO)

    def begun_with(self, opening: Decimal) -> "Closing":
        """The same day with so much in the drawer before it: some was taken to the bank."""
        held = {one.method: one for one in self.drawers}
        mine = held.get(self.counted, Drawer(self.counted))._replace(opening=opening)
        drawers = tuple(each for _, each in sorted({**held, mine.method: mine}.items()))
        return self._replace(drawers=drawers)


def closing(book: Book, journal: str, day: date) -> Closing:
    """The closing of a day, by what was recorded up to then."""
    today: list[Movement] = []
    drawers: dict[str, Drawer] = {}
    for one in _movements(book, journal, day):
        held = drawers.get(one.method, Drawer(one.method))
        if one.entry.recorded < day:
            held = held._replace(opening=held.opening + one.amount)
        else:
            today.append(one)
            came, went = max(one.amount, ZERO), max(-one.amount, ZERO)
            held = held._replace(came=held.came + came, went=held.went + went)
        drawers[one.method] = held
    ours = [entry for entry in book.entries if entry.journal == journal and entry.recorded <= day]
    last = max(ours, key=lambda entry: entry.number).no if ours else ""
    held_by = tuple(drawers[method] for method in sorted(drawers))
    found = Closing(journal, day, tuple(today), held_by, last, "")
    return found._replace(code=_code(found))


def _code(found: Closing) -> str:
    said = [f"{found.journal} {found.day} {found.last}"]
    said += [f"{each.method} {each.opening:f}" for each in found.drawers]
    return verification((one.entry for one in found.movements), said)


def _movements(book: Book, journal: str, day: date) -> Iterator[Movement]:
    for entry in book.entries:
        if money_of(entry, book.by_no) is None or entry.recorded > day:
            continue
        original = book.by_no.get(entry.of or "", entry)
        if original.journal == journal:
            yield Movement(entry, original.method or "", -entry.effect)
