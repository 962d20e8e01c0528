import signal
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ispconf.edge.pace import Pace
from ispconf.edge.routers import (
    Address,
    Answer,
    Cause,
    ConnectionLostError,
    Facts,
    RouterError,
    connected,
    reading,
)
from ispconf.errors import Exit
from ispconf.routeros import orders
from ispconf.routeros.rows import Row
from ispconf.routeros.tables import ACTIVE, PROFILE, QUEUE, SECRET, TABLES
from ispconf.simulator import Faults, Router, Simulator, User
from tests.edge.peers import LOGGED_IN, facts, replies, says, served, until_left

VERSIONS = ["6.49.17", "7.16.2", "7.20.1"]  # !empty is said from 7.18 on
ALL = tuple(TABLES)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as held:
        yield held


@pytest.fixture(params=VERSIONS)
def each(simulator: Simulator, request: pytest.FixtureRequest) -> Router:
    return simulator.router("norte-1", request.param, users={"ispconf": User("secreto")})


@pytest.fixture
def router(simulator: Simulator) -> Router:
    return simulator.router("norte-1", users={"ispconf": User("secreto")})


def address(router: Router | int, user: str = "ispconf", silence: float = 5.0) -> Address:
    port = router if isinstance(router, int) else router.port
    return Address("norte-1", "127.0.0.1", port, user, "secreto", silence=silence)


def secrets(count: int) -> list[orders.Words]:
    return [orders.add(SECRET, {"name": f"s{n}", "password": "p"}) for n in range(1, count + 1)]


def names(router: Router) -> list[str]:
    return [row["name"] for row in router.rows("/ppp/secret")]


def limited(router: Router, policy: str) -> Address:
    router.add("/user/group", name="limited", policy=policy)
    router.add("/user", name="lim", password="secreto", group="limited")
    return address(router, "lim")


# facts


def test_a_router_says_what_it_is_and_what_we_may(each: Router) -> None:
    with connected(address(each)) as line:
        assert line.facts.version == each.version
        assert line.facts.identity == "norte-1"
        assert line.facts.board
        assert {"api", "read", "write", "sensitive"} <= line.facts.policies
        assert line.facts.lacking("read", "write") == ()


def test_a_denied_policy_is_lacking(router: Router) -> None:
    with reading(limited(router, "api,read")) as reader:
        assert reader.facts.policies == {"api", "read"}
        assert reader.facts.lacking("read", "write", "sensitive") == ("write", "sensitive")
        assert reader.grant("sensitive") == (
            "/user/group set [/user get lim group] policy=sensitive"
        )


def test_policies_that_may_not_be_known_are_not_lacking() -> None:
    assert Facts("7.16.2", "norte-1", "hAP", frozenset()).lacking("write") == ()


def test_users_and_groups_that_are_hidden_are_no_failure() -> None:
    hidden = b"".join(
        says("!trap", "=message=not enough permissions (9)", tag) + says("!done", tag)
        for tag in (".tag=4", ".tag=5")
    )
    seen = facts().split(says("!re", ".tag=4", "=group=full"))[0] + hidden
    with served(replies((1, LOGGED_IN), (4, seen))) as port, reading(address(port)) as reader:
        assert reader.facts == Facts("7.16.2", "norte-1", "RB5009", frozenset())


def test_a_router_that_does_not_say_what_it_is_is_not_worked_on() -> None:
    nothing = b"".join(says("!done", f".tag={tag}") for tag in (2, 3, 4, 5))
    with (
        served(replies((1, LOGGED_IN), (4, nothing))) as port,
        pytest.raises(RouterError, match="/system/resource: nothing was answered"),
        reading(address(port)),
    ):
        pass


def test_a_user_who_may_not_read(router: Router) -> None:
    with pytest.raises(RouterError) as caught, reading(limited(router, "api,write")):
        pass
    assert caught.value.cause is Cause.PERMISSION
    assert caught.value.exit_code is Exit.INCOMPLETE
    assert str(caught.value) == (
        'norte-1: user "lim" may not read /system/resource: not enough permissions (9); '
        "on the router: /user/group set [/user get lim group] policy=api,read"
    )


# reading

TRICKY = ["yes", "0123", "true", "12", "Peña ñandú", "a=b=", "dos\nlíneas", "!re", "x" * 300]


