"""From what the operator wrote to what the ledger must know: one Billable per service.

Lays a zone's terms over the company's and the subscriber's over the zone's, and says where each
was written. A place is looked up when somebody reads it, so that ten thousand subscribers cost no
second look at their files.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ispconf.errors import Source
from ispconf.ledger import invoicing
from ispconf.ledger.billable import Billable, Tariff
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import FOREVER, Tax
from ispconf.ledger.limits import Concerned, concerned
from ispconf.ledger.terms import Terms
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.subscriber import Service, Subscriber

_FACTS = ("free", "duration", "paused", "suspended", "cancelled", "since", "plan")
Place = tuple[str, ...]
"""A file and the path of a key in it."""


class Refs(Mapping[str, str]):
    """Where terms and facts were written: ``refs["cut_day"]`` is "ispconf.yaml:24 cut_day"."""

    __slots__ = ("_network", "_service", "_shared", "_subscriber")

    def __init__(
        self, network: Network, subscriber: Subscriber, service: str, shared: Mapping[str, Place]
    ) -> None:
        self._network, self._subscriber, self._service = network, subscriber, service
        self._shared = shared

    @property
    def _places(self) -> Mapping[str, Place]:
        who, service = self._subscriber, self._subscriber.services[self._service]
        found = {**self._shared, **_written(who.billing, who.file, "billing")}
        for fact in _FACTS:
            if fact in service.model_fields_set:
                found[fact] = (who.file, "services", self._service, fact)
        plan = self._network.plans[service.plan]
        if plan.duration is not None:
            found["duration"] = (plan.file, "duration")
        return found

    def __getitem__(self, name: str) -> str:
        file, *path = self._places[name]
        place = self._network.locate(file, *path)
        where = f"{place.file}:{place.line}" if place.line else place.file
        return where if name in _FACTS else f"{where} {name}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def billables(network: Network, only: Collection[str] | None = None) -> list[Billable]:
    """Every service of every subscriber, or of these ``only``, in order of their ids."""
    found: list[Billable] = []
    people = network.subscribers
    chosen = (
        people.values()
        if only is None or len(only) == len(people)
        else map(people.__getitem__, sorted(only))
    )
    shared: dict[str | None, tuple[Terms, dict[str, Place]]] = {}
    for subscriber in chosen:
        for name, service in subscriber.services.items():
            zone = zone_of(network, service)
            if zone not in shared:
                shared[zone] = _shared(network, zone)
            found.append(_billable(network, subscriber, name, shared[zone]))
    return found


class Missing(NamedTuple):
    """What a bill run finds: drafts as ``invoicing.of_each`` gives them, and what is not billed."""

    drafts: list[Entry]
    limits: Concerned


def missing(network: Network, until: date, only: Collection[str] | None = None) -> Missing:
    """What is missing up to a day, of every subscriber or of these ``only``.

    An invoice has the zone that its service is in now: it may move (WH-168).
    """
    ours = billables(network, only)
    drafts = invoicing.of_each(ours, network.book, until, network.company.currency)
    return Missing([_zoned(network, each) for each in drafts], concerned(ours))


def _zoned(network: Network, draft: Entry) -> Entry:
    service = network.subscribers[draft.subscriber].services.get(draft.service or "")
    return draft._replace(zone=zone_of(network, service)) if service else draft


def zone_of(network: Network, service: Service) -> str | None:
    """The zone of the service's router; None when it has no router or no zone that is known."""
    router = network.routers.get(service.router or "")
    zone = router.zone if router else None
    return zone if zone in network.company.zones else None


def terms_of(network: Network, subscriber: Subscriber, service: Service) -> Terms:
    """The terms that hold for a service: the subscriber's over the zone's over the company's."""
    return subscriber.billing.over(_shared(network, zone_of(network, service))[0])


def _shared(network: Network, zone: str | None) -> tuple[Terms, dict[str, Place]]:
    """The terms of a zone and where each was written, the same for all its subscribers."""
    company = network.company
    places = _written(company.billing, company.file, "billing")
    if zone is None:
        return company.billing, places
    own = company.zones[zone].billing
    return own.over(company.billing), places | _written(own, company.file, "zones", zone, "billing")


def _written(terms: Terms, file: str, *path: str) -> dict[str, Place]:
    return {name: (file, *path, name) for name in terms.model_fields_set}


def _billable(
    network: Network,
    subscriber: Subscriber,
    name: str,
    shared: tuple[Terms, dict[str, Place]],
) -> Billable:
    service = subscriber.services[name]
    extras_from = _extras_from(subscriber, name) if subscriber.extras else FOREVER
    plan = network.plans[service.plan]
    terms, places = shared
    return Billable(
        subscriber=subscriber.id,
        service=name,
        item=plan.name,
        price=plan.price,
        since=service.since,
        terms=subscriber.billing.over(terms),
        tax=_tax(network, plan),
        free=service.free,
        paused=service.paused,
        suspended=service.suspended,
        cancelled=service.cancelled,
        extras=tuple(subscriber.extras.items()) if extras_from < FOREVER else (),
        extras_from=extras_from,
        refs=Refs(network, subscriber, name, places),
        source=Source(subscriber.file),
        duration=plan.duration,
        earlier=tuple(_earlier(network, service)) if service.plan_changes else (),
    )


def _extras_from(subscriber: Subscriber, name: str) -> date:
    """From when on the extras stand on the invoices of a service: once those before it ended.

    ``FOREVER`` when one before it goes on. A service has ended when it is cancelled, or free for
    good: neither is invoiced any more, and the subscriber still has what they pay beside it.
    """
    found = date.min
    for each, service in subscriber.services.items():
        if each == name:
            break
        free, cancelled = service.free, service.cancelled
        ends = (
            free.from_ if free and free.until is None else FOREVER,
            cancelled.on if cancelled else FOREVER,
        )
        found = max(found, min(ends))
    return found


def _tax(network: Network, plan: ServicePlan) -> tuple[str, Tax] | None:
    taxes = network.company.taxes
    return (plan.tax, taxes[plan.tax]) if plan.tax in taxes else None


def _earlier(network: Network, service: Service) -> Iterator[Tariff]:
    """What the plans cost that the service had before."""
    for change in service.plan_changes:
        plan = network.plans[change.from_]
        yield Tariff(change.on, plan.name, plan.price, _tax(network, plan), plan.duration)
