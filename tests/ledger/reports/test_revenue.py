"""Revenue told apart in every way is still the income of the accounts."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.money import Currency
from ispconf.ledger.postings import balances, transactions
from ispconf.ledger.reports.revenue import Asked, Catalogue, rows, split, total
from tests.ledger.books import FIRST, books
from tests.ledger.samples import CLP, MXN, entry, month, on, payment

WAYS = ("month", "plan", "zone", "zone-now", "method")
CATALOGUE = Catalogue(
    plans={"Hogar 20": "hogar-20", "Hogar 200": "hogar-200", "Hogar": "hogar"},
    plan_of={"ana/casa": "hogar-20"},
    zones={"ana/casa": "norte", "ana/tienda": "sur", "ana": "norte"},
)
TAXED = month(2026, 1, counter=1, taxes=(("iva", Decimal("48.28")),))
NO = TAXED.no


def told(by: str, *entries: Entry, first: str = "2025-01-01") -> dict[str, str]:
    asked = Asked((by,), on(first), on("2026-12-31"), CATALOGUE)
    found = rows(Book.of(entries), MXN, asked)
    return {"/".join(row.keys): f"{row.revenue:.2f}" for row in found}


def lined(*lines: tuple[str, str], taxes: str = "", **more: object) -> Entry:
    made = tuple(Line(item, Decimal(amount)) for item, amount in lines)
    amount = sum((line.amount for line in made), Decimal(0))
    paid = (("iva", Decimal(taxes)),) if taxes else ()
    return TAXED._replace(lines=made, amount=amount, taxes=paid, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("invoice", "plans"),
    [
        (lined(("Hogar 20", "100")), {"hogar-20": "100.00"}),
        (lined(("Hogar 200", "100")), {"hogar-200": "100.00"}),
        (lined(("Hogar 20 (8/30)", "100")), {"hogar-20": "100.00"}),
        (lined(("Hogar", "100")), {"hogar": "100.00"}),
        (lined(("Renamed since", "100")), {"hogar-20": "100.00"}),
        (lined(("Renamed since", "100"), service="gone"), {"(none)": "100.00"}),
        (lined(("Hogar 20", "100"), ("vecino -10%", "-10")), {"hogar-20": "90.00"}),
        (
            lined(("Hogar 20", "100"), ("TV [tv]", "50"), taxes="20.69"),
            {"hogar-20": "86.21", "(extras)": "43.10"},
        ),
        (
            lined(("Hogar 20 (10/30)", "-40"), ("Hogar 200 (20/30)", "90")),
            {"hogar-20": "-40.00", "hogar-200": "90.00"},
        ),
        (lined(("Hogar 20", "100"), ("IVA 16%", "16"), taxes="16"), {"hogar-20": "100.00"}),
        (
            lined(("Hogar 20", "100"), ("Visita [visita]", "16"), taxes="16"),
            {"hogar-20": "86.21", "(extras)": "13.79"},
        ),
        (
            lined(("Antena", "900"), kind="other", service=None, period=None),
            {"(other income)": "900.00"},
        ),
    ],
)
def test_the_plan_is_what_the_invoices_lines_name(invoice: Entry, plans: dict[str, str]) -> None:
    assert told("plan", invoice) == plans


FEE = entry("ajustes-000001", "2026-01-08", "fee", "50.00", kind="late", for_=(NO,))
NOTE = entry("ajustes-000002", "2026-01-09", "credit", "50.00", for_=(FEE.no,), reason="x")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("month", {"2025-12": "301.72", "2026-01": "0.00"}),
        ("plan", {"hogar-20": "301.72"}),
        ("zone", {"norte": "301.72"}),
    ],
)
def test_fees_and_credit_notes_belong_where_their_invoice_does(
    by: str, expected: dict[str, str]
) -> None:
    assert told(by, TAXED, FEE, NOTE) == expected


def test_a_fee_for_nothing_belongs_to_its_subscribers_zone() -> None:
    fee = FEE._replace(for_=())
    assert told("zone", fee) == {"norte": "50.00"}
    assert told("plan", fee) == {"(none)": "50.00"}
    assert told("zone", fee._replace(subscriber="ben")) == {"(none)": "50.00"}


def test_the_zone_is_that_of_the_service() -> None:
    assert told("zone", TAXED._replace(service="tienda")) == {"sur": "301.72"}


def test_wh168_an_invoice_keeps_the_zone_it_was_issued_in() -> None:
    moved = TAXED._replace(zone="centro")
    assert told("zone", moved, FEE, NOTE) == {"centro": "301.72"}
    assert told("zone-now", moved, FEE, NOTE) == {"norte": "301.72"}


@pytest.mark.parametrize(
    ("money", "ways"),
    [
        ([], {"(unpaid)": "301.72"}),
        ([payment(1, "2026-01-04")], {"cash": "301.72"}),
        ([payment(1, "2026-01-04", "175.00")], {"cash": "150.86", "(unpaid)": "150.86"}),
        (
            [payment(1, "2026-01-04", "100.00"), payment(2, "2026-01-05", "250", method="mpesa")],
            {"cash": "86.21", "mpesa": "215.51"},
        ),
        (
            [entry("c-000001", "2026-01-04", "credit", "350.00", for_=(NO,), reason="x")],
            {"(credit note)": "0.00"},
        ),
        (
            [entry("c-000001", "2026-01-04", "write_off", "350.00", for_=(NO,), reason="x")],
            {"(written off)": "301.72"},
        ),
        ([entry("c-000001", "2026-01-04", "opening", "-350")], {"(taken over)": "301.72"}),
        ([entry("c-000001", "2026-01-04", "transfer", "350", from_="b")], {"(moved)": "301.72"}),
    ],
)
def test_the_method_is_how_it_was_settled(money: list[Entry], ways: dict[str, str]) -> None:
    assert told("method", TAXED, *money) == ways


def test_only_what_is_dated_in_the_days_counts() -> None:
    assert told("month", TAXED, month(2026, 2, counter=2), first="2026-01-01") == {
        "2026-01": "350.00"
    }


# Laws ----------------------------------------------------------------------------------------

ALL = [way for count in range(1, 5) for way in combinations(WAYS, count)]


@given(books(), st.sampled_from(ALL))
def test_all_ways_to_tell_apart_sum_up_to_the_accounts(
    given_: tuple[Book, Currency], by: tuple[str, ...]
) -> None:
    book, currency = given_
    last = date(2026, 12, 31)
    found = rows(book, currency, Asked(by, FIRST, last, CATALOGUE))
    held = balances(transactions(book, currency))
    income = -sum((held[name] for name in held if name.startswith("Income")), Decimal(0))
    whole = total(found)
    assert (whole.revenue, whole.tax) == (income, -held.get("Liabilities:Tax:Iva", Decimal(0)))
    assert all(currency.fits(each) for row in found for each in row[1:])  # I-15
    assert len({row.keys for row in found}) == len(found)


@given(books())
def test_the_revenue_of_a_month_is_what_its_accounts_gained(given_: tuple[Book, Currency]) -> None:
    book, currency = given_
    for first, last in (("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28")):
        asked = Asked(("month",), on(first), on(last))
        before = balances(transactions(book, currency, on(first) - timedelta(days=1)))
        after = balances(transactions(book, currency, on(last)))
        names = [name for name in after if name.startswith("Income")]
        gained = sum((before.get(name, Decimal(0)) - after[name] for name in names), Decimal(0))
        found = rows(book, currency, asked)
        assert {row.keys for row in found} <= {(first[:7],)}
        assert total(found).revenue == gained  # I-17


@given(
    st.decimals(-9999, 9999, places=2), st.lists(st.fractions(-5, 50), min_size=1, max_size=6),
    st.sampled_from([MXN, CLP]),
)  # fmt: skip
def test_parts_are_the_whole(amount: Decimal, weights: list[Fraction], currency: Currency) -> None:
    whole = currency.round(amount)
    assert sum(split(whole, weights, currency)) == whole
