"""Billing terms (FORMAT 6): the same block for the company, a zone and a subscriber.

A block holds only what was written in it; ``Terms.over`` lays it over the block it refines. Knows
the defaults and which values make sense; the dates that follow are for ``cycle`` to place.
"""

from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import field_validator, model_validator

from ispconf.ledger.facts import (
    Discount,
    Fact,
    Fees,
    LateFee,
    PromiseLimits,
    ReconnectionFee,
)
from ispconf.ledger.scalars import (
    Integer,
    MonthDay,
    PositiveAmount,
    Share,
    Weekday,
    WeekdayOrDate,
    positive_amount,
)


class Terms(Fact):
    """What was agreed about money; the fields that were written are ``model_fields_set``."""

    mode: Literal["cycle", "cutdate", "recharge", "duration"] = "cycle"
    charge: Literal["advance", "arrears"] = "advance"
    period_day: MonthDay = 1
    issue_day: MonthDay = 1
    notice_day: MonthDay | None = None
    due_day: MonthDay = 1
    cut_day: MonthDay = 5
    recharge_offsets: tuple[Integer, Integer, Integer] = (-6, -4, 6)
    first_period: Literal["prorated", "free", "full", "next"] = "prorated"
    proration: Literal["actual", "thirty", "none"] = "actual"
    late_fee: LateFee | None = None
    reconnection_fee: ReconnectionFee | None = None
    minimum_cut: PositiveAmount = Decimal(1)
    restore_on: Share = Decimal(100)
    while_cut: Literal["full", "stop"] = "full"
    no_cut_days: tuple[WeekdayOrDate, ...] = ()
    promise: PromiseLimits = PromiseLimits()
    plan_change: Literal["prorated", "next_period"] = "prorated"
    manage: Literal["auto", "manual"] = "auto"
    fees: Fees = Fees()
    discounts: tuple[Discount, ...] = ()

    @field_validator("reconnection_fee", mode="before")
    @classmethod
    def _bare_amount(cls, value: Any) -> Any:
        """``reconnection_fee: 50.00`` and ``{amount: 50.00}`` say the same."""
        return {"amount": positive_amount(value)} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        written = self.model_fields_set
        if {"due_day", "cut_day", "notice_day"} <= written and self.notice_day is not None:
            # Both are the first such day on or after the due day, so they are compared from there.
            until_notice = (self.notice_day - self.due_day) % 31
            if until_notice > (self.cut_day - self.due_day) % 31:
                raise ValueError(
                    f"notice_day {self.notice_day} comes after cut_day {self.cut_day}, "
                    f"counted from due_day {self.due_day}"
                )
        issue, notice, cut = self.recharge_offsets
        if not issue <= notice <= cut:
            raise ValueError("recharge_offsets are days to issue, notice and cut, in that order")
        if issue > 0 or cut < 0:
            raise ValueError(
                "recharge_offsets: the issue is not after the payment day, the cut not before it"
            )
        if len(set(self.no_cut_days) & set(Weekday)) == len(Weekday):
            raise ValueError("no_cut_days names every day of the week: use manage: manual")
        return self

    def over(self, base: "Terms") -> "Terms":
        """These terms where they were written, ``base`` everywhere else."""
        if not self.model_fields_set:
            return base
        return base.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})
