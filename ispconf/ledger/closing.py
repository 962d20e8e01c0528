"""The closing of a month: what the books said when they were closed (BR-47, BR-94).

A closing holds what everybody owed at the month's end, the sums of its entries, the last number of
each journal and the SHA-256 of the month's files, chained to the closing before it. Nobody's
balance is taken from it: ``verifying`` works everything out again. Knows entries and digests; files
are for ``edge.closings``.
"""

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints

from ispconf.ledger import lines
from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.facts import Fact
from ispconf.ledger.money import Currency
from ispconf.ledger.scalars import Amount, Count, Day
from ispconf.ledger.written import EntryType, Id, Number

_FILE = re.compile(r"ledger/([0-9]{4})/(0[1-9]|1[0-2])/closing\.yaml")
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Month = Annotated[str, StringConstraints(pattern="^[0-9]{4}-(?:0[1-9]|1[0-2])$")]


class Total(Fact):
    """How many entries of a type, and what they did to what is owed."""

    count: Count
    effect: Amount

    def plus(self, other: "Total") -> "Total":
        """Both together."""
        return Total(count=self.count + other.count, effect=self.effect + other.effect)


class Closing(Fact):
    """A closed month. ``totals`` are of the entries dated since the closing before it.

    ``balances`` are what each subscriber owed after its last day, negative is credit; whoever owed
    nothing is not there. ``late`` are entries of the month that stand in files of later months.
    """

    month: Month
    closed: Day
    currency: Currency
    previous: Digest | None = None
    journals: dict[Id, Count] = Field(default_factory=dict)
    totals: dict[EntryType, Total] = Field(default_factory=dict)
    balances: dict[Id, Amount] = Field(default_factory=dict)
    files: dict[str, Digest] = Field(default_factory=dict)
    late: dict[Number, Digest] = Field(default_factory=dict)

    @property
    def end(self) -> date:
        """The last day that is closed."""
        return end_of(self.month)

    @property
    def file(self) -> str:
        """Where it stands."""
        return file_of(self.month)


NOTHING = Total(count=0, effect=ZERO)


class Sealed(NamedTuple):
    """A closing with the SHA-256 of its file."""

    closing: Closing
    digest: str


def file_of(month: str) -> str:
    """The file of a month's closing."""
    return f"ledger/{month[:4]}/{month[5:]}/closing.yaml"


def month_of(file: str) -> str | None:
    """The month (``2026-10``) that a file closes; None for any other file."""
    found = _FILE.fullmatch(file)
    return f"{found[1]}-{found[2]}" if found else None


