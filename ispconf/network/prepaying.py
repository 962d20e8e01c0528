"""How far ahead somebody may be expected to pay.

Beyond it an amount is probably mistyped: 35000 for 350.00, or a reference in its place. Nothing is
refused for it; whoever types it is asked.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from ispconf.ledger.entries import ZERO
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.subscriber import Subscriber

YEARS: Final = 3
"""So far ahead nobody is asked: who pays a year or two in advance is welcome."""
_SECONDS: Final = YEARS * 365 * 24 * 3600


def most_ahead(network: Network, person: Subscriber, day: date) -> Decimal | None:
    """The price of three years of a person's plans; None where no plan has a price.

    Of somebody without a service the dearest plan is taken.
    """
    plans = network.plans
    prices = [_price(plans[each.plan_on(day)]) for each in person.services.values()]
    ahead = sum(prices, ZERO) if prices else max(map(_price, plans.values()), default=ZERO)
    return ahead or None


def _price(plan: ServicePlan) -> Decimal:
    """The price of three years; ``duration`` is what a price is for, else a month."""
    return plan.price * (_SECONDS // plan.duration if plan.duration else YEARS * 12)
