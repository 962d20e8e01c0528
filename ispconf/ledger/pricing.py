"""What a piece of a period costs: its lines (service, discounts, extras), taxes and total.

Exact fractions, rounded half up once a line (BR-22, BR-30). Knows nothing of days and entries
beyond how many days of how many are charged.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ispconf.ledger.billable import Billable
from ispconf.ledger.coverage import Piece
from ispconf.ledger.entries import Line
from ispconf.ledger.facts import Tax
from ispconf.ledger.money import Currency

_THIRTY = 30


class Price(NamedTuple):
    """The content of an invoice; ``total`` is always the sum of its lines."""

    lines: tuple[Line, ...]
    taxes: tuple[tuple[str, Decimal], ...]
    total: Decimal


def price(
    billable: Billable, piece: Piece, currency: Currency, extras: Iterable[Line] = ()
) -> Price:
    """What the invoice of a piece says; ``extras`` are taxed as the service is."""
    lines = [_service_line(billable, piece, currency)]
    lines += discount_lines(billable, lines[0].amount, piece.dates.issue, currency)
    lines += extras
    base = sum((line.amount for line in lines), Decimal(0))
    if billable.tax is None:
        return Price(tuple(lines), (), base)
    code, tax = billable.tax
    owed = tax_on(base, tax, currency)
    if not tax.included:
        lines.append(Line(f"{tax.name} {tax.rate.normalize():f}%", owed))
        base += owed
    return Price(tuple(lines), ((code, owed),), base)


def tax_on(base: Decimal, tax: Tax, currency: Currency) -> Decimal:
    """The tax in an amount (included) or on top of it: net, not tax, is rounded (BR-41, BR-42)."""
    rate = Fraction(tax.rate) / 100
    if tax.included:
        return base - currency.round(Fraction(base) / (1 + rate))
    return currency.round(Fraction(base) * rate)


def part(full: Decimal, before: int, days: int, base: int, currency: Currency) -> Decimal:
    """The price of some days, when ``before`` days were billed; all parts add up to the whole.

    Each part is what is charged up to its end less what was charged before it, both rounded, so
    a first part is simply price by days by base, rounded once (BR-22, BR-23).
    """
    until = currency.round(Fraction(full) * min(before + days, base) / base)
    return until - currency.round(Fraction(full) * min(before, base) / base)


def _service_line(billable: Billable, piece: Piece, currency: Currency) -> Line:
    terms = billable.terms
    full = currency.round(billable.price)
    in_full = piece.first and terms.first_period == "full"
    if piece.days == piece.whole.days or in_full or terms.proration == "none":
        return Line(billable.item, full)
    thirty = terms.proration == "thirty" and terms.mode != "duration"
    base = _THIRTY if thirty else piece.whole.days
    amount = part(full, piece.before, piece.days, base, currency)
    return Line(f"{billable.item} ({piece.days}/{base})", amount)


def discount_lines(
    billable: Billable, amount: Decimal, issued: date, currency: Currency
) -> list[Line]:
    """The discounts of an invoice issued on a day, as negative lines, never below zero (BR-78)."""
    lines: list[Line] = []
    left = amount
    for discount in billable.discounts:
        if not discount.covers(issued) or not left:
            continue
        if discount.percent is not None:
            off = currency.round(Fraction(amount) * Fraction(discount.percent) / 100)
            what = f" -{discount.percent.normalize():f}%"
        else:
            off, what = discount.amount or Decimal(0), ""
        off = min(off, left)
        left -= off
        if off:
            lines.append(Line(f"{discount.reason or billable.item}{what}", -off))
    return lines
