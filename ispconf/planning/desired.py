"""The state each router should have: every account's rows, and the rules that cut people off."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from ispconf.ledger.standing import Standing
from ispconf.network.model import Network
from ispconf.network.router import Router
from ispconf.planning import blocking
from ispconf.planning.accounts import Reveal, accounts, free_ranges
from ispconf.routeros.rows import Identity, Row, State, comment, state
from ispconf.routeros.tables import ADDRESS_LIST, FILTER, NAT, POOL, TABLES
from ispconf.services import KINDS
from ispconf.services.account import Account


def desired(
    network: Network,
    standings: Mapping[str, Standing],
    router: Router,
    day: date,
    reveal: Reveal,
) -> State:
    """The rows that the router should have on a day, which is that of the standings.

    Rows that several accounts share (a plan's profile) are there once. A service that nobody but
    the operator may cut (``manage: manual``) may be on the list of those who are cut, or not.
    """
    held = accounts(network, standings, router, day, reveal)
    rows: dict[Identity, Row] = {}
    for row in (
        *_pool(network, router, held),
        *_of_accounts(held),
        *_blocking(network, router, held),
    ):
        rows.setdefault((row.table, TABLES[row.table].key_of(row.fields)), row)
    by_hand = [account for account in held if account.served is None and account.address]
    tolerated = [
        (ADDRESS_LIST.path, (account.suspension.list, account.address)) for account in by_hand
    ]
    return state(rows.values(), tolerated)


def _of_accounts(held: Iterable[Account]) -> Iterator[Row]:
    for account in held:
        yield from KINDS[account.kind].rows(account)


def _pool(network: Network, router: Router, held: Iterable[Account]) -> Iterator[Row]:
    """Our own pool, for sessions without an address, unless the router names one of its own."""
    pools = {account.site.pool for account in held} - {"", router.pppoe.pool}
    owner = f"router:{router.id}"
    for pool in pools:
        words = comment(owner, "sessions without an address of their own")
        fields = {"name": pool, "ranges": free_ranges(network, router), "comment": words}
        yield Row(POOL.path, fields, owner)


def _blocking(network: Network, router: Router, held: Iterable[Account]) -> Iterator[Row]:
    """The rules of the router's list, and of every other list that a plan sold here names."""
    if router.firewall != "managed":
        return
    cut = router.suspension.over(network.company.suspension)
    page = notice(cut.notice or "")
    yield from blocking.rows(router.id, cut.list, cut.allow, page)
    for each in sorted({account.suspension.list for account in held} - {cut.list}):
        yield from blocking.rows(router.id, each, cut.allow, page, suffix=f"-{each}")


def notice(url: str) -> tuple[str, str] | None:
    """Address and port of the notice page; None when there is none."""
    parts = urlsplit(url)
    return (parts.hostname, str(parts.port or 80)) if parts.hostname else None


def tables(router: Router) -> tuple[str, ...]:
    """The menus to read: all in which a row of ours may stand, whatever is in use today."""
    rules = () if router.firewall == "managed" else (FILTER.path, NAT.path)
    return tuple(path for path in TABLES if path not in rules)
