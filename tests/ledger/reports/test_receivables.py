"""What is owed by age is what is owed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger.book import Book
from ispconf.ledger.money import Currency
from ispconf.ledger.postings import CREDIT, RECEIVABLE, balances, transactions
from ispconf.ledger.reports.receivables import AGES, age, aged
from tests.ledger.books import books
from tests.ledger.samples import entry, month, on, payment

DUE = on("2026-01-01")


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (-1, "not due"),
        (0, "0-30"),
        (30, "0-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "over 90"),
        (900, "over 90"),
    ],
)
def test_age_is_days_since_the_due_date(late: int, expected: str) -> None:
    assert AGES[age(DUE, DUE + timedelta(days=late))] == expected


def test_each_open_charge_has_its_age() -> None:
    charges = [month(2026, number, counter=number) for number in (1, 2, 3)]
    fee = entry("ajustes-000001", "2026-02-20", "fee", "50.00", kind="late")
    book = Book.of([*charges, fee, payment(1, "2026-02-10", "400.00")])
    (found,) = aged(book, on("2026-02-28"))
    assert found.oldest == on("2026-02-01")
    assert [f"{each:.2f}" for each in found.owed] == ["350.00", "350.00", "0.00", "0.00", "0.00"]
    assert found.charges == (1, 2, 0, 0, 0)
    assert (found.total, found.credit) == (Decimal("700.00"), Decimal(0))


def test_who_paid_ahead_has_credit_and_who_owes_nothing_is_left_out() -> None:
    book = Book.of([payment(1, "2026-01-04"), payment(2, "2026-01-05", subscriber="ben")])
    assert [(each.subscriber, each.credit) for each in aged(book, on("2026-01-04"))] == [
        ("ana", Decimal("350.00"))
    ]


@given(books(), st.dates(date(2026, 1, 1), date(2026, 3, 1)))
def test_all_ages_together_are_the_accounts(given_: tuple[Book, Currency], day: date) -> None:
    book, currency = given_
    found = aged(book, day)
    held = balances(transactions(book, currency, day))
    owed = sum((held[name] for name in held if name.startswith(RECEIVABLE)), Decimal(0))
    ahead = -sum((held[name] for name in held if name.startswith(CREDIT)), Decimal(0))
    assert sum(each.total for each in found) == owed
    assert sum(each.credit for each in found) == ahead
    assert all(bool(each.oldest) == bool(each.total) for each in found)
