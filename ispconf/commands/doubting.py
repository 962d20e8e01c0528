"""Amounts that are probably mistyped or misread: said, so that somebody looks at them."""

from decimal import Decimal

from ispconf.commands.judging import Judged
from ispconf.ledger.entries import ZERO
from ispconf.network.prepaying import YEARS, most_ahead
from ispconf.network.subscriber import Subscriber


def doubt(facts: Judged, person: Subscriber, amount: Decimal) -> str:
    """Why so much is more than anybody pays at once; empty when it is not."""
    ahead = most_ahead(facts.network, person, facts.day)
    if ahead is None or amount <= ahead:
        return ""
    owed = max(facts.balance_of(person.id), ZERO)
    if amount <= ahead + owed:
        return ""
    currency = facts.network.company.currency
    return (
        f"{currency.text(amount)} {currency.code} is more than {person.id} owes "
        f"({currency.text(owed)}) and {YEARS} years of their plans"
    )
