"""Sessions follow their secret only when they begin."""

import pytest

from ispconf.simulator import Router, Simulator

from .conftest import USERS, Clock

SECRET, PROFILE, ACTIVE, QUEUE = "/ppp/secret", "/ppp/profile", "/ppp/active", "/queue/simple"
LIST, FACE = "/ip/firewall/address-list", "/interface"


@pytest.fixture
def router(simulator: Simulator) -> Router:
    router = simulator.router("norte-1", "7.16.2", users=USERS, dial=True)
    router.add("/ip/pool", name="homes", ranges="10.20.0.2-10.20.0.4")
    router.add(
        PROFILE,
        name="hogar-20",
        rate_limit="5M/20M 10M/40M 4M/16M 8/8 5 1M/4M",
        address_list="customers,north",
        local_address="10.20.0.1",
        remote_address="homes",
    )
    return router


def online(router: Router) -> dict[str, str]:
    return {row["name"]: row.get("address", "") for row in router.rows(ACTIVE)}


def names(router: Router, path: str) -> list[str]:
    return [row["name"] for row in router.rows(path, dynamic="true")]


def test_an_enabled_secret_is_soon_online_with_all_that_is_its_own(router: Router) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20", service="pppoe")
    [session] = router.rows(ACTIVE)
    assert session == {
        ".id": "*80000000",
        "address": "10.20.0.2",
        "caller-id": "02:00:77:9F:6F:E2",
        "encoding": "",
        "limit-bytes-in": "0",
        "limit-bytes-out": "0",
        "name": "ana",
        "radius": "false",
        "service": "pppoe",
        "session-id": "0x81300000",
        "uptime": "0s",
    }
    [face] = router.rows(FACE, name="<pppoe-ana>")
    assert (face[".id"], face["type"], face["dynamic"]) == ("*F00001", "pppoe-in", "true")
    [queue] = router.rows(QUEUE)
    wanted = {
        "name": "<pppoe-ana>",
        "target": "<pppoe-ana>",
        "dynamic": "true",
        "max-limit": "5000000/20000000",
        "burst-limit": "10000000/40000000",
        "burst-threshold": "4000000/16000000",
        "burst-time": "8s/8s",
        "priority": "5/5",
        "limit-at": "1000000/4000000",
    }
    assert {name: queue[name] for name in wanted} == wanted
    assert [(row["list"], row["address"], row["dynamic"]) for row in router.rows(LIST)] == [
        ("customers", "10.20.0.2", "true"),
        ("north", "10.20.0.2", "true"),
    ]
    [address] = router.rows("/ip/address")
    assert (address["address"], address["network"], address["interface"]) == (
        "10.20.0.1/32",
        "10.20.0.2",
        "<pppoe-ana>",
    )


def test_edits_do_not_reach_a_session_that_is_up(router: Router, clock: Clock) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    clock.now += 3725
    router.set(PROFILE, "hogar-20", rate_limit="1M/1M", address_list="")
    router.set(SECRET, "ana", disabled="yes", password="new", remote_address="10.9.9.9")
    assert online(router) == {"ana": "10.20.0.2"}
    assert router.rows(ACTIVE)[0]["uptime"] == "1h2m5s"
    assert router.rows(QUEUE)[0]["max-limit"] == "5000000/20000000"
    assert len(router.rows(LIST)) == 2


def test_a_cut_is_real_when_the_session_is_removed(router: Router, clock: Clock) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    router.set(SECRET, "ana", disabled="yes")
    clock.now += 60
    router.remove(ACTIVE, router.rows(ACTIVE)[0][".id"])
    assert online(router) == {}
    for path in (QUEUE, LIST, "/ip/address"):
        assert router.rows(path) == []
    assert names(router, FACE) == []
    [secret] = router.rows(SECRET)
    assert secret["last-logged-out"] == "2026-01-01 00:01:00"
    assert secret["last-caller-id"] == "02:00:77:9F:6F:E2"
    router.set(SECRET, "ana", disabled="no")
    assert online(router) == {"ana": "10.20.0.3"}


def test_the_client_redials_at_once_and_gets_what_holds_now(router: Router) -> None:
    router.add(PROFILE, name="slow", rate_limit="1M/1M", remote_address="homes")
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    router.set(SECRET, "ana", profile="slow")
    router.remove(ACTIVE, "ana")
    assert router.rows(ACTIVE)[0][".id"] == "*80000001"
    assert [row["max-limit"] for row in router.rows(QUEUE)] == ["1000000/1000000"]
    assert router.rows(LIST) == []


def test_a_removed_secret_does_not_come_back(router: Router) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    router.remove(SECRET, "ana")
    assert online(router) == {"ana": "10.20.0.2"}
    router.remove(ACTIVE, "ana")
    assert online(router) == {}


def test_a_client_knows_the_password_it_was_installed_with(router: Router) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    router.set(SECRET, "ana", password="changed")
    router.remove(ACTIVE, "ana")
    assert online(router) == {}
    router.dial("ana", "changed")
    assert online(router) == {"ana": "10.20.0.3"}


def test_a_profile_that_is_gone_lets_nobody_in_until_another_is_given(router: Router) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    router.remove(PROFILE, "hogar-20")
    router.remove(ACTIVE, "ana")
    assert router.rows(SECRET)[0]["profile"] == "*1"
    assert online(router) == {}
    router.set(SECRET, "ana", profile="default", remote_address="10.0.0.9")
    assert online(router) == {"ana": "10.0.0.9"}


@pytest.mark.parametrize(
    ("secret", "online_at"),
    [
        ({"service": "any"}, True),
        ({"service": "pppoe"}, True),
        ({"service": "l2tp"}, False),
        ({"service": "pppoe", "disabled": "yes"}, False),
    ],
)
def test_who_gets_in(router: Router, secret: dict[str, str], *, online_at: bool) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20", **secret)
    assert bool(online(router)) is online_at


