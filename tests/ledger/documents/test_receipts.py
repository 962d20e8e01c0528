"""What a receipt says, when it is printed and whenever it is printed again."""

from decimal import Decimal

import pytest

from ispconf.ledger import documents
from ispconf.ledger.entries import Entry
from tests.ledger.documents.papers import (
    ANA,
    BACK,
    ENTRIES,
    FEBRUARY,
    JANUARY,
    LATER,
    PAID,
    receipt,
)
from tests.ledger.samples import entry, on, payment


def test_a_receipt_has_what_the_payment_settled_and_what_was_left() -> None:
    made = receipt()
    assert [(part.no, part.amount) for part in made.paid] == [
        (JANUARY.no, Decimal("350.00")),
        (FEBRUARY.no, Decimal("150.00")),
    ]
    assert (str(made.left), str(made.balance)) == ("0", "215.00")
    assert (made.paid[1].first, made.paid[1].last) == (on("2026-02-01"), on("2026-02-28"))
    assert (made.journal, made.cashier, made.ref) == ("caja1", "maria", "0045")


def test_a_payment_of_more_than_is_owed_is_kept() -> None:
    paid = payment(45, "2026-02-03", "800.00")
    made = documents.receipt(paid, [JANUARY, FEBRUARY, paid], ANA)
    assert (made.left, made.balance) == (Decimal("135.00"), Decimal("-135.00"))


@pytest.mark.parametrize(
    "later",
    [
        payment(44, "2026-02-01", recorded="2026-02-05"),
        payment(46, "2026-02-03"),
        entry("banco-000009", "2026-02-02", "payment", "20.00", recorded="2026-02-04"),
        entry("invoices-000003", "2026-02-28", "invoice", "350.00"),
    ],
    ids=["written later, dated before", "the same day", "another journal, later", "the next one"],
)
def test_a_reprint_says_what_the_receipt_said(later: Entry) -> None:
    known = [JANUARY, FEBRUARY, PAID]
    assert documents.receipt(PAID, known, ANA) == documents.receipt(PAID, [*known, later], ANA)


BANK = entry("banco-000003", "2026-02-03", "payment", "300.00", method="transfer", ref="S")


def test_money_of_another_journal_counts_when_it_was_first() -> None:
    made = documents.receipt(BANK, [JANUARY, FEBRUARY, PAID, BANK], ANA)
    assert [(part.no, str(part.amount)) for part in made.paid] == [(FEBRUARY.no, "165.00")]
    assert str(made.balance) == "-135.00"


def test_money_of_another_journal_does_not_count_when_it_came_later() -> None:
    known = [JANUARY, FEBRUARY, PAID]
    assert documents.beside(PAID, [*known, BANK]) == [BANK]
    again = documents.receipt(PAID, [*known, BANK], ANA, later=[BANK.no])
    assert again == documents.receipt(PAID, known, ANA)


def test_a_receipt_of_money_that_was_taken_back_says_so_from_that_day_on() -> None:
    before = documents.receipt(LATER, ENTRIES, ANA, today=on("2026-02-19"))
    after = documents.receipt(LATER, ENTRIES, ANA, today=on("2026-02-20"))
    assert before.reversals == ()
    assert [(each.no, each.amount) for each in after.reversals] == [(BACK.no, BACK.amount)]
    assert before == after._replace(reversals=())
