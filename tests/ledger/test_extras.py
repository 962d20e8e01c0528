"""What is charged beside a service: what follows from the invoices, and nothing else."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ispconf.ledger import extras
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.entries import Line
from ispconf.ledger.extras import Charged
from ispconf.ledger.facts import Extra
from ispconf.ledger.money import Currency
from tests.ledger.samples import CLP, IVA, IVA_ADDED, MXN, bill, invoice, month, on, service

TV = {"price": "120.00", "pay": "recurring"}
VISIT = {"price": "200.00", "pay": "once", "description": "Visita técnica"}
WIFI = {"price": "1000.00", "pay": "instalments", "count": "3"}


def beside(one: Billable, book: Book) -> list[list[tuple[str, str]]]:
    """The lines of each invoice after the service's own."""
    return [
        [(line.item, str(line.amount)) for line in made.lines[1:]]
        for made in book.entries
        if made.service == one.service
    ]


def billed(until: str, what: dict[str, dict[str, Any]], **facts: Any) -> list[Any]:
    one = service(since="2026-01-01", extras=what, **facts)
    return beside(one, bill([one], EMPTY, until))


def test_wh114_a_recurring_extra_stands_on_every_invoice() -> None:
    assert billed("2026-02-28", {"tv": TV}) == [[("tv [tv]", "120.00")]] * 3


def test_wh115_what_is_paid_once_stands_on_the_first_invoice_only() -> None:
    found = billed("2026-02-28", {"visita": VISIT})
    assert found == [[("Visita técnica [visita]", "200.00")], [], []]


def test_wh126_instalments_end_when_all_are_charged() -> None:
    # WH-116, WH-126 example 3: 1000.00 in three
    assert billed("2026-03-28", {"wifi": WIFI}) == [
        [("wifi [wifi 1/3]", "333.34")],
        [("wifi [wifi 2/3]", "333.33")],
        [("wifi [wifi 3/3]", "333.33")],
        [],
    ]


@pytest.mark.parametrize(
    ("price", "count", "currency", "expected"),
    [
        ("1000.00", 3, MXN, ["333.34", "333.33", "333.33"]),
        ("1000.00", 24, MXN, ["41.67"] * 16 + ["41.66"] * 8),
        ("100000", 7, CLP, ["14286"] * 5 + ["14285"] * 2),
        ("0.05", 3, MXN, ["0.02", "0.02", "0.01"]),
        ("0.01", 3, MXN, ["0.01", "0.00", "0.00"]),
        ("900.00", 2, MXN, ["450.00", "450.00"]),
    ],
)
def test_br76_the_largest_remainder(
    price: str, count: int, currency: Currency, expected: list[str]
) -> None:
    left, parts = Decimal(price), []
    for number in range(count):
        parts.append(extras.instalment(left, count - number, currency))
        left -= parts[-1]
    assert [currency.text(part) for part in parts] == expected


@given(st.integers(0, 10**7), st.integers(2, 24))
def test_instalments_differ_by_a_cent_and_add_up(cents: int, count: int) -> None:
    left, parts = Decimal(cents) / 100, []
    for number in range(count):
        parts.append(extras.instalment(left, count - number, MXN))
        left -= parts[-1]
    assert left == 0
    assert max(parts) - min(parts) <= Decimal("0.01")
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize("count", ["1", "25", None])
def test_wh116_instalments_are_2_to_24(count: str | None) -> None:
    with pytest.raises(ValidationError):
        Extra.model_validate({**WIFI, "count": count})


@pytest.mark.parametrize(
    ("window", "months"),
    [
        ({}, ["2025-12-28", "2026-01-28", "2026-02-28"]),  # WH-123: no start is always
        ({"from": "2026-01-28"}, ["2026-01-28", "2026-02-28"]),  # the same day: present
        ({"from": "2026-01-29"}, ["2026-02-28"]),  # the day before: absent
        ({"until": "2026-01-28"}, ["2025-12-28", "2026-01-28"]),  # WH-124: the same day: present
        ({"until": "2026-01-27"}, ["2025-12-28"]),  # the day after: absent
        ({"from": "2026-01-28", "until": "2026-01-28"}, ["2026-01-28"]),
    ],
)
def test_wh123_wh124_the_issue_day_decides(window: dict[str, str], months: list[str]) -> None:
    one = service(since="2026-01-01", extras={"tv": {**TV, **window}})
    book = bill([one], EMPTY, "2026-02-28")
    assert [str(made.date) for made in book.entries if len(made.lines) > 1] == months


def test_an_extra_stands_on_the_invoices_of_the_first_service_only() -> None:
    home = service(since="2026-01-01", extras={"tv": TV})
    office = service(since="2026-01-01", name="oficina")
    book = bill([home, office], EMPTY, "2026-01-28")
    assert beside(office, book) == [[], []]
    assert beside(home, book) == [[("tv [tv]", "120.00")]] * 2


def test_wh114_an_extra_goes_on_with_the_next_service_once_the_first_has_ended() -> None:
    what = {"tv": TV, "wifi": WIFI}
    casa = service(since="2026-01-01", extras=what, cancelled="2026-02-15")
    tienda = service(since="2026-01-01", extras=what, name="tienda")
    both = [casa, tienda._replace(extras_from=on("2026-02-15"))]
    book = bill(both, EMPTY, "2026-03-28")
    tv = ("tv [tv]", "120.00")
    assert beside(casa, book) == [
        [tv, ("wifi [wifi 1/3]", "333.34")],
        [tv, ("wifi [wifi 2/3]", "333.33")],
    ]
    assert beside(tienda, book) == [[], [], [tv, ("wifi [wifi 3/3]", "333.33")], [tv]]
    late = bill(both, bill(both, EMPTY, "2026-02-01"), "2026-03-28")
    assert beside(tienda, late) == beside(tienda, book)