def test_a_pool_gives_each_its_own_and_then_none(router: Router) -> None:
    for name in ("a", "b", "c", "d"):
        router.add(SECRET, name=name, password="p", profile="hogar-20")
    assert online(router) == {"a": "10.20.0.2", "b": "10.20.0.3", "c": "10.20.0.4", "d": ""}
    router.silence("b")
    router.remove(ACTIVE, "d")
    assert online(router) == {"a": "10.20.0.2", "c": "10.20.0.4", "d": "10.20.0.3"}


def test_a_client_that_was_switched_off_stays_away(router: Router) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    router.silence("ana")
    router.silence("nobody")
    assert online(router) == {}
    assert router.rows(QUEUE) == []


def test_without_dialling_nobody_is_online_until_someone_dials(simulator: Simulator) -> None:
    quiet = simulator.router("quiet", users=USERS)
    quiet.add(SECRET, name="ana", password="p", remote_address="10.0.0.9")
    assert online(quiet) == {}
    quiet.dial("ana", "p")
    assert online(quiet) == {"ana": "10.0.0.9"}


def test_secrets_that_are_there_already_dial_when_the_router_starts(
    router: Router, simulator: Simulator
) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    again = simulator.router("again", users={}, dial=True, state=router.save())
    assert online(again) == {"ana": "10.20.0.2"}
    assert names(again, QUEUE) == ["<pppoe-ana>"]


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("first", ["<pppoe-ana>", "one", "two"]),
        ("two", ["one", "<pppoe-ana>", "two"]),
        ("bottom", ["one", "two", "<pppoe-ana>"]),
    ],
)
def test_where_the_dynamic_queue_stands(router: Router, before: str, wanted: list[str]) -> None:
    for name in ("one", "two"):
        router.add(QUEUE, name=name, target="10.0.0.1")
    router.set(
        PROFILE, "hogar-20", insert_queue_before=before, parent_queue="one", queue_type="default"
    )
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    rows = router.rows(QUEUE)
    assert [row["name"] for row in rows] == wanted
    [queue] = [row for row in rows if row["dynamic"] == "true"]
    assert (queue["parent"], queue["queue"]) == ("one", "default/default")


def test_a_name_that_is_taken_leaves_the_session_without_its_queue(router: Router) -> None:
    router.add(QUEUE, name="<pppoe-ana>", target="10.0.0.1")
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    assert len(router.rows(QUEUE)) == 1
    assert router.rows("/log")[-1]["message"] == "failure: already have such name"
    router.remove(ACTIVE, "ana")
    assert online(router) == {"ana": "10.20.0.3"}


def test_dynamic_rows_of_a_session_cannot_be_edited_away(router: Router) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    for path in (QUEUE, FACE):
        with pytest.raises(Exception, match="can not change dynamic"):
            router.set(path, "<pppoe-ana>", comment="x")
    entry = router.rows(LIST)[0][".id"]
    router.remove(LIST, entry)
    router.remove(ACTIVE, "ana")
    assert len(router.rows(LIST)) == 2


def test_a_reboot_brings_everyone_back_with_new_sessions(router: Router, clock: Clock) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    clock.now += 1000
    router.reboot()
    assert [(row[".id"], row["uptime"]) for row in router.rows(ACTIVE)] == [("*80000001", "0s")]
    assert router.rows("/system/resource")[0]["uptime"] == "0s"


def test_counters_of_a_session_move(router: Router, clock: Clock) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    first = router.rows(FACE, name="<pppoe-ana>")[0]["tx-byte"]
    clock.now += 10
    assert (first, router.rows(FACE, name="<pppoe-ana>")[0]["tx-byte"]) == ("0", "125000")
    assert router.rows(FACE, name="ether1")[0]["rx-byte"] == "0"


def test_pools_count_what_is_used_in_late_versions(simulator: Simulator) -> None:
    late = simulator.router("late", "7.20.1", users={}, dial=True)
    late.add("/ip/pool", name="homes", ranges="10.20.0.0/30")
    late.add(PROFILE, name="h", remote_address="homes")
    late.add(SECRET, name="ana", password="p", profile="h")
    late.add(SECRET, name="ben", password="p", remote_address="10.1.1.1")
    [pool] = late.rows("/ip/pool")
    assert (pool["total"], pool["used"], pool["available"]) == ("4", "1", "3")


def test_a_secret_with_a_caller_id_lets_in_that_device_only(router: Router) -> None:
    router.add(SECRET, name="ana", password="p", profile="hogar-20", caller_id="02:00:00:00:00:AA")
    assert router.rows(ACTIVE)[0]["caller-id"] == "02:00:00:00:00:AA"
    router.dial("ana", "p", "02:00:00:00:00:bb")
    router.remove(ACTIVE, "ana")
    assert online(router) == {}
    router.dial("ana", "p", "02:00:00:00:00:aa")
    assert list(online(router)) == ["ana"]


def test_a_pool_of_several_ranges_is_used_to_its_end(router: Router) -> None:
    router.set("/ip/pool", "homes", ranges="10.20.0.2,10.20.0.8/31")
    for name in ("a", "b", "c"):
        router.add(SECRET, name=name, password="p", profile="hogar-20")
    assert list(online(router).values()) == ["10.20.0.2", "10.20.0.8", "10.20.0.9"]


def test_a_rate_that_is_none_limits_nothing(router: Router) -> None:
    router.set(PROFILE, "hogar-20", rate_limit="as fast as it goes")
    router.add(SECRET, name="ana", password="p", profile="hogar-20")
    assert [row["max-limit"] for row in router.rows(QUEUE)] == ["0/0"]
