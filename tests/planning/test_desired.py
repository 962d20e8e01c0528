"""The state a router should have on a day."""

from decimal import Decimal
from typing import Any

import pytest

from ispconf.ledger.standing import State as Money
from ispconf.network.billing import billables
from ispconf.network.model import Network
from ispconf.planning.desired import desired, notice, tables
from ispconf.routeros.rows import State
from ispconf.routeros.tables import ADDRESS_LIST, FILTER, NAT, POOL, PROFILE, QUEUE, SECRET, TABLES
from tests.planning.worlds import DAY, network, plan, router, standings, subscriber

FIXED = {"access": {"type": "pppoe", "user": "ana", "password": "y", "address": "10.20.0.6"}}


def wanted(held: Network, **states: Any) -> State:
    here = held.routers["norte-1"]
    return desired(held, standings(held, **states), here, DAY, lambda secret, *_: secret.kind)


def names(held: State, path: str) -> list[str]:
    return [row.fields.get("name", row.fields.get("address", "")) for row in held[path]]


def test_rows_that_many_share_are_there_once() -> None:
    held = wanted(network(*(subscriber(each, casa={}) for each in ("ana", "ben", "eva"))))
    assert names(held, PROFILE.path) == ["hogar-20", "ispconf-morosos"]
    assert names(held, SECRET.path) == ["ana", "ben", "eva"]
    assert names(held, POOL.path) == ["ispconf-norte-1"]


def test_ws37_one_plan_gives_the_price_the_queue_and_the_profile() -> None:
    queue = {"access": {"type": "queue", "address": "10.20.0.7"}}
    held = network(subscriber("ana", casa=FIXED), subscriber("ben", casa=queue))
    rows = wanted(held)
    (profile,) = [row for row in rows[PROFILE.path] if row.fields["name"] == "hogar-20"]
    assert profile.fields["rate-limit"] == "5M/20M"
    # the queue as a router prints it, the profile as it is typed
    assert [row.fields["max-limit"] for row in rows[QUEUE.path]] == ["5000000/20000000"]
    assert {one.price for one in billables(held)} == {Decimal("350.00")}


def test_a_router_gets_only_the_plans_it_uses() -> None:
    held = network(
        subscriber("ana", casa=FIXED),
        subscriber("ben", casa={"plan": "oro", "router": "sur-1"}),
        routers=[router(), router("sur-1")],
        plans=[plan(), plan("oro"), plan("plata")],
    )
    assert names(wanted(held), PROFILE.path) == ["hogar-20"]


@pytest.mark.parametrize(
    ("own", "pools"),
    [({}, ["ispconf-norte-1"]), ({"pppoe": {"pool": "theirs"}}, [])],
)
def test_a_pool_that_the_router_names_is_not_ours(own: Any, pools: list[str]) -> None:
    held = wanted(network(subscriber("ana", casa={}), routers=[router(**own)]))
    assert names(held, POOL.path) == pools
    if pools:
        assert held[POOL.path][0].fields["ranges"] == "10.20.0.2-10.20.0.14"


def test_an_empty_router_still_has_its_rules() -> None:
    held = wanted(network())
    assert [row.fields["action"] for row in held[FILTER.path]] == ["reject", "drop"]
    assert held[SECRET.path] == held[POOL.path] == held[QUEUE.path] == ()


def test_rules_and_notice_are_those_of_the_router_over_the_company() -> None:
    own = {"notice": "http://10.8.0.1:8080/", "allow": ["10.8.0.9"]}
    company = {"list": "deudores", "allow": ["10.0.0.1"]}
    held = wanted(network(routers=[router(suspension=own)], suspension=company))
    assert held[NAT.path][0].fields["src-address-list"] == "deudores"
    assert names(held, ADDRESS_LIST.path) == ["10.8.0.9", "10.8.0.1"]


def test_a_firewall_that_is_not_ours_is_neither_written_nor_read() -> None:
    here = router(firewall="none", suspension={"notice": "http://10.8.0.1/"})
    held = wanted(
        network(subscriber("ana", casa=FIXED), routers=[here]), ana=(Money.SUSPENDED, False)
    )
    assert held[FILTER.path] == held[NAT.path] == ()
    assert names(held, ADDRESS_LIST.path) == ["10.20.0.6"]
    assert set(TABLES) - set(tables(here)) == {FILTER.path, NAT.path}
    assert set(tables(router())) == set(TABLES)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("", None),
        ("http://10.8.0.1:8080/", ("10.8.0.1", "8080")),
        ("http://10.8.0.1/pay", ("10.8.0.1", "80")),
        ("10.8.0.1", None),
    ],
)
def test_a_notice_has_an_address_and_a_port(url: str, place: tuple[str, str] | None) -> None:
    assert notice(url) == place


def test_an_entry_made_by_hand_is_tolerated_where_only_people_may_cut() -> None:
    held = network(subscriber("ana", casa=FIXED))
    assert wanted(held, ana=(Money.SUSPENDED, None)).tolerated == {
        (ADDRESS_LIST.path, ("morosos", "10.20.0.6"))
    }
    assert wanted(held, ana=(Money.SUSPENDED, False)).tolerated == frozenset()


def test_a_list_that_a_plan_names_has_rules_of_its_own() -> None:
    held = wanted(
        network(
            subscriber("ana", casa=FIXED),
            plans=[plan(suspension={"list": "barridos"})],
        )
    )
    blocked = [row.fields.get("src-address-list") for row in held[FILTER.path]]
    assert blocked == ["morosos", None, "barridos", None]
    assert len({row.fields["comment"] for row in held[FILTER.path]}) == 4
