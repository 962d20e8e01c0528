"""A change of plan in mid-period: credit and charge on one document (BR-72, T-15)."""

from decimal import Decimal
from typing import Any

import pytest

from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable, Tariff
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.checks import refusals
from ispconf.ledger.entries import Entry
from ispconf.ledger.extras import without_tax
from ispconf.ledger.facts import Tax
from ispconf.ledger.invoicing import missing
from ispconf.ledger.lines import read, write
from tests.ledger.samples import CLP, IVA, MXN, bill, on, payment, service, standing

ADDED = Tax(name="IEPS", rate=Decimal(3), included=False)


def changed(*plans: tuple[str, str, str], price: str = "500.00", **facts: Any) -> Billable:
    """A service that had plans until a day, each of a price, and has one of ``price`` now."""
    tax = ("iva", facts["tax"]) if facts.get("tax") else None
    duration = facts.pop("before", facts.get("duration"))
    earlier = tuple(
        Tariff(on(until), item, Decimal(cost), tax, duration) for until, item, cost in plans
    )
    return service(price=price, item="Hogar 50", earlier=earlier, **facts)


def told(book: Book, kind: str = "plan_change") -> list[str]:
    """The documents in a few words."""
    return [
        f"{each.date} {each.period} due {each.due} cut {each.cut} "
        + " ".join(f"{line.item} {line.amount:f}," for line in each.lines)
        + f" = {each.amount:f}"
        for each in book.entries
        if each.kind == kind
    ]


UP = ("2026-06-11", "Hogar 20", "300.00")
DOWN = ("2026-06-11", "Hogar 100", "900.00")


@pytest.mark.parametrize(
    ("one", "until", "expected"),
    [
        (  # T-15: an upgrade on day 11 of 30
            changed(UP), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (20/30) -200.00, Hogar 50 (20/30) 333.33, = 133.33"),
        ),
        (  # a downgrade is a credit, and cuts nobody
            changed(DOWN), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut None "
            "Hogar 100 (20/30) -600.00, Hogar 50 (20/30) 333.33, = -266.67"),
        ),
        (  # a plan of the same price: nothing is owed, and it is known to be settled
            changed(("2026-06-11", "Hogar 20", "500.00")), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut None "
            "Hogar 20 (20/30) -333.33, Hogar 50 (20/30) 333.33, = 0.00"),
        ),
        (  # every day costs a thirtieth
            changed(("2026-07-11", "Hogar 20", "300.00"), proration="thirty"), "2026-07-11",
            ("2026-07-11 2026-07-11/2026-08-01 due 2026-07-11 cut 2026-08-05 "
            "Hogar 20 (21/30) -210.00, Hogar 50 (21/30) 350.00, = 140.00"),
        ),
        (  # percentages follow, amounts an invoice stay as they were
            changed(UP, discounts=[{"percent": "10", "until": "2026-05-31", "reason": "amiga"}]),
            "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (20/30) -200.00, Hogar 50 (20/30) 333.33, amiga -10% -13.33, = 120.00"),
        ),
        (
            changed(DOWN, price="100.00", discounts=[{"amount": "300.00"}]), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut None "
            "Hogar 100 (20/30) -600.00, Hogar 50 (20/30) 66.67, Hogar 50 133.33, = -400.00"),
        ),
        (  # paused days are charged for neither plan; the invoice knew of 25 days
            changed(UP, paused=(("2026-06-21", "2026-06-25"),)), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (15/30) -150.00, Hogar 50 (15/30) 250.00, = 100.00"),
        ),
        (  # in a first period that is charged in part
            changed(UP, since="2026-06-06"), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (20/30) -200.00, Hogar 50 (20/30) 333.33, = 133.33"),
        ),
        (  # or in full: the price is for what is left of it
            changed(UP, since="2026-06-06", first_period="full"), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (20/25) -240.00, Hogar 50 (20/25) 400.00, = 160.00"),
        ),
        (  # cutdate
            changed(UP, mode="cutdate", cut_day="5"), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-05 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (24/30) -240.00, Hogar 50 (24/30) 400.00, = 160.00"),
        ),
        (  # recharge: the document has as long as an invoice
            changed(UP, mode="recharge", since="2026-06-01"), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-06-17 "
            "Hogar 20 (20/30) -200.00, Hogar 50 (20/30) 333.33, = 133.33"),
        ),
        (  # duration: another price for another time; what is paid for is not cut short
            changed(UP, mode="duration", since="2026-06-01", before=30 * 86_400,
                    duration=10 * 86_400),
            "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-01 "
            "Hogar 20 (20/30) -200.00, Hogar 50 (20/30) 1000.00, = 800.00"),
        ),
        (  # an added tax, on the difference
            changed(UP, tax=ADDED), "2026-06-11",
            ("2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 Hogar 20 (20/30) "
            "-200.00, Hogar 50 (20/30) 333.33, IEPS 3% 4.00, = 137.33"),
        ),
        (  # arrears, where the invoice came before the last days of its period
            changed(("2026-06-29", "Hogar 20", "300.00"), charge="arrears"), "2026-06-30",
            ("2026-06-29 2026-06-29/2026-07-01 due 2026-07-01 cut 2026-07-05 "
            "Hogar 20 (2/30) -20.00, Hogar 50 (2/30) 33.33, = 13.33"),
        ),
    ],
)  # fmt: skip
def test_the_document_of_a_change(one: Billable, until: str, expected: str) -> None:
    one = one._replace(since=max(one.since, on("2026-05-01")))
    assert told(bill([one], EMPTY, until)) == [expected]


