"""The protocol as bytes on a socket, by a client that is written apart."""

import pytest

from ispconf.simulator import Router, Simulator, User, wire

from .conftest import USERS, Connect, Line

PRINT, ADD, SET = "/ppp/secret/print", "/ppp/secret/add", "/ppp/secret/set"
DENIED = [["!trap", "=message=invalid user name or password (6)"], ["!done"]]


def test_a_plain_login_is_one_sentence(router: Router, connect: Connect) -> None:
    assert connect(router).talk("/login", "=name=ispconf", "=password=x") == [["!done"]]


def test_a_wrong_password_has_a_message_without_category(router: Router, connect: Connect) -> None:
    line = connect(router)
    assert line.talk("/login", "=name=ispconf", "=password=y") == DENIED
    assert line.talk("/login", "=name=nobody", "=password=x") == DENIED
    line.login()


def test_the_old_login_gets_a_challenge_and_is_refused(router: Router, connect: Connect) -> None:
    line = connect(router)
    [[done, challenge]] = line.talk("/login")
    assert done == "!done"
    assert len(bytes.fromhex(challenge.removeprefix("=ret="))) == 16
    assert line.talk("/login", "=name=ispconf", "=response=00" + "ab" * 16) == DENIED


def test_too_many_wrong_logins_end_the_connection(router: Router, connect: Connect) -> None:
    line = connect(router)
    for _ in range(4):
        assert line.talk("/login", "=name=ispconf", "=password=y") == DENIED
    assert line.talk("/login", "=name=ispconf", "=password=y") == [
        ["!fatal", "too many commands before login"]
    ]
    assert line.sentence() == []


def test_nothing_is_done_before_login(router: Router, connect: Connect) -> None:
    line = connect(router)
    assert line.talk(PRINT) == [["!fatal", "not logged in"]]
    assert line.sentence() == []


def test_quit_is_answered_and_ends(line: Line) -> None:
    assert line.talk("/quit") == [["!fatal", "session terminated on request"]]
    assert line.sentence() == []


@pytest.mark.parametrize("size", [5, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000])
def test_words_of_every_length_come_back(line: Line, size: int) -> None:
    comment = ("ñ" * size)[:size]
    line.talk(ADD, "=name=a", f"=comment={comment}")
    assert line.rows(PRINT, "=.proplist=comment") == [{"comment": comment}]


def test_any_bytes_come_back_as_they_were(line: Line) -> None:
    odd = bytes(range(1, 256))
    line.talk(ADD, "=name=0123", b"=comment=" + odd)
    [row] = line.rows(PRINT)
    assert row["comment"].encode("utf-8", "surrogateescape") == odd
    assert row["name"] == "0123"


@pytest.mark.parametrize("head", ["8005", "c00005", "e0000005", "f000000005"])
def test_a_sender_may_use_longer_forms_of_length(line: Line, head: str) -> None:
    line.socket.sendall(bytes.fromhex(head) + b"/quit\0")
    assert line.sentence() == ["!fatal", "session terminated on request"]


def test_a_reserved_length_ends_the_connection(line: Line) -> None:
    line.socket.sendall(b"\xff\xff")
    assert line.sentence() == []


def test_empty_sentences_are_ignored(line: Line) -> None:
    line.socket.sendall(b"\0\0\0")
    assert line.talk("/system/identity/print") == [["!re", "=name=norte-1"], ["!done"]]


def test_a_tag_is_on_every_reply(line: Line) -> None:
    line.talk(ADD, "=name=a")
    assert line.talk("/ppp/secret/print", ".tag=7", "=.proplist=name") == [
        ["!re", ".tag=7", "=name=a"],
        ["!done", ".tag=7"],
    ]
    assert line.talk(ADD, ".tag=8", "=name=a") == [
        ["!trap", ".tag=8", "=message=failure: secret with the same name already exists"],
        ["!done", ".tag=8"],
    ]
    assert line.talk("/system/identity/print", ".tag=") == [["!re", "=name=norte-1"], ["!done"]]


def test_argument_errors_have_category_one_and_missing_items_zero(line: Line) -> None:
    assert line.talk(ADD, "=name=a", "=x=1")[0] == [
        "!trap",
        "=category=1",
        "=message=unknown parameter x",
    ]
    assert line.talk(SET, "=.id=*99", "=comment=c")[0] == [
        "!trap",
        "=category=0",
        "=message=no such item (4)",
    ]
    assert line.talk("/ppp/profile/remove", "=.id=*0")[0] == [
        "!trap",
        "=category=1",
        "=message=can not remove default profile",
    ]
    assert line.talk("/ppp/nothing/print")[0] == [
        "!trap",
        "=category=0",
        "=message=no such command or directory (nothing)",
    ]
    assert line.talk("/ppp/secret/dance")[0] == [
        "!trap",
        "=category=0",
        "=message=no such command or directory (dance)",
    ]


