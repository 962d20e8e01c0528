"""Amounts and days as CLDR 47 has them for the countries where Spanish, Portuguese, Swahili are."""

from datetime import date
from decimal import Decimal

import pytest

from ispconf.ledger.documents.locale import Locale
from ispconf.ledger.money import Currency


@pytest.mark.parametrize(
    ("tag", "code", "amount", "written"),
    [
        ("es-MX", "MXN", "1234.5", "$1,234.50"),
        ("es", "MXN", "1234.5", "$1,234.50"),
        ("es-CO", "COP", "1234.5", "$1.234,50"),
        ("es-CL", "CLP", "19990", "$19.990"),
        ("es-PE", "PEN", "1234.5", "S/\xa01,234.50"),
        ("es-PY", "PYG", "1234", "Gs.\xa01.234"),
        ("es-CR", "CRC", "12345", "CRC\xa012\xa0345,00"),
        ("es-GT", "GTQ", "1234.5", "Q\xa01,234.50"),
        ("es-UY", "UYU", "1234.5", "$\xa01.234,50"),
        ("es-EC", "USD", "20", "$20,00"),
        ("es-PA", "PAB", "20", "B/.\xa020.00"),
        ("en-CM", "XAF", "20", "FCFA\xa020"),
        ("en-ZM", "ZMW", "20", "K\xa020.00"),
        ("es-SV", "USD", "20", "$20.00"),
        ("es-ES", "EUR", "1234.5", "1234,50\xa0€"),
        ("es-ES", "EUR", "12345.5", "12.345,50\xa0€"),
        ("es-MX", "USD", "20", "USD\xa020.00"),
        ("pt-BR", "BRL", "1234567.8", "R$\xa01.234.567,80"),
        ("pt", "BRL", "1.5", "R$\xa01,50"),
        ("pt-PT", "EUR", "12345.6", "12\xa0345,60\xa0€"),
        ("pt-MZ", "MZN", "12345", "12\xa0345,00\xa0MTn"),
        ("sw-KE", "KES", "1500", "Ksh\xa01,500.00"),
        ("sw", "TZS", "25000", "TSh\xa025,000.00"),
        ("en-KE", "KES", "1500", "Ksh\xa01,500.00"),
        ("en-UG", "UGX", "50000", "USh\xa050,000"),
        ("en-US", "USD", "-1234.5", "-$1,234.50"),
        ("en-ZA", "ZAR", "12345", "R\xa012\xa0345,00"),
        ("en", "KWD", "1.5", "KWD\xa01.500"),
        ("es-MX", "MXN", "-0.001", "$0.00"),
        ("es-MX", "MXN", "0.005", "$0.01"),
    ],
)
def test_an_amount(tag: str, code: str, amount: str, written: str) -> None:
    assert Locale.of(tag, Currency.of(code)).money(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("es-MX", "05/11/2026"),
        ("es", "05/11/2026"),
        ("es-CL", "05-11-2026"),
        ("es-PA", "11/05/2026"),
        ("pt-BR", "05/11/2026"),
        ("sw-KE", "05/11/2026"),
        ("en-KE", "05/11/2026"),
        ("en-US", "11/05/2026"),
        ("en-CA", "2026-11-05"),
        ("en-ZA", "2026/11/05"),
        ("es-Latn-MX", "05/11/2026"),
    ],
)
def test_a_day(tag: str, written: str) -> None:
    locale = Locale.of(tag, Currency.of("MXN"))
    assert locale.day(date(2026, 11, 5)) == written
    assert locale.days(date(2026, 11, 5), date(2026, 11, 5)) == f"{written} - {written}"
