"""What the ledger is told of each service: the terms that hold, and where they were written."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ispconf.edge.files import open_network
from ispconf.network.billing import billables, terms_of
from tests.edge.repositories import SMALL, write

ANA = "subscribers/norte/ana-lopez.yaml"
BEN = "subscribers/norte/ben-ruiz.yaml"
MORE = """\
    paused: [{from: 2026-08-01, until: 2026-08-31}]
  tv: {plan: tv, since: 2026-07-01, access: {type: none}}
billing: {due_day: 3, fees: {late: true}}
extras:
  wifi: {price: 9.00, pay: recurring}
"""
TV = {"plans/tv.yaml": "name: TV\naccess: [none]\nprice: 99.00\n"}


def test_wh190_terms_are_laid_over_each_other_and_located(tmp_path: Path) -> None:
    network = open_network(write(tmp_path, {**SMALL, **TV, ANA: SMALL[ANA] + MORE}), env={})
    casa, tv, ben = billables(network)
    assert [casa.id, tv.id, ben.id] == ["ana-lopez/casa", "ana-lopez/tv", "ben-ruiz/casa"]
    assert (casa.terms.issue_day, casa.terms.cut_day, casa.terms.due_day) == (28, 20, 3)
    assert (tv.terms.cut_day, ben.terms.due_day) == (5, 1)
    assert casa.fees.late
    assert casa.refs["cut_day"] == "ispconf.yaml:8 cut_day"
    assert tv.refs["cut_day"] == "ispconf.yaml:6 cut_day"
    assert casa.refs["due_day"] == f"{ANA}:14 due_day"
    assert casa.refs["paused"] == f"{ANA}:12"
    assert set(ben.refs) == {"issue_day", "cut_day", "since", "plan"}
    assert len(ben.refs) == 4
    assert casa.tax is not None
    assert (casa.item, casa.price, casa.tax[0]) == ("Hogar 20", Decimal("350.00"), "iva")
    assert (tv.tax, len(casa.extras), tv.extras) == (None, 1, ())
    assert casa.paused[0].reason is None
    ana = network.subscribers["ana-lopez"]
    assert terms_of(network, ana, ana.services["casa"]) == casa.terms


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ("", [True, False]),
        ("    paused: [{from: 2026-08-01, until: 2026-08-31}]", [True, False]),
        ("    free: {from: 2026-08-01, until: 2026-08-31}", [True, False]),
        ("    free: {from: 2026-08-01}", [True, date(2026, 8, 1)]),
        ("    cancelled: {on: 2026-09-15}", [True, date(2026, 9, 15)]),
        (
            "    free: {from: 2026-08-01}\n    cancelled: {on: 2026-07-15}",
            [True, date(2026, 7, 15)],
        ),
    ],
)
def test_wh114_extras_stand_on_the_next_service_once_the_first_has_ended(
    tmp_path: Path, ended: str, expected: list[bool | date]
) -> None:
    own = f"""\
{ended}
  tv: {{plan: tv, since: 2026-07-01, access: {{type: none}}}}
extras:
  wifi: {{price: 9.00, pay: recurring}}
"""
    files = {**SMALL, **TV, ANA: SMALL[ANA] + own.lstrip("\n")}
    ours = billables(open_network(write(tmp_path, files), env={}), {"ana-lopez"})
    found = [bool(one.extras) and (one.extras_from == date.min or one.extras_from) for one in ours]
    assert found == expected


def test_wh167_a_service_that_moves_gets_the_days_of_its_new_zone_unless_it_has_its_own(
    tmp_path: Path,
) -> None:
    south = {
        "ispconf.yaml": SMALL["ispconf.yaml"].replace(
            "zones:\n", "zones:\n  sur: {name: Sur, billing: {cut_day: 9}}\n"
        ),
        "inventory/sur-1.yaml": SMALL["inventory/norte-1.yaml"].replace("norte", "sur"),
    }
    moved = {path: SMALL[path].replace("norte-1", "sur-1") for path in (ANA, BEN)}
    moved[ANA] += "billing: {cut_day: 17}\n"
    before = billables(open_network(write(tmp_path / "a", {**SMALL, **south}), env={}))
    after = billables(open_network(write(tmp_path / "b", {**SMALL, **south, **moved}), env={}))
    assert [one.terms.cut_day for one in before] == [20, 20]
    assert [one.terms.cut_day for one in after] == [17, 9]


def test_ib04_how_long_a_plan_is_sold_for(tmp_path: Path) -> None:
    hours = {"plans/tv.yaml": TV["plans/tv.yaml"] + "duration: 30d\n"}
    network = open_network(write(tmp_path, {**SMALL, **hours, ANA: SMALL[ANA] + MORE}), env={})
    casa, tv, _ = billables(network)
    assert (casa.duration, "duration" in casa.refs) == (None, False)
    assert (tv.duration, tv.refs["duration"]) == (30 * 86_400, "plans/tv.yaml:4")


def test_the_plans_before_the_newest_keep_their_price(tmp_path: Path) -> None:
    changed = "    plan_changes: [{on: 2026-09-01, from: tv, to: hogar-20}]\n"
    files = {**SMALL, **TV, BEN: SMALL[BEN] + changed}
    ben = billables(open_network(write(tmp_path, files), env={}))[-1]
    assert ben.changes == (date(2026, 9, 1),)
    before, after = ben.on(date(2026, 8, 31)), ben.on(date(2026, 9, 1))
    assert (before.item, before.price, before.tax) == ("TV", Decimal("99.00"), None)
    assert (after.item, after.price, after.tax) == ("Hogar 20", Decimal("350.00"), ben.tax)
