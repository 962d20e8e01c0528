"""What is kept and what is judged anew are the same, whatever happens to the files between."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.edge.accounts import judged
from ispconf.edge.cache import NAME, Cache
from ispconf.edge.files import Opened, opened_from
from ispconf.edge.history import blob_id
from ispconf.edge.sources import Content, Files, of_folder
from ispconf.edge.standings import Accounts
from ispconf.errors import FilesError
from ispconf.ledger.checks import refusals
from ispconf.ledger.closing import Closing, Sealed, close, digest, month_of, written
from ispconf.ledger.closing import file_of as closing_of
from ispconf.ledger.entries import Entry
from tests.edge.repositories import SMALL, write

FIRST = date(2026, 11, 1)
PEOPLE = ["ana-lopez", "ben-ruiz"]
NOTHING = Cache(None, "")


class Ledger:
    """A network's files in memory, and what an operator does to them."""

    def __init__(self) -> None:
        self.files = dict(SMALL)
        self.day = FIRST
        self.closed: list[Closing] = []
        self._numbers = {"caja1": 1, "caja2": 0, "invoices": 1}
        self.files["ispconf.yaml"] = SMALL["ispconf.yaml"].replace(
            "  caja1:", "  caja2: {writer: jorge}\n  caja1:"
        )

    def source(self) -> Files:
        held = dict(self.files)

        def read(paths: Iterable[str]) -> Iterator[Content]:
            return ((path, held[path].encode()) for path in paths)

        return Files({path: blob_id(held[path].encode(), "0" * 40) for path in held}, read, [])

    def write(self, journal: str, said: str) -> None:
        """Appends an entry to a journal's file of the day."""
        self._numbers[journal] += 1
        file = f"ledger/{self.day:%Y/%m}/{self.day}-{journal}.yaml"
        line = f"- {{no: {journal}-{self._numbers[journal]:06d}, date: {self.day}, {said}}}\n"
        self.files[file] = self.files.get(file, "") + line

    def close(self) -> None:
        """Closes the month before this day, if the ledger is right and that is still open."""
        month = f"{self.day.replace(day=1) - timedelta(days=1):%Y-%m}"
        found = read(self, NOTHING)
        if isinstance(found, list) or closing_of(month) in self.files:
            return
        network, months = found.network, sorted(path for path in self.files if month_of(path))
        before = (
            Sealed(self.closed[-1], digest(self.files[months[-1]].encode())) if months else None
        )
        digests = {path: digest(text.encode()) for path, text in self.files.items()}
        made = close(
            network.book, month, self.day, network.company.currency, before=before, digests=digests
        )
        self.closed.append(made)
        self.files[made.file] = written(made)

    def do(self, what: str, who: str, number: int) -> None:
        """One thing that happens."""
        if what in ENTRIES:
            journal, said = ENTRIES[what]
            start = self.day + timedelta(days=number)
            facts = {"who": who, "number": number, "amount": number + 1, "day": self.day}
            end = start + timedelta(days=30)
            cash = "caja1" if number % 3 else "caja2"
            self.write(journal or cash, said.format(**facts, start=start, end=end))
        elif what == "days pass":
            self.day += timedelta(days=number % 20 + 1)
        elif what == "is closed":
            self.close()
        elif what == "leaves a hole":
            self._numbers["caja1"] += 1
        elif what == "takes a line back":
            file = max(path for path in self.files if path.startswith("ledger/2026/11"))
            self.files[file] = "".join(self.files[file].splitlines(keepends=True)[:-1])
        else:
            file = f"subscribers/norte/{who}.yaml"
            self.files[file] = re.sub("since: .*", f"since: 2026-06-{number + 1:02}", SMALL[file])


PAID = "type: payment, subscriber: {who}, amount: {amount}.00, method: cash"
INVOICED = (
    "type: invoice, subscriber: {who}, service: casa, period: {start}/{end}, due: {day}, "
    "cut: {day}, total: 350.00, lines: [{{item: Hogar 20, amount: 350.00}}]"
)
ENTRIES = {
    "pays": ("", PAID + ', ref: "{number}"'),
    "pays, by hand": ("", PAID + ", 'ref': {number}"),
    "pays, with quotes": ("", PAID.replace("{who}", '"{who}"') + ", ref: R{number}"),
    "promises": ("caja1", "type: promise, subscriber: {who}, until: {end}"),
    "is invoiced": ("invoices", INVOICED),
    "is given credit": (
        "invoices",
        "type: credit, subscriber: {who}, amount: 50.00, for: invoices-000001, reason: x",
    ),
}
THINGS = [*ENTRIES, "days pass", "is closed", "leaves a hole", "takes a line back", "moves in"]
EVENTS = st.lists(
    st.tuples(st.sampled_from(THINGS), st.sampled_from(PEOPLE), st.integers(0, 12), st.booleans()),
    max_size=12,
)


