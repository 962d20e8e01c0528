"""Currencies: how many decimals they have, how amounts are read, rounded and written.

Knows ISO 4217 and rounding half up (BR-30, BR-32). Knows nothing of locales: how an amount looks
on a receipt is the document's business.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ispconf.ledger import scalars

_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
    "GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_BY_CODE = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency; ``digits`` is the number of decimals of its smallest unit."""

    code: str
    digits: int

    @classmethod
    def of(cls, code: object) -> "Currency":
        """The currency of an ISO 4217 code such as MXN.

        Raises:
            ValueError: no such code.
        """
        if isinstance(code, Currency):
            return code
        if not isinstance(code, str) or code not in _BY_CODE:
            raise ValueError(f'"{code}" is not an ISO 4217 currency code such as MXN')
        return cls(code, _BY_CODE[code])

    def round(self, value: Fraction | Decimal | int) -> Decimal:
        """The value to the smallest unit, half away from zero."""
        if isinstance(value, Decimal) and value and value.same_quantum(_unit(self.digits)):
            return value
        exact = Fraction(value) * 10**self.digits
        whole, rest = divmod(abs(exact.numerator), exact.denominator)
        units = whole + (2 * rest >= exact.denominator)
        return Decimal(-units if exact < 0 else units).scaleb(-self.digits)

    def fits(self, value: Decimal) -> bool:
        """Whether the amount, as written, has at most the currency's decimals."""
        exponent = value.as_tuple().exponent
        return isinstance(exponent, int) and -exponent <= self.digits

    def parse(self, text: str) -> Decimal:
        """An amount as text, with at most the currency's decimals; it gets all of them.

        Raises:
            ValueError: not an amount, or more decimals than the currency has.
        """
        value = scalars.amount(text)
        if not self.fits(value):
            raise ValueError(
                f'"{text}" has more than the {self.digits} decimals of {self.code}'
                if self.digits
                else f'"{text}" has decimals, {self.code} has none'
            )
        return self.round(value)

    def text(self, value: Decimal) -> str:
        """The amount with all decimals of the currency and no code: ``350.00``."""
        return _text(self, value)

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        """Models read a currency from its code."""
        return core_schema.no_info_plain_validator_function(cls.of)


@cache
def _unit(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


@cache
def _text(currency: Currency, value: Decimal) -> str:
    return f"{currency.round(value):f}"