@pytest.mark.parametrize(
    ("version", "replies"),
    [
        ("6.49.10", [["!done"]]),
        ("7.16.2", [["!done"]]),
        ("7.18", [["!empty"], ["!done"]]),
        ("7.20.1", [["!empty"], ["!done"]]),
    ],
)
def test_a_print_without_rows(
    simulator: Simulator, connect: Connect, version: str, replies: list[list[str]]
) -> None:
    line = connect(simulator.router("empty", version, users=USERS)).login()
    assert line.talk(PRINT) == replies
    assert line.talk(PRINT, "=count-only=") == [["!done", "=ret=0"]]


def test_a_long_print_lets_others_in_between(router: Router, line: Line) -> None:
    for number in range(3000):
        router.device.add("/ppp/secret", {"name": f"user-{number}", "comment": "x" * 400})
    line.send(PRINT, ".tag=long")
    line.send("/system/identity/print", ".tag=short")
    replies = []
    while ["!done", ".tag=long"] not in replies:
        replies.append(line.sentence())
    assert sum(reply[:2] == ["!re", ".tag=long"] for reply in replies) == 3000
    assert replies.index(["!done", ".tag=short"]) < len(replies) - 1
    assert [row[2] for row in replies if row[:2] == ["!re", ".tag=long"]][:2] == [
        "=.id=*1",
        "=.id=*2",
    ]


def test_listen_tells_of_changes_until_it_is_cancelled(line: Line, router: Router) -> None:
    line.send("/ppp/secret/listen", ".tag=10", "=.proplist=.id,name")
    assert line.talk("/system/identity/print", ".tag=11")[-1] == ["!done", ".tag=11"]
    router.add("/ppp/secret", name="ana")
    router.add("/ppp/profile", name="other")
    assert line.sentence() == ["!re", ".tag=10", "=.id=*1", "=name=ana"]
    router.remove("/ppp/secret", "ana")
    assert line.sentence() == ["!re", ".tag=10", "=.id=*1", "=.dead=true"]
    line.send("/cancel", "=tag=10", ".tag=20")
    assert [line.sentence() for _ in range(3)] == [
        ["!trap", ".tag=10", "=category=2", "=message=interrupted"],
        ["!done", ".tag=20"],
        ["!done", ".tag=10"],
    ]


def test_listen_tells_of_a_change_that_came_right_behind_it(line: Line, router: Router) -> None:
    router.add("/ppp/secret", name="ana")
    sent = (["/ppp/secret/listen", "=.proplist=name,comment", ".tag=1"],
            ["/ppp/secret/set", "=.id=ana", "=comment=casa", ".tag=2"])  # fmt: skip
    line.socket.sendall(b"".join(wire.sentence(words) for words in sent))
    assert line.sentence() == ["!done", ".tag=2"]
    assert line.sentence() == ["!re", ".tag=1", "=name=ana", "=comment=casa"]


def test_follow_and_interval_go_on_until_cancelled(line: Line, router: Router) -> None:
    router.add("/ppp/secret", name="ana")
    line.send(PRINT, "=follow=", "=.proplist=name", ".tag=1")
    assert line.sentence() == ["!re", ".tag=1", "=name=ana"]
    line.send("/system/identity/print", "=interval=1ms", ".tag=2")
    assert [line.sentence() for _ in range(2)] == [
        ["!re", ".tag=2", "=name=norte-1", "=.section=0"],
        ["!re", ".tag=2", "=name=norte-1", "=.section=1"],
    ]
    line.send("/cancel")
    ends = []
    while ["!done"] not in ends:
        ends.append(line.sentence())
    ends += [line.sentence() for _ in range(2)]
    assert ["!done", ".tag=1"] in ends
    assert ["!done", ".tag=2"] in ends


def test_settings_cannot_be_listened_to(line: Line) -> None:
    assert line.talk("/ppp/aaa/listen")[0][-1] == "=message=unknown parameter follow-only"


