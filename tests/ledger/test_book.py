"""Finding entries in the book."""

from ispconf.ledger.book import EMPTY, Book, apart
from tests.ledger.samples import entry, month, payment

INVOICE = month(2026, 1, counter=7)
PAID = payment(1, "2026-01-03")
OF_BEN = payment(2, "2026-01-04", subscriber="ben")
BOOK = Book.of([INVOICE, PAID, OF_BEN])


def test_entries_are_found_by_subscriber_number_and_reference() -> None:
    assert BOOK.of_subscriber("ana") == [INVOICE, PAID]
    assert BOOK.of_subscriber("eva") == []
    assert BOOK.by_no["caja1-000002"] is OF_BEN
    assert BOOK.by_reference["cash", "0002"] is OF_BEN
    assert dict(BOOK.last) == {"invoices": 7, "caja1": 2}
    assert len(BOOK) == 3


def test_the_first_of_two_is_found() -> None:
    again = PAID._replace(subscriber="ben")
    book = BOOK.plus([again])
    assert book.by_no[PAID.no] is PAID
    assert book.by_reference["cash", "0001"] is PAID


def test_a_book_with_more_entries_is_another_book() -> None:
    draft = entry("c-000001", "2026-01-09", "promise")._replace(no="")
    more = BOOK.plus([draft])
    assert (len(BOOK), len(more)) == (3, 4)
    assert "" not in more.by_no
    assert len(EMPTY) == 0


def test_new_charges_concern_their_subscribers_alone() -> None:
    assert BOOK.about([OF_BEN]) is BOOK
    assert BOOK.about([INVOICE._replace(subscriber="ben")]).entries == (OF_BEN,)
    assert BOOK.about([INVOICE._replace(subscriber="eva")]).entries == ()


def test_a_large_bill_run_is_taken_apart_by_subscribers() -> None:
    run = [INVOICE._replace(subscriber=f"s-{number // 2}") for number in range(20_002)]
    parts = list(apart(run))
    assert len(parts) == 3
    assert sorted(each.subscriber for part in parts for each in part) == sorted(
        each.subscriber for each in run
    )
    people = [{each.subscriber for each in part} for part in parts]
    assert sum(map(len, people)) == 10_001
    assert list(apart([*run, PAID])) == [[*run, PAID]]
    assert list(apart(run[:9])) == [run[:9]]
