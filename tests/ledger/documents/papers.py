"""A book, its people and a press to print for them, in few words."""

import struct
import zlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ispconf.edge import templates
from ispconf.ledger import documents
from ispconf.ledger.book import Book
from ispconf.ledger.documents import Business, Cash, Customer, Invoice, Press, Receipt, Statement
from ispconf.ledger.entries import Line
from ispconf.ledger.reports import cash as found
from tests.ledger.samples import MXN, entry, month, on, payment

NOWHERE = Path("/nowhere")
BUSINESS = Business("Global Speed", ("Av. Hidalgo 12, Puebla", "+52 222 555 0101"), "GSP010203AB1")
ANA = Customer(
    "ana", "Ana López", "es-MX", "LOHA800101XX1", "Calle 5 No. 10, Puebla", ("Hogar 20 Mbps",)
)
JANUARY = month(2026, 1, counter=1, taxes=(("iva", Decimal("48.28")),))
FEBRUARY = month(2026, 2, counter=2)._replace(
    lines=(Line("Hogar 20 Mbps", Decimal("350.00")), Line("Vecino -10%", Decimal("-35.00"))),
    amount=Decimal("315.00"),
)
FEE = entry("f-000001", "2026-01-20", "fee", "50.00", kind="late", for_=(JANUARY.no,))
PAID = payment(45, "2026-02-03", "500.00")
LATER = payment(46, "2026-02-09")
BACK = entry("a-000001", "2026-02-20", "reversal", "350.00", of=LATER.no, reason="bounced")
CARD = payment(47, "2026-02-20", "90.00", method="card", ref="V-7")
ENTRIES = [JANUARY, FEBRUARY, FEE, PAID, LATER, BACK]


def press(**more: Any) -> Press:
    """A press with the words and templates that come with ispconf."""
    given: dict[str, Any] = {
        "business": BUSINESS,
        "currency": MXN,
        "locale": "es-MX",
        "words": templates.words(NOWHERE),
        "packaged": templates.packaged(),
    }
    return Press(**(given | more))


def receipt(who: Customer = ANA, **changed: Any) -> Receipt:
    """What was paid on 3 February."""
    made = documents.receipt(PAID, ENTRIES, who, next_cut=on("2026-03-05"), cashier="maria")
    return made._replace(**changed)


def invoice(who: Customer = ANA, today: str = "2026-01-02", **changed: Any) -> Invoice:
    """January's, as it was on a day."""
    made = documents.invoice(JANUARY, ENTRIES, who, {"iva": "IVA"}, on(today))
    return made._replace(**changed)


def credit_note(who: Customer = ANA) -> Invoice:
    """A dearer plan was given up in mid-period."""
    less = JANUARY._replace(
        no="invoices-000009", kind="plan_change", cut=None, amount=Decimal("-100.00"),
        lines=(Line("Hogar 50", Decimal("-200.00")), Line("Hogar 20", Decimal("100.00"))),
    )  # fmt: skip
    return documents.invoice(less, [JANUARY, less], who, {"iva": "IVA"}, on("2026-01-02"))


def cash(counted: str | None = "300.00", **changed: Any) -> Cash:
    """The day on which a payment was reversed and another one came."""
    closing = found.closing(Book.of([*ENTRIES, CARD]), "caja1", on("2026-02-20"))
    amount = Decimal(counted) if counted else None
    return documents.cash(closing, "maria", {"ana": "Ana López"}, amount)._replace(**changed)


def statement(who: Customer = ANA, first: date | None = None, **changed: Any) -> Statement:
    """Everything up to the end of February."""
    made = documents.statement(ENTRIES, who, on("2026-02-28"), first, next_cut=on("2026-03-05"))
    return made._replace(**changed)


def picture() -> bytes:
    """A PNG of two blue points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\0\0\xff\0\0\xff"))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")
