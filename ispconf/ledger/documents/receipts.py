"""What the receipt of a payment says: the same on a reprint as when the payment was recorded.

Knows which entries counted then. The order of what two journals recorded on one day is not in the
ledger: whoever knows it says so.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from ispconf.ledger.allocation import Account, in_order
from ispconf.ledger.documents.content import Customer, Moved, Paid, Receipt
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.verification import verification


def known_with(
    payment: Entry, entries: Iterable[Entry], later: Collection[str] = ()
) -> list[Entry]:
    """The entries that counted when the payment was recorded, so that a reprint says the same.

    ``later`` are the numbers of those of the same day, in other journals, that came after it.
    """
    return [
        entry
        for entry in entries
        if entry.date <= payment.date
        and entry.recorded <= payment.recorded
        and not (entry.journal == payment.journal and entry.number > payment.number)
        and entry.no not in later
    ]


def beside(payment: Entry, entries: Iterable[Entry]) -> list[Entry]:
    """The entries of the same day in other journals, which do not say who was first."""
    return [
        entry
        for entry in known_with(payment, entries)
        if entry.recorded == payment.recorded and entry.journal != payment.journal
    ]


def receipt(  # noqa: PLR0913 - a receipt says that much
    payment: Entry,
    entries: Sequence[Entry],
    customer: Customer,
    *,
    later: Collection[str] = (),
    next_cut: dt.date | None = None,
    cashier: str = "",
    today: dt.date = dt.date.max,
) -> Receipt:
    """The receipt of a payment among all entries of its subscriber, printed on a day."""
    then = known_with(payment, entries, later)
    account = Account.of([entry for entry in then if entry.no != payment.no])
    account.take(payment)  # the last that came, whatever its journal is called
    charges = {entry.no: entry for entry in then}
    parts = account.settled_by(payment.no)
    return Receipt(
        no=payment.no,
        date=payment.date,
        customer=customer,
        amount=payment.amount,
        method=payment.method or "",
        ref=payment.ref or "",
        paid=tuple(Paid(charges[part.charge], part.amount) for part in parts),
        left=account.credit.get(payment.no, ZERO),
        balance=account.balance,
        next_cut=next_cut,
        journal=payment.journal,
        cashier=cashier,
        code=verification([payment]),
        reversals=tuple(
            Moved(entry.no, entry.type, entry.date, entry.amount, entry.reason or "")
            for entry in in_order(entries)
            if entry.of == payment.no and entry.date <= today
        ),
    )
