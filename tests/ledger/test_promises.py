"""Whom a promise to pay is taken from, until when, and from whom it is not taken again."""

import pytest

from ispconf.ledger.entries import Entry
from ispconf.ledger.promises import refusals
from ispconf.ledger.terms import Terms
from tests.ledger.samples import entry, month, on, payment, terms

NOVEMBER = month(2026, 11, counter=1)
TERMS = [terms()]


def promise(day: str, until: str, number: int = 9) -> Entry:
    return entry(f"caja1-{number:06d}", day, "promise", until=on(until))


def told(entries: list[Entry], day: str, until: str, agreed: list[Terms] = TERMS) -> list[str]:
    return refusals(agreed, entries, on(day), on(until))


@pytest.mark.parametrize("until", ["2026-11-06", "2026-11-16"])
def test_a_promise_of_today_to_the_last_day_that_terms_allow(until: str) -> None:
    assert told([NOVEMBER], "2026-11-06", until) == []


@pytest.mark.parametrize(
    ("until", "limits", "reason"),
    [
        ("2026-11-05", {}, "until 2026-11-05 is before 2026-11-06"),
        (
            "2026-11-17",
            {},
            "until 2026-11-17 is too far: max_days is 10, 2026-11-16 at the latest",
        ),
        (
            "2026-11-09",
            {"max_days": "2"},
            "until 2026-11-09 is too far: max_days is 2, 2026-11-08 at the latest",
        ),
        (
            "2026-11-09",
            {"max_per_quarter": "0"},
            "0 promises since 2026-10-01: max_per_quarter is 0",
        ),
    ],
)
def test_the_strictest_terms_of_all_services_hold(
    until: str, limits: dict[str, str], reason: str
) -> None:
    agreed = [terms(), terms(promise=limits)]
    assert told([NOVEMBER], "2026-11-06", until, agreed) == [reason]


def test_one_promise_at_a_time() -> None:
    running = promise("2026-11-06", "2026-11-10")
    said = ["promise caja1-000009 runs until 2026-11-10"]
    assert told([NOVEMBER, running], "2026-11-10", "2026-11-12") == said


def test_a_promise_of_another_quarter_does_not_count() -> None:
    kept = [promise("2026-09-30", "2026-10-03"), NOVEMBER]
    assert told(kept, "2026-11-06", "2026-11-10") == []
    this = [promise("2026-10-01", "2026-10-03"), NOVEMBER]
    said = ["1 promise since 2026-10-01: max_per_quarter is 1"]
    assert told(this, "2026-11-06", "2026-11-10") == said
    assert told(this, "2026-11-06", "2026-11-10", [terms(promise={"max_per_quarter": "2"})]) == []


MANY = [terms(promise={"max_per_quarter": "9"})]


@pytest.mark.parametrize(
    ("paid", "broken"),
    [
        ([], True),
        ([("2026-11-10", "350.00")], False),
        ([("2026-11-11", "350.00")], True),
        ([("2026-11-10", "300.00")], True),
        ([("2026-11-10", "349.50")], False),  # less than minimum_cut was left
    ],
)
def test_who_broke_the_last_promise(paid: list[tuple[str, str]], broken: bool) -> None:  # noqa: FBT001
    december = month(2026, 12, counter=2)
    entries = [NOVEMBER, promise("2026-11-06", "2026-11-10"), december]
    entries += [payment(number, *each) for number, each in enumerate(paid, 1)]
    said = told(entries, "2026-12-02", "2026-12-05", MANY)
    broke = ["promise caja1-000009 was broken: not paid until 2026-11-10"]
    assert said == (broke if broken else [])


def test_only_the_last_promise_counts() -> None:
    entries = [
        NOVEMBER,
        promise("2026-11-06", "2026-11-08", 1),
        promise("2026-11-12", "2026-11-14", 2),
        payment(1, "2026-11-14"),
        month(2026, 12, counter=2),
    ]
    assert told(entries, "2026-12-02", "2026-12-05", MANY) == []


def test_nothing_open_is_nothing_to_promise() -> None:
    said = ["no invoice is open: there is nothing to promise"]
    assert told([NOVEMBER, payment(1, "2026-11-02")], "2026-11-06", "2026-11-08") == said
    assert told([NOVEMBER], "2026-10-27", "2026-10-28") == said  # it is not issued yet
    other = NOVEMBER._replace(kind="other")
    assert told([other], "2026-11-06", "2026-11-08") == said
    assert told([], "2026-11-06", "2026-11-08", []) == [
        "until 2026-11-08 is too far: max_days is 0, 2026-11-06 at the latest",
        "0 promises since 2026-10-01: max_per_quarter is 0",
        *said,
    ]
