"""Standings by service, as the accounts of their subscribers have them."""

from datetime import date
from decimal import Decimal

import pytest

from ispconf.commands.judging import Standings
from ispconf.edge.accounts import Account
from ispconf.ledger.standing import Standing, State


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
