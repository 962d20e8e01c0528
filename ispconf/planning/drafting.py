"""Files for accounts that are on a router and in no file: a subscriber each, plans where needed.

What a kind of access reads from a router becomes what an operator would have written. Knows
accounts; prices and names of people it cannot know: a draft says what has to be filled in.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ispconf.ledger.money import Currency
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.planning.accepting import NO_LIMIT, Refused, keys_of, limits, misplaced, spoken
from ispconf.planning.accounts import offer
from ispconf.routeros.rows import State
from ispconf.routeros.tables import QUEUE, SECRET
from ispconf.secret import Secret
from ispconf.services import KINDS
from ispconf.services.access import NEEDS, mac
from ispconf.services.account import Account, Offer

_WITH_PASSWORD = frozenset(str(kind) for kind, needs in NEEDS.items() if "password" in needs)
SERVICE = "casa"
"""The id of the only service of somebody who is drafted, as of somebody new."""


class Draft(NamedTuple):
    """A file that is not there yet, as a tree; a password in it is a plain Secret."""

    file: str
    tree: Mapping[str, Any]
    words: str


def foreign(network: Network, router: Router, live: State) -> list[Account]:
    """The accounts of a router that nobody in the files has there."""
    known = [service.access for _, _, service in network.placed_on(router.id)]
    users = {access.user for access in known if access.user}
    taken = {access.address for access in known if access.address}
    return [
        account
        for kind in KINDS.values()
        for account in kind.accounts(live)
        if not account.owner and account.user not in users and account.address not in taken
    ]


def drafts(
    network: Network, router: Router, live: State, found: list[Account], day: date
) -> Iterator[Draft | Refused]:
    """A subscriber's file for each account; before it the plan that it needs and nobody has."""
    names = set(network.subscribers)
    plans = dict(network.plans)
    said = _comments(live)
    drafted: dict[str, str] = {}
    for account in found:
        called = account.user or account.address
        if problem := _unfit(network, router, account) or drafted.get(account.address, ""):
            yield Refused(called, problem)
            continue
        if account.address:
            drafted[account.address] = f"{account.address} is that of {called}, drafted already"
        plan = _fitting(plans, account)
        if plan is None:
            tree = _tree(account.offer, network.company.currency)
            plan = _made(plans, tree)
            plans[plan.id] = plan
            yield Draft(f"plans/{plan.id}.yaml", tree, f"{spoken(account.offer)}; set its price")
        name = _free(_slug(called), names.__contains__)
        names.add(name)
        words = said.get(called, "")
        yield Draft(
            "/".join(part for part in ("subscribers", router.zone, f"{name}.yaml") if part),
            {"name": words or called, "services": {SERVICE: _service(router, account, plan, day)}},
            f"plan {plan.id}{'' if words else '; set the name'}",
        )


def _fitting(plans: Mapping[str, ServicePlan], account: Account) -> ServicePlan | None:
    """The plan that gives just what an account has, before others that of its profile's name."""
    named = [plans[account.offer.id]] if account.offer.id in plans else []
    fit = (
        plan
        for plan in (*named, *plans.values())
        if plan.sold_with(account.kind) and limits(offer(plan)) == limits(account.offer)
    )
    return next(fit, None)


def _unfit(network: Network, router: Router, account: Account) -> str:
    """Why no file can say what an account is."""
    if account.offer.rate == NO_LIMIT:
        return f"{spoken(account.offer)} has no rate limit that a service plan can say"
    if account.kind in _WITH_PASSWORD and not account.password:
        return "its password is empty, or hidden from our user, who lacks the right: sensitive"
    if account.address and (problem := misplaced(network, router, account.address)):
        return problem
    try:
        mac(account.mac or "00:00:00:00:00:00")
    except ValueError as error:
        return str(error)
    return ""


def _service(router: Router, account: Account, plan: ServicePlan, day: date) -> dict[str, Any]:
    access = {
        "type": account.kind,
        "user": account.user or None,
        "password": Secret("plain", account.password) if account.password else None,
        "address": account.address or None,
        "mac": mac(account.mac) if account.mac else None,
    }
    service: dict[str, Any] = {
        "plan": plan.id,
        "router": router.id,
        "since": day.isoformat(),
        "access": {key: value for key, value in access.items() if value is not None},
    }
    if not account.served:
        reason = f"was not served on {router.id} when it was taken over"
        service["suspended"] = {"from": day.isoformat(), "reason": reason}
    return service


def _tree(held: Offer, currency: Currency) -> dict[str, Any]:
    """The file of a plan for an offer, free of charge until somebody sets its price."""
    return {
        "name": held.id or spoken(held),
        "price": currency.text(Decimal(0)),
        **keys_of(held),
    }


def _made(plans: Mapping[str, ServicePlan], tree: Mapping[str, Any]) -> ServicePlan:
    called = re.sub(r" (?:down|up)\b", "", tree["name"])
    name = _free(_slug(called), plans.__contains__)
    return ServicePlan.model_validate({**tree, "id": name, "file": f"plans/{name}.yaml"})


def _comments(live: State) -> dict[str, str]:
    """What people wrote beside the rows of accounts, by the row's name."""
    rows = (*live[SECRET.path], *live[QUEUE.path])
    return {row.fields.get("name", ""): row.fields.get("comment", "") for row in rows}


def _slug(text: str) -> str:
    """The text as an id: ``José Pérez`` is jose-perez."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56] or "subscriber"


def _free(name: str, taken: Callable[[str], bool]) -> str:
    """The name, or the first one with a number behind it that nobody has."""
    number, found = 1, name
    while taken(found):
        number += 1
        found = f"{name}-{number}"
    return found
