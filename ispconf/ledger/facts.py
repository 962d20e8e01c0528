"""The dated facts a service carries, as an operator writes them (FORMAT 5), and what a tax is.

Both days of ``from`` and ``until`` belong to the span. Knows what was written; what follows for an
invoice or a state is for ``invoicing`` and ``standing`` to conclude.
"""

from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ispconf.ledger.scalars import (
    Count,
    Day,
    Flag,
    Percent,
    PercentNumber,
    PositiveAmount,
)

FOREVER = date.max


class Period(NamedTuple):
    """Days from ``start`` up to but not including ``end``."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"


def _within(first: date | None, day: date, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


class Fact(BaseModel):
    """The base of what operators write about money: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Span(Fact):
    """A fact that holds from a day through another one, both included; no ``until``: for ever."""

    from_: Day = Field(alias="from")
    until: Day | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"until {self.until} is before from {self.from_}")
        return self

    def covers(self, day: date) -> bool:
        """Whether the fact holds on that day."""
        return self.from_ <= day and (self.until is None or day <= self.until)

    @property
    def period(self) -> Period:
        """The days it holds, half open; without ``until`` up to ``FOREVER``."""
        last = self.until
        end = FOREVER if last is None or last == FOREVER else last + timedelta(days=1)
        return Period(self.from_, end)


class Free(Span):
    """Never invoiced, notified or cut (BR-70)."""


class Pause(Span):
    """Not served and not charged (BR-71)."""


class HandSuspension(Span):
    """Not served, by somebody's decision; charged as always."""


class Cancellation(Fact):
    """``on`` is the first day without service; its address is released or kept (WH-053)."""

    on: Day
    reason: str | None = None
    address: Literal["release", "keep"] = "release"


class Discount(Fact):
    """Taken off the price of the service: a percentage, or an amount an invoice (BR-78)."""

    percent: PercentNumber | None = None
    amount: PositiveAmount | None = None
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a discount has either percent or amount")
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"until {self.until} is before from {self.from_}")
        return self

    def covers(self, day: date) -> bool:
        """Whether an invoice issued on that day gets it."""
        return _within(self.from_, day, self.until)


class Extra(Fact):
    """Something charged beside the service (BR-75): on every invoice, once, or in instalments."""

    price: PositiveAmount
    pay: Literal["recurring", "once", "instalments"]
    count: Annotated[Count, Field(ge=2, le=24)] | None = None
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    description: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.pay == "instalments") != (self.count is not None):
            raise ValueError("count (2 to 24) belongs to pay: instalments, and only there")
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"until {self.until} is before from {self.from_}")
        return self

    def covers(self, day: date) -> bool:
        """Whether an invoice issued on that day has it, both days included (WH-123, WH-124)."""
        return _within(self.from_, day, self.until)


class LateFee(Fact):
    """What a late invoice costs: an amount, or a percentage of what is open."""

    amount: PositiveAmount | None = None
    percent: PercentNumber | None = None
    after: Literal["due", "cut"] = "due"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a late fee has either amount or percent")
        return self


class ReconnectionFee(Fact):
    """What a restored service costs."""

    amount: PositiveAmount


class Fees(Fact):
    """Which fees may be charged to a subscriber at all; neither, unless switched on (WH-032)."""

    late: Flag = False
    reconnection: Flag = False


class PromiseLimits(Fact):
    """How long a promise to pay may run, in days, and how many a quarter may see (BR-66)."""

    max_days: Count = 10
    max_per_quarter: Count = 1


class Tax(Fact):
    """A tax; ``rate`` in percent (16 is 16 %), ``included`` in the prices or added to them."""

    name: str
    rate: Percent
    included: Flag = True
