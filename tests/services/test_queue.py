"""Simple queues: the right way round, on a fixed address, read back as they were written."""

import pytest
from hypothesis import given

from ispconf.routeros.rows import Row, State, state
from ispconf.routeros.tables import ADDRESS_LIST, ARP, QUEUE
from ispconf.services import queue
from ispconf.services.account import Account, Burst, Offer, Site, Speed, Suspension
from tests.services.people import accounts, described

BEN = Account(
    "ben/casa",
    "queue",
    Offer("hogar-20", "Hogar", Speed(down=20_000_000, up=5_000_000), parent="total"),
    "Ben Ruiz",
    address="10.20.0.23",
    mac="4c:5e:0c:11:22:33",
    site=Site("sur-1", lan="bridge"),
)


def test_an_account_is_a_queue_and_the_binding_of_its_device() -> None:
    assert [(row.table, dict(row.fields), row.owner) for row in queue.rows(BEN)] == [
        (
            "/queue/simple",
            {
                "name": "ben/casa",
                "target": "10.20.0.23/32",
                "parent": "total",
                "max-limit": "5000000/20000000",
                "limit-at": "0/0",
                "burst-limit": "0/0",
                "burst-threshold": "0/0",
                "burst-time": "0s/0s",
                "priority": "8/8",
                "comment": "ispconf:ben/casa Ben Ruiz",
                "disabled": "false",
            },
            "ben/casa",
        ),
        (
            "/ip/arp",
            {
                "interface": "bridge",
                "address": "10.20.0.23",
                "mac-address": "4C:5E:0C:11:22:33",
                "comment": "ispconf:ben/casa Ben Ruiz",
                "disabled": "false",
            },
            "ben/casa",
        ),
    ]


@given(accounts("queue"))
def test_upload_stands_first_in_every_pair(account: Account) -> None:
    (row,) = (row for row in queue.rows(account) if row.table == QUEUE.path)
    offer, none = account.offer, Speed(0, 0)
    burst = offer.burst or Burst(none, none, 0)
    for name, speed in (
        ("max-limit", offer.rate),
        ("limit-at", offer.guaranteed or none),
        ("burst-limit", burst.limit),
        ("burst-threshold", burst.threshold),
    ):
        assert row.fields[name] == f"{speed.up}/{speed.down}", name


@given(accounts("queue"))
def test_what_is_written_is_read_back(account: Account) -> None:
    (read,) = queue.accounts(described(account))
    for name in ("owner", "kind", "user", "address", "mac", "served"):
        assert getattr(read, name) == getattr(account, name), name
    for name in ("rate", "burst", "guaranteed", "priority", "parent"):
        assert getattr(read.offer, name) == getattr(account.offer, name), name
    if not account.served:
        assert read.suspension == Suspension("address-list", account.suspension.list)


@pytest.mark.parametrize("method", ["address-list", "disable", "profile"])
def test_whoever_is_cut_is_listed_and_keeps_the_limit(method: str) -> None:
    cut = BEN._replace(served=False, suspension=Suspension(method))
    rows = {row.table: row.fields for row in queue.rows(cut)}
    assert rows[QUEUE.path]["disabled"] == "false"
    assert rows[ADDRESS_LIST.path] == {
        "list": "morosos",
        "address": "10.20.0.23",
        "comment": "ispconf:ben/casa Ben Ruiz",
        "disabled": "false",
    }


@pytest.mark.parametrize("served", [True, None])
def test_whoever_is_not_cut_by_us_is_on_no_list(served: bool | None) -> None:  # noqa: FBT001
    tables = [row.table for row in queue.rows(BEN._replace(served=served))]
    assert tables == [QUEUE.path, ARP.path]


@pytest.mark.parametrize("bare", [BEN._replace(mac=""), BEN._replace(site=Site("sur-1"))])
def test_without_a_device_or_an_interface_nothing_is_bound(bare: Account) -> None:
    assert [row.table for row in queue.rows(bare)] == [QUEUE.path]


def test_no_session_stands_between_a_queue_and_its_traffic() -> None:
    assert not list(queue.stale(described(BEN), State()))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (Row(QUEUE.path, {"name": "a", "target": "10.0.0.5/32"}), ["10.0.0.5"]),
        (Row(QUEUE.path, {"name": "a", "target": "10.0.0.5"}), ["10.0.0.5"]),
        (Row(QUEUE.path, {"name": "a", "target": "10.0.0.0/24"}), []),
        (Row(QUEUE.path, {"name": "a", "target": "10.0.0.5/32,10.0.0.6/32"}), []),
        (Row(QUEUE.path, {"name": "a", "target": "ether1"}), []),
        (Row(QUEUE.path, {"name": "a", "target": ""}), []),
        (Row(QUEUE.path, {"name": "a"}), []),
        (Row(QUEUE.path, {"name": "a", "target": "10.0.0.5/32"}, dynamic=True), []),
    ],
)
def test_a_queue_of_one_host_is_an_account(row: Row, found: list[str]) -> None:
    assert [account.address for account in queue.accounts(state([row]))] == found


def test_a_neighbour_that_the_router_learned_is_no_binding() -> None:
    rows = [
        Row(QUEUE.path, {"name": "a", "target": "10.0.0.5/32"}),
        Row(ARP.path, {"address": "10.0.0.5", "mac-address": "02:00:00:00:00:01"}, dynamic=True),
    ]
    (account,) = queue.accounts(state(rows))
    assert account.mac == ""
