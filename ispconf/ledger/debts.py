"""What the ledger makes of a service on a day: active, due, in grace or suspended, and why.

Knows open invoices, cut dates, promises, minimum and days without cuts. Without an open invoice a
service is active, so an empty or missing ledger never cuts anybody.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ispconf.ledger import cuts
from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable
from ispconf.ledger.cycle import ONE_DAY
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import FOREVER
from ispconf.ledger.money import Currency
from ispconf.ledger.states import Judged, Reason, State, reference
from ispconf.ledger.summary import Summary

_CUT_BY = {
    "cycle": "cut_day",
    "cutdate": "cut_day",
    "recharge": "recharge_offsets",
    "duration": "duration",
}
"""The term that places the cut, in each mode."""


class Debt:
    """The open invoices of one service on a day.

    ``seen`` is all of its subscriber's up to that day, ``account`` what it settled.
    """

    def __init__(self, one: Billable, seen: Summary, account: Account, currency: Currency) -> None:
        self.one, self.seen, self.account, self.currency = one, seen, account, currency
        self.entries = seen.entries
        self.owed = account.owed(one.service) if account.open else []

    @property
    def open(self) -> Decimal:
        """What the service's own invoices still ask for."""
        return sum((self.account.open[entry.no] for entry in self.owed), Decimal(0))

    def judged(self, today: date) -> Judged:
        """The state that the ledger gives."""
        if not self.owed:
            return Judged(State.ACTIVE, (self._paid(),), calendar=True)
        past = [entry for entry in self.owed if entry.cut and entry.cut <= today]
        if past:
            return self._past_cut(past, today)
        return self._before_cut(today)

    def _before_cut(self, today: date) -> Judged:
        first = self.owed[0]
        due = first.due or first.date
        dates = [entry.cut for entry in self.owed if entry.cut]
        promise = cuts.promise_on(self.entries, today)
        cut = cuts.start_of_cut(self.one.terms, min(dates), promise) if dates else None
        if today <= due:
            return Judged(State.DUE, self._asked([first], "is due"), first.date, cut, calendar=True)
        reasons = self._asked([first], "was due")
        if promise:
            reasons = (*reasons, self._promised(promise))
        return Judged(State.GRACE, reasons, due + ONE_DAY, cut, calendar=True)

    def _past_cut(self, past: list[Entry], today: date) -> Judged:
        walk = cuts.past(self.one, self.entries, today)
        reasons = self._asked(past, "was due")
        if walk.cuts and walk.cuts[-1].end == FOREVER:
            start = walk.cuts[-1].start
            chain = (*reasons, *self._broken(past, today), self._rule())
            return Judged(State.SUSPENDED, chain, start, start, calendar=True)
        due = past[0].due or past[0].date
        promise = cuts.promise_on(self.entries, today)
        kept, cut = self._kept(promise, walk, today)
        if today <= due:  # its cut is on its due date
            asked = (*self._asked(past, "is due"), kept)
            return Judged(State.DUE, asked, past[0].date, cut, calendar=True)
        return Judged(State.GRACE, (*reasons, kept), due + ONE_DAY, cut, calendar=True)

    def _kept(
        self, promise: Entry | None, walk: cuts.Past, today: date
    ) -> tuple[Reason, date | None]:
        """Why a service past its cut date is not cut, and until when."""
        terms = self.one.terms
        if promise:
            return self._promised(promise), cuts.start_of_cut(terms, today, promise)
        if walk.waits:
            text = f"no cut may start before {walk.waits}"
            return Reason("no_cut_days", text, reference(self.one, "no_cut_days")), walk.waits
        coming = min(
            (entry.cut for entry in self.owed if entry.cut and entry.cut > today), default=None
        )
        past = self.account.past_cut(self.one.service, today)
        if past < terms.minimum_cut:
            text = f"{self._money(past)} is less than minimum_cut {self._money(terms.minimum_cut)}"
            return Reason("minimum_cut", text, reference(self.one, "minimum_cut")), coming
        text = f"restored when {terms.restore_on.normalize():f}% of what was past its cut date came"
        return Reason("restore_on", text, reference(self.one, "restore_on")), coming

    def _rule(self) -> Reason:
        """The term that placed the cut."""
        terms = self.one.terms
        term = _CUT_BY[terms.mode]
        text = {
            "recharge_offsets": f"cut {terms.recharge_offsets[2]} days after the payment day",
            "duration": "cut when the time that was paid for ends",
        }.get(term, f"cut_day {terms.cut_day}")
        return Reason(term, text, reference(self.one, term))

    def _money(self, amount: Decimal) -> str:
        return f"{self.currency.text(amount)} {self.currency.code}"

    def _asked(self, invoices: Sequence[Entry], verb: str) -> tuple[Reason, ...]:
        return tuple(
            Reason(
                _CUT_BY[self.one.terms.mode] if entry.cut else "due_day",
                self._said(entry, verb),
                str(entry.source),
            )
            for entry in invoices
        )

    def _said(self, entry: Entry, verb: str) -> str:
        left = self.account.open[entry.no]
        of = "" if left == entry.amount else f" of {self.currency.text(entry.amount)}"
        cut = f", cut {entry.cut}" if entry.cut else ""
        amount = f"{self.currency.text(left)}{of} {self.currency.code}"
        return f"invoice {entry.no} ({amount}) {verb} {entry.due}{cut}"

    def _paid(self) -> Reason:
        last = self.seen.paid
        if last is None:
            return Reason("paid", "nothing is open")
        text = (
            f"nothing is open, last payment {last.no} ({self._money(last.amount)}) on {last.date}"
        )
        return Reason("paid", text, str(last.source))

    def _promised(self, promise: Entry) -> Reason:
        text = f"promise {promise.no} to pay until {promise.until}"
        return Reason("promise", text, str(promise.source))

    def _broken(self, past: Sequence[Entry], today: date) -> tuple[Reason, ...]:
        first = past[0].cut or today
        broken = [
            entry
            for entry in self.entries
            if entry.type == "promise" and entry.until and first <= entry.until < today
        ]
        return tuple(
            Reason(
                "promise",
                f"promise {entry.no} was broken: not paid until {entry.until}",
                str(entry.source),
            )
            for entry in broken[-1:]
        )
