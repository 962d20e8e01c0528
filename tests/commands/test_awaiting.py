"""A router that is away for days: its changes wait, and nobody has to remember them."""

import re
from datetime import UTC, datetime, timedelta

from ispconf.commands.awaiting import GROUPED, Waiting
from ispconf.edge.runs import Place, Waits
from ispconf.simulator import Faults
from tests.commands.world import CUT, Isp

AWAY = Faults(refuse_logins=True)


def test_wh183_wh185_a_cut_that_could_not_be_made_is_alerted_once_and_made_when_it_can(
    running: Isp,
) -> None:
    sur = running.routers["sur-1"]
    sur.faults = AWAY
    running.today = CUT
    first = running.apply()
    assert first.code == 4
    (waiting,) = first.json["waiting"]
    assert (waiting["router"], waiting["changes"], waiting["new"]) == ("sur-1", 1, True)
    assert waiting["since"].startswith("2026-11-05T18:00:0")
    assert 'user "ispconf" may not log in' in waiting["problem"]
    running.today = "2026-11-07"
    running.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")
    again = running.apply()
    (waiting,) = again.json["waiting"]
    assert (waiting["since"], waiting["new"]) == (first.json["waiting"][0]["since"], False)
    assert waiting["changes"] == 2
    told = running.run("apply", "--yes")
    assert told.code == 4
    since = r"still: sur-1 since 2026-11-05 12:0\d \([12] days?\): 2 changes wait; "
    assert re.search(since, told.out)
    assert "ALERT" not in told.out
    sur.faults = Faults()
    done = running.apply()
    assert done.code == 0
    assert running.listed("sur-1") == {"10.30.0.15"}
    assert [each["router"] for each in done.json["recovered"]] == ["sur-1"]
    assert done.json["waiting"] == []
    assert running.apply().json["recovered"] == []


def test_what_was_paid_meanwhile_is_not_cut_when_it_comes_back(running: Isp) -> None:
    running.routers["sur-1"].faults = AWAY
    running.today = CUT
    out = running.run("apply", "--yes").out
    assert "ALERT: sur-1: 1 change waits; the next apply tries again" in out
    assert running.pay("ben", "350.00").code == 0
    running.routers["sur-1"].faults = Faults()
    out = running.run("apply", "--yes").out
    assert re.search(
        r"sur-1: worked on again, after 1 minute; it waited since 2026-11-05 12:0\d", out
    )
    assert running.listed("sur-1") == set()


def test_why_a_router_waits_is_said_once(running: Isp) -> None:
    running.today = "2027-02-05"
    refused = running.run("apply", "--yes")
    assert (refused.code, refused.out.count("guard cuts")) == (5, 3)
    assert "norte-1: refused, guard cuts: 4 of 6" in refused.out
    assert "ALERT: norte-1: 2 changes wait; the next apply tries again" in refused.out
    asked = running.run("apply", asks=True)  # everything is refused: there is nothing to ask
    assert (asked.code, asked.out.count("guard cuts")) == (5, 3)
    assert "Apply?" not in asked.out


def test_who_has_seen_the_plan_is_not_told_again_why_a_router_waits(running: Isp) -> None:
    running.routers["sur-1"].faults = AWAY
    running.today = CUT
    ran = running.run("apply", asks=True, given="y\n")
    assert ran.out.count("may not log in") == 1
    assert "ALERT: sur-1: 1 change waits; the next apply tries again" in ran.out


def test_wh187_many_that_are_away_are_one_alert() -> None:
    now = datetime(2026, 11, 7, 18, tzinfo=UTC)
    since = (now - timedelta(hours=5)).isoformat()
    away = {f"r{n:02}": Place(waits=Waits(since, "c", 2, "timed out")) for n in range(GROUPED + 2)}
    (alert,) = Waiting.between({}, away).lines(now)
    assert alert.text.startswith("ALERT: 12 routers wait (r00, r01, r02, r03, ")
    assert "and 2 more): 24 changes wait" in alert.text
    never = {"r00": Place(waits=Waits(since, "c", 0, "timed out"))}  # not read: nobody knows
    (told,) = Waiting.between({}, never).lines(now)
    assert told.text == "ALERT: r00; the next apply tries again"
    few = dict(list(away.items())[:2])
    lines = [line.text for line in Waiting.between(few, few).lines(now)]
    assert lines[0] == (
        "still: r00 since 2026-11-07 13:00 (5 hours): 2 changes wait; the next apply tries again"
    )
