"""A router as those see it who start it: from Python, and through librouteros."""

import json
import ssl
import threading

import librouteros
import pytest
from librouteros.exceptions import ConnectionClosed, TrapError
from librouteros.query import Key

from ispconf.simulator import (
    Certificate,
    Heard,
    RefusalError,
    Router,
    Simulator,
    User,
)
from ispconf.simulator.certificates import self_signed

from .conftest import USERS, Clock, Connect, Line

SECRET, QUEUE, FILTER, LIST = (
    "/ppp/secret",
    "/queue/simple",
    "/ip/firewall/filter",
    "/ip/firewall/address-list",
)


def api(router: Router) -> librouteros.api.Api:
    return librouteros.connect(router.host, "ispconf", "x", port=router.port, encoding="utf-8")


@pytest.mark.parametrize("version", ["6.49.10", "7.10.2", "7.16.2", "7.18.2", "7.20.1", "7.24.4"])
def test_librouteros_reads_and_writes(simulator: Simulator, version: str) -> None:
    router = simulator.router("norte-1", version, users=USERS)
    client = api(router)
    menu = client.path("ppp", "secret")
    key = menu.add(name="ana", password="p", comment="Peña", **{"remote-address": "10.0.0.2"})
    assert key == "*1"
    change: dict[str, str | int | bool] = {".id": key, "disabled": True}
    menu.update(**change)
    name, disabled, comment = map(Key, ("name", "disabled", "comment"))
    [row] = menu.select(name, disabled, comment).where(name == "ana")
    assert row == {"name": "ana", "disabled": True, "comment": "Peña"}
    with pytest.raises(TrapError, match="secret with the same name already exists"):
        menu.add(name="ana")
    with pytest.raises(TrapError, match="no such item"):
        menu.remove("*99")
    menu.remove(key)
    assert list(menu) == []
    client.close()


def test_a_refused_login_is_a_trap_for_librouteros(router: Router) -> None:
    with pytest.raises(TrapError, match="invalid user name or password"):
        librouteros.connect(router.host, "ispconf", "wrong", port=router.port)


def test_api_ssl_shows_the_certificate_it_says(simulator: Simulator) -> None:
    router = simulator.router("safe", users=USERS, tls=True)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    assert router.tls_port
    client = librouteros.connect(
        router.host, "ispconf", "x", port=router.tls_port, ssl_wrapper=context.wrap_socket
    )
    assert list(client.path("system", "identity")) == [{"name": "safe"}]
    client.close()
    pem = ssl.get_server_certificate((router.host, router.tls_port))
    assert Certificate(pem.encode(), b"").fingerprint == router.fingerprint
    assert len(router.fingerprint) == 64


def test_a_certificate_can_be_given(simulator: Simulator, clock: Clock) -> None:
    given = self_signed("given", clock())
    assert simulator.router("safe", users=USERS, tls=given).fingerprint == given.fingerprint
    assert simulator.router("plain", users=USERS).fingerprint == ""
    assert "PRIVATE" not in repr(given)


def test_an_administrator_meets_the_same_rules(router: Router) -> None:
    key = router.add(FILTER, chain="forward", action="drop", comment="second")
    router.add(FILTER, chain="forward", action="accept", comment="first", place_before=key)
    assert [row["comment"] for row in router.rows(FILTER)] == ["first", "second"]
    router.move(FILTER, key, "*2")
    assert [row["comment"] for row in router.rows(FILTER)] == ["second", "first"]
    router.move(FILTER, key)
    router.set(FILTER, key, src_address="10.0.0.0/8")
    router.unset(FILTER, key, "src-address")
    assert "src-address" not in router.rows(FILTER)[1]
    router.remove(FILTER, key, "*2")
    assert router.rows(FILTER) == []
    with pytest.raises(RefusalError, match="no such item"):
        router.remove(FILTER, key)
    router.set("/system/identity", name="renamed")
    assert router.rows("/system/identity") == [{"name": "renamed"}]


def test_rows_can_be_asked_for_by_value(router: Router) -> None:
    router.add(LIST, list="cut", address="10.0.0.1")
    router.add(LIST, list="allowed", address="10.0.0.1")
    assert [row[".id"] for row in router.rows(LIST, list_="cut")] == ["*1"]
    assert router.rows(SECRET, name="nobody") == []


def test_what_clients_said_is_remembered(router: Router, line: Line) -> None:
    line.talk("/ppp/secret/print", "=.proplist=name", "?name=a")
    line.talk("/ppp/secret/add", "=name=a")
    assert router.log == [
        Heard("ispconf", "/ppp/secret", "print", {".proplist": "name"}, ("name=a",)),
        Heard("ispconf", "/ppp/secret", "add", {"name": "a"}, ()),
    ]
    assert [heard.command for heard in router.log if heard.writes] == ["/ppp/secret/add"]
    router.forget()
    assert router.log == []


