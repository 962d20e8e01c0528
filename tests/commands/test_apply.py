"""``apply``: does what was planned and no more, reads back, and says what is left."""

import json
from pathlib import Path
from shutil import rmtree

import pytest

from ispconf.simulator import Faults, Simulator
from tests.commands.shapes import APPLIED, RESULT, misfits
from tests.commands.world import (
    BOXES,
    COMPANY,
    CUT,
    Isp,
    Person,
    founded,
    strangers,
)


def test_the_document_is_as_promised(isp: Isp) -> None:
    isp.routers["norte-1"].faults = Faults(trap_writes={4: "failure: no space left"})
    isp.routers["sur-1"].faults = Faults(refuse_logins=True)
    ran = isp.apply()
    assert ran.code == 6
    document = dict(ran.json)
    assert {name: misfits(each, RESULT) for name, each in document["applied"].items()} == {
        "centro-1": [],
        "norte-1": [],
    }
    assert misfits(document, APPLIED) == []


def test_people_read_what_was_done(isp: Isp) -> None:
    ran = isp.run("apply")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "centro-1: 13 changes done",
        "norte-1: 13 changes done",
        "sur-1: 10 changes done",
        "Subscribers: 6 new.",
        "Money: 0 services suspended, 0 restored.",
        "Applied and verified: nothing is left to do.",
    ]


def test_the_journal_has_every_change_and_no_secret(isp: Isp) -> None:
    ran = isp.apply()
    (journal,) = (isp.folder / ".git/ispconf/journal").rglob("*.jsonl")
    assert journal.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    began, *done = lines
    assert began["began"]["digest"] == ran.json["digest"]
    made = [line for line in done if "outcome" in line]
    assert [line["outcome"] for line in made] == ["done"] * 36
    assert {line["after"].get("password") for line in made} == {None, "(secret)"}
    assert [line["router"] for line in done if line.get("result", {}).get("converged")] == sorted(
        BOXES
    )
    assert done[-1]["ended"]["exit_code"] == 0


def test_somebody_who_sits_there_is_asked(isp: Isp) -> None:
    ran = isp.run("apply", asks=True, given="")
    assert ran.code == 130
    assert "Plan: 36 to add on 3 routers." in ran.out
    assert isp.writes() == []
    ran = isp.run("apply", asks=True, given="y\n")
    assert ran.code == 0
    assert "Apply? [y/N]" in ran.out
    assert "Applied and verified" in ran.out
    assert "Apply?" not in isp.run("apply", asks=True).out  # there is nothing to ask


# ownership


def test_a_row_of_others_is_refused_and_the_rest_goes_on(isp: Isp) -> None:
    box = isp.routers["norte-1"]
    box.add("/ppp/profile", name="torre")
    box.add("/ppp/secret", name="ana", password="vieja", profile="torre", comment="la Ana")
    foreign = strangers(box)
    plan = isp.plan()
    assert ("norte-1", "adopt", "secret", "adopt") in plan.effects()
    assert plan.router("norte-1")["notes"] == [
        "1 row is there already and not ours: apply takes it with --adopt",
        "1 row of others is left alone",
    ]
    ran = isp.apply()
    assert ran.code == 5
    said, session = ran.json["applied"]["norte-1"]["refused"]
    assert said == "/ppp/secret ana is there already and not ours; take it over with --adopt"
    assert session == "disconnect /ppp/active ana needs what is there already and not ours"
    assert strangers(box) == foreign
    assert "eva" in isp.online("norte-1")
    assert isp.listed("sur-1", "morosos-allow") == {"10.8.0.1", "10.8.0.9"}
    assert said in isp.run("apply").out


