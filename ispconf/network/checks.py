"""Everything that is wrong across files: references, rivals, and what the ledger names.

Each file alone is right when it comes here. Knows how files refer to each other; works on claims
and records, so that nothing is built or read only to be checked. Linear in what there is.
"""

import ipaddress
from collections.abc import Collection, Iterable, Iterator, Mapping

from ispconf.errors import Problem, Source
from ispconf.network import consent
from ispconf.network import policy as policies
from ispconf.network import records as ledgers
from ispconf.network.amounts import Asked, of_company, of_subscriber
from ispconf.network.claims import FOREVER, Claim, claims
from ispconf.network.model import Network
from ispconf.network.records import records
from ispconf.network.rivals import rivals
from ispconf.network.router import Router
from ispconf.network.wording import meant
from ispconf.services.access import PROVISIONED

Unread = Mapping[str, Collection[str]]
"""Ids by folder whose file is there but wrong: naming them is no second mistake."""

_NOT_FOR_FILES = ("ISPCONF_", "GITHUB_", "GITEA_", "FORGEJO_", "ACTIONS_", "RUNNER_")
"""How the names begin of what the environment holds for ispconf and for the forge's own steps."""
_LOCAL = (".local", ".lan", ".internal", ".home.arpa", ".localdomain")


def problems(network: Network) -> list[Problem]:
    """Every problem and warning across the files of a network that are right by themselves."""
    every = [claim for each in network.subscribers.values() for claim in claims(each)]
    services = services_of(network.subscribers, every)
    recorded = records(network.book)
    return [
        *among_files(network, every, {}),
        *ledgers.problems(recorded, network.company, services),
    ]


def services_of(
    subscribers: Iterable[str], claimed: Iterable[Claim]
) -> Mapping[str, Collection[str]]:
    """The services of each subscriber, by their claims."""
    found: dict[str, set[str]] = {name: set() for name in subscribers}
    for claim in claimed:
        found[claim.subscriber].add(claim.service)
    return found


def among_files(network: Network, claimed: list[Claim], unread: Unread) -> list[Problem]:
    """Every problem and warning across the files but for the ledger's, in no particular order.

    Args:
        network: the files that are right by themselves.
        claimed: the claims of all its services.
        unread: what is there but could not be read.
    """
    found = [*_catalogue(network), *_services(network, claimed, unread), *_hosts(network)]
    found += [*_amounts(network, claimed), *_policy(network)]
    found += _rollout(network)
    return [*found, *rivals(claimed, network.routers, network.locate)]


def _catalogue(network: Network) -> Iterator[Problem]:
    """Names in plans, routers and journals that ``ispconf.yaml`` does not have."""
    company, locate = network.company, network.locate
    for plan in network.plans.values():
        if plan.tax and plan.tax not in company.taxes:
            said = f'tax: "{plan.tax}" is not in taxes of ispconf.yaml'
            yield Problem(locate(plan.file, "tax"), said + meant(plan.tax, company.taxes))
        if not company.currency.fits(plan.price):
            yield _too_fine(network, plan.file, Asked(("price",), plan.price))
    for router in network.routers.values():
        if router.zone and router.zone not in company.zones:
            said = f'zone: "{router.zone}" is not in zones of ispconf.yaml'
            yield Problem(locate(router.file, "zone"), said + meant(router.zone, company.zones))
    for name, journal in company.journals.items():
        for index, method in enumerate(journal.methods):
            if method not in company.methods:
                place = locate(company.file, "journals", name, "methods", index)
                said = f'methods: "{method}" is not in methods of ispconf.yaml'
                yield Problem(place, said + meant(method, company.methods))


def _amounts(network: Network, every: list[Claim]) -> Iterator[Problem]:
    """Amounts in terms and extras that the currency cannot pay."""
    company, digits = network.company, network.company.currency.digits
    files = {company.file: of_company(company)}
    for name in {claim.subscriber for claim in every if claim.decimals > digits}:
        person = network.subscribers[name]
        files[person.file] = of_subscriber(person)
    for file, amounts in files.items():
        for each in amounts:
            if each.decimals > digits:
                yield _too_fine(network, file, each)


def _too_fine(network: Network, file: str, asked: Asked) -> Problem:
    currency, key = network.company.currency, asked.path[-1]
    said = f"{key}: {asked.amount} has more than the {currency.digits} decimals of {currency.code}"
    return Problem(network.locate(file, *asked.path), said)


def _rollout(network: Network) -> Iterator[Problem]:
    """Routers and zones of the rollout that are not there."""
    company = network.company
    known = {*network.routers, *company.zones}
    for path, name in company.rollout.named():
        if name not in known:
            said = f'rollout: "{name}" is no router or zone{meant(name, known)}'
            yield Problem(network.locate(company.file, "rollout", *path), said)


