"""From subscribers, plans and standings to accounts: who is given what on a router.

Here routers and money meet: a service whose standing says that it is not served becomes an account
that is not served. Which rows follow is for the kinds of access to say.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from ispconf.ledger.standing import Standing, State
from ispconf.network.model import Network, Placed
from ispconf.network.plan import Rates, ServicePlan
from ispconf.network.router import Router, number
from ispconf.network.subscriber import Service
from ispconf.secret import Secret
from ispconf.services import KINDS
from ispconf.services.account import Account, Burst, Offer, Site, Speed, Suspension

Reveal = Callable[[Secret, str, str], str]  # the secret, its owner, the field it stands in

_NOT_THERE = (State.CANCELLED, State.PENDING)


def accounts(
    network: Network,
    standings: Mapping[str, Standing],
    router: Router,
    day: date,
    reveal: Reveal,
) -> list[Account]:
    """The accounts of a router on a day, by subscriber and service.

    Nobody who left or is still to come; each with the plan of the day.
    """
    found = []
    present = list(_present(network, standings, router))
    site = _site(router, pooled=any(_needs_pool(service) for _, _, service in present))
    sold = {
        name: _sold(network, router, name)
        for name in {place.service.plan_on(day) for place in present}
    }
    for subscriber, name, service in present:
        owner = f"{subscriber.id}/{name}"
        plan, access = network.plans[service.plan_on(day)], service.access
        offered, suspension = sold[plan.id]
        password = None
        if access.password is not None:
            password = reveal(access.password, owner, "password")
        found.append(
            Account(
                owner=owner,
                kind=access.type,
                offer=offered,
                label=f"{subscriber.name}, {plan.name}",
                user=access.user or "",
                password=password,
                address=access.address or "",
                mac=access.mac or "",
                served=standings[owner].served,
                suspension=suspension,
                site=site,
            )
        )
    return found


def _present(
    network: Network, standings: Mapping[str, Standing], router: Router
) -> Iterator[Placed]:
    for place in network.placed_on(router.id):
        here = place.service.access.type in KINDS
        if here and standings[f"{place.subscriber.id}/{place.name}"].state not in _NOT_THERE:
            yield place


def _sold(network: Network, router: Router, plan: str) -> tuple[Offer, Suspension]:
    """What all who have a plan get on a router, and how they are cut there."""
    cut = network.suspension(router.id, plan)
    return offer(network.plans[plan]), Suspension(cut.method, cut.list)


def _needs_pool(service: Service) -> bool:
    return service.access.type == "pppoe" and service.access.address is None


def _site(router: Router, *, pooled: bool) -> Site:
    gateway = next((each.gateway for each in router.networks if each.gateway), None)
    return Site(
        router=router.id,
        local_address=router.pppoe.local_address or gateway or "",
        dns=router.pppoe.dns,
        pool=(router.pppoe.pool or f"ispconf-{router.id}") if pooled else "",
        lan=router.lan or "",
    )


def offer(plan: ServicePlan) -> Offer:
    """The plan as routers see it."""
    burst = plan.burst
    return Offer(
        id=plan.id,
        name=plan.name,
        rate=_speed(plan.rate) or Speed(0, 0),
        burst=Burst(
            Speed(burst.down, burst.up),
            Speed(burst.threshold_down, burst.threshold_up),
            burst.time,
        )
        if burst
        else None,
        guaranteed=_speed(plan.guaranteed),
        priority=plan.priority,
        parent=plan.parent or "",
    )


def _speed(rates: Rates | None) -> Speed | None:
    return Speed(rates.down, rates.up) if rates else None


def free_ranges(network: Network, router: Router) -> str:
    """The addresses of the router's networks that nobody has, as the ranges of a pool."""
    taken = {
        number(service.access.address)
        for _, _, service in network.placed_on(router.id)
        if service.access.address
    }
    ranges: list[str] = []
    for each in router.networks:
        first, last = each.bounds
        held = {first, last, *taken}
        if each.gateway:
            held.add(number(each.gateway))
        for start, end in each.reserved:
            held.update(range(start, end + 1))
        ranges += _gaps(
            first, last, sorted(address for address in held if first <= address <= last)
        )
    return ",".join(ranges)


def _gaps(first: int, last: int, held: list[int]) -> Iterator[str]:
    start = first
    for address in [*held, last + 1]:
        if address > start:
            yield _range(start, address - 1)
        start = address + 1


def _range(first: int, last: int) -> str:
    return _dotted(first) if first == last else f"{_dotted(first)}-{_dotted(last)}"


def _dotted(address: int) -> str:
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))
