"""How much a plan may do before somebody must say that it is meant."""

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.planning.changes import Action, Change
from ispconf.planning.guards import Bound, Refusal, doubting, refusals, subscribers
from ispconf.routeros.tables import ACTIVE, SECRET
from tests.planning.worlds import change

BOUNDS = {
    "service_loss": Bound(5, Fraction(1, 100)),
    "cuts": Bound(5, Fraction(15, 100)),
    "removed": Bound(5, Fraction(10, 100)),
    "changed": Bound(20, Fraction(50, 100)),
}


def lost(count: int, effect: str = "cancel", *, calendar: bool = False) -> list[Change]:
    """So many subscribers who lose their service, with one change each that is no removal."""
    return [
        change(
            Action.ADD,
            SECRET.path,
            owner=f"p{number}/casa",
            key={"name": f"p{number}"},
            effect=effect,
            calendar=calendar,
            reason=f"p{number}/casa is in no file",
        )
        for number in range(count)
    ]


def rows(action: Action, count: int) -> list[Change]:
    return [change(action, key={"name": f"n{number}"}, effect="heal") for number in range(count)]


def guards(
    changes: list[Change],
    *,
    owned: int = 0,
    served: int = 0,
    allowed: Mapping[str, Collection[int]] | None = None,
) -> list[str]:
    found = refusals({"r": changes}, {"r": owned}, served, BOUNDS, allowed or {})
    return [refusal.guard for refusal in found["r"]]


@pytest.mark.parametrize(
    ("changes", "owned", "served", "refused"),
    [
        ([], 0, 0, []),
        (lost(5), 0, 5, []),  # exactly at_least, though it is everybody
        (lost(6), 0, 5, ["service_loss"]),
        (lost(6), 0, 600, []),  # exactly the share
        (lost(7), 0, 600, ["service_loss"]),
        (lost(6), 0, 599, ["service_loss"]),
        (lost(6, "suspend"), 0, 6, ["service_loss"]),
        (lost(6, "suspend", calendar=True), 0, 40, []),  # exactly 15 %
        (lost(7, "suspend", calendar=True), 0, 40, ["cuts"]),
        (lost(60, "move"), 0, 60, []),
        (lost(60, "heal"), 0, 60, []),
        (lost(5) + lost(5, "suspend", calendar=True), 0, 10, []),  # each counted for itself
        (lost(6) + lost(6, "suspend", calendar=True), 0, 7, ["service_loss", "cuts"]),
        (rows(Action.REMOVE, 5), 5, 0, []),
        (rows(Action.REMOVE, 6), 60, 0, []),
        (rows(Action.REMOVE, 7), 60, 0, ["removed"]),
        (rows(Action.REMOVE, 6), 59, 0, ["removed"]),
        (rows(Action.SET, 20), 20, 0, []),
        (rows(Action.SET, 21), 42, 0, []),
        (rows(Action.SET, 22), 42, 0, ["changed"]),
        (rows(Action.MOVE, 22), 42, 0, ["changed"]),
        (rows(Action.ADD, 500), 1, 0, []),
        (rows(Action.ADOPT, 500), 1, 0, []),
        (rows(Action.SET, 11) + rows(Action.MOVE, 11), 12, 0, []),  # a row counts once
    ],
)
def test_ws48_a_guard_refuses_beyond_both_of_its_bounds(
    changes: list[Change], owned: int, served: int, refused: list[str]
) -> None:
    assert guards(changes, owned=owned, served=served) == refused


def test_a_person_counts_once_however_many_rows() -> None:
    many = [
        change(action, owner=f"p{number}/{service}", effect="cancel", key={"name": service})
        for number in range(5)
        for service in ("casa", "tienda", "rancho")
        for action in (Action.SET, Action.REMOVE)
    ]
    assert guards(many, served=10, owned=1000) == []
    assert len(subscribers(many, calendar=False)) == 5


def test_a_session_that_ends_is_not_counted_again() -> None:
    drops = [
        change(Action.DISCONNECT, ACTIVE.path, owner=f"p{n}/casa", effect="suspend")
        for n in range(9)
    ]
    assert guards(drops, served=9) == []


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        ([6], ["service_loss"]),
        ([7], []),
        ([8], ["service_loss"]),
        ([6, 7], []),
        ([], ["service_loss"]),
    ],
)
def test_exactly_that_number_is_allowed(allowed: list[int], refused: list[str]) -> None:
    assert guards(lost(7), served=7, allowed={"service_loss": allowed, "cuts": [7]}) == refused


def test_losses_are_counted_over_all_routers_and_stop_those_that_cause_them() -> None:
    losses = lost(8)
    plans = {"norte": losses[:4], "sur": losses[4:], "centro": rows(Action.ADD, 3), "este": []}
    found = refusals(plans, {}, 10, BOUNDS, {})
    assert {router: [each.guard for each in held] for router, held in found.items()} == {
        "norte": ["service_loss"],
        "sur": ["service_loss"],
        "centro": [],
        "este": [],
    }
    assert found["sur"][0].found == 8
    assert found["sur"][0].cause == "p4/casa is in no file"


