"""The files and counters of the journals: every number once, in order, in the right file (I-12).

Knows how a ledger file is named and that a journal counts from 1 without gaps. What the entries
say is for ``checks``.
"""

import re
from collections.abc import Iterator

from ispconf.errors import Problem, Source
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry, recorded_on

_FILE = re.compile(r"ledger/([0-9]{4})/([0-9]{2})/\1-\2-[0-9]{2}-([a-z0-9][a-z0-9-]*)\.yaml")


def file_of(day: str, journal: str) -> str:
    """The file for the entries that a journal records on a day (ISO text)."""
    return f"ledger/{day[:4]}/{day[5:7]}/{day}-{journal}.yaml"


def journal_of(file: str) -> str | None:
    """The journal that a ledger file belongs to; None when its name is not one."""
    found = _FILE.fullmatch(file)
    return found[3] if found and recorded_on(file) else None


def problems(book: Book) -> Iterator[Problem]:
    """Files with wrong names, entries in another journal's file, gaps and disorder in counters."""
    names: dict[str, str | None] = {}
    last: dict[str, Entry] = {}
    for entry in book.entries:
        journal, _, digits = entry.no.rpartition("-")
        if entry.file not in names:
            names[entry.file] = name = journal_of(entry.file)
            if name is None:
                text = "is not named ledger/<yyyy>/<mm>/<yyyy-mm-dd>-<journal>.yaml"
                yield Problem(Source(entry.file), text)
        if names[entry.file] not in (journal, None):
            text = f"{entry.no} belongs to another journal than this file ({names[entry.file]})"
            yield Problem(entry.source, text)
        before = last.get(journal)
        number = int(digits)
        if number != (before.number if before else 0) + 1:
            yield from _out_of_order(entry, before, book)
        if before is None or number > before.number:
            last[journal] = entry


def _out_of_order(entry: Entry, before: Entry | None, book: Book) -> Iterator[Problem]:
    if before is None:
        yield Problem(entry.source, f"{entry.no} is the first of its journal, which counts from 1")
    elif entry.number > before.number:
        text = f"{entry.no} follows {before.no}: the numbers between them are missing here"
        yield Problem(entry.source, text, before.source)
    elif book.by_no[entry.no] is entry:  # the second of two is reported as such by checks
        text = f"{entry.no} comes after {before.no}: entries are appended, in the order of numbers"
        yield Problem(entry.source, text, before.source)
