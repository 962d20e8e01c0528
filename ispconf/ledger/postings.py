"""The ledger in double entry: each entry as a transaction whose postings add up to zero.

    what is owed        Assets:Receivable:<subscriber>, or Liabilities:CustomerCredit:<subscriber>
    money               Assets:Cash:<journal>, Assets:Bank:<method>:<journal>, Assets:MobileMoney:..
    invoices, credits   Income:Service, Income:Other, and Liabilities:Tax:<code> (I-01, BR-41)
    fees                Income:Fees:Late, Income:Fees:Reconnection, Income:Fees:Other
    write-offs          Expenses:BadDebt
    taken over, moved   Equity:Opening, Equity:Transfers

A debit is positive. A subscriber either owes or has credit (I-03): a payment beyond what is owed
goes to the credit at once, and an invoice uses it at once, in the entry's own transaction. Knows
nothing of programs that read accounts. Account names are made of ids alone, never of what people
are called; an id is lower case, so its capital letter here keeps two ids two accounts.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from ispconf.ledger.allocation import in_order
from ispconf.ledger.book import Book
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.money import Currency

RECEIVABLE, CREDIT = "Assets:Receivable", "Liabilities:CustomerCredit"
TAX, INCOME = "Liabilities:Tax", "Income"
SERVICE, OTHER, FEES = "Income:Service", "Income:Other", "Income:Fees"
BAD_DEBT = "Expenses:BadDebt"
OPENING, TRANSFERS = "Equity:Opening", "Equity:Transfers"
MOBILE = frozenset({"airtel", "mobile", "momo", "mpesa"})
"""The payment methods that are mobile money; cash is cash, all others come by a bank."""


class Posting(NamedTuple):
    """A part of a transaction: an account and the amount it is debited, a credit is negative."""

    account: str
    amount: Decimal


class Transaction(NamedTuple):
    """An entry in double entry; one that moves no money (a promise) has no postings.

    ``receivable`` and ``credit`` are the subscriber's two accounts after it, in their own sign.
    """

    entry: Entry
    postings: tuple[Posting, ...]
    receivable: Decimal
    credit: Decimal


def transactions(book: Book, currency: Currency, until: date = date.max) -> Iterator[Transaction]:
    """The transactions of all entries dated up to and including a day, in the order of effect."""
    counter = _Counter(book, currency)
    owed: dict[str, Decimal] = {}
    for entry in in_order(book.entries):
        if entry.date > until:
            return
        before = owed.get(entry.subscriber, ZERO)
        after = owed[entry.subscriber] = before + entry.effect
        ours = _owed(entry.subscriber, before, after)
        yield Transaction(
            entry,
            tuple(each for each in (*ours, *counter.of(entry)) if each.amount),
            max(after, ZERO),
            max(-after, ZERO),
        )


def earned(
    book: Book, currency: Currency, until: date = date.max
) -> Iterator[tuple[Entry, tuple[Posting, ...]]]:
    """What each invoice, fee and credit note gives and takes beside the subscriber's accounts.

    These are the same postings as in ``transactions``, to Income and to Liabilities:Tax, without
    the many entries that move nothing but money.
    """
    counter = _Counter(book, currency)
    found = [each for each in book.entries if each.type in _EARNING and each.date <= until]
    return ((entry, counter.of(entry)) for entry in in_order(found))


def balances(found: Iterable[Transaction]) -> dict[str, Decimal]:
    """The balance of each account after these transactions, in the order of their names."""
    summed: dict[str, Decimal] = {}
    for transaction in found:
        for account, amount in transaction.postings:
            summed[account] = summed.get(account, ZERO) + amount
    return dict(sorted(summed.items()))


@cache
def part(identity: str) -> str:
    """An id as a part of an account's name: ``ana-lopez`` is ``Ana-lopez``."""
    return identity[:1].upper() + identity[1:]


@cache
def receivable(subscriber: str) -> str:
    """The account of what a subscriber owes."""
    return f"{RECEIVABLE}:{part(subscriber)}"