@pytest.mark.parametrize(
    ("one", "day", "lines"),
    [
        (changed(UP), "2026-06-28", ["Hogar 50 500.00"]),  # July
        (changed(UP), "2026-05-28", ["Hogar 20 300.00"]),  # June: what comes later comes later
        (changed(("2026-07-01", "Hogar 20", "300.00")), "2026-06-28", ["Hogar 50 500.00"]),
        (changed(("2026-06-30", "Hogar 20", "300.00")), "2026-06-28", ["Hogar 50 500.00"]),
        (  # arrears: both plans on one invoice
            changed(UP, charge="arrears"), "2026-06-28",
            ["Hogar 20 (10/30) 100.00", "Hogar 50 (20/30) 333.33"],
        ),
        (
            changed(UP, charge="arrears", discounts=[{"percent": "10", "reason": "amiga"}]),
            "2026-06-28",
            ["Hogar 20 (10/30) 100.00", "Hogar 50 (20/30) 333.33", "amiga -10% -43.33"],
        ),
        (
            changed(UP, charge="arrears", since="2026-06-06", first_period="full"), "2026-06-28",
            ["Hogar 20 (5/25) 60.00", "Hogar 50 (20/25) 400.00"],
        ),
        (  # it came while nothing was charged
            changed(UP, charge="arrears", paused=(("2026-06-01", "2026-06-12"),)), "2026-06-28",
            ["Hogar 50 (18/30) 300.00"],
        ),
        (changed(UP, charge="arrears", proration="none"), "2026-06-28", ["Hogar 20 300.00"]),
        (changed(UP, charge="arrears", plan_change="next_period"), "2026-06-28",
         ["Hogar 20 300.00"]),
    ],
)  # fmt: skip
def test_the_plans_on_an_invoice(one: Billable, day: str, lines: list[str]) -> None:
    one = one._replace(since=max(one.since, on("2026-06-01")))
    drafts = missing([one], EMPTY, on(day), MXN)
    (made,) = [each for each in drafts if each.date == on(day)] or drafts[-1:]
    assert [f"{line.item} {line.amount:f}" for line in made.lines] == lines


@pytest.mark.parametrize("term", [{"plan_change": "next_period"}, {"proration": "none"}])
def test_a_new_price_may_wait_for_the_next_invoice(term: dict[str, str]) -> None:
    book = bill([changed(UP, since="2026-05-01", **term)], EMPTY, "2026-06-30")
    assert told(book) == []
    assert [each.amount for each in book.entries] == [300, 300, 500]


def test_from_a_plan_that_costs_nothing_the_rest_is_billed_from_its_first_day() -> None:
    one = changed(("2026-06-11", "Cortesía", "0.00"))
    assert told(bill([one], EMPTY, "2026-06-30"), "service") == [
        (
            "2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 50 (20/30) 333.33, = 333.33"
        ),
        "2026-06-28 2026-07-01/2026-08-01 due 2026-07-01 cut 2026-07-05 Hogar 50 500.00, = 500.00",
    ]