def test_removed_rows_are_counted_on_each_router() -> None:
    plans = {"norte": rows(Action.REMOVE, 4), "sur": rows(Action.REMOVE, 9)}
    found = refusals(plans, {"norte": 4, "sur": 9}, 0, BOUNDS, {})
    assert [router for router, held in found.items() if held] == ["sur"]


@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (
            Refusal("service_loss", 40, 50, BOUNDS["service_loss"], "ana/casa is in no file"),
            (
                "guard service_loss: 40 of 50 subscribers would lose service by a change of files"
                " (80.0 %, the limit is 1 % and at least 5; for example: ana/casa is in no file);"
                " if this is meant, allow it with --allow service_loss=40"
            ),
        ),
        (
            Refusal("cuts", 7, 40, Bound(5, Fraction(25, 1000))),
            (
                "guard cuts: 7 of 40 subscribers would be cut by the calendar in one run"
                " (17.5 %, the limit is 2.5 % and at least 5);"
                " if this is meant, allow it with --allow cuts=7"
            ),
        ),
        (
            Refusal("removed", 6, 0, BOUNDS["removed"]),
            (
                "guard removed: 6 of 0 managed rows would be removed from this router"
                " (600.0 %, the limit is 10 % and at least 5);"
                " if this is meant, allow it with --allow removed=6"
            ),
        ),
        (
            Refusal("changed", 22, 42, BOUNDS["changed"]),
            (
                "guard changed: 22 of 42 managed rows would be changed on this router"
                " (52.4 %, the limit is 50 % and at least 20);"
                " if this is meant, allow it with --allow changed=22"
            ),
        ),
    ],
)
def test_a_refusal_says_the_numbers_and_the_way_out(refusal: Refusal, message: str) -> None:
    assert str(refusal) == message


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 30), st.integers(0, 100))
def test_what_a_refusal_asks_to_be_allowed_lets_it_pass(
    count: int, served: int, at_least: int, percent: int
) -> None:
    bounds = dict.fromkeys(BOUNDS, Bound(at_least, Fraction(percent, 100)))
    refused = refusals({"r": lost(count)}, {}, served, bounds, {})["r"]
    assert bool(refused) is (count > at_least and 100 * count > percent * served)
    again = {refusal.guard: [refusal.found] for refusal in refused}
    assert refusals({"r": lost(count)}, {}, served, bounds, again)["r"] == []


def test_a_row_that_is_taken_over_and_cuts_counts_as_a_cut() -> None:
    taken = [
        change(
            Action.ADOPT,
            SECRET.path,
            owner=f"p{number}/casa",
            key={"name": f"p{number}"},
            after={"disabled": "true", "comment": "c"},
            effect="adopt",
            calendar=number % 2 == 0,
        )
        for number in range(8)
    ]
    assert set(subscribers(taken, calendar=True)) == {"p0", "p2", "p4", "p6"}
    assert set(subscribers(taken, calendar=False)) == {"p1", "p3", "p5", "p7"}
    marked = [each._replace(after={"comment": "c"}) for each in taken]
    assert subscribers(marked, calendar=True) == {}


TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("newest", "cuts", "losses", "said"),
    [
        (None, 5, 5, ""),  # an empty or missing ledger cuts nobody
        (date(2026, 11, 18), 5, 5, ""),
        (date(2026, 11, 19), 5, 5, ""),  # recorded by another clock, around midnight
        (date(2026, 10, 4), 5, 5, ""),
        (date(2026, 11, 20), 0, 0, "this clock says 2026-11-18, but ledger/ has entries"),
        (date(2026, 10, 3), 0, 5, "nothing was recorded in ledger/ since 2026-10-03, 46 days ago"),
        (date(2016, 1, 1), 0, 5, "is it whole, is the clock right? If so: --date 2026-11-18"),
    ],
)
def test_on_a_day_that_cannot_be_right_nobody_loses_service(
    newest: date | None, cuts: int, losses: int, said: str
) -> None:
    bounds = doubting(BOUNDS, TODAY, newest)
    assert (bounds["cuts"].at_least, bounds["service_loss"].at_least) == (cuts, losses)
    assert bounds["removed"] == BOUNDS["removed"]
    (refusal,) = refusals({"r": lost(9, "suspend", calendar=True)}, {"r": 0}, 9, bounds, {})["r"]
    assert said in str(refusal)
    one = refusals({"r": lost(1, "suspend", calendar=True)}, {"r": 0}, 900, bounds, {})["r"]
    assert len(one) == (cuts == 0)
    assert not refusals(
        {"r": lost(1, "suspend", calendar=True)}, {"r": 0}, 9, bounds, {"cuts": [1]}
    )["r"]
