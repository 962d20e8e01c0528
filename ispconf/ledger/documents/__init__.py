"""Receipts, invoices, statements, day closings as text, HTML, PDF (BR-100 to BR-103, WS-46).

    content     what a paper says, as values from the book
    receipts    the same of a receipt, as it was when the payment was recorded
    locale      amounts and days as a country writes them
    voice       both, and the words of a language
    wording     a paper in words: a sheet of rows and tables, whatever its width
    sheet       that sheet; foreign text made harmless
    columns     lines of a receipt printer
    press       text and HTML, from templates that an operator can replace
    specimens   one of each paper, to try templates with
    pdf latin   PDF, with the fonts that every reader has

The same content gives the same bytes; there is no clock in it. Knows nothing of files: words,
templates and logo come in as values.
"""

from ispconf.ledger.documents.content import (
    Business,
    Cash,
    Content,
    Customer,
    Invoice,
    Receipt,
    Statement,
    cash,
    invoice,
    statement,
)
from ispconf.ledger.documents.press import COLUMNS, Form, Paper, PaperError, Press
from ispconf.ledger.documents.receipts import beside, known_with, receipt

__all__ = [
    "COLUMNS",
    "Business",
    "Cash",
    "Content",
    "Customer",
    "Form",
    "Invoice",
    "Paper",
    "PaperError",
    "Press",
    "Receipt",
    "Statement",
    "beside",
    "cash",
    "invoice",
    "known_with",
    "receipt",
    "statement",
]
