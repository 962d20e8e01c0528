"""The verbs, over the line."""

import pytest

from ispconf.simulator import Router, Simulator

from .conftest import USERS, Connect, Line

SECRET, FILTER, LIST = "/ppp/secret", "/ip/firewall/filter", "/ip/firewall/address-list"


@pytest.fixture
def filled(line: Line) -> Line:
    for name in ("ana", "ben", "carla"):
        line.talk(f"{SECRET}/add", f"=name={name}", "=password=p", "=profile=default-encryption")
    return line


def message(line: Line, *words: str) -> str:
    return line.talk(*words)[0][-1].removeprefix("=message=")


def names(line: Line, *queries: str) -> list[str]:
    return [row["name"] for row in line.rows(f"{SECRET}/print", "=.proplist=name", *queries)]


def test_a_fresh_secret_prints_what_a_router_prints(line: Line) -> None:
    line.talk(f"{SECRET}/add", "=name=ana")
    assert line.rows(f"{SECRET}/print") == [
        {
            ".id": "*1",
            "caller-id": "",
            "disabled": "false",
            "ipv6-routes": "",
            "last-logged-out": "1970-01-01 00:00:00",
            "limit-bytes-in": "0",
            "limit-bytes-out": "0",
            "name": "ana",
            "password": "",
            "profile": "default",
            "routes": "",
            "service": "any",
        }
    ]


@pytest.mark.parametrize(
    ("version", "date"), [("6.49.10", "jan/01/1970 00:00:00"), ("7.10.2", "1970-01-01 00:00:00")]
)
def test_dates_are_of_the_version(
    simulator: Simulator, connect: Connect, version: str, date: str
) -> None:
    line = connect(simulator.router("v", version, users=USERS)).login()
    line.talk(f"{SECRET}/add", "=name=ana")
    assert line.rows(f"{SECRET}/print")[0]["last-logged-out"] == date
    clock = line.rows("/system/clock/print")[0]
    assert clock["time"] == "00:00:00"
    assert clock["date"] == ("jan/01/2026" if version < "7" else "2026-01-01")


@pytest.mark.parametrize(
    ("version", "since"),
    [("6.49.10", set()), ("7.16.2", set()), ("7.20.1", {"dhcpv6-lease-time", "bridge-port-vid"})],
)
def test_fields_come_with_their_version(
    simulator: Simulator, connect: Connect, version: str, since: set[str]
) -> None:
    line = connect(simulator.router("v", version, users=USERS)).login()
    taken = set()
    for name, text in (("dhcpv6-lease-time", "1d"), ("bridge-port-vid", "5")):
        replies = line.talk("/ppp/profile/add", f"=name={name}", f"={name}={text}")
        if replies[0][0] == "!done":
            taken.add(name)
    assert taken == since


def test_proplist_gives_what_is_asked_for_and_there(filled: Line) -> None:
    filled.talk(f"{SECRET}/set", "=.id=ana", "=comment=c")
    replies = filled.talk(f"{SECRET}/print", "=.proplist=comment,nonsense")
    assert replies == [["!re", "=comment=c"], ["!re"], ["!re"], ["!done"]]
    assert filled.rows(f"{SECRET}/print", "=proplist=.id")[0] == {".id": "*1"}


@pytest.mark.parametrize(
    ("queries", "wanted"),
    [
        (("?name=ben",), ["ben"]),
        (("?name=nobody",), []),
        (("?.id=*3",), ["carla"]),
        (("?.id=*99",), []),
        (("?profile=default-encryption", "?name=ana", "?#!"), ["ben", "carla"]),
        (("?>name=b", "?<name=c"), ["ben"]),
        (("?remote-address",), []),
        (("?-comment",), ["ana", "ben", "carla"]),
        (("?nonsense=1",), []),
    ],
)
def test_queries_pick_rows(filled: Line, queries: tuple[str, ...], wanted: list[str]) -> None:
    assert names(filled, *queries) == wanted
    assert filled.talk(f"{SECRET}/print", "=count-only=", *queries) == [
        ["!done", f"=ret={len(wanted)}"]
    ]


@pytest.mark.parametrize(
    ("version", "argument", "known"),
    [
        ("7.16.2", "detail", True),
        ("7.16.2", "stats", True),
        ("7.16.2", "show-sensitive", False),
        ("7.21", "show-sensitive", True),
        ("7.24", "order-by", True),
        ("7.16.2", "colour", False),
    ],
)
def test_print_takes_the_arguments_of_its_version(
    simulator: Simulator, connect: Connect, version: str, argument: str, *, known: bool
) -> None:
    line = connect(simulator.router("v", version, users=USERS)).login()
    refused = f"=message=unknown parameter {argument}"
    assert (refused in line.talk(f"{SECRET}/print", f"={argument}=")[0]) is not known


