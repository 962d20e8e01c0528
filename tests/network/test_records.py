"""What the ledger says of the files around it is what each of its entries says."""

from decimal import Decimal

from hypothesis import given

from ispconf.ledger.book import Book
from ispconf.ledger.journals import journal_of
from ispconf.ledger.money import Currency
from ispconf.network.records import records
from tests.ledger.books import books


@given(books())
def test_each_name_is_where_it_occurs_first(written: tuple[Book, Currency]) -> None:
    entries = written[0].entries
    found = records(written[0])
    backwards = [(each, (each.file, each.line)) for each in reversed(entries)]
    assert found.subscribers == {each.subscriber: spot for each, spot in backwards}
    assert found.services == {
        (each.subscriber, each.service): spot for each, spot in backwards if each.service
    }
    assert found.journals == {journal_of(each.file): spot for each, spot in backwards}
    assert found.methods == {
        (journal_of(each.file), each.method): spot for each, spot in backwards if each.method
    }


@given(books())
def test_what_is_owed_is_the_sum_of_the_effects(written: tuple[Book, Currency]) -> None:
    owed = dict.fromkeys(written[0].by_subscriber, Decimal(0))
    for each in written[0].entries:
        owed[each.subscriber] += each.effect
    assert records(written[0]).owed == owed
