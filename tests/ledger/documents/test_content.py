"""What belongs on a paper, and as of which day."""

from decimal import Decimal

import pytest

from ispconf.ledger.verification import verification
from tests.ledger.documents.papers import (
    ANA,
    BACK,
    LATER,
    PAID,
    invoice,
    receipt,
    statement,
)
from tests.ledger.samples import on


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
