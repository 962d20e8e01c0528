"""Text to values: nothing is guessed, and what is refused says what to write."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from pydantic import BaseModel, ValidationError

from ispconf.ledger import scalars
from ispconf.ledger.scalars import Amount, Count, Day, Flag, MonthDay, Share, Weekday, WeekdayOrDate


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (scalars.amount, "350.10", Decimal("350.10")),
        (scalars.amount, "-50.00", Decimal("-50.00")),
        (scalars.amount, Decimal("0.50"), Decimal("0.50")),
        (scalars.positive_amount, "0", Decimal(0)),
        (scalars.percent, "16%", Decimal(16)),
        (scalars.percent, "8.25 %", Decimal("8.25")),
        (scalars.percent, "250%", Decimal(250)),
        (scalars.share, "100%", Decimal(100)),
        (scalars.share, Decimal(1), Decimal(1)),
        (scalars.percent_number, "10", Decimal(10)),
        (scalars.percent_number, "10%", Decimal(10)),
        (scalars.date, "2026-10-28", date(2026, 10, 28)),
        (scalars.date, "2024-02-29", date(2024, 2, 29)),
        (scalars.date, date(2026, 1, 1), date(2026, 1, 1)),
        (scalars.flag, "yes", True),
        (scalars.flag, "false", False),
        (scalars.flag, True, True),
        (scalars.integer, "-6", -6),
        (scalars.integer, 12, 12),
        (scalars.count, "10", 10),
        (scalars.month_day, "31", 31),
        (scalars.month_day, "05", 5),
        (scalars.weekday_or_date, "sunday", Weekday.SUNDAY),
        (scalars.weekday_or_date, "2026-12-24", date(2026, 12, 24)),
    ],
)
def test_text_becomes_its_value(
    read: Callable[[object], object], written: object, value: object
) -> None:
    assert read(written) == value


@pytest.mark.parametrize(
    ("read", "written", "said"),
    [
        (scalars.amount, "1e2", "not an amount"),
        (scalars.amount, "1_000", "not an amount"),
        (scalars.amount, "1,000.00", "like 350.00"),
        (scalars.amount, "350.", "not an amount"),
        (scalars.amount, ".50", "not an amount"),
        (scalars.amount, "+5", "not an amount"),
        (scalars.amount, "", "not an amount"),
        (scalars.amount, "NaN", "not an amount"),
        (scalars.amount, "٣٥٠", "not an amount"),
        (scalars.amount, 350.0, "not an amount"),
        (scalars.amount, 350, "not an amount"),
        (scalars.amount, True, "not an amount"),
        (scalars.amount, Decimal("Infinity"), "not an amount"),
        (scalars.amount, "9" * 60, "..."),
        (scalars.positive_amount, "-0.01", "negative"),
        (scalars.percent, "0.16", "like 16%"),
        (scalars.percent, "16", "like 16%"),
        (scalars.percent, 16, "like 16%"),
        (scalars.percent, "-1%", "not a percentage"),
        (scalars.share, "101%", "more than the whole"),
        (scalars.percent_number, "250", "more than the whole"),
        (scalars.date, "2026-02-29", "not in the calendar"),
        (scalars.date, "2026-06-31", "not in the calendar"),
        (scalars.date, "20261028", "like 2026-10-28"),
        (scalars.date, "2026-W01-1", "not a date"),
        (scalars.date, "28/10/2026", "not a date"),
        (scalars.date, "0026-10-28", "out of range"),
        (scalars.date, 0, "not a date"),
        (scalars.flag, "on", "neither true nor false"),
        (scalars.flag, 1, "neither true nor false"),
        (scalars.integer, "1.0", "not a whole number"),
        (scalars.integer, True, "not a whole number"),
        (scalars.count, "-1", "negative"),
        (scalars.month_day, "0", "1 to 31"),
        (scalars.month_day, "32", "1 to 31"),
        (scalars.weekday_or_date, "domingo", "neither a day of the week"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(
    read: Callable[[object], object], written: object, said: str
) -> None:
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        read(written)


class Block(BaseModel):
    price: Amount
    day: MonthDay
    start: Day
    on: Flag
    share: Share
    times: Count
    never: tuple[WeekdayOrDate, ...]


def test_models_read_every_scalar_from_text() -> None:
    block = Block.model_validate(
        {
            "price": "12.50",
            "day": "31",
            "start": "2026-01-31",
            "on": "no",
            "share": "50%",
            "times": "2",
            "never": ["friday", "2026-12-24"],
        }
    )
    assert block.price == Decimal("12.50")
    assert block.never == (Weekday.FRIDAY, date(2026, 12, 24))
    assert block.on is False


def test_an_error_in_a_model_keeps_the_place_and_the_words() -> None:
    with pytest.raises(ValidationError) as caught:
        Block.model_validate({"price": 12.5})
    first = caught.value.errors()[0]
    assert first["loc"] == ("price",)
    assert "write digits and a point" in first["msg"]