def _policy(network: Network) -> Iterator[Problem]:
    """Roles and rules that name nobody, or journals that are not there."""
    company, locate = network.company, network.locate
    for path, said in (
        *policies.flaws(company.roles, company.policy),
        *consent.flaws(company.approval, company.roles),
    ):
        yield Problem(locate(company.file, *path), said)
    for index, rule in enumerate(company.policy or ()):
        for place, name in enumerate(rule.journals):
            if name not in company.journals:
                said = f'journals: "{name}" is not in journals{meant(name, company.journals)}'
                yield Problem(locate(company.file, "policy", index, "journals", place), said)


def _services(network: Network, every: list[Claim], unread: Unread) -> Iterator[Problem]:
    """Services whose plan or router is nowhere, or that are not sold or written like this."""
    plans = {*network.plans, *unread.get("plans", ())}
    routers = {*network.routers, *unread.get("inventory", ())}
    kinds = {
        (name, kind): plan.sold_with(kind)
        for name, plan in network.plans.items()
        for kind in {claim.kind for claim in every}
    }
    for claim in every:
        if claim.plan not in plans:
            yield _stranger(network, claim, "plan", "plans", plans)
        elif not kinds.get((claim.plan, claim.kind), True) and not _over(claim):
            yield _not_sold(network, claim)
        for index, name in enumerate(claim.earlier):
            if name not in plans:
                yield _forgotten(network, claim, index, plans)
        if claim.router and claim.router not in routers:
            yield _stranger(network, claim, "router", "inventory", routers)
        if claim.kind not in PROVISIONED and claim.kind != "none":
            yield _by_hand(network, claim)
    yield from _readable(network, every)
    yield from _lent(network, every)


def _over(claim: Claim) -> bool:
    """Whether it is what is left of a service that ended: nothing is sold by it any more."""
    return claim.kind == "none" and claim.until != FOREVER


def _stranger(
    network: Network, claim: Claim, key: str, folder: str, valid: Collection[str]
) -> Problem:
    name = getattr(claim, key)
    place = network.locate(claim.file, "services", claim.service, key)
    return Problem(place, f'{key}: "{name}" is not in {folder}/{meant(name, valid)}')


def _forgotten(network: Network, claim: Claim, index: int, valid: Collection[str]) -> Problem:
    """A plan that a service had and that is nowhere: what is left of it has no price."""
    name = claim.earlier[index]
    path = ("services", claim.service, "plan_changes", index, "from")
    said = f'from: "{name}" is not in plans/{meant(name, valid)}'
    return Problem(network.locate(claim.file, *path), said)


def _not_sold(network: Network, claim: Claim) -> Problem:
    plan = network.plans[claim.plan]
    return Problem(
        network.locate(claim.file, "services", claim.service, "access", "type"),
        f"type: plan {plan.id} is not sold with {claim.kind}, only with {', '.join(plan.access)}",
        also=network.locate(plan.file, "access"),
    )


def _by_hand(network: Network, claim: Claim) -> Problem:
    place = network.locate(claim.file, "services", claim.service, "access", "type")
    said = f"type: {claim.kind} access is billed, but this version does not write it to routers"
    return Problem(place, said, severity="warning")


def _readable(network: Network, every: list[Claim]) -> Iterator[Problem]:
    """One warning for all passwords that everybody with the repository can read."""
    readable = [claim for claim in every if claim.readable]
    if readable:
        first = min(readable, key=lambda claim: (claim.file, claim.service))
        place = network.locate(first.file, "services", first.service, "access", "password")
        more = f" ({len(readable)} services have one)" if len(readable) > 1 else ""
        said = f"password: is plain text{more}; write derived, or: ispconf secrets encrypt"
        yield Problem(place, said, severity="warning")


def _lent(network: Network, every: list[Claim]) -> Iterator[Problem]:
    """Passwords that would hand on a secret of somebody else: the key, a token, a router's own.

    Who may write a service's password may not learn those, and with the next apply it would stand
    on a router, or be sent to a host of their own.
    """
    routers = {router.password.variable: router for router in network.routers.values()}
    for name, router in routers.items():
        if name.startswith(_NOT_FOR_FILES):
            place = network.locate(router.file, "password")
            yield Problem(place, f"password: {name} is not a router's; name a variable of its own")
    for claim in every:
        owner = routers.get(claim.variable) if claim.variable else None
        if owner or claim.variable.startswith(_NOT_FOR_FILES):
            place = network.locate(claim.file, "services", claim.service, "access", "password")
            whose = f"the password of router {owner.id}" if owner else "not a service's"
            said = f"password: {claim.variable} is {whose}; write derived, or name another variable"
            yield Problem(place, said)


def _hosts(network: Network) -> Iterator[Problem]:
    """Routers whose password crosses the internet without protection."""
    for router in network.routers.values():
        if not _public(router.host):
            continue
        if router.tls is None:
            said = "is a public address without TLS: the password can be read on the way"
        elif router.tls.verify == "none":
            said = "is a public address and its certificate is not checked: use its fingerprint"
        else:
            continue
        place = _host_place(network, router)
        yield Problem(place, f"host: {router.host} {said}", severity="warning")


def _host_place(network: Network, router: Router) -> Source:
    return network.locate(router.file, "host")


def _public(host: str) -> bool:
    """Whether a host can be reached from the internet, as far as its name tells."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.lower().endswith(_LOCAL)
