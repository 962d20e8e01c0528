"""How far credit reaches: what is paid for months ahead is not cut before."""

from typing import Any

import pytest

from ispconf.ledger.billable import Billable
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import standings
from tests.ledger.samples import MXN, bill, on, payment, service

DAY = "2026-01-02"


def reach(ours: list[Billable], paid: str, **more: Any) -> list[tuple[str, str]]:
    """Covered until and cut of each service after a payment on the second day of the year."""
    book = bill(ours, Book.of([payment(1, DAY, paid, **more)]), DAY)
    found = standings(ours, book, on(DAY), MXN)
    return [(str(one.covered_until), str(one.cut)) for one in found.values()]


def customer(**facts: Any) -> Billable:
    return service(since="2026-01-01", **facts)


@pytest.mark.parametrize(
    ("paid", "facts", "covered", "cut"),
    [
        ("350.00", {}, "2026-02-01", "2026-02-05"),
        ("699.99", {}, "2026-02-01", "2026-02-05"),
        ("700.00", {}, "2026-03-01", "2026-03-05"),
        ("1750.00", {}, "2026-06-01", "2026-06-05"),
        ("12600.00", {}, "2029-01-01", "2029-01-05"),
        (
            "700.00",
            {"extras": {"tv": {"price": "9", "pay": "recurring"}}},
            "2026-02-01",
            "2026-02-05",
        ),
        ("700.00", {"paused": (("2026-02-01", "2026-02-28"),)}, "2026-04-01", "2026-04-05"),
        ("700.00", {"discounts": [{"percent": "50"}]}, "2026-05-01", "2026-05-05"),
        ("9999.00", {"cancelled": "2026-03-01"}, "2026-03-01", "None"),
        ("700.00", {"while_cut": "stop"}, "2026-03-01", "2026-03-05"),
        (
            "700.00",
            {"charge": "arrears", "issue_day": "1"},
            "2026-03-01",
            "2026-04-05",
        ),
    ],
)
def test_credit_reaches_as_far_as_it_pays(
    paid: str, facts: dict[str, Any], covered: str, cut: str
) -> None:
    assert reach([customer(**facts)], paid) == [(covered, cut)]


def test_the_credit_of_a_subscriber_pays_the_invoices_of_all_services() -> None:
    ours = [customer(), customer(name="oficina", price="500.00")]
    assert reach(ours, "1700.00") == [("2026-03-01", "2026-03-05")] * 2
    assert reach(ours, "1200.00") == [("2026-03-01", "2026-03-05"), ("2026-02-01", "2026-02-05")]


def test_nothing_reaches_who_has_an_open_invoice() -> None:
    assert reach([customer()], "100.00") == [("2026-01-01", "2026-01-05")]


def test_who_never_had_an_invoice_is_covered_by_what_the_credit_pays() -> None:
    paid: list[Entry] = [payment(1, "2025-12-01", "700.00")]
    found = standings([customer()], Book.of(paid), on("2025-12-02"), MXN)["ana/casa"]
    assert (str(found.covered_until), str(found.cut)) == ("2026-03-01", "2026-03-05")
    nobody = standings([customer()], EMPTY, on("2025-12-02"), MXN)["ana/casa"]
    assert (nobody.covered_until, str(nobody.cut)) == (None, "2026-01-05")
