"""What days cost: proration, discounts and taxes, to the cent."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger import pricing
from ispconf.ledger.book import EMPTY
from ispconf.ledger.entries import Line
from ispconf.ledger.facts import Tax
from ispconf.ledger.invoicing import missing
from ispconf.ledger.money import Currency
from tests.ledger.samples import CLP, IVA, IVA_ADDED, MXN, on, service


@pytest.mark.parametrize(
    ("code", "price", "days", "base", "amount"),
    [
        ("MXN", "350.00", 8, 30, "93.33"),
        ("MXN", "350.00", 11, 30, "128.33"),
        ("MXN", "300.00", 17, 31, "164.52"),
        ("CLP", "19990", 17, 31, "10962"),
        ("MXN", "300.00", 20, 30, "200.00"),
        ("MXN", "500.00", 20, 30, "333.33"),
        ("MXN", "350.00", 31, 30, "350.00"),
    ],
)
def test_a_part_is_price_by_days_by_base_rounded_once(
    code: str, price: str, days: int, base: int, amount: str
) -> None:
    assert pricing.part(Decimal(price), 0, days, base, Currency.of(code)) == Decimal(amount)


@given(
    st.decimals("0.01", "9999", places=2),
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
)
def test_the_parts_of_a_period_add_up_to_its_price(price: Decimal, parts: list[int]) -> None:
    base, before, total = sum(parts), 0, Decimal(0)
    for days in parts:
        total += pricing.part(price, before, days, base, MXN)
        before += days
    assert total == price


OVER = [{"percent": "10", "until": "2024-12-31"}]


@given(
    st.decimals("0.01", "9999", places=3),
    st.sampled_from([None, IVA, IVA_ADDED, Tax(name="IVA", rate=Decimal("4.50"))]),
    st.sampled_from([MXN, CLP, Currency.of("KWD")]),
)
def test_a_whole_period_costs_the_same_when_there_was_more_to_look_at(
    price: Decimal, tax: Tax | None, currency: Currency
) -> None:
    alone = service(price=str(price), tax=tax)
    beside = service(price=str(price), tax=tax, discounts=OVER)
    found, same = (missing([one], EMPTY, on("2026-02-28"), currency) for one in (alone, beside))
    assert len(found) == 3
    assert [str(each) for each in found] == [str(each) for each in same]


@pytest.mark.parametrize(
    ("currency", "amount", "tax", "owed"),
    [
        (MXN, "350.00", IVA, "48.28"),
        (MXN, "2.99", Tax(name="IVA", rate=Decimal(4)), "0.11"),
        (CLP, "19990", Tax(name="IVA", rate=Decimal(19)), "3192"),
        (MXN, "350.00", IVA_ADDED, "56.00"),
        (MXN, "93.33", IVA_ADDED, "14.93"),
        (MXN, "350.00", Tax(name="IVA", rate=Decimal(0)), "0.00"),
    ],
)
def test_tax_is_in_the_price_or_added_to_it(
    currency: Currency, amount: str, tax: Tax, owed: str
) -> None:
    assert pricing.tax_on(Decimal(amount), tax, currency) == Decimal(owed)


def first_invoice(**facts: Any) -> tuple[list[Line], dict[str, Decimal], Decimal]:
    found = missing([service(**facts)], EMPTY, on("2026-02-28"), MXN)[0]
    assert sum(line.amount for line in found.lines) == found.amount
    return list(found.lines), dict(found.taxes), found.amount


def test_an_invoice_with_tax_included_charges_the_price() -> None:
    lines, taxes, total = first_invoice(tax=IVA)
    assert lines == [Line("Hogar 20", Decimal("350.00"))]
    assert (taxes, total) == ({"iva": Decimal("48.28")}, Decimal("350.00"))


def test_an_added_tax_is_a_line_of_its_own() -> None:
    lines, taxes, total = first_invoice(tax=IVA_ADDED)
    assert lines[1] == Line("IVA 16%", Decimal("56.00"))
    assert (taxes, total) == ({"iva": Decimal("56.00")}, Decimal("406.00"))


def test_a_discount_lowers_the_base_before_tax() -> None:
    discount = {"percent": "10", "until": "2026-12-31", "reason": "vecino"}
    lines, taxes, total = first_invoice(tax=IVA_ADDED, discounts=[discount])
    assert lines[1] == Line("vecino -10%", Decimal("-35.00"))
    assert (taxes, total) == ({"iva": Decimal("50.40")}, Decimal("365.40"))


@pytest.mark.parametrize(
    ("discounts", "items", "total"),
    [
        ([{"amount": "50.00"}], ["Hogar 20"], "300.00"),
        ([{"percent": "10"}, {"amount": "5.00", "reason": "x"}], ["Hogar 20 -10%", "x"], "310.00"),
        ([{"percent": "12.5"}], ["Hogar 20 -12.5%"], "306.25"),
        ([{"amount": "900.00"}, {"percent": "10"}], ["Hogar 20"], "0.00"),
        ([{"percent": "100"}], ["Hogar 20 -100%"], "0.00"),
        ([{"percent": "0"}], [], "350.00"),
        ([{"percent": "10", "until": "2025-12-27"}], [], "350.00"),
        ([{"percent": "10", "from": "2025-12-29"}], [], "350.00"),
        ([{"percent": "10", "until": "2025-12-28"}], ["Hogar 20 -10%"], "315.00"),
    ],
)
def test_discounts_of_the_issue_day_are_taken_off_but_never_more_than_the_price(
    discounts: list[dict[str, str]], items: list[str], total: str
) -> None:
    lines, _, found = first_invoice(discounts=discounts)
    assert [line.item for line in lines[1:]] == items
    assert found == Decimal(total)
