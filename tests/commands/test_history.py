"""``history``, ``blame``, ``audit`` and ``explain``: who did what, when, and what came of it."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ispconf.simulator import Simulator
from tests.commands.office import office
from tests.commands.shapes import COMMIT, DAY, ENTRY, MONEY, misfits
from tests.commands.world import BOXES, CUT, PEOPLE, Isp, founded
from tests.edge.repositories import git

SIGNED = {"commit": (COMMIT, type(None)), "author?": str, "email?": str, "subject?": str}
CHANGES = [{"path": str, "before": (str, list, dict, type(None)),
            "after": (str, list, dict, type(None))}]  # fmt: skip
HEAD = {"format": {1}, "date": DAY, "commit": COMMIT, "exit_code": {0}, "notes": [str]}
HISTORY = HEAD | {
    "subscriber": str, "ids": [str], "file": (str, type(None)),
    "events": [{
        "day": DAY, "kind": str, "text": str, "ref?": str, "entry?": ENTRY, "file?": str,
        "changes?": CHANGES, "service?": str, "rule?": str, "router?": str, "effect?": str,
        "time?": str, "actor?": str, "run?": str, "applied?": COMMIT, "rows?": [dict],
        **{f"{key.rstrip('?')}?": shape for key, shape in SIGNED.items()},
    }],
}  # fmt: skip
BLAME = HEAD | {
    "subscriber": str, "ids": [str], "file": (str, type(None)),
    "fields": [SIGNED | {"field": str, "value": (str, list), "day": DAY,
                         "before": (str, list, type(None))}],
}  # fmt: skip
DONE = {
    "files": [{"kind": str, "id": str, "deed": str, "file": str, "was": str, "texts": [str],
               "changes": CHANGES}],
    "money": [{"type": str, "entries": int, "amount": MONEY}],
    "removed": [str],
}  # fmt: skip
EXPLAIN = HEAD | DONE | {
    "from": COMMIT, "to": COMMIT, "plans?": [{"plan": str, "subscribers": int}]
}  # fmt: skip
AUDIT = HEAD | {
    "commits": [DONE | SIGNED | {"time": str, "merge": bool}],
    "applies?": [{
        "run": str, "commit": COMMIT, "dirty": bool, "time": str, "day": DAY, "actor": str,
        "url": (str, type(None)), "exit_code": (int, type(None)),
        "routers": [{"router": str, "outcomes": dict, "subscribers": dict,
                     "result": (dict, type(None))}],
    }],
}  # fmt: skip

ANA, EVA = "subscribers/ana.yaml", "subscribers/eva.yaml"


@pytest.fixture
def isp(tmp_path: Path) -> Isp:
    return office(tmp_path / "isp")


def events(isp: Isp, *words: str) -> list[dict[str, Any]]:
    ran = isp.json("history", *words)
    assert ran.code == 0, ran.out
    assert misfits(ran.json, HISTORY) == []
    found: list[dict[str, Any]] = ran.json["events"]
    return found


def told(isp: Isp, *words: str) -> list[tuple[str, str]]:
    return [(event["kind"], event["text"]) for event in events(isp, *words)]


# history


def test_ws50_a_life_on_one_page(isp: Isp) -> None:
    isp.change(ANA, "plan: hogar-20", "plan: hogar-50")
    isp.change(ANA, "clave-de-prueba", "otra-clave")
    isp.commit("Ana wants more")
    isp.today = "2026-11-10"
    isp.pay("ana", "350.00")
    found = [text for kind, text in told(isp, "ana") if kind not in ("created", "changed")]
    assert found == [
        "invoices-000001: invoice Internet 2026-11-01/2026-12-01, due 2026-11-01   350.00 MXN",
        "begins",
        "cut: invoice invoices-000001 (350.00 MXN) was due 2026-11-01, cut 2026-11-05",
        "caja1-000003: payment cash 99   350.00 MXN",
        "restored: nothing is open, last payment caja1-000003 (350.00 MXN) on 2026-11-10",
    ]
    isp.today = "2027-12-31"  # after the day on which the tests run
    made = [text for kind, text in told(isp, "ana") if kind in ("created", "changed")]
    assert made == [
        "created: plan hogar-20 on norte-1, 10.20.0.15",
        "plan hogar-20 -> hogar-50; password changed",
    ]
    assert "clave" not in isp.json("history", "ana").out + isp.run("history", "ana").out


def test_who_and_which_commit(isp: Isp) -> None:
    isp.today = "2027-12-31"
    isp.change(ANA, "plan: hogar-20", "plan: hogar-50")
    commit = isp.commit("Ana wants more\n\nmuch more")
    isp.pay("ana", "1.00")
    changed = next(event for event in events(isp, "ana") if event["kind"] == "changed")
    assert (changed["commit"], changed["author"], changed["subject"]) == (
        commit, "Ana", "Ana wants more"
    )  # fmt: skip
    assert changed["changes"] == [
        {"path": "services.casa.plan", "before": "hogar-20", "after": "hogar-50"}
    ]
    paid = next(event for event in events(isp, "ana") if event["kind"] == "payment")
    assert paid["commit"] is None
    out = isp.run("history", "ana").out
    assert f"Ana            {commit[:8]}  plan hogar-20 -> hogar-50" in out
    assert "not committed            caja1-000003: payment cash" in out


def test_only_since_a_day_and_only_up_to_it(isp: Isp) -> None:
    isp.today = CUT
    assert {kind for kind, _ in told(isp, "ana", "--since", CUT)} == {"cut"}
    isp.today = "2026-11-04"
    assert "cut" not in {kind for kind, _ in told(isp, "ana")}


def test_somebody_who_left_and_somebody_who_never_was(isp: Isp) -> None:
    isp.today = "2027-12-31"
    git(isp.folder, "rm", "-q", EVA)
    isp.commit("Eva left")
    found = isp.json("history", "eva")
    assert found.json["file"] is None
    assert ("deleted", f"deleted {EVA}") in told(isp, "eva")
    assert "was subscribers/eva.yaml, deleted" in isp.run("history", "eva").out
    for verb in ("history", "blame"):
        ran = isp.json(verb, "evva")
        assert ran.code == 1
        assert ran.json["problem"] == (
            '"evva" is not in subscribers/, now or in any commit (did you mean "eva"?)'
        )


def test_a_renamed_subscriber_keeps_their_life(isp: Isp) -> None:
    isp.today = "2027-12-31"
    git(isp.folder, "mv", EVA, "subscribers/eva-ruiz.yaml")
    isp.commit("Eva Ruiz")
    kinds = [kind for kind, _ in told(isp, "eva-ruiz")]
    assert {"created", "renamed", "invoice", "payment"} <= set(kinds)
    assert "before: eva" in isp.run("history", "eva-ruiz").out


@pytest.mark.parametrize(
    "verb",
    [("history", "ana"), ("blame", "ana"), ("audit", "--since", "HEAD"), ("explain", "HEAD")],
)
def test_without_commits_there_is_no_history(tmp_path: Path, verb: tuple[str, ...]) -> None:
    isp = office(tmp_path / "isp")
    git(isp.folder, "update-ref", "-d", "HEAD")
    ran = isp.run(*verb)
    assert ran.code == 1
    assert "there is no commit in" in ran.err
    assert "make the first one with: git add ." in ran.err


def test_a_shallow_clone_says_what_is_missing(isp: Isp, tmp_path: Path) -> None:
    isp.change(ANA, "plan: hogar-20", "plan: hogar-50")
    isp.commit()
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{isp.folder}", "shallow")
    clone = Isp(tmp_path / "shallow", today="2027-12-31")
    assert "note: this clone is shallow" in clone.run("history", "ana").out
    assert clone.json("blame", "ana").json["notes"]
    ran = clone.run("audit", "--since", "HEAD~1")
    assert ran.code == 1
    assert 'there is no commit "HEAD~1"; this clone is shallow' in ran.err
    assert "of this shallow clone" in clone.run("history", "nobody").err


def test_what_others_wrote_is_harmless(isp: Isp) -> None:
    isp.today = "2027-12-31"
    isp.change(ANA, "Ana López", '"Ana \\e[31m"')
    isp.commit("::error::x \x1b[2J")
    for words in (("history", "ana"), ("blame", "ana"), ("audit", "--since", "2020-01-01"),
                  ("explain", "HEAD~1..")):  # fmt: skip
        out = isp.run(*words).out
        assert "\x1b" not in out
        assert not any(line.startswith("::") for line in out.splitlines())


def test_pauses_moves_and_two_services(isp: Isp) -> None:
    isp.today = "2027-12-31"
    isp.change(ANA, "    access:", "    paused: [{from: 2026-11-08, until: 2026-11-09}]\n"
               "    free: {from: 2026-11-15, until: 2026-11-16}\n    access:")  # fmt: skip
    isp.write("subscribers/norte/ana.yaml", isp.text(ANA) + (
        "  tv:\n    plan: hogar-20\n    since: 2026-11-20\n    access: {type: none}\n"
    ))  # fmt: skip
    isp.delete(ANA)
    isp.pay("ana", "350.00")
    isp.commit("Move")
    texts = [text for _, text in told(isp, "ana")]
    assert "casa: begins" in texts
    assert "casa: paused from 2026-11-08 until 2026-11-09" in texts
    assert "casa: resumed: nothing is open" in texts or any("casa: cut" in text for text in texts)
    (moved,) = [text for kind, text in told(isp, "ana") if kind == "moved"]
    assert moved.startswith("moved from subscribers to subscribers/norte; ")
    assert "service tv added: plan hogar-20" in moved
    out = isp.run("explain", "HEAD~1").out
    assert "ana moved from subscribers to subscribers/norte" in out


def test_other_files_in_words(isp: Isp) -> None:
    isp.write("docs/a.md", "one two three four five six\n" * 9)
    isp.commit()
    git(isp.folder, "mv", "docs/a.md", "b.md")
    isp.write("ledger/2026/10/closing.yaml", "x")
    isp.commit()
    out = isp.run("explain", "HEAD~1").out
    assert "b.md moved from docs to ." in out or "b.md renamed from docs/a.md" in out
    isp.write("b.md", "x")
    isp.commit()
    assert "b.md changed" in isp.run("explain", "HEAD~1").out


# blame


def test_each_field_has_its_last_change(isp: Isp) -> None:
    isp.change(ANA, "plan: hogar-20", "plan: hogar-50")
    first = isp.commit("More speed")
    isp.change(ANA, "clave-de-prueba", "otra-clave")
    second = isp.commit("Password")
    isp.write("subscribers/norte/ana.yaml", isp.text(ANA))
    isp.delete(ANA)
    isp.commit("Move")
    isp.change("subscribers/norte/ana.yaml", "10.20.0.15", "10.20.0.77")
    ran = isp.json("blame", "ana")
    assert misfits(ran.json, BLAME) == []
    assert "clave" not in ran.out
    found = {field["field"]: field for field in ran.json["fields"]}
    plan, password = found["services.casa.plan"], found["services.casa.access.password"]
    assert (plan["value"], plan["before"], plan["commit"]) == ("hogar-50", "hogar-20", first)
    assert (password["value"], password["before"]) == ("(secret)", "(secret)")
    assert password["commit"] == second
    assert found["services.casa.access.address"]["commit"] is None
    assert found["name"]["subject"] == "start"
    out = isp.run("blame", "ana").out
    assert "hogar-50    hogar-20" in out
    assert "not committed" in out


# explain


def test_two_commits_in_an_operators_words(isp: Isp) -> None:
    isp.change("plans/hogar-20.yaml", "price: 350.00", "price: 380.00")
    isp.change(ANA, "plan: hogar-20", "plan: hogar-50")
    isp.change("inventory/sur-1.yaml", "routeros: 6", "routeros: 7")
    isp.change("ispconf.yaml", "cut_day: 5", "cut_day: 7")
    isp.delete("subscribers/fito.yaml")
    isp.settle("gil", PEOPLE["ben"]._replace(address="10.30.0.99", name="Gil"))
    isp.pay("ana", "350.00", "1")
    isp.pay("ben", "350.00", "2")
    isp.commit()
    out = isp.run("explain", "HEAD~1..HEAD").out.splitlines()[2:]
    assert sorted(line.strip() for line in out) == sorted([
        "2 payments, 700.00 MXN",
        "ana: plan hogar-20 -> hogar-50",
        "price of plan hogar-20 350.00 -> 380.00 MXN: 3 subscribers",
        "routeros of router sur-1 6 -> 7",
        "ispconf.yaml: billing cut_day 5 -> 7",
        "fito deleted",
        "gil created: plan hogar-20 on sur-1, 10.30.0.99",
    ])  # fmt: skip
    ran = isp.json("explain", "HEAD~1")
    assert misfits(ran.json, EXPLAIN) == []
    assert ran.json["plans"] == [{"plan": "hogar-20", "subscribers": 3}]
    assert ran.json["money"] == [{"type": "payment", "entries": 2, "amount": "700.00"}]
    assert "nothing is different" in isp.run("explain", "HEAD..HEAD").out


def test_what_many_have_in_common_is_said_once(isp: Isp) -> None:
    for who in PEOPLE:
        isp.write(f"subscribers/{who}.yaml", isp.text(f"subscribers/{who}.yaml") + "notes: x\n")
    for number in range(5):
        isp.write(f"docs/{number}.md", "x")
    isp.commit()
    out = isp.run("explain", "HEAD~1..").out
    assert "notes x added: 6 subscribers (ana, ben, carla, ...)" in out
    assert "5 other files (docs/0.md, docs/1.md, docs/2.md, ...)" in out


def test_plans_of_files_that_are_wrong_count_nobody(isp: Isp) -> None:
    isp.change("plans/hogar-20.yaml", "price: 350.00", "price: 380.00")
    isp.change("plans/hogar-50.yaml", "rate:", "rat:")
    isp.commit()
    out = isp.run("explain", "HEAD~1..").out
    assert "price of plan hogar-20 350.00 -> 380.00 MXN\n" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "nix..HEAD"), 'there is no commit "nix"'),
        (("explain", "HEAD...HEAD"), "write two points"),
        (("audit", "--since", "nix"), '--since: git: there is no commit "nix"; nor is it a day'),
        (("audit", "--since", "HEAD", "--until", "2026-13-01"), "--until: git: there is no commit"),
    ],
)
def test_a_revision_that_is_unknown(isp: Isp, words: tuple[str, ...], said: str) -> None:
    ran = isp.run(*words)
    assert ran.code == 1
    assert said in ran.err


# audit


def test_what_commits_did(isp: Isp) -> None:
    isp.pay("ana", "350.00", "1")
    git(isp.folder, "add", "-A")
    git(isp.folder, "commit", "-qm", "Cash", "--author", "María <maria@example.com>")
    file = "ledger/2026/11/2026-11-03-caja1.yaml"
    isp.change(file, "350.00", "300.00")
    isp.commit("Cheat")
    ran = isp.json("audit", "--since", "HEAD~2")
    assert misfits(ran.json, AUDIT) == []
    paid, cheat = ran.json["commits"]
    assert (paid["author"], paid["money"][0]["amount"]) == ("María", "350.00")
    assert cheat["removed"] == ["caja1-000003"]
    out = isp.run("audit", "--since", "2020-01-01").out
    assert "    1 payment, 350.00 MXN" in out
    assert "taken out of the ledger, or changed: 1 entry (caja1-000003)" in out
    assert "3 commits by 2 authors" in out
    only = isp.json("audit", "--since", "HEAD~2", "--author", "MARIA@").json["commits"]
    assert [each["subject"] for each in only] == ["Cash"]
    assert isp.json("audit", "--since", "2020-01-01", "--until", "2020-02-01").json["commits"] == []
    until = isp.json("audit", "--since", "HEAD~2", "--until", "HEAD~1").json["commits"]
    assert [each["subject"] for each in until] == ["Cash"]


def test_a_long_commit_is_cut_in_text_and_whole_in_csv(isp: Isp) -> None:
    for number in range(20):
        person = PEOPLE["ben"]._replace(address=f"10.30.0.{number + 100}", name="=cmd()")
        isp.settle(f"gil-{number}", person)
    isp.commit("=SUM(1)")
    assert "... and 8 more (--format json has all)" in isp.run("audit", "--since", "HEAD~1").out
    ran = isp.run("audit", "--since", "HEAD~1", "--format", "csv")
    head, *rows = list(csv.reader(StringIO(ran.out)))
    assert head == ["time", "commit", "author", "email", "subject", "what"]
    assert len(rows) == 20
    assert rows[0][4] == "'=SUM(1)"


def test_what_applies_did(tmp_path: Path, simulator: Simulator) -> None:
    people = {"ben": PEOPLE["ben"], "gil": PEOPLE["ben"]._replace(address="10.30.0.99")}
    boxes = {"sur-1": BOXES["sur-1"]}
    isp = founded(tmp_path / "isp", simulator, boxes=boxes, people=people, paid={})
    assert isp.apply().code == 0
    isp.today = CUT
    assert isp.apply().code == 0
    ran = isp.json("audit", "--since", "2020-01-01", "--routers")
    assert misfits(ran.json, AUDIT) == []
    later, first = ran.json["applies"]
    assert first["routers"][0]["subscribers"] == {"create": ["ben", "gil"]}
    (router,) = later["routers"]
    assert router["subscribers"]["suspend"] == ["ben", "gil"]
    assert set(router["outcomes"]) == {"done"}
    assert "applies" not in isp.json("audit", "--since", "2020-01-01").json
    out = isp.run("audit", "--since", "HEAD", "--routers", "--author", "nobody").out
    assert "applied" not in out
    assert "  applied\n    sur-1: " in isp.run("audit", "--since", "2020-01-01", "--routers").out
    applied = [event for event in events(isp, "ben") if event["kind"] == "applied"]
    assert {event["router"] for event in applied} == {"sur-1"}
    assert any(event["effect"] == "suspend" for event in applied)
    assert all(event["service"] == "ben/casa" for event in applied)
    paid = isp.pay("ben", "350.00").json["entries"][0]["no"]  # WS-50: what restored, and where
    assert isp.apply().code == 0
    runs = isp.json("audit", "--since", "2020-01-01", "--routers").json["applies"]
    deeds = [router["subscribers"] for run in runs for router in run["routers"]]
    assert ["ben"] in [each.get("restore") for each in deeds]
    restored = [event for event in events(isp, "ben") if event.get("effect") == "restore"]
    assert paid in restored[0]["text"]
