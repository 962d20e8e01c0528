"""What is wrong in a book, and what may not be appended to it (FORMAT 7 "Rules", I-05 to I-15).

Knows every rule that can be seen from the ledger itself, with a place for each problem and both
places for each conflict; the rules of one journal and its counter are in ``journals``. What an
edit may not do to lines that exist is for the edge, which knows git.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

from ispconf.errors import Problem
from ispconf.ledger import journals, overlaps, transfers
from ispconf.ledger.book import Book, apart, compared
from ispconf.ledger.closing import refusal
from ispconf.ledger.entries import ZERO, Entry, recorded_on
from ispconf.ledger.money import Currency
from ispconf.ledger.transfers import Move


class Known(NamedTuple):
    """What entries may refer to outside the ledger; None where that is not to be checked.

    ``journals`` gives each journal the methods it may take; an empty collection means any.
    ``closed`` is the last day of the last closed month, on or before which nothing may be dated.
    """

    subscribers: Collection[str] | None = None
    methods: Collection[str] | None = None
    journals: Mapping[str, Collection[str]] | None = None
    closed: date | None = None


EVERYTHING = Known()
Found = Iterable[Problem]


def problems(book: Book, currency: Currency, known: Known = EVERYTHING) -> list[Problem]:
    """Everything that is wrong in the book, in its order; journals and their counters last.

    A subscriber whose file is gone is a warning here: the past stays true.
    """
    return [*of_people(book, currency, known), *journals.problems(book)]


def of_people(
    book: Book,
    currency: Currency,
    known: Known = EVERYTHING,
    moved: Mapping[Move, int] | None = None,
) -> list[Problem]:
    """What is wrong in the book but for its journals: it may hold the entries of some people only.

    That a reference is booked once (I-10) must be seen elsewhere then, and both sides of transfers:
    ``moved`` says what they leave open in the whole ledger, if the book is only a part of it.
    """
    rules = _Rules(book, currency, known, "warning", moved)
    found = [problem for entry in rules.suspects() for problem in rules.of(entry)]
    return [*found, *overlaps.problems(book, rules.out_of_turn)]


def refusals(
    book: Book, new: Iterable[Entry], currency: Currency, known: Known = EVERYTHING
) -> list[Problem]:
    """Why these entries may not be appended to the book; empty when they may.

    Judges the new entries only, as if they stood at its end; drafts without numbers are fine.
    """
    added = list(new)
    found = []
    for some in apart(added):
        near = compared(book.about(some), some)
        rules = _Rules(near.plus(some), currency, known, "error")
        found += [problem for entry in some for problem in rules.of(entry)]
    return found


class _Rules:
    """The rules for one entry, and what it is compared to.

    The book holds equal amounts, lines and taxes once (``lines`` reads them so), and each is judged
    once. What is almost never wrong (a number used twice) is first counted for the whole book.
    """

    def __init__(
        self,
        book: Book,
        currency: Currency,
        known: Known,
        gone: Literal["error", "warning"],
        moved: Mapping[Move, int] | None = None,
    ) -> None:
        self.book, self.currency, self.known, self.gone = book, currency, known, gone
        self._moved = moved
        self._contents: dict[tuple[int, int], tuple[Decimal, list[str]]] = {}
        entries = book.entries
        amounts = [*map(attrgetter("amount"), entries)]
        once = dict(zip(map(id, amounts), amounts, strict=True))
        self._unfit = {key for key, amount in once.items() if not currency.fits(amount)}
        self._numbers_twice = _twice(filter(None, map(attrgetter("no"), entries)))
        self._refs_twice = _twice(filter(None, map(attrgetter("ref"), entries))) and _twice(
            (entry.method, entry.ref) for entry in entries if entry.ref
        )
        again = self.out_of_turn = overlaps.out_of_turn(book)
        self._periods_twice = _twice(
            (entry.subscriber, entry.service, entry.period.start, entry.kind)
            for entry in entries
            if entry.period
            and (entry.kind != "service" or (again and (entry.subscriber, entry.service) in again))
            and entry.service
        )
        self._strange_journals = set(book.last) - set(known.journals) if known.journals else set()
        self._gone = set() if known.subscribers is None else self._people() - set(known.subscribers)

    def _people(self) -> set[str]:
        moved = (entry for entry in self.book.entries if entry.type == "transfer")
        return {
            *self.book.by_subscriber,
            *(who for entry in moved for who in transfers.both(entry)),
        }

    def suspects(self) -> Iterable[Entry]:
        """The entries that are to be looked at: not those whose every rule holds at a glance."""
        if self._unfit or self._numbers_twice or self._gone or self._strange_journals:
            return self.book.entries
        return self._unlike_others()

    def _unlike_others(self) -> Iterator[Entry]:
        """Invoices with contents that are new or wrong, payments that say more than an amount."""
        right: dict[int, tuple[object, object]] = {}  # by its lines
        anyhow = self.known.methods is None and not self.known.journals and not self._refs_twice
        for file, entries in groupby(self.book.entries, key=attrgetter("file")):
            recorded = recorded_on(file) or date.min
            for entry in entries:
                kind = entry.type
                if kind == "payment":
                    if anyhow and entry.date <= recorded and entry.amount > ZERO and not entry.for_:
                        continue
                elif kind == "invoice" and not self._periods_twice:
                    taxes, amount = right.get(id(entry.lines), (None, None))
                    if taxes is entry.taxes and amount is entry.amount:
                        continue
                    if not self.content(entry):
                        right[id(entry.lines)] = entry.taxes, entry.amount
                        continue
                yield entry

    def of(self, entry: Entry) -> list[Problem]:
        """All problems of one entry."""
        found: list[Problem] = []
        if self._unfit and id(entry.amount) in self._unfit:
            found.append(Problem(entry.source, self._digits(entry.amount)))
        if self._numbers_twice and entry.no and self.book.by_no[entry.no] is not entry:
            first = self.book.by_no[entry.no]
            found.append(Problem(entry.source, f"number {entry.no} is used twice", first.source))
        for rule in _RULES[entry.type]:
            found += rule(self, entry)
        if self.known.closed and (why := refusal(entry.date, self.known.closed)):
            found.append(Problem(entry.source, f"{entry.type} is dated {entry.date}, and {why}"))
        if self._gone:
            found += self._nobody(entry)
        if self._strange_journals and entry.journal in self._strange_journals:
            text = f'journal "{entry.journal}" is not in ispconf.yaml'
            found.append(Problem(entry.source, text))
        return found

    def _digits(self, amount: Decimal) -> str:
        code, digits = self.currency.code, self.currency.digits
        return f"{amount:f} has more decimals than {code} has ({digits})"

    def dated(self, entry: Entry) -> Found:
        """Money is not dated after the day it was recorded; amounts are more than zero."""
        if entry.date <= entry.recorded and (entry.amount > 0 or entry.type == "opening"):
            return ()
        if entry.date <= entry.recorded:
            text = f"{entry.type}: {entry.amount:f} is not more than zero"
            return (Problem(entry.source, text),)
        text = f"{entry.type} {entry.no} is dated {entry.date}, after it was recorded"
        return (Problem(entry.source, text, severity="warning"),)

    def reference(self, entry: Entry) -> Found:
        """A method's reference is booked once (I-10)."""
        method, ref = entry.method or "", entry.ref or ""
        first = self.book.by_reference.get((method, ref), entry) if self._refs_twice else entry
        if first is entry:
            return ()
        text = f'{method} reference "{ref}" is booked already, by {first.no or "this run"}'
        return (Problem(entry.source, text, first.source),)

    def method(self, entry: Entry) -> Found:
        """The method is accepted, and this journal takes it."""
        method, methods, journals = entry.method, self.known.methods, self.known.journals
        found: list[Problem] = []
        if methods is not None and method not in methods:
            listed = ", ".join(sorted(methods))
            text = f'method "{method}" is not accepted ({listed})'
            found.append(Problem(entry.source, text))
        taken = journals.get(entry.journal) if journals and entry.no else None
        if taken and method not in taken:
            listed = ", ".join(sorted(taken))
            text = f"journal {entry.journal} does not take {method}, only {listed}"
            found.append(Problem(entry.source, text))
        return found

    def content(self, entry: Entry) -> Found:
        """Totals are the sum of the lines, taxes are not more than that."""
        key = id(entry.lines), id(entry.taxes)
        if key not in self._contents:
            self._contents[key] = self._content(entry)
        total, wrong = self._contents[key]
        if total == entry.amount and not wrong:
            return ()
        said = [Problem(entry.source, text) for text in wrong]
        if total != entry.amount:
            text = f"total {entry.amount:f} is not the sum of its lines, {total:f}"
            said.append(Problem(entry.source, text))
        return said

    def once(self, entry: Entry) -> Found:
        """One invoice for a service, period start and kind (I-06)."""
        if not self._periods_twice or entry.period is None or entry.service is None:
            return ()
        first = self._invoices[entry.subscriber, entry.service, entry.period.start, entry.kind]
        if first is entry:
            return ()
        what = f"{entry.subscriber}/{entry.service} is invoiced twice from {entry.period.start}"
        text = f"{what}, first by {first.no or 'this run'}"
        return (Problem(entry.source, text, first.source),)

    def _content(self, entry: Entry) -> tuple[Decimal, list[str]]:
        amounts = [line.amount for line in entry.lines]
        taxes = [tax for _, tax in entry.taxes]
        total = sum(amounts, ZERO)
        wrong = [self._digits(one) for one in (*amounts, *taxes) if not self.currency.fits(one)]
        if sum(taxes, ZERO) > total and entry.kind != "plan_change":  # two plans, two rates
            wrong.append(f"taxes are more than the total {total:f}")
        return total, wrong

    def named(self, entry: Entry) -> Found:
        """The invoices that an entry names exist and are the subscriber's own."""
        if not entry.for_:
            return ()
        return [one for no in entry.for_ for one in self._points_to(entry, no, "for", _INVOICES)]

    def late(self, entry: Entry) -> Found:
        """An invoice has one late fee (BR-63)."""
        first = self._late[entry.for_] if entry.kind == "late" and entry.for_ else entry
        if first is entry:
            return ()
        text = f"{entry.for_[0]} has a late fee already, {first.no or 'of this run'}"
        return (Problem(entry.source, text, first.source),)

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
            text = f"{key}: {no} is of type {original.type}, not {' or '.join(sorted(kinds))}"
            yield Problem(entry.source, text, original.source)
        elif original.subscriber != entry.subscriber:
            text = f"{key}: {no} belongs to {original.subscriber}, not to {entry.subscriber}"
            yield Problem(entry.source, text, original.source)

    def transfer(self, entry: Entry) -> Iterator[Problem]:
        """What leaves one subscriber arrives at another, on the same day."""
        if self._transfers.get(transfers.key(entry), 0) != 0:
            other = entry.to or entry.from_
            text = f"transfer of {entry.amount} has no counterpart of the same day at {other}"
            yield Problem(entry.source, text)

    def _nobody(self, entry: Entry) -> Iterator[Problem]:
        for who in transfers.both(entry) if entry.type == "transfer" else (entry.subscriber,):
            if who in self._gone:
                text = f'subscriber "{who}" is not in subscribers/'
                yield Problem(entry.source, text, severity=self.gone)

    @cached_property
    def _invoices(self) -> Mapping[tuple[str, str, date, str | None], Entry]:
        return {
            (entry.subscriber, entry.service, entry.period.start, entry.kind): entry
            for entry in reversed(self.book.entries)
            if entry.period is not None and entry.service is not None
        }

    @cached_property
    def _late(self) -> Mapping[tuple[str, ...], Entry]:
        return {entry.for_: entry for entry in reversed(self.book.entries) if entry.kind == "late"}

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
    def _transfers(self) -> Mapping[Move, int]:
        return transfers.open_moves(self.book.entries) if self._moved is None else self._moved


def _twice(found: Iterable[object]) -> bool:
    """Whether anything is there more than once."""
    each = [*found]
    return len({*each}) < len(each)


_PAYMENTS = frozenset({"payment"})
_INVOICES = frozenset({"invoice"})
_CHARGES = frozenset({"invoice", "fee"})
_TAKING_BACK = frozenset({"reversal", "credit", "write_off"})
_RULES: Mapping[str, tuple[Callable[[_Rules, Entry], Found], ...]] = {
    "invoice": (_Rules.content, _Rules.once),
    "payment": (_Rules.dated, _Rules.reference, _Rules.method, _Rules.named),
    "fee": (_Rules.named, _Rules.late),
    "credit": (_Rules.dated, _Rules.within),
    "reversal": (_Rules.dated, _Rules.within),
    "refund": (_Rules.dated, _Rules.reference, _Rules.method),
    "opening": (_Rules.dated,),
    "promise": (),
    "transfer": (_Rules.dated, _Rules.transfer),
    "write_off": (_Rules.dated, _Rules.within),
}
