"""The closing of a day: what lay there, what came and went, what lies there."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings

from ispconf.ledger.book import Book
from ispconf.ledger.money import Currency
from ispconf.ledger.postings import balances, money, transactions
from ispconf.ledger.reports.cash import Closing, Drawer, closing
from tests.ledger.books import FIRST, METHODS, books
from tests.ledger.samples import entry, on, payment

CASH = payment(1, "2026-01-04")
CARD = payment(2, "2026-01-05", "200.00", method="card")
LATE = payment(3, "2026-01-04", "100.00", recorded="2026-01-05")
BACK = entry("ajustes-000001", "2026-01-06", "reversal", "200.00", of=CARD.no, reason="bounced")
GIVEN = entry("caja1-000004", "2026-01-06", "refund", "30.00", method="cash", ref="d1")
OTHER = payment(1, "2026-01-05", "999.00")._replace(no="caja2-000001")
BOOK = Book.of([CASH, CARD, LATE, BACK, GIVEN, OTHER])


def closed(day: str, book: Book = BOOK) -> Closing:
    return closing(book, "caja1", on(day))


def drawers(day: str) -> dict[str, list[str]]:
    return {
        each.method: [f"{amount:.2f}" for amount in (*each[1:], each.closing)]
        for each in closed(day).drawers
    }


def test_a_day_is_what_was_recorded_on_it() -> None:
    assert drawers("2026-01-03") == {}
    assert drawers("2026-01-04") == {"cash": ["0.00", "350.00", "0.00", "350.00"]}
    assert drawers("2026-01-05") == {
        "cash": ["350.00", "100.00", "0.00", "450.00"],
        "card": ["0.00", "200.00", "0.00", "200.00"],
    }
    assert [one.entry.no for one in closed("2026-01-05").movements] == [CARD.no, LATE.no]


def test_what_is_taken_back_leaves_the_drawer_it_came_to() -> None:
    assert drawers("2026-01-06") == {
        "cash": ["450.00", "0.00", "30.00", "420.00"],
        "card": ["200.00", "0.00", "200.00", "0.00"],
    }
    assert [one.method for one in closed("2026-01-06").movements] == ["card", "cash"]
    assert closing(BOOK, "ajustes", on("2026-01-06")).movements == ()


def test_the_last_number_is_the_journals_own() -> None:
    days = ("2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06", "2026-02-01")
    assert [closed(day).last for day in days] == [
        "", "caja1-000001", "caja1-000003", "caja1-000004", "caja1-000004",
    ]  # fmt: skip


def test_what_is_counted_is_the_cash_or_the_only_method() -> None:
    assert closed("2026-01-05").counted == "cash"
    assert closed("2026-01-05").countable == 450
    emptied = closed("2026-01-05").begun_with(Decimal(20))
    assert emptied.countable == 120
    assert emptied.code == closed("2026-01-05").code
    card = closing(Book.of([CARD]), "caja1", on("2026-01-05"))
    assert card.counted == "card"
    assert card.countable == 200
    nothing = closed("2026-01-03")
    assert nothing.countable == 0
    assert nothing.begun_with(Decimal(5)).countable == 5


def test_a_closing_stays_as_it_was() -> None:
    before = closed("2026-01-05", Book.of([CASH, CARD, LATE]))
    assert closed("2026-01-05") == before
    assert len(before.code) == 10


def test_another_content_has_another_code() -> None:
    dearer = Book.of([CASH._replace(amount=Decimal("350.01")), CARD, LATE])
    codes = {closed(day).code for day in ("2026-01-04", "2026-01-05", "2026-02-01", "2026-02-02")}
    codes |= {closed(day, dearer).code for day in ("2026-01-04", "2026-01-05", "2026-02-01")}
    assert len(codes) == 7


@given(books())
def test_what_lies_there_at_last_is_what_the_accounts_hold(given_: tuple[Book, Currency]) -> None:
    book, currency = given_
    held = balances(transactions(book, currency))
    last = max((one.recorded for one in book.entries), default=FIRST)
    for journal, method in METHODS.items():
        amount = held.get(money(method, journal), Decimal(0))
        found = closing(book, journal, last)
        assert sum(each.closing for each in found.drawers) == amount
        assert {each.method for each in found.drawers} <= {method}


@settings(deadline=None, max_examples=30)
@given(books(25))
def test_a_day_opens_with_what_the_day_before_closed(given_: tuple[Book, Currency]) -> None:
    book, _ = given_
    last = max((one.recorded for one in book.entries), default=FIRST)
    before: dict[str, Decimal] = {}
    for number in range((last - FIRST).days + 1):
        day: date = FIRST + timedelta(days=number)
        found = closing(book, "caja1", day)
        for each in found.drawers:
            assert each.opening == before.get(each.method, Decimal(0))
        before = {each.method: each.closing for each in found.drawers}
    assert Drawer("cash").closing == 0
