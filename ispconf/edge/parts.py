"""What the shares of a ledger say of it, each of its own subscribers, put together.

Only of a ledger that is right: numbers, references and transfers concern all shares, and when
something is amiss with them, or in a share, ``judging`` looks at the whole and says what.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import attrgetter
from typing import NamedTuple

from ispconf.edge.closings import Closings
from ispconf.edge.conclusions import Conclusions
from ispconf.edge.picking import Picked, Whole
from ispconf.errors import Problem
from ispconf.ledger import checks, transfers
from ispconf.ledger.book import Book
from ispconf.ledger.closing import Tally, tallies
from ispconf.ledger.journals import journal_of
from ispconf.ledger.money import Currency
from ispconf.ledger.transfers import Move
from ispconf.network.records import Records, records, together


class Part(NamedTuple):
    """What one share says: of its ``entries`` (how many), and of the files that it looked at whole.

    ``references`` are hashes of methods with their references, the same in all processes that were
    split off from one; ``moved`` are transfers whose other side is elsewhere. ``tallies`` are of
    the closed months.
    """

    records: Records
    problems: list[Problem]
    wholes: Mapping[str, Whole]
    odd: frozenset[str]
    entries: int
    latest: date
    references: "array[int]"
    moved: Mapping[Move, int]
    tallies: list[Tally]


def part(
    book: Book,
    picked: Picked,
    wholes: Mapping[str, Whole],
    ends: Sequence[date],
    currency: Currency,
) -> Part:
    """What a share says of the book of its entries; ``ends`` are the last days of closed months."""
    return Part(
        records(book),
        [*picked.problems, *checks.of_people(book, currency, moved={})],
        wholes,
        frozenset(picked.odd),
        len(book),
        book.latest,
        array("q", (hash((each.method, each.ref)) for each in book.entries if each.ref)),
        transfers.open_moves(book.entries),
        tallies(book, ends) if ends else [],
    )


class Concluded(NamedTuple):
    """The conclusions from a ledger, and whether its files are what their blob ids say."""

    conclusions: Conclusions
    intact: bool


def concluded(
    parts: Sequence[Part],
    key: str,
    blobs: Mapping[str, str],
    closings: Closings,
    currency: Currency,
) -> Concluded | None:
    """The conclusions from the ledger of these parts; None when something in it is not right.

    ``closings`` have read their files; ``blobs`` are of all files.
    """
    problems = [problem for each in parts for problem in each.problems]
    wholes = {path: one for each in parts for path, one in each.wholes.items()}
    last = _last(wholes)
    if (
        any(problem.severity == "error" for problem in problems)
        or last is None
        or sum(each.entries for each in parts) != sum(one.numbers or 0 for one in wholes.values())
        or not _all_differ(each.references for each in parts)
        or _any_open(each.moved for each in parts)
    ):
        return None
    closings.digests |= {path: one.digest for path, one in wholes.items() if one.digest}
    months = zip(*(each.tallies for each in parts), strict=True)
    now = [reduce(Tally.beside, each) for each in months]
    if closings.problems(now, {name: number for name, (_, number) in last.items()}, currency):
        return None
    sizes = {**{path: one.size for path, one in wholes.items()}, **closings.sizes}
    found = Conclusions(
        reduce(together, (each.records for each in parts)),
        sorted(problems, key=attrgetter("source")),
        {path: (blobs[path], size) for path, size in sizes.items()},
        frozenset[str]().union(*(each.odd for each in parts)),
        last,
        max(each.latest for each in parts),
        key,
        {},
    )
    return Concluded(found, closings.intact(blobs) and all(one.intact for one in wholes.values()))


def _last(wholes: Mapping[str, Whole]) -> dict[str, tuple[str, int]] | None:
    """Where each journal ends; None when its files do not count from 1 without gaps."""
    last: dict[str, tuple[str, int]] = {}
    for path, one in sorted(wholes.items()):
        journal = journal_of(path) or ""
        _, before = last.get(journal, ("", 0))
        if one.numbers is None or (one.numbers and (not journal or one.first != before + 1)):
            return None
        if one.numbers:
            last[journal] = path, before + one.numbers
    return last


def _all_differ(references: Iterable["array[int]"]) -> bool:
    """Whether no two are the same; they may be, by a rare chance, when what they stand for is not.

    A whole look at the ledger tells.
    """
    seen: set[int] = set()
    count = 0
    for some in references:
        seen.update(some)
        count += len(some)
    return len(seen) == count


def _any_open(moved: Iterable[Mapping[Move, int]]) -> bool:
    """Whether a transfer lacks its other side in all parts together."""
    found: Counter[Move] = Counter()
    for some in moved:
        found.update(some)
    return any(found.values())
