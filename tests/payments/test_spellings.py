"""How banks spell amounts and days: the column decides, then each cell is read."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.payments.spellings import amount, day, day_order, decimal_sign

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("texts", "digits", "sign"),
    [
        (["350.00", "1,234.50"], 2, "."),
        (["350,00", "1.234,50"], 2, ","),
        (["1,234"], 0, "."),
        (["19.990"], 0, ","),
        (["10.005"], 2, "10.005"),
        (["1,234", "20,50"], 2, ","),
        (["1.234.567"], 0, ","),
        (["1,234", "0,5"], 2, ","),
        (["350", "x", ""], 2, "."),
        (["$ 1 234,50"], 2, ","),
        (["350.000"], 3, "350.000"),  # thousands or thousandths
        (["350.000", "1,350.000"], 3, "."),
        (["350,00", "350.00"], 2, 'as "350,00" and as "350.00"'),
    ],
)
def test_the_sign_of_a_column(texts: list[str], digits: int, sign: str) -> None:
    if len(sign) > 1:
        with pytest.raises(ValueError, match="add decimal=point or decimal=comma") as error:
            decimal_sign(texts, digits)
        assert sign in str(error.value)
    else:
        assert decimal_sign(texts, digits) == sign


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("350.00", ".", "350.00"),
        ("$1,234.50", ".", "1234.50"),
        ("1.234,50 €", ",", "1234.50"),
        ("MXN 350", ".", "350"),
        ("-12,5", ",", "-12.5"),
        ("12.50-", ".", "-12.50"),
        ("(12.50)", ".", "-12.50"),
        ("1\u00a0234,50", ",", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        (".50", ".", "0.50"),
        ("350.", ".", "350"),
    ],
)
def test_an_amount(text: str, sign: Any, value: str) -> None:
    assert amount(text, sign) == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "12x34", "1.2.3", ".", "doce", "350.00 pesos mexicanos"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        amount(text, ".")


@given(st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2), st.sampled_from(".,"))
def test_whatever_is_written_with_a_sign_is_read_back(value: Decimal, sign: Any) -> None:
    text = f"{value:,.2f}".translate({44: ord("." if sign == "," else ","), 46: ord(sign)})
    assert amount(text, decimal_sign([text], 2)) == value


@pytest.mark.parametrize(
    ("texts", "first", "order"),
    [
        (["14/11/2026", "03/11/2026"], False, "dmy"),
        (["11/14/2026", "11/03/2026"], False, "mdy"),
        (["10/11/2026"], False, "dmy"),
        (["10/11/2026"], True, "mdy"),
        (["03/11/2026"], True, "dmy"),  # 11 March is long ago
        (["11/12/2026"], False, "mdy"),  # 11 December is not over yet
        (["12/11/2026"], True, "dmy"),
        (["11/12/2027"], False, "dmy"),  # neither is over
        (["03/11/2026", "12/11/2026", "11/12/2026"], False, "dmy"),  # one of them is a slip
        (["03/11/2025"], False, "dmy"),  # old by either
        (["2026-11-03", "x", "0/0/2026"], False, "dmy"),
        (["14/11/2026", "11/14/2026"], False, 'as "14/11/2026" and as "11/14/2026"'),
    ],
)
def test_the_order_of_a_column(texts: list[str], *, first: bool, order: str) -> None:
    if len(order) > 3:
        with pytest.raises(ValueError, match="add dates=dmy or dates=mdy") as error:
            day_order(texts, TODAY, month_first=first)
        assert order in str(error.value)
    else:
        assert day_order(texts, TODAY, month_first=first) == order


@pytest.mark.parametrize(
    "text",
    [
        "03/11/2026", "3-11-26", "03.11.2026", "03/11/2026 14:22:10", "2026-11-03", "2026/11/3",
        "2026-11-03T14:22", "20261103", "20261103 142210", "3 nov 2026", "03-NOV-26",
        "3 de noviembre de 2026", "03/Nov/2026", "3 novembro 2026",
    ],
)  # fmt: skip
def test_a_day(text: str) -> None:
    assert day(text, "dmy") == date(2026, 11, 3)


@pytest.mark.parametrize("text", ["", "hoy", "31/02/2026", "2026-13-01", "3 xyz 2026", "11/2026"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not (a day|in the calendar)"):
        day(text, "dmy")


def test_a_day_with_the_month_first() -> None:
    assert day("11/03/2026", "mdy") == date(2026, 11, 3)
