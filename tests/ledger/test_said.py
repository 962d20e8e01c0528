"""Entries in a few words."""

import pytest

from ispconf.ledger.entries import Entry
from ispconf.ledger.said import tally, what
from tests.ledger.samples import MXN, entry, month, on, payment


def test_entries_are_counted_and_summed_by_type() -> None:
    found = [payment(1, "2026-11-03"), month(2026, 11, counter=1), payment(2, "2026-11-04", "1700")]
    found.append(entry("caja1-000003", "2026-11-05", "promise", until=on("2026-11-08")))
    found.append(entry("caja1-000004", "2026-11-05", "write_off", "1"))
    assert [each.said(MXN) for each in tally(found)] == [
        "2 payments, 2,050.00 MXN", "1 invoice, 350.00 MXN", "1 promise", "1 write-off, 1.00 MXN"
    ]  # fmt: skip
    assert tally([]) == []


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (month(2026, 11, counter=1), "invoice Hogar 20 2026-11-01/2026-12-01, due 2026-11-01"),
        (payment(1, "2026-11-03"), "payment cash 0001"),
        (entry("c-000001", "2026-11-03", "promise", until=on("2026-11-08")),
         "promise to pay until 2026-11-08"),
        (entry("c-000001", "2026-11-03", "reversal", "1", of="c-000009", reason="bounced"),
         "reversal c-000009: bounced"),
        (entry("c-000001", "2026-11-03", "fee", "1", for_=("i-000009",)), "fee i-000009"),
        (entry("c-000001", "2026-11-03", "fee", "1", kind="late"), "late fee"),
    ],
)  # fmt: skip
def test_an_entry_in_words(one: Entry, words: str) -> None:
    assert what(one) == words
