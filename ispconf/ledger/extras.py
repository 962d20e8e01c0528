"""What is charged beside a service on the subscriber's invoices (BR-75, BR-76, WH-113 to WH-126).

What of an extra was charged follows from the invoices alone: its line ends with the extra's id in
brackets, ``Router WiFi [router-wifi 2/3]``, so a description may change at any time. Knows no
dates but the issue day; which invoices there are is for ``invoicing``.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from ispconf.ledger.billable import Billable
from ispconf.ledger.entries import ZERO, Entry, Line
from ispconf.ledger.facts import Extra
from ispconf.ledger.money import Currency
from ispconf.ledger.written import ID

_MARK = re.compile(rf"(.*)\[({ID})(?: ([0-9]+/[0-9]+))?\]", re.DOTALL).fullmatch


class Charged(NamedTuple):
    """How often an extra stands on invoices, and the sum of its lines (before an added tax)."""

    times: int = 0
    amount: Decimal = ZERO


_NEVER = Charged()


def marked(invoice: Entry) -> list[tuple[str, Decimal]]:
    """The id and amount of each extra on an invoice; the first line is the service's own."""
    lines = invoice.lines[1:] if invoice.bills_service else invoice.lines
    found = ((_MARK(line.item), line.amount) for line in lines if line.item[-1:] == "]")
    return [(mark[2], amount) for mark, amount in found if mark]


def described(invoice: Entry) -> tuple[Line, ...]:
    """The lines as they are read: an extra by its description alone, or ``Router WiFi (2/3)``.

    Of other income, where people write the lines, nothing is a mark.
    """
    if not invoice.bills_service:
        return invoice.lines
    return (
        *invoice.lines[:1],
        *(Line(_read(line.item), line.amount) for line in invoice.lines[1:]),
    )


def _read(item: str) -> str:
    mark = _MARK(item) if item[-1:] == "]" else None
    if not mark:
        return item
    return f"{mark[1].rstrip()} ({mark[3]})" if mark[3] else mark[1].rstrip()


def charged(entries: Iterable[Entry]) -> dict[str, Charged]:
    """What these entries of one subscriber charged of each extra, by its id."""
    found: dict[str, Charged] = {}
    for entry in entries:
        for name, amount in marked(entry):
            times, so_far = found.get(name, _NEVER)
            found[name] = Charged(times + 1, so_far + amount)
    return found


def lines(one: Billable, entries: Iterable[Entry], issued: date, currency: Currency) -> list[Line]:
    """The extras on an invoice of the service that is issued on a day, after these entries."""
    active = [(name, extra) for name, extra in one.extras if extra.covers(issued)]
    if not active:
        return []
    before = charged(entries)
    found = (_line(name, extra, before.get(name, _NEVER), currency) for name, extra in active)
    return [line for line in found if line and line.amount]


def _line(name: str, extra: Extra, before: Charged, currency: Currency) -> Line | None:
    said = extra.description or name
    price = currency.round(extra.price)
    if extra.pay == "recurring":
        return Line(f"{said} [{name}]", price)
    if extra.pay == "once":
        return None if before.times else Line(f"{said} [{name}]", price)
    count = max(extra.count or 0, before.times + 1)
    amount = instalment(price - before.amount, count - before.times, currency)
    return Line(f"{said} [{name} {before.times + 1}/{count}]", amount)


def instalment(left: Decimal, count: int, currency: Currency) -> Decimal:
    """The next of so many instalments of what is left; nothing when nothing is.

    The larger ones come first, so that all together are the price to the cent: 1000.00 in three
    is 333.34, 333.33, 333.33 (the largest remainder, BR-76).
    """
    if left <= 0:
        return ZERO
    units = ceil(Fraction(left) * 10**currency.digits / count)
    return Decimal(units).scaleb(-currency.digits)


def service_share(invoice: Entry) -> Fraction:
    """The part of an invoice that its service is, without extras; an added tax is spread."""
    beside = sum((amount for _, amount in marked(invoice)), ZERO)
    if not beside:
        return Fraction(1)
    charged_on = sum((line.amount for line in without_tax(invoice)), ZERO)
    return 1 - Fraction(beside) / Fraction(charged_on) if charged_on > 0 else Fraction(0)


def without_tax(invoice: Entry) -> tuple[Line, ...]:
    """The lines of an invoice less those of taxes that are not in the prices, its last ones."""
    lines = list(invoice.lines)
    for _, tax in reversed(invoice.taxes):
        if len(lines) > 1 and tax and lines[-1].amount == tax and not _MARK(lines[-1].item):
            lines.pop()
    return tuple(lines)
