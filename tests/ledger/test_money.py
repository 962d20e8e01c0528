"""Currencies: decimals, rounding half up, reading and writing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from ispconf.ledger.money import Currency


@pytest.mark.parametrize(
    ("code", "digits"), [("CLP", 0), ("PYG", 0), ("MXN", 2), ("KES", 2), ("KWD", 3), ("CLF", 4)]
)
def test_a_currency_has_the_decimals_of_iso_4217(code: str, digits: int) -> None:
    assert Currency.of(code).digits == digits


@pytest.mark.parametrize("code", ["", "mxn", "PESO", "XXX", None, 484])
def test_an_unknown_currency_is_refused(code: object) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Currency.of(code)


@pytest.mark.parametrize(
    ("code", "exact", "rounded"),
    [
        ("MXN", Fraction(10125, 1000), "10.13"),  # half even would give 10.12
        ("MXN", Fraction(125, 1000), "0.13"),
        ("MXN", Fraction(-125, 1000), "-0.13"),
        ("MXN", Fraction(350 * 8, 30), "93.33"),
        ("MXN", Decimal("2.675"), "2.68"),
        ("CLP", Fraction(19990 * 17, 31), "10962"),
        ("KWD", Decimal("1.0005"), "1.001"),
        ("MXN", 7, "7.00"),
    ],
)
def test_rounding_is_half_away_from_zero(
    code: str, exact: Fraction | Decimal | int, rounded: str
) -> None:
    currency = Currency.of(code)
    assert str(currency.round(exact)) == rounded
    assert currency.text(currency.round(exact)) == rounded


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.sampled_from(["CLP", "MXN", "KWD"]))
def test_rounding_is_never_further_than_half_a_unit(exact: Fraction, code: str) -> None:
    currency = Currency.of(code)
    error = abs(Fraction(currency.round(exact)) - exact)
    assert error <= Fraction(1, 2 * 10**currency.digits)
    assert currency.round(-exact) == -currency.round(exact)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-9999, max_value=9999))
def test_an_amount_is_rounded_as_the_fraction_it_is(exact: Decimal) -> None:
    for code in ("CLP", "MXN", "KWD"):
        for value in (exact, exact.quantize(Decimal("0.01"))):
            currency = Currency.of(code)
            assert str(currency.round(value)) == str(currency.round(Fraction(value)))


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [("MXN", "350", "350.00"), ("MXN", "350.5", "350.50"), ("CLP", "19990", "19990")],
)
def test_an_amount_gets_all_decimals_of_its_currency(code: str, text: str, value: str) -> None:
    assert str(Currency.of(code).parse(text)) == value


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("MXN", "350.001", "more than the 2 decimals of MXN"),
        ("CLP", "100.5", "CLP has none"),
        ("MXN", "1e2", "not an amount"),
    ],
)
def test_an_amount_with_too_many_decimals_is_refused(code: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Currency.of(code).parse(text)


class Company(BaseModel):
    currency: Currency


def test_a_model_reads_a_currency_from_its_code() -> None:
    assert Company.model_validate({"currency": "MXN"}).currency == Currency("MXN", 2)
    assert Company(currency=Currency("MXN", 2)).currency == Currency.of("MXN")
    with pytest.raises(ValidationError, match="ISO 4217"):
        Company.model_validate({"currency": "pesos"})
