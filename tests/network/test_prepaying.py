"""How far ahead somebody may be expected to pay: three years of the plans."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ispconf.edge.files import open_network
from ispconf.network.model import Network
from ispconf.network.prepaying import most_ahead
from tests.edge.repositories import SMALL, write

DAY = date(2026, 11, 6)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    folder = tmp_path_factory.mktemp("prepaying")
    write(folder, SMALL)
    return open_network(folder, env={})


def test_three_years_of_the_plan(network: Network) -> None:
    assert most_ahead(network, network.subscribers["ana-lopez"], DAY) == 12600


def test_every_service_counts_and_without_one_the_dearest_plan(network: Network) -> None:
    ana = network.subscribers["ana-lopez"]
    both = ana.model_copy(update={"services": {**ana.services, "tienda": ana.services["casa"]}})
    assert most_ahead(network, both, DAY) == 25200
    nobody = ana.model_copy(update={"services": {}})
    assert most_ahead(network, nobody, DAY) == 12600


def test_what_is_sold_by_time_is_counted_in_its_time(network: Network) -> None:
    ana = network.subscribers["ana-lopez"]
    day = network.plans["hogar-20"].model_copy(update={"duration": 24 * 3600})
    daily = replace(network, plans={"hogar-20": day})
    assert most_ahead(daily, ana, DAY) == 350 * 3 * 365


def test_without_a_price_nothing_is_expected(network: Network) -> None:
    free = network.plans["hogar-20"].model_copy(update={"price": Decimal(0)})
    ana = network.subscribers["ana-lopez"]
    assert most_ahead(replace(network, plans={"hogar-20": free}), ana, DAY) is None
