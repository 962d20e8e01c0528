"""A payment's receipt as text, from a template (BR-100, WS-46).

Knows what a receipt says and how a line of a narrow printer is filled; the same content gives the
same text, there is no clock in it. Nothing foreign reaches a printer or terminal as a control
character. Knows nothing of files: templates come in as text.
"""

import datetime as dt
import hashlib
import textwrap
from decimal import Decimal
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ispconf.errors import RequestError
from ispconf.escape import terminal
from ispconf.ledger import lines
from ispconf.ledger.allocation import Account
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import Period
from ispconf.ledger.money import Currency

COLUMNS = 42

RECEIPT = """\
{{ middle(business.name) }}
{% for line in business.lines %}
{{ middle(line) }}
{% endfor %}
{{ rule }}
{{ row("RECIBO DE PAGO", receipt.no) }}
{{ row("Fecha", day(receipt.date)) }}
{{ row("Cliente", receipt.name) }}
{{ row("Clave", receipt.subscriber) }}
{% for plan in receipt.plans %}
{{ row("Plan", plan) }}
{% endfor %}
{{ rule }}
{{ row("Recibido", money(receipt.amount)) }}
{{ row("Forma de pago", receipt.method) }}
{{ row("Referencia", receipt.ref) }}
{% for paid in receipt.paid %}
{{ row("Abono a " + paid.no, money(paid.amount)) }}
{% if paid.first %}
{{ row("  Periodo", day(paid.first) + " - " + day(paid.last)) }}
{% endif %}
{% endfor %}
{{ rule }}
{% if receipt.balance > 0 %}
{{ row("Queda por pagar", money(receipt.balance)) }}
{% elif receipt.balance < 0 %}
{{ row("Saldo a favor", money(-receipt.balance)) }}
{% else %}
{{ row("Saldo", money(receipt.balance)) }}
{% endif %}
{% if receipt.next_cut %}
{{ row("Próximo corte", day(receipt.next_cut)) }}
{% endif %}
{{ row("Atendió", receipt.journal) }}
{{ row("Verificación", receipt.code) }}
"""


class Business(NamedTuple):
    """Who gives the receipt: the name, and lines such as address, phone and tax id."""

    name: str
    lines: tuple[str, ...] = ()


class Paid(NamedTuple):
    """What of a charge the payment settled; the days that it charged, if it charged days."""

    no: str
    amount: Decimal
    first: dt.date | None
    last: dt.date | None


class Receipt(NamedTuple):
    """What a receipt says; ``balance`` is what is owed after it, negative is credit."""

    no: str
    date: dt.date
    subscriber: str
    name: str
    plans: tuple[str, ...]
    amount: Decimal
    method: str
    ref: str
    paid: tuple[Paid, ...]
    balance: Decimal
    next_cut: dt.date | None
    journal: str
    code: str


def verification(entry: Entry) -> str:
    """A short code by which a receipt is matched to its ledger line: of the line's SHA-256."""
    return hashlib.sha256(lines.write(entry).encode()).hexdigest()[:10].upper()


def content(
    payment: Entry,
    book: Book,
    name: str,
    plans: tuple[str, ...] = (),
    next_cut: dt.date | None = None,
) -> Receipt:
    """What the receipt of a payment in the book says, after all entries up to its day."""
    entries = book.of_subscriber(payment.subscriber)
    account = Account.of(entries, payment.date)
    paid = tuple(
        Paid(part.charge, part.amount, *_days(book.by_no[part.charge].period))
        for part in account.settled_by(payment.no)
    )
    return Receipt(
        no=payment.no,
        date=payment.date,
        subscriber=payment.subscriber,
        name=name,
        plans=plans,
        amount=payment.amount,
        method=payment.method or "",
        ref=payment.ref or "",
        paid=paid,
        balance=account.balance,
        next_cut=next_cut,
        journal=payment.journal,
        code=verification(payment),
    )


def _days(period: Period | None) -> tuple[dt.date | None, dt.date | None]:
    return (period.start, period.end - dt.timedelta(days=1)) if period else (None, None)


def receipt(
    what: Receipt,
    business: Business,
    currency: Currency,
    template: str = RECEIPT,
    columns: int = COLUMNS,
) -> str:
    """The receipt as text of a number of columns.

    The template sees ``receipt``, ``business``, ``rule`` and the functions ``money``, ``day``,
    ``row`` (left and right on one line) and ``middle``.

    Raises:
        RequestError: the template is wrong, or names something that is not there.
    """
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    paper = _Paper(columns)
    try:
        return environment.from_string(template).render(
            receipt=_harmless(what),
            business=_harmless(business),
            rule="-" * columns,
            row=paper.row,
            middle=paper.middle,
            money=lambda amount: f"{currency.text(amount)} {currency.code}",
            day=lambda when: f"{when:%d/%m/%Y}",
        )
    except TemplateError as error:
        raise RequestError(f"the receipt's template does not work: {error}") from error


class _Paper:
    """Lines of a fixed number of columns; longer text goes on below."""

    def __init__(self, columns: int) -> None:
        self.columns = columns

    def middle(self, text: str) -> str:
        """The text in the middle, on as many lines as it needs."""
        wrapped = textwrap.wrap(text, self.columns)
        return "\n".join(line.center(self.columns).rstrip() for line in wrapped)

    def row(self, left: str, right: str) -> str:
        """Both texts on one line, or the right one below where they do not fit."""
        room = self.columns - len(left) - 1
        if len(right) <= room:
            return f"{left} {right.rjust(room)}"
        below = textwrap.wrap(right, self.columns - 2)
        return "\n".join([left, *(line.rjust(self.columns) for line in below)])


def _harmless(value: Any) -> Any:
    """The same value with every text in it free of control characters."""
    if isinstance(value, str):
        return terminal(value)
    if isinstance(value, tuple):
        parts = [_harmless(each) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value
