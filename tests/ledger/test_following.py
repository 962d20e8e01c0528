"""Days that follow the payments: recharge customers, and time that is paid from its activation."""

from datetime import date
from typing import Any

import pytest

from ispconf.ledger import following
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import Reason
from tests.ledger.samples import bill, entry, invoice, month, on, payment, service, standing

DAY = 86_400


def recharge(since: str = "2026-01-10", **facts: Any) -> Billable:
    return service(since=since, mode="recharge", **facts)


def prepaid(since: str = "2026-01-10", days: int = 30, **facts: Any) -> Billable:
    return service(since=since, mode="duration", duration=days * DAY, **facts)


def rows(one: Billable, happened: list[Entry], until: str) -> list[tuple[str, ...]]:
    """Issue, due, cut, the first and last day of each invoice, and its amount."""
    book = bill([one], Book.of(happened), until)
    return [
        (
            *(str(day) for day in (made.date, made.due, made.cut)),
            *str(made.period).split("/"),
            str(made.amount),
        )
        for made in book.entries
        if made.type == "invoice" and made not in happened
    ]


# The worked examples -------------------------------------------------------------------------

WORKED = [
    # paid, issue, notice, due, cut of the next month's invoice
    ("2026-04-24", "2026-05-18", "2026-05-20", "2026-05-24", "2026-05-30"),  # WH-160
    ("2026-04-28", "2026-05-22", "2026-05-24", "2026-05-28", "2026-06-03"),  # WH-162
    ("2025-01-26", "2025-02-20", "2025-02-22", "2025-02-26", "2025-03-04"),
    ("2024-01-26", "2024-02-20", "2024-02-22", "2024-02-26", "2024-03-03"),
    ("2025-02-03", "2025-02-25", "2025-02-27", "2025-03-03", "2025-03-09"),
    ("2026-01-31", "2026-02-22", "2026-02-24", "2026-02-28", "2026-03-06"),
]


@pytest.mark.parametrize(("paid", "issue", "notice", "due", "cut"), WORKED)
def test_wh160_wh162_br15_the_days_around_the_next_payment_day(
    paid: str, issue: str, notice: str, due: str, cut: str
) -> None:
    day = on(paid)
    asked = invoice(1, str(day.replace(day=1)), paid[:8] + "28", due=paid, cut=None, issued=paid)
    one = recharge(str(day.replace(day=1)))
    piece = following.upcoming(one, [asked, payment(1, paid)])
    assert piece
    assert piece.dates == (on(issue), on(due), on(cut), on(notice))


def test_wh161_other_offsets() -> None:
    one = recharge(recharge_offsets=["-10", "-2", "3"])
    assert rows(one, [payment(1, "2026-01-10")], "2026-02-28") == [
        ("2026-01-10", "2026-01-10", "2026-01-13", "2026-01-10", "2026-02-10", "350.00"),
        ("2026-01-31", "2026-02-10", "2026-02-13", "2026-02-10", "2026-03-10", "350.00"),
    ]


def test_t06_a_year_of_payments_each_on_a_day_of_its_own() -> None:
    paid = ["2026-01-10", "2026-02-12", "2026-03-31", "2026-04-28"]
    happened = [payment(number, day) for number, day in enumerate(paid, 1)]
    assert rows(recharge(), happened, "2026-06-30") == [
        ("2026-01-10", "2026-01-10", "2026-01-16", "2026-01-10", "2026-02-10", "350.00"),
        ("2026-02-04", "2026-02-10", "2026-02-16", "2026-02-10", "2026-03-10", "350.00"),
        ("2026-03-06", "2026-03-12", "2026-03-18", "2026-03-12", "2026-04-12", "350.00"),
        ("2026-04-24", "2026-04-30", "2026-05-06", "2026-04-30", "2026-05-31", "350.00"),
        # paid two days early: the period before is shortened, the days printed do not overlap
        ("2026-05-22", "2026-05-28", "2026-06-03", "2026-05-31", "2026-06-28", "350.00"),
    ]