def read(ledger: Ledger, cache: Cache) -> Opened | list[str]:
    try:
        return opened_from(ledger.source(), cache)
    except FilesError as error:
        return sorted(map(str, error.problems))


NEW = [
    Entry("", FIRST, "payment", who, Decimal(5), method="cash", ref=ref, file="journal caja1")
    for who, ref in [("ana-lopez", "1"), ("ana-lopez", "0045"), ("ben-ruiz", "new")]
]


@given(EVENTS)
@settings(max_examples=60, deadline=None)
def test_what_is_kept_is_what_is_judged_anew(events: list[tuple[str, str, int, bool]]) -> None:
    ledger = Ledger()
    with TemporaryDirectory() as folder:
        cache = Cache(Path(folder), "p1")
        agree(read(ledger, cache), read(ledger, NOTHING), ledger.day)
        for place, (what, who, number, looked) in enumerate(events, 1):
            ledger.do(what, who, number)
            if looked or place == len(events):
                agree(read(ledger, cache), read(ledger, NOTHING), ledger.day)


@pytest.mark.parametrize(
    "events",
    [
        [("pays", "ana-lopez", 4), ("pays", "ben-ruiz", 4)],  # one reference, two journals' days
        [("pays", "ana-lopez", 1), ("days pass", "", 9), ("pays", "ben-ruiz", 1)],
        [("pays", "ben-ruiz", 3), ("pays", "ana-lopez", 2), ("takes a line back", "", 0)],
        [
            ("pays, by hand", "ben-ruiz", 2),
            ("pays", "ben-ruiz", 4),
            ("pays, by hand", "ana-lopez", 5),
        ],
        [
            ("days pass", "", 19),
            ("days pass", "", 10),
            ("is closed", "", 0),
            ("pays", "ben-ruiz", 1),
        ],
        [("is invoiced", "ben-ruiz", 0), ("is invoiced", "ben-ruiz", 5)],  # they overlap
    ],
)
def test_what_follows_a_ledger_is_what_is_judged_anew(events: list[tuple[str, str, int]]) -> None:
    ledger = Ledger()
    ledger.do("days pass", "", 5)
    with TemporaryDirectory() as folder:
        cache = Cache(Path(folder), "p1")
        for event in [("pays", "ben-ruiz", 11), *events]:
            ledger.do(*event)
            agree(read(ledger, cache), read(ledger, NOTHING), ledger.day)


def agree(kept: Opened | list[str], fresh: Opened | list[str], day: date) -> None:
    if isinstance(kept, list) or isinstance(fresh, list):
        assert kept == fresh
        return
    assert kept.network.warnings == fresh.network.warnings
    assert kept.origin.shared == fresh.origin.shared
    some = Accounts(kept.network, day, kept.origin).of(PEOPLE[:1])
    accounts = Accounts(kept.network, day, kept.origin)
    told = accounts.told("told", repr)
    again = judged(fresh.network, day, fresh.network.subscribers)
    assert {name: each._replace(origin="") for name, each in accounts.items()} == again
    assert some["ana-lopez"] == accounts["ana-lopez"]
    assert told == Accounts(kept.network, day, kept.origin).told("new", repr)
    assert judged(kept.network, day, PEOPLE[:1])["ana-lopez"] == again["ana-lopez"]
    book, plain = kept.network.book, fresh.network.book
    assert dict(book.last) == dict(plain.last)
    assert book.latest == plain.latest
    for entry in plain.entries[-3:]:
        assert book.by_no[entry.no] == entry
    for entry in NEW:
        currency = kept.network.company.currency
        assert refusals(book, [entry], currency) == refusals(plain, [entry], currency)
        assert book.plus([entry]).of_subscriber(entry.subscriber)[-1] == entry
    assert book.entries == plain.entries


ANA = "subscribers/norte/ana-lopez.yaml"


def lost(folder: Path) -> Opened:
    """A network whose files are known to agree, though the cache lost what it kept of them."""
    cache = Cache(folder / "cache", "p1")
    opened_from(of_folder(folder), cache)
    with closing(sqlite3.connect(folder / "cache" / NAME)) as database, database:
        database.execute("delete from kept where key like 'subscriber%'")
    return opened_from(of_folder(folder), cache)


def test_what_the_cache_lost_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    fresh = opened_from(of_folder(tmp_path), NOTHING).network
    assert dict(lost(tmp_path).network.subscribers.items()) == dict(fresh.subscribers.items())


@pytest.mark.parametrize("change", [lambda file: file.unlink(), lambda file: file.write_text("x")])
def test_a_file_that_changes_meanwhile_is_told(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    opened = lost(write(tmp_path, SMALL))
    change(tmp_path / ANA)
    with pytest.raises(FilesError, match=ANA):
        _ = opened.network.subscribers["ana-lopez"]
