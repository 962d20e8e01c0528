"""What belongs on a paper, and as of which day."""

from decimal import Decimal

import pytest

from ispconf.ledger import documents
from ispconf.ledger.entries import Entry
from ispconf.ledger.verification import verification
from tests.ledger.documents.papers import (
    ANA,
    BACK,
    ENTRIES,
    FEBRUARY,
    JANUARY,
    LATER,
    PAID,
    invoice,
    receipt,
    statement,
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


def test_a_receipt_of_money_that_was_taken_back_says_so_from_that_day_on() -> None:
    before = documents.receipt(LATER, ENTRIES, ANA, today=on("2026-02-19"))
    after = documents.receipt(LATER, ENTRIES, ANA, today=on("2026-02-20"))
    assert before.reversals == ()
    assert [(each.no, each.amount) for each in after.reversals] == [(BACK.no, BACK.amount)]
    assert before == after._replace(reversals=())


@pytest.mark.parametrize(
    ("today", "open_", "other", "settled"),
    [
        ("2025-12-01", "350.00", "0", []),
        ("2026-01-02", "350.00", "0", []),
        ("2026-01-20", "350.00", "50.00", []),
        ("2026-02-03", "0", "215.00", [PAID.no]),
        ("2026-02-09", "0", "-135.00", [PAID.no]),
    ],
)
def test_an_invoice_says_what_is_left_to_pay_on_the_day(
    today: str, open_: str, other: str, settled: list[str]
) -> None:
    made = invoice(today=today)
    assert (made.open, made.other) == (Decimal(open_), Decimal(other))
    assert made.balance == made.open + made.other
    assert [each.no for each in made.settled] == settled
    assert made.taxes == (("IVA", Decimal("48.28")),)


def test_a_statement_begins_with_the_balance_before_it() -> None:
    whole, rest = statement(), statement(first=on("2026-02-01"))
    assert (str(whole.before), str(rest.before)) == ("0", "715.00")
    assert [each.no for each, _ in rest.entries] == [PAID.no, LATER.no, BACK.no]
    assert whole.balance == rest.balance == whole.entries[-1][1] == Decimal("215.00")
    assert whole.no == "ana"
    assert whole.code != rest.code


def test_the_code_is_of_the_entry_and_nothing_else() -> None:
    assert receipt().code == verification([PAID])
    assert receipt(ANA._replace(name="X")).code == receipt().code
    assert verification([PAID._replace(amount=Decimal(501))]) != receipt().code
    assert len(receipt().code) == 10
