"""Who is given what on a router, on a day."""

from datetime import timedelta
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger.standing import State as Money
from ispconf.network.model import Network
from ispconf.planning.accounts import accounts, free_ranges, offer
from ispconf.secret import Secret
from ispconf.services.account import Burst, Site, Speed, Suspension
from tests.planning.worlds import DAY, M, network, plan, router, standings, subscriber


def reveal(secret: Secret, owner: str, field: str) -> str:
    return f"{secret.kind} of {owner} {field}"


def given_at(held: Network, name: str = "norte-1", **states: Any) -> list[Any]:
    return accounts(held, standings(held, **states), held.routers[name], DAY, reveal)


QUEUE = {"access": {"type": "queue", "address": "10.20.0.5", "mac": "4c:5e:0c:11:22:33"}}
FIXED = {"access": {"type": "pppoe", "user": "x", "password": "y", "address": "10.20.0.6"}}


def test_an_account_is_what_was_bought_where_it_was_bought() -> None:
    held = network(
        subscriber("ben", casa=QUEUE), subscriber("ana", casa={}), routers=[router(lan="br")]
    )
    ana, ben = given_at(held)
    assert (ana.owner, ana.kind, ana.user, ana.label) == (
        "ana/casa",
        "pppoe",
        "ana",
        "Ana, Hogar 20",
    )
    assert ana.password == "derived of ana/casa password"
    assert (ben.owner, ben.kind, ben.address, ben.mac) == (
        "ben/casa", "queue", "10.20.0.5", "4C:5E:0C:11:22:33",
    )  # fmt: skip
    assert ben.password is None
    assert ana.offer.rate == Speed(down=20 * M, up=5 * M)
    assert ana.suspension == Suspension("address-list", "morosos")
    assert ana.site == Site("norte-1", "10.20.0.1", (), "ispconf-norte-1", "br")


@pytest.mark.parametrize(
    ("state", "served", "there"),
    [
        (Money.ACTIVE, True, True),
        (Money.GRACE, True, True),
        (Money.FREE, True, True),
        (Money.SUSPENDED, False, True),
        (Money.PAUSED, False, True),
        (Money.SUSPENDED, None, True),
        (Money.CANCELLED, False, False),
        (Money.PENDING, False, False),
    ],
)
def test_whoever_left_or_is_still_to_come_has_no_account(
    state: Money,
    served: bool | None,  # noqa: FBT001
    there: bool,  # noqa: FBT001
) -> None:
    held = given_at(network(subscriber("ana", casa={})), ana=(state, served))
    assert [account.served for account in held] == ([served] if there else [])


def test_only_the_services_of_this_router_that_we_provision() -> None:
    held = network(
        subscriber(
            "ana", casa={"router": "sur-1"}, tv={"access": {"type": "none"}, "router": None}
        ),
        subscriber("eva", casa={"access": {"type": "hotspot", "user": "eva"}}),
        routers=[router(), router("sur-1")],
    )
    assert given_at(held) == []
    assert [account.owner for account in given_at(held, "sur-1")] == ["ana/casa"]


@pytest.mark.parametrize(
    ("people", "own", "pool"),
    [
        ([subscriber("ana", casa={})], {}, "ispconf-norte-1"),
        ([subscriber("ana", casa={})], {"pppoe": {"pool": "homes"}}, "homes"),
        ([subscriber("ana", casa=FIXED)], {}, ""),
        ([subscriber("ana", casa=QUEUE)], {}, ""),
        ([subscriber("ana", casa=FIXED), subscriber("ben", casa={})], {}, "ispconf-norte-1"),
    ],
)
def test_a_pool_is_there_when_somebody_needs_it(people: Any, own: Any, pool: str) -> None:
    held = given_at(network(*people, routers=[router(**own)]))
    assert {account.site.pool for account in held} == {pool}


@pytest.mark.parametrize(
    ("own", "address"),
    [
        ({}, "10.20.0.1"),
        ({"pppoe": {"local_address": "10.9.9.9"}}, "10.9.9.9"),
        ({"networks": [{"range": "10.20.0.0/28"}]}, ""),
        ({"networks": []}, ""),
    ],
)
def test_a_router_speaks_for_itself_or_by_its_gateway(own: Any, address: str) -> None:
    (ana,) = given_at(network(subscriber("ana", casa={}), routers=[router(**own)]))
    assert ana.site.local_address == address


@pytest.mark.parametrize(
    ("company", "own", "sold", "expected"),
    [
        ({}, {}, {}, ("address-list", "morosos")),
        ({"method": "disable"}, {}, {}, ("disable", "morosos")),
        ({"method": "disable"}, {"list": "cut"}, {}, ("disable", "cut")),
        ({"method": "disable"}, {"method": "profile"}, {"list": "x"}, ("profile", "x")),
    ],
)
def test_a_plan_knows_better_than_its_router_how_it_is_cut(
    company: Any, own: Any, sold: Any, expected: tuple[str, str]
) -> None:
    held = network(
        subscriber("ana", casa={}),
        routers=[router(suspension=own)],
        plans=[plan(suspension=sold)],
        suspension=company,
    )
    assert given_at(held)[0].suspension == Suspension(*expected)


