"""Mode `cutdate`: one day of the month, which each period that is paid moves a month."""

from typing import Any

import pytest

from ispconf.ledger.billable import Billable
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import Reason
from tests.ledger.samples import bill, on, payment, service, standing


def customer(since: str = "2026-03-03", **facts: Any) -> Billable:
    return service(**{"since": since, "mode": "cutdate", "cut_day": "5", "issue_day": "1", **facts})


def told(one: Billable, happened: list[Entry], today: str) -> tuple[str, str, str]:
    """State, cut and covered until on a day, after the bill run of that day."""
    book = bill([one], Book.of(happened), today)
    found = standing(one, list(book.entries), today)
    return str(found.state), str(found.cut), str(found.covered_until)


def invoiced(one: Billable, until: str, happened: tuple[Entry, ...] = ()) -> list[tuple[str, ...]]:
    book = bill([one], Book.of(happened), until)
    return [
        (str(made.date), str(made.period), str(made.due), str(made.cut), str(made.amount))
        for made in book.entries
        if made.type == "invoice"
    ]


@pytest.mark.parametrize(
    ("since", "cut_day", "expected"),
    [
        ("2026-03-03", "5", "2026-04-05"),  # WS-32
        ("2026-03-20", "5", "2026-04-05"),
        ("2026-03-05", "5", "2026-04-05"),
        ("2026-01-31", "30", "2026-02-28"),  # WS-63
        ("2028-01-31", "30", "2028-02-29"),
        ("2026-12-10", "31", "2027-01-31"),
    ],
)
def test_ws32_ws63_the_first_cut_is_in_the_next_month(
    since: str, cut_day: str, expected: str
) -> None:
    one = customer(since, cut_day=cut_day)
    assert told(one, [], since)[:2] == ("active", expected)


def test_t01_not_paid_and_cut_on_the_day_of_the_next_month() -> None:
    one = customer()
    days = ["2026-03-31", "2026-04-01", "2026-04-04", "2026-04-05"]
    assert [told(one, [], day)[0] for day in days] == ["active", "due", "due", "suspended"]
    assert invoiced(one, "2026-04-30") == [
        ("2026-04-01", "2026-04-05/2026-05-05", "2026-04-05", "2026-04-05", "350.00")
    ]


@pytest.mark.parametrize("day", ["2026-03-10", "2026-04-01", "2026-04-05"])
def test_t02_ws43_a_payment_moves_the_cut_a_month(day: str) -> None:
    paid = [payment(1, day)]
    assert told(customer(), paid, day) == ("active", "2026-05-05", "2026-05-05")
    assert told(customer(), paid, "2026-04-05") == ("active", "2026-05-05", "2026-05-05")
    assert told(customer(), paid, "2026-05-05") == ("suspended", "2026-05-05", "2026-05-05")


def test_ws47_ws49_paid_late_restores_and_keeps_the_day() -> None:
    paid = [payment(1, "2026-04-25")]
    assert told(customer(), paid, "2026-04-24")[0] == "suspended"
    assert told(customer(), paid, "2026-04-25") == ("active", "2026-05-05", "2026-05-05")


def test_t03_a_day_at_the_end_of_the_month_does_not_drift() -> None:
    one = customer("2024-12-15", cut_day="31", issue_day="31")
    happened: list[Entry] = []
    cuts = []
    for number, day in enumerate(["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"], 1):
        cuts.append(told(one, happened, day)[1])
        happened.append(payment(number, day))
    assert cuts == ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]


@pytest.mark.parametrize(
    ("amount", "cut"),
    [
        ("349.99", "2026-05-05"),  # a cent is less than minimum_cut: tolerated
        ("300.00", "2026-04-05"),
        ("350.00", "2026-05-05"),
        ("699.00", "2026-05-05"),
        ("700.00", "2026-06-05"),
        ("4200.00", "2027-04-05"),
    ],
)
def test_br55_k_prices_move_it_k_months(amount: str, cut: str) -> None:
    state, found, covered = told(customer(), [payment(1, "2026-04-05", amount)], "2026-04-05")
    assert found == cut
    assert (state == "suspended") == (cut == "2026-04-05")
    if amount != "349.99":
        assert covered == cut


def test_while_cut_decides_whether_a_cut_customer_owes_more() -> None:
    assert len(invoiced(customer(), "2026-08-01")) == 5
    stop = customer(while_cut="stop")
    assert len(invoiced(stop, "2026-08-01")) == 1
    assert invoiced(stop, "2026-08-01", (payment(1, "2026-07-20"),))[1:] == [
        ("2026-07-20", "2026-07-20/2026-08-05", "2026-07-20", "2026-08-05", "180.65"),
        ("2026-08-01", "2026-08-05/2026-09-05", "2026-08-05", "2026-08-05", "350.00"),
    ]


@pytest.mark.parametrize("how", ["prorated", "free", "full", "next"])
def test_the_days_before_the_first_cut_day_are_not_charged(how: str) -> None:
    found = invoiced(customer(first_period=how, issue_day="10"), "2026-04-09")
    assert found == [("2026-03-10", "2026-04-05/2026-05-05", "2026-04-05", "2026-04-05", "350.00")]


def test_nothing_is_issued_before_the_service_begins() -> None:
    (found,) = invoiced(customer("2026-03-20", issue_day="10"), "2026-04-04")
    assert found[0] == "2026-03-20"


def test_a_customer_who_comes_from_another_mode_pays_the_days_between() -> None:
    before = service(since="2026-01-01")
    book = bill([before], EMPTY, "2026-02-01")
    one = customer("2026-01-01")
    found = invoiced(one, "2026-03-01", tuple(book.entries))
    assert found[2:] == [
        ("2026-03-01", "2026-03-01/2026-03-05", "2026-03-01", "2026-03-05", "50.00"),
        ("2026-03-01", "2026-03-05/2026-04-05", "2026-03-05", "2026-03-05", "350.00"),
    ]


def test_the_reason_is_the_cut_day() -> None:
    one = customer(refs={"cut_day": "ispconf.yaml:9 cut_day"})
    found = standing(one, list(bill([one], EMPTY, "2026-04-06").entries), "2026-04-06")
    assert found.reasons[-1] == Reason("cut_day", "cut_day 5", "ispconf.yaml:9 cut_day")
    assert found.since == on("2026-04-05")
