"""``plan``: says what apply would do, and why, and writes nothing."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.commands.shapes import PLAN, misfits
from tests.commands.world import CUT, PEOPLE, Isp

NASTY = "<b>@maria</b> ](x) #1 | a `code` \\u202e =1+1 ::error::x"

WRITE = (
    "apply would be refused: API user ispconf lacks the policy write; on the router: "
    "/user/group set [/user get ispconf group] policy=write"
)
SENSITIVE = (
    "2 passwords cannot be compared: API user ispconf lacks the policy sensitive; "
    "on the router: /user/group set [/user get ispconf group] policy=sensitive"
)


def test_the_document_is_as_promised(isp: Isp) -> None:
    for words in ((), ("--router", "sur-1")):
        plan = isp.plan(*words)
        assert plan.code == 0
        assert misfits(plan.json, PLAN) == []
    assert isp.apply().code == 0
    isp.today = CUT
    isp.change("plans/hogar-50.yaml", "down: 50M", "down: 60M")
    isp.delete("subscribers/fito.yaml")
    isp.write(
        "subscribers/gil.yaml",
        isp.text("subscribers/ana.yaml").replace("ana", "gil").replace(".15", ".99"),
    )
    plan = isp.plan()
    assert misfits(plan.json, PLAN) == []
    assert plan.json["dirty"]
    assert plan.json["impact"] == {
        "lose": 5, "regain": 0, "speed": 2, "address": 0, "new": 1, "sessions_dropped": 3,
    }  # fmt: skip
    assert plan.json["summary"] | {"move": 0} == plan.json["summary"]
    assert {c["effect"] for c in plan.changes} == {"suspend", "cancel", "create", "speed"}


def test_it_names_commit_day_and_what_it_read(isp: Isp) -> None:
    head = isp.commit()
    plan = isp.plan("--date", "2026-11-04").json
    assert (plan["commit"], plan["dirty"], plan["date"]) == (head, False, "2026-11-04")
    live = {router["router"]: router["live"] for router in plan["routers"]}
    assert live["sur-1"] == {"routeros": "6.49.17", "identity": "sur-1", "rows": 2}
    isp.write("README.md", "not of the network")
    assert not isp.plan().json["dirty"]
    isp.settle("gil", PEOPLE["ben"]._replace(address="10.30.0.99"))
    assert isp.plan().json["dirty"]


def test_the_same_commit_day_and_routers_give_the_same_bytes(isp: Isp) -> None:
    for words in ((), ("--format", "json"), ("--format", "markdown"), ("--format", "html")):
        first, second = isp.run("plan", *words), isp.run("plan", *words)
        assert first == second
        assert first.code == 0


def test_the_digest_is_of_the_changes_alone(isp: Isp) -> None:
    digest = isp.plan().json["digest"]
    isp.routers["norte-1"].add("/ip/firewall/filter", chain="input", action="accept")
    isp.change("subscribers/ana.yaml", "# as on the contract", "# otherwise")
    assert isp.plan().json["digest"] == digest
    isp.change("subscribers/ana.yaml", "clave-de-prueba", "otra-clave")
    assert isp.plan().json["digest"] != digest


def test_a_plan_cannot_write_and_prints_each_menu_once(isp: Isp) -> None:
    for day in ("2026-11-03", CUT):
        isp.today = day
        assert isp.plan().code == 0
        for router in isp.routers.values():
            prints = Counter(heard.command for heard in router.log)
            assert set(prints.values()) == {1}
            assert all(command.endswith("/print") for command in prints)
        isp.forget()


def test_a_user_who_may_only_read_can_plan(isp: Isp) -> None:
    box = isp.routers["norte-1"]
    box.set("/user", "ispconf", group="read")
    plan = isp.plan()
    assert plan.code == 0
    assert plan.router("norte-1")["notes"] == [WRITE]
    ran = isp.apply("--router", "norte-1")
    assert (ran.code, ran.router("norte-1")["status"]) == (5, "refused")
    assert f"apply would be refused: {ran.router('norte-1')['problem']}" == WRITE
    assert isp.writes() == []


def test_passwords_that_cannot_be_read_are_noted_once_and_never_a_change(running: Isp) -> None:
    box = running.routers["norte-1"]
    box.add("/user/group", name="apis", policy="api,read,write")
    box.set("/user", "ispconf", group="apis")
    plan = running.plan()
    assert plan.changes == []
    assert plan.router("norte-1")["notes"] == [SENSITIVE]
    running.change("subscribers/ana.yaml", "plan: hogar-20", "plan: hogar-50")
    assert running.apply().code == 0
    assert running.row("norte-1", "/ppp/secret", "ana")["password"] == "clave-de-prueba"


@pytest.mark.parametrize(
    ("words", "routers"),
    [
        ([], ["centro-1", "norte-1", "sur-1"]),
        (["--router", "norte-1"], ["norte-1"]),
        (["--router", "sur-1", "--router", "norte-1"], ["norte-1", "sur-1"]),
        (["--zone", "sur"], ["centro-1", "sur-1"]),
        (["--zone", "norte", "--router", "sur-1"], ["norte-1", "sur-1"]),
    ],
)
def test_the_routers_that_are_asked_for(isp: Isp, words: list[str], routers: list[str]) -> None:
    plan = isp.plan(*words)
    assert [router["router"] for router in plan.json["routers"]] == routers
    for name, router in isp.routers.items():
        assert bool(router.log) is (name in routers)


def test_a_single_subscriber_and_what_theirs_refers_to(isp: Isp) -> None:
    plan = isp.plan("--subscriber", "ana")
    assert [(c["table"], c["owner"]) for c in plan.changes] == [
        ("/ppp/profile", "plan:hogar-20"),
        ("/ppp/secret", "ana/casa"),
    ]
    assert isp.apply("--subscriber", "ana").code == 0
    assert isp.online("norte-1") == {"ana"}
    assert isp.plan("--subscriber", "ana").changes == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--router", "nort-1"], '"nort-1" is not in inventory/ (did you mean "norte-1"?)'),
        (["--zone", "nrte"], '"nrte" is not in zones of ispconf.yaml (did you mean "norte"?)'),
        (["--subscriber", "anna"], '"anna" is not in subscribers/ (did you mean "ana"?)'),
    ],
)
def test_names_that_do_not_exist(isp: Isp, words: list[str], said: str) -> None:
    for verb in ("plan", "apply"):
        ran = isp.run(verb, *words)
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.err
        assert isp.json(verb, *words).json["problem"] == said
    assert not any(router.log for router in isp.routers.values())


def test_who_is_in_no_file_any_more_can_still_be_named(running: Isp) -> None:
    running.delete("subscribers/fito.yaml", "ledger/2026/11/2026-11-02-caja1.yaml")
    ledger = "ledger/2026/10/2026-10-28-invoices.yaml"
    kept = [line for line in running.text(ledger).splitlines() if "fito" not in line]
    running.write(ledger, "\n".join(kept) + "\n")
    plan = running.plan("--subscriber", "fito")
    assert plan.code == 0
    assert {c["effect"] for c in plan.changes} == {"cancel"}


def test_exit_code_tells_whether_there_are_changes(isp: Isp) -> None:
    assert isp.plan("--exit-code").code == 10
    assert isp.plan().code == 0
    assert isp.apply().code == 0
    assert isp.plan("--exit-code").code == 0


def test_the_file_for_an_approval_is_the_json(isp: Isp, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    ran = isp.run("plan", "--out", str(out))
    assert "Plan: 36 to add on 3 routers." in ran.out
    assert json.loads(out.read_text(encoding="utf-8")) == isp.plan().json


def test_people_read_a_line_for_each_change(running: Isp) -> None:
    running.today = CUT
    running.settle("ana", PEOPLE["ana"]._replace(plan="hogar-50"))
    running.delete("subscribers/fito.yaml")
    running.settle("gil", PEOPLE["ben"]._replace(address="10.30.0.99", name="Gil"))
    text = running.run("plan").out
    for line in (
        "norte-1   RouterOS 7.16.2   19 rows",
        "  ~ /ppp/secret   ana       profile  hogar-20 -> hogar-50, disabled  no -> yes  ",
        "  ! /ppp/active   ana       disconnect",
        "  + /queue/simple              gil/casa    5M/20M, 10.30.0.99/32  new subscriber gil/casa",
        "Subscribers: 5 lose service, 1 new; 2 sessions dropped.",
        "Money: 4 services suspended (1550.00 MXN past due), 0 restored.",
    ):
        assert line in text


def test_what_subscribers_write_does_no_harm_in_any_rendering(isp: Isp) -> None:
    isp.settle("ana", PEOPLE["ana"]._replace(name=f'"{NASTY}"'))
    ran = isp.run("check")
    assert ran.code == 0, ran.err + ran.out
    assert isp.apply().code == 0
    isp.change("subscribers/ana.yaml", "plan: hogar-20", "plan: hogar-50")
    isp.routers["norte-1"].set("/ppp/secret", "ana", comment=f"ispconf:otro/casa {NASTY}")
    isp.routers["norte-1"].set("/ppp/secret", "eva", profile="default")
    for verb in ("plan", "drift"):
        assert "\u202e" not in isp.run(verb).out
        marked = isp.run(verb, "--format", "markdown").out
        assert "<b>" not in marked.replace("<b>norte-1</b>", "").replace(
            "<b>sur-1</b>", ""
        ).replace("<b>centro-1</b>", "")
        assert "@maria" not in marked
        page = isp.run(verb, "--format", "html").out
        assert "<b>" not in page


def test_markdown_has_a_marker_a_summary_and_a_block_for_each_router(isp: Isp) -> None:
    text = isp.run("plan", "--format", "markdown").out
    assert text.startswith("<!-- ispconf:plan -->\n### Plan: 36 to add on 3 routers.\n")
    assert text.count("<details>") == text.count("</details>") == 3


def test_html_stands_alone(isp: Isp) -> None:
    text = isp.run("plan", "--format", "html").out
    assert text.startswith("<!doctype html>")
    assert "new subscriber ana/casa" in text


def test_a_router_of_which_nothing_is_asked_yet_waits_with_its_changes(running: Isp) -> None:
    running.commit()
    assert running.apply().code == 0
    file = "inventory/norte-1.yaml"
    running.write(file, running.text(file) + "api: disabled\n")
    plan = running.plan()
    assert plan.code == 0
    assert plan.router("norte-1")["status"] == "unchanged"
    running.today = CUT
    late = running.plan("--exit-code")
    assert late.code == 4
    assert late.router("norte-1")["status"] == "deferred"
    assert ("norte-1", "set", "secret", "suspend") in late.effects()
    assert late.json["summary"]["deferred"] == 1
    assert "1 change waits" in running.run("plan").out
    running.forget()
    assert running.apply().code == 4
    assert running.routers["norte-1"].log == []
    assert running.listed("sur-1") == {"10.30.0.15"}
    running.change(file, "api: disabled\n", "")
    assert running.apply().code == 0
    assert running.online("norte-1") == {"eva"}
