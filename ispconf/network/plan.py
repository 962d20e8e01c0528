"""``plans/<plan>.yaml``: a tariff and its speeds (FORMAT 3); knows nothing of who has it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from ispconf.ledger.scalars import Integer, PositiveAmount
from ispconf.network.suspension import Suspension
from ispconf.network.written import Duration, Id, Named, Rate, Text, Written
from ispconf.services.access import AccessType


class Rates(Written):
    """bit/s; down is towards the subscriber."""

    down: Rate
    up: Rate


class Burst(Rates):
    """Rates above the plan's for a while: limits and thresholds in bit/s, time in seconds."""

    threshold_down: Rate
    threshold_up: Rate
    time: Duration

    @model_validator(mode="after")
    def _thresholds_below(self) -> Self:
        for side in ("down", "up"):
            if getattr(self, f"threshold_{side}") > getattr(self, side):
                raise ValueError(f"threshold_{side} is above the burst's {side}")
        return self


class ServicePlan(Named):
    """A tariff; ``price`` is for a whole period, ``access`` empty means any kind of it."""

    name: Text
    access: tuple[AccessType, ...] = ()
    price: PositiveAmount
    tax: Id | None = None
    rate: Rates | None = None
    burst: Burst | None = None
    guaranteed: Rates | None = None
    priority: Annotated[Integer, Field(ge=1, le=8)] = 8
    parent: Text | None = None
    duration: Duration | None = None
    suspension: Suspension = Suspension()

    @model_validator(mode="after")
    def _speeds_agree(self) -> Self:
        if self.rate is None:
            if self.access != ("none",):
                raise ValueError("rate is missing (only a plan with access: [none] has no rate)")
            return self
        for side in ("down", "up"):
            most = getattr(self.rate, side)
            if self.burst and getattr(self.burst, side) < most:
                raise ValueError(f"burst {side} is below the rate")
            if self.guaranteed and getattr(self.guaranteed, side) > most:
                raise ValueError(f"guaranteed {side} is above the rate")
        return self

    def sold_with(self, kind: str) -> bool:
        """Whether it may be sold with that kind of access."""
        return not self.access or kind in self.access