def test_a_write_can_be_watched_and_answered_by_another(router: Router, line: Line) -> None:
    seen: list[tuple[str, int]] = []
    router.before_write = lambda heard: seen.append((heard.verb, len(router.rows(SECRET))))
    router.after_write = lambda heard: router.set(SECRET, "a", comment=f"seen {heard.verb}")
    line.talk("/ppp/secret/add", "=name=a")
    assert seen == [("add", 0)]
    assert line.rows("/ppp/secret/print")[0]["comment"] == "seen add"


def test_state_goes_through_json_and_comes_back_the_same(
    router: Router, simulator: Simulator
) -> None:
    router.add("/ip/pool", name="p", ranges="10.0.0.2-10.0.0.9")
    router.add("/ppp/profile", name="h", remote_address="p")
    router.add(SECRET, name="odd \udcff", password="p", profile="h")
    router.add(SECRET, name="gone")
    router.remove(SECRET, "gone")
    router.add(FILTER, chain="forward", comment="b")
    router.add(FILTER, chain="forward", comment="a", place_before="*1")
    router.add(LIST, list="cut", address="10.0.0.1", timeout="1h")
    state = json.loads(json.dumps(router.save()))
    again = simulator.router("again", "7.16.2", users={}, state=state)
    for path in (SECRET, FILTER, "/ppp/profile", "/ip/pool", "/user", "/system/identity"):
        assert again.rows(path) == router.rows(path)
    assert again.rows(LIST) == []
    assert again.add(SECRET, name="next") == "*3"
    with pytest.raises(RefusalError, match="already exists"):
        again.add(SECRET, name="odd \udcff")
    again.remove("/ip/pool", "p")
    assert again.rows("/ppp/profile", name="h")[0]["remote-address"] == "*1"
    with pytest.raises(RefusalError, match="can not remove default profile"):
        again.remove("/ppp/profile", "default")


def test_a_state_can_be_loaded_while_it_runs(router: Router) -> None:
    empty = router.save()
    router.add(SECRET, name="ana")
    router.load(empty)
    assert router.rows(SECRET) == []
    with pytest.raises(ValueError, match="of format 99"):
        router.load({"format": 99, "menus": {}})


def test_dynamic_rows_can_be_put_where_the_router_puts_them(router: Router) -> None:
    router.add(FILTER, chain="forward", comment="mine")
    router.add_dynamic(FILTER, first=True, chain="hs-unauth", comment="hotspot")
    router.add_dynamic("/ip/arp", address="10.0.0.5", interface="ether1")
    assert [row["dynamic"] for row in router.rows(FILTER)] == ["true", "false"]
    assert router.rows("/ip/arp")[0]["dynamic"] == "true"


def test_connections_can_be_dropped(router: Router, line: Line, connect: Connect) -> None:
    router.drop_connections()
    assert line.sentence() == []
    connect(router).login()


def test_many_routers_live_in_one_process(simulator: Simulator, connect: Connect) -> None:
    routers = [simulator.router(f"r{number}", users={"a": User("b")}) for number in range(40)]
    assert len({router.port for router in routers}) == 40
    for router in (routers[0], routers[39]):
        line = connect(router).login("a", "b")
        assert line.rows("/system/identity/print") == [{"name": router.name}]


def test_five_hundred_routers_live_in_one_process(clock: Clock) -> None:
    threads = threading.active_count()
    with Simulator(clock) as simulator:
        routers = [simulator.router(f"r{n}", users=USERS) for n in range(500)]
        clients = [api(router) for router in routers[::50]]
        said = [each["name"] for one in clients for each in one.path("system", "identity")]
        assert said == [router.name for router in routers[::50]]
        assert threading.active_count() == threads + 1
        for client in clients:
            client.close()


def test_a_closed_simulator_is_gone(clock: Clock) -> None:
    with Simulator(clock) as simulator:
        router = simulator.router("r", users=USERS)
        client = api(router)
    with pytest.raises((ConnectionClosed, ConnectionError, OSError)):
        list(client.path("ppp", "secret"))
    client.close()


@pytest.mark.parametrize("version", ["6.40", "seven", "7.x", ""])
def test_a_version_that_is_not_simulated_is_refused(simulator: Simulator, version: str) -> None:
    with pytest.raises(ValueError, match="is not a RouterOS version that is simulated"):
        simulator.router("r", version)


def test_a_port_that_is_taken_is_said(simulator: Simulator, router: Router) -> None:
    with pytest.raises(OSError, match="Address already in use"):
        simulator.router("second", port=router.port)