def test_to_a_plan_that_costs_nothing_the_rest_is_given_back() -> None:
    free = changed(UP, price="0.00", since="2026-06-01")
    assert told(bill([free], EMPTY, "2026-08-01")) == [
        (
            "2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut None "
            "Hogar 20 (20/30) -200.00, Hogar 50 (20/30) 0.00, = -200.00"
        )
    ]


def test_a_plan_that_costs_nothing_in_between() -> None:
    one = changed(UP, ("2026-06-21", "Cortesía", "0.00"), since="2026-06-01")
    assert told(bill([one], EMPTY, "2026-06-27")) == [
        (
            "2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut None "
            "Hogar 20 (20/30) -200.00, Cortesía (20/30) 0.00, = -200.00"
        ),
        (
            "2026-06-21 2026-06-21/2026-07-01 due 2026-06-21 cut 2026-07-05 "
            "Cortesía (10/30) 0.00, Hogar 50 (10/30) 166.67, = 166.67"
        ),
    ]


def test_several_changes_in_one_period_each_divide_the_last() -> None:
    one = changed(UP, ("2026-06-21", "Hogar 100", "900.00"), since="2026-06-01")
    book = bill([one], EMPTY, "2026-06-27")
    assert told(book) == [
        (
            "2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (20/30) -200.00, Hogar 100 (20/30) 600.00, = 400.00"
        ),
        (
            "2026-06-21 2026-06-21/2026-07-01 due 2026-06-21 cut None "
            "Hogar 100 (10/30) -300.00, Hogar 50 (10/30) 166.67, = -133.33"
        ),
    ]
    assert not refusals(EMPTY, book.entries, MXN)
    # 10 days of each
    assert Account.of(book.entries).balance == Decimal("566.67")


def test_a_change_that_is_written_late_finds_what_was_billed_meanwhile() -> None:
    ignorant = service(price="300.00", item="Hogar 20", since="2026-06-01")
    book = bill([ignorant], EMPTY, "2026-07-02")
    after = bill([changed(UP, since="2026-06-01")], book, "2026-07-02")
    assert told(after) == [
        (
            "2026-06-11 2026-06-11/2026-07-01 due 2026-06-11 cut 2026-07-05 "
            "Hogar 20 (20/30) -200.00, Hogar 50 (20/30) 333.33, = 133.33"
        ),
        (
            "2026-07-01 2026-07-01/2026-08-01 due 2026-07-01 cut 2026-07-05 "
            "Hogar 20 (31/31) -300.00, Hogar 50 (31/31) 500.00, = 200.00"
        ),
    ]
    assert len(bill([changed(UP, since="2026-06-01")], after, "2026-07-02")) == len(after)


def test_two_changes_that_are_written_late_are_one_document_where_both_are_over() -> None:
    ignorant = service(price="300.00", item="Hogar 20", since="2026-06-01", tax=IVA)
    book = bill([ignorant], EMPTY, "2026-07-02")
    plans = UP, ("2026-06-21", "Hogar 100", "900.00")
    one = changed(*plans, since="2026-06-01", tax=IVA)._replace(tax=None)
    july = bill([one], book, "2026-07-02").entries[-1]
    assert [(line.item, int(line.amount)) for line in july.lines] == [
        ("Hogar 20 (31/31)", -300), ("Hogar 50 (31/31)", 500),
    ]  # fmt: skip
    assert july.taxes == (("iva", Decimal("-41.38")),)


def test_a_price_that_changes_later_does_not_reach_back() -> None:
    one = changed(("2026-06-11", "Hogar 20", "500.00"), since="2026-06-01")
    book = bill([one], EMPTY, "2026-06-20")
    dearer = one._replace(price=Decimal("600.00"))
    assert len(bill([dearer], book, "2026-06-20")) == len(book)


def test_two_plans_of_one_name_are_told_apart_by_their_days() -> None:
    one = changed(("2026-06-11", "Hogar 50", "300.00"), since="2026-06-01")
    (document,) = told(bill([one], EMPTY, "2026-06-20"))
    assert document.endswith("Hogar 50 (20/30) -200.00, Hogar 50 (20/30) 333.33, = 133.33")


