"""Closed months: what a closing holds, and that nothing in them can change unseen (I-14)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from operator import attrgetter

import pytest
from hypothesis import given, settings

from ispconf.edge.yamltext import parse
from ispconf.ledger import lines
from ispconf.ledger.book import Book
from ispconf.ledger.closing import (
    Closing,
    Sealed,
    close,
    digest,
    end_of,
    month_of,
    open_months,
    refusal,
    tallies,
    written,
)
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.ledger.standing import balances
from ispconf.ledger.verifying import problems
from tests.ledger.books import books
from tests.ledger.samples import MXN, entry, on


def digests(book: Book) -> dict[str, str]:
    """Of the files that hold the entries."""
    return {
        file: sha256("\n".join(map(lines.write, entries)).encode()).hexdigest()
        for file, entries in groupby(book.entries, key=attrgetter("file"))
    }


def sealed(closing: Closing) -> Sealed:
    return Sealed(closing, digest(written(closing).encode()))


@dataclass
class Closed:
    """A ledger with its closings, to be tampered with."""

    book: Book
    currency: Currency = MXN
    closings: list[Sealed] = field(default_factory=list)

    def close(self, *months: str) -> "Closed":
        for month in months:
            before = self.closings[-1] if self.closings else None
            day = end_of(month) + timedelta(days=3)
            made = close(
                self.book, month, day, self.currency, before=before, digests=digests(self.book)
            )
            self.closings.append(sealed(made))
        return self

    def put(self, index: int, **fields: object) -> None:
        """Another closing in place of one, and a chain that fits."""
        found = self.closings[index].closing
        self.closings[index] = sealed(found.model_copy(update=fields))

    def replace(self, no: str, **fields: object) -> None:
        changed = (one._replace(**fields) if one.no == no else one for one in self.book.entries)  # type: ignore[arg-type]
        self.book = Book.of(changed)

    def add(self, *entries: Entry) -> None:
        whole = [*self.book.entries, *entries]
        self.book = Book.of(sorted(whole, key=lambda one: (one.file, one.line)))

    def problems(self) -> list[str]:
        now = tallies(self.book, [each.closing.end for each in self.closings])
        found = problems(now, self.book.last, self.closings, digests(self.book), self.currency)
        return [str(each) for each in found]


def year() -> Closed:
    """August to October: Ana owes 350.00 in the end; a payment of September comes in October."""
    entries = [
        entry("invoices-000001", "2026-08-01", "invoice", "350.00", due=on("2026-08-01")),
        entry("caja1-000001", "2026-08-05", "payment", "400.00", method="cash", ref="1"),
        entry("invoices-000002", "2026-09-01", "invoice", "350.00", due=on("2026-09-01")),
        entry(
            "caja1-000002", "2026-09-30", "payment", "300.00",
            method="cash", ref="2", recorded="2026-10-02",
        ),
        entry("invoices-000003", "2026-10-01", "invoice", "350.00", due=on("2026-10-01")),
        entry("caja1-000003", "2026-11-02", "payment", "10.00", method="cash", ref="3"),
    ]  # fmt: skip
    found = Closed(Book.of(()))
    found.add(*entries)
    return found.close("2026-08", "2026-09", "2026-10")


# What a closing holds ------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(drawn=books())
def test_every_month_of_any_ledger_can_be_closed_and_stays_closed(
    drawn: tuple[Book, Currency],
) -> None:
    book, currency = drawn
    months = open_months(book, digests(book), None)
    ledger = Closed(book, currency).close(*months)
    assert ledger.problems() == []
    assert open_months(book, digests(book), end_of(months[-1]) if months else None) == []
    moved = Decimal(0)
    for closing, _ in ledger.closings:
        owed = {who: each for who, each in balances(book, closing.end).items() if each}
        assert closing.balances == owed
        moved += sum(total.effect for total in closing.totals.values())
        assert sum(closing.balances.values()) == moved  # nothing is lost between two closings
        assert Closing.model_validate(parse(written(closing).encode()).root) == closing


def test_a_closing_says_what_was_owed_and_what_came() -> None:
    august, september, october = (each.closing for each in year().closings)
    assert august.balances == {"ana": Decimal("-50.00")}
    assert september.balances == {}
    assert list(september.late) == ["caja1-000002"]
    assert october.balances == {"ana": Decimal("350.00")}
    assert {kind: each.count for kind, each in september.totals.items()} == {
        "invoice": 1,
        "payment": 1,
    }
    assert list(october.files) == ["2026-10-01-invoices.yaml", "2026-10-02-caja1.yaml"]
    assert october.late == {}


def test_a_closing_is_a_file_that_people_can_read() -> None:
    september = year().closings[1]
    text = written(september.closing)
    assert text.splitlines()[:6] == [
        "# Written by `ispconf ledger close`, verified by `ispconf check`; never edited.",
        "month: 2026-09",
        "closed: 2026-10-03",
        "currency: MXN",
        f"previous: {year().closings[0].digest}",
        "journals:  # the last number of each when the month was closed",
    ]
    assert "  invoice: {count: 1, effect: 350.00}\n" in text
    assert september.closing.file == "ledger/2026/09/closing.yaml"
    assert month_of(september.closing.file) == "2026-09"
    assert month_of("ledger/2026/13/closing.yaml") is None
    assert digest(text.replace("\n", "\r\n").encode()) == september.digest


@pytest.mark.parametrize(
    ("day", "closed", "said"),
    [
        ("2026-10-31", None, ""),
        ("2026-11-01", "2026-10-31", ""),
        ("2026-10-31", "2026-10-31", "2026-10 is closed (everything through 2026-10-31)"),
        ("2026-02-01", "2026-10-31", "2026-02 is closed (everything through 2026-10-31)"),
    ],
)
def test_nothing_may_be_dated_in_a_closed_month(day: str, closed: str | None, said: str) -> None:
    assert refusal(on(day), on(closed) if closed else None).startswith(said)


def test_open_months_are_those_with_entries_or_files() -> None:
    book = year().book
    assert open_months(book, (), None) == ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert open_months(book, ["ledger/2026/12/2026-12-01-x.yaml"], date(2026, 10, 31)) == [
        "2026-11",
        "2026-12",
    ]


# What is found -------------------------------------------------------------------------------

LATER = {"method": "cash", "ref": "9", "recorded": "2026-11-03"}
OCTOBER = "ledger/2026/10/closing.yaml"


def _another_journal(ledger: Closed) -> None:
    ledger.add(entry("banco-000001", "2026-09-15", "payment", "1", **LATER))


def _currency(ledger: Closed) -> None:
    ledger.currency = Currency.of("CLP")


def _a_late_entry(ledger: Closed) -> None:
    """The entry alone: its file is closed as it is now."""
    ledger.replace("caja1-000002", amount=Decimal(1))
    now = digests(ledger.book)["ledger/2026/10/2026-10-02-caja1.yaml"]
    files = {**ledger.closings[2].closing.files, "2026-10-02-caja1.yaml": now}
    ledger.put(2, files=files)


TAMPERED: dict[str, tuple[Callable[[Closed], object], list[str]]] = {
    "a later entry": (
        lambda one: one.add(entry("caja1-000004", "2026-10-31", "payment", "1", **LATER)),
        ["caja1-000004 is dated 2026-10-31, and 2026-10 is closed"],
    ),
    "a later entry of a new journal": (
        _another_journal,
        ["banco-000001 is dated 2026-09-15, and 2026-09 is closed"],
    ),
    "an amount": (
        lambda one: one.replace("invoices-000002", amount=Decimal(349)),
        ["ledger/2026/09/2026-09-01-invoices.yaml: was changed since 2026-09 was closed on"],
    ),
    "a new file in a closed month": (
        lambda one: one.add(
            entry("caja1-000004", "2026-12-01", "payment", "1", method="cash", ref="4")._replace(
                file="ledger/2026/10/2026-10-30-caja1.yaml"
            )
        ),
        ["ledger/2026/10/2026-10-30-caja1.yaml: was added since 2026-10 was closed"],
    ),
    "a file that is gone": (
        lambda one: setattr(one, "book", Book.of(one.book.entries[1:])),
        ["2026-08-01-invoices.yaml is gone since 2026-08 was closed on 2026-09-03"],
    ),
    "a late entry that was changed": (
        _a_late_entry,
        ["caja1-000002 was changed since 2026-09 was closed"],
    ),
    "a late entry that is gone": (
        lambda one: one.put(2, late={"caja1-000009": "0" * 64}),
        ["late: caja1-000009 is not in the ledger as it was"],
    ),
    "numbers that are gone": (
        lambda one: one.put(2, journals={"caja1": 3, "invoices": 7}),
        ["journals: invoices was at 7 when 2026-10 was closed, now at 3"],
    ),
    "a balance": (
        lambda one: one.put(2, balances={"ana": Decimal(300), "ben": Decimal(1)}),
        ["ana: 300.00, the ledger says 350.00", "ben: 1.00, the ledger says 0.00 on 2026-10-31"],
    ),
    "many balances": (
        lambda one: one.put(2, balances={f"x{n}": Decimal(1) for n in range(6)}),
        [*["the ledger says"] * 5, "balances: 2 more are not what the ledger says"],
    ),
    "a total": (
        lambda one: one.put(2, totals={}),
        ["totals: invoice: 0 with 0.00, the ledger has 1 with 350.00"],
    ),
    "a closing in the middle": (
        lambda one: one.put(1, closed=date(2026, 10, 4)),
        ["ledger/2026/09/closing.yaml is not what it was when 2026-10 was closed"],
    ),
    "a closing that is gone": (
        lambda one: one.closings.pop(1),
        [f"{OCTOBER}: 2026-10 is closed, and 2026-09 before it is not"],
    ),
    "the first closing is gone": (
        lambda one: one.closings.pop(0),
        ["2026-09 is closed, and 2026-08 before it is not"],
    ),
    "a closing before the end": (
        lambda one: one.put(2, closed=date(2026, 10, 31)),
        ["closed: 2026-10-31 is before 2026-10 was over"],
    ),
    "the currency": (_currency, ["currency: MXN is not the company's, CLP"] * 3),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_since_is_found(name: str) -> None:
    ledger = year()
    assert ledger.problems() == []
    change, said = TAMPERED[name]
    change(ledger)
    found = ledger.problems()
    assert len(found) == len(said), found
    for text, one in zip(said, found, strict=True):
        assert text in one


def test_sums_are_not_judged_while_entries_cannot_be_read() -> None:
    ledger = year()
    ledger.put(2, balances={})
    assert ledger.problems()
    assert problems([], {}, ledger.closings, digests(ledger.book), MXN) == []
    assert problems([], {}, (), {}, MXN) == []
