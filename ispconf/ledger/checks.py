"""What is wrong in a book, and what may not be appended to it (FORMAT 7 "Rules", I-05 to I-15).

Knows every rule that can be seen from the ledger itself, with a place for each problem and both
places for each conflict; the rules of one journal and its counter are in ``journals``. What an
edit may not do to lines that exist is for the edge, which knows git.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from ispconf.errors import Problem
from ispconf.ledger import journals
from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.money import Currency


class Known(NamedTuple):
    """What entries may refer to outside the ledger; None where that is not to be checked.

    ``journals`` gives each journal the methods it may take; an empty collection means any.
    """

    subscribers: Collection[str] | None = None
    methods: Collection[str] | None = None
    journals: Mapping[str, Collection[str]] | None = None


EVERYTHING = Known()


def problems(book: Book, currency: Currency, known: Known = EVERYTHING) -> list[Problem]:
    """Everything that is wrong in the book, in its order; journals and their counters last.

    A subscriber whose file is gone is a warning here: the past stays true.
    """
    rules = _Rules(book, currency, known, "warning")
    found = [problem for entry in book.entries for problem in rules.of(entry)]
    return [*found, *journals.problems(book), *rules.overlaps()]


def refusals(
    book: Book, new: Iterable[Entry], currency: Currency, known: Known = EVERYTHING
) -> list[Problem]:
    """Why these entries may not be appended to the book; empty when they may.

    Judges the new entries only, as if they stood at its end; drafts without numbers are fine.
    """
    added = list(new)
    rules = _Rules(book.plus(added), currency, known, "error")
    return [problem for entry in added for problem in rules.of(entry)]


class _Rules:
    """The rules for one entry, and what it is compared to."""

    def __init__(
        self,
        book: Book,
        currency: Currency,
        known: Known,
        gone: Literal["error", "warning"],
    ) -> None:
        self.book, self.currency, self.known, self.gone = book, currency, known, gone
        self.fitting: dict[int, bool] = {}  # amounts are shared between entries: judged once each

    def of(self, entry: Entry) -> Iterator[Problem]:
        """All problems of one entry."""
        if not self._fits(entry.amount):
            yield self._digits(entry, entry.amount)
        if entry.no and (first := self.book.by_no[entry.no]) is not entry:
            yield Problem(entry.source, f"number {entry.no} is used twice", first.source)
        if entry.amount <= 0 and entry.type not in _MAY_BE_ZERO:
            yield Problem(entry.source, f"{entry.type}: {entry.amount} is not more than zero")
        if entry.type not in _AHEAD and entry.date > entry.recorded:
            text = f"{entry.type} {entry.no} is dated {entry.date}, after it was recorded"
            yield Problem(entry.source, text, severity="warning")
        for rule in _RULES.get(entry.type, ()):
            yield from rule(self, entry)
        yield from self._outside(entry)

    def _fits(self, amount: Decimal) -> bool:
        fits = self.fitting.get(id(amount))
        if fits is None:
            fits = self.fitting[id(amount)] = self.currency.fits(amount)
        return fits

    def _digits(self, entry: Entry, amount: Decimal) -> Problem:
        digits, code = self.currency.digits, self.currency.code
        text = f"{amount:f} has more decimals than {code} has ({digits})"
        return Problem(entry.source, text)

    def reference(self, entry: Entry) -> Iterator[Problem]:
        """A method's reference is booked once (I-10)."""
        first = self.book.by_reference.get((entry.method or "", entry.ref or ""), entry)
        if first is not entry:
            text = f'{entry.method} reference "{entry.ref}" is booked already, by {first.no}'
            yield Problem(entry.source, text, first.source)
        yield from self._method(entry)

    def _method(self, entry: Entry) -> Iterator[Problem]:
        methods, known = self.known.methods, self.known.journals
        if methods is not None and entry.method not in methods:
            listed = ", ".join(sorted(methods))
            yield Problem(entry.source, f'method "{entry.method}" is not accepted ({listed})')
        taken = known.get(entry.journal) if known and entry.no else None
        if taken and entry.method not in taken:
            listed = ", ".join(sorted(taken))
            text = f"journal {entry.journal} does not take {entry.method}, only {listed}"
            yield Problem(entry.source, text)

    def invoice(self, entry: Entry) -> Iterator[Problem]:
        """Totals are the sum of the lines; one invoice for a service, period start and kind."""
        total = sum((line.amount for line in entry.lines), ZERO)
        if total != entry.amount:
            yield Problem(
                entry.source, f"total {entry.amount} is not the sum of its lines, {total}"
            )
        for amount in (*(line.amount for line in entry.lines), *(tax for _, tax in entry.taxes)):
            if not self._fits(amount):
                yield self._digits(entry, amount)
        if sum((tax for _, tax in entry.taxes), ZERO) > entry.amount:
            yield Problem(entry.source, f"taxes are more than the total {entry.amount}")
        if entry.period and entry.service:
            first = self._invoices[_period_key(entry)]
            if first is not entry:
                text = (
                    f"{entry.subscriber}/{entry.service} is invoiced twice from "
                    f"{entry.period.start}, first by {first.no}"
                )
                yield Problem(entry.source, text, first.source)

    def named(self, entry: Entry) -> Iterator[Problem]:
        """The invoices that an entry names exist and are the subscriber's own."""
        for no in entry.for_:
            yield from self._points_to(entry, no, "for", _INVOICES)

    def within(self, entry: Entry) -> Iterator[Problem]:
        """Reversals, credits and write-offs together are at most their original (I-11)."""
        key, no, kinds = (
            ("of", entry.of or "", _PAYMENTS)
            if entry.type == "reversal"
            else ("for", entry.for_[0] if entry.for_ else "", _CHARGES)
        )
        wrong = list(self._points_to(entry, no, key, kinds))
        yield from wrong
        original = self.book.by_no.get(no)
        if wrong or original is None:
            return
        if entry.date < original.date:
            text = f"{entry.type} is dated {entry.date}, before {no} on {original.date}"
            yield Problem(entry.source, text, original.source)
        if self._running[id(entry)] > original.amount:
            text = (
                f"{entry.type} of {entry.amount} is too much: with it {self._running[id(entry)]} "
                f"of the {original.amount} of {no} are taken back"
            )
            yield Problem(entry.source, text, original.source)

    def _points_to(
        self, entry: Entry, no: str, key: str, kinds: Collection[str]
    ) -> Iterator[Problem]:
        original = self.book.by_no.get(no)
        if original is None:
            yield Problem(entry.source, f"{key}: {no} is not in the ledger")
        elif original.type not in kinds:
            text = f"{key}: {no} is a {original.type}, not a {' or '.join(sorted(kinds))}"
            yield Problem(entry.source, text, original.source)
        elif original.subscriber != entry.subscriber:
            text = f"{key}: {no} belongs to {original.subscriber}, not to {entry.subscriber}"
            yield Problem(entry.source, text, original.source)

    def transfer(self, entry: Entry) -> Iterator[Problem]:
        """What leaves one subscriber arrives at another, on the same day."""
        if self._transfers[_transfer_key(entry)] != 0:
            other = entry.to or entry.from_
            text = f"transfer of {entry.amount} has no counterpart of the same day at {other}"
            yield Problem(entry.source, text)

    def _outside(self, entry: Entry) -> Iterator[Problem]:
        subscribers, known = self.known.subscribers, self.known.journals
        if subscribers is not None:
            for who in (entry.subscriber, entry.to, entry.from_):
                if who is not None and who not in subscribers:
                    text = f'subscriber "{who}" is not in subscribers/'
                    yield Problem(entry.source, text, severity=self.gone)
        if known is not None and entry.no and entry.journal not in known:
            text = f'journal "{entry.journal}" is not in ispconf.yaml'
            yield Problem(entry.source, text)

    def overlaps(self) -> Iterator[Problem]:
        """Periods of a service do not overlap (I-07)."""
        last: dict[tuple[str, str | None], Entry] = {}
        invoices = [entry for entry in self.book.entries if entry.bills_service and entry.period]
        for entry in sorted(invoices, key=_period_key):
            before = last.get((entry.subscriber, entry.service))
            if before and before.period and entry.period:
                if before.period.start < entry.period.start < before.period.end:
                    text = f"period {entry.period} overlaps {before.period} of {before.no}"
                    yield Problem(entry.source, text, before.source)
                if entry.period.end <= before.period.end:
                    continue
            last[entry.subscriber, entry.service] = entry

    @cached_property
    def _invoices(self) -> Mapping[tuple[str, str, str, str], Entry]:
        invoices = [entry for entry in self.book.entries if entry.period]
        return {_period_key(entry): entry for entry in reversed(invoices)}

    @cached_property
    def _running(self) -> Mapping[int, Decimal]:
        """How much of its original was taken back up to and with each entry."""
        so_far: dict[tuple[bool, str], Decimal] = {}
        found: dict[int, Decimal] = {}
        for entry in self.book.entries:
            if entry.type in _TAKING_BACK:
                key = entry.type == "reversal", entry.of or "".join(entry.for_)
                so_far[key] = so_far.get(key, ZERO) + entry.amount
                found[id(entry)] = so_far[key]
        return found

    @cached_property
    def _transfers(self) -> Mapping[tuple[str, ...], int]:
        found: Counter[tuple[str, ...]] = Counter()
        for entry in self.book.entries:
            if entry.type == "transfer":
                found[_transfer_key(entry)] += 1 if entry.to else -1
        return found