@pytest.mark.parametrize("value", TRICKY)
def test_values_survive_both_ways(each: Router, value: str) -> None:
    order = orders.add(SECRET, {"name": value, "password": value, "comment": value})
    with connected(address(each)) as line:
        (answer,) = line.run([order])
        (row,) = line.read(["/ppp/secret"])["/ppp/secret"]
    assert answer == Answer(ok=True, ret=row.id)
    assert (row.fields["name"], row.fields["password"], row.fields["comment"]) == (value,) * 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_survives_both_ways(router: Router, value: str) -> None:
    with connected(address(router)) as line:
        line.run([orders.add(PROFILE, {"name": "tried"})])
        held = {row.fields["name"]: row.id for row in line.read(["/ppp/profile"])["/ppp/profile"]}
        change = orders.change(PROFILE, held["tried"], {"comment": value})
        assert line.run([change]) == [Answer(ok=True)]
        rows = line.read(["/ppp/profile"])["/ppp/profile"]
        assert line.run([orders.remove(PROFILE, held["tried"])]) == [Answer(ok=True)]
    assert [row.fields["comment"] for row in rows if row.id == held["tried"]] == [value]


def test_an_emptied_comment_is_gone(router: Router) -> None:
    router.add("/ppp/secret", name="ana", comment="vieja")
    with connected(address(router)) as line:
        (row,) = line.read(["/ppp/secret"])["/ppp/secret"]
        line.run([orders.change(SECRET, row.id, {"comment": ""})])
        (row,) = line.read(["/ppp/secret"])["/ppp/secret"]
    assert row.fields.get("comment", "") == ""


def test_what_old_winbox_wrote_is_readable(router: Router) -> None:
    raw = "Peña Ibáñez".encode("cp1252").decode("utf-8", "surrogateescape")
    router.add("/ppp/secret", name="ana", comment=raw)
    with reading(address(router)) as reader:
        (row,) = reader.read(["/ppp/secret"])["/ppp/secret"]
    assert row.fields["comment"] == "Peña Ibáñez"


def test_a_hidden_password_comes_as_the_router_shows_it(router: Router) -> None:
    router.add("/ppp/secret", name="ana", password="clave")
    with reading(limited(router, "api,read")) as reader:
        (row,) = reader.read(["/ppp/secret"])["/ppp/secret"]
    assert row.fields["password"] == "*****"


def test_owners_and_dynamic_rows_are_seen(router: Router) -> None:
    router.add("/queue/simple", name="a", target="10.0.0.2", comment="ispconf:ana/casa Ana")
    router.add_dynamic("/queue/simple", name="<pppoe-x>", target="10.0.0.3")
    with reading(address(router)) as reader:
        rows = reader.read(["/queue/simple"])["/queue/simple"]
    assert {(row.fields["name"], row.owner, row.dynamic) for row in rows} == {
        ("a", "ana/casa", False),
        ("<pppoe-x>", "", True),
    }


def test_reading_is_one_print_a_menu_and_only_of_what_is_compared(each: Router) -> None:
    with reading(address(each)) as reader:
        each.forget()
        state = reader.read([*ALL, *ALL])
    assert tuple(state) == ALL
    assert sorted(heard.command for heard in each.log) == sorted(f"{path}/print" for path in ALL)
    for heard in each.log:
        assert heard.attributes[".proplist"] == ",".join(TABLES[heard.path].columns())


def test_looking_sends_nothing_that_writes(each: Router) -> None:
    with reading(address(each)) as reader:
        reader.read(ALL)
        reader.ask(("/system/resource/print",), ("/ppp/active/getall",))
    assert not [heard.command for heard in each.log if heard.writes]


@pytest.mark.parametrize("command", ["/ppp/secret/add", "/system/reboot", "/ppp/secret/printx"])
def test_a_reader_cannot_be_made_to_write(router: Router, command: str) -> None:
    with reading(address(router)) as reader:
        router.forget()
        with pytest.raises(ValueError, match="can only read"):
            reader.ask(("/ppp/secret/print",), (command,))
    assert not router.log


def test_a_large_menu_is_whole(router: Router) -> None:
    for n in range(1500):
        router.add("/ppp/secret", name=f"cliente-{n}", comment="Núñez" if n % 7 else "N")
    with reading(address(router)) as reader:
        state = reader.read(["/ppp/secret", "/ppp/profile", "/queue/simple"])
    assert [row.fields["name"] for row in state["/ppp/secret"]] == names(router)
    assert len(state["/ppp/secret"]) == 1500
    assert state["/queue/simple"] == ()
    assert state["/ppp/profile"][0].fields["name"] == "default"


def test_a_menu_that_the_router_does_not_have(each: Router) -> None:
    each.faults = Faults(missing_menus=frozenset({"/queue/simple"}))
    with reading(address(each)) as reader:
        assert set(ALL) - set(reader.read(ALL)) == {"/queue/simple"}
        with pytest.raises(RouterError) as caught:
            reader.ask(("/queue/simple/print",))
        assert caught.value.cause is Cause.MISSING
        said = f"norte-1: RouterOS {each.version} has no /queue/simple: no such command"
        assert said in str(caught.value)