@pytest.mark.parametrize("how", ["=.id=*2", "=numbers=*2", "=.id=ben", "=numbers=1"])
def test_an_item_is_an_id_a_name_or_its_place_in_the_last_print(filled: Line, how: str) -> None:
    filled.rows(f"{SECRET}/print")
    assert filled.talk(f"{SECRET}/remove", how) == [["!done"]]
    assert names(filled) == ["ana", "carla"]


def test_several_items_in_one_word(filled: Line) -> None:
    assert filled.talk(f"{SECRET}/disable", "=.id=*1,ben") == [["!done"]]
    assert names(filled, "?disabled=true") == ["ana", "ben"]
    assert filled.talk(f"{SECRET}/enable", "=numbers=*1") == [["!done"]]
    assert filled.talk(f"{SECRET}/comment", "=numbers=*1", "=comment=hi") == [["!done"]]
    assert names(filled, "?comment=hi") == ["ana"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("/set", "=comment=x"), "missing =.id="),
        (("/set", "=.id=", "=comment=x"), "missing =.id="),
        (("/set", "=.id=*99", "=comment=x"), "no such item (4)"),
        (("/set", "=.id=nobody", "=comment=x"), "no such item (4)"),
        (("/remove", "=.id=7"), "no such item (4)"),
        (("/set", "=.id=*zz"), "no such item (4)"),
        (("/set", "=.id=*1", "=name="), None),
        (
            ("/unset", "=.id=*1", "=value-name=password"),
            "input does not match any value of value-name",
        ),
        (
            ("/get", "=number=*1", "=value-name=nonsense"),
            "input does not match any value of value-name",
        ),
        (("/move", "=numbers=*1", "=destination=*2"), "no such command or directory (move)"),
    ],
)
def test_what_the_verbs_refuse(filled: Line, words: tuple[str, ...], expected: str | None) -> None:
    said = message(filled, SECRET + words[0], *words[1:])
    assert said == (expected or "!done")


def test_get_and_find(filled: Line) -> None:
    assert filled.talk(f"{SECRET}/get", "=.id=ana", "=value-name=profile") == [
        ["!done", "=ret=default-encryption"]
    ]
    assert filled.talk(f"{SECRET}/get", "=.id=ana", "=value-name=comment") == [["!done", "=ret="]]
    assert filled.talk(f"{SECRET}/get", "=.id=ana")[0][1].startswith("=ret=.id=*1;caller-id=;")
    assert filled.talk(f"{SECRET}/find", "?name=ben") == [["!done", "=ret=*2"]]


def test_unset_takes_a_field_out(filled: Line) -> None:
    filled.talk(f"{SECRET}/set", "=.id=*1", "=remote-address=10.0.0.1")
    assert filled.talk(f"{SECRET}/unset", "=.id=*1", "=value-name=remote-address") == [["!done"]]
    assert "remote-address" not in filled.rows(f"{SECRET}/print", "?name=ana")[0]
    filled.talk(f"{FILTER}/add", "=chain=input", "=src-address=10.0.0.1", "=src-address-list=cut")
    assert filled.talk(f"{FILTER}/unset", "=.id=*1", "=value-name=all") == [["!done"]]
    assert not {"src-address", "src-address-list"} & set(filled.rows(f"{FILTER}/print")[0])


def test_copying_and_placing_a_rule(line: Line) -> None:
    line.talk(f"{FILTER}/add", "=chain=input", "=comment=a", "=protocol=tcp", "=dst-port=80")
    line.talk(f"{FILTER}/add", "=copy-from=*1", "=comment=b", "=place-before=*1")
    rows = line.rows(f"{FILTER}/print")
    assert [(row["comment"], row["dst-port"]) for row in rows] == [("b", "80"), ("a", "80")]
    assert line.talk(f"{FILTER}/move", "=numbers=*2", "=destination=*99") == [["!done"]]
    assert [row["comment"] for row in line.rows(f"{FILTER}/print")] == ["a", "b"]
    assert line.talk(f"{FILTER}/move", "=numbers=*2", "=destination=0") == [["!done"]]
    assert [row["comment"] for row in line.rows(f"{FILTER}/print")] == ["b", "a"]
    assert (
        message(line, f"{FILTER}/move", "=numbers=*1", "=destination=*1")
        == "failure: can not move object before itself"
    )
    assert line.talk(f"{FILTER}/reset-counters", "=numbers=*1") == [["!done"]]
    assert line.talk(f"{FILTER}/reset-counters-all") == [["!done"]]


