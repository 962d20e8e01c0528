"""A receipt says what WS-46 asks for, fits its paper and carries no control character."""

import pytest

from ispconf.errors import RequestError
from ispconf.ledger import documents
from ispconf.ledger.book import Book
from ispconf.ledger.documents import Business, Receipt
from tests.ledger.samples import MXN, entry, month, on, payment

BUSINESS = Business("Global Speed", ("Av. Hidalgo 12, Puebla", "RFC GSP010203AB1"))
JANUARY, FEBRUARY = month(2026, 1, counter=1), month(2026, 2, counter=2)
FEE = entry("f-000001", "2026-01-20", "fee", "50.00", kind="late", for_=(JANUARY.no,))


def content(amount: str = "500.00", name: str = "Ana López") -> Receipt:
    paid = payment(45, "2026-02-03", amount)
    book = Book.of([JANUARY, FEBRUARY, FEE, paid, payment(46, "2026-02-09")])
    return documents.content(paid, book, name, ("Hogar 20 Mbps",), on("2026-03-05"))


def test_a_receipt_shows_what_was_paid_and_what_is_left() -> None:
    text = documents.receipt(content(), BUSINESS, MXN)
    code = content().code
    assert text == (
        "               Global Speed\n"
        "          Av. Hidalgo 12, Puebla\n"
        "             RFC GSP010203AB1\n"
        "------------------------------------------\n"
        "RECIBO DE PAGO                caja1-000045\n"
        "Fecha                           03/02/2026\n"
        "Cliente                          Ana López\n"
        "Clave                                  ana\n"
        "Plan                         Hogar 20 Mbps\n"
        "------------------------------------------\n"
        "Recibido                        500.00 MXN\n"
        "Forma de pago                         cash\n"
        "Referencia                            0045\n"
        "Abono a invoices-000001         350.00 MXN\n"
        "  Periodo          01/01/2026 - 31/01/2026\n"
        "Abono a invoices-000002         150.00 MXN\n"
        "  Periodo          01/02/2026 - 28/02/2026\n"
        "------------------------------------------\n"
        "Queda por pagar                 250.00 MXN\n"
        "Próximo corte                   05/03/2026\n"
        "Atendió                              caja1\n"
        f"Verificación                    {code}\n"
    )


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("750.00", "Saldo                             0.00 MXN"),
        ("800.00", "Saldo a favor                    50.00 MXN"),
        ("750.00", "Abono a f-000001                 50.00 MXN"),
    ],
)
def test_the_balance_after_the_payment(amount: str, said: str) -> None:
    assert said in documents.receipt(content(amount), BUSINESS, MXN).splitlines()


def test_no_next_cut_no_line() -> None:
    text = documents.receipt(content()._replace(next_cut=None), BUSINESS, MXN)
    assert "corte" not in text


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_no_line_is_wider_than_the_paper(columns: int) -> None:
    long = content(name="Ana María de los Ángeles López Hernández y Fernández de la Vega")
    text = documents.receipt(long, BUSINESS, MXN, columns=columns)
    assert max(len(line) for line in text.splitlines()) <= columns


def test_the_same_payment_gives_the_same_receipt_and_another_one_another_code() -> None:
    assert content() == content()
    assert content().code != content("501.00").code


def test_control_characters_are_spelled_out() -> None:
    text = documents.receipt(content(name="Ana\x1b[31m\nMX"), BUSINESS, MXN)
    assert "\x1b" not in text
    assert "\\x1b[31m\\x0aMX" in text


def test_an_own_template_is_used() -> None:
    template = "{{ receipt.name }} {{ money(receipt.amount) }}\n"
    assert documents.receipt(content(), BUSINESS, MXN, template) == "Ana López 500.00 MXN\n"


@pytest.mark.parametrize(
    "template", ["{{ receipt.phone }}", "{{ nothing }}", "{% if %}", "{{ money.__globals__ }}"]
)
def test_a_template_that_does_not_work_says_so(template: str) -> None:
    with pytest.raises(RequestError, match="template does not work"):
        documents.receipt(content(), BUSINESS, MXN, template)