def test_a_menu_that_answers_with_a_trap_is_not_empty() -> None:
    reply = (
        says("!re", ".tag=6", "=.id=*1", "=name=ana")
        + says("!trap", "=message=action timed out - try again \x1b[2J(13)", ".tag=6")
        + says("!done", ".tag=6")
    )
    peer = replies((1, LOGGED_IN), (4, facts()), (1, reply))
    with served(peer) as port, reading(address(port)) as reader:
        with pytest.raises(RouterError) as caught:
            reader.read(["/ppp/secret"])
        assert caught.value.cause is Cause.ANSWER
        assert caught.value.problem == (r"/ppp/secret: action timed out - try again \x1b[2J(13)")


@pytest.mark.parametrize("version", ["6.49.17", "7.20.1"])
def test_a_reply_that_is_cut_anywhere_is_never_a_part_of_it(
    simulator: Simulator, version: str
) -> None:  # P-7
    router = simulator.router("norte-1", version, users={"ispconf": User("secreto")})
    router.add("/ppp/secret", name="ana", comment="ispconf:ana/casa Ana Núñez")
    router.add("/ppp/secret", name="ben")
    paths = ("/ppp/secret", "/queue/simple")
    with reading(address(router)) as reader:
        whole = reader.read(paths)
    cut = 0
    while isinstance(outcome := cut_after(router, cut, paths), RouterError):
        assert outcome.cause is Cause.LOST
        assert "was not read to its end: the connection was lost" in outcome.problem
        cut += 1
    assert outcome == whole
    assert cut > 400


def cut_after(
    router: Router, cut: int, paths: tuple[str, ...]
) -> dict[str, tuple[Row, ...]] | RouterError:
    router.faults = Faults(cut_reply_after=cut)
    try:
        with reading(address(router)) as reader:
            return reader.read(paths)
    except RouterError as error:
        return error


def test_a_router_that_falls_silent_is_not_waited_for_longer_than_said() -> None:
    peer_says = replies(
        (1, LOGGED_IN), (4, facts()), (2, says("!re", ".tag=6", "=.id=*1")), (1, b"")
    )
    with (
        served(peer_says) as port,
        reading(address(port, silence=0.05)) as reader,
        pytest.raises(RouterError) as caught,
    ):
        reader.read(["/ppp/secret", "/queue/simple"])
    assert caught.value.cause is Cause.LOST
    assert "/ppp/secret was not read to its end: nothing was heard for 0.05 s" in str(caught.value)


def test_nonsense_in_the_middle_of_a_reply_is_no_reply() -> None:
    peer = replies((1, LOGGED_IN), (4, facts()), (1, says("!re", ".tag=6") + b"\x04oops\0"))
    with (
        served(peer) as port,
        reading(address(port)) as reader,
        pytest.raises(RouterError, match=r"/ppp/secret .* not the RouterOS API"),
    ):
        reader.read(["/ppp/secret"])


def test_an_interrupt_while_reading_closes_the_connection() -> None:
    left = threading.Event()

    def busy(client: socket.socket) -> None:
        replies((1, LOGGED_IN), (4, facts()), (1, b""))(client)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        until_left(client)
        left.set()

    with served(busy) as port, reading(address(port)) as reader:
        with pytest.raises(KeyboardInterrupt):
            reader.read(["/ppp/secret"])
        assert left.wait(5)
        with pytest.raises(RouterError, match="/ppp/secret was not read to its end"):
            reader.read(["/ppp/secret"])


# orders


def test_orders_are_answered_in_their_places(each: Router) -> None:
    with connected(address(each)) as line:
        answers = line.run(secrets(100))
        assert all(answer.ok for answer in answers)
        held = {row.id: row.fields["name"] for row in line.read(["/ppp/secret"])["/ppp/secret"]}
    assert [held[answer.ret] for answer in answers] == [f"s{n}" for n in range(1, 101)]


def test_no_orders_are_no_work(router: Router) -> None:
    with connected(address(router)) as line:
        assert line.run([]) == []


def test_a_refused_order_does_not_stop_the_others(each: Router) -> None:
    each.faults = Faults(trap_writes={3: "failure: out of luck"})
    heard: dict[int, Answer] = {}
    with connected(address(each)) as line:
        answers = line.run([*secrets(5), *secrets(1)], heard.__setitem__, pace=Pace.fixed(2))
    assert [answer.ok for answer in answers] == [True, True, False, True, True, False]
    assert answers[2].message == "failure: out of luck"
    assert answers[5].message == "failure: secret with the same name already exists"
    assert [heard[at] for at in range(6)] == answers
    assert names(each) == ["s1", "s2", "s4", "s5"]