@pytest.mark.parametrize("name", ["Promo (10/30)", "Promo (0/0)"])
def test_a_plan_may_be_called_like_a_part_of_itself(name: str) -> None:
    one = changed(("2026-06-11", name, "300.00"), since="2026-06-01")
    (document,) = told(bill([one], EMPTY, "2026-06-20"))
    assert document.endswith(f"{name} (20/30) -200.00, Hogar 50 (20/30) 333.33, = 133.33")
    renamed = one._replace(earlier=(one.earlier[0]._replace(item="Promo"),))
    book = bill([one._replace(earlier=(), item=name, price=Decimal(300))], EMPTY, "2026-06-10")
    assert len(told(bill([renamed], book, "2026-06-20"))) == 1


def test_plans_of_different_taxes_keep_their_own() -> None:
    one = changed(UP, tax=IVA, since="2026-06-01")._replace(tax=("ieps", ADDED))
    book = bill([one], EMPTY, "2026-06-20")
    document = book.entries[-1]
    assert [(line.item, f"{line.amount:f}") for line in document.lines] == [
        ("Hogar 20 (20/30)", "-200.00"), ("Hogar 50 (20/30)", "333.33"), ("IEPS 3%", "10.00"),
    ]  # fmt: skip
    assert document.taxes == (("iva", Decimal("-27.59")), ("ieps", Decimal("10.00")))
    assert without_tax(document) == document.lines[:2]
    assert not refusals(EMPTY, book.entries, MXN)


def test_a_document_is_one_line_of_the_ledger() -> None:
    book = bill([changed(DOWN, tax=IVA, since="2026-06-01")], EMPTY, "2026-06-20")
    line = write(book.entries[-1])
    assert line == (
        "- {no: invoices-000002, date: 2026-06-11, type: invoice, subscriber: ana, service: casa, "
        "period: 2026-06-11/2026-07-01, due: 2026-06-11, total: -266.67, taxes: {iva: -36.78}, "
        "lines: [{item: Hogar 100 (20/30), amount: -600.00}, "
        "{item: Hogar 50 (20/30), amount: 333.33}], kind: plan_change}"
    )
    assert read(line) == book.entries[-1]
    assert read(line.replace(", kind: plan_change", "")) is None


def test_pesos_without_cents() -> None:
    earlier = (Tariff(on("2026-06-11"), "Hogar 20", Decimal(19990)),)
    one = service(price="29990", item="Hogar 50", earlier=earlier, since="2026-06-01")
    document = bill([one], EMPTY, "2026-06-20", CLP).entries[-1]
    assert [line.amount for line in document.lines] == [-13327, 19993]


def test_an_upgrade_that_nobody_paid_cuts_on_its_own_day() -> None:
    one = changed(UP, since="2026-06-01")
    book = bill([one], EMPTY, "2026-06-20").plus([payment(1, "2026-06-01", "300.00")])
    entries = list(book.entries)
    assert standing(one, entries, "2026-06-12").state == "grace"
    assert standing(one, entries, "2026-07-05").state == "suspended"
    paid = [*entries, payment(2, "2026-07-04", "133.33")]
    assert standing(one, paid, "2026-07-05").state == "active"


def test_a_credit_settles_what_is_open_and_then_what_comes() -> None:
    one = changed(DOWN, since="2026-06-01")
    book = bill([one], EMPTY, "2026-06-28")
    june, document, july = book.entries
    account = Account.of(book.entries)
    assert account.open == {june.no: Decimal("633.33"), july.no: Decimal("500.00")}
    paid = Account.of([*book.entries, payment(1, "2026-06-01", "900.00")])
    assert paid.open == {july.no: Decimal("233.33")}
    assert document.amount == Decimal("-266.67")


def test_a_day_by_day_run_gives_the_same_documents() -> None:
    one = changed(
        UP, ("2026-08-20", "Hogar 100", "900.00"), since="2026-03-07", while_cut="stop",
        late_fee={"amount": "20.00"}, fees={"late": "true"},
    )  # fmt: skip
    daily = EMPTY
    for day in range(on("2026-03-01").toordinal(), on("2026-10-10").toordinal()):
        daily = bill([one], daily, on("2026-03-01").fromordinal(day))
    once = bill([one], EMPTY, "2026-10-09")
    assert list(map(_without_number, daily.entries)) == list(map(_without_number, once.entries))


def _without_number(entry: Entry) -> Entry:
    return entry._replace(file="", line=0)
