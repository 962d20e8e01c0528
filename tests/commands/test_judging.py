"""Standings by service, as accounts have them; states of routers, kept while their people stay."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ispconf.commands.judging import Judged, Standings
from ispconf.commands.session import Session
from ispconf.edge.accounts import Account
from ispconf.edge.cache import Cache
from ispconf.edge.files import opened_from
from ispconf.edge.sources import of_folder
from ispconf.ledger.standing import Standing, State
from tests.edge.repositories import SMALL, write


def standing(subscriber: str, service: str, opened: int) -> Standing:
    return Standing(
        subscriber, service, State.ACTIVE, None, Decimal(opened), date.max, None, None, None, (),
        calendar=False, since=None,
    )  # fmt: skip


ANA = [standing("ana", "casa", 1), standing("ana", "local", 2)]
BEN = [standing("ben", "casa", 3)]


def test_each_service_has_the_standing_of_its_account() -> None:
    found = Standings(
        {name: Account("", Decimal(0), own, [], name) for name, own in [("ana", ANA), ("ben", BEN)]}
    )
    assert dict(found) == {"ana/casa": ANA[0], "ana/local": ANA[1], "ben/casa": BEN[0]}
    assert len(found) == 3
    for owner in ("ben/local", "eva/casa", "ana"):
        with pytest.raises(KeyError):
            _ = found[owner]


BENS, EVAS = "subscribers/norte/ben-ruiz.yaml", "subscribers/sur/eva-sol.yaml"
OFFICE = {
    **{path: text for path, text in SMALL.items() if "ana-lopez" not in path + text},
    "inventory/sur-1.yaml": SMALL["inventory/norte-1.yaml"].replace("10.20.", "10.21."),
    EVAS: SMALL[BENS].replace("Ben", "Eva").replace("norte-1", "sur-1").replace("10.20.", "10.21."),
}


def judged(folder: Path) -> Judged:
    network, origin = opened_from(of_folder(folder), Cache(folder.parent / "cache", "p1"))
    return Judged(
        Session({}, datetime(2026, 11, 6, tzinfo=UTC)), network, date(2026, 11, 6), origin
    )


def kept(facts: Judged, router: str) -> int:
    assert facts.origin
    return len(facts.origin.cache.conclusions(f"state of {router}"))


@pytest.mark.parametrize(("file", "made"), [(BENS, (2, 1)), (EVAS, (1, 2))])
def test_only_the_router_of_whoever_changed_is_worked_out_again(
    tmp_path: Path, file: str, made: tuple[int, int]
) -> None:
    folder = write(tmp_path / "net", OFFICE)
    first = judged(folder)
    states = {router: first.wanted(router) for router in first.network.routers}
    assert all(state.owned() for state in states.values())
    (folder / file).write_text(OFFICE[file].replace(".16}", ".17}"))
    second = judged(folder)
    fresh = Judged(second.session, second.network, second.day)
    for router, was in states.items():
        assert second.wanted(router) == fresh.wanted(router)
        assert (second.wanted(router) == was) is (kept(second, router) == 1)
    assert (kept(second, "norte-1"), kept(second, "sur-1")) == made
