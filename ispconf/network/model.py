"""The network as one value: everything the operator wrote, frozen.

Knows how its parts are found by id. Where they were read from, ``locate`` says; whether they fit
together, ``checks`` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from ispconf.errors import Problem, Source
from ispconf.ledger.book import EMPTY, Book
from ispconf.network.company import Company
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Service, Subscriber
from ispconf.network.suspension import Suspension


class Locate(Protocol):
    """Finds the place of a key in a file: ``locate(subscriber.file, "services", "casa", "plan")``.

    A key that is not there gives the nearest block above it.
    """

    def __call__(self, file: str, *path: str | int) -> Source:
        """The place of the key."""
        ...


def nowhere(file: str, *path: str | int) -> Source:  # noqa: ARG001
    """The file alone, for networks that were not read from files."""
    return Source(file)


class Placed(NamedTuple):
    """A service with whose it is and its id."""

    subscriber: Subscriber
    name: str
    service: Service


@dataclass(frozen=True, slots=True)
class Network:
    """All files of a repository at one moment.

    ``closed`` is the last day of the last month that is closed. ``commit`` is "" outside of git or
    before the first commit; ``dirty`` means that what was read differs from it. ``warnings`` are
    the problems that do not stand in the way.
    """

    company: Company
    plans: Mapping[str, ServicePlan]
    routers: Mapping[str, Router]
    subscribers: Mapping[str, Subscriber]
    book: Book = EMPTY
    closed: date | None = None
    locate: Locate = nowhere
    commit: str = ""
    dirty: bool = False
    warnings: tuple[Problem, ...] = ()
    _placed: dict[str, list[Placed]] = field(default_factory=dict, repr=False, compare=False)

    def placed_on(self, router: str) -> list[Placed]:
        """The services of a router, by subscriber; sorted out once, when first asked."""
        if not self._placed:
            self._placed[""] = []
            for _, subscriber in sorted(self.subscribers.items()):
                for name, service in subscriber.services.items():
                    place = Placed(subscriber, name, service)
                    self._placed.setdefault(service.router or "", []).append(place)
        return self._placed.get(router, [])

    def suspension(self, router: str, plan: str) -> Suspension:
        """How a service of that plan is cut on that router: the plan's word, the router's, ours."""
        own, offered = self.routers[router].suspension, self.plans[plan].suspension
        return offered.over(own.over(self.company.suspension))