def test_several_sessions_see_one_router(router: Router, connect: Connect) -> None:
    one, two = connect(router).login(), connect(router).login("reader", "r")
    one.talk(ADD, "=name=ana", "=password=secret")
    assert [row["name"] for row in two.rows(PRINT)] == ["ana"]
    assert [row["name"] for row in router.rows("/user/active")] == ["ispconf", "reader"]
    two.close()
    assert one.talk("/quit")


def test_a_service_that_is_off_or_closed_to_us_says_nothing(
    router: Router, connect: Connect
) -> None:
    router.set("/ip/service", "api", address="10.0.0.0/8")
    assert connect(router).sentence() == []
    router.set("/ip/service", "api", address="127.0.0.0/8")
    connect(router).login()
    router.set("/ip/service", "api", disabled="yes")
    assert connect(router).sentence() == []


def test_a_reboot_ends_the_connection_without_a_word(line: Line, router: Router) -> None:
    router.add("/ip/firewall/address-list", list="cut", address="10.0.0.1", timeout="1h")
    line.send("/system/reboot")
    assert line.sentence() == []
    assert router.rows("/ip/firewall/address-list") == []


@pytest.mark.parametrize(
    ("user", "command", "allowed"),
    [
        ("reader", (PRINT,), True),
        ("reader", (ADD, "=name=a"), False),
        ("reader", ("/user/add", "=name=a", "=group=read"), False),
        ("writer", (ADD, "=name=a"), True),
        ("writer", ("/user/add", "=name=a", "=group=read"), False),
        ("writer", ("/file/add", "=name=a.rsc", "=contents=x"), False),
        ("ispconf", ("/user/add", "=name=a", "=group=read"), True),
        ("ispconf", ("/file/add", "=name=a.rsc", "=contents=x"), True),
        ("blind", (PRINT,), False),
    ],
)  # fmt: skip
def test_groups_may_what_their_policies_say(
    router: Router, connect: Connect, user: str, command: tuple[str, ...], *, allowed: bool
) -> None:
    router.add("/user/group", name="blind", policy="api,write")
    router.add("/user", name="blind", password="b", group="blind")
    line = connect(router).login(user, {"ispconf": "x"}.get(user, user[0]))
    replies = line.talk(*command)
    assert (["!trap", "=message=not enough permissions (9)"] in replies) is not allowed


def test_secrets_are_masked_without_the_policy(router: Router, connect: Connect) -> None:
    router.add("/user/group", name="api", policy="api,read")
    router.add("/user", name="tool", password="t", group="api")
    router.add("/ppp/secret", name="ana", password="deep")
    router.add("/ppp/secret", name="ben")
    masked = connect(router).login("tool", "t")
    assert [row["password"] for row in masked.rows(PRINT)] == ["*****", "*****"]
    assert masked.rows(PRINT, "?password=deep") == []
    assert [row["password"] for row in connect(router).login("reader", "r").rows(PRINT)] == [
        "deep",
        "",
    ]
    assert "password" not in masked.rows("/user/print")[0]
    router.set("/user/group", "api", policy="!api")
    assert connect(router).talk("/login", "=name=tool", "=password=t") == DENIED


def test_a_disabled_user_is_refused(simulator: Simulator, connect: Connect) -> None:
    router = simulator.router("r", users={"a": User("b")})
    router.set("/user", "a", disabled="yes")
    assert connect(router).talk("/login", "=name=a", "=password=b") == DENIED


def test_a_second_login_takes_the_place_of_the_first(line: Line, router: Router) -> None:
    line.login("reader", "r")
    assert [row["name"] for row in router.rows("/user/active")] == ["reader"]
    assert line.talk(ADD, "=name=a")[0] == ["!trap", "=message=not enough permissions (9)"]


def test_commands_in_one_packet_are_done_in_order(line: Line) -> None:
    packet = b"".join(
        wire.sentence([ADD, f"=name=user-{number}", f".tag={number}"]) for number in range(500)
    )
    line.socket.sendall(packet)
    assert [line.sentence()[1] for _ in range(500)] == [f".tag={number}" for number in range(500)]
    assert len(line.rows(PRINT)) == 500


def test_a_client_that_leaves_in_the_middle_of_a_long_print_hurts_nobody(
    router: Router, connect: Connect
) -> None:
    for number in range(5000):
        router.device.add("/ppp/secret", {"name": f"user-{number}", "comment": "x" * 200})
    leaver = connect(router).login()
    leaver.send(PRINT, ".tag=1")
    leaver.sentence()
    leaver.close()
    assert len(connect(router).login().rows(PRINT)) == 5000
