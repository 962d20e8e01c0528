"""The worked examples of the systems that this one replaces, each a line of data.

``WH-`` WispHub, ``WS-`` WISP Solution, ``BR-`` and ``T-`` the rules and scenarios drawn from them.
What follows the payments (WH-160 to WH-163) is in ``test_following``, extras (WH-113 to WH-126) in
``test_extras``, a change of plan (T-15) in ``test_changeover``.
"""

from typing import Any

import pytest

from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.invoicing import missing
from tests.ledger.samples import CLP, IVA, MXN, bill, entry, on, payment, service, standing

ZONE_1: dict[str, Any] = {"issue_day": "25", "due_day": "1", "cut_day": "3"}
ZONE_2: dict[str, Any] = {"period_day": "15", "issue_day": "12", "due_day": "15", "cut_day": "20"}
ZONE_3: dict[str, Any] = {"charge": "arrears", "issue_day": "25", "due_day": "1", "cut_day": "5"}
SEED: dict[str, Any] = {"issue_day": "28", "due_day": "1", "cut_day": "5"}
FIFTH: dict[str, Any] = {"mode": "cutdate", "cut_day": "5"}


@pytest.mark.parametrize(
    ("name", "terms", "since", "expected"),
    [
        (
            "BR-11 WispHub zone, prepaid 1", ZONE_1, "2026-08-01",
            ("2026-08-25", "2026-09-01/2026-10-01", "2026-09-01", "2026-09-03"),
        ),
        (
            "BR-11 WispHub zone, prepaid 2: printed as 15 to 15", ZONE_2, "2026-07-15",
            ("2026-08-12", "2026-08-15/2026-09-15", "2026-08-15", "2026-08-20"),
        ),
        (
            "BR-11 WispHub zone, postpaid 1: the month that was consumed", ZONE_3, "2026-07-01",
            ("2026-08-25", "2026-08-01/2026-09-01", "2026-09-01", "2026-09-05"),
        ),
        (
            "WH-078 the month after the first", SEED, "2026-05-01",
            ("2026-05-28", "2026-06-01/2026-07-01", "2026-06-01", "2026-06-05"),
        ),
        (
            "BR-14 the last day to pay is the 5th: cut on the 6th", SEED | {"cut_day": "6"},
            "2026-05-01", ("2026-05-28", "2026-06-01/2026-07-01", "2026-06-01", "2026-06-06"),
        ),
        (
            "WS-63 imported on 31 January, day 30: 28 February", FIFTH | {"cut_day": "30"},
            "2026-01-31", ("2026-02-01", "2026-02-28/2026-03-30", "2026-02-28", "2026-02-28"),
        ),
        (
            "WS-63 in a leap year", FIFTH | {"cut_day": "30"}, "2028-01-31",
            ("2028-02-01", "2028-02-29/2028-03-30", "2028-02-29", "2028-02-29"),
        ),
        (
            "WS-32 created on 3 March, day 5: 5 April", FIFTH, "2026-03-03",
            ("2026-04-01", "2026-04-05/2026-05-05", "2026-04-05", "2026-04-05"),
        ),
    ],
)  # fmt: skip
def test_the_days_of_an_invoice(
    name: str, terms: dict[str, Any], since: str, expected: tuple[str, ...]
) -> None:
    one = service(since=since, **{"issue_day": "1", **terms})
    drafts = missing([one], Book(()), on(since).replace(year=on(since).year + 1), MXN)
    found = [(str(e.date), str(e.period), str(e.due), str(e.cut)) for e in drafts]
    assert expected in found, name


@pytest.mark.parametrize(
    ("name", "facts", "amounts"),
    [
        ("WH-078 8 days of June, both ends counted", {"since": "2026-06-23"}, ["93.33"]),
        ("BR-22 11 of 30 days", {"since": "2026-06-20"}, ["128.33"]),
        ("BR-22 17 of 31 days of 300.00", {"since": "2026-07-15", "price": "300.00"}, ["164.52"]),
        ("WH-081 the first month is free", {"since": "2026-06-23", "first_period": "free"}, []),
        ("BR-25 the first in full", {"since": "2026-06-23", "first_period": "full"}, ["350.00"]),
        ("BR-25 the first with the next", {"since": "2026-06-23", "first_period": "next"}, []),
        ("WH-152 T-18 free", {"since": "2026-06-23", "free": ("2026-06-23", None)}, []),
        ("IB-06 paused", {"since": "2026-06-23", "paused": (("2026-06-24", "2026-06-30"),)},
         ["11.67"]),
        ("BR-42 the price is never changed by a tax in it", {"since": "2026-06-01", "tax": IVA},
         ["350.00"]),
    ],
)  # fmt: skip
def test_the_first_invoice(name: str, facts: dict[str, Any], amounts: list[str]) -> None:
    one = service(**facts)
    end = on(facts["since"]).replace(day=27)
    assert [str(e.amount) for e in missing([one], Book(()), end, MXN)] == amounts, name


def test_t23_pesos_without_cents() -> None:
    one = service(since="2026-07-15", price="19990")
    assert [e.amount for e in missing([one], Book(()), on("2026-07-27"), CLP)] == [10962]


