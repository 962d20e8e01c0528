"""The kinds of access, one file each, and their registry.

A kind answers three questions: which rows an account needs (``rows``), which accounts a state holds
(``accounts``; what a kind writes, it reads back), and which live sessions must be dropped for the
wanted state to reach them (``stale``). ``TABLES`` are the menus it needs to have read.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from ispconf.routeros.rows import Row, State
from ispconf.routeros.tables import Table
from ispconf.services import pppoe, queue
from ispconf.services.account import Account, Stale


class Kind(Protocol):
    """What a module of this package offers."""

    TABLES: tuple[Table, ...]

    def rows(self, account: Account) -> Iterator[Row]:
        """The rows that give the account what it should have, shared ones (profiles) included."""
        ...

    def accounts(self, state: State) -> Iterator[Account]:
        """The accounts that a state describes, ours and foreign ones."""
        ...

    def stale(self, wanted: State, live: State) -> Iterator[Stale]:
        """The live sessions that do not follow the wanted state yet."""
        ...


KINDS: Mapping[str, Kind] = {
    "pppoe": pppoe,
    "queue": queue,
}