rates = st.integers(1, 10**9)


@given(st.lists(rates, min_size=8, max_size=8), st.integers(1, 100), st.integers(1, 8))
def test_down_and_up_are_what_the_plan_says(numbers: list[int], time: int, priority: int) -> None:
    low_down, low_up, down, up, burst_down, burst_up, hold_down, hold_up = numbers
    down, burst_down = sorted((down, burst_down))
    up, burst_up = sorted((up, burst_up))
    hold_down, hold_up = min(hold_down, burst_down), min(hold_up, burst_up)
    low_down, low_up = min(low_down, down), min(low_up, up)
    burst = {
        "down": burst_down,
        "up": burst_up,
        "threshold_down": hold_down,
        "threshold_up": hold_up,
    }
    sold = offer(
        plan(
            rate={"down": down, "up": up},
            burst=burst | {"time": time},
            guaranteed={"down": low_down, "up": low_up},
            priority=str(priority),
            parent="total",
        )
    )
    assert sold.rate == Speed(down=down, up=up)
    assert sold.burst == Burst(Speed(burst_down, burst_up), Speed(hold_down, hold_up), time)
    assert sold.guaranteed == Speed(low_down, low_up)
    assert (sold.priority, sold.parent) == (priority, "total")


def test_a_plan_without_speed_has_none() -> None:
    sold = offer(plan(rate=None, access=["none"]))
    assert (sold.rate, sold.burst, sold.guaranteed, sold.parent) == (Speed(0, 0), None, None, "")


@pytest.mark.parametrize(
    ("networks", "people", "ranges"),
    [
        ([], [], ""),
        ([{"range": "10.0.0.0/30"}], [], "10.0.0.1-10.0.0.2"),
        ([{"range": "10.0.0.0/30", "gateway": "10.0.0.1"}], [], "10.0.0.2"),
        ([{"range": "10.0.0.0/29", "gateway": "10.0.0.1", "reserved": ["10.0.0.3-10.0.0.4"]}], [],
         "10.0.0.2,10.0.0.5-10.0.0.6"),
        ([{"range": "10.0.0.0/29"}, {"range": "10.0.1.0/30"}], [],
         "10.0.0.1-10.0.0.6,10.0.1.1-10.0.1.2"),
        ([{"range": "10.20.0.0/29"}], [QUEUE], "10.20.0.1-10.20.0.4,10.20.0.6"),
        ([{"range": "10.20.0.0/29"}], [QUEUE, FIXED], "10.20.0.1-10.20.0.4"),
        ([{"range": "10.0.0.0/29", "reserved": ["10.0.0.0/29"]}], [], ""),
        ([{"range": "10.0.0.0/29"}], [FIXED | {"router": "sur-1"}], "10.0.0.1-10.0.0.6"),
    ],
)  # fmt: skip
def test_a_pool_gives_what_nobody_has(networks: Any, people: Any, ranges: str) -> None:
    here = router(networks=networks)
    crowd = [subscriber(f"p{number}", casa=facts) for number, facts in enumerate(people)]
    held = network(*crowd, routers=[here, router("sur-1")])
    assert free_ranges(held, here) == ranges


@given(st.sets(st.integers(1, 62), max_size=20), st.sets(st.integers(1, 62), max_size=5))
def test_no_address_is_given_twice(fixed: set[int], reserved: set[int]) -> None:
    def facts(number: int) -> dict[str, Any]:
        return {"access": {"type": "queue", "address": f"10.0.0.{number}"}}

    people = [subscriber(f"p{number}", casa=facts(number)) for number in sorted(fixed)]
    here = router(
        networks=[{"range": "10.0.0.0/26", "reserved": [f"10.0.0.{each}" for each in reserved]}]
    )
    pooled: set[int] = set()
    for part in filter(None, free_ranges(network(*people, routers=[here]), here).split(",")):
        first, _, last = part.partition("-")
        pooled.update(range(int(IPv4Address(first)), int(IPv4Address(last or first)) + 1))
    base = int(IPv4Address("10.0.0.0"))
    assert {address - base for address in pooled} == set(range(1, 63)) - fixed - reserved


def test_a_router_gives_the_plan_of_the_day() -> None:
    coming = {
        "plan": "oro",
        "plan_changes": [{"on": "2026-11-07", "from": "hogar-20", "to": "oro"}],
    }
    gold = plan("oro", name="Oro", rate={"down": "50M", "up": "50M"})
    held = network(subscriber("ana", casa=coming), plans=[plan(), gold])
    found = [
        accounts(held, standings(held), held.routers["norte-1"], day, reveal)[0]
        for day in (DAY, DAY + timedelta(days=1))
    ]
    assert [account.offer.id for account in found] == ["hogar-20", "oro"]
    assert [account.label for account in found] == ["Ana, Hogar 20", "Ana, Oro"]
