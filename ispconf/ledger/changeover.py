"""The documents of a change of plan in mid-period: a credit and a charge on one (BR-72, FORMAT 6).

An invoice bills the plan of its first day, and those that follow up to the day it is issued. For
what comes later, `plan_change: prorated` gives a document on the first day of the new plan: what
was billed for the days that are left is taken back, the same days of the new plan are charged, and
discounts follow. A negative total is a credit: it settles what is open, and the rest the invoices
to come. `next_period`, or `proration: none`, leaves everything as it was billed.

A change that is written late finds invoices that bill the old plan for days of the new one; each
gets such a document, not dated before it. What was billed follows from the invoices alone. Knows
the days and prices; when documents are made is for ``invoicing``.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ispconf.ledger.billable import Billable
from ispconf.ledger.coverage import closed_days, without
from ispconf.ledger.cycle import ONE_DAY, Anchors, Dates, first_from
from ispconf.ledger.entries import ZERO, Entry, Line
from ispconf.ledger.facts import Period
from ispconf.ledger.following import DAY
from ispconf.ledger.money import Currency
from ispconf.ledger.pricing import Taxed, discount_lines, part, splits, taxed

_DAYS = re.compile(r"(.*) \(([1-9][0-9]*)/([1-9][0-9]*)\)", re.DOTALL).fullmatch
_MONTH, _SHORTEST = 30, 28  # days, of a month that counts as one


class Billed(NamedTuple):
    """The last plan on a document: ``days`` of it cost ``amount``, of ``base`` in a period.

    ``base`` is None where the line is for the whole of what was billed.
    """

    item: str
    amount: Decimal
    days: int
    base: int | None


class Switch(NamedTuple):
    """The days of a document that are to be billed with another plan."""

    about: Entry
    billed: Billed
    span: Period
    dates: Dates


def upcoming(one: Billable, entries: Sequence[Entry]) -> Switch | None:
    """The first document that is missing after these entries of the subscriber; its day may come.

    Each makes room for the next: a second change of plan divides the document of the first.
    """
    if not one.earlier or not splits(one):
        return None
    own = [each for each in entries if each.bills_service and each.service == one.service]
    done = {each.period.start for each in own if each.kind == "plan_change" and each.period}
    found = (_of(one, each) for each in own if each.period and each.period.end > one.changes[0])
    return min(
        (each for each in found if each and each.span.start not in done),
        key=lambda each: (each.dates.issue, each.span),
        default=None,
    )


def draft(one: Billable, switch: Switch, entries: Sequence[Entry], currency: Currency) -> Entry:
    """The document of a switch, without a number."""
    lines = list(_lines(one, switch, entries, currency))
    content = taxed(lines, currency)
    return Entry(
        no="",
        date=switch.dates.issue,
        type="invoice",
        subscriber=one.subscriber,
        amount=content.total,
        service=one.service,
        period=switch.span,
        due=switch.dates.due,
        cut=switch.dates.cut if content.total > 0 else None,
        taxes=content.taxes,
        lines=content.lines,
        kind="plan_change",
    )


def _of(one: Billable, about: Entry) -> Switch | None:
    """What is to be billed otherwise of a document, if anything of it is."""
    start, end = about.period or Period(about.date, about.date)
    billed = _billed(one, about)
    known = min(max(about.date, start), end - ONE_DAY)  # changes up to this day are on it
    if billed is None:
        return None
    if billed.item == one.on(known).item or billed.item not in _names(one):
        since = next((day for day in one.changes if known < day < end), None)
    else:  # the change was written when the invoice was there already
        ends = (each.until for each in one.earlier if each.item == billed.item)
        since = max((day for day in ends if day <= known), default=None)
    if since is None:
        return None
    span = Period(max(start, since), end)
    if not _days(one, span):
        return None
    return Switch(about, billed, span, _dates(one, max(span.start, about.date), end))


def _names(one: Billable) -> set[str]:
    return {one.item, *(each.item for each in one.earlier)}


def _days(one: Billable, span: Period) -> int:
    return sum(each.days for each in without((span,), closed_days(one)))


def _billed(one: Billable, about: Entry) -> Billed | None:
    """The last plan that a document bills; those of one invoice come first, each with its days."""
    names, found = _names(one), None
    whole = about.period.days if about.period else 0
    for place, line in enumerate(about.lines):
        counted = None if line.item in names else _DAYS(line.item)  # a plan may be called so
        name = counted[1] if counted else line.item
        if line.amount >= 0 and (place == 0 or (counted and name in names)):
            days, base = (int(counted[2]), int(counted[3])) if counted else (whole, None)
            found = Billed(name, line.amount, days, base)
        elif place:
            break
    return found


def _dates(one: Billable, day: date, end: date) -> Dates:
    """A document is due on its day, in arrears on the due day that follows; then comes its cut.

    Where days follow payments, it is cut as long after its day as an invoice is, and time that is
    paid for (mode `duration`) is not cut short.
    """
    terms = one.terms
    if terms.mode == "duration":
        return Dates(day, day, max(day, end), None)
    if terms.mode == "recharge":
        return Dates(day, day, day + timedelta(days=terms.recharge_offsets[2]), None)
    anchors = Anchors.of(terms)
    due = first_from(day, anchors.due) if anchors.arrears else day
    return Dates(day, due, first_from(due if anchors.arrears else day + ONE_DAY, anchors.cut), None)


def _lines(
    one: Billable, switch: Switch, entries: Sequence[Entry], currency: Currency
) -> Iterator[Taxed]:
    """What is taken back and what is charged, each with its tax."""
    billed, new = switch.billed, one.on(switch.span.start)
    old = _old(one, switch)
    left = min(_days(one, switch.span), billed.days)
    thirty = one.terms.proration == "thirty" and one.terms.mode != "duration"
    month = thirty and billed.base is None and billed.days >= _SHORTEST
    base = _MONTH if month else billed.days
    full = _full(new, billed)
    label = f"({left}/{billed.base or base})"
    issued = _issued(switch, entries)

    def rest(amount: Decimal | Fraction) -> Decimal:
        return part(amount, 0, left, base, currency)

    given = _discounted(one, switch, currency)

    def off(amount: Decimal) -> Decimal:
        return sum((line.amount for line in discount_lines(given, amount, issued, currency)), ZERO)

    yield old.tax, [Line(f"{billed.item} {label}", ZERO - rest(billed.amount))]
    rows = [Line(f"{new.item} {label}", rest(full))]
    less = rest(off(currency.round(full))) - rest(off(billed.amount))
    named = discount_lines(given, max(billed.amount, currency.round(full)), issued, currency)
    if less:
        rows.append(Line(", ".join(dict.fromkeys(line.item for line in named)), less))
    yield new.tax, rows


def _old(one: Billable, switch: Switch) -> Billable:
    """The service with the plan that was billed: the last one of that name, or the one before."""
    start = switch.span.start
    named = [each.until for each in one.earlier if each.item == switch.billed.item]
    until = max((day for day in named if day <= start), default=start)
    return one.on(until - ONE_DAY)


def _discounted(one: Billable, switch: Switch, currency: Currency) -> Billable:
    """The service with the discounts of a document: of an amount an invoice, a part has its part.

    So a discount that is more than the plan costs is not given back as money (BR-78).
    """
    billed = switch.billed
    if switch.about.bills_period or billed.base is None:
        return one
    scaled = tuple(
        each.model_copy(update={"amount": part(each.amount, 0, billed.days, billed.base, currency)})
        if each.amount
        else each
        for each in one.discounts
    )
    return one._replace(terms=one.terms.model_copy(update={"discounts": scaled}))


def _full(new: Billable, billed: Billed) -> Fraction:
    """What the days that were billed would cost on the new plan, exactly."""
    if new.terms.mode == "duration":
        return Fraction(new.price) * billed.days * DAY / (new.duration or DAY)
    if billed.base is None:
        return Fraction(new.price)
    return Fraction(new.price) * billed.days / billed.base


def _issued(switch: Switch, entries: Sequence[Entry]) -> date:
    """When the invoice was issued that a document divides: its discounts hold on."""
    about, day = switch.about, switch.span.start
    return next(
        (
            each.date
            for each in entries
            if each.bills_period
            and each.service == about.service
            and each.period
            and each.period.start <= day < each.period.end
        ),
        about.date,
    )
