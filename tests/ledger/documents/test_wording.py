"""Which rows a paper has, in the words of its reader."""

from decimal import Decimal

import pytest

from ispconf.ledger import documents
from ispconf.ledger.documents import Customer
from ispconf.ledger.entries import Line
from tests.ledger.documents.papers import ANA, BACK, FEE, JANUARY, LATER, press
from tests.ledger.samples import month, on, payment

ROUTER = JANUARY._replace(
    no="invoices-000007", kind="other", service=None, period=None, cut=None,
    lines=(Line("Router [Wi-Fi]", Decimal("350.00")),),
)  # fmt: skip
CHARGES = [JANUARY, FEE, ROUTER]


@pytest.mark.parametrize(
    ("language", "days", "fee", "other"),
    [
        ("es", "01/01/2026 - 31/01/2026", "Recargo: por pago tardío", "Cargo: Router [Wi-Fi]"),
        ("en", "01/01/2026 - 31/01/2026", "Fee: late payment", "Invoice: Router [Wi-Fi]"),
    ],
)
def test_a_receipt_says_what_was_paid_for(language: str, days: str, fee: str, other: str) -> None:
    paid = payment(60, "2026-02-27", "750.00")
    made = documents.receipt(paid, [*CHARGES, paid], Customer("ana", "Ana", language))
    (table,) = press().sheet(made).tables
    assert {no: said for no, said, _ in table.rows} == {
        JANUARY.no: days,
        FEE.no: fee,
        ROUTER.no: other,
    }


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("bounced", "devuelto"),
        ("wrong customer", "de otro cliente"),
        ("cheque sin fondos", "cheque sin fondos"),
    ],
)
def test_a_reason_that_there_are_words_for(reason: str, said: str) -> None:
    back = BACK._replace(reason=reason)
    made = documents.statement([LATER, back], ANA, on("2026-02-28"))
    (table,) = press().sheet(made).tables
    assert table.rows[-1][2] == f"Reversión: {LATER.no}: {said}"


def test_an_extra_is_called_by_its_description() -> None:
    marked = ("Hogar [20]", "Visita técnica [visita]", "Router [Wi-Fi] [router-wifi 2/3]")
    bill = month(2026, 1, counter=1)._replace(
        lines=tuple(Line(item, Decimal(100)) for item in marked)
    )
    read = ["Hogar [20]", "Visita técnica", "Router [Wi-Fi] (2/3)"]
    (table,) = press().sheet(documents.invoice(bill, [bill], ANA, {})).tables
    assert [item for item, _ in table.rows] == read
    (table,) = press().sheet(documents.statement([bill], ANA, on("2026-02-28"))).tables
    assert table.rows[0][2] == f"Cargo: {', '.join(read)}"
