"""Revenue: the income of the accounts, told apart by month, plan, zone and method.

Every row is made of postings to Income and Liabilities:Tax (``postings``), so the sum of all rows
is always what those accounts say (I-17). Where one invoice belongs to several plans or was paid in
several ways, its income is split in proportion, to the smallest unit and without a rest.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from operator import add
from typing import Final, NamedTuple

from ispconf.ledger import postings
from ispconf.ledger.allocation import Account
from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.extras import without_tax
from ispconf.ledger.money import Currency
from ispconf.ledger.postings import Posting, earned
from ispconf.ledger.reports.months import month_of

NONE, EXTRAS, OTHER, UNPAID = "(none)", "(extras)", "(other income)", "(unpaid)"
_SETTLED = {
    "credit": "(credit note)",
    "write_off": "(written off)",
    "opening": "(taken over)",
    "transfer": "(moved)",
}


class Catalogue(NamedTuple):
    """What the operator's files say today: plans by name, and each service's plan and zone.

    ``zones`` has services (``ana-lopez/casa``) and subscribers (their first service's).
    """

    plans: Mapping[str, str] = {}
    plan_of: Mapping[str, str] = {}
    zones: Mapping[str, str] = {}


class Row(NamedTuple):
    """Income of one kind of each column; credit notes are what was taken back of it."""

    keys: tuple[str, ...]
    services: Decimal = ZERO
    other: Decimal = ZERO
    fees: Decimal = ZERO
    credits: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def revenue(self) -> Decimal:
        """What the Income accounts gained; taxes are not part of it."""
        return self.services + self.other + self.fees - self.credits

    def plus(self, other: "Row") -> "Row":
        """The row with the amounts of another one added."""
        return Row(self.keys, *map(add, self[1:], other[1:]))


class Asked(NamedTuple):
    """From a day through another one, told apart by any of month, plan, zone and method."""

    by: tuple[str, ...]
    first: date
    last: date
    catalogue: Catalogue = Catalogue()


Weights = Mapping[str, Fraction]
_WHOLE: Final = Fraction(1)


def rows(book: Book, currency: Currency, asked: Asked) -> list[Row]:
    """Revenue, a row for each combination of what it is told apart by.

    A plan is the one that the invoice's line names. A zone is that of the invoice, which is where
    the service was when it was issued (WH-168), and today's where the invoice names none;
    ``zone-now`` is always today's. A method is how the income was settled up to the last day, so a
    later payment moves income from ``(unpaid)`` to its method.
    """
    labels = _Labels(book, asked.last, asked.catalogue)
    told = [labels.by[name] for name in asked.by]
    found: dict[tuple[str, ...], Row] = {}
    for entry, gained in earned(book, currency, asked.last):
        if entry.date < asked.first:
            continue
        weights = _combined([label(entry) for label in told])
        for row in _split(_amounts(entry, gained), weights, currency):
            known = found.get(row.keys)
            found[row.keys] = known.plus(row) if known else row
    return [found[keys] for keys in sorted(found)]


def total(found: Collection[Row]) -> Row:
    """The sum of rows."""
    summed = Row(())
    for row in found:
        summed = summed.plus(row)
    return summed


def _combined(weights: Sequence[Weights]) -> dict[tuple[str, ...], Fraction]:
    """The weight of each combination of labels."""
    if all(len(each) == 1 for each in weights):
        return {tuple([label for each in weights for label in each]): _WHOLE}
    pairs = product(*(each.items() for each in weights))
    return {
        tuple(label for label, _ in pair): prod((weight for _, weight in pair), start=_WHOLE)
        for pair in pairs
    }


def _split(
    amounts: Sequence[Decimal], weights: Mapping[tuple[str, ...], Fraction], currency: Currency
) -> Iterator[Row]:
    shares = [split(amount, list(weights.values()), currency) for amount in amounts]
    for keys, *parts in zip(weights, *shares, strict=True):
        yield Row(keys, *parts)


def _amounts(entry: Entry, gained: Iterable[Posting]) -> list[Decimal]:
    """The amounts of an entry's postings by column."""
    column = dict.fromkeys(("services", "other", "fees", "credits", "tax"), ZERO)
    for account, amount in gained:
        if account.startswith(postings.TAX):
            column["tax"] -= amount
        elif account.startswith(postings.INCOME):
            if entry.type == "credit":
                column["credits"] += amount
            elif account.startswith(postings.FEES):
                column["fees"] -= amount
            else:
                column["services" if account == postings.SERVICE else "other"] -= amount
    return list(column.values())


def split(amount: Decimal, weights: Sequence[Fraction], currency: Currency) -> list[Decimal]:
    """The amount in proportion to weights, in whole smallest units, nothing lost or added."""
    if len(weights) == 1:
        return [amount]
    whole = sum(weights, Fraction(0))
    if not whole:
        return [amount, *[ZERO] * (len(weights) - 1)]
    parts: list[Decimal] = []
    so_far, given = Fraction(0), ZERO
    for weight in weights:
        so_far += weight
        until = currency.round(Fraction(amount) * so_far / whole)
        parts.append(until - given)
        given = until
    return parts


def _only(label: str) -> Weights:
    return {label: _WHOLE}


class _Labels:
    """What an entry belongs to, with weights where it is more than one thing."""

    def __init__(self, book: Book, last: date, catalogue: Catalogue) -> None:
        self._book, self._last, self._catalogue = book, last, catalogue
        self._names = sorted(catalogue.plans, key=len, reverse=True)
        self._lines: dict[str, str | None] = {}
        self._settlements: dict[str, dict[str, dict[str, Fraction]]] = {}
        self.by: Mapping[str, Callable[[Entry], Weights]] = {
            "month": lambda entry: _only(f"{month_of(entry.date):%Y-%m}"),
            "plan": self._plan,
            "zone": self._zone,
            "zone-now": self._zone_now,
            "method": self._method,
        }

    def _charged(self, entry: Entry) -> Entry:
        """The invoice that an entry is about: itself, or that of its fee or credit note."""
        for _ in range(2):  # a credit note for a fee for an invoice
            if entry.type != "invoice" and entry.for_:
                entry = self._book.by_no.get(entry.for_[0], entry)
        return entry

    def _plan(self, entry: Entry) -> Weights:
        invoice = self._charged(entry)
        if invoice.type != "invoice":
            return _only(NONE)
        weights: dict[str, Fraction] = {}
        label = ""
        for line in without_tax(invoice):
            if line.amount >= 0 or not label:  # a discount belongs to the line before it
                label = self._line(line.item, invoice, first=not label)
            weights[label] = weights.get(label, Fraction(0)) + Fraction(line.amount)
        return weights if entry.type != "fee" else _only(next(iter(weights), NONE))

    def _line(self, item: str, invoice: Entry, *, first: bool) -> str:
        if item not in self._lines:
            named = (name for name in self._names if _names(item, name))
            self._lines[item] = next((self._catalogue.plans[name] for name in named), None)
        known = self._lines[item]
        if known:
            return known
        if invoice.kind == "other":
            return OTHER
        here = f"{invoice.subscriber}/{invoice.service}"
        return self._catalogue.plan_of.get(here, NONE) if first else EXTRAS

    def _zone(self, entry: Entry) -> Weights:
        zone = self._charged(entry).zone
        return _only(zone) if zone else self._zone_now(entry)

    def _zone_now(self, entry: Entry) -> Weights:
        service = self._charged(entry).service
        zones, who = self._catalogue.zones, entry.subscriber
        return _only(zones.get(f"{who}/{service}") or zones.get(who) or NONE)

    def _method(self, entry: Entry) -> Weights:
        if entry.type == "credit":
            return _only(_SETTLED["credit"])
        if entry.subscriber not in self._settlements:
            self._settlements[entry.subscriber] = self._settled(entry.subscriber)
        return self._settlements[entry.subscriber].get(entry.no, _only(UNPAID))

    def _settled(self, subscriber: str) -> dict[str, dict[str, Fraction]]:
        """How much of each charge was settled by each method up to the last day."""
        account = Account.of(self._book.of_subscriber(subscriber), self._last)
        found: dict[str, dict[str, Fraction]] = {}
        parts = [(part.charge, self._way(part.money), part.amount) for part in account.parts]
        parts += [(no, UNPAID, amount) for no, amount in account.open.items()]
        for no, label, amount in parts:
            weights = found.setdefault(no, {})
            weights[label] = weights.get(label, Fraction(0)) + Fraction(amount)
        return found

    def _way(self, no: str) -> str:
        money = self._book.by_no[no]
        return _SETTLED.get(money.type) or money.method or NONE


def _names(item: str, plan: str) -> bool:
    """Whether an invoice's line is of a plan: its name, or its name and how much of it."""
    return item.startswith(plan) and not item[len(plan) : len(plan) + 1].isalnum()
