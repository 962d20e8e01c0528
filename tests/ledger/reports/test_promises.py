"""Promises to pay, kept and broken."""

from typing import Any

import pytest

from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.reports.promises import Outcome, promises
from tests.ledger.samples import entry, month, on, payment

JANUARY = month(2026, 1, counter=1)
FEBRUARY = month(2026, 2, counter=2)


def promise(day: str = "2026-01-06", until: str = "2026-01-10", **more: Any) -> Entry:
    return entry("caja1-000009", day, "promise", until=on(until), **more)


@pytest.mark.parametrize(
    ("entries", "today", "expected"),
    [
        ([], "2026-01-10", (Outcome.RUNNING, "350.00", "350.00")),
        ([], "2026-01-11", (Outcome.BROKEN, "350.00", "350.00")),
        ([payment(1, "2026-01-07")], "2026-01-08", (Outcome.KEPT, "350.00", "0.00")),
        ([payment(1, "2026-01-10")], "2026-01-20", (Outcome.KEPT, "350.00", "0.00")),
        ([payment(1, "2026-01-11")], "2026-01-20", (Outcome.BROKEN, "350.00", "350.00")),
        ([payment(1, "2026-01-07", "100")], "2026-01-20", (Outcome.BROKEN, "350.00", "250.00")),
        ([payment(1, "2026-01-05")], "2026-01-20", (Outcome.KEPT, "0.00", "0.00")),
        ([FEBRUARY, payment(1, "2026-01-07")], "2026-02-20", (Outcome.KEPT, "350.00", "0.00")),
        (
            [
                payment(1, "2026-01-07"),
                entry("c-000001", "2026-01-15", "reversal", "350.00", of="caja1-000001"),
            ],
            "2026-01-20",
            (Outcome.KEPT, "350.00", "0.00"),
        ),
        (
            [
                payment(1, "2026-01-07"),
                entry("c-000001", "2026-01-09", "reversal", "350.00", of="caja1-000001"),
            ],
            "2026-01-20",
            (Outcome.BROKEN, "350.00", "350.00"),
        ),
        (
            [entry("ajustes-000001", "2026-01-02", "fee", "50.00", kind="late")],
            "2026-01-20",
            (Outcome.BROKEN, "400.00", "400.00"),
        ),
    ],
)
def test_a_promise_is_kept_when_all_that_was_due_is_paid_by_its_last_day(
    entries: list[Entry], today: str, expected: tuple[Outcome, str, str]
) -> None:
    book = Book.of([JANUARY, promise(), *entries])
    (found,) = promises(book, on("2026-01-01"), on("2026-12-31"), on(today))
    assert (found.outcome, f"{found.amount:.2f}", f"{found.left:.2f}") == expected


@pytest.mark.parametrize(
    ("first", "last", "today", "count"),
    [
        ("2026-01-06", "2026-01-06", "2026-01-06", 1),
        ("2026-01-07", "2026-02-06", "2026-02-06", 0),
        ("2026-01-01", "2026-01-05", "2026-02-06", 0),
        ("2026-01-01", "2026-02-05", "2026-01-05", 0),
    ],
)
def test_promises_are_those_made_in_the_days_asked_for(
    first: str, last: str, today: str, count: int
) -> None:
    book = Book.of([JANUARY, promise()])
    assert len(promises(book, on(first), on(last), on(today))) == count
