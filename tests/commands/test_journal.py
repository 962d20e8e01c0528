"""The journal of applies: what is written down, shared and read again, and where routers are."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ispconf.edge.history import Repository
from ispconf.edge.journal import Journal
from ispconf.edge.runs import Run, last_applied, places, runs
from ispconf.simulator import Faults, Simulator
from tests.commands.shapes import STATUS, misfits
from tests.commands.world import BOXES, COMPANY, PEOPLE, Isp, founded
from tests.edge.repositories import git

BRANCH = "ispconf-journal"


def small(folder: Path, simulator: Simulator, company: str = COMPANY) -> Isp:
    """One router, one subscriber."""
    people = {"ben": PEOPLE["ben"]}
    isp = founded(folder, simulator, boxes={"sur-1": BOXES["sur-1"]}, people=people, paid={})
    isp.write("ispconf.yaml", company)
    isp.commit()
    return isp


@pytest.fixture
def shared(tmp_path: Path, simulator: Simulator) -> Isp:
    """A provider whose journal goes to a branch of its remote."""
    isp = small(tmp_path / "isp", simulator, f"{COMPANY}journal: {{branch: {BRANCH}}}\n")
    git(tmp_path, "clone", "-q", "--bare", "isp", "origin.git")
    git(isp.folder, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return isp


def told(isp: Isp, **words: str) -> list[Run]:
    return list(runs(Repository.required(isp.folder), BRANCH, **words))


def elsewhere(isp: Isp, folder: Path) -> Isp:
    """The same provider on another machine, with the same routers."""
    git(folder.parent, "clone", "-q", str(folder.parent / "origin.git"), str(folder))
    return Isp(folder, isp.routers, isp.env, isp.today)


def test_an_apply_is_read_again_as_it_was(shared: Isp) -> None:
    shared.env |= {
        "GITHUB_ACTOR": "ana",
        "GITHUB_RUN_ID": "77",
        "GITHUB_SERVER_URL": "https://forge.example",
        "GITHUB_REPOSITORY": "isp/red",
    }
    ran = shared.apply()
    (run,) = told(shared)
    commit = git(shared.folder, "rev-parse", "HEAD")
    assert (run.commit, run.dirty, run.digest) == (commit, False, ran.json["digest"])
    assert (run.day.isoformat(), run.time.date(), run.exit_code) == (
        shared.today, run.day, 0,
    )  # fmt: skip
    assert (run.actor, run.url) == ("ana", "https://forge.example/isp/red/actions/runs/77")
    (made,) = [made for made in run.made if made.subscriber]
    assert (made.router, made.action, made.table, made.owner, made.outcome) == (
        "sur-1", "add", "/queue/simple", "ben/casa", "done",
    )  # fmt: skip
    assert (made.effect, made.reason) == ("create", "new subscriber ben/casa")
    assert run.results == {"sur-1": {"converged": True, "waiting": 0, "problem": None}}
    assert "clave" not in run.file
    assert "llave" not in str(run)


def test_another_machine_knows_what_was_applied(shared: Isp, tmp_path: Path) -> None:
    assert shared.apply().code == 0
    second = elsewhere(shared, tmp_path / "second")
    before = last_applied(Repository.required(shared.folder), "")
    assert last_applied(Repository.required(second.folder), BRANCH) == before
    assert [run.file for run in told(second)] == [run.file for run in told(shared)]
    second.today = "2026-11-04"
    second.change("plans/hogar-20.yaml", "down: 20M", "down: 21M")
    commit = second.commit()
    assert second.apply().code == 0
    shared.today = second.today
    there = last_applied(Repository.required(second.folder), "")["sur-1"]
    assert (there.commit, there.day.isoformat()) == (commit, "2026-11-04")
    git(shared.folder, "fetch", "-q", "origin", f"{BRANCH}:refs/remotes/origin/{BRANCH}")
    assert last_applied(Repository.required(shared.folder), BRANCH)["sur-1"].commit == commit


def test_without_the_remote_the_apply_goes_on_and_says_so(shared: Isp, tmp_path: Path) -> None:
    away = (tmp_path / "origin.git").rename(tmp_path / "away.git")
    ran = shared.apply()
    assert ran.code == 0
    assert "origin.git" in ran.json["journal"]["problem"]
    assert f"the next apply puts it on {BRANCH}" in shared.run("apply").out
    away.rename(tmp_path / "origin.git")
    assert "journal" not in shared.apply().json
    there = git(tmp_path / "origin.git", "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert there == [*sorted(run.file for run in told(shared)), "routers/sur-1.json"]
    assert len(there) == 4


def test_runs_since_a_commit_and_of_one_subscriber(
    shared: Isp, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.apply()
    shared.today = "2026-11-04"
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{shared.today}T12:00:00Z")
    shared.settle("ana", PEOPLE["ben"]._replace(address="10.30.0.20", name="Ana"))
    shared.commit()
    shared.apply()
    assert [run.time.day for run in told(shared)] == [4, 3]
    assert [run.time.day for run in told(shared, since="HEAD")] == [4]
    assert [run.time.day for run in told(shared, subscriber="ana")] == [4]
    (run,) = told(shared, subscriber="ben")[-1:]
    assert {made.owner for made in run.made} == {"ben/casa"}


def test_a_run_that_was_killed_is_told_as_far_as_it_went(shared: Isp) -> None:
    shared.apply()
    (file,) = (shared.folder / ".git/ispconf/journal").rglob("*.jsonl")
    file.write_bytes(file.read_bytes()[:-130])
    (run,) = told(shared)
    assert run.exit_code is None
    assert run.made
    file.write_bytes(b"")
    assert told(shared) == []


def test_status_says_where_each_router_is_and_what_waits(
    tmp_path: Path, simulator: Simulator
) -> None:
    isp = small(tmp_path / "isp", simulator)
    never = isp.json("status").json
    assert misfits(never, STATUS) == []
    assert never["routers"] == [
        {"router": "sur-1", "commit": None, "date": None, "behind": None, "waits": None}
    ]
    first = git(isp.folder, "rev-parse", "HEAD")
    isp.apply()
    isp.change("plans/hogar-20.yaml", "down: 20M", "down: 21M")
    second = isp.commit()
    isp.routers["sur-1"].faults = Faults(refuse_logins=True)
    assert isp.apply().code == 4
    isp.today = "2026-11-04"
    assert isp.apply().code == 4  # it still waits since the first try
    said = isp.json("status").json
    assert misfits(said, STATUS) == []
    (router,) = said["routers"]
    waits = router.pop("waits")
    assert router == {"router": "sur-1", "commit": first, "date": "2026-11-03", "behind": 1}
    assert (waits["changes"], waits["commit"], waits["since"][:10]) == (1, second, "2026-11-03")
    assert waits["problem"].startswith('user "ispconf" may not log in')
    head, line = isp.run("status", "--routers").out.splitlines()
    assert head.split()[:5] == ["ROUTER", "COMMIT", "DAY", "BEHIND", "WAITING"]
    assert line.split()[:5] == ["sur-1", first[:7], "2026-11-03", "1", "1"]
    assert line.split()[5:7] == ["2026-11-03", "12:00"]  # in the company's time zone
    isp.routers["sur-1"].faults = Faults()
    isp.apply()
    (router,) = isp.json("status").json["routers"]
    assert (router["commit"], router["behind"], router["waits"]) == (second, 0, None)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"sur-1": 3}', '{"sur-1": {"commit": "x", "day": "?", "managed": 1}}']
)
def test_a_damaged_memory_is_no_memory(shared: Isp, text: str) -> None:
    shared.write(".git/ispconf/applied.json", text)
    assert places(Repository.required(shared.folder), BRANCH) == {}
    assert shared.apply().code == 0
    assert json.loads(shared.text(".git/ispconf/applied.json"))["sur-1"]["waits"] is None


@pytest.mark.parametrize(
    "name", ["", "-x", "ispconf-a..b", "ispconf- x", "[a]", "main", "ispconf-"]
)
def test_a_branch_that_git_would_not_take(shared: Isp, name: str) -> None:
    shared.change("ispconf.yaml", f"branch: {BRANCH}", f'branch: "{name}"')
    ran = shared.json("check")
    assert ran.code == 1
    assert "is no branch for this" in ran.json["problems"][0]["message"]


def test_applies_that_begin_at_the_same_time_have_a_journal_each(tmp_path: Path) -> None:
    noon = datetime(2026, 11, 3, 18, tzinfo=UTC)
    made = []
    for day in ("2026-11-03", "2026-11-04"):
        with Journal(tmp_path, lambda: noon, "abc") as journal:
            journal.begin(day=day)
            made.append(journal.path)
    assert [json.loads(path.read_text())["began"]["day"] for path in made] == [
        "2026-11-03", "2026-11-04",
    ]  # fmt: skip
    assert made == sorted(made)
