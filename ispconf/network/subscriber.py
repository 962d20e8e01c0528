"""``subscribers/**/<subscriber>.yaml``: a person, their services and the dated facts (FORMAT 5).

Knows what may be written there; what state follows is concluded by ``ledger.standing``.
"""

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from ispconf.ledger.facts import Cancellation, Extra, Free, HandSuspension, Pause
from ispconf.ledger.scalars import Day
from ispconf.ledger.terms import Terms
from ispconf.network.company import Locale
from ispconf.network.written import Id, Latitude, Longitude, Named, Sha256, Text, Written
from ispconf.services.access import Access, Mac


class Contact(Written):
    """How to reach somebody."""

    phone: Text | None = None
    email: Text | None = None


class Place(Written):
    """Where a service is; ``gps`` is latitude, longitude in degrees."""

    street: Text | None = None
    city: Text | None = None
    gps: tuple[Latitude, Longitude] | None = None


class Equipment(Written):
    """A device at the subscriber's."""

    kind: Text
    model: Text | None = None
    serial: Text | None = None
    mac: Mac | None = None


class Contract(Written):
    """A paper that was signed."""

    number: Text
    start: Day | None = None
    end: Day | None = None
    signed: Day | None = None
    sha256: Sha256 | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self


class Service(Written):
    """One service of a subscriber; ``router`` may only be absent with ``access: {type: none}``."""

    plan: Id
    router: Id | None = None
    since: Day
    access: Access
    free: Free | None = None
    paused: tuple[Pause, ...] = ()
    suspended: HandSuspension | None = None
    cancelled: Cancellation | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.router is None and self.access.type != "none":
            raise ValueError(f"router is missing: {self.access.type} access needs it")
        if self.cancelled and self.cancelled.on < self.since:
            raise ValueError(f"cancelled on {self.cancelled.on}, before since {self.since}")
        for one, other in pairwise(sorted(self.paused, key=lambda pause: pause.from_)):
            if other.from_ < one.period.end:
                raise ValueError(f"the pauses from {one.from_} and from {other.from_} overlap")
        return self


class Subscriber(Named):
    """One subscriber; services are known elsewhere as ``subscriber/service``."""

    name: Text
    contact: Contact = Contact()
    address: Place = Place()
    tax_id: Text | None = None
    language: Locale | None = None
    notes: str = ""
    services: dict[Id, Service] = Field(default_factory=dict)
    billing: Terms = Terms()
    extras: dict[Id, Extra] = Field(default_factory=dict)
    equipment: tuple[Equipment, ...] = ()
    contracts: tuple[Contract, ...] = ()
