"""The invariants of a ledger by their numbers: each broken once, and told; or held for any input.

I-01 to I-05, I-14, I-17 and I-20 are proven where they are made: postings, allocation, closing,
revenue and the exports; I-13 needs git, I-16 routers.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.ledger import checks
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import Extra
from ispconf.ledger.money import Currency
from ispconf.ledger.pricing import part
from ispconf.ledger.standing import standings
from tests.ledger.books import CURRENCIES, books
from tests.ledger.samples import MXN, bill, entry, invoice, on, payment, service

JUNE = invoice(1, "2026-06-01", "2026-07-01", due="2026-06-01", cut="2026-06-05")
PAID = payment(1, "2026-06-02")
RIGHT = [JUNE, PAID]
AGAIN = JUNE._replace(no="invoices-000002", line=2)

BROKEN: dict[str, tuple[list[Entry], str]] = {
    "I-06": ([*RIGHT, AGAIN], "is invoiced twice from 2026-06-01, first by invoices-000001"),
    "I-07": (
        [
            *RIGHT,
            AGAIN._replace(period=JUNE.period and JUNE.period._replace(start=on("2026-06-20"))),
        ],
        "invoices-000001",
    ),
    "I-10": (
        [*RIGHT, PAID._replace(no="caja1-000002", line=2)],
        'cash reference "0001" is booked already, by caja1-000001',
    ),
    "I-11": (
        [
            *RIGHT,
            entry("ajustes-000001", "2026-06-03", "reversal", "350.01", of=PAID.no, reason="x"),
        ],
        "reversal of 350.01 is too much",
    ),
    "I-12": ([JUNE, PAID._replace(no="caja1-000002")], "is the first of its journal, which counts"),
    "I-15": (
        [JUNE, PAID._replace(amount=Decimal("350.005"))],
        "has more decimals than MXN has (2)",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_invariant_that_is_broken_is_told(name: str) -> None:
    assert checks.problems(Book.of(RIGHT), MXN) == []
    entries, said = BROKEN[name]
    found = [str(each) for each in checks.problems(Book.of(entries), MXN)]
    assert len(found) == 1, found
    assert said in found[0]


@given(
    st.integers(1, 10**7), st.lists(st.integers(1, 31), min_size=1, max_size=6),
    st.sampled_from(CURRENCIES),
)  # fmt: skip
def test_i08_the_parts_of_a_period_add_up_to_its_price(
    units: int, days: list[int], currency: Currency
) -> None:
    price, base = Decimal(units).scaleb(-currency.digits), sum(days)
    before = [sum(days[:at]) for at in range(len(days))]
    parts = [
        part(price, so_far, each, base, currency) for so_far, each in zip(before, days, strict=True)
    ]
    assert sum(parts) == price


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 500_000), st.integers(2, 24))
def test_i09_instalments_add_up_to_the_price_and_are_not_more_than_agreed(
    cents: int, count: int
) -> None:
    price = Decimal(cents).scaleb(-2)
    extra = Extra(price=price, pay="instalments", count=count)
    one = service(since="2026-01-01")._replace(extras=(("router", extra),))
    book = bill([one], EMPTY, "2028-06-01")
    lines = [each.amount for item in book.entries for each in item.lines if "[router" in each.item]
    assert sum(lines) == price
    assert len(lines) <= count


@settings(max_examples=20, deadline=None)
@given(books(25))
def test_i18_the_same_ledger_and_day_say_the_same_twice(drawn: tuple[Book, Currency]) -> None:
    book, currency = drawn
    homes = [service(subscriber=who) for who in sorted(book.by_subscriber)]
    again = Book.of(list(book.entries))
    for day in (date(2026, 1, 5), date(2026, 2, 5)):
        found = standings(homes, book, day, currency)
        assert standings(homes[::-1], again, day, currency) == found
        assert bill(homes, book, day, currency).entries == bill(homes, again, day, currency).entries


@pytest.mark.parametrize("terms", [{}, {"charge": "arrears"}, {"mode": "cutdate", "cut_day": "31"}])
def test_i19_every_day_or_once_at_the_end(terms: dict[str, Any]) -> None:
    one = service(since="2026-01-31", late_fee={"amount": "50"}, fees={"late": "yes"}, **terms)
    paid = Book.of([payment(1, "2026-03-09", "350.00")])
    daily, last = paid, on("2026-06-30")
    for number in range((last - on("2026-01-31")).days + 1):
        daily = bill([one], daily, on("2026-01-31") + timedelta(days=number))
    assert daily.entries == bill([one], paid, last).entries