def test_a_row_of_others_is_taken_over_when_that_is_allowed(isp: Isp) -> None:
    box = isp.routers["norte-1"]
    box.add("/ppp/secret", name="ana", password="clave-de-prueba", remote_address="10.9.9.9")
    box.add("/queue/simple", name="ben", target="10.30.0.15/32")
    assert isp.apply("--adopt").code == 0
    row = isp.row("norte-1", "/ppp/secret", "ana")
    assert row["comment"].startswith("ispconf:ana/casa")
    assert (row["password"], row["remote-address"]) == ("clave-de-prueba", "10.20.0.15")
    (session,) = box.rows("/ppp/active", name="ana")
    assert session["address"] == "10.20.0.15"
    assert isp.plan().changes == []


def test_our_secret_does_not_take_its_speed_from_a_profile_of_others(isp: Isp) -> None:
    box = isp.routers["norte-1"]
    box.add("/ppp/profile", name="hogar-20", rate_limit="1M/1M")
    ran = isp.apply()
    assert ran.code == 5
    assert ran.json["applied"]["norte-1"]["refused"] == [
        "/ppp/profile hogar-20 is there already and not ours; take it over with --adopt",
        "add /ppp/secret ana needs what is there already and not ours",
    ]
    assert isp.online("norte-1") == {"eva"}
    assert box.rows("/ppp/profile", name="hogar-20")[0]["rate-limit"] == "1M/1M"
    assert isp.apply("--adopt").code == 0
    assert isp.online("norte-1") == {"ana", "eva"}
    assert isp.plan().changes == []


def test_two_rows_with_one_key_are_a_conflict_of_that_row_alone(isp: Isp) -> None:
    box = isp.routers["sur-1"]
    for _ in range(2):
        rule = {"chain": "forward", "action": "drop", "src_address_list": "morosos"}
        box.add("/ip/firewall/filter", **rule, comment="ispconf:router:sur-1#block twice")
    ran = isp.apply()
    assert ran.code == 5
    (said,) = ran.json["applied"]["sur-1"]["refused"]
    assert "2 rows have this key; remove the ones that are wrong" in said
    assert box.rows("/queue/simple", name="ben/casa")


def test_a_change_of_plan_waits_for_its_day(tmp_path: Path, simulator: Simulator) -> None:
    isp = founded(
        tmp_path / "isp",
        simulator,
        boxes={"sur-1": BOXES["sur-1"]},
        people={"ben": Person("sur-1", "queue", "10.30.0.15")},
        paid={"ben": "350.00"},
    )
    assert isp.apply().code == 0
    assert isp.run("subscriber", "set", "ben", "plan=hogar-50", "--on", "2026-11-10").code == 0
    isp.today = "2026-11-09"
    assert isp.plan().changes == []
    isp.today = "2026-11-10"
    ran = isp.plan()
    assert ran.json["impact"]["speed"] == 1
    (change,) = [each for each in ran.changes if each["owner"] == "ben/casa"]
    assert (change["effect"], change["reason"]) == ("speed", "plan hogar-50")
    assert isp.apply().code == 0
    assert isp.plan().changes == []


# guards


def crowd(count: int, router: str = "sur-1", net: str = "10.30.0") -> dict[str, Person]:
    kind = "queue" if router == "sur-1" else "pppoe"
    return {
        f"p{n:02}": Person(router, kind, f"{net}.{20 + n}", f"Persona {n}") for n in range(count)
    }


def big(tmp_path: Path, simulator: Simulator, paid: int) -> Isp:
    """Thirty people on one router of whom the first ``paid`` have paid; guards as by default."""
    people = crowd(30)
    money = dict.fromkeys(list(people)[:paid], "350.00")
    isp = founded(
        tmp_path / "isp", simulator, boxes={"sur-1": BOXES["sur-1"]}, people=people, paid=money
    )
    assert isp.apply().code == 0
    isp.forget()
    return isp


