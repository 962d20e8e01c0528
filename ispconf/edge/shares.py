"""Accounts judged by several processes: each reads its share of the subscribers' entries alone.

So a ledger of millions of entries takes as many processors as there are, and little of it is held
at any moment. Knows nothing of what an account is.
"""

from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_all_start_methods, get_context
from signal import SIG_DFL, SIGINT, signal
from typing import Final

from ispconf.edge.accounts import ACCOUNTS, Account, judged
from ispconf.edge.searching import SearchedBook
from ispconf.network.model import Network

_AT_ONCE: Final = 2
_SHARE: Final = 25_000  # subscribers, all of whose entries one process holds


def shared(network: Network, day: date, subscribers: Sequence[str]) -> dict[str, Account]:
    """The accounts of these on a day, by id; judged here where processes cannot be split."""
    book = network.book
    if not isinstance(book, SearchedBook) or "fork" not in get_all_start_methods():
        return judged(network, day, subscribers)
    count = max(_AT_ONCE, -(-len(subscribers) // _SHARE))
    shares = [subscribers[start::count] for start in range(count)]
    found: dict[str, Account] = {}
    with ProcessPoolExecutor(
        _AT_ONCE, get_context("fork"), initializer=_adopt, initargs=(network, book, day)
    ) as pool:
        for text in pool.map(_of_share, shares):
            found |= ACCOUNTS.validate_json(text)
    return found


_adopted: tuple[Network, SearchedBook, date]


def _adopt(network: Network, book: SearchedBook, day: date) -> None:
    """What a process shares with the one that began it; Ctrl-C ends it without a word."""
    signal(SIGINT, SIG_DFL)
    global _adopted  # noqa: PLW0603  a process of its own is told once
    _adopted = network, book, day


def _of_share(subscribers: Collection[str]) -> bytes:
    network, book, day = _adopted
    mine = replace(network, book=book.of_only(set(subscribers)), _placed={})
    return ACCOUNTS.dump_json(judged(mine, day, subscribers))
