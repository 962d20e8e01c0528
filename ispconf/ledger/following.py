"""The periods whose days follow the payments: modes `recharge` and `duration`.

One invoice at a time: as long as it is open there is no next one, for nobody knows its days yet.

- `recharge`: the payment that settles an issued invoice makes its own day the payment day; the
  next period begins a month later, with issue, notice and cut ``recharge_offsets`` days from
  there (BR-15, WH-160). An invoice settled otherwise (by credit, when it is issued) leaves the
  payment day where it was. A recharge always costs the whole price: paying early shortens the
  period before, and the days printed on two invoices never overlap.
- `duration`: an invoice pays for the plan's time from its activation, which is the payment or, paid
  in time, the end of the time before. It is issued, due and cut on the day that time begins.

Knows the entries of one subscriber; the other modes are in ``coverage``.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from ispconf.ledger.allocation import Account, in_order
from ispconf.ledger.billable import Billable
from ispconf.ledger.coverage import Piece, closed_days, without, without_price
from ispconf.ledger.cycle import Dates, clamped
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import FOREVER, Period
from ispconf.ledger.summary import summed

MODES = frozenset({"recharge", "duration"})
DAY = 86_400  # seconds


class Settled(NamedTuple):
    """An invoice owes nothing from a day up to but not including ``until``.

    ``paid`` is the day of the payment that settled it, None when that came before the invoice or
    when it was no payment.
    """

    day: date
    until: date
    paid: date | None


class _Turn(NamedTuple):
    """When a period begins, on which day of the month, and from when it can be invoiced."""

    start: date
    anchor: int
    ready: date


def upcoming(one: Billable, entries: Sequence[Entry]) -> Piece | None:
    """The next piece to bill after these entries; None while an invoice is open, or for ever.

    Its issue day can lie ahead.
    """
    own = sorted(
        (entry for entry in entries if entry.bills_period and entry.service == one.service),
        key=_by_period,
    )
    if not own:
        return _first(one, entries)
    settled = _settlements(one, entries)
    anchor = one.since.day
    for invoice, after in pairwise(own):
        paid = _known(settled[invoice.no], after.date)
        anchor = paid.day if paid else anchor
    turns = (
        (when, _piece(one, _turn(one, own[-1], when, anchor), own[-1]))
        for when in settled[own[-1].no]
    )
    return next((piece for when, piece in turns if piece and piece.dates.issue < when.until), None)


def owed_from(one: Billable, invoice: Entry) -> date:
    """The first day that an open invoice leaves unpaid: where days follow payments, its due day."""
    if one.terms.mode in MODES:
        return invoice.due or invoice.date
    return invoice.period.start if invoice.period else invoice.date


def _by_period(entry: Entry) -> tuple[date, str]:
    return (entry.period.start if entry.period else entry.date), entry.no


def _known(settled: Sequence[Settled], day: date) -> date | None:
    """The payment that was known on a day to have settled an invoice."""
    return next((one.paid for one in settled if one.day <= day < one.until), None)


def _first(one: Billable, entries: Sequence[Entry]) -> Piece | None:
    """The first piece of a service: from ``since``, or what another system left to us."""
    ours_from = summed(entries).ours_from
    turn = _Turn(one.since, one.since.day, one.since)
    if one.terms.first_period == "free":
        turn = turn._replace(start=_end(one, turn.start, turn.anchor))
    found = _piece(one, turn, None)
    while found and found.dates.issue < ours_from:
        turn = turn._replace(start=_end(one, turn.start, turn.anchor))
        found = _piece(one, turn, None)
    return found


def _turn(one: Billable, last: Entry, settled: Settled, anchor: int) -> _Turn:
    """The turn after an invoice that was settled."""
    start, end = last.period or Period(last.date, last.date)
    if settled.paid is None:
        return _Turn(max(end, settled.day), anchor, settled.day)
    if one.terms.mode == "recharge":
        day = settled.paid
        return _Turn(clamped(day.year, day.month + 1, day.day), day.day, settled.day)
    return _Turn(_end(one, max(settled.paid, start), anchor), anchor, settled.day)


def _end(one: Billable, start: date, anchor: int) -> date:
    """The end of a period: a month later on the anchor's day, or after the plan's days."""
    if one.terms.mode == "duration":
        return start + timedelta(seconds=one.on(start).duration or DAY)
    if clamped(start.year, start.month, anchor) != start:  # moved, by a pause or another mode
        anchor = start.day
    return clamped(start.year, start.month + 1, anchor)


def _piece(one: Billable, turn: _Turn, last: Entry | None) -> Piece | None:
    """The piece of a turn; it begins after free and paused days, and after ``last`` ends."""
    closed = closed_days(one)
    nothing = [*closed, *without_price(one)]
    billed = last.period.end if last and last.period else date.min
    start = turn.start
    while True:
        whole = Period(start, _end(one, start, turn.anchor))
        begin = max(start, billed)
        later = [span.end for span in nothing if span.start <= begin < span.end]
        if not later and begin < whole.end:
            break
        start = max([begin, *later])
        if start == FOREVER:
            return None
    days = sum(span.days for span in without((whole,), closed))
    charged = without((Period(begin, whole.end),), closed)
    span = Period(begin, charged[-1].end)
    dates = _dates(one, start, turn.ready)
    return Piece(whole, span, days, 0, last is None, dates, tuple(charged))


def _dates(one: Billable, start: date, ready: date) -> Dates:
    """The dates around a payment day; nothing is issued before it is known."""
    if one.terms.mode == "duration":
        return Dates(start, start, start, None)
    issue, notice, cut = (start + timedelta(days=days) for days in one.terms.recharge_offsets)
    return Dates(max(issue, ready), start, cut, notice)


def _settlements(one: Billable, entries: Sequence[Entry]) -> dict[str, list[Settled]]:
    """When each invoice of the service owed nothing, as it was at the end of the days."""
    found: dict[str, list[Settled]] = {}
    invoices: dict[str, Entry] = {}
    money: dict[str, Entry] = {}
    account = Account()
    for day, happened in groupby(in_order(entries), key=attrgetter("date")):
        reversed_ = False
        for entry in happened:
            account.take(entry)
            reversed_ = reversed_ or entry.type == "reversal"
            money[entry.no] = entry
            if entry.bills_period and entry.service == one.service:
                invoices[entry.no], found[entry.no] = entry, []
        for no, invoice in invoices.items():
            spans = found[no]
            owes_nothing = bool(spans) and spans[-1].until == FOREVER
            if no in account.open and owes_nothing:
                spans[-1] = spans[-1]._replace(until=day)
            elif no not in account.open and not owes_nothing:
                spans.append(Settled(day, FOREVER, _paid(invoice, account, money)))
            elif reversed_ and owes_nothing:  # perhaps other money settles it now
                paid = _paid(invoice, account, money)
                if paid != spans[-1].paid:
                    spans[-1] = spans[-1]._replace(until=day)
                    spans.append(Settled(day, FOREVER, paid))
    return found


def _paid(invoice: Entry, account: Account, money: dict[str, Entry]) -> date | None:
    last = next(_settling(invoice.no, account), None)
    if last is None or money[last].type != "payment" or money[last].date < invoice.date:
        return None
    return money[last].date


def _settling(charge: str, account: Account) -> Iterator[str]:
    return (part.money for part in reversed(account.parts) if part.charge == charge)
