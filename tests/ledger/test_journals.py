"""Counters without gaps, entries in the files of their journals."""

import pytest

from ispconf.ledger import journals
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from tests.ledger.samples import payment


def problems(*entries: Entry) -> list[str]:
    return [str(problem) for problem in journals.problems(Book.of(entries))]


def test_a_journal_counts_from_one_without_gaps() -> None:
    assert problems(*(payment(number, f"2026-01-0{number}") for number in (1, 2, 3))) == []


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((1, 3), "caja1-000003 follows caja1-000001: the numbers between them are missing here"),
        ((2, 3), "caja1-000002 is the first of its journal, which counts from 1"),
        ((1, 2, 4, 3), "caja1-000004 follows caja1-000002"),
    ],
)
def test_a_gap_is_reported_where_it_is(numbers: tuple[int, ...], said: str) -> None:
    found = problems(*(payment(number, "2026-01-03") for number in numbers))
    assert said in found[0]
    if len(numbers) == 4:
        assert "caja1-000003 comes after caja1-000004" in found[1]


def test_a_number_used_twice_is_not_reported_as_disorder_too() -> None:
    one = payment(1, "2026-01-03")
    assert problems(one, payment(2, "2026-01-03"), one._replace(line=3)) == []


def test_two_journals_count_on_their_own() -> None:
    other = payment(1, "2026-01-03")._replace(
        no="mpesa-000001", file="ledger/2026/01/2026-01-03-mpesa.yaml"
    )
    assert problems(payment(1, "2026-01-03"), other, payment(2, "2026-01-03")) == []


def test_an_entry_stands_in_the_file_of_its_journal() -> None:
    strange = payment(1, "2026-01-03", file="ledger/2026/01/2026-01-03-caja2.yaml")
    assert problems(strange) == [
        (
            "ledger/2026/01/2026-01-03-caja2.yaml:1: caja1-000001 belongs to another journal than "
            "this file (caja2)"
        )
    ]


@pytest.mark.parametrize(
    "file",
    [
        "ledger/2026-01-03-caja1.yaml",
        "ledger/2026/02/2026-01-03-caja1.yaml",
        "ledger/2026/02/2026-02-30-caja1.yaml",
        "ledger/2026/01/2026-01-03.yaml",
        "ledger/2026/01/2026-01-03-Caja.yaml",
    ],
)
def test_a_file_with_another_name_is_reported_once(file: str) -> None:
    entries = [payment(number, "2026-01-03", file=file) for number in (1, 2)]
    assert problems(*entries) == [f"{file}: is not named {journals.NAMED}"]


def test_the_file_of_a_day() -> None:
    file = journals.file_of("2026-11-03", "caja1")
    assert file == "ledger/2026/11/2026-11-03-caja1.yaml"
    assert journals.journal_of(file) == "caja1"
