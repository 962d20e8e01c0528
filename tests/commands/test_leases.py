"""One applier per router, and what an administrator does at the same moment is left alone."""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from ispconf.edge.lease import NAME, Holder, owner
from ispconf.simulator import Faults, Router
from ispconf.simulator.connection import Heard
from tests.commands.world import CUT, Isp

SCRIPTS = "/system/script"
NOON = datetime(2026, 11, 5, 18, tzinfo=UTC)  # when verbs are typed
MINUTES = timedelta(minutes=5)


def left_behind(isp: Isp) -> list[str]:
    return [row["name"] for router in isp.routers.values() for row in router.rows(SCRIPTS)]


@contextmanager
def meanwhile(router: Router, edit: Callable[[], object]) -> Iterator[None]:
    """Somebody edits the router between the plan and its first write."""

    def once(heard: Heard) -> None:
        if heard.command == f"{SCRIPTS}/add":
            router.before_write = None
            edit()

    router.before_write = once
    yield
    assert router.before_write is None


def faster(isp: Isp) -> None:
    """All pay for more, so that many rows are to change."""
    isp.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    isp.change("plans/hogar-50.yaml", "down: 50M", "down: 55M")


def outcomes(
    isp: Isp, router: str, *words: str
) -> tuple[int, dict[str, list[str]], dict[str, int]]:
    ran = isp.apply(*words)
    result = ran.json["applied"][router]
    told = {
        f"{each['outcome']} {each['table']} {'/'.join(each['key'].values())}": [each["message"]]
        for each in result["failures"]
    }
    return ran.code, told, {name: result[name] for name in ("done", "conflict", "left")}


@pytest.mark.parametrize(
    ("router", "path", "row", "fields"),
    [
        ("norte-1", "/ppp/profile", "hogar-20", {"rate_limit": "1M/1M"}),
        ("centro-1", "/queue/simple", "dora/casa", {"max_limit": "90M/90M"}),
        ("centro-1", "/queue/simple", "dora/casa", {"comment": "mine now"}),
        ("centro-1", "/queue/simple", "dora/casa", {"target": "10.40.0.99/32"}),
    ],
)
def test_a_row_that_was_touched_since_is_left_alone_and_the_others_are_done(
    running: Isp, router: str, path: str, row: str, fields: dict[str, str]
) -> None:
    faster(running)
    box = running.routers[router]
    planned = len([c for c in running.plan().changes if c["router"] == router])
    with meanwhile(box, lambda: box.set(path, row, **fields)):
        code, told, counts = outcomes(running, router)
    assert code == 6
    assert f"conflict {path} {row}" in told
    assert counts["conflict"] == 1
    held = running.row(router, path, row)
    for name, text in fields.items():
        assert held[name.replace("_", "-")].startswith(text.partition("M")[0])
    assert counts["done"] >= planned - 2  # a session that lives by the row goes on as it was
    assert left_behind(running) == []


def test_a_row_whose_id_went_to_another_is_never_written(running: Isp) -> None:
    """The queue was made again under another name, in its old place."""
    faster(running)
    box = running.routers["centro-1"]

    def swap() -> None:
        box.remove("/queue/simple", "dora/casa")
        box.add("/queue/simple", name="stranger", target="10.77.0.1/32")

    with meanwhile(box, swap):
        code, told, _ = outcomes(running, "centro-1")
    assert code == 6
    assert "somebody removed it" in told["conflict /queue/simple dora/casa"][0]
    assert running.row("centro-1", "/queue/simple", "stranger")["max-limit"] == "0/0"


def test_what_was_done_by_hand_meanwhile_needs_no_doing(running: Isp) -> None:
    running.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    box = running.routers["sur-1"]
    (change,) = [c for c in running.plan().changes if c["router"] == "sur-1"]
    with meanwhile(
        box, lambda: box.set("/queue/simple", "ben/casa", max_limit=change["after"]["max-limit"])
    ):
        code, told, counts = outcomes(running, "sur-1", "--router", "sur-1")
    assert (code, told, counts["done"]) == (0, {}, 1)


def test_an_administrator_who_asks_for_it_now_gets_the_cut_anyway(running: Isp) -> None:
    """A session that dialled again between plan and apply is dropped under its new id."""
    running.today = CUT
    box = running.routers["norte-1"]
    (session,) = box.rows("/ppp/active", name="ana")
    with meanwhile(box, lambda: box.remove("/ppp/active", session[".id"])):
        assert running.apply().code == 0
    assert running.online("norte-1") == {"eva"}


def held(isp: Isp, router: str, whose: str = "maria@nuc:/isp", for_: timedelta = MINUTES) -> None:
    comment = Holder("1234abcd", whose, NOON - MINUTES, NOON + for_).comment()
    isp.routers[router].add(SCRIPTS, name=NAME, comment=comment)