def _period_key(entry: Entry) -> tuple[str, str, str, str]:
    start = entry.period.start.isoformat() if entry.period else ""
    return entry.subscriber, entry.service or "", start, entry.kind or ""


def _transfer_key(entry: Entry) -> tuple[str, ...]:
    giver, taker = (entry.subscriber, entry.to) if entry.to else (entry.from_, entry.subscriber)
    return giver or "", taker or "", entry.date.isoformat(), str(entry.amount.normalize())


_PAYMENTS = frozenset({"payment"})
_INVOICES = frozenset({"invoice"})
_CHARGES = frozenset({"invoice", "fee"})
_TAKING_BACK = frozenset({"reversal", "credit", "write_off"})
_MAY_BE_ZERO = frozenset({"invoice", "opening", "promise"})
_AHEAD = frozenset({"invoice", "fee", "promise"})
_RULES: Mapping[str, tuple[Callable[[_Rules, Entry], Iterator[Problem]], ...]] = {
    "invoice": (_Rules.invoice,),
    "payment": (_Rules.reference, _Rules.named),
    "refund": (_Rules.reference,),
    "fee": (_Rules.named,),
    "credit": (_Rules.within,),
    "write_off": (_Rules.within,),
    "reversal": (_Rules.within,),
    "transfer": (_Rules.transfer,),
}
