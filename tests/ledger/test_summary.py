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
        named = {each.service: each for each in reversed(entries) if each.service}
        assert found.named == named
        openings = [each.date for each in entries if each.type == "opening"]
        assert found.ours_from == max(openings, default=date.min)


@given(books())
def test_a_book_sums_up_each_of_its_people_once(written: tuple[Book, Currency]) -> None:
    book = written[0]
    one = book.summaries(WHO[:1])[WHO[0]]
    assert {who: book.summaries(WHO)[who] for who in WHO} == {
        who: summed(book.of_subscriber(who)) for who in WHO
    }
    assert book.summaries(WHO)[WHO[0]] is one


def test_nobody_owes_nothing() -> None:
    found = summed([])
    assert (found.balance, found.paid) == (Decimal(0), None)
    assert not found.billed("casa")