@cache
def credit(subscriber: str) -> str:
    """The account of what a subscriber has paid in advance."""
    return f"{CREDIT}:{part(subscriber)}"


@cache
def money(method: str, journal: str) -> str:
    """The account of the money that a journal takes by a method."""
    if method == "cash":
        return f"Assets:Cash:{part(journal)}"
    kind = "MobileMoney" if method in MOBILE else "Bank"
    return f"Assets:{kind}:{part(method)}:{part(journal)}"


def money_of(entry: Entry, by_no: Mapping[str, Entry]) -> str | None:
    """The account of the money that an entry brings or takes; None when it moves none.

    A reversal takes it from where its payment brought it, whatever journal records it.
    """
    if entry.type not in _MOVING_MONEY:
        return None
    original = by_no.get(entry.of or "", entry)
    return money(original.method or "cash", original.journal)


def _owed(subscriber: str, before: Decimal, after: Decimal) -> tuple[Posting, ...]:
    if before >= 0 and after >= 0:
        return (Posting(receivable(subscriber), after - before),)
    if before <= 0 and after <= 0:
        return (Posting(credit(subscriber), after - before),)
    owed, ahead = (after, -before) if after > 0 else (-before, after)
    return Posting(receivable(subscriber), owed), Posting(credit(subscriber), ahead)


class _Counter:
    """The other side of each entry, asked in the order of effect."""

    def __init__(self, book: Book, currency: Currency) -> None:
        self._book, self._currency = book, currency
        self._credited: dict[str, Decimal] = {}

    def of(self, entry: Entry) -> tuple[Posting, ...]:
        """The postings beside those of the subscriber; they add up to what the debt loses."""
        effect = entry.effect
        if not effect:
            return ()
        if entry.type == "invoice":
            return _invoiced(entry, effect, entry.taxes)
        if entry.type == "fee":
            return (Posting(_income(entry), -effect),)
        if entry.type == "credit":
            return self._taken_back(entry, -effect)
        account = money_of(entry, self._book.by_no) or _ACCOUNTS[entry.type]
        return (Posting(account, -effect),)

    def _taken_back(self, entry: Entry, amount: Decimal) -> tuple[Posting, ...]:
        """A credit note takes income and its share of the taxes back.

        All credits of an invoice up to its total take back exactly its taxes, to the cent: each
        takes what is due up to its end less what those before it took.
        """
        no = entry.for_[0] if entry.for_ else ""
        original = self._book.by_no.get(no)
        if original is None or not original.amount:
            return (Posting(SERVICE, amount),)
        before = self._credited.get(no, ZERO)
        after = self._credited[no] = before + amount
        taxes = tuple(
            (code, self._share(tax, original, before) - self._share(tax, original, after))
            for code, tax in original.taxes
        )
        return _invoiced(original, -amount, taxes)

    def _share(self, tax: Decimal, original: Entry, credited: Decimal) -> Decimal:
        return self._currency.round(Fraction(tax) * Fraction(credited) / Fraction(original.amount))


def _invoiced(
    entry: Entry, effect: Decimal, taxes: tuple[tuple[str, Decimal], ...]
) -> tuple[Posting, ...]:
    """Income and taxes of an invoice, or of a part of it that is taken back."""
    net = effect - sum((tax for _, tax in taxes), ZERO)
    owed = (Posting(f"{TAX}:{part(code)}", -tax) for code, tax in taxes)
    return Posting(_income(entry), -net), *owed


def _income(entry: Entry) -> str:
    """The account of the income from an invoice or fee."""
    if entry.type == "fee":
        return f"{FEES}:{part(entry.kind or 'other')}"
    return OTHER if entry.kind == "other" else SERVICE


_EARNING = frozenset({"invoice", "fee", "credit"})
_MOVING_MONEY = frozenset({"payment", "refund", "reversal"})
_ACCOUNTS: Mapping[str, str] = MappingProxyType(
    {"opening": OPENING, "transfer": TRANSFERS, "write_off": BAD_DEBT}
)
