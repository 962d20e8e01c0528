"""Dated facts and taxes as operators write them."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ispconf.ledger.facts import (
    FOREVER,
    Cancellation,
    Discount,
    Extra,
    Fact,
    Fees,
    Free,
    LateFee,
    Pause,
    Period,
    Tax,
)


def test_both_days_of_a_pause_belong_to_it() -> None:
    pause = Pause.model_validate({"from": "2026-08-01", "until": "2026-08-31", "reason": "holiday"})
    assert pause.period == Period(date(2026, 8, 1), date(2026, 9, 1))
    assert [pause.covers(date(2026, *day)) for day in ((7, 31), (8, 1), (8, 31), (9, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_free_without_an_end_holds_for_ever() -> None:
    free = Free.model_validate({"from": "2026-06-23", "reason": "tower on the roof"})
    assert free.covers(date(2099, 1, 1))
    assert free.period.end == FOREVER
    assert Free(from_=date(2026, 1, 1), until=FOREVER).period.end == FOREVER


def test_a_period_counts_its_first_day_and_not_its_end() -> None:
    period = Period(date(2026, 6, 23), date(2026, 7, 1))
    assert period.days == 8
    assert str(period) == "2026-06-23/2026-07-01"


def test_a_discount_covers_its_days_inclusive() -> None:
    discount = Discount.model_validate(
        {"percent": "10", "from": "2026-03-01", "until": "2026-12-31"}
    )
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [discount.covers(day) for day in days] == [False, True, True, False]
    assert Discount.model_validate({"amount": "5.00"}).covers(date(1999, 1, 1))


def test_fees_are_off_until_they_are_switched_on() -> None:
    assert Fees() == Fees(late=False, reconnection=False)
    assert Fees.model_validate({"late": "true"}).late


def test_a_cancelled_service_gives_its_address_back() -> None:
    assert Cancellation.model_validate({"on": "2026-12-01"}).address == "release"


@pytest.mark.parametrize(
    ("model", "written", "said"),
    [
        (Pause, {"from": "2026-08-31", "until": "2026-08-01"}, "is before from"),
        (Pause, {"until": "2026-08-01"}, "Field required"),
        (Free, {"from": "2026-08-31", "state": "free"}, "Extra inputs"),
        (Cancellation, {"on": "2026-08-31", "address": "burn"}, "'release' or 'keep'"),
        (Discount, {}, "either percent or amount"),
        (Discount, {"percent": "5", "amount": "1.00"}, "either percent or amount"),
        (Discount, {"percent": "5", "from": "2026-02-01", "until": "2026-01-01"}, "before from"),
        (Extra, {"price": "900.00", "pay": "instalments"}, "count"),
        (Extra, {"price": "900.00", "pay": "once", "count": "3"}, "count"),
        (Extra, {"price": "900.00", "pay": "instalments", "count": "25"}, "less than or equal"),
        (
            Extra,
            {"price": "9.00", "pay": "once", "from": "2026-02-01", "until": "2026-01-01"},
            "before from",
        ),
        (LateFee, {}, "either amount or percent"),
        (Tax, {"name": "IVA", "rate": "0.16"}, "like 16%"),
    ],
)
def test_a_fact_that_makes_no_sense_is_refused(
    model: type[Fact], written: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        model.model_validate(written)


def test_instalments_and_recurring_extras_are_read() -> None:
    wifi = {"price": "900.00", "pay": "instalments", "count": "3", "from": "2026-07-01"}
    assert Extra.model_validate(wifi).count == 3
    assert Extra.model_validate({"price": "120.00", "pay": "recurring"}).count is None
