"""Simple queues: a fixed address with its own queue, and an ARP binding when its MAC is given.

A simple queue that is disabled lifts the limit instead of cutting the service, so whoever is not
served is put on the list of suspended addresses, whatever method the router names.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from ispconf.routeros import values
from ispconf.routeros.rows import Row, State, comment
from ispconf.routeros.tables import ADDRESS_LIST, ARP, QUEUE, Table
from ispconf.services.account import Account, Burst, Offer, Speed, Stale, Suspension

TABLES: tuple[Table, ...] = (QUEUE, ARP)


def rows(account: Account) -> Iterator[Row]:
    """The queue, the ARP binding of a known MAC, and the list entry of whoever is cut."""
    yield _queue(account)
    if account.mac and account.site.lan:
        fields = {
            "interface": account.site.lan,
            "address": account.address,
            "mac-address": values.mac(account.mac),
            "comment": comment(account.owner, account.label),
            "disabled": "false",
        }
        yield Row(ARP.path, fields, account.owner)
    if account.served is False:
        yield account.cut_entry()


def _queue(account: Account) -> Row:
    fields = {
        "name": account.user or account.owner,
        "target": values.host_mask(account.address),
        **_limits(account.offer),
        "comment": comment(account.owner, account.label),
        "disabled": "false",
    }
    return Row(QUEUE.path, fields, account.owner)


@lru_cache(maxsize=1024)  # all who have a plan have the same
def _limits(offer: Offer) -> Mapping[str, str]:
    none = Speed(0, 0)
    burst = offer.burst or Burst(none, none, 0)
    return {
        "parent": offer.parent or "none",
        "max-limit": offer.rate.upload_first(),
        "limit-at": (offer.guaranteed or none).upload_first(),
        "burst-limit": burst.limit.upload_first(),
        "burst-threshold": burst.threshold.upload_first(),
        "burst-time": values.duration_pair(f"{burst.seconds}/{burst.seconds}"),
        "priority": f"{offer.priority}/{offer.priority}",
    }


def stale(wanted: State, live: State) -> Iterator[Stale]:  # noqa: ARG001
    """Nothing: a queue acts on running traffic at once."""
    return iter(())


def accounts(state: State) -> Iterator[Account]:
    """The services that a router's static simple queues with a host as target describe."""
    lists = {row.fields.get("address", ""): row.fields for row in state[ADDRESS_LIST.path]}
    bound = {
        row.fields.get("address", ""): row.fields for row in state[ARP.path] if not row.dynamic
    }
    for row in state[QUEUE.path]:
        address = values.host_bare(row.fields.get("target", ""))
        if row.dynamic or not values.is_host(address):
            continue
        name, entry = row.fields.get("name", ""), lists.get(address, {})
        yield Account(
            owner=row.owner,
            kind="queue",
            offer=_offer(row),
            user="" if name == row.owner else name,
            address=address,
            mac=bound.get(address, {}).get("mac-address", ""),
            served=not entry,
            suspension=Suspension("address-list", entry.get("list", "morosos")),
        )


def _offer(row: Row) -> Offer:
    def speed(name: str) -> Speed:
        up, down = values.rate_pair(row.fields.get(name, "0/0")).split("/")
        return Speed(down=int(down), up=int(up))

    seconds = values.seconds(row.fields.get("burst-time", "0s/0s").split("/")[0])
    bursting = Burst(speed("burst-limit"), speed("burst-threshold"), seconds)
    least, parent = speed("limit-at"), row.fields.get("parent", "none")
    return Offer(
        id="",
        name="",
        rate=speed("max-limit"),
        burst=bursting if bursting.limit != Speed(0, 0) else None,
        guaranteed=least if least != Speed(0, 0) else None,
        priority=int(row.fields.get("priority", "8/8").split("/")[0]),
        parent="" if parent == "none" else parent,
    )