def test_a_user_who_may_not_write(each: Router) -> None:
    with connected(limited(each, "api,read")) as line:
        (answer,) = line.run(secrets(1))
        advice = line.explained(secrets(1)[0], answer.message)
    menu = "/user group" if each.version.startswith("6") else "/user/group"
    assert not answer.ok
    assert answer.message == "not enough permissions (9)"
    assert advice.startswith('user "lim" may not write /ppp/secret: not enough permissions (9)')
    assert f"{menu} set [/user get lim group] policy=api,read,write" in advice


def test_every_kind_of_order_is_taken(each: Router) -> None:
    with connected(address(each)) as line:
        a, b = (
            answer.ret
            for answer in line.run(
                [orders.add(QUEUE, {"name": name, "target": "10.0.0.2/32"}) for name in "ab"]
            )
        )
        assert line.run([orders.move(QUEUE, b, a)]) == [Answer(ok=True)]
        assert line.run([orders.change(QUEUE, a, {"max-limit": "1M/2M"})]) == [Answer(ok=True)]
        rows = line.read([QUEUE.path])[QUEUE.path]
        assert [row.id for row in rows] == [b, a]
        assert rows[1].fields["max-limit"] == "1000000/2000000"
        assert line.run([orders.remove(QUEUE, b)]) == [Answer(ok=True)]
        assert [row.id for row in line.read([QUEUE.path])[QUEUE.path]] == [a]


def test_a_disconnect_ends_the_session(simulator: Simulator) -> None:
    router = simulator.router(users={"ispconf": User("secreto")})
    router.add("/ppp/secret", name="ana", password="p", remote_address="10.0.0.2")
    router.dial("ana", "p")
    router.set("/ppp/secret", "ana", disabled="yes")
    with connected(address(router)) as line:
        (session,) = line.read(["/ppp/active"])["/ppp/active"]
        assert session.fields["name"] == "ana"
        assert line.run([orders.remove(ACTIVE, session.id)]) == [Answer(ok=True)]
        assert line.read(["/ppp/active"])["/ppp/active"] == ()


@pytest.mark.parametrize("window", [1, 4, 32])
@pytest.mark.parametrize("write", [1, 2, 9, 12])
@pytest.mark.parametrize("effect", ["before", "after"])
def test_what_a_lost_connection_leaves_is_known_order_by_order(
    router: Router, effect: str, write: int, window: int
) -> None:
    if effect == "before":
        router.faults = Faults(break_before_write=write)
    else:
        router.faults = Faults(break_after_write=write)
    heard: dict[int, Answer] = {}
    with connected(address(router)) as line, pytest.raises(ConnectionLostError) as caught:
        line.run(secrets(12), heard.__setitem__, pace=Pace.fixed(window))
    lost = caught.value
    assert lost.cause is Cause.LOST
    assert lost.exit_code is Exit.INCOMPLETE
    assert sorted([*lost.answered, *lost.unknown, *lost.unsent]) == list(range(12))
    assert lost.answered == heard
    assert len(lost.unknown) <= window
    assert write - 1 in lost.unknown
    held = names(router)
    assert all(f"s{at + 1}" in held for at in lost.answered)
    assert not any(f"s{at + 1}" in held for at in lost.unsent)
    assert f"({len(heard)} of 12 orders answered, {len(lost.unknown)} unknown)" in lost.problem


def test_a_line_that_is_lost_stays_lost(router: Router) -> None:
    with connected(address(router)) as line:
        router.drop_connections()
        with pytest.raises(ConnectionLostError):
            line.run(secrets(1))
        with pytest.raises(RouterError, match="was not read to its end"):
            line.read(["/ppp/secret"])


def test_an_interrupt_closes_the_connection_and_goes_on_up(router: Router) -> None:
    def interrupted(_: int, __: Answer) -> None:
        raise KeyboardInterrupt

    with connected(address(router)) as line:
        with pytest.raises(KeyboardInterrupt):
            line.run(secrets(3), interrupted, pace=Pace.fixed(1))
        with pytest.raises(ConnectionLostError) as caught:
            line.run(secrets(2))
    assert caught.value.answered == {}
    assert names(router) == ["s1"]


def test_trouble_of_whoever_listens_is_not_the_routers(router: Router) -> None:
    def full_disk(_: int, __: Answer) -> None:
        raise OSError("No space left on device")

    with (
        connected(address(router)) as line,
        pytest.raises(OSError, match="No space left") as caught,
    ):
        line.run(secrets(1), full_disk)
    assert not isinstance(caught.value, RouterError)


def test_two_lines_at_a_time(router: Router) -> None:
    with connected(address(router)) as one, connected(address(router)) as two:
        worker = threading.Thread(target=one.run, args=(secrets(50),))
        worker.start()
        reads = [two.read(["/ppp/secret"])["/ppp/secret"] for _ in range(5)]
        worker.join()
    sizes = [len(rows) for rows in reads]
    assert sizes == sorted(sizes)
    assert len(names(router)) == 50
