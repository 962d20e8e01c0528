"""Changes by hand as facts of the files: what a router has now, written as an operator would.

Compares the accounts that the last apply wanted with those that the router describes, whatever rows
they are made of, so that a kind of access needs nothing of its own for it. What no key of a file
can say is refused, with the way out. Knows accounts and plans; writes nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router, number
from ispconf.network.subscriber import Service
from ispconf.planning.accounts import offer
from ispconf.routeros import values
from ispconf.routeros.rows import State
from ispconf.routeros.tables import PROFILE
from ispconf.secret import Secret
from ispconf.services import KINDS, pppoe
from ispconf.services.access import mac
from ispconf.services.account import CUT, Account, Burst, Offer, Speed

Limits = tuple[Speed, Burst | None, Speed | None, int]


class Fact(NamedTuple):
    """A key of a file and its new value: text, a mapping, a plain Secret, None to take it away.

    ``owner`` is ``subscriber/service``, whose path begins in the service's block, or ``plan:x``.
    """

    owner: str
    path: tuple[str, ...]
    value: Any
    words: str


class Refused(NamedTuple):
    """What cannot be said in the files, and what can be done instead."""

    owner: str
    why: str


@dataclass(frozen=True)
class Case:
    """A router that was changed by hand: what was wanted, what it has, and what the files say now.

    ``touched`` are the owners of the rows that differ; ``reasons`` say of each who did it.
    """

    network: Network
    router: Router
    wanted: State
    live: State
    day: date
    touched: Collection[str]
    reasons: Mapping[str, str]


def accepted(case: Case) -> Iterator[Fact | Refused]:
    """What the files would have to say, an owner at a time."""
    by_hand = {row.owner for row in case.wanted if "disabled" in row.initial}
    for kind in KINDS.values():
        wanted = {account.owner: account for account in kind.accounts(case.wanted)}
        there: dict[str, list[Account]] = {}
        users: dict[str, Account] = {}
        for account in kind.accounts(case.live):
            there.setdefault(account.owner, []).append(account)
            if not account.owner and account.user:
                users[account.user] = account
        for owner in sorted(set(wanted) & set(case.touched)):
            found = there.get(owner) or [
                users[user] for user in [wanted[owner].user] if user in users
            ]
            yield from _of_owner(case, wanted[owner], found, manual=owner in by_hand)
    yield from _of_plans(case)


def _of_owner(
    case: Case, wanted: Account, found: list[Account], *, manual: bool
) -> Iterator[Fact | Refused]:
    owner = wanted.owner
    subscriber, _, name = owner.partition("/")
    person = case.network.subscribers.get(subscriber)
    service = person.services.get(name) if person else None
    if service is None:
        yield Refused(owner, "is in no file any more")
    elif not found:
        yield Refused(
            owner,
            "its row is gone from the router: apply adds it again, unless the files say that it "
            f"is over: ispconf subscriber set {subscriber} services.{name}.cancelled.on={case.day}",
        )
    elif len(found) > 1:
        yield Refused(owner, f"{len(found)} rows bear its mark: apply removes what is not its own")
    else:
        yield from _access(case, wanted, found[0])
        yield from _plan(case, wanted, found[0])
        if not manual:
            yield from _served(case, service, wanted, found[0])


def _access(case: Case, wanted: Account, live: Account) -> Iterator[Fact | Refused]:
    owner = wanted.owner
    if live.user != wanted.user:
        yield Fact(owner, ("access", "user"), live.user or None, f"user {live.user}")
    if None not in (live.password, wanted.password) and live.password != wanted.password:
        if live.password:
            secret = Secret("plain", live.password)
            yield Fact(owner, ("access", "password"), secret, "password changed")
        else:
            yield Refused(owner, "its password was taken away, and it needs one")
    if live.address != wanted.address:
        yield _address(case, owner, live.address)
    bound = wanted.mac if live.address != wanted.address and not live.mac else live.mac
    if values.mac(bound) != values.mac(wanted.mac):
        try:
            made = mac(bound) if bound else None
        except ValueError as error:
            yield Refused(owner, str(error))
        else:
            yield Fact(owner, ("access", "mac"), made, f"mac {made or 'taken away'}")


def _address(case: Case, owner: str, address: str) -> Fact | Refused:
    path = ("access", "address")
    if not address:
        return Fact(owner, path, None, "address from the pool")
    if problem := misplaced(case.network, case.router, address, owner):
        return Refused(owner, problem)
    return Fact(owner, path, address, f"address {address}")


def misplaced(network: Network, router: Router, address: str, owner: str = "") -> str:
    """Why an address cannot be a subscriber's on this router; nothing when it can."""
    if not values.is_host(address):
        return f"{address} is not an IPv4 address of one device"
    at = number(address)
    inside = [each for each in router.networks if each.bounds[0] < at < each.bounds[1]]
    if not inside:
        return f"{address} is in none of the networks of inventory/{router.id}.yaml: add it there"
    if any(
        address == each.gateway or any(first <= at <= last for first, last in each.reserved)
        for each in inside
    ):
        return f"{address} is the gateway or reserved in inventory/{router.id}.yaml"
    for person, name, service in network.placed_on(router.id):
        other = f"{person.id}/{name}"
        if service.access.address == address and other != owner:
            return f"{address} is the address of {other}"
    return ""


