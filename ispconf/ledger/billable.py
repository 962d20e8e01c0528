"""All that billing must know of one service, whoever wrote it and wherever.

Knows what was agreed, with the places it was written in; made by ``network.billing``. Knows
nothing of entries and days.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from ispconf.errors import Source
from ispconf.ledger.facts import (
    Cancellation,
    Discount,
    Extra,
    Fees,
    Free,
    HandSuspension,
    Pause,
    Tax,
)
from ispconf.ledger.terms import Terms

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Tariff(NamedTuple):
    """What a plan costs that a service had until it changed, ``until``: the next plan's first day.

    The fields are those of ``Billable``.
    """

    until: date
    item: str
    price: Decimal
    tax: tuple[str, Tax] | None = None
    duration: int | None = None


class Billable(NamedTuple):
    """One service as billing sees it.

    ``price`` is what a whole period costs, with or without tax as ``tax`` (its code and what it
    is) says. ``terms`` are resolved: company, zone and subscriber laid over each other. ``extras``
    belong to the subscriber and stand on the invoices of one of their services: of the first, and
    once that has ended of the next, on invoices of periods from ``extras_from``. ``refs`` says
    where a term or fact was written: ``{"cut_day": "ispconf.yaml:24 cut_day", "paused":
    "subscribers/ana-lopez.yaml:12"}``; a default stands nowhere and is absent. ``source`` is the
    service itself, for problems with it. ``duration`` is for how many seconds the plan is sold, in
    mode `duration`. All this is of the newest plan; ``earlier`` are those before it, in order.
    """

    subscriber: str
    service: str
    item: str
    price: Decimal
    since: date
    terms: Terms = Terms()
    tax: tuple[str, Tax] | None = None
    free: Free | None = None
    paused: tuple[Pause, ...] = ()
    suspended: HandSuspension | None = None
    cancelled: Cancellation | None = None
    extras: tuple[tuple[str, Extra], ...] = ()
    extras_from: date = date.min
    refs: Mapping[str, str] = _NOTHING
    source: Source = Source("")
    duration: int | None = None
    earlier: tuple[Tariff, ...] = ()

    @property
    def id(self) -> str:
        """``subscriber/service``, by which every other part calls it."""
        return f"{self.subscriber}/{self.service}"

    @property
    def discounts(self) -> tuple[Discount, ...]:
        """What is taken off the price, as the terms say."""
        return self.terms.discounts

    @property
    def fees(self) -> Fees:
        """Which fees may be charged, as the terms say."""
        return self.terms.fees

    @property
    def changes(self) -> tuple[date, ...]:
        """The days on which the service got another plan, in order."""
        return tuple(each.until for each in self.earlier)

    @property
    def costs(self) -> bool:
        """Whether any of its plans has a price."""
        return bool(self.price) or any(each.price for each in self.earlier)

    def on(self, day: date) -> "Billable":
        """The service as if it always had the plan of a day."""
        for each in self.earlier:
            if day < each.until:
                _, item, price, tax, duration = each
                return self._replace(item=item, price=price, tax=tax, duration=duration, earlier=())
        return self._replace(earlier=()) if self.earlier else self
