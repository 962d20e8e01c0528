"""Standings that were judged before, for the same day, files and entries.

A subscriber is judged again when their own file or entries changed, or a file that concerns
everybody. Knows nothing of how a standing comes about; a standing that cannot be read from the
cache is judged anew.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from ispconf.edge.cache import Kept
from ispconf.edge.conclusions import Origin
from ispconf.edge.pausing import collector_paused
from ispconf.ledger.allocation import owed
from ispconf.ledger.standing import Standing, standings
from ispconf.network.billing import billables
from ispconf.network.model import Network

_KIND: Final = "standings"


class Account(NamedTuple):
    """What is owed by a subscriber on a day, negative is credit, and the standing of each service.

    ``origin`` names what it was concluded from.
    """

    origin: str
    balance: Decimal
    standings: list[Standing]


_Accounts = TypeAdapter(dict[str, Account], config={"defer_build": True})


def judged(network: Network, day: date, subscribers: Collection[str]) -> dict[str, Account]:
    """The accounts of these subscribers on a day, by id."""
    with collector_paused():
        ours = billables(network, subscribers)
        found = standings(ours, network.book, day, network.company.currency)
        entries = network.book.of_subscribers(subscribers)
        own: dict[str, list[Standing]] = {name: [] for name in subscribers}
        for standing in found.values():
            own[standing.subscriber].append(standing)
        return {
            name: Account("", owed(e for e in entries.get(name, ()) if e.date <= day), each)
            for name, each in own.items()
        }


def kept_or_judged(network: Network, day: date, origin: Origin) -> dict[str, Account]:
    """The accounts of all subscribers on a day, by id; those that had to be judged are kept."""
    key = f"{day} {origin.shared}"
    with collector_paused():
        known = _revived(origin, key)
        names = {name: origin.of_subscriber(name) for name in network.subscribers}
        todo = [
            name for name, now in names.items() if name not in known or known[name].origin != now
        ]
        if todo:
            new = judged(network, day, todo)
            known |= {name: each._replace(origin=names[name]) for name, each in new.items()}
        found = {name: known[name] for name in names}
        if todo or len(found) < len(known):
            origin.cache.conclude(_KIND, key, Kept(_Accounts.dump_json(found).decode()))
    return found


def _revived(origin: Origin, key: str) -> dict[str, Account]:
    for kept in origin.cache.conclusions(_KIND, key).values():
        try:
            return _Accounts.validate_json(kept.value)
        except ValidationError:
            return {}
    return {}