# One invoice at a time -----------------------------------------------------------------------


def test_while_an_invoice_is_open_there_is_no_next_one() -> None:
    assert len(rows(recharge(), [], "2027-01-01")) == 1
    half = [payment(1, "2026-01-10", "349.00")]
    assert len(rows(recharge(), half, "2027-01-01")) == 1
    rest = [*half, payment(2, "2026-03-03", "1.00")]
    assert [row[1] for row in rows(recharge(), rest, "2026-04-30")] == ["2026-01-10", "2026-04-03"]


def test_credit_settles_an_invoice_and_leaves_the_payment_day() -> None:
    paid = [payment(1, "2026-01-31", "1400.00")]
    found = rows(recharge("2026-01-31"), paid, "2026-12-31")
    assert [row[1] for row in found] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ]
    assert [row[3:5] for row in found[:3]] == [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
    ]


def test_an_invoice_that_a_credit_note_settles_leaves_the_payment_day() -> None:
    happened = [
        invoice(1, "2026-01-10", "2026-02-10", due="2026-01-10", cut="2026-01-16"),
        entry("a-000001", "2026-01-12", "credit", "350.00", for_=("invoices-000001",), reason="x"),
    ]
    assert [row[1] for row in rows(recharge(), happened, "2026-02-28")] == ["2026-02-10"]
    late = [happened[0], happened[1]._replace(date=on("2026-03-20"))]
    assert [row[1] for row in rows(recharge(), late, "2026-03-20")] == ["2026-03-20"]


def test_a_reversal_before_the_next_issue_takes_the_next_invoice_back() -> None:
    happened = [
        payment(1, "2026-01-12"),
        entry("caja1-000002", "2026-01-20", "reversal", "350.00", of="caja1-000001"),
    ]
    assert len(rows(recharge(), happened, "2026-03-30")) == 1
    again = [*happened, payment(3, "2026-01-25")]
    assert [row[1] for row in rows(recharge(), again, "2026-02-20")][1:] == ["2026-02-25"]
    later = [happened[0], happened[1]._replace(date=on("2026-02-20"))]
    assert [row[1] for row in rows(recharge(), later, "2026-03-30")][1:] == ["2026-02-12"]


def test_the_payment_day_is_that_of_the_money_that_is_still_there() -> None:
    # paid on the 12th, paid again on the 14th, the first payment bounced: the credit settles it
    bounced = entry("caja1-000003", "2026-01-18", "reversal", "350.00", of="caja1-000001")
    paid = [payment(1, "2026-01-12"), payment(2, "2026-01-14"), bounced]
    found = rows(recharge(), paid, "2026-02-10")
    assert [row[:2] for row in found] == [
        ("2026-01-10", "2026-01-10"),
        ("2026-02-08", "2026-02-14"),
    ]


def test_a_refused_price_change_moves_nothing_but_the_next_invoice_costs_more() -> None:
    happened = [invoice(1, "2026-01-10", "2026-02-10", due="2026-01-10", cut="2026-01-16")]
    happened.append(payment(1, "2026-01-10"))
    assert [row[5] for row in rows(recharge(price="500.00"), happened, "2026-02-10")] == ["500.00"]


# Facts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            {"first_period": "free"},
            [("2026-02-04", "2026-02-10", "2026-02-16", "2026-02-10", "2026-03-10", "350.00")],
            id="the first period is free",
        ),
        pytest.param(
            {"free": ("2026-01-01", "2026-02-19")},
            [("2026-02-14", "2026-02-20", "2026-02-26", "2026-02-20", "2026-03-20", "350.00")],
            id="free at first",
        ),
        pytest.param(
            {"paused": (("2026-01-15", "2026-01-24"),)},
            [("2026-01-10", "2026-01-10", "2026-01-16", "2026-01-10", "2026-02-10", "237.10")],
            id="10 of 31 days paused",
        ),
        pytest.param(
            {"cancelled": "2026-01-25"},
            [("2026-01-10", "2026-01-10", "2026-01-16", "2026-01-10", "2026-01-25", "169.35")],
            id="cancelled: 15 of 31 days",
        ),
        pytest.param({"cancelled": "2026-01-10"}, [], id="cancelled before it began"),
        pytest.param({"free": ("2026-01-01", None)}, [], id="free for ever"),
        pytest.param({"price": "0.00"}, [], id="costs nothing"),
    ],
)
def test_facts_of_a_recharge_customer(facts: dict[str, Any], expected: list[Any]) -> None:
    assert rows(recharge(**facts), [], "2026-02-28") == expected


