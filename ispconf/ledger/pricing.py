"""What a piece of a period costs: its lines (service, discounts, extras), taxes and total.

Exact fractions, rounded half up once a line (BR-22, BR-30). A change of plan that is known when an
invoice is issued gives each plan a line of its own; what comes later is for ``changeover``. Knows
nothing of entries.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ispconf.ledger.billable import Billable
from ispconf.ledger.coverage import Piece, without
from ispconf.ledger.entries import Line
from ispconf.ledger.facts import FOREVER, Period, Tax
from ispconf.ledger.money import Currency

_THIRTY = 30


class Price(NamedTuple):
    """The content of an invoice; ``total`` is always the sum of its lines."""

    lines: tuple[Line, ...]
    taxes: tuple[tuple[str, Decimal], ...]
    total: Decimal


def price(
    billable: Billable, piece: Piece, currency: Currency, extras: Sequence[Line] = ()
) -> Price:
    """What the invoice of a piece says.

    Discounts and ``extras`` are taxed as the newest plan on it is.
    """
    if piece.days == piece.whole.days and not (extras or billable.discounts or billable.earlier):
        return _whole(billable.item, billable.price, billable.tax, currency)
    plans = list(_plans(billable, piece))
    *before, now = [
        (one, _service_line(one, piece, days, first, currency)) for one, days, first in plans
    ]
    amount = sum((line.amount for _, line in (*before, now)), Decimal(0))
    last, line = now
    beside = [line, *discount_lines(last, amount, piece.dates.issue, currency), *extras]
    return taxed([*((one.tax, [line]) for one, line in before), (last.tax, beside)], currency)


@lru_cache(maxsize=4096)
def _whole(item: str, price: Decimal, tax: tuple[str, Tax] | None, currency: Currency) -> Price:
    """A whole period of one plan and nothing beside it: so are almost all, and all alike."""
    return taxed([(tax, [Line(item, currency.round(price))])], currency)


Taxed = tuple[tuple[str, Tax] | None, Sequence[Line]]
"""Lines, and the tax on them."""


def taxed(groups: Iterable[Taxed], currency: Currency) -> Price:
    """All lines in their order and the taxes on them, each of which is rounded once (BR-41)."""
    lines: list[Line] = []
    bases: dict[tuple[str, Tax] | None, Decimal] = {}
    for tax, group in groups:
        lines += group
        bases[tax] = sum((line.amount for line in group), bases.get(tax, Decimal(0)))
    total = sum(bases.values(), Decimal(0))
    owed: list[tuple[str, Decimal]] = []
    for taxation, base in bases.items():
        if taxation is None:
            continue
        code, what = taxation
        owed.append((code, tax_on(base, what, currency)))
        if not what.included:
            lines.append(Line(f"{what.name} {what.rate.normalize():f}%", owed[-1][1]))
            total += owed[-1][1]
    return Price(tuple(lines), tuple(owed), total)


def tax_on(base: Decimal, tax: Tax, currency: Currency) -> Decimal:
    """The tax in an amount (included) or on top of it: net, not tax, is rounded (BR-41, BR-42)."""
    rate = Fraction(tax.rate) / 100
    if tax.included:
        return base - currency.round(Fraction(base) / (1 + rate))
    return currency.round(Fraction(base) * rate)


def part(
    full: Decimal | Fraction, before: int, days: int, base: int, currency: Currency
) -> Decimal:
    """The price of some days, when ``before`` days were billed; all parts add up to the whole.

    Each part is what is charged up to its end less what was charged before it, both rounded, so
    a first part is simply price by days by base, rounded once (BR-22, BR-23).
    """
    until = currency.round(Fraction(full) * min(before + days, base) / base)
    return until - currency.round(Fraction(full) * min(before, base) / base)


def splits(billable: Billable) -> bool:
    """Whether a change of plan divides a period: not where days are not counted at all."""
    return billable.terms.plan_change == "prorated" and billable.terms.proration != "none"


def _plans(one: Billable, piece: Piece) -> Iterable[tuple[Billable, int, int]]:
    """The plans on the invoice of a piece, how many days each, and the charged days before it.

    It is the plan of the piece's first day, and those that follow up to the day it is issued.
    """
    start = piece.span.start
    days = [day for day in one.changes if start < day <= piece.dates.issue and splits(one)]
    if not days or days[0] >= piece.span.end:
        yield one.on(start), piece.days, 0
        return
    before = 0
    for first, end in pairwise([start, *days, FOREVER]):
        count = charged(piece.charged, first, end)
        if count:
            yield one.on(first), count, before
        before += count


def charged(spans: Iterable[Period], start: date, end: date = FOREVER) -> int:
    """How many days of these spans lie from a day up to but not including another."""
    outside = (Period(date.min, start), Period(end, FOREVER))
    return sum(span.days for span in without(spans, outside))


def _service_line(one: Billable, piece: Piece, days: int, first: int, currency: Currency) -> Line:
    terms = one.terms
    full = currency.round(one.price)
    in_full = piece.first and terms.first_period == "full"
    alone = days == piece.days
    if alone and (days == piece.whole.days or in_full or terms.proration == "none"):
        return Line(one.item, full)
    thirty = terms.proration == "thirty" and terms.mode != "duration"
    base = piece.days if in_full else _THIRTY if thirty else piece.whole.days
    amount = part(full, piece.before + first, days, base, currency)
    return Line(f"{one.item} ({days}/{base})", amount)


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
