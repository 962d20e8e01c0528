"""Which money settled which charge (BR-50 to BR-53).

Entries are taken in the order of their dates, whatever order they were recorded in; on one day
charges come before money, the oldest due date first, and reversals last. Money settles the invoices
it names, else the oldest due date; fees come after invoices, so that a fee never leaves an invoice
unpaid. What is left is credit, and a new charge uses it at once. Nothing is stored: it is
recomputed whenever it is asked.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from ispconf.ledger.entries import ZERO, Entry


class Part(NamedTuple):
    """A part of one entry's money that settled (a part of) one charge."""

    money: str
    charge: str
    amount: Decimal


_by_date = attrgetter("date")


_Age = tuple[bool, date, date, str]


def _order(entry: Entry) -> tuple[date, int, _Age, int]:
    rank = 2 if entry.type == "reversal" else 1 if entry.effect < 0 else 0
    age = (False, date.min, date.min, entry.no) if rank else _age(entry)
    return entry.date, rank, age, entry.line


def _age(entry: Entry) -> _Age:
    """What a charge is sorted by: the first is settled first."""
    return entry.type == "fee", entry.due or entry.date, entry.date, entry.no


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The entries in the order in which they take effect; the same for any order of theirs."""
    ordered = sorted(entries, key=_by_date)
    if len({entry.date for entry in ordered}) < len(ordered):
        ordered.sort(key=_order)
    return ordered


def owed(entries: Iterable[Entry]) -> Decimal:
    """What all these entries leave to be owed; negative is credit."""
    total = ZERO
    for entry in entries:
        if entry.type == "invoice":  # the two that a ledger is full of
            total += entry.amount
        elif entry.type == "payment":
            total -= entry.amount
        else:
            total += entry.effect
    return total


class Account:
    """The charges and the money of one subscriber, as they come in.

    ``open`` holds what each charge still asks for, ``credit`` what each entry of money has left;
    neither holds zeros. Open amounts less credit are always the balance.
    """

    __slots__ = ("_charges", "credit", "open", "parts")

    def __init__(self) -> None:
        self.open: dict[str, Decimal] = {}
        self.credit: dict[str, Decimal] = {}
        self.parts: list[Part] = []
        self._charges: dict[str, Entry] = {}

    @classmethod
    def of(cls, entries: Sequence[Entry], until: date = date.max) -> "Account":
        """The account after all entries dated up to and including a day."""
        account = cls()
        for entry in in_order(entries):
            if entry.date > until:
                break
            account.take(entry)
        return account

    @classmethod
    def in_debt(cls, entries: Sequence[Entry], owed: Decimal) -> "Account":
        """The account of who owes so much after all entries, without what settled what.

        Where charges came in the order of their age and no money names one, the last ones are open:
        seen at once, while a look at each entry takes ten times as long.
        """
        charges: list[Entry] = []
        for entry in entries:
            kind = entry.type
            if entry.for_ or kind == "reversal":
                return cls.of(entries)
            if kind != "payment" and (entry.amount if kind == "invoice" else entry.effect) > 0:
                charges.append(entry)
        days, ages = [entry.date for entry in charges], [_age(entry) for entry in charges]
        if days != sorted(days) or ages != sorted(ages):
            return cls.of(entries)
        account, left = cls(), owed
        open_ones: list[Entry] = []
        while left > 0:
            open_ones.append(charges.pop())
            left -= open_ones[-1].amount
        for entry in reversed(open_ones):
            account.open[entry.no] = entry.amount + min(left, ZERO)
            account._charges[entry.no] = entry
            left = ZERO
        return account

    @property
    def balance(self) -> Decimal:
        """What is owed; negative is credit."""
        return sum(self.open.values(), ZERO) - sum(self.credit.values(), ZERO)

    def owed(self, service: str | None = None) -> list[Entry]:
        """The invoices that are open and count for a cut, the oldest first: a service's, or all."""
        if not self.open:
            return []
        found = [self._charges[no] for no in sorted(self.open, key=self._age)]
        return [
            entry for entry in found if entry.bills_service and service in (None, entry.service)
        ]

    def past_cut(self, service: str, day: date) -> Decimal:
        """How much of these is open on or after its cut date."""
        past = [entry for entry in self.owed(service) if entry.cut and entry.cut <= day]
        return sum((self.open[entry.no] for entry in past), ZERO)

    def take(self, entry: Entry) -> None:
        """Bring in the next entry, in the order of ``in_order``."""
        effect = entry.effect
        if entry.type == "reversal":
            self._reverse(entry, effect)
        elif effect > 0:
            self._charge(entry, effect)
        elif effect < 0:
            self._settle(entry, -effect)

    def _charge(self, entry: Entry, amount: Decimal) -> None:
        self._charges[entry.no] = entry
        self.open[entry.no] = amount
        if self.credit:
            self._use_credit()

    def _age(self, no: str) -> _Age:
        return _age(self._charges[no])

    def _settle(self, entry: Entry, amount: Decimal) -> None:
        if entry.for_:
            amount = self._pay(entry.no, amount, [no for no in self.open if no in entry.for_])
        amount = self._pay(entry.no, amount, self.open)
        if amount:
            self.credit[entry.no] = self.credit.get(entry.no, ZERO) + amount

    def _pay(self, money: str, amount: Decimal, charges: Collection[str]) -> Decimal:
        """Settle these charges, the oldest first; the rest of the amount comes out."""
        ordered = sorted(charges, key=self._age) if len(charges) > 1 else [*charges]
        for no in ordered:
            if not amount:
                break
            asked = self.open[no]
            paid = min(amount, asked)
            amount -= paid
            self.parts.append(Part(money, no, paid))
            if paid == asked:
                del self.open[no]
            else:
                self.open[no] = asked - paid
        return amount

    def _use_credit(self) -> None:
        for money, amount in list(self.credit.items()):
            left = self._pay(money, amount, self.open)
            if left:
                self.credit[money] = left
                return
            del self.credit[money]

    def _reverse(self, entry: Entry, amount: Decimal) -> None:
        """Take a payment's money back: its credit first, then what it settled last."""
        credit = self.credit.pop(entry.of or "", ZERO)
        if credit > amount:
            self.credit[entry.of or ""] = credit - amount
        amount -= min(credit, amount)
        for index in range(len(self.parts) - 1, -1, -1):
            part = self.parts[index]
            if not amount:
                break
            if part.money != entry.of:
                continue
            taken = min(amount, part.amount)
            amount -= taken
            self.open[part.charge] = self.open.get(part.charge, ZERO) + taken
            self.parts[index] = part._replace(amount=part.amount - taken)
        self.parts = [part for part in self.parts if part.amount]
        if amount:  # more than the payment was: an error that checks report; the debt stays true
            self._charge(entry, amount)
        elif self.credit:
            self._use_credit()

    def settled_by(self, money: str) -> list[Part]:
        """What one payment settled, in the order it did."""
        return [part for part in self.parts if part.money == money]
