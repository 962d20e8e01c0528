"""Guests log in, stay, and come back by their cookie."""

import pytest

from ispconf.simulator import RefusalError, Router, Simulator

from .conftest import USERS, Line

ACTIVE, COOKIE, QUEUE, USER = (
    "/ip/hotspot/active", "/ip/hotspot/cookie", "/queue/simple", "/ip/hotspot/user",
)  # fmt: skip
MAC = "02:00:00:00:00:0A"


@pytest.fixture
def router(simulator: Simulator) -> Router:
    made = simulator.router("plaza", "7.16.2", users=USERS)
    made.add("/interface/bridge", name="lan")
    made.add("/ip/hotspot", name="plaza", interface="lan", disabled="no")
    made.add("/ip/hotspot/user/profile", name="hora", rate_limit="2M/5M")
    made.add(USER, name="ana", password="p", profile="hora")
    return made


def online(router: Router) -> list[str]:
    return [f"{row['user']} {row['login-by']}" for row in router.rows(ACTIVE)]


def test_a_login_has_a_queue_and_a_cookie(router: Router) -> None:
    router.log_in("ana", "p", "10.5.0.9", "02-00-00-00-00-0a")
    (login,) = router.rows(ACTIVE)
    assert (login["server"], login["address"], login["mac-address"]) == ("plaza", "10.5.0.9", MAC)
    assert login["uptime"] == "0s"
    (queue,) = router.rows(QUEUE)
    assert queue["name"] == "<hotspot-ana-1>"
    assert queue["max-limit"] == queue["limit-at"] == "2000000/5000000"
    assert queue["dynamic"] == "true"
    (cookie,) = router.rows(COOKIE)
    assert (cookie["user"], cookie["mac-address"]) == ("ana", MAC)


def test_who_has_a_cookie_comes_back_and_who_has_none_does_not(router: Router) -> None:
    router.log_in("ana", "p", "10.5.0.9", MAC)
    router.set("/ip/hotspot/user/profile", "hora", rate_limit="1M/1M")
    assert router.rows(QUEUE)[0]["max-limit"] == "2000000/5000000"  # as it was at the login
    router.remove(ACTIVE, router.rows(ACTIVE)[0][".id"])
    assert online(router) == ["ana cookie"]
    assert [row["max-limit"] for row in router.rows(QUEUE)] == ["1000000/1000000"]
    router.set(USER, "ana", disabled="yes")
    assert online(router) == ["ana cookie"]  # that alone ends nothing
    router.remove(ACTIVE, router.rows(ACTIVE)[0][".id"])
    assert (online(router), router.rows(QUEUE)) == ([], [])
    router.set(USER, "ana", disabled="no")
    router.log_in("ana", "p", "10.5.0.9", MAC)
    router.remove(COOKIE, router.rows(COOKIE)[0][".id"])
    router.remove(ACTIVE, router.rows(ACTIVE)[0][".id"])
    assert online(router) == []


def test_a_reboot_brings_back_who_has_a_cookie(router: Router) -> None:
    router.log_in("ana", "p", "10.5.0.9", MAC)
    router.reboot()
    assert online(router) == ["ana cookie"]
    assert len(router.rows(QUEUE)) == 1


def test_without_cookies_nobody_comes_back(router: Router) -> None:
    router.set("/ip/hotspot/profile", "default", login_by="http-chap")
    router.set(USER, "ana", profile="default")
    router.log_in("ana", "p", "10.5.0.9", MAC)
    assert router.rows(COOKIE) == router.rows(QUEUE) == []
    router.reboot()
    assert online(router) == []


def test_a_client_logs_a_guest_in(router: Router, line: Line) -> None:
    words = ("/ip/hotspot/active/login", "=user=ana", "=password=p", "=ip=10.5.0.9")
    assert line.talk(*words) == [["!done"]]
    assert line.talk(*words)[0][-1].endswith("no more sessions are allowed for this user")
    assert "missing value(s) of argument(s) ip" in line.talk(*words[:2])[0][-1]
    assert online(router) == ["ana http-chap"]


def test_guests_of_one_name_have_a_queue_each(router: Router) -> None:
    router.set("/ip/hotspot/user/profile", "hora", shared_users="2")
    for number in (1, 2):
        router.log_in("ana", "p", f"10.5.0.{number}", f"02:00:00:00:00:0{number}")
    assert [row["name"] for row in router.rows(QUEUE)] == ["<hotspot-ana-1>", "<hotspot-ana-2>"]


@pytest.mark.parametrize(
    ("user", "password", "complaint"),
    [("ana", "q", "invalid username"), ("ben", "p", "invalid username")],
)
def test_who_is_not_let_in(router: Router, user: str, password: str, complaint: str) -> None:
    with pytest.raises(RefusalError, match=complaint):
        router.log_in(user, password, "10.5.0.9", MAC)


@pytest.mark.parametrize("reason", ["disabled", "device-mode"])
def test_without_a_server_nobody_is_let_in(
    router: Router, simulator: Simulator, reason: str
) -> None:
    if reason == "disabled":
        router.set("/ip/hotspot", "plaza", disabled="yes")
    else:
        state = router.save()
        router = simulator.router("board", "7.20.1", state=state)
        router.set_mode("basic")
    with pytest.raises(RefusalError, match="no hotspot server"):
        router.log_in("ana", "p", "10.5.0.9", MAC)
