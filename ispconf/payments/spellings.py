"""How banks spell amounts and days: which sign is the decimal one, which number is the day.

A whole column is asked first, since one cell alone often leaves it open; then each cell is read.
Knows nothing of files or of what a column is for. Every function raises ValueError with words for
whoever has the statement in hand.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

Sign = Literal[".", ","]
Order = Literal["dmy", "mdy"]

_AMOUNT = re.compile(r"([^0-9,.]{0,8})([0-9.,][0-9.,' \u00a0\u202f]*)([^0-9]{0,8})")
_OTHER: Final[dict[Sign, Sign]] = {".": ",", ",": "."}
_THOUSAND = 3
_PARTS = re.compile(r"([0-9]{1,2}|[0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{1,2})(?:[ T,].*)?")
_COMPACT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})(?:[ T]?[0-9:]*)?")
_NAMED = re.compile(
    r"([0-9]{1,2})[ /.-]+(?:de )?([^\W\d_]{3})[^\W\d_]*\.?[ /.,-]+(?:de )?([0-9]{2,4})"
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("ene", "jan"), ("feb", "fev"), ("mar", "mac"), ("abr", "apr"), ("may", "mai", "mei"),
            ("jun",), ("jul",), ("ago", "aug"), ("sep", "set"), ("oct", "out", "okt"), ("nov",),
            ("dic", "dec", "dez", "des"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
"""Spanish, English, Portuguese and Swahili, by their first three letters."""
_QUARTER: Final = timedelta(days=92)
_LAST_MONTH, _CENTURY = 12, 100


def decimal_sign(texts: Iterable[str], digits: int) -> Sign:
    """The sign before the decimals of a column, for a currency with so many decimals.

    Raises:
        ValueError: cells contradict each other, or none of them tells.
    """
    sure: dict[Sign, str] = {}
    likely: dict[Sign, str] = {}
    for text in texts:
        found = _AMOUNT.fullmatch(text.strip())
        signs = [each for each in found[2] if each in ",."] if found else []
        if not found or not signs:
            continue
        last: Sign = "," if signs[-1] == "," else "."
        behind = len(found[2].rpartition(last)[2].rstrip())
        if len(set(signs)) > 1 or behind != _THOUSAND:
            sure.setdefault(_OTHER[last] if signs.count(last) > 1 else last, text)
        elif len(signs) > 1:
            sure.setdefault(_OTHER[last], text)
        else:
            likely.setdefault(_OTHER[last], text)
    if len(sure) > 1:
        one, other = sure.values()
        raise ValueError(
            f'amounts are written as "{one}" and as "{other}": add decimal=point or decimal=comma'
        )
    if not sure and likely and digits:  # 10.005 is ten pesos or ten thousand: better to ask
        (text,) = list(likely.values())[:1]
        raise ValueError(f'"{text}" can be read in two ways: add decimal=point or decimal=comma')
    return next(iter(sure or likely), ".")


def amount(text: str, sign: Sign) -> Decimal:
    """An amount with its sign, whatever currency stands beside it; ``(5.00)`` is negative.

    Raises:
        ValueError: it is none.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found:
        whole, _, cents = re.sub(r"[ '\u00a0\u202f]", "", found[2]).partition(sign)
        whole = whole.replace(_OTHER[sign], "")
        if (whole + cents).isdecimal():
            value = Decimal(f"{whole or 0}.{cents or 0}" if cents else whole)
            negative = "-" in found[1] + found[3] or "(" in found[1]
            return -value if negative else value
    raise ValueError(f'"{text}" is not an amount')


def day_order(texts: Iterable[str], today: date, *, month_first: bool) -> Order:
    """Whether day or month stands first in a column; ``month_first``: where nothing tells.

    Else that order under which more of the days lie in the three months before ``today``.

    Raises:
        ValueError: cells contradict each other.
    """
    found = [parts for text in texts if (parts := _PARTS.fullmatch(text.strip()))]
    pairs = [(each, int(each[1]), int(each[2])) for each in found if len(each[1]) <= 2]  # noqa: PLR2004
    days_first = [each[0] for each, first, _ in pairs if first > _LAST_MONTH]
    months_first = [each[0] for each, _, second in pairs if second > _LAST_MONTH]
    if days_first and months_first:
        one, other = days_first[0], months_first[0]
        raise ValueError(
            f'days are written as "{one}" and as "{other}": add dates=dmy or dates=mdy'
        )
    if days_first or months_first:
        return "dmy" if days_first else "mdy"
    usual: list[Order] = ["mdy", "dmy"] if month_first else ["dmy", "mdy"]
    return max(usual, key=lambda order: sum(_recent(one[0], order, today) for one, _, _ in pairs))


def _recent(text: str, order: Order, today: date) -> bool:
    try:
        return today - _QUARTER <= day(text, order) <= today
    except ValueError:
        return False


def day(text: str, order: Order) -> date:
    """A day; a time behind it is left out, a year of two digits is of this century.

    Raises:
        ValueError: it is none, or not in the calendar.
    """
    bare = text.strip()
    if found := _PARTS.fullmatch(bare):
        first, second, third = (int(each) for each in found.groups())
        if len(found[1]) > 2:  # noqa: PLR2004 - a year stands first
            parts = first, second, third
        else:
            parts = (third, second, first) if order == "dmy" else (third, first, second)
    elif found := _COMPACT.fullmatch(bare):
        parts = int(found[1]), int(found[2]), int(found[3])
    elif (found := _NAMED.match(bare)) and found[2].lower() in _MONTHS:
        parts = int(found[3]), _MONTHS[found[2].lower()], int(found[1])
    else:
        raise ValueError(f'"{text}" is not a day')
    year, month, number = parts
    try:
        return date(year + 2000 if year < _CENTURY else year, month, number)
    except ValueError:
        raise ValueError(f'"{text}" is not in the calendar') from None
