"""``subscribers/**/<subscriber>.yaml``: a person, their services and the dated facts (FORMAT 5).

Knows what may be written there; what state follows is concluded by ``ledger.standing``.
"""

from datetime import date
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


class PlanChange(Written):
    """``on`` is the first day of the plan ``to`` (BR-72)."""

    on: Day
    from_: Id = Field(alias="from")
    to: Id
    reason: Text | None = None

    @model_validator(mode="after")
    def _changes(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(f"from and to are the same plan, {self.to}")
        return self


class Service(Written):
    """One service of a subscriber; ``router`` may only be absent with ``access: {type: none}``.

    ``plan`` is the newest one, which a change that is still to come has named already.
    """

    plan: Id
    router: Id | None = None
    since: Day
    access: Access
    free: Free | None = None
    paused: tuple[Pause, ...] = ()
    suspended: HandSuspension | None = None
    cancelled: Cancellation | None = None
    plan_changes: tuple[PlanChange, ...] = ()

    def plan_on(self, day: date) -> str:
        """The id of the plan that the service has on a day."""
        return next((each.from_ for each in self.plan_changes if day < each.on), self.plan)

    @property
    def plans(self) -> tuple[str, ...]:
        """The ids of all its plans, the newest last."""
        return (*(each.from_ for each in self.plan_changes), self.plan)

    @model_validator(mode="after")
    def _plans_agree(self) -> Self:
        """Each change starts from the plan of the one before, and the last leads to ``plan``."""
        if not self.plan_changes:
            return self
        for each, then in zip(self.plan_changes, self.plans[1:], strict=True):
            if each.to != then:
                named = "is the plan" if each is self.plan_changes[-1] else "the next one is from"
                raise ValueError(
                    f"plan_changes: the one on {each.on} is to {each.to}, but {named} {then}"
                )
        for one, other in pairwise(self.plan_changes):
            if other.on <= one.on:
                raise ValueError(f"plan_changes: {other.on} comes after {one.on}: put in order")
        if self.plan_changes[0].on <= self.since:
            first = self.plan_changes[0].on
            raise ValueError(f"plan_changes: {first} is not after since {self.since}")
        if self.cancelled and self.plan_changes[-1].on >= self.cancelled.on:
            last = self.plan_changes[-1].on
            raise ValueError(f"plan_changes: {last} is not before it is cancelled")
        return self

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


_PERSONAL = ("contact", "address", "tax_id", "language", "notes", "equipment", "contracts")


class Subscriber(Named):
    """One subscriber; services are known elsewhere as ``subscriber/service``.

    ``erased`` is the day on which all that tells who it was went; it may not come back by a merge.
    """

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
    erased: Day | None = None

    @model_validator(mode="after")
    def _stays_erased(self) -> Self:
        back = [key for key in _PERSONAL if self.erased and key in self.model_fields_set]
        if back:
            said = f"was erased on {self.erased} and may not have {', '.join(back)} again"
            raise ValueError(said)
        return self
