"""The amounts of money that operators write in billing terms and extras, each with its path.

So that none is written that the currency cannot pay (FORMAT 7): a fee of 50.005 pesos would be
charged as another one. Knows where amounts stand; a plan's price is for ``checks``.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.terms import Terms
from ispconf.network.company import Company
from ispconf.network.subscriber import Subscriber


class Asked(NamedTuple):
    """An amount and the path of its key in the file."""

    path: tuple[str | int, ...]
    amount: Decimal

    @property
    def decimals(self) -> int:
        """How many it needs: 50.00 is 50, which needs none."""
        return max(0, -int(self.amount.normalize().as_tuple().exponent))


def of_company(company: Company) -> Iterator[Asked]:
    """The amounts in the terms of the company and of its zones."""
    yield from _of_terms(company.billing, "billing")
    for name, zone in company.zones.items():
        yield from _of_terms(zone.billing, "zones", name, "billing")


def of_subscriber(subscriber: Subscriber) -> Iterator[Asked]:
    """The amounts in the terms of a subscriber and in what they pay beside the service."""
    yield from _of_terms(subscriber.billing, "billing")
    for name, extra in subscriber.extras.items():
        yield Asked(("extras", name, "price"), extra.price)


def finest(amounts: Iterable[Asked]) -> int:
    """The most decimals that one of them needs."""
    return max((each.decimals for each in amounts), default=0)


def _of_terms(terms: Terms, *path: str) -> Iterator[Asked]:
    if not terms.model_fields_set:
        return
    if terms.late_fee and terms.late_fee.amount is not None:
        yield Asked((*path, "late_fee", "amount"), terms.late_fee.amount)
    if terms.reconnection_fee:
        yield Asked((*path, "reconnection_fee"), terms.reconnection_fee.amount)
    yield Asked((*path, "minimum_cut"), terms.minimum_cut)
    for index, discount in enumerate(terms.discounts):
        if discount.amount is not None:
            yield Asked((*path, "discounts", index, "amount"), discount.amount)