def test_a_refused_item_of_several_leaves_those_before_it_done(filled: Line) -> None:
    said = filled.talk("/ppp/profile/add", "=name=p")
    assert said[0][0] == "!done"
    assert (
        message(filled, "/ppp/profile/remove", "=.id=p,default") == "can not remove default profile"
    )
    assert len(filled.rows("/ppp/profile/print")) == 2


def test_settings_are_one_row_without_an_id(line: Line) -> None:
    assert line.talk("/ppp/aaa/set", "=accounting=no", "=interim-update=5m") == [["!done"]]
    [row] = line.rows("/ppp/aaa/print")
    assert row == {
        "accounting": "false",
        "enable-ipv6-accounting": "false",
        "interim-update": "5m",
        "use-circuit-id-in-nas-port-id": "false",
        "use-radius": "false",
    }


def test_only_the_parameters_of_its_own_kind_are_printed(line: Line) -> None:
    line.talk(
        "/queue/type/add",
        "=name=mine",
        "=kind=pcq",
        "=pcq-rate=5M",
        "=pcq-classifier=dst-address,src-address",
    )
    [row] = line.rows("/queue/type/print", "?name=mine")
    assert row == {
        ".id": row[".id"],
        "default": "false",
        "kind": "pcq",
        "name": "mine",
        "pcq-burst-rate": "0",
        "pcq-burst-threshold": "0",
        "pcq-burst-time": "10s",
        "pcq-classifier": "src-address,dst-address",
        "pcq-dst-address-mask": "32",
        "pcq-dst-address6-mask": "128",
        "pcq-limit": "50",
        "pcq-rate": "5000000",
        "pcq-src-address-mask": "32",
        "pcq-src-address6-mask": "128",
        "pcq-total-limit": "2000",
    }


def test_queue_kinds_of_version_7(simulator: Simulator, connect: Connect) -> None:
    old = connect(simulator.router("old", "6.49.10", users=USERS)).login()
    assert (
        message(old, "/queue/type/add", "=name=c", "=kind=cake")
        == "input does not match any value of kind"
    )


def test_a_timed_entry_counts_down(line: Line) -> None:
    line.talk(f"{LIST}/add", "=list=cut", "=address=10.0.0.1", "=timeout=1h")
    line.talk(f"{LIST}/add", "=list=cut", "=address=10.0.0.2")
    timed, plain = line.rows(f"{LIST}/print")
    assert (timed["timeout"], timed["dynamic"]) == ("1h", "true")
    assert "timeout" not in plain
    assert plain["creation-time"] == "2026-01-01 00:00:00"


def test_logs_scripts_and_files(line: Line, router: Router) -> None:
    line.talk("/log/warning", "=message=hello")
    assert line.rows("/log/print")[-1]["topics"] == "script,warning"
    line.talk("/system/script/add", "=name=s", "=source=:put 1\r\n")
    line.talk("/system/script/run", "=number=s")
    [script] = line.rows("/system/script/print")
    assert (script["run-count"], script["source"]) == ("1", ":put 1\r\n")
    assert script["last-started"] == "2026-01-01 00:00:00"
    assert (
        line.talk("/file/add", "=name=big.txt", f"=contents={'x' * 61_301}")[0][-1]
        == "=message=failure: contents too long"
    )
    line.talk("/file/add", "=name=a.txt", f"=contents={'x' * 40_000}")
    [file] = line.rows("/file/print", "=.proplist=name,size,last-modified")
    assert file == {"name": "a.txt", "size": "40000", "last-modified": "2026-01-01 00:00:00"}
    assert (
        len(line.rows("/file/read", "=file=a.txt", "=offset=10", "=chunk-size=99999")[0]["data"])
        == 32768
    )
    line.talk("/system/scheduler/add", "=name=t", "=interval=1h", "=on-event=s")
    [timer] = line.rows("/system/scheduler/print")
    assert (timer["start-date"], timer["start-time"], timer["interval"]) == (
        "2026-01-01",
        "00:00:00",
        "1h",
    )
    for _ in range(1100):
        router.device.log("info", "line")
    assert len(line.rows("/log/print")) == 1000


