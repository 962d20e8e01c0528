"""Standings that were judged before, for the same day, files and entries.

A subscriber is judged again when their own file or entries changed, or a file that concerns
everybody. Knows nothing of how a standing comes about; a standing that cannot be read from the
cache is judged anew.
"""

from datetime import date
from threading import active_count
from typing import Final

from pydantic import ValidationError

from ispconf.edge.accounts import ACCOUNTS, Account, judged
from ispconf.edge.cache import Kept
from ispconf.edge.conclusions import Origin
from ispconf.edge.pausing import collector_paused
from ispconf.network.model import Network

WORTH: Final = 32 << 20
"""Bytes of ledger from which other processes save more time than they cost to start."""
_KIND: Final = "standings"


def kept_or_judged(
    network: Network, day: date, origin: Origin, *, worth: int = WORTH
) -> dict[str, Account]:
    """The accounts of all subscribers on a day, by id; those that had to be judged are kept."""
    key = f"{day} {origin.shared}"
    with collector_paused():
        known = _revived(origin, key)
        names = {name: origin.of_subscriber(name) for name in network.subscribers}
        todo = [
            name for name, now in names.items() if name not in known or known[name].origin != now
        ]
        if todo:
            large = sum(size for _, size in origin.ledger.files.values()) >= worth
            large = large and active_count() == 1  # a process is not split beside threads
            new = (_shared if large and len(todo) > len(names) // 2 else judged)(network, day, todo)
            known |= {name: each._replace(origin=names[name]) for name, each in new.items()}
        found = {name: known[name] for name in names}
        if todo or len(found) < len(known):
            origin.cache.conclude(_KIND, key, Kept(ACCOUNTS.dump_json(found).decode()))
    return found


def _shared(network: Network, day: date, subscribers: list[str]) -> dict[str, Account]:
    from ispconf.edge.shares import shared  # noqa: PLC0415  0.05 s that few runs need

    return shared(network, day, subscribers)


def _revived(origin: Origin, key: str) -> dict[str, Account]:
    for kept in origin.cache.conclusions(_KIND, key).values():
        try:
            return ACCOUNTS.validate_json(kept.value)
        except ValidationError:
            return {}
    return {}