def test_t16_instalments_end_with_the_service() -> None:
    wifi = {"price": "1000.00", "pay": "instalments", "count": "24"}
    one = service(since="2026-01-01", extras={"wifi": wifi}, cancelled="2026-11-01")
    book = bill([one], EMPTY, "2028-12-31")
    assert extras.charged(book.entries) == {"wifi": Charged(10, Decimal("416.70"))}


# Derived from the lines ----------------------------------------------------------------------


@pytest.mark.parametrize("pay", ["recurring", "once", "instalments", "weekly"])
def test_wh122_an_extra_is_paid_in_one_of_three_ways(pay: str) -> None:
    written = {"price": "9.00", "pay": pay} | ({"count": "3"} if pay == "instalments" else {})
    if pay == "weekly":
        with pytest.raises(ValidationError, match="pay"):
            Extra.model_validate(written)
    else:
        assert Extra.model_validate(written).pay == pay


def test_wh119_an_extra_is_found_again_when_its_description_and_price_change() -> None:
    before = service(since="2026-01-01", extras={"wifi": {**WIFI, "description": "Router"}})
    after = service(
        since="2026-01-01",
        extras={"wifi": {**WIFI, "price": "1200.00", "description": "Router [nuevo]"}},
    )
    book = bill([before], EMPTY, "2026-01-01")
    book = bill([after], book, "2026-03-28")
    assert beside(after, book) == [
        [("Router [wifi 1/3]", "333.34")],
        [("Router [nuevo] [wifi 2/3]", "433.33")],
        [("Router [nuevo] [wifi 3/3]", "433.33")],
        [],
    ]
    assert extras.charged(book.entries) == {"wifi": Charged(3, Decimal("1200.00"))}


def test_the_rest_comes_at_once_when_the_number_of_instalments_was_reached() -> None:
    book = bill([service(since="2026-01-01", extras={"wifi": WIFI})], EMPTY, "2026-01-28")
    fewer = service(since="2026-01-01", extras={"wifi": {**WIFI, "count": "2"}})
    book = bill([fewer], book, "2026-03-28")
    assert beside(fewer, book)[2:] == [[("wifi [wifi 3/3]", "333.33")], []]


def test_a_rest_that_was_charged_by_hand_ends_the_instalments() -> None:
    one = service(since="2026-01-01", extras={"wifi": WIFI})
    book = bill([one], EMPTY, "2025-12-28")
    rest = invoice(9, "2026-01-10", "2026-01-11", due="2026-01-10", cut=None, kind="other")
    line = Line("Router, resto [wifi]", Decimal("666.66"))
    book = book.plus([rest._replace(amount=line.amount, lines=(line,), no="caja1-000001")])
    assert beside(one, bill([one], book, "2026-02-28"))[-1] == []


def test_the_service_itself_is_no_extra_whatever_its_plan_is_called() -> None:
    made = month(2026, 1, counter=1)
    called = made._replace(lines=(Line("Combo [tv]", Decimal("350.00")),))
    assert extras.charged([called]) == {}


def test_extras_that_cost_nothing_have_no_line() -> None:
    assert billed("2026-01-01", {"tv": {**TV, "price": "0.00"}}) == [[]]


# Taxes ---------------------------------------------------------------------------------------


def test_extras_are_taxed_as_the_service_is() -> None:
    one = service(since="2026-01-01", extras={"tv": TV}, tax=IVA)
    (made,) = bill([one], EMPTY, "2025-12-28").entries
    assert (made.amount, made.taxes) == (Decimal("470.00"), (("iva", Decimal("64.83")),))
    (added,) = bill([one._replace(tax=("iva", IVA_ADDED))], EMPTY, "2025-12-28").entries
    assert [line.item for line in added.lines] == ["Hogar 20", "tv [tv]", "IVA 16%"]
    assert added.amount == Decimal("545.20")


@pytest.mark.parametrize(
    ("lines", "tax", "share"),
    [
        ([("Hogar 20", "300")], "0", Fraction(1)),
        ([("Hogar 20", "300"), ("tv [tv]", "100")], "0", Fraction(3, 4)),
        ([("Hogar 20", "330"), ("-10%", "-30"), ("tv [tv]", "100")], "55.17", Fraction(3, 4)),
        ([("Hogar 20", "300"), ("tv [tv]", "100"), ("IVA 16%", "64")], "64", Fraction(3, 4)),
        ([("Hogar 20", "300"), ("tv [tv]", "55.17")], "55.17", Fraction(30000, 35517)),
        ([("Hogar 20", "0"), ("tv [tv]", "100")], "0", Fraction(0)),
        ([("Hogar 20", "0"), ("x", "-5"), ("tv [tv]", "5")], "0", Fraction(0)),
    ],
)
def test_the_part_of_an_invoice_that_its_service_is(
    lines: list[tuple[str, str]], tax: str, share: Fraction
) -> None:
    made = month(2026, 1, counter=1)._replace(
        lines=tuple(Line(item, Decimal(amount)) for item, amount in lines),
        taxes=(("iva", Decimal(tax)),) if tax != "0" else (),
    )
    assert extras.service_share(made) == share
