"""Text to values, for every model that reads the operator's files.

YAML scalars arrive as text, and nothing but text is converted: a float, ``1e2`` or ``1_000`` is
never money. A value that already has the target's type (made in code) passes as it is. Knows how
a scalar is spelled; what it means is the model's business. Every function raises ValueError with
words for an operator.
"""

import re
from datetime import date as Date  # noqa: N812 - `date` is the function that reads one
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from ispconf.escape import CONTROL

_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_PERCENT = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,6})?) ?(%?)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}
_SHOWN = 40
_LAST_DAY = 31
_FIRST_YEAR, _LAST_YEAR = 1900, 2999  # far from where the arithmetic of dates overflows


class Weekday(StrEnum):
    """A day of the week, in the order of ``date.weekday()``."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _shown(value: object) -> str:
    text = str(value)
    return f'"{text[:_SHOWN]}..."' if len(text) > _SHOWN else f'"{text}"'


def readable(text: str) -> str:
    """A text that can be read again from a file: without control characters."""
    if found := CONTROL.search(text):
        raise ValueError(f"has a control character (U+{ord(found[0]):04X}): leave it out")
    return text


def amount(value: object) -> Decimal:
    """An exact amount of money: digits, with a point before the decimals (``350.00``)."""
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value)
    raise ValueError(f"{_shown(value)} is not an amount: write digits and a point, like 350.00")


def positive_amount(value: object) -> Decimal:
    """An amount that is zero or more."""
    found = amount(value)
    if found < 0:
        raise ValueError(f"{_shown(value)} is negative: write zero or more")
    return found


def _percentage(value: object, *, sign: bool) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if not found or (sign and not found[2]):
        raise ValueError(f"{_shown(value)} is not a percentage: write it like 16%")
    return Decimal(found[1])


def percent(value: object) -> Decimal:
    """A percentage with its sign, as the number before it: ``16%`` gives 16."""
    return _percentage(value, sign=True)


def share(value: object) -> Decimal:
    """A percentage of a whole, 0% to 100%, as the number before the sign."""
    found = _percentage(value, sign=True)
    if found > 100:  # noqa: PLR2004 - a whole is a hundred percent
        raise ValueError(f"{_shown(value)} is more than the whole: write 0% to 100%")
    return found


def percent_number(value: object) -> Decimal:
    """A percentage where the key already says so, 0 to 100: ``percent: 10`` or ``10%``."""
    found = _percentage(value, sign=False)
    if found > 100:  # noqa: PLR2004 - a whole is a hundred percent
        raise ValueError(f"{_shown(value)} is more than the whole: write 0 to 100")
    return found


def date(value: object) -> Date:
    """A local date as ``YYYY-MM-DD`` that exists in the calendar."""
    if isinstance(value, Date):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            found = Date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{_shown(value)} is not in the calendar") from None
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise ValueError(f"{_shown(value)} is out of range: years are 1900 to 2999")
        return found
    raise ValueError(f"{_shown(value)} is not a date: write it like 2026-10-28")


def flag(value: object) -> bool:
    """``true`` or ``yes``, ``false`` or ``no``."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _FLAGS:
        return _FLAGS[value]
    raise ValueError(f"{_shown(value)} is neither true nor false")


def integer(value: object) -> int:
    """A whole number in plain digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise ValueError(f"{_shown(value)} is not a whole number")


def count(value: object) -> int:
    """A whole number that is zero or more."""
    found = integer(value)
    if found < 0:
        raise ValueError(f"{_shown(value)} is negative: write zero or more")
    return found


def month_day(value: object) -> int:
    """A day of the month, 1 to 31; a shorter month clamps it later (BR-13)."""
    found = integer(value)
    if not 1 <= found <= _LAST_DAY:
        raise ValueError(f"{_shown(value)} is not a day of the month: write 1 to 31")
    return found


def weekday_or_date(value: object) -> Weekday | Date:
    """A day of the week by its English name (``sunday``), or a date."""
    if isinstance(value, str) and value in set(Weekday):
        return Weekday(value)
    try:
        return date(value)
    except ValueError:
        raise ValueError(
            f"{_shown(value)} is neither a day of the week (sunday) nor a date (2026-12-24)"
        ) from None


Amount = Annotated[Decimal, BeforeValidator(amount)]
PositiveAmount = Annotated[Decimal, BeforeValidator(positive_amount)]
Percent = Annotated[Decimal, BeforeValidator(percent)]
Share = Annotated[Decimal, BeforeValidator(share)]
PercentNumber = Annotated[Decimal, BeforeValidator(percent_number)]
Day = Annotated[Date, BeforeValidator(date)]
Flag = Annotated[bool, BeforeValidator(flag)]
Integer = Annotated[int, BeforeValidator(integer)]
Count = Annotated[int, BeforeValidator(count)]
MonthDay = Annotated[int, BeforeValidator(month_day)]
WeekdayOrDate = Annotated[Weekday | Date, BeforeValidator(weekday_or_date)]
