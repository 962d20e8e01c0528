"""One pass over years of entries gives what a look at each question apart would give."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings

from ispconf.ledger.book import Book
from ispconf.ledger.money import Currency
from ispconf.ledger.summary import summed
from tests.ledger.books import WHO, books


@settings(max_examples=60, deadline=None)
@given(books())
def test_what_entries_come_to_is_what_each_of_them_says(
    written: tuple[Book, Currency],
) -> None:
    for who in WHO:
        entries = written[0].of_subscriber(who)
        found = summed(entries)
        assert found.balance == sum((each.effect for each in entries), Decimal(0))
        for service in {each.service for each in entries if each.service}:
            own = [each for each in entries if each.bills_period and each.service == service]
            assert found.billed(service) == [each.period for each in own]
        payments = [(each.date, each.no) for each in entries if each.type == "payment"]
        last = found.paid and (found.paid.date, found.paid.no)
        assert last == max(payments, default=None)
        openings = [each.date for each in entries if each.type == "opening"]
        assert found.ours_from == max(openings, default=date.min)


def test_nobody_owes_nothing() -> None:
    found = summed([])
    assert (found.balance, found.paid) == (Decimal(0), None)
    assert not found.billed("casa")
