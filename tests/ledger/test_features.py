"""What the replaced systems could do with money, by the ids of their features, one story each.

A story is one subscriber's services, what stands in the ledger, a bill run, and what follows on a
day. Features that a module proves by itself are named there (extras, fees, following, receipts).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable, Tariff
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import balances, standings
from tests.ledger.samples import MXN, bill, entry, invoice, on, payment, service

JUNE = invoice(1, "2026-06-01", "2026-07-01", due="2026-06-01", cut="2026-06-05")
JULY = invoice(2, "2026-07-01", "2026-08-01", due="2026-07-01", cut="2026-07-05")
DEVICE = invoice(
    1, "2026-06-01", "2026-07-01", due="2026-06-01", cut=None, amount="900.00", kind="other",
    name=None,
)._replace(period=None)  # fmt: skip
ZERO = JULY._replace(
    no="invoices-000001", amount=Decimal(0), lines=(JULY.lines[0]._replace(amount=Decimal(0)),)
)
CHEAP = invoice(1, "2026-06-01", "2026-07-01", due="2026-06-01", cut="2026-06-05", amount="300.00")
HOME = service(since="2026-06-01")


def credit(number: int, day: str, amount: str, no: str) -> Entry:
    return entry(f"ajustes-{number:06}", day, "credit", amount, for_=(no,), reason="x")


class Story(NamedTuple):
    """``bill`` is the day of a bill run, "" for none; ``expected`` what holds on ``day``."""

    feature: str
    day: str
    expected: dict[str, Any]
    given: Sequence[Entry] = ()
    bill: str = ""
    services: Sequence[Billable] = (HOME,)


STORIES = [
    # cut by debt, restored by money
    Story("GS-16", "2026-06-05", {"state": "suspended", "why": "invoice invoices-000001"}, [JUNE]),
    Story("WS-06 the day before", "2026-06-04", {"state": "grace", "served": True}, [JUNE]),
    Story("WS-06 on the day", "2026-06-05", {"state": "suspended", "served": False}, [JUNE]),
    Story(
        "WS-06 paid again",
        "2026-06-08",
        {"state": "active", "served": True},
        [JUNE, payment(1, "2026-06-08")],
    ),
    Story("WH-075 before its date", "2026-06-01", {"served": True, "cut": "2026-06-05"}, [JUNE]),
    Story("WH-075 past its date", "2026-07-01", {"served": False}, [JUNE]),
    Story("WH-076", "2026-12-31", {"served": True, "owed": "900.00"}, [DEVICE]),
    Story("WS-39", "2026-06-06", {"served": False}, [JUNE], services=[HOME]),
    Story(
        "WS-40",
        "2026-06-06",
        {"state": "suspended", "served": None, "owed": "350.00"},
        [JUNE],
        services=[service(since="2026-06-01", manage="manual")],
    ),
    Story(
        "WS-41",
        "2026-06-06",
        {"state": "suspended", "served": None},
        [JUNE],
        services=[service(since="2026-06-01", manage="manual")],
    ),
    # payments and what they pay
    Story(
        "GS-25 the oldest first",
        "2026-07-02",
        {"open": {"invoices-000002": "350.00"}},
        [JUNE, JULY, payment(1, "2026-07-02")],
    ),
    Story(
        "GS-25 the one that is named",
        "2026-07-02",
        {"open": {"invoices-000001": "350.00"}},
        [JUNE, JULY, payment(1, "2026-07-02", for_=(JULY.no,))],
    ),
    Story("WH-031 owed", "2026-06-02", {"owed": "350.00"}, [JUNE]),
    Story(
        "WH-031 paid ahead", "2026-05-30", {"owed": "-400.00"}, [payment(1, "2026-05-30", "400")]
    ),
    Story(
        "WH-031 the discount is on the invoice",
        "2026-06-01",
        {"invoices": ["315.00"], "items": ["Hogar 20", "neighbour -10%"]},
        bill="2026-06-01",
        services=[
            service(
                since="2026-06-01",
                discounts=[{"percent": "10", "reason": "neighbour"}],
            )
        ],
    ),
    Story(
        "WH-082 paid, in part and not at all",
        "2026-07-02",
        {"open": {"invoices-000002": "200.00"}, "owed": "200.00"},
        [JUNE, JULY, payment(1, "2026-07-02", "500.00")],
    ),
    Story(
        "WH-082 cancelled is credited",
        "2026-06-03",
        {"open": {}, "owed": "0.00", "invoices": ["350.00"]},
        [JUNE, credit(1, "2026-06-03", "350.00", JUNE.no)],
    ),
    # invoices
    Story("WH-034", "2026-06-01", {"invoices": ["350.00"], "owed": "350.00"}, bill="2026-06-01"),
    Story(
        "WH-034 voided by a credit",
        "2026-06-10",
        {"owed": "0.00", "served": True, "invoices": ["350.00"]},
        [JUNE, credit(1, "2026-06-02", "350.00", JUNE.no)],
        bill="2026-06-10",
    ),
    Story("IB-12", "2026-06-28", {"invoices": ["350.00", "350.00"]}, bill="2026-06-28"),
    Story("WH-072", "2026-06-01", {"kinds": ["service"]}, bill="2026-06-01"),
    Story("WH-074 after one by hand", "2026-06-20", {"invoices": ["350.00"]}, [JUNE], "2026-06-20"),
    Story(
        "WH-074 issued on the 1st and on the 28th of a month",
        "2026-06-28",
        {"invoices": ["350.00", "350.00"]},
        [JUNE],
        "2026-06-28",
    ),
    Story(
        "WH-079",
        "2026-06-20",
        {"invoices": ["128.33"], "items": ["Hogar 20 (11/30)"], "due": "2026-06-20"},
        bill="2026-06-20",
        services=[service(since="2026-06-20")],
    ),
    Story(
        "WH-081 an invoice of zero by hand",
        "2026-07-10",
        {"invoices": ["0.00"], "state": "active", "owed": "0.00"},
        [ZERO],
        "2026-07-10",
        [service(since="2026-07-01")],
    ),
    Story(
        "WH-081 the first period is free",
        "2026-07-27",
        {"invoices": [], "served": True},
        bill="2026-07-27",
        services=[service(since="2026-07-01", first_period="free")],
    ),
    # extras
    Story(
        "WH-113",
        "2026-06-01",
        {"invoices": ["1250.00"], "items": ["Hogar 20", "Antena [antena]"]},
        bill="2026-06-01",
        services=[
            service(
                since="2026-06-01",
                extras={"antena": {"price": "900", "pay": "once", "description": "Antena"}},
            )
        ],
    ),
    Story(
        "WH-120",
        "2026-06-01",
        {"items": ["Hogar 20", "Visita técnica [v]"]},
        bill="2026-06-01",
        services=[
            service(
                since="2026-06-01",
                extras={"v": {"price": "200", "pay": "once", "description": "Visita técnica"}},
            )
        ],
    ),
    Story(
        "WH-125",
        "2026-06-01",
        {"items": ["Hogar 20", "visita [visita]"]},
        bill="2026-06-01",
        services=[service(since="2026-06-01", extras={"visita": {"price": "200", "pay": "once"}})],
    ),
    Story(
        "WH-121",
        "2026-06-28",
        {"invoices": ["470.00", "500.00"]},
        [JUNE._replace(amount=Decimal(470))],
        "2026-06-28",
        [
            service(
                since="2026-06-01",
                extras={"tv": {"price": "150", "pay": "recurring"}},
            )
        ],
    ),
    # states that somebody writes
    Story(
        "WH-152",
        "2027-06-01",
        {"state": "free", "served": True, "invoices": [], "owed": "0.00"},
        bill="2027-06-01",
        services=[service(since="2026-06-01", free=("2026-06-01", None))],
    ),
    Story(
        "WH-064",
        "2026-09-01",
        {"state": "free", "served": True},
        [JUNE],
        services=[service(since="2026-06-01", free=("2026-06-10", None))],
    ),
    Story(
        "WH-153",
        "2026-07-10",
        {"state": "free", "owed": "250.00"},
        [DEVICE, payment(1, "2026-07-02", "650.00")],
        "2026-07-10",
        [service(since="2026-06-01", free=("2026-06-01", None))],
    ),
    Story(
        "WH-049",
        "2026-09-01",
        {"state": "cancelled", "invoices": ["350.00", "350.00"]},
        [JUNE, JULY],
        "2026-09-01",
        [service(since="2026-06-01", cancelled="2026-08-01")],
    ),
    Story(
        "IB-07",
        "2026-12-01",
        {"state": "cancelled", "served": False, "invoices": ["350.00"], "issue": "None"},
        [JUNE],
        "2026-12-01",
        [service(since="2026-06-01", cancelled="2026-07-01")],
    ),
    Story(
        "WH-050",
        "2026-09-01",
        {"state": "cancelled", "owed": "350.00"},
        [JUNE],
        services=[service(since="2026-06-01", cancelled="2026-07-01")],
    ),
    Story(
        "WH-053",
        "2026-07-01",
        {"state": "cancelled", "served": False, "owed": "350.00"},
        [JUNE],
        services=[service(since="2026-06-01", cancelled="2026-07-01")],
    ),
    Story(
        "WH-054",
        "2026-07-02",
        {"open": {}, "owed": "0.00", "invoices": ["350.00", "350.00"]},
        [JUNE, JULY, *(credit(n, "2026-07-02", "350.00", f"invoices-00000{n}") for n in (1, 2))],
        services=[service(since="2026-06-01", cancelled="2026-07-02")],
    ),
    Story(
        "WH-156 owes and pays",
        "2026-09-10",
        {"state": "active", "owed": "0.00"},
        [JUNE, payment(1, "2026-09-10", "595.00")],
        "2026-09-10",
        [
            service(since="2026-06-01", cancelled="2026-07-01", name="casa"),
            service(since="2026-09-10", name="regreso"),
        ],
    ),
    Story(
        "WH-156 pays with the next month",
        "2026-10-01",
        {"open": {}, "owed": "0.00"},
        [JUNE, payment(1, "2026-10-01", "945.00")],
        "2026-10-01",
        [
            service(since="2026-06-01", cancelled="2026-07-01"),
            service(since="2026-09-10", name="regreso"),
        ],
    ),
    Story(
        "WH-156 owes nothing",
        "2026-09-10",
        {"state": "due", "owed": "245.00"},
        [JUNE, payment(1, "2026-06-10")],
        "2026-09-10",
        [
            service(since="2026-06-01", cancelled="2026-07-01"),
            service(since="2026-09-10", name="regreso"),
        ],
    ),
    Story(
        "IB-06 not billed",
        "2026-06-01",
        {"invoices": ["175.00"], "state": "active"},
        [payment(1, "2026-06-01", "175.00")],
        "2026-06-01",
        [service(since="2026-06-01", paused=(("2026-06-16", "2026-06-30"),))],
    ),
    Story(
        "IB-06 off",
        "2026-06-16",
        {"state": "paused", "served": False},
        services=[service(since="2026-06-01", paused=(("2026-06-16", "2026-06-30"),))],
    ),
    Story(
        "IB-06 and on again",
        "2026-07-01",
        {"state": "due", "served": True, "invoices": ["175.00", "350.00"]},
        [payment(1, "2026-06-01", "175.00")],
        "2026-07-01",
        [service(since="2026-06-01", paused=(("2026-06-16", "2026-06-30"),))],
    ),
    # modes and terms
    Story(
        "IB-05 from what is covered, not from the day of the payment",
        "2026-06-20",
        {"covered": "2026-07-01"},
        [JUNE, payment(1, "2026-06-20")],
    ),
    Story(
        "IB-05 unless recharged",
        "2026-06-20",
        {"issue": "2026-07-14", "cut": "2026-07-26"},
        [JUNE, payment(1, "2026-06-20")],
        services=[service(since="2026-06-01", mode="recharge")],
    ),
    Story(
        "IB-08 and WH-149: an upgrade in mid-period",
        "2026-06-11",
        {"invoices": ["300.00", "133.33"], "owed": "133.33"},
        [CHEAP, payment(1, "2026-06-01", "300.00")],
        "2026-06-11",
        [
            service(
                since="2026-06-01",
                price="500.00",
                item="Hogar 50",
                earlier=(Tariff(on("2026-06-11"), "Hogar 20", Decimal(300)),),
            )
        ],
    ),
    Story(
        "WH-159 and WH-164: one recharges, the other not",
        "2026-07-01",
        {"state": "active"},
        [JUNE, payment(1, "2026-06-20", "350.00")],
        services=[service(since="2026-06-01", mode="recharge")],
    ),
    Story(
        "WH-186",
        "2026-06-10",
        {"served": True},
        [JUNE._replace(cut=on("2026-06-20"))],
        services=[service(since="2026-06-01", cut_day="20")],
    ),
]


@pytest.mark.parametrize("story", STORIES, ids=[story.feature for story in STORIES])
def test_what_follows(story: Story) -> None:
    book = Book.of(story.given)
    if story.bill:
        book = bill(story.services, book, story.bill)
        assert bill(story.services, book, story.bill).entries == book.entries
    assert seen(story, book, on(story.day)) == story.expected


def seen(story: Story, book: Book, day: date) -> dict[str, Any]:
    """What holds of the last service on the day, of all that is asked for."""
    found = standings(story.services, book, day, MXN)[story.services[-1].id]
    account = Account.of(book.of_subscriber("ana"), day)
    invoices = [each for each in book.entries if each.type == "invoice"]
    why = found.reasons[0].text if found.reasons else ""
    everything: dict[str, Any] = {
        "state": found.state.value,
        "served": found.served,
        "owed": MXN.text(balances(book, day).get("ana", Decimal(0))),
        "open": {no: MXN.text(amount) for no, amount in account.open.items()},
        "invoices": [MXN.text(each.amount) for each in invoices],
        "kinds": [each.kind for each in invoices],
        "items": [line.item for each in invoices for line in each.lines],
        "due": str(invoices[-1].due) if invoices else "",
        "covered": str(found.covered_until),
        "issue": str(found.next_issue),
        "cut": str(found.cut),
        "why": story.expected.get("why", "") if story.expected.get("why", "") in why else why,
    }
    return {name: everything[name] for name in story.expected}