def test_a_pause_moves_the_next_period_behind_it() -> None:
    one = recharge(paused=(("2026-02-01", "2026-03-14"),))
    paid = [payment(1, "2026-01-10")]
    assert rows(one, paid, "2026-03-31")[1:] == [
        ("2026-03-09", "2026-03-15", "2026-03-21", "2026-03-15", "2026-04-15", "350.00")
    ]


def test_a_pause_right_behind_what_is_paid_moves_the_next_period_behind_it() -> None:
    # paid four days early; the days that are left of the shortened period are paused
    asked = invoice(1, "2026-01-10", "2026-02-10", due="2026-01-10", cut="2026-01-16")
    happened = [asked._replace(date=on("2026-01-04")), payment(1, "2026-01-06")]
    one = recharge(paused=(("2026-02-10", "2026-03-31"),))
    assert rows(one, happened, "2026-04-01") == [
        ("2026-03-26", "2026-04-01", "2026-04-07", "2026-04-01", "2026-05-01", "350.00")
    ]


def test_an_opening_sums_up_what_another_system_issued() -> None:
    happened = [entry("a-000001", "2026-10-15", "opening", "0.00", reason="import")]
    assert rows(recharge("2020-01-31"), happened, "2026-11-01") == [
        ("2026-10-25", "2026-10-31", "2026-11-06", "2026-10-31", "2026-11-30", "350.00")
    ]


def test_a_customer_who_comes_from_fixed_days() -> None:
    january = month(2026, 1, counter=1)
    one = recharge("2025-12-20")
    late = rows(one, [january, payment(1, "2026-01-03")], "2026-02-28")
    assert [row[1] for row in late] == ["2026-02-03"]
    before = [payment(1, "2025-12-01"), january]
    found = rows(one, [*before, payment(2, "2026-01-20", "700.00")], "2026-04-30")
    assert [row[3:5] for row in found[:2]] == [
        ("2026-02-01", "2026-03-01"),
        ("2026-03-01", "2026-04-01"),
    ]


def test_an_invoice_by_hand_over_several_months_is_not_billed_again() -> None:
    by_hand = invoice(1, "2026-01-10", "2026-07-10", due="2026-01-10", cut=None)
    found = rows(recharge(), [by_hand, payment(1, "2026-01-10")], "2026-07-10")
    assert [row[3:5] for row in found] == [("2026-07-10", "2026-08-10")]


# Standing ------------------------------------------------------------------------------------


def told(one: Billable, happened: list[Entry], today: str) -> tuple[str, ...]:
    """State, covered until, next issue, next due and cut, after the bill run of the day."""
    known = [each for each in happened if each.date <= on(today)]
    found = standing(one, list(bill([one], Book.of(known), today).entries), today)
    days = (found.covered_until, found.next_issue, found.next_due, found.cut)
    return (str(found.state), *(str(day) for day in days))


def test_wh163_the_new_dates_of_a_recharge_customer() -> None:
    paid = [payment(1, "2026-01-12")]
    assert told(recharge(), paid, "2026-01-10") == (
        "due", "2026-01-10", "None", "None", "2026-01-16",
    )  # fmt: skip
    assert told(recharge(), paid, "2026-01-12") == (
        "active", "2026-02-12", "2026-02-06", "2026-02-12", "2026-02-18",
    )  # fmt: skip
    assert told(recharge(), paid, "2026-02-17")[:2] == ("grace", "2026-02-12")
    assert told(recharge(), paid, "2026-02-18")[:2] == ("suspended", "2026-02-12")


