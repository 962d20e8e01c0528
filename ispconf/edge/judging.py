"""Reads all files of a ledger and concludes what follows from them; also as a program of its own.

    python -m ispconf.edge.judging < order > conclusions

Knows how files become conclusions. What is kept of them, and when, ``booking`` knows.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ispconf.edge.cache import Kept
from ispconf.edge.closings import Closings
from ispconf.edge.history import is_blob
from ispconf.edge.ledgerfiles import disagreements, entries
from ispconf.edge.pausing import collector_paused
from ispconf.edge.records import dumped_records
from ispconf.edge.sources import Content, reader
from ispconf.errors import Problem
from ispconf.ledger.book import Book
from ispconf.ledger.closing import month_of
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.network.records import records


class Judged(NamedTuple):
    """The entries, the conclusions, and whether the files are what their blob ids say."""

    entries: list[Entry]
    kept: Kept
    intact: bool


def judge(
    blobs: Mapping[str, str],
    read: Callable[[Iterable[str]], Iterable[Content]],
    currency: Currency,
) -> Judged:
    """Everything that follows from the files alone."""
    intact = True

    def checked() -> Iterable[Content]:
        nonlocal intact
        for path, content in read(blobs):
            intact = intact and not isinstance(content, Problem) and is_blob(content, blobs[path])
            yield path, content

    problems: list[Problem] = []
    closings = Closings(blobs)
    with collector_paused():
        found = read_all(closings.taken_out(checked()), problems)
        summary, book, broken = records(found), Book.of(found), bool(problems)
        problems += disagreements(book, currency, broken=broken)
        problems += closings.problems(book, currency, broken=broken)
    return Judged(found, Kept(dumped_records(summary), json.dumps(problems)), intact)


def read_all(contents: Iterable[Content], problems: list[Problem]) -> list[Entry]:
    """The entries of all files, in the order of their paths; adds to ``problems``."""
    found: list[Entry] = []
    with collector_paused():
        # Files that were read already come first; the book is in the order of its files.
        for path, content in sorted(contents, key=itemgetter(0)):
            if isinstance(content, Problem):
                problems.append(content)
            elif month_of(path) is None:  # a closing has no entries
                found += entries(path, content, problems)
    return found


def main(order: BinaryIO, out: BinaryIO) -> None:
    """Reads ``[root, currency, [[path, blob], ...]]`` and writes ``[value, extra, intact]``."""
    root, currency, blobs = json.load(order)
    found = judge(dict(blobs), reader(Path(root)), Currency.of(currency))
    out.write(json.dumps([*found.kept, found.intact]).encode())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
