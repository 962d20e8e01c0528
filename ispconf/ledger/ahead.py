"""What a subscriber's credit pays of the invoices to come: paying k periods moves the cut by k.

Credit is used when an invoice is issued; here the invoices of the next years are made for a look,
by the engine that will make them, until the credit is used up (BR-55). Nothing of it is stored.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ispconf.ledger import invoicing
from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable
from ispconf.ledger.entries import Entry
from ispconf.ledger.following import owed_from
from ispconf.ledger.money import Currency
from ispconf.ledger.summary import Summary

_LOOK, _FURTHEST = timedelta(days=100), timedelta(days=1500)


class Ahead(NamedTuple):
    """How far credit reaches: the first day that is not paid for, and when that cuts."""

    covered_until: date
    cut: date | None


def reach(
    ours: Sequence[Billable], seen: Summary, today: date, currency: Currency
) -> dict[str, Ahead]:
    """For each service whose next invoices the credit pays, how far; for none if it is change.

    ``seen`` is all of the subscriber's up to today: it leaves credit and nothing open.
    """
    if not _pays_one(ours, seen, today, currency):
        return {}
    look, entries = _LOOK, seen.entries
    while True:
        drafts = invoicing.of_subscriber(ours, entries, today + look, currency)
        after = Account.of([*entries, *drafts])
        if after.open or look >= _FURTHEST:
            break
        look *= 2
    return {one.service: found for one in ours if (found := _reached(one, drafts, after))}


def _pays_one(ours: Sequence[Billable], seen: Summary, today: date, currency: Currency) -> bool:
    """Whether the credit pays a whole invoice at all."""
    pieces = ((one, invoicing.upcoming(one, seen, today + _LOOK)) for one in ours)
    return any(
        piece and invoicing.draft(one, piece, seen.entries, currency).amount <= -seen.balance
        for one, piece in pieces
    )


def _reached(one: Billable, drafts: Sequence[Entry], after: Account) -> Ahead | None:
    own = [each for each in drafts if each.service == one.service and each.period]
    paid = [each for each in own if each.no not in after.open]
    if not paid:
        return None
    asked = next((each for each in own if each.no in after.open), None)
    until = max(each.period.end for each in paid if each.period)
    return Ahead(owed_from(one, asked), asked.cut) if asked else Ahead(until, None)