def test_credit_moves_what_is_covered() -> None:
    paid = [payment(1, "2026-01-12", "1050.00")]
    assert told(recharge(), paid, "2026-01-12") == (
        "active", "2026-04-12", "2026-02-06", "2026-02-12", "2026-04-18",
    )  # fmt: skip


def test_the_reason_of_a_cut_names_the_offsets() -> None:
    one = recharge(refs={"recharge_offsets": "subscribers/ana.yaml:9 recharge_offsets"})
    found = standing(one, list(bill([one], Book.of([]), "2026-01-16").entries), "2026-01-16")
    assert found.reasons == (
        Reason(
            "recharge_offsets",
            "invoice invoices-000001 (350.00 MXN) was due 2026-01-10, cut 2026-01-16",
        ),
        Reason(
            "recharge_offsets",
            "cut 6 days after the payment day",
            "subscribers/ana.yaml:9 recharge_offsets",
        ),
    )


# Duration ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "paid", "expected"),
    [
        pytest.param(30, [], ["2026-01-10/2026-02-09"], id="not paid: no second invoice"),
        pytest.param(
            30,
            ["2026-01-10"],
            ["2026-01-10/2026-02-09", "2026-02-09/2026-03-11"],
            id="paid on the day",
        ),
        pytest.param(
            30,
            ["2026-01-20"],
            ["2026-01-10/2026-02-09", "2026-02-19/2026-03-21"],
            id="paid ten days late: thirty days from the activation",
        ),
        pytest.param(
            30,
            ["2026-01-10", "2026-01-12"],
            ["2026-01-10/2026-02-09", "2026-02-09/2026-03-11"],
            id="paid before it ended: from the end",
        ),
        pytest.param(
            7,
            ["2026-01-10", "2026-01-17"],
            ["2026-01-10/2026-01-17", "2026-01-17/2026-01-24", "2026-01-24/2026-01-31"],
            id="a week",
        ),
    ],
)
def test_time_is_paid_from_its_activation(days: int, paid: list[str], expected: list[str]) -> None:
    happened = [payment(number, day) for number, day in enumerate(paid, 1)]
    found = rows(prepaid(days=days), happened, "2026-02-28")
    assert [f"{row[3]}/{row[4]}" for row in found] == expected
    assert all(row[0] == row[1] == row[2] for row in found)


def test_paid_time_ends_on_its_day() -> None:
    paid = [payment(1, "2026-01-20")]
    one = prepaid(refs={"duration": "plans/hora.yaml:4"})
    assert told(one, paid, "2026-01-10")[0] == "suspended"
    assert told(one, paid, "2026-01-20") == (
        "active", "2026-02-19", "2026-02-19", "2026-02-19", "2026-02-19",
    )  # fmt: skip
    assert told(one, paid, "2026-02-18")[0] == "active"
    assert told(one, paid, "2026-02-19")[0] == "suspended"
    ended = standing(one, list(bill([one], Book.of(paid), "2026-02-19").entries), "2026-02-19")
    assert ended.reasons[-1] == Reason(
        "duration", "cut when the time that was paid for ends", "plans/hora.yaml:4"
    )


def test_time_that_nobody_asked_for_again_is_asked_once() -> None:
    assert len(rows(prepaid(), [payment(1, "2026-01-10")], "2027-12-31")) == 2


def test_thirty_days_of_a_week_are_no_base() -> None:
    one = prepaid(days=7, proration="thirty", paused=(("2026-01-10", "2026-01-12"),))
    found = rows(one._replace(since=date(2026, 1, 9)), [], "2026-01-31")
    assert [row[5] for row in found] == ["200.00"]  # 4 of 7 days


def test_an_opening_before_prepaid_time() -> None:
    happened = [entry("a-000001", "2026-03-01", "opening", "0.00", reason="import")]
    assert rows(prepaid("2026-01-01"), happened, "2026-03-05")[0][:2] == (
        "2026-03-02",
        "2026-03-02",
    )
