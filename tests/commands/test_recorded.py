"""Plans that are recorded, approved and merged: what apply takes from the branch of plans."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ispconf.edge.history import Repository
from ispconf.edge.merged import proposed
from ispconf.simulator import Faults, Simulator
from tests.commands.office import office
from tests.commands.test_approvals import pair
from tests.commands.world import BEFORE, COMPANY, CUT, PEOPLE, Isp, Person
from tests.edge.repositories import git


@pytest.fixture
def two(tmp_path: Path, simulator: Simulator) -> Isp:
    return shared(pair(tmp_path / "isp", simulator))


def shared(isp: Isp) -> Isp:
    """The provider with a remote that has what it has."""
    git(isp.folder.parent, "clone", "-q", "--bare", str(isp.folder), "origin.git")
    git(isp.folder, "remote", "add", "origin", str(isp.folder.parent / "origin.git"))
    git(isp.folder, "fetch", "-q", "origin")
    return isp


def propose(isp: Isp, change: Callable[[Isp], object], name: str = "propuesta", **more: Any) -> str:
    """A branch with a change whose plan is recorded; gives its commit, and goes back to main."""
    git(isp.folder, "switch", "-q", "-c", name, "main")
    change(isp)
    commit = isp.commit(name)
    record(isp, **more)
    git(isp.folder, "switch", "-q", "main")
    return commit


def record(isp: Isp, *words: str, code: int = 0) -> Any:
    file = str(isp.folder.parent / "plan.json")
    isp.plan("--out", file)
    ran = isp.json("ci", "record", file, *words)
    assert ran.code == code, ran.out
    return ran.json


def merge(isp: Isp, name: str, how: str = "merge") -> None:
    if how == "merge":
        git(isp.folder, "merge", "-q", "--no-ff", "-m", "merge", name)
    elif how == "squash":
        git(isp.folder, "merge", "-q", "--squash", name)
        git(isp.folder, "commit", "-q", "-m", "squash")
    else:
        git(isp.folder, "cherry-pick", name)


def faster(who: str) -> Callable[[Isp], None]:
    return lambda isp: isp.settle(who, PEOPLE[who]._replace(plan="hogar-50"))


def speed(isp: Isp, who: str = "ben") -> str:
    if who == "ana":
        return isp.row("norte-1", "/ppp/secret", "ana")["profile"]
    return isp.row("sur-1", "/queue/simple", f"{who}/casa")["max-limit"]


FAST, SLOW = "10000000/50000000", "5000000/20000000"


@pytest.mark.parametrize(
    ("how", "behind"), [("merge", True), ("squash", False), ("squash", True), ("rebase", True)]
)
def test_what_was_recorded_is_applied_however_it_is_merged(
    two: Isp,
    how: str,
    behind: bool,  # noqa: FBT001
) -> None:
    propose(two, faster("ben"))
    if behind:  # main goes on meanwhile
        two.write("ledger/README.md", "otra cosa\n")
        two.commit("else")
    assert two.apply("--approved", "recorded").code == 0
    assert speed(two) == SLOW  # it is not merged yet
    merge(two, "propuesta", how)
    git(two.folder, "branch", "-q", "-D", "propuesta")
    ran = two.apply("--approved", "recorded")
    assert ran.code == 0, ran.out
    assert speed(two) == FAST


def test_another_machine_takes_what_was_recorded(two: Isp, tmp_path: Path) -> None:
    propose(two, faster("ben"))
    merge(two, "propuesta")
    git(two.folder, "push", "-q", "origin", "main")
    git(tmp_path, "clone", "-q", "-b", "main", "origin.git", "runner")
    runner = Isp(tmp_path / "runner", two.routers, two.env, two.today)
    assert runner.apply("--approved", "recorded").code == 0
    assert speed(two) == FAST


def test_what_nobody_recorded_is_refused_and_says_how(two: Isp) -> None:
    faster("ben")(two)
    two.commit()
    ran = two.apply("--approved", "recorded")
    assert ran.code == 5
    assert (
        "no plan of these commits was recorded: ispconf plan --out plan.json"
        in (ran.router("sur-1")["problem"])
    )
    assert speed(two) == SLOW


def test_commits_in_between_may_be_skipped(two: Isp) -> None:
    propose(two, faster("ben"), "uno")
    propose(two, lambda isp: isp.change("subscribers/ben.yaml", "30.0.15", "30.0.44"), "dos")
    merge(two, "uno")
    merge(two, "dos")
    ran = two.apply("--approved", "recorded")  # one row, a field of each
    assert ran.code == 0, ran.out
    assert speed(two) == FAST
    assert two.row("sur-1", "/queue/simple", "ben/casa")["target"] == "10.30.0.44/32"


def test_a_router_that_was_down_gets_all_that_was_approved_since(two: Isp) -> None:
    propose(two, faster("ben"), "uno")
    merge(two, "uno")
    two.routers["sur-1"].faults = Faults(refuse_logins=True)
    assert two.apply("--approved", "recorded").code == 4
    propose(two, lambda isp: isp.settle("gil", Person("sur-1", "queue", "10.30.0.99")), "dos")
    merge(two, "dos")
    two.routers["sur-1"].faults = Faults()
    assert two.apply("--approved", "recorded").code == 0
    assert (speed(two), speed(two, "gil")) == (FAST, SLOW)


def test_the_calendar_of_later_bills_and_payments_passes(two: Isp) -> None:
    two.today = CUT
    assert two.apply("--approved", "recorded").code == 0
    assert two.listed("sur-1") == {"10.30.0.15"}
    two.pay("ben", "350.00")
    two.commit("caja")
    assert two.apply("--approved", "recorded").code == 0
    assert two.listed("sur-1") == set()


DAMAGE = [
    ('"authors": [', '"authors": 3, "x": ['),
    ('"format": 1,', '"format": 9,'),
    ('"allow": {}', '"allow": {"cuts": "x"}'),
    ("{", "["),
    ('"digest"', '"digests"'),
]


def test_a_record_that_is_damaged_approves_nothing(two: Isp) -> None:
    commit = propose(two, faster("ben"))
    merge(two, "propuesta")
    file = f"plans/{commit}.json"
    sound = git(two.folder, "show", f"ispconf-plans:{file}")
    git(two.folder, "remote", "remove", "origin")
    for old, new in DAMAGE:
        git(two.folder, "switch", "-q", "ispconf-plans")
        two.write(file, sound.replace(old, new))
        two.commit("damage")
        git(two.folder, "switch", "-q", "main")
        ran = two.apply("--approved", "recorded")
        assert ran.code in (1, 5), ran.out
        assert "plans" in ran.json["problem"]
    assert speed(two) == SLOW


def test_shards_of_a_plan_are_recorded_as_one(two: Isp) -> None:
    git(two.folder, "switch", "-q", "-c", "propuesta")
    faster("ben")(two)
    faster("ana")(two)
    two.commit()
    files = []
    for router in ("norte-1", "sur-1"):
        files.append(str(two.folder.parent / f"{router}.json"))
        two.plan("--router", router, "--out", files[-1])
    whole = str(two.folder.parent / "whole.json")
    digest = two.plan("--out", whole).json["digest"]
    assert "not parts of one plan" in two.json("ci", "record", files[0], whole).json["problem"]
    assert two.json("ci", "record", *files).json["digest"] == digest
    assert two.apply("--approved", "recorded").code == 0
    assert (speed(two, "ana"), speed(two)) == ("hogar-50", FAST)


def test_what_cannot_be_recorded(two: Isp) -> None:
    faster("ben")(two)
    file = two.folder.parent / "plan.json"
    two.plan("--out", str(file))
    ran = two.json("ci", "record", str(file))
    assert (ran.code, "not committed" in ran.json["problem"]) == (5, True)
    document = json.loads(file.read_text(encoding="utf-8"))
    offline = document | {"dirty": False, "offline": {"unverified": 2}}
    file.write_text(json.dumps(offline), encoding="utf-8")
    ran = two.json("ci", "record", str(file))
    assert (ran.code, "2 passwords are not known" in ran.json["problem"]) == (5, True)
    file.write_text("{", encoding="utf-8")
    assert two.json("ci", "record", str(file)).code == 1


def test_a_record_that_cannot_be_pushed_is_kept_here(two: Isp, tmp_path: Path) -> None:
    away = (tmp_path / "origin.git").rename(tmp_path / "away.git")
    faster("ben")(two)
    two.commit()
    assert "origin.git" in record(two, code=4)["problem"]
    assert two.apply("--approved", "recorded").code == 0
    faster("ana")(two)
    said = two.apply("--approved", "recorded").router("norte-1")["problem"]
    assert "what others recorded on ispconf-plans could not be fetched" in said
    two.settle("ana", PEOPLE["ana"])
    away.rename(tmp_path / "origin.git")
    assert record(two)["problem"] is None


# approvals of people

RECORD = f"{COMPANY}roles: {{owner: [ana, luis], engineer: [eva]}}\n"


def strict(folder: Path, simulator: Simulator, said: str) -> Isp:
    isp = pair(folder, simulator)
    isp.write("ispconf.yaml", f"{RECORD}approval: {said}\n")
    isp.commit("rules")
    assert isp.apply().code == 0  # the rules hold from here on
    return shared(isp)


def test_enough_people_must_approve_and_never_the_author(
    tmp_path: Path, simulator: Simulator
) -> None:
    isp = strict(tmp_path / "isp", simulator, "{mode: record, by: [owner, engineer], count: 2}")
    commit = propose(isp, faster("ben"))  # by Ana <ana@example.com>
    merge(isp, "propuesta")
    assert isp.apply().code == 5  # nobody goes past it
    ran = isp.json("approve", commit, "--by", "ana")
    assert (ran.code, "ana made this change" in ran.json["problem"]) == (5, True)
    ran = isp.json("approve", commit, "--by", "maria")
    assert (ran.code, "maria may not approve plans" in ran.json["problem"]) == (5, True)
    assert "approved by luis, 1 of 2 needed" in isp.run("approve", commit, "--by", "luis").out
    assert isp.json("approve", commit, "--by", "@Luis").json["approvals"] in (["luis"], ["@Luis"])
    ran = isp.apply()
    assert (ran.code, speed(isp)) == (5, SLOW)
    assert f"the plan of {commit[:12]} has 1 of 2 approvals" in ran.router("sur-1")["problem"]
    isp.env["GITHUB_ACTOR"] = "eva"
    assert isp.json("approve", "propuesta").json["needed"] == 2
    assert (isp.apply().code, speed(isp)) == (0, FAST)


def test_an_approval_is_of_that_plan_alone(tmp_path: Path, simulator: Simulator) -> None:
    isp = strict(tmp_path / "isp", simulator, "record")
    commit = propose(isp, faster("ben"))
    assert isp.json("approve", commit, "--by", "luis").code == 0
    git(isp.folder, "switch", "-q", "propuesta")
    isp.routers["sur-1"].set("/queue/simple", "ben/casa", max_limit="1M/1M")
    record(isp)  # the same commit, another plan
    ran = isp.apply()
    assert (ran.code, "has 0 of 1 approvals" in ran.router("sur-1")["problem"]) == (5, True)
    file = str(tmp_path / "plan.json")
    assert isp.apply("--approved", file).code == 5
    assert isp.json("approve", commit, "--by", "luis").code == 0
    assert isp.apply("--approved", file).code == 0


def test_an_approval_is_not_for_the_same_change_once_more(
    tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{BEFORE}T08:00:00Z")  # plans are recorded at six
    isp = strict(tmp_path / "isp", simulator, "record")
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{BEFORE}T21:00:00Z")

    def slower(isp: Isp) -> None:
        isp.settle("ben", PEOPLE["ben"])

    for name, change, now in (("up", faster("ben"), FAST), ("down", slower, SLOW)):
        commit = propose(isp, change, name)
        assert isp.json("approve", commit, "--by", "luis").code == 0
        merge(isp, name, "squash")
        assert (isp.apply().code, speed(isp)) == (0, now)
    faster("ben")(isp)
    isp.commit("the difference that was approved, and taken back")
    assert (isp.apply().code, speed(isp)) == (5, SLOW)


def test_a_change_does_not_lift_its_own_rule(tmp_path: Path, simulator: Simulator) -> None:
    isp = strict(tmp_path / "isp", simulator, "record")
    isp.change("ispconf.yaml", "approval: record", "approval: merge")
    faster("ben")(isp)
    isp.commit()
    record(isp)
    assert (isp.apply().code, speed(isp)) == (5, SLOW)


def test_a_commit_without_a_plan_cannot_be_approved(two: Isp) -> None:
    ran = two.json("approve", "HEAD")
    assert (ran.code, "ispconf ci record plan.json" in ran.json["problem"]) == (5, True)


RULES = [
    ("record", "needs to know who may approve"),
    ("{mode: record, by: [ana], count: 2}", "2 approvals cannot come from 1 people"),
    ("{mode: record, by: [ana], count: 0}", "0 approvals cannot come from 1 people"),
    ("vote", "is not one of merge, record"),
]


def test_rules_that_cannot_be_kept(tmp_path: Path) -> None:
    desk = office(tmp_path / "isp")
    for said, problem in RULES:
        desk.write("ispconf.yaml", f"{COMPANY}approval: {said}\n")
        ran = desk.json("check")
        assert ran.code == 1
        assert problem in ran.json["problems"][0]["message"]


def test_who_made_a_change(two: Isp) -> None:
    git(two.folder, "switch", "-q", "-c", "obra")
    git(two.folder, "commit", "-q", "--allow-empty", "-m", "x\n\nCo-authored-by: Eva <e@x.example>")
    _, authors = proposed(Repository.required(two.folder), git(two.folder, "rev-parse", "HEAD"))
    assert authors == {"Ana", "ana@example.com", "Eva", "e@x.example"}


# guards of a plan


def careful(isp: Isp) -> None:
    """Somebody more is there, and nobody may lose service unless that is allowed."""
    none = "guards: {service_loss: {at_least: 0, share: 0%}}"
    isp.change("ispconf.yaml", "zones:", f"{none}\nzones:")
    isp.settle("gil", Person("sur-1", "queue", "10.30.0.99", "Gil"))
    isp.commit()
    assert isp.apply().code == 0


def test_a_label_lifts_the_guard_of_its_plan_alone(two: Isp) -> None:
    careful(two)
    two.env["ISPCONF_LABELS"] = "bug,ispconf:allow-service_loss=2"
    propose(two, lambda isp: isp.delete("subscribers/gil.yaml"))
    merge(two, "propuesta")
    assert two.apply("--approved", "recorded").code == 5  # two are not one
    two.env["ISPCONF_LABELS"] = ""
    ran = two.run("ci", "record", str(two.folder.parent / "plan.json"), "--label",
                  "ispconf:allow-service_loss=2")  # fmt: skip
    assert "lifts nothing: the plan ran into service_loss=1" in ran.out
    assert two.apply("--approved", "recorded").code == 5
    words = ("--label", "ispconf:allow-service_loss=1", "--label", "bug")
    assert two.apply("--approved", "recorded", *words).code == 0
    assert len(two.routers["sur-1"].rows("/queue/simple")) == 1


def test_who_approves_may_lift_a_guard_that_the_plan_ran_into(two: Isp) -> None:
    careful(two)
    commit = propose(two, lambda isp: isp.delete("subscribers/gil.yaml"))
    merge(two, "propuesta")
    ran = two.json("approve", commit, "--allow", "cuts=1")
    assert (ran.code, "but into service_loss=1" in ran.json["problem"]) == (5, True)
    assert two.json("approve", commit, "--allow", "service_loss=1").code == 0
    assert two.apply("--approved", "recorded").code == 0
    assert len(two.routers["sur-1"].rows("/queue/simple")) == 1


def test_wrong_words_for_a_guard(tmp_path: Path) -> None:
    desk = office(tmp_path / "isp")
    for word in ("--allow=cats=3", "--label=ispconf:allow-cuts", "--allow=cuts=1@x"):
        ran = desk.apply(word)
        assert ran.code == 2
        assert "write it like removed=12" in ran.json["problem"]