def test_a_dynamic_lease_is_made_static(line: Line, router: Router) -> None:
    key = router.add_dynamic(
        "/ip/dhcp-server/lease", address="10.0.0.9", mac_address="02:00:00:00:00:09"
    )
    assert (
        message(line, "/ip/dhcp-server/lease/set", f"=.id={key}", "=comment=x")
        == "failure: can not change dynamic lease"
    )
    assert line.talk("/ip/dhcp-server/lease/make-static", f"=.id={key}") == [["!done"]]
    assert line.talk("/ip/dhcp-server/lease/set", f"=.id={key}", "=comment=x") == [["!done"]]
    assert line.rows("/ip/dhcp-server/lease/print")[0]["dynamic"] == "false"


def test_resources_say_who_it_is(line: Line) -> None:
    [row] = line.rows("/system/resource/print")
    assert (row["version"], row["board-name"], row["uptime"]) == ("7.16.2 (stable)", "CHR", "0s")
    assert (
        message(line, "/system/resource/set", "=uptime=1") == "no such command or directory (set)"
    )


def test_the_fasttrack_dummy_stands_first_and_cannot_be_touched(line: Line) -> None:
    line.talk(f"{FILTER}/add", "=chain=forward", "=action=accept", "=comment=mine")
    line.talk(f"{FILTER}/add", "=chain=forward", "=action=fasttrack-connection", "=comment=ft")
    rows = line.rows(f"{FILTER}/print")
    assert [row["dynamic"] for row in rows] == ["true", "false", "false"]
    assert rows[0]["comment"] == "special dummy rule to show fasttrack counters"
    dummy = rows[0][".id"]
    assert (
        message(line, f"{FILTER}/set", f"=.id={dummy}", "=disabled=yes")
        == "failure: can not change dynamic"
    )
    assert message(line, f"{FILTER}/remove", f"=.id={dummy}") == "failure: can not remove dynamic"
    assert message(line, f"{FILTER}/move", "=numbers=*1", f"=destination={dummy}").startswith(
        "failure: "
    )
    line.talk(f"{FILTER}/remove", "=.id=*2")
    assert [row["comment"] for row in line.rows(f"{FILTER}/print")] == ["mine"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("/file/read",), "missing =.id="),
        (("/file/read", "=file=gone.txt"), "no such item (4)"),
        (("/file/read", "=file=a.txt", "=offset=x"), "invalid value for argument offset"),
        (("/system/script/run",), "missing =.id="),
        (("/systems/dance",), "no such command or directory (systems)"),
    ],
)
def test_what_actions_refuse(line: Line, words: tuple[str, ...], expected: str) -> None:
    line.talk("/file/add", "=name=a.txt", "=contents=x")
    assert message(line, *words) == expected


def test_reading_a_file_in_pieces_came_with_7_13(simulator: Simulator, connect: Connect) -> None:
    old = connect(simulator.router("old", "7.10.2", users=USERS)).login()
    old.talk("/file/add", "=name=a.txt", "=contents=x")
    assert message(old, "/file/read", "=file=a.txt") == "no such command or directory (read)"
    assert "creation-time" in old.rows("/file/print")[0]


def test_a_reboot_takes_a_policy(router: Router, connect: Connect) -> None:
    router.add("/user/group", name="api", policy="api,read,write")
    router.add("/user", name="tool", password="t", group="api")
    assert (
        message(connect(router).login("tool", "t"), "/system/reboot")
        == "not enough permissions (9)"
    )


def test_a_tree_queue_hangs_on_an_interface_or_another(line: Line) -> None:
    assert line.talk("/queue/tree/add", "=name=up", "=parent=ether1") == [
        ["!done", "=ret=*1000000"]
    ]
    assert line.talk("/queue/tree/add", "=parent=up", "=max-limit=5M")[0][0] == "!done"
    assert (
        message(line, "/queue/tree/add", "=parent=down")
        == "input does not match any value of parent"
    )
    assert [(row["parent"], row["max-limit"]) for row in line.rows("/queue/tree/print")] == [
        ("ether1", "0"),
        ("up", "5000000"),
    ]
    assert message(line, "/queue/tree/move", "=numbers=up").startswith("no such command")


def test_a_number_is_a_place_in_the_last_print_only(filled: Line) -> None:
    filled.rows(f"{SECRET}/print", "?name=carla")
    filled.talk(f"{SECRET}/remove", "=numbers=0")
    assert names(filled) == ["ana", "ben"]
    assert message(filled, f"{SECRET}/remove", "=numbers=5") == "no such item (4)"
