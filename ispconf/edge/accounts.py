"""What subscribers owe on a day and how their services stand, one by one and as text.

Knows nothing of what was judged before (``standings``) and by whom (``shares``).
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from ispconf.edge.pausing import collector_paused
from ispconf.ledger.billable import Billable
from ispconf.ledger.standing import Standing, of_people
from ispconf.network.billing import billables
from ispconf.network.model import Network


class Account(NamedTuple):
    """What is owed by a subscriber on a day, negative is credit, and the standing of each service.

    ``sold`` is each service's plan on that day and its router, if it has one; ``name`` is the
    subscriber's. ``origin`` names what the account was concluded from.
    """

    origin: str
    balance: Decimal
    standings: list[Standing]
    sold: list[tuple[str, str]]
    name: str


ACCOUNTS: Final = TypeAdapter(dict[str, Account], config={"defer_build": True})
"""Accounts by subscriber, to text and back."""


def judged(network: Network, day: date, subscribers: Collection[str]) -> dict[str, Account]:
    """The accounts of these subscribers on a day, by id."""
    with collector_paused():
        ours: dict[str, list[Billable]] = {name: [] for name in subscribers}
        for one in billables(network, subscribers):
            ours[one.subscriber].append(one)
        return {
            name: Account(
                "",
                balance,
                stood,
                [
                    (service.plan_on(day), service.router or "")
                    for service in network.subscribers[name].services.values()
                ],
                network.subscribers[name].name,
            )
            for name, balance, stood in of_people(ours, network.book, day, network.company.currency)
        }
