"""Specimens: one of each paper with everything on it that can be, and one with as little.

What templates are tried with before anybody needs them. Everything here is invented.
"""

from datetime import date
from decimal import Decimal

from ispconf.ledger.book import Book
from ispconf.ledger.documents.content import (
    Content,
    Customer,
    cash,
    invoice,
    statement,
)
from ispconf.ledger.documents.receipts import receipt
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.facts import Period
from ispconf.ledger.reports.cash import closing

_DAY, _LATER = date(2026, 11, 5), date(2026, 11, 20)
_WHO = Customer("ana-lopez", "Ana López", "", "LOHA800101XX1", "Calle 5", ("Hogar 20",))
_NOBODY = Customer("ana-lopez", "Ana López")
_FILE = "ledger/2026/11/2026-11-05-caja1.yaml"


def _money(number: int, amount: int) -> Entry:
    return Entry(
        f"caja1-{number:06}",
        _DAY,
        "payment",
        _WHO.id,
        Decimal(amount),
        method="cash",
        ref=f"R{number}",
        file=_FILE,
        line=number,
    )


_INVOICE = Entry(
    "invoices-000001",
    date(2026, 11, 1),
    "invoice",
    _WHO.id,
    Decimal(350),
    service="casa",
    period=Period(date(2026, 11, 1), date(2026, 12, 1)),
    due=date(2026, 11, 1),
    cut=date(2026, 11, 5),
    taxes=(("iva", Decimal(48)),),
    lines=(Line("Hogar 20", Decimal(350)),),
    kind="service",
)
_OTHER = _INVOICE._replace(
    no="invoices-000002", period=None, cut=None, taxes=(), service=None, kind="other"
)
_PAYMENT, _MORE = _money(1, 400), _money(2, 500)
_BACK = Entry(
    "caja1-000003", _LATER, "reversal", _WHO.id, Decimal(500), of=_MORE.no, reason="bounced"
)
_PROMISE = Entry("caja1-000004", _LATER, "promise", _WHO.id, until=date(2026, 11, 30))
_FEE = Entry("invoices-000003", _LATER, "fee", _WHO.id, Decimal(50), kind="late")
_ENTRIES = (_INVOICE, _PAYMENT, _MORE, _BACK, _PROMISE, _FEE)


def specimens() -> list[Content]:
    """Papers of every kind, full and bare."""
    day = closing(Book.of([_PAYMENT, _MORE]), "caja1", _DAY)
    empty = closing(Book.of(()), "caja1", _DAY)
    return [
        receipt(_MORE, _ENTRIES, _WHO, next_cut=_LATER, cashier="maria")._replace(copy=True),
        receipt(_PAYMENT, [_PAYMENT], _NOBODY),
        invoice(_INVOICE, _ENTRIES, _WHO, {"iva": "IVA"}, _LATER),
        invoice(_OTHER, [_OTHER], _NOBODY, {}),
        statement(_ENTRIES, _WHO, _LATER, _DAY, next_due=_LATER, next_cut=_LATER),
        statement((), _NOBODY, _LATER),
        cash(day, "maria", {_WHO.id: _WHO.name}, Decimal(850)),
        cash(empty, "", {}),
    ]