CUTDATE = service(since="2026-03-10", mode="cutdate", cut_day="5", issue_day="5")
LAST = service(since="2024-12-10", mode="cutdate", cut_day="31", issue_day="31")
CYCLE = service(since="2026-06-01")
LEAP = service(since="2027-12-31", mode="cutdate", cut_day="31", issue_day="31")


@pytest.mark.parametrize(
    ("name", "one", "paid", "days"),
    [
        ("T-01 WS-47 not paid: cut on the day itself", CUTDATE, [],
         {"2026-04-04": "active", "2026-04-05": "suspended"}),
        ("T-02 WS-43 paid on the cut date before the run: a month", CUTDATE, ["2026-04-05"],
         {"2026-04-05": "active", "2026-05-04": "active", "2026-05-05": "suspended"}),
        ("WS-49 a payment restores and moves the cut date", CUTDATE, ["2026-04-09"],
         {"2026-04-08": "suspended", "2026-04-09": "active", "2026-05-05": "suspended"}),
        ("BR-55 two payments move it two months", CUTDATE, ["2026-04-05", "2026-04-05"],
         {"2026-05-05": "active", "2026-06-04": "active", "2026-06-05": "suspended"}),
        ("T-03 BR-13 day 31 is 28 February, and 31 March again", LAST,
         ["2025-01-31", "2025-02-28"],
         {"2025-02-27": "active", "2025-02-28": "active", "2025-03-30": "active",
          "2025-03-31": "suspended"}),
        ("BR-13 29 February of a leap year", LEAP, ["2028-01-31"],
         {"2028-02-28": "active", "2028-02-29": "suspended"}),
        ("WH-075 pending before its date, cut on it", CYCLE, [],
         {"2026-06-01": "due", "2026-06-04": "grace", "2026-06-05": "suspended"}),
    ],
)  # fmt: skip
def test_states_of_the_days(
    name: str, one: Billable, paid: list[str], days: dict[str, str]
) -> None:
    money = [payment(number, day) for number, day in enumerate(paid, 1)]
    for day, state in days.items():
        known = [each for each in money if each.date <= on(day)]
        book = bill([one], Book.of(known), day)
        assert standing(one, list(book.entries), day).state == state, f"{name}: {day}"


def entries(one: Billable, until: str, *hand: Entry) -> list[Entry]:
    return list(bill([one], Book.of(hand), until).entries)


def test_t11_a_payment_that_bounced_after_the_restoration_cuts_again() -> None:
    one = CYCLE
    paid = payment(1, "2026-06-10")
    bounced = entry("caja1-000002", "2026-06-14", "reversal", "350.00", of=paid.no)
    assert standing(one, entries(one, "2026-06-12", paid), "2026-06-12").state == "active"
    assert standing(one, entries(one, "2026-06-14", paid, bounced), "2026-06-14").state == (
        "suspended"
    )


def test_t14_a_run_that_missed_days_gives_what_daily_runs_give() -> None:
    one = service(since="2026-06-23", late_fee={"amount": "50.00"}, fees={"late": "true"})
    daily = Book(())
    for day in range(on("2026-06-20").toordinal(), on("2026-09-03").toordinal()):
        daily = bill([one], daily, on("2026-06-20").fromordinal(day))
    assert daily.entries == bill([one], Book(()), "2026-09-02").entries


@pytest.mark.parametrize(("flag", "fees"), [("true", ["50.00"]), ("false", [])])
def test_wh032_a_late_fee_comes_with_the_next_invoice_and_only_with_the_flag(
    flag: str, fees: list[str]
) -> None:
    one = service(since="2026-06-01", late_fee={"amount": "50.00"}, fees={"late": flag})
    book = bill([one], Book(()), "2026-06-28")
    found = [(str(e.date), str(e.amount)) for e in book.entries if e.type == "fee"]
    assert found == [("2026-06-28", amount) for amount in fees]


def test_wh074_an_invoice_by_hand_for_the_period_is_the_only_one() -> None:
    (made,) = missing([CYCLE], Book(()), on("2026-06-01"), MXN)
    free = made._replace(no="oficina-000001", amount=made.amount * 0, lines=())
    assert missing([CYCLE], Book.of([free]), on("2026-06-27"), MXN) == []  # WH-081, T-05
    assert standing(CYCLE, [free], "2026-06-20").state == "active"


def test_wh156_who_comes_back_keeps_the_old_debt() -> None:
    gone = service(since="2026-06-01", cancelled="2026-06-15")
    old = list(bill([gone], Book(()), "2026-06-30").entries)
    back = service(since="2026-09-01", name="casa-2")
    book = bill([gone, back], Book.of(old), "2026-09-01")
    assert [str(e.period) for e in book.entries] == [
        "2026-06-01/2026-06-15", "2026-09-01/2026-10-01",
    ]  # fmt: skip


def test_wh167_wh190_the_days_of_a_new_zone_and_those_of_ones_own() -> None:
    before = service(since="2026-06-01", **SEED)
    book = bill([before], Book(()), "2026-06-30")
    after = bill([service(since="2026-06-01", **ZONE_2)], book, "2026-08-12")
    assert [str(e.period) for e in after.entries] == [
        "2026-06-01/2026-07-01", "2026-07-01/2026-08-01", "2026-08-01/2026-08-15",
        "2026-08-15/2026-09-15",
    ]  # fmt: skip
