"""The turns of a service: when it was cut and restored, paused and resumed, and why."""

from typing import Any

import pytest

from ispconf.ledger.entries import Entry
from ispconf.ledger.turns import turns
from tests.ledger.samples import MXN, entry, month, on, payment, service

NOVEMBER = month(2026, 11, counter=1)
PROMISE = entry("caja1-000009", "2026-11-07", "promise", until=on("2026-11-09"))
SINCE: dict[str, Any] = {"since": "2026-10-10"}

CASES: list[tuple[dict[str, Any], list[Entry], list[tuple[str, str]]]] = [
    ({}, [], [("2026-10-10", "active")]),
    ({}, [NOVEMBER], [("2026-10-10", "active"), ("2026-11-05", "suspended")]),
    ({}, [NOVEMBER, payment(1, "2026-11-20")],
     [("2026-10-10", "active"), ("2026-11-05", "suspended"), ("2026-11-20", "active")]),
    ({}, [NOVEMBER, PROMISE],
     [("2026-10-10", "active"), ("2026-11-05", "suspended"), ("2026-11-07", "active"),
      ("2026-11-10", "suspended")]),
    ({"paused": (("2026-10-20", "2026-11-19"),)}, [NOVEMBER],
     [("2026-10-10", "active"), ("2026-10-20", "paused"), ("2026-11-20", "suspended")]),
    ({"suspended": ("2026-10-20", "2026-10-22")}, [],
     [("2026-10-10", "active"), ("2026-10-20", "suspended"), ("2026-10-23", "active")]),
    ({"free": ("2026-10-10", None)}, [NOVEMBER], [("2026-10-10", "free")]),
    ({"cancelled": "2026-11-15"}, [],
     [("2026-10-10", "active"), ("2026-11-15", "cancelled")]),
    ({"since": "2027-01-01"}, [], []),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "entries", "expected"), CASES)
def test_the_turns_of_a_service(
    facts: dict[str, Any], entries: list[Entry], expected: list[tuple[str, str]]
) -> None:
    found = turns(service(**SINCE | facts), entries, on("2026-12-31"), MXN)
    assert [(str(turn.day), turn.state.value) for turn in found] == expected


def test_a_turn_has_its_reason() -> None:
    _, cut, back = turns(
        service(**SINCE), [NOVEMBER, payment(1, "2026-11-20")], on("2026-12-31"), MXN
    )
    assert cut.reason
    assert cut.reason.text.startswith("invoice invoices-000001 (350.00 MXN) was due 2026-11-01")
    assert cut.calendar
    assert back.reason
    assert "last payment caja1-000001" in back.reason.text


def test_what_lies_ahead_is_no_turn_yet() -> None:
    found = turns(service(**SINCE), [NOVEMBER], on("2026-11-04"), MXN)
    assert [turn.state.value for turn in found] == ["active"]
