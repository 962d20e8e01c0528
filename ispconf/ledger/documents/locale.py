"""How amounts and days are written for the people of a country.

Knows the separators, signs and orders that Unicode's CLDR gives for Spanish, English, Portuguese
and Swahili; a language without a country is that of the currency's country, so that pesos of Mexico
never get Spain's comma. Knows no words.
"""

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from ispconf.ledger.money import Currency

HARD = "\xa0"  # the space that keeps a sign with its number

_COMMA_DOT = {"es": "ES AR BO CL CO EC PY UY VE PH GQ", "pt": "BR", "sw": "CD"}
_COMMA_SPACE = {"es": "CR", "pt": "PT AO CV GQ GW MO MZ ST TL CH LU", "en": "ZA"}
_BEHIND = {"es": "ES PH GQ", "pt": "PT AO CV GQ GW MO MZ ST TL CH LU"}
_APART = {"es": "PE PY UY", "pt": "BR", "sw": "CD KE TZ UG"}
_FROM_FIVE = {"es": "ES PH GQ", "pt": "PT AO CV GQ GW MO MZ ST TL CH LU"}
"""Where the sign stands behind, or apart, and where numbers of four digits are not grouped."""

_SIGNS = {
    "AOA": "Kz", "ARS": "$", "BBD": "$", "BOB": "Bs", "BRL": "R$", "BSD": "$", "BZD": "$",
    "CDF": "FC", "CLP": "$", "COP": "$", "CUP": "$", "DOP": "RD$", "EUR": "€", "GBP": "£",
    "GTQ": "Q", "HNL": "L", "JMD": "$", "KES": "Ksh", "MUR": "Rs", "MWK": "MK", "MXN": "$",
    "MZN": "MTn", "NIO": "C$", "PAB": "B/.", "PEN": "S/", "PYG": "Gs.", "RWF": "RF", "SLE": "Le",
    "STN": "Db", "TTD": "$", "TZS": "TSh", "UGX": "USh", "USD": "$", "UYU": "$", "VES": "Bs.S",
    "XAF": "FCFA", "ZAR": "R", "ZMW": "K",
}  # fmt: skip
"""Signs that any printer has; a currency abroad, or without one, is written by its code."""
_ALSO_IN = {
    "EUR": "ES PT IE MT CY LU",
    "USD": "EC SV PR PA VI GU AS MP",
    "XAF": "GQ CM GA CG TD CF",
    "ZAR": "LS",
}

_MONTH_FIRST = {"en": "US PR VI GU AS MP PH", "es": "PR PA"}
_DATES = {("es", "CL"): "%d-%m-%Y", ("en", "CA"): "%Y-%m-%d", ("en", "ZA"): "%Y/%m/%d"}


def _holds(table: dict[str, str], language: str, country: str) -> bool:
    return country in table.get(language, "").split()


class Locale(NamedTuple):
    """A language (``es``) in a country (``MX``) that pays in a currency."""

    language: str
    country: str
    currency: Currency

    @classmethod
    def of(cls, tag: str, currency: Currency) -> "Locale":
        """The locale of a tag such as ``es-MX`` or ``es``."""
        language, *more = tag.split("-")
        countries = [part.upper() for part in more if len(part) == 2 and part.isalpha()]  # noqa: PLR2004
        country = countries[0] if countries else currency.code[:2]  # as ISO 4217 makes its codes
        return cls(language.lower(), country, currency)

    def money(self, amount: Decimal) -> str:
        """The amount with all decimals and the sign of the currency: ``$1,234.50``."""
        minus = "-" if amount < 0 and self.currency.round(amount) else ""
        whole, _, cents = self.currency.text(abs(amount)).partition(".")
        point, comma = self._separators()
        short = len(whole) <= 4 and self._is(_FROM_FIVE)  # noqa: PLR2004
        number = whole if short else f"{int(whole):,}".replace(",", comma)
        number += f"{point}{cents}" if cents else ""
        sign = self._sign()
        if self._is(_BEHIND):
            return f"{minus}{number}{HARD}{sign}"
        apart = self._is(_APART) or not unicodedata.category(sign[-1]).startswith("S")
        return f"{minus}{sign}{HARD if apart else ''}{number}"

    @property
    def month_first(self) -> bool:
        """Whether a day is written month first."""
        return self._is(_MONTH_FIRST)

    def day(self, when: dt.date) -> str:
        """The day in numbers, as wide for every day: ``05/11/2026``."""
        usual = "%m/%d/%Y" if self.month_first else "%d/%m/%Y"
        return f"{when:{_DATES.get((self.language, self.country), usual)}}"

    def days(self, first: dt.date, last: dt.date) -> str:
        """From one day through another."""
        return f"{self.day(first)} - {self.day(last)}"

    def _is(self, table: dict[str, str]) -> bool:
        return _holds(table, self.language, self.country)

    def _separators(self) -> tuple[str, str]:
        if self._is(_COMMA_DOT):
            return ",", "."
        return (",", HARD) if self._is(_COMMA_SPACE) else (".", ",")

    def _sign(self) -> str:
        code = self.currency.code
        home = self.country == code[:2] or self.country in _ALSO_IN.get(code, "").split()
        return _SIGNS.get(code, code) if home else code
