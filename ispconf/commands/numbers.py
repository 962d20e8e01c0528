"""Entries by their numbers, as somebody types them; a wrong number gets the one that was meant."""

from collections.abc import Iterable

from ispconf.commands.judging import Judged
from ispconf.errors import RequestError
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.network.wording import meant

_PRINTED = {"payment": ": see ispconf receipt", "invoice": ": see ispconf invoice"}


def numbered(
    facts: Judged, numbers: Iterable[str], *kinds: str, printed: bool = False
) -> list[Entry]:
    """The entries of these numbers, which must be of one of these types.

    ``printed``: the verb prints them, so that another type has a verb of its own for that.

    Raises:
        RequestError: one is not in the ledger (the message offers the nearest), or is another type.
    """
    book, found, wrong = facts.network.book, [], []
    for no in numbers:
        entry = book.by_no.get(no)
        if entry is None:
            wrong.append(f'"{no}" is not in the ledger{_nearest(no, book)}')
        elif entry.type not in kinds:
            other = _PRINTED.get(entry.type, "") if printed else ""
            wrong.append(f"{no} is of type {entry.type}, not {' or '.join(kinds)}{other}")
        else:
            found.append(entry)
    if wrong:
        raise RequestError("\n".join(wrong))
    return found


def _nearest(no: str, book: Book) -> str:
    """The number that was meant: journals are few, and their numbers have no gaps."""
    journal, _, number = no.strip().lower().rpartition("-")
    if not number.isdecimal():
        return meant(no, (f"{name}-{last:06}" for name, last in book.last.items()))
    if journal not in book.last:
        near = meant(journal, book.last)
        journal = near.split('"')[1] if near else ""
    last = book.last.get(journal, 0)
    place = f"{journal}-{max(1, min(int(number), last)):06}"
    return f' (did you mean "{place}"?)' if place in book.by_no else ""
