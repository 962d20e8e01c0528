"""What a router remembers of its users' changes."""

from ispconf.simulator import Router, Simulator

from .conftest import Line

FILTER, HISTORY = "/ip/firewall/filter", "/system/history"


def told(router: Router) -> list[tuple[str, str, str]]:
    return [(row["action"], row["by"], row["undo"]) for row in router.rows(HISTORY)]


def test_each_change_is_kept_with_what_takes_it_back(simulator: Simulator) -> None:
    router = simulator.router("norte-1")
    first = router.add(FILTER, chain="forward", action="drop")
    router.set(FILTER, first, chain="input", comment="a b")
    router.set("/system/identity", name="x")
    second = router.add("/queue/simple", name="q", target="10.0.0.1/32")
    router.remove("/queue/simple", second)
    router.add(FILTER, chain="input", action="accept")
    router.move(FILTER, first)
    assert told(router) == [
        ("filter rule moved", "admin", f"/ip firewall filter move {first}"),
        ("filter rule added", "admin", "/ip firewall filter remove *2"),
        ("queue removed", "admin", "/queue simple add name=q target=10.0.0.1/32"),
        ("queue added", "admin", f"/queue simple remove {second}"),
        ("item changed", "admin", "/system identity set name=norte-1"),
        (
            "filter rule changed",
            "admin",
            f'/ip firewall filter set {first} chain=forward comment=""',
        ),
        ("filter rule added", "admin", f"/ip firewall filter remove {first}"),
    ]


def test_a_hundred_are_kept_until_it_reboots(simulator: Simulator) -> None:
    router = simulator.router("norte-1")
    for number in range(105):
        router.add("/ppp/secret", name=f"s{number}")
    assert len(told(router)) == 100
    assert told(router)[0][2] == "/ppp secret remove *69"
    router.reboot()
    assert told(router) == []


def test_who_did_it_is_told_to_the_api(line: Line) -> None:
    line.talk("/ppp/secret/add", "=name=ana")
    (row,) = line.rows(f"{HISTORY}/print", "=.proplist=by,action")
    assert row["action"] == "item added"
    assert row["by"] in ("ispconf", "admin")