def test_who_comes_second_is_refused_on_that_router_alone(running: Isp) -> None:
    faster(running)
    running.today = CUT
    held(running, "norte-1")
    note = "maria@nuc:/isp is applying to it since 2026-11-05T17:55:00Z, until 2026-11-05T18:05:00Z"
    assert note in running.plan().router("norte-1")["notes"]
    before = running.everything()["norte-1"]
    ran = running.apply()
    assert ran.code == 5
    applied = ran.json["applied"]
    assert note in applied["norte-1"]["refused"][0]
    assert "--take-over-lease" in applied["norte-1"]["refused"][0]
    assert applied["sur-1"]["converged"]
    assert applied["centro-1"]["converged"]
    assert running.everything()["norte-1"] == before
    assert left_behind(running) == [NAME]
    text = running.run("apply", "--yes")
    assert text.code == 5
    assert note in text.out


@pytest.mark.parametrize("how", ["on request", "it ended", "its own"])
def test_a_lease_is_taken_over_and_the_journal_says_so(running: Isp, how: str) -> None:
    faster(running)
    running.today = CUT
    whose = owner(running.env, running.folder.resolve()) if how == "its own" else "maria@nuc:/isp"
    held(running, "norte-1", whose, -MINUTES / 2 if how == "it ended" else MINUTES)
    ran = running.apply(*(["--take-over-lease"] if how == "on request" else []))
    assert ran.code == 0
    assert left_behind(running) == []
    (note,) = ran.json["applied"]["norte-1"]["notes"]
    assert note.startswith(
        "took over the lease of our own" if how == "its own" else f"took over the lease of {whose}"
    )
    journal = max((running.folder / ".git/ispconf/journal").rglob("*.jsonl"))
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert ("norte-1", note) in [(line.get("router"), line.get("note")) for line in lines]


def test_nothing_to_do_takes_no_lease(running: Isp) -> None:
    held(running, "norte-1")
    assert running.apply().code == 0
    assert running.writes() == []


def test_it_costs_two_orders_and_one_more_read(running: Isp) -> None:
    running.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    assert running.apply("--router", "sur-1").code == 0
    log = [heard for heard in running.routers["sur-1"].log if heard.path.startswith(("/q", "/sys"))]
    assert [heard.command for heard in log if heard.path != "/system/resource"][1:] == [
        "/queue/simple/print",
        "/system/script/print",
        "/system/device-mode/print",
        "/system/script/add",
        "/queue/simple/print",
        "/queue/simple/set",
        "/queue/simple/print",
        "/system/script/print",
        "/system/script/remove",
    ]


FAULTS = [
    *(Faults(break_before_write=at) for at in range(1, 8)),
    *(Faults(break_after_write=at) for at in range(1, 8)),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: repr(fault)[7:])
def test_a_line_that_breaks_leaves_no_lease(running: Isp, fault: Faults) -> None:
    faster(running)
    running.routers["norte-1"].faults = fault
    assert running.apply().code == 0
    assert left_behind(running) == []


@pytest.mark.parametrize("at", range(1, 7))
def test_a_refusal_leaves_no_lease(running: Isp, at: int) -> None:
    faster(running)
    running.routers["norte-1"].faults = Faults(trap_writes={at: "failure: busy"})
    ran = running.apply()
    assert ran.code in ((5,) if at == 1 else (4, 6, 0))
    assert left_behind(running) == []
    running.routers["norte-1"].faults = Faults()
    assert running.apply().code == 0


@pytest.mark.parametrize("at", [1, 2, 3])
def test_ctrl_c_leaves_no_lease(running: Isp, at: int) -> None:
    faster(running)
    running.today = CUT
    router = running.routers["norte-1"]
    apply = running.process("apply", "--yes", "--date", CUT)
    count = 0

    def stop(_: Heard) -> None:
        nonlocal count
        count += 1
        if count == at:
            apply.send_signal(signal.SIGINT)
            router.faults.slow = 0.1  # it must not be done before the signal arrives

    def heal(heard: Heard) -> None:
        if heard.command == f"{SCRIPTS}/remove":
            router.faults.slow = 0.0

    router.before_write, router.after_write = stop, heal
    out, err = apply.communicate(timeout=60)
    assert apply.returncode == 130, (out, err)
    said = "its lease could not be given back (no time was left for it)" in err
    assert left_behind(running) == ([NAME] if said else [])
    router.before_write = router.after_write = None
    router.faults.slow = 0.0
    assert running.apply("--date", CUT).code == 0


def test_a_router_that_is_gone_keeps_it_until_it_ends(running: Isp) -> None:
    running.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    router = running.routers["sur-1"]

    def dies(_: Heard) -> None:
        router.set("/ip/service", "api", disabled="yes")
        router.drop_connections()

    router.after_write = dies
    ran = running.apply("--router", "sur-1")
    assert ran.code == 4
    (note,) = ran.json["applied"]["sur-1"]["notes"]
    assert "could not be given back" in note
    assert left_behind(running) == [NAME]
    router.after_write = None
    router.set("/ip/service", "api", disabled="no")
    assert running.apply("--router", "sur-1").code == 0  # the same clone goes on
    assert left_behind(running) == []
