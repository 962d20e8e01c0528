"""Who claims the same name or address twice, and addresses that cannot be given to anybody.

User names and MACs are unique on a router, addresses in all networks that contain them. Two claims
only clash when both hold on some day: a cancelled service gives back what it had. Linear in the
number of claims.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ispconf.errors import Problem, Source
from ispconf.network.claims import Claim
from ispconf.network.model import Locate
from ispconf.network.router import Router, number


class _Range(NamedTuple):
    """A network of a router in numbers; ``taken`` are the gateway and the reserved spans."""

    first: int
    last: int
    text: str
    taken: tuple[tuple[int, int, str], ...]


def rivals(
    claims: Iterable[Claim], routers: Mapping[str, Router], locate: Locate
) -> Iterator[Problem]:
    """Every clash between services, and every address that its router may not give."""
    ranges = {name: _ranges(router) for name, router in routers.items()}
    users: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    macs: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    addresses: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.user:
            users[claim.router, claim.user].append(claim)
        if claim.mac:
            macs[claim.router, claim.mac].append(claim)
        if claim.address:
            networks = ranges.get(claim.router, ())
            wrong = _misplaced(claim, networks)
            if wrong:
                yield Problem(_place(locate, claim, "address"), wrong)
            addresses["" if networks else claim.router, claim.address].append(claim)
    for name, groups in (("user", users), ("mac", macs), ("address", addresses)):
        for group in groups.values():
            if len(group) > 1:
                yield from _clashes(group, name, locate)


def _place(locate: Locate, claim: Claim, key: str) -> Source:
    return locate(claim.file, "services", claim.service, "access", key)


def _clashes(group: list[Claim], name: str, locate: Locate) -> Iterator[Problem]:
    """Claims of one thing whose days overlap; the one in the later file is told."""
    ordered = sorted(group, key=lambda claim: (claim.since, claim.file, claim.service))
    holder = ordered[0]
    for claim in ordered[1:]:
        end = holder.kept if name == "address" else holder.until
        if claim.since < end:
            first, second = sorted((holder, claim), key=lambda each: (each.file, each.service))
            value = getattr(claim, name)
            where = "" if name == "address" else f" on {claim.router}"
            yield Problem(
                _place(locate, second, name),
                f'{name}: "{value}" is taken by {first.id}{where}',
                also=_place(locate, first, name),
            )
        held = claim.kept if name == "address" else claim.until
        if held > end:
            holder = claim


def _ranges(router: Router) -> tuple[_Range, ...]:
    found = []
    for network in router.networks:
        first, last = network.bounds
        taken = [(*span, "reserved in") for span in network.reserved]
        if network.gateway:
            gateway = number(network.gateway)
            taken.append((gateway, gateway, "the gateway of"))
        if last - first > 1:  # a /31 or /32 has no network and broadcast address
            taken += [
                (first, first, "the network address of"),
                (last, last, "the broadcast address of"),
            ]
        found.append(_Range(first, last, network.range, tuple(taken)))
    return tuple(found)


def _misplaced(claim: Claim, networks: tuple[_Range, ...]) -> str:
    """Why the router may not give the address, or nothing."""
    if not networks:
        return ""
    address = number(claim.address)
    for network in networks:
        if network.first <= address <= network.last:
            for first, last, what in network.taken:
                if first <= address <= last:
                    return f'address: "{claim.address}" is {what} {network.text}'
            return ""
    known = ", ".join(network.text for network in networks)
    return f'address: "{claim.address}" is not in the networks of {claim.router} ({known})'
