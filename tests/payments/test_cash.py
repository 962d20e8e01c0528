"""A payment at the desk, from typed words to an entry."""

from datetime import date
from decimal import Decimal

import pytest

from ispconf.ledger.money import Currency
from ispconf.payments import SOURCES

MXN = Currency.of("MXN")
DAY = date(2026, 11, 3)
TYPED = {"subscriber": "ana-lopez", "amount": "350", "ref": "0045"}


def test_what_is_typed_becomes_a_payment_without_a_number() -> None:
    entry = SOURCES["cash"](TYPED, DAY, MXN)
    assert (entry.no, entry.date, entry.type) == ("", DAY, "payment")
    assert (entry.subscriber, str(entry.amount)) == ("ana-lopez", "350.00")
    assert (entry.method, entry.ref, entry.for_) == ("cash", "0045", ())
    assert entry.effect == Decimal("-350.00")


def test_method_day_and_invoices_may_be_said() -> None:
    more = {"method": "mpesa", "date": "2026-11-01", "for": "invoices-000001, invoices-000002"}
    entry = SOURCES["cash"]({**TYPED, **more}, DAY, MXN)
    assert (entry.method, entry.date) == ("mpesa", date(2026, 11, 1))
    assert entry.for_ == ("invoices-000001", "invoices-000002")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**TYPED, "amount": "350.001"}, ["amount: ", "more than the 2 decimals of MXN"]),
        ({**TYPED, "amount": "0"}, ["amount: ", "not more than zero"]),
        ({**TYPED, "amount": "-5"}, ["amount: ", "not more than zero"]),
        ({**TYPED, "amount": "1e2"}, ["amount: ", "like 350.00"]),
        ({"subscriber": "Ana"}, ["subscriber: ", "amount: Field required", "ref: Field required"]),
        ({**TYPED, "for": "1"}, ["for.0: "]),
        ({**TYPED, "phone": "1"}, ["phone: Extra inputs"]),
    ],
)
def test_every_wrong_field_is_named(typed: dict[str, str], said: list[str]) -> None:
    with pytest.raises(ValueError, match=r"amount|subscriber|for|phone") as caught:
        SOURCES["cash"](typed, DAY, MXN)
    for words in said:
        assert words in str(caught.value)
