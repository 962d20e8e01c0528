"""What receipts, invoices and statements say, as values (BR-100, WS-46).

Knows what of the book belongs on which paper, and as of which day. Knows no language and no layout.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.allocation import Account, in_order
from ispconf.ledger.entries import ZERO, Entry, Line
from ispconf.ledger.extras import described
from ispconf.ledger.facts import Period
from ispconf.ledger.reports.cash import Closing, Drawer
from ispconf.ledger.verification import verification

ONE_DAY = dt.timedelta(days=1)


class Business(NamedTuple):
    """Who gives the paper; ``lines`` are address, phone and the like, ``logo`` a PNG or JPEG."""

    name: str
    lines: tuple[str, ...] = ()
    tax_id: str = ""
    logo: bytes = b""


class Customer(NamedTuple):
    """Who gets it; ``language`` is a tag such as es-MX, empty for the company's own."""

    id: str
    name: str
    language: str = ""
    tax_id: str = ""
    address: str = ""
    plans: tuple[str, ...] = ()


class Paid(NamedTuple):
    """What of a charge the payment settled."""

    charge: Entry
    amount: Decimal

    @property
    def no(self) -> str:
        """The number of the charge."""
        return self.charge.no

    @property
    def first(self) -> dt.date | None:
        """The first of the days that it charged, if it charged days."""
        return days(self.charge.period)[0]

    @property
    def last(self) -> dt.date | None:
        """The last of them."""
        return days(self.charge.period)[1]


class Moved(NamedTuple):
    """Another entry that a paper names: a reversal of the payment, money for the invoice."""

    no: str
    type: str
    date: dt.date
    amount: Decimal
    reason: str = ""


class Receipt(NamedTuple):
    """What a receipt says; ``balance`` is what is owed after it, negative is credit.

    ``left`` is the part of the payment that settled nothing yet. ``reversals`` are those known on
    the day it is printed; all else is as it was when the payment was recorded.
    """

    no: str
    date: dt.date
    customer: Customer
    amount: Decimal
    method: str
    ref: str
    paid: tuple[Paid, ...]
    left: Decimal
    balance: Decimal
    next_cut: dt.date | None
    journal: str
    cashier: str
    code: str
    reversals: tuple[Moved, ...] = ()
    copy: bool = False


class Invoice(NamedTuple):
    """What an invoice says on the day it is printed: ``open`` of ``total`` is still asked for.

    ``other`` is what the subscriber owes beside it (negative: credit), ``balance`` all of it.
    ``taxes`` are names and amounts, contained in the total.
    """

    no: str
    date: dt.date
    customer: Customer
    service: str
    first: dt.date | None
    last: dt.date | None
    due: dt.date | None
    cut: dt.date | None
    lines: tuple[Line, ...]
    taxes: tuple[tuple[str, Decimal], ...]
    total: Decimal
    settled: tuple[Moved, ...]
    open: Decimal
    other: Decimal
    balance: Decimal
    code: str
    copy: bool = False


class Statement(NamedTuple):
    """All entries from ``first`` (None: the beginning) through ``date``, each with the balance."""

    date: dt.date
    customer: Customer
    first: dt.date | None
    before: Decimal
    entries: tuple[tuple[Entry, Decimal], ...]
    balance: Decimal
    next_due: dt.date | None
    next_cut: dt.date | None
    code: str
    copy: bool = False

    @property
    def no(self) -> str:
        """What it is known by: a statement has no number of its own."""
        return self.customer.id


class Taken(NamedTuple):
    """Money that came into a drawer (positive) or went, and whose it is."""

    no: str
    type: str
    name: str
    method: str
    ref: str
    amount: Decimal


class Cash(NamedTuple):
    """The closing of a journal's day, for whoever hands the money over and whoever gets it.

    ``customer`` is the journal and who writes it. ``held`` is what should lie there of the method
    that is ``counted``, by hand, if it was.
    """

    no: str
    date: dt.date
    customer: Customer
    taken: tuple[Taken, ...]
    drawers: tuple[Drawer, ...]
    last: str
    held: Decimal
    counted: Decimal | None
    code: str
    copy: bool = False


Content = Receipt | Invoice | Statement | Cash


def invoice(
    charge: Entry,
    entries: Sequence[Entry],
    customer: Customer,
    taxes: Mapping[str, str],
    today: dt.date = dt.date.max,
) -> Invoice:
    """An invoice among all entries of its subscriber, on a day; ``taxes`` are names by code."""
    day = max(today, charge.date)
    account = Account.of(entries, day)
    by_no = {entry.no: entry for entry in entries}
    money = [(by_no[part.money], part.amount) for part in account.parts if part.charge == charge.no]
    left = account.open.get(charge.no, ZERO)
    return Invoice(
        charge.no,
        charge.date,
        customer,
        charge.service or "",
        *days(charge.period),
        charge.due,
        charge.cut,
        described(charge),
        tuple((taxes.get(code, code), amount) for code, amount in charge.taxes if amount),
        charge.amount,
        tuple(Moved(entry.no, entry.type, entry.date, amount) for entry, amount in money),
        left,
        account.balance - left,
        account.balance,
        verification([charge]),
    )


def statement(  # noqa: PLR0913 - what the book does not know comes beside it
    entries: Sequence[Entry],
    customer: Customer,
    today: dt.date,
    first: dt.date | None = None,
    *,
    next_due: dt.date | None = None,
    next_cut: dt.date | None = None,
) -> Statement:
    """The statement of a subscriber on a day, from another day on."""
    running: list[tuple[Entry, Decimal]] = []
    before = balance = ZERO
    for entry in in_order([entry for entry in entries if entry.date <= today]):
        balance += entry.effect
        if first is None or entry.date >= first:
            running.append((entry, balance))
        else:
            before = balance
    return Statement(
        today,
        customer,
        first,
        before,
        tuple(running),
        balance,
        next_due,
        next_cut,
        verification(entry for entry, _ in running),
    )


def cash(
    closing: Closing, cashier: str, names: Mapping[str, str], counted: Decimal | None = None
) -> Cash:
    """The closing of a day on paper; ``names`` are those of subscribers, by id."""
    return Cash(
        no=f"{closing.journal}-{closing.day}",
        date=closing.day,
        customer=Customer(closing.journal, cashier),
        taken=tuple(
            Taken(
                one.entry.no,
                one.entry.type,
                names.get(one.entry.subscriber, one.entry.subscriber),
                one.method,
                one.entry.ref or one.entry.of or "",
                one.amount,
            )
            for one in closing.movements
        ),
        drawers=closing.drawers,
        last=closing.last,
        held=closing.countable,
        counted=counted,
        code=closing.code,
    )


def days(period: Period | None) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of a period, as papers say it."""
    return (period.start, period.end - ONE_DAY) if period else (None, None)
