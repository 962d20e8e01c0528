"""Entries found in the text of a ledger are those that reading all of it gives."""

from collections.abc import Iterable, Iterator
from datetime import date

import pytest

from ispconf.edge.searching import FEW, Ends, Search, SearchedBook
from ispconf.edge.sources import Content
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger.book import Book
from ispconf.ledger.lines import write
from tests.ledger.samples import entry, payment

PEOPLE = [f"s-{number}" for number in range(FEW + 2)]
ENTRIES = [
    payment(number, "2026-01-03", subscriber=who, file="ledger/2026/01/2026-01-03-caja1.yaml")
    for number, who in enumerate(PEOPLE, 1)
]
FILES = {
    "ledger/2026/01/2026-01-03-caja1.yaml": "".join(f"{write(each)}\n" for each in ENTRIES),
    "ledger/2026/01/closing.yaml": "month: 2026-01\n",
}
ENDS = Ends({"caja1": len(PEOPLE)}, date(2026, 1, 3))


class Counted:
    """Reads files of a ledger, and counts how often."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files, self.times = files, 0

    def __call__(self, paths: Iterable[str]) -> Iterator[Content]:
        self.times += 1
        for path in paths:
            text = self.files.get(path)
            yield path, Problem(Source(path), "cannot be read") if text is None else text.encode()


@pytest.fixture
def read() -> Counted:
    return Counted(FILES)


@pytest.fixture
def book(read: Counted) -> SearchedBook:
    return SearchedBook(Search(FILES, read, ()), ENDS)


def test_a_few_are_searched_for_and_remembered(book: SearchedBook, read: Counted) -> None:
    assert book.of_subscriber("s-3") == book.of_subscriber("s-3") == [book.by_no["caja1-000004"]]
    assert read.times == 2
    assert book.of_subscriber("nobody") == []


def test_for_many_all_is_read_once(book: SearchedBook, read: Counted) -> None:
    for who in PEOPLE:
        assert len(book.of_subscriber(who)) == 1
    assert read.times == FEW + 1
    assert set(book.of_subscribers(PEOPLE)) == set(PEOPLE)
    assert len(book) == len(PEOPLE)
    assert read.times == FEW + 1


def test_many_numbers_are_read_at_once(book: SearchedBook, read: Counted) -> None:
    assert all(book.by_no[f"caja1-{number:06}"] for number in range(1, len(PEOPLE) + 1))
    assert read.times == FEW + 1
    assert len(book.by_no) == len(list(book.by_no)) == len(PEOPLE)
    assert "caja1-000099" not in book.by_no
    with pytest.raises(KeyError):
        book.by_no["caja1-000099"]


def test_what_is_added_is_found_too(book: SearchedBook) -> None:
    new = entry("caja1-000099", "2026-02-01", "promise", subscriber="s-1")
    after = book.plus([new])
    assert after.of_subscriber("s-1")[-1] is new
    assert after.by_no[new.no] is new
    assert (dict(after.last), after.latest) == ({"caja1": 99}, new.date)
    assert isinstance(after, SearchedBook)
    assert after.entries[-1] is new
    assert len(book) + 1 == len(after)


def test_what_many_new_entries_concern_may_be_the_whole_book(book: SearchedBook) -> None:
    new = [each._replace(no="", ref=f"new-{each.ref}") for each in ENTRIES]
    assert book.about(new) is book
    assert isinstance(book.about(new[:2]), Book)
    assert len(book.about(new[:2])) == 2


def test_a_file_that_is_gone_is_told() -> None:
    book = SearchedBook(Search(FILES, Counted({}), ()), ENDS)
    with pytest.raises(FilesError, match="cannot be read"):
        book.of_subscriber("s-1")