@pytest.mark.parametrize(("cut", "code"), [(5, 0), (6, 5)])
def test_cuts_of_one_run_at_their_bound(
    tmp_path: Path, simulator: Simulator, cut: int, code: int
) -> None:
    isp = big(tmp_path, simulator, 30 - cut)
    isp.today = CUT
    assert isp.plan().code == code
    ran = isp.apply()
    assert ran.code == code
    assert len(isp.listed("sur-1")) == (0 if code else cut)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("2028-01-10", "nothing was recorded in ledger/ since 2026-1"),
        ("2026-10-01", "this clock says 2026-10-01, but ledger/ has entries recorded on"),
    ],
)
def test_a_clock_that_is_wrong_takes_nobody_off(
    tmp_path: Path, simulator: Simulator, clock: str, said: str
) -> None:
    isp = big(tmp_path, simulator, 28)
    isp.today = clock
    ran = isp.apply()
    assert ran.code == 5
    assert said in ran.router("sur-1")["problem"]
    assert not isp.listed("sur-1")
    if clock > CUT:
        assert isp.apply("--date", clock).code == 0
        assert len(isp.listed("sur-1")) == 2


def test_a_bill_run_that_comes_weeks_late_cuts_no_town(
    tmp_path: Path, simulator: Simulator
) -> None:
    isp = big(tmp_path, simulator, 30)
    isp.today = "2026-12-20"
    ran = isp.run("bill")
    assert (ran.code, "30 of 30 come late, the oldest by 22 days" in ran.err) == (0, True)
    ran = isp.apply()
    assert (ran.code, isp.listed("sur-1")) == (5, set())
    assert ran.router("sur-1")["problem"].startswith("guard cuts: 30 of 30 subscribers")


def test_without_a_ledger_nobody_is_cut_and_it_is_said_who_comes_back_for_that(
    tmp_path: Path, simulator: Simulator
) -> None:
    isp = big(tmp_path, simulator, 28)
    isp.today = CUT
    assert isp.apply().code == 0
    assert len(isp.listed("sur-1")) == 2
    rmtree(isp.folder / "ledger")
    said = "ledger/ has no entries, so nobody owes anything: is the folder missing?"
    assert said in isp.plan().router("sur-1")["notes"]
    ran = isp.run("plan")
    assert said in ran.out
    assert said in isp.run("status").out


def test_a_mass_cut_is_refused_until_exactly_that_many_are_allowed(
    tmp_path: Path, simulator: Simulator
) -> None:
    isp = big(tmp_path, simulator, 20)
    isp.today = CUT
    ran = isp.apply()
    assert ran.code == 5
    assert ran.router("sur-1")["status"] == "refused"
    assert ran.router("sur-1")["problem"].startswith(
        "guard cuts: 10 of 30 subscribers would be cut by the calendar in one run "
        "(33.3 %, the limit is 15 % and at least 5; for example: suspended: invoice"
    )
    assert ran.router("sur-1")["problem"].endswith("allow it with --allow cuts=10")
    assert isp.writes() == []
    assert isp.apply("--allow", "cuts=9").code == 5
    assert isp.apply("--allow", "cuts=11").code == 5
    assert isp.apply("--allow", "service_loss=10").code == 5
    assert isp.apply("--allow", f"cuts=10@{'0' * 12}").code == 5
    assert (
        "is for plan 000000000000, this one is"
        in isp.run("apply", "--allow", f"cuts=10@{'0' * 12}").out
    )
    assert isp.writes() == []
    assert isp.apply("--allow", f"cuts=10@{isp.plan().json['digest'][:12]}").code == 0
    assert len(isp.listed("sur-1")) == 10


@pytest.mark.parametrize(("lost", "code"), [(5, 0), (6, 5)])
def test_files_that_are_deleted_by_mistake(
    tmp_path: Path, simulator: Simulator, lost: int, code: int
) -> None:
    people = crowd(30)
    isp = founded(
        tmp_path / "isp", simulator, boxes={"sur-1": BOXES["sur-1"]}, people=people, paid={}
    )
    isp.write("ledger/2026/10/2026-10-28-invoices.yaml", "")
    assert isp.apply().code == 0
    isp.delete(*(f"subscribers/p{n:02}.yaml" for n in range(lost)))
    isp.forget()
    ran = isp.apply("--allow", f"removed={lost}")
    assert ran.code == code
    if code:
        assert (
            "guard service_loss: 6 of 30 subscribers would lose service by a change of files"
            in (ran.router("sur-1")["problem"])
        )
        assert isp.writes() == []
        assert "REFUSED  guard service_loss" in isp.run("plan").out
        assert "sur-1: refused, guard service_loss" in isp.run("apply").out
        assert isp.apply("--allow", "removed=6", "--allow", "service_loss=6").code == 0
    assert len(isp.routers["sur-1"].rows("/queue/simple")) == 30 - lost


