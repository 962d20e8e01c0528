"""Late and reconnection fees: with the next invoice, once, and only when the flags say so."""

from typing import Any

import pytest

from ispconf.ledger.billable import Billable
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.checks import problems
from ispconf.ledger.entries import Entry
from tests.ledger.samples import MXN, bill, entry, month, on, payment, service

LATE = {"fees": {"late": "true"}, "late_fee": {"amount": "50.00"}}
AGAIN = {"fees": {"reconnection": "true"}, "reconnection_fee": "80.00"}


def customer(**facts: Any) -> Billable:
    return service(since="2026-01-01", **facts)


def fees(one: Billable, happened: list[Entry], until: str) -> list[tuple[str, ...]]:
    """Day, kind, amount and invoice of each fee."""
    book = bill([one], Book.of(happened), until)
    return [
        (str(made.date), str(made.kind), str(made.amount), *made.for_)
        for made in book.entries
        if made.type == "fee"
    ]


FIRST = "invoices-000001"


@pytest.mark.parametrize(
    ("late", "paid", "expected"),
    [
        pytest.param({"amount": "50.00"}, [], "50.00", id="nothing was paid"),
        pytest.param({"amount": "50.00"}, [("2026-01-01", "350.00")], None, id="on the due day"),
        pytest.param({"amount": "50.00"}, [("2026-01-02", "350.00")], "50.00", id="a day late"),
        pytest.param({"percent": "5"}, [], "17.50", id="percent of what is open"),
        pytest.param({"percent": "5"}, [("2026-01-01", "150.00")], "10.00", id="of the rest"),
        pytest.param({"percent": "5"}, [("2026-01-02", "350.00")], "17.50", id="as of the day"),
        pytest.param({"percent": "0.1"}, [], "0.35", id="rounded"),
        pytest.param({"percent": "0.001"}, [], None, id="rounded to nothing"),
        pytest.param({"amount": "0"}, [], None, id="of nothing"),
        pytest.param({"amount": "50.00"}, [("2026-01-01", "349.60")], None, id="less than minimum"),
        pytest.param(
            {"amount": "50.00", "after": "cut"}, [("2026-01-05", "350.00")], None, id="on the cut"
        ),
        pytest.param(
            {"amount": "50.00", "after": "cut"}, [("2026-01-06", "350.00")], "50.00", id="cut"
        ),
    ],
)
def test_a_late_fee_comes_with_the_next_invoice(
    late: dict[str, str], paid: list[tuple[str, str]], expected: str | None
) -> None:
    one = customer(fees={"late": "true"}, late_fee=late)
    happened = [payment(number, *each) for number, each in enumerate(paid, 1)]
    assert fees(one, happened, "2026-01-27") == []
    found = fees(one, happened, "2026-01-28")
    assert found == ([("2026-01-28", "late", expected, FIRST)] if expected else [])


def test_wh032_without_the_flag_or_the_amount_there_is_no_fee() -> None:
    assert fees(customer(late_fee={"amount": "50.00"}), [], "2026-06-28") == []
    assert fees(customer(fees={"late": "true"}), [], "2026-06-28") == []
    late = customer(reconnection_fee="80.00")
    assert fees(late, [payment(1, "2026-01-20")], "2026-06-28") == []
    assert (
        fees(customer(fees={"reconnection": "yes"}), [payment(1, "2026-01-20")], "2026-06-28") == []
    )


def test_each_late_invoice_once() -> None:
    assert fees(customer(**LATE), [], "2026-03-28") == [
        ("2026-01-28", "late", "50.00", "invoices-000001"),
        ("2026-02-28", "late", "50.00", "invoices-000002"),
        ("2026-03-28", "late", "50.00", "invoices-000004"),
    ]


def test_an_invoice_due_a_month_later_is_charged_after_its_own_day() -> None:
    # issued on the 12th, cut on the 20th: the next invoice comes before the cut date has passed
    one = customer(
        fees={"late": "true"}, late_fee={"amount": "50.00", "after": "cut"}, issue_day="1",
        due_day="31", cut_day="15",
    )  # fmt: skip
    book = bill([one], EMPTY, "2026-04-01")
    made = [each for each in book.entries if each.type == "fee"]
    for fee in made:
        about = book.by_no[fee.for_[0]]
        assert about.cut
        assert about.cut < fee.date
    assert len({fee.for_ for fee in made}) == len(made) > 0


def test_the_open_service_part_has_no_extras() -> None:
    extras = {"wifi": {"price": "350.00", "pay": "once"}}
    one = customer(fees={"late": "true"}, late_fee={"percent": "10"}, extras=extras)
    assert fees(one, [], "2026-01-28") == [("2026-01-28", "late", "35.00", FIRST)]
    half = [payment(1, "2026-01-01", "350.00")]
    assert fees(one, half, "2026-01-28") == [("2026-01-28", "late", "17.50", FIRST)]


