"""Late and reconnection fees: charged with the next invoice of the service, or never (WH-032).

A fee belongs to the first invoice that is issued after its cause, and is dated and recorded with
it. So a run that finds that invoice in the book adds nothing, fees that are switched on today never
reach back behind the last invoice, and payments of later days change nothing. Both need the terms
and the subscriber's flag. A fee has no due date, no tax, and never cuts.

- late (BR-63): what an invoice's service still asks for at the end of its due day (or of its cut
  day, ``after: cut``), once an invoice; less than ``minimum_cut`` is not late.
- reconnection (BR-64): a cut that the ledger began and ended; one that a pause, a free time or a
  suspension by hand covered, or of a service that is managed by hand, was none.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ispconf.ledger import cuts, extras
from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable
from ispconf.ledger.coverage import closed_days, without
from ispconf.ledger.cycle import ONE_DAY
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.facts import FOREVER, LateFee, Period
from ispconf.ledger.money import Currency
from ispconf.ledger.written import FeeKind


def charges(one: Billable) -> bool:
    """Whether any fee can be charged to the service."""
    terms = one.terms
    late, again = terms.late_fee, terms.reconnection_fee
    return bool((late and terms.fees.late) or (again and terms.fees.reconnection))


def with_invoice(
    one: Billable, invoice: Entry, before: Sequence[Entry], currency: Currency
) -> list[Entry]:
    """The fees that come with an invoice of the service, without numbers.

    ``before`` are the entries of the subscriber without it, each invoice with a number.
    """
    since = max(
        (each.date for each in _own(one, before) if each.date <= invoice.date), default=date.min
    )
    span = Period(since, invoice.date)  # the causes that no earlier invoice charged
    fees = [*_late(one, span, before, currency), *_reconnections(one, span, before, currency)]
    return [fee._replace(date=invoice.date) for fee in fees]


def _own(one: Billable, entries: Sequence[Entry]) -> list[Entry]:
    return [each for each in entries if each.bills_service and each.service == one.service]


def _in(span: Period, day: date | None) -> bool:
    return day is not None and span.start <= day < span.end


def _late(
    one: Billable, span: Period, before: Sequence[Entry], currency: Currency
) -> Iterator[Entry]:
    late = one.terms.late_fee
    if late is None or not one.terms.fees.late:
        return
    done = {no for each in before if each.kind == "late" for no in each.for_}
    for invoice in _own(one, before):
        day = invoice.due if late.after == "due" else invoice.cut
        if day is None or not _in(span, day) or invoice.no in done:
            continue
        asked = Account.of(before, day).open.get(invoice.no, ZERO)
        part = Fraction(asked) * extras.service_share(invoice)
        amount = _late_amount(late, part, currency)
        if part >= one.terms.minimum_cut and part and amount:
            yield _fee(one, "late", amount, invoice.no)


def _late_amount(late: LateFee, part: Fraction, currency: Currency) -> Decimal:
    if late.percent is not None:
        return currency.round(part * Fraction(late.percent) / 100)
    return currency.round(late.amount or ZERO)


def _reconnections(
    one: Billable, span: Period, before: Sequence[Entry], currency: Currency
) -> Iterator[Entry]:
    terms = one.terms
    if terms.reconnection_fee is None or not terms.fees.reconnection or terms.manage == "manual":
        return
    amount = currency.round(terms.reconnection_fee.amount)
    for cut in cuts.past(one, before, span.end - ONE_DAY).cuts:
        if amount and _in(span, cut.end) and cut.end != FOREVER and _real(one, cut):
            yield _fee(one, "reconnection", amount, _cause(one, cut, before))


def _real(one: Billable, cut: Period) -> bool:
    """Whether the service would have been served on a day of the cut."""
    closed = [*closed_days(one), Period(date.min, one.since)]
    if one.suspended:
        closed.append(one.suspended.period)
    return bool(without((cut,), closed))


def _cause(one: Billable, cut: Period, before: Sequence[Entry]) -> str:
    """The oldest invoice that was open past its cut date when the cut began."""
    owed = Account.of(before, cut.start).owed(one.service)
    return next((each.no for each in owed if each.cut and each.cut <= cut.start), "")


def _fee(one: Billable, kind: FeeKind, amount: Decimal, about: str) -> Entry:
    named = (about,) if about else ()
    return Entry("", date.min, "fee", one.subscriber, amount, kind=kind, for_=named)
