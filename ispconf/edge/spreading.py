"""Work over all subscribers: done by processes that share them where a book is large, else here.

Knows when it is worth it; both ways come to the same.
"""

from collections.abc import Collection, Iterable
from datetime import date

from ispconf.edge.accounts import Account, judged
from ispconf.edge.searching import FEW, SearchedBook
from ispconf.edge.shares import Shares
from ispconf.errors import Problem
from ispconf.ledger import checks, limits
from ispconf.ledger.book import are_charges
from ispconf.ledger.checks import Known
from ispconf.ledger.entries import Entry
from ispconf.network import billing
from ispconf.network.billing import Missing
from ispconf.network.model import Network


def accounts(network: Network, day: date, subscribers: Collection[str]) -> dict[str, Account]:
    """The accounts of these subscribers on a day, by id."""
    shares, more = _shares(network)
    if shares and len(subscribers) > FEW:
        found = shares.accounts(day, subscribers, more)
        if found is not None:
            return found
    return judged(network, day, subscribers)


def missing(network: Network, until: date, only: Collection[str] | None = None) -> Missing:
    """What ``network.billing.missing`` finds: of everybody, or of these ``only``."""
    shares, more = _shares(network)
    if shares and only is None:
        parts = shares.missing(until, more)
        if parts is not None:
            drafts = [draft for part in parts for draft in part.drafts]
            return Missing(drafts, limits.together(part.limits for part in parts))
    return billing.missing(network, until, only)


def refusals(network: Network, new: Collection[Entry], known: Known) -> Iterable[Problem]:
    """Why these entries may not be appended to the book, as ``checks.refusals`` finds it."""
    shares, more = _shares(network)
    if shares and len(new) > FEW and are_charges(new):
        found = shares.refusals(new, known, more)
        if found is not None:
            return found
    return checks.refusals(network.book, new, network.company.currency, known)


def unbillable(network: Network) -> list[Problem]:
    """What ``limits.unbillable`` says of all services."""
    shares, _ = _shares(network)
    if shares:
        parts = shares.limits()
        if parts is not None:
            return limits.told(limits.together(parts))
    return limits.unbillable(billing.billables(network))


def _shares(network: Network) -> tuple[Shares | None, tuple[Entry, ...]]:
    """Who shares the files of the book, if it is large, and the entries that it has beyond them."""
    book = network.book
    return (book.shares, book.more) if isinstance(book, SearchedBook) else (None, ())