def test_fees_switched_on_today_do_not_reach_back() -> None:
    before = bill([customer()], EMPTY, "2026-03-28")
    after = bill([customer(**LATE)], before, "2026-04-28")
    made = [each for each in after.entries if each.type == "fee"]
    assert [(str(each.date), after.by_no[each.for_[0]].due) for each in made] == [
        ("2026-04-28", on("2026-04-01"))
    ]


def test_a_fee_by_hand_is_the_fee_of_its_invoice() -> None:
    by_hand = entry("caja1-000001", "2026-01-10", "fee", "20.00", kind="late", for_=(FIRST,))
    book = Book.of([month(2026, 1, counter=1), by_hand])
    assert bill([customer(**LATE)], book, "2026-01-28").entries[-1].type == "invoice"


def test_a_late_fee_is_no_reason_for_another() -> None:
    paid = [payment(1, "2026-01-10", "350.00"), payment(2, "2026-02-01", "350.00")]
    assert len(fees(customer(**LATE), paid, "2026-04-28")) == 3  # February was paid in time
    assert len(fees(customer(**LATE), paid, "2026-02-28")) == 1


def test_an_invoice_without_a_cut_date_is_never_late_after_it() -> None:
    one = customer(fees={"late": "true"}, late_fee={"amount": "50.00", "after": "cut"})
    book = Book.of([month(2026, 1, counter=1)._replace(cut=None)])
    assert bill([one], book, "2026-01-28").entries[-1].type == "invoice"


# Reconnection --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(["2026-01-05"], [], id="paid before the cut"),
        pytest.param(["2026-01-06"], [("2026-01-28", "reconnection", "80.00", FIRST)], id="after"),
        pytest.param([], [], id="never restored"),
        pytest.param(
            ["2026-01-28"],
            [("2026-02-28", "reconnection", "80.00", FIRST)],
            id="restored on the day of the next invoice, charged on the one after",
        ),
        pytest.param(
            ["2026-01-06", "2026-02-09"],
            [
                ("2026-01-28", "reconnection", "80.00", FIRST),
                ("2026-02-28", "reconnection", "80.00", "invoices-000002"),
            ],
            id="each cut",
        ),
    ],
)
def test_a_reconnection_fee_after_a_real_cut_and_restore(
    days: list[str], expected: list[tuple[str, str, str, str]]
) -> None:
    happened = [payment(number, day) for number, day in enumerate(days, 1)]
    assert fees(customer(**AGAIN), happened, "2026-02-28") == expected


@pytest.mark.parametrize(
    "facts",
    [
        {"manage": "manual"},
        {"paused": (("2026-01-05", "2026-01-20"),)},
        {"free": ("2026-01-05", "2026-01-20")},
        {"suspended": ("2026-01-05", "2026-01-20")},
        {"reconnection_fee": "0"},
    ],
)
def test_a_cut_that_was_none_costs_nothing(facts: dict[str, Any]) -> None:
    one = customer(**{**AGAIN, **facts})
    assert fees(one, [payment(1, "2026-01-20")], "2026-01-28") == []


def test_a_promise_that_restores_is_a_reconnection() -> None:
    promise = entry("caja1-000001", "2026-01-10", "promise", until=on("2026-01-15"))
    happened = [promise, payment(2, "2026-01-18")]
    assert [row[1] for row in fees(customer(**AGAIN), happened, "2026-01-28")] == [
        "reconnection",
        "reconnection",
    ]


def test_both_fees_come_with_one_invoice_and_name_drafts_by_their_numbers() -> None:
    both = {
        "fees": {"late": "true", "reconnection": "true"},
        "late_fee": {"amount": "50.00"},
        "reconnection_fee": "80.00",
    }
    other = service(since="2026-01-01", subscriber="zoe")
    book = bill([customer(**both), other], Book.of([payment(1, "2026-01-20")]), "2026-01-28")
    assert [(each.no, each.type, *each.for_) for each in book.entries[1:]] == [
        ("invoices-000001", "invoice"),
        ("invoices-000002", "invoice"),
        ("invoices-000003", "invoice"),
        ("invoices-000004", "fee", "invoices-000001"),
        ("invoices-000005", "fee", "invoices-000001"),
        ("invoices-000006", "invoice"),
    ]
    assert [str(each.kind) for each in book.entries[4:6]] == ["late", "reconnection"]


def test_two_late_fees_for_one_invoice_are_a_problem() -> None:
    fee = entry("invoices-000002", "2026-01-28", "fee", "50.00", kind="late", for_=(FIRST,))
    twice = [month(2026, 1, counter=1), fee, fee._replace(no="invoices-000003", line=3)]
    (problem,) = problems(Book.of(twice), MXN)
    assert problem.message == f"{FIRST} has a late fee already, invoices-000002"
    other = [twice[0], fee, twice[2]._replace(kind="reconnection")]
    assert problems(Book.of(other), MXN) == []
