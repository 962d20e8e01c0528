"""The files and counters of the journals: every number once, in order, in the right file (I-12).

Knows how a ledger file is named and that a journal counts from 1 without gaps. What the entries
say is for ``checks``.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from ispconf.errors import Problem, Source
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry, recorded_on

NAMED = "ledger/<yyyy>/<mm>/<yyyy-mm-dd>-<journal>.yaml"
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
    misnamed: set[str] = set()
    last: dict[str, int] = {}
    for file, entries in groupby(book.entries, key=attrgetter("file")):
        named = journal_of(file)
        if named is None and file not in misnamed:
            misnamed.add(file)
            yield Problem(Source(file), f"is not named {NAMED}")
        journal, before = named or "", last.get(named or "", 0)
        of_file = [*entries]
        end = before + 1 + len(of_file)
        expected = [f"{journal}-" + str(number).zfill(6) for number in range(before + 1, end)]
        if expected == [entry.no for entry in of_file]:  # almost always
            last[journal] = before + len(of_file)
            continue
        for entry in of_file:
            if entry.no == f"{journal}-{last.get(journal, 0) + 1:06d}":
                last[journal] = last.get(journal, 0) + 1
            else:
                yield from _astray(entry, named, last, book)


def _astray(entry: Entry, named: str | None, last: dict[str, int], book: Book) -> Iterator[Problem]:
    """What is wrong with an entry that is not the next one of its file's journal."""
    journal, number = entry.journal, entry.number
    if named is not None and named != journal:
        text = f"{entry.no} belongs to another journal than this file ({named})"
        yield Problem(entry.source, text)
    before = last.get(journal, 0)
    if number != before + 1:
        yield from _out_of_order(entry, before, book)
    last[journal] = max(before, number)


def _out_of_order(entry: Entry, before: int, book: Book) -> Iterator[Problem]:
    if not before:
        yield Problem(entry.source, f"{entry.no} is the first of its journal, which counts from 1")
        return
    last = book.by_no[f"{entry.journal}-{before:06d}"]
    if entry.number > before:
        text = f"{entry.no} follows {last.no}: the numbers between them are missing here"
        yield Problem(entry.source, text, last.source)
    elif book.by_no[entry.no] is entry:  # the second of two is reported as such by checks
        text = f"{entry.no} comes after {last.no}: entries are appended, in the order of numbers"
        yield Problem(entry.source, text, last.source)