def end_of(month: str) -> date:
    """The last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def digest(data: bytes) -> str:
    """The SHA-256 of a file, whatever its line ends are."""
    return sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def open_months(book: Book, files: Iterable[str], closed: date | None) -> list[str]:
    """The months after the last closed day that have entries or files, in order."""
    months = {f"{day:%Y-%m}" for day in {entry.date for entry in book.entries}}
    months |= {recorded_in(file) for file in files if month_of(file) is None}
    return sorted(month for month in months if closed is None or end_of(month) > closed)


def close(  # noqa: PLR0913 - what a closing is made of
    book: Book,
    month: str,
    day: date,
    currency: Currency,
    *,
    before: Sealed | None,
    digests: Mapping[str, str],
) -> Closing:
    """The closing of a month, made on a day; ``digests`` are those of its files, by path."""
    known = () if before is None else (before.closing.end,)
    tally = tallies(book, (*known, end_of(month)))[-1]
    return Closing(
        month=month,
        closed=day,
        currency=currency,
        previous=before.digest if before else None,
        journals=dict(sorted(book.last.items())),
        totals=tally.totals,
        balances=tally.balances,
        files=of_month(month, digests),
        late={entry.no: line_digest(entry) for entry in tally.late},
    )


def written(closing: Closing) -> str:
    """The closing as its file."""
    text, currency = closing.currency.text, closing.currency
    totals = (
        (kind, f"{{count: {each.count}, effect: {text(each.effect)}}}")
        for kind, each in closing.totals.items()
    )
    parts = [
        "# Written by `ispconf ledger close`, verified by `ispconf check`; never edited.",
        f"month: {closing.month}",
        f"closed: {closing.closed}",
        f"currency: {currency.code}",
        *([f"previous: {closing.previous}"] if closing.previous else []),
        *_block("journals", "the last number of each when the month was closed", closing.journals),
        *_block("totals", "entries by type, and what they did to what is owed", dict(totals)),
        *_block(
            "balances",
            "owed after the last day; negative is credit",
            {who: text(owed) for who, owed in closing.balances.items()},
        ),
        *_block("files", "SHA-256 of each file of the month", closing.files),
        *_block("late", "entries of the month in files of later months", closing.late),
    ]
    return "\n".join(parts) + "\n"


def _block(name: str, about: str, values: Mapping[str, object]) -> list[str]:
    if not values:
        return []
    return [f"{name}:  # {about}", *(f"  {key}: {value}" for key, value in values.items())]


def refusal(day: date, closed: date | None) -> str:
    """Why nothing may be dated on a day, when all up to ``closed`` is closed; "" if it may."""
    if closed is None or day > closed:
        return ""
    return (
        f"{day:%Y-%m} is closed (everything through {closed}): date it later; what was wrong then "
        "is corrected by an entry of today"
    )


class Tally(NamedTuple):
    """What the ledger says of a closed month."""

    totals: dict[EntryType, Total]
    balances: dict[str, Decimal]
    late: list[Entry]

    def beside(self, other: "Tally") -> "Tally":
        """With what a ledger of other subscribers says of the same month."""
        kinds = sorted({*self.totals, *other.totals})
        totals = {
            kind: self.totals.get(kind, NOTHING).plus(other.totals.get(kind, NOTHING))
            for kind in kinds
        }
        late = sorted([*self.late, *other.late], key=attrgetter("file", "line"))
        return Tally(totals, dict(sorted({**self.balances, **other.balances}.items())), late)


def tallies(book: Book, ends: Sequence[date]) -> list[Tally]:
    """What the ledger says of the months that end on these days, each with what came before it."""
    counts: list[dict[EntryType, int]] = [{} for _ in ends]
    effects: list[dict[EntryType, Decimal]] = [{} for _ in ends]
    moved: list[dict[str, Decimal]] = [{} for _ in ends]
    late: list[list[Entry]] = [[] for _ in ends]
    months = [f"{end:%Y-%m}" for end in ends]
    places: dict[date, int] = {}
    for file, entries in groupby(book.entries, key=attrgetter("file")):
        recorded = recorded_in(file)
        for entry in entries:
            place = places.get(entry.date)
            if place is None:
                place = places[entry.date] = bisect_left(ends, entry.date)
            if place == len(ends):
                continue
            effect, kind, who = entry.effect, entry.type, entry.subscriber
            counts[place][kind] = counts[place].get(kind, 0) + 1
            effects[place][kind] = effects[place].get(kind, ZERO) + effect
            moved[place][who] = moved[place].get(who, ZERO) + effect
            if recorded > months[place]:
                late[place].append(entry)
    return [*_summed(counts, effects, moved, late)]


def _summed(
    counts: Iterable[Mapping[EntryType, int]],
    effects: Iterable[Mapping[EntryType, Decimal]],
    moved: Iterable[Mapping[str, Decimal]],
    late: Iterable[list[Entry]],
) -> Iterator[Tally]:
    balances: dict[str, Decimal] = {}
    for count, effect, change, behind in zip(counts, effects, moved, late, strict=True):
        for who, amount in change.items():
            balances[who] = balances.get(who, ZERO) + amount
        totals = {kind: Total(count=count[kind], effect=effect[kind]) for kind in sorted(count)}
        yield Tally(totals, {who: each for who, each in sorted(balances.items()) if each}, behind)


def of_month(month: str, digests: Mapping[str, str]) -> dict[str, str]:
    """The digests of a month's files by their names."""
    return {
        file.rpartition("/")[2]: found
        for file, found in sorted(digests.items())
        if recorded_in(file) == month
    }


def recorded_in(file: str) -> str:
    """The month (``2026-10``) in which a ledger file was recorded, by its folders."""
    return f"{file[7:11]}-{file[12:14]}"


def line_digest(entry: Entry) -> str:
    """The SHA-256 of an entry's canonical line."""
    return sha256(lines.write(entry).encode()).hexdigest()