def test_rows_that_would_be_removed_or_changed_in_a_mass(
    tmp_path: Path, simulator: Simulator
) -> None:
    isp = big(tmp_path, simulator, 30)
    isp.change("plans/hogar-20.yaml", "down: 20M", "down: 21M")
    ran = isp.apply()
    assert ran.code == 5
    assert "guard changed: 30 of 39 managed rows would be changed" in ran.router("sur-1")["problem"]
    assert isp.apply("--allow", "changed=30").code == 0
    isp.write(
        "inventory/sur-1.yaml",
        isp.text("inventory/sur-1.yaml").replace(
            "zone: sur", "zone: sur\nsuspension: {allow: [], list: otros}"
        ),
    )
    for n in range(6):
        isp.change(
            f"subscribers/p{n:02}.yaml",
            "since: 2026-11-01",
            "since: 2026-11-01\n    cancelled: {on: 2026-11-02}",
        )
    ran = isp.plan()
    assert "guard removed: " in ran.router("sur-1")["problem"]
    assert "guard service_loss: 6 of 30" in ran.router("sur-1")["problem"]


@pytest.mark.parametrize("given", ["cuts", "cuts=", "cuts=x", "cuts=-1", "cots=4", "=4"])
def test_an_allowance_that_says_nothing(isp: Isp, given: str) -> None:
    ran = isp.run("apply", "--allow", given)
    assert ran.code == 2
    assert "write it like removed=12" in ran.err
    assert isp.apply("--allow", given).json["exit_code"] == 2


def test_a_router_that_is_empty_where_it_had_rows_is_not_filled_unasked(running: Isp) -> None:
    box = running.routers["sur-1"]
    for path in (
        "/queue/simple",
        "/ip/firewall/address-list",
        "/ip/firewall/filter",
        "/ip/firewall/nat",
    ):
        box.remove(path, *(row[".id"] for row in box.rows(path)))
    ran = running.apply()
    assert ran.code == 4
    assert ran.router("sur-1")["status"] == "incomplete"
    assert "it has none of the 10 rows of the last apply" in ran.router("sur-1")["problem"]
    assert running.writes() == []
    assert running.apply("--allow", "empty=1").code == 0
    assert box.rows("/queue/simple", name="ben/casa")


# one at a time


def test_two_applies_do_not_run_at_once(isp: Isp) -> None:
    ended: list[tuple[int, str]] = []

    def second(_: object) -> None:
        if not ended:
            process = isp.process("apply", "--format", "json")
            ended.append((process.wait(), process.communicate()[0]))

    isp.routers["norte-1"].before_write = second
    assert isp.apply().code == 0
    ((code, out),) = ended
    assert code == 5
    assert "another ispconf is at this repository's apply" in json.loads(out)["problem"]


def test_an_apply_needs_a_git_repository(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "ispconf.yaml").write_text(COMPANY, encoding="utf-8")
    isp = Isp(folder)
    for verb in ("plan", "apply", "drift"):
        ran = isp.json(verb)
        assert ran.code == 1
        assert "is not a git repository; make it one with: git" in ran.json["problem"]
    assert isp.run("check").code == 0
    assert isp.run("status").code == 0


def test_what_was_not_done_is_not_told_as_done(tmp_path: Path, simulator: Simulator) -> None:
    isp = big(tmp_path, simulator, 20)
    isp.today = CUT
    ran = isp.run("apply")
    assert "Subscribers: none affected.\nMoney: 0 services suspended, 0 restored.\n" in ran.out
    assert ran.code == 5
