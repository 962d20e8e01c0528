"""Standings that were judged before, for the same day, files and entries.

A subscriber is judged again when their own file or entries changed, or a file that concerns
everybody. Knows nothing of how a standing comes about; a standing that cannot be read from the
cache is judged anew.
"""

from datetime import date
from typing import Final

from pydantic import ValidationError

from ispconf.edge.accounts import ACCOUNTS, Account
from ispconf.edge.cache import Kept
from ispconf.edge.conclusions import Origin
from ispconf.edge.pausing import collector_paused
from ispconf.edge.spreading import accounts
from ispconf.network.model import Network

_KIND: Final = "standings"


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
            new = accounts(network, day, todo)
            known |= {name: each._replace(origin=names[name]) for name, each in new.items()}
        found = {name: known[name] for name in names}
        if todo or len(found) < len(known):
            origin.cache.conclude(_KIND, key, Kept(ACCOUNTS.dump_json(found).decode()))
    return found


def _revived(origin: Origin, key: str) -> dict[str, Account]:
    for kept in origin.cache.conclusions(_KIND, key).values():
        try:
            return ACCOUNTS.validate_json(kept.value)
        except ValidationError:
            return {}
    return {}