def _plan(case: Case, wanted: Account, live: Account) -> Iterator[Fact | Refused]:
    """Another plan, known by its profile or by its limits."""
    names = (wanted.offer.id, live.offer.id)
    if any(name.startswith(CUT) for name in names):
        return
    if names[0] == names[1] and (names[0] or limits(wanted.offer) == limits(live.offer)):
        return  # a profile that is not as its plan says is the plan's own difference
    plan = sold(case.network.plans, live)
    if plan is None:
        yield Refused(
            wanted.owner,
            f"no service plan has {spoken(live.offer)}: write one into plans/, then: ispconf "
            f"subscriber set {wanted.owner.partition('/')[0]} plan=...",
        )
    else:
        yield Fact(wanted.owner, ("plan",), plan.id, f"plan {plan.id}")


def sold(plans: Mapping[str, ServicePlan], account: Account) -> ServicePlan | None:
    """The plan that an account has: of its profile's name, else one with its limits."""
    named = plans.get(account.offer.id)
    if named is not None and named.sold_with(account.kind):
        return named
    same = [
        plan
        for plan in plans.values()
        if plan.sold_with(account.kind) and limits(offer(plan)) == limits(account.offer)
    ]
    return same[0] if same else None


def limits(held: Offer) -> Limits:
    """What an offer gives, whatever it is called."""
    return held.rate, held.burst, held.guaranteed, held.priority


def spoken(held: Offer) -> str:
    """The rates of an offer as people say them, down first: ``20M down, 5M up``."""
    if held.rate == NO_LIMIT:
        return f"the profile {held.id}" if held.id else "no limit"
    down, up = (values.short_rate(bits) for bits in held.rate)
    return f"{down} down, {up} up"


NO_LIMIT: Final = Speed(0, 0)


def _served(
    case: Case, service: Service, wanted: Account, live: Account
) -> Iterator[Fact | Refused]:
    owner = wanted.owner
    if wanted.served and not live.served:
        why = case.reasons.get(owner, f"by hand on {case.router.id}")
        block = {"from": case.day.isoformat(), "reason": why}
        yield Fact(owner, ("suspended",), block, f"suspended by hand from {case.day}: {why}")
    elif live.served and not wanted.served:
        if service.suspended and service.suspended.covers(case.day):
            yield Fact(owner, ("suspended",), None, "no longer suspended by hand")
        else:
            yield Refused(
                owner,
                "somebody restored it, but files or ledger say that it is not served: record what "
                "was paid or promised (ispconf pay, ispconf promise)",
            )


def _of_plans(case: Case) -> Iterator[Fact | Refused]:
    """Plans whose profile has other limits now."""
    profiles = {row.fields.get("name", ""): row.fields for row in case.live[PROFILE.path]}
    for plan in case.network.plans.values():
        owner = f"plan:{plan.id}"
        if owner not in case.touched or plan.id not in profiles:
            continue
        live = pppoe.offered(plan.id, profiles[plan.id].get("rate-limit", ""))
        if limits(live) == limits(offer(plan)):
            continue
        if live.rate == NO_LIMIT:
            yield Refused(owner, "its profile has no limit, or one that no plan can say")
        else:
            for path, value in _of_offer(offer(plan), live):
                yield Fact(owner, path, value, f"{spoken(live)} for all who have it")


def _of_offer(before: Offer, after: Offer) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The keys of a plan's file that are no longer right, with their new values."""
    wanted, had = keys_of(after), keys_of(before)
    for key in ("burst", "guaranteed", "priority"):
        if wanted.get(key) != had.get(key):
            yield (key,), wanted.get(key)
    for side in ("down", "up"):
        if wanted["rate"][side] != had["rate"][side]:
            yield ("rate", side), wanted["rate"][side]


def keys_of(held: Offer) -> dict[str, Any]:
    """The limits of an offer as a plan's file says them."""
    found: dict[str, Any] = {"rate": _pair(held.rate)}
    if held.burst:
        burst = held.burst
        sides = _pair(burst.threshold)
        thresholds = {f"threshold_{side}": text for side, text in sides.items()}
        found["burst"] = {**_pair(burst.limit), **thresholds, "time": f"{burst.seconds}s"}
    if held.guaranteed:
        found["guaranteed"] = _pair(held.guaranteed)
    if held.priority != values.LOWEST_PRIORITY:
        found["priority"] = str(held.priority)
    return found


def _pair(speed: Speed) -> dict[str, str]:
    return {"down": values.short_rate(speed.down), "up": values.short_rate(speed.up)}
