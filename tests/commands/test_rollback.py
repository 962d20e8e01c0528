"""``rollback``: the way back is a commit, a plan, and then an apply like any other."""

import json
from pathlib import Path

import pytest

from ispconf.simulator import Simulator
from tests.commands.world import Isp, Person, founded, held
from tests.edge.repositories import git

ANA = "subscribers/ana.yaml"


@pytest.fixture
def isp(tmp_path: Path, simulator: Simulator) -> Isp:
    """An applied network, and a commit after it that changes people, a plan and the ledger."""
    isp = founded(tmp_path / "isp", simulator)
    assert isp.apply().code == 0
    return isp


def changed(isp: Isp) -> None:
    isp.change("plans/hogar-50.yaml", "down: 50M", "down: 60M")
    isp.change(ANA, "10.20.0.15", "10.20.0.44")
    isp.settle("gil", Person("sur-1", "queue", "10.30.0.90", "Gil Mora"))
    isp.pay("ben", "350.00")
    isp.commit("Faster, and a new subscriber")


def test_after_a_rollback_the_routers_are_as_they_were(isp: Isp) -> None:  # P-25
    before = {name: held(router) for name, router in isp.routers.items()}
    target = git(isp.folder, "rev-parse", "HEAD")
    changed(isp)
    ledger = isp.text("ledger/2026/11/2026-11-03-caja1.yaml")
    assert isp.apply().code == 0

    asked = isp.json("rollback", target)
    assert (asked.code, asked.json["branch"]) == (0, f"rollback-{target[:7]}")
    assert asked.json["reverted"] == [
        "plans/hogar-50.yaml", ANA, "subscribers/gil.yaml",
    ]  # fmt: skip
    assert {name: held(router) for name, router in isp.routers.items()} != before
    assert "10.20.0.44" in isp.text(ANA)  # the work tree is as it was

    git(isp.folder, "merge", "-q", "--ff-only", asked.json["branch"])
    planned = isp.plan()
    assert [c["after"] for c in planned.changes] == [c["after"] for c in asked.changes]
    assert isp.apply().code == 0
    assert {name: held(router) for name, router in isp.routers.items()} == before
    assert isp.text("ledger/2026/11/2026-11-03-caja1.yaml") == ledger


def test_a_rollback_gives_the_operations_of_a_revert(isp: Isp) -> None:  # P-25
    target = git(isp.folder, "rev-parse", "HEAD")
    isp.change(ANA, "10.20.0.15", "10.20.0.44")
    isp.commit("Another address")
    assert isp.apply().code == 0
    rolled = isp.json("rollback", target).json
    git(isp.folder, "revert", "--no-edit", "HEAD")
    assert isp.plan().json["digest"] == rolled["digest"]


def test_who_has_entries_in_the_ledger_keeps_the_file(isp: Isp) -> None:
    target = git(isp.folder, "rev-parse", "HEAD")
    changed(isp)
    isp.pay("gil", "100.00", "77")
    isp.commit("Gil paid")
    ran = isp.run("rollback", target)
    assert "subscribers/gil.yaml stays: the ledger speaks of this subscriber." in ran.out
    assert git(isp.folder, "show", f"rollback-{target[:7]}:subscribers/gil.yaml")


def test_who_was_erased_does_not_come_back(isp: Isp) -> None:
    target = git(isp.folder, "rev-parse", "HEAD")
    changed(isp)
    isp.write(ANA, "name: (erased)\nerased: 2026-11-03\n")
    isp.commit("Erase ana")
    ran = isp.run("rollback", target)
    assert f"{ANA} does not come back: this subscriber was erased." in ran.out
    assert "erased" in git(isp.folder, "show", f"rollback-{target[:7]}:{ANA}")


def test_it_tells_what_it_undoes_and_how_to_go_on(isp: Isp, tmp_path: Path) -> None:
    target = git(isp.folder, "rev-parse", "HEAD")
    changed(isp)
    assert isp.apply().code == 0
    plan = tmp_path / "plan.json"
    ran = isp.run("rollback", "HEAD~1", "--branch", "back", "--exit-code", "--out", str(plan))
    written = json.loads(plan.read_text("utf-8"))
    assert written["branch"] == "back"
    assert written["repository"] == git(isp.folder, "rev-list", "--max-parents=0", "HEAD")
    assert ran.code == 10
    assert f"Branch back: 3 files go back to {target[:7]}; the ledger stays." in ran.out
    assert "git push origin back" in ran.out
    words = git(isp.folder, "log", "-1", "--format=%B", "back")
    assert words.startswith(f"Roll back to {target[:7]}")
    assert "Faster, and a new subscriber" in words
    assert git(isp.folder, "branch", "--show-current") == "main"


def test_the_guards_hold_for_the_way_back_too(isp: Isp) -> None:
    people = {f"p{n}": Person("sur-1", "queue", f"10.30.0.{n}", f"P {n}") for n in range(50, 70)}
    target = git(isp.folder, "rev-parse", "HEAD")
    for who, person in people.items():
        isp.settle(who, person)
    isp.commit("Twenty more")
    assert isp.apply().code == 0
    asked = isp.run("rollback", target)
    assert asked.code == 5
    assert "--allow service_loss=20" in asked.out
    git(isp.folder, "merge", "-q", "--ff-only", f"rollback-{target[:7]}")
    assert isp.apply().code == 5
    assert isp.apply("--allow", "service_loss=20", "--allow", "removed=20").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such"], 'git: there is no commit "no-such"'),
        (["other"], "other is not a commit before this one"),
        (["HEAD"], "nothing to roll back: the files are as they were at HEAD"),
        (["HEAD~1", "--branch", "main"], "there is a branch main already"),
        (["HEAD~1", "--branch", "a..b"], "git: "),
    ],
)
def test_what_cannot_be_rolled_back_is_refused(isp: Isp, words: list[str], said: str) -> None:
    changed(isp)
    git(isp.folder, "branch", "-q", "other")
    git(isp.folder, "checkout", "-q", "other")
    isp.change("ispconf.yaml", "Norte", "Norteño")
    isp.commit("on another branch")
    git(isp.folder, "checkout", "-q", "main")
    branches = git(isp.folder, "branch", "--list")
    ran = isp.run("rollback", *words)
    assert ran.code == 1
    assert said in ran.err
    assert git(isp.folder, "branch", "--list") == branches


def test_what_is_not_committed_stops_it(isp: Isp) -> None:
    changed(isp)
    isp.change(ANA, "Ana López", "Ana Ruiz")
    ran = isp.run("rollback", "HEAD~1")
    assert (ran.code, "not committed" in ran.err) == (1, True)


def test_a_way_back_that_does_not_pass_check_makes_no_branch(isp: Isp) -> None:
    """Gil's plan came after the commit to go back to, and Gil has to stay."""
    target = git(isp.folder, "rev-parse", "HEAD")
    isp.write("plans/hogar-90.yaml", "name: Hogar 90\nprice: 900.00\nrate: {down: 90M, up: 9M}\n")
    isp.settle("gil", Person("sur-1", "queue", "10.30.0.90", "Gil Mora", "hogar-90"))
    isp.pay("gil", "900.00", "77")
    isp.commit("Gil comes, with a plan of his own")
    ran = isp.run("rollback", target)
    assert ran.code == 1
    assert 'plan: "hogar-90" is not in plans/' in ran.err
    assert "rollback" not in git(isp.folder, "branch", "--list")
