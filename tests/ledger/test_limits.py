"""What this version does not bill, said at the place where it was written."""

from typing import Any

import pytest

from ispconf.ledger.book import EMPTY
from ispconf.ledger.invoicing import missing
from ispconf.ledger.limits import unbillable
from tests.ledger.samples import MXN, on, service, standing

ARREARS = "charge: arrears: mode: {} is paid in advance; no invoices (ana/casa)"

HOURS = "duration: of plan Hogar 20 is not whole days: a ledger counts days; no invoices (ana/casa)"
NOWHERE = "extras: tv are charged on invoices of a service that costs nothing: on none (ana/casa)"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"mode": "cutdate", "charge": "arrears", "refs": {"charge": "ispconf.yaml:9 charge"}},
            f"ispconf.yaml:9: {ARREARS.format('cutdate')}",
        ),
        ({"mode": "recharge", "charge": "arrears"}, f": {ARREARS.format('recharge')}"),
        (
            {"mode": "duration", "charge": "arrears", "duration": 86_400},
            f": {ARREARS.format('duration')}",
        ),
        (
            {"mode": "duration"},
            ": duration: is missing in plan Hogar 20, for mode: duration; no invoices (ana/casa)",
        ),
        (
            {"mode": "duration", "refs": {"mode": "subscribers/ana.yaml:9 mode"}},
            (
                "subscribers/ana.yaml:9: duration: is missing in plan Hogar 20, for mode: "
                "duration; no invoices (ana/casa)"
            ),
        ),
        (
            {"mode": "duration", "duration": 5_400, "refs": {"duration": "plans/h.yaml:3"}},
            f"plans/h.yaml:3: {HOURS}",
        ),
    ],
)
def test_a_service_that_cannot_be_billed_gets_no_invoices(
    facts: dict[str, Any], expected: str
) -> None:
    one = service(**facts)
    (problem,) = unbillable([one])
    assert str(problem) == expected
    assert problem.severity == "error"
    assert missing([one], EMPTY, on("2026-12-31"), MXN) == []
    found = standing(one, [], "2026-12-31")
    assert (found.state, found.next_issue, found.cut) == ("active", None, None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"price": "0.00", "extras": {"tv": {"price": "9.00", "pay": "recurring"}}},
            f": warning: {NOWHERE}",
        ),
    ],
)
def test_what_is_not_on_an_invoice_is_a_warning(facts: dict[str, Any], expected: str) -> None:
    assert [str(problem) for problem in unbillable([service(**facts)])] == [expected]


def test_one_problem_for_each_place() -> None:
    refs = {"charge": "ispconf.yaml:9 charge"}
    many = [
        service(mode="cutdate", charge="arrears", refs=refs, subscriber=who)
        for who in ("ana", "ben", "zoe")
    ]
    (problem,) = unbillable(many)
    assert problem.message.endswith("(ana/casa and 2 more)")


@pytest.mark.parametrize("mode", ["cycle", "cutdate", "recharge", "duration"])
def test_nothing_is_said_of_what_is_billed(mode: str) -> None:
    one = service(
        mode=mode,
        duration=30 * 86_400,
        late_fee={"percent": "5"},
        reconnection_fee="80.00",
        fees={"late": "true", "reconnection": "true"},
        extras={"tv": {"price": "9.00", "pay": "recurring"}},
        refs={"mode": "ispconf.yaml:3 mode"},
    )
    assert unbillable([one]) == []
