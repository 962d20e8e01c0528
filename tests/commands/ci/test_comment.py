"""A plan where people review it, from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ispconf.edge.workflow import SUMMARY
from ispconf.errors import Exit
from ispconf.planning.changeset import Changeset, RouterPlan, Status, impact
from ispconf.planning.report.comment import MARKER
from ispconf.planning.report.document import document
from ispconf.planning.report.room import LIMIT
from tests.commands.world import Isp, Ran
from tests.edge.forges import TOKEN, Failure, Hosted, hosting
from tests.planning.report.towns import cut, planned, town, who


@pytest.fixture
def hosted() -> Iterator[Hosted]:
    with hosting() as made:
        yield made


class Step:
    """A step of a workflow: its environment, and the plans that it is given."""

    def __init__(self, folder: Path, hosted: Hosted) -> None:
        self.folder, self.waits = folder, list[float]()
        self.env = hosted.env(GITHUB_STEP_SUMMARY=str(folder / "summary.md"))

    def plan(self, changeset: Changeset, name: str = "plan.json", code: Exit = Exit.OK) -> str:
        made = document(changeset, impact(changeset, {}), code, lambda text: f"f{len(text)}")
        (self.folder / name).write_text(json.dumps(made))
        return str(self.folder / name)

    def event(self, **event: Any) -> None:
        (self.folder / "event.json").write_text(json.dumps(event))
        self.env["GITHUB_EVENT_PATH"] = str(self.folder / "event.json")

    def comment(self, *words: str) -> Ran:
        ran = Isp(self.folder, env=self.env, rest=self.waits.append).run("ci", "comment", *words)
        assert TOKEN not in ran.out + ran.err
        return ran

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text()


@pytest.fixture
def step(tmp_path: Path, hosted: Hosted) -> Step:
    return Step(tmp_path, hosted)


def test_the_comment_of_a_pull_request_is_kept_up(step: Step, hosted: Hosted) -> None:
    step.event(pull_request={"number": 7})
    assert step.comment(step.plan(town(4))).out == "comment: created\n"
    assert step.comment(step.plan(town(9))).out == "comment: updated\n"
    (body,) = hosted.bodies(7)
    assert body.startswith(f"{MARKER}\n### Plan: 2 to add, 3 to change")
    assert "<details><summary>Before: 1 earlier plan</summary>" in body
    assert "Subscribers&#58; 2 lose service, 1 new" in body
    assert step.comment(step.plan(town(9))).out == "comment: kept\n"


def test_the_whole_is_in_the_summary(step: Step, hosted: Hosted) -> None:
    step.event(pull_request={"number": 7})
    step.env |= {"GITHUB_RUN_ID": "55", "GITHUB_SERVER_URL": "https://git.example"}
    assert step.comment(step.plan(town(600))).code == 0
    (body,) = hosted.bodies(7)
    link = "the artifact and the summary of [this run](https://git.example/isp/net/actions/runs/55)"
    assert len(body.encode()) <= LIMIT
    assert f"folded: see {link}" in body
    assert "folded" not in step.summary
    assert all(step.summary.count(each.key["name"]) >= 2 for each in town(600).changes())


def test_a_summary_has_its_limit(step: Step) -> None:
    (step.folder / "summary.md").write_text("x" * (SUMMARY - 35_000))
    path = step.plan(town(1_500))
    for _ in range(3):  # less and less fits
        assert step.comment(path).code == 0
        assert SUMMARY - 30_000 < len(step.summary.encode()) <= SUMMARY
    assert step.summary.count("lose service") > 1


def test_shards_make_one_comment(step: Step, hosted: Hosted) -> None:
    whole = planned((*cut(0), *cut(3), *cut(6)))
    files = [
        step.plan(whole._replace(routers=(plan,)), f"{plan.router}.json") for plan in whole.routers
    ]
    assert step.comment(*files, "--pr", "7").code == 0
    (body,) = hosted.bodies(7)
    assert "### Plan: 3 to change, 3 to disconnect on 3 routers." in body


def test_a_dry_run_contacts_nobody(step: Step, hosted: Hosted) -> None:
    step.env = {}
    ran = step.comment(step.plan(planned(cut(4))), "--dry-run")
    assert ran.code == 0
    assert ran.out.startswith(MARKER)
    assert who(4) in ran.out
    assert "everything is in the plan's file" in ran.out
    told = step.comment(step.plan(planned(cut(4))), "--dry-run", "--format", "json").json
    assert told["body"] in ran.out
    assert hosted.heard == []


def test_where_there_is_no_token_the_summary_has_it(step: Step, hosted: Hosted) -> None:
    step.event(pull_request={"number": 7})
    del step.env["GITHUB_TOKEN"]
    ran = step.comment(step.plan(planned(cut(4))), "--summary")
    assert (ran.code, ran.out) == (0, "comment: in the summary only\n")
    assert who(4) in step.summary
    assert hosted.heard == []


def test_an_issue_tells_of_drift_while_there_is_some(step: Step, hosted: Hosted) -> None:
    drift, none = step.plan(town(4), "drift.json"), step.plan(planned(()), "none.json")
    lost = RouterPlan("norte-1", Status.UNREACHABLE, (), "timed out")
    unknown = step.plan(planned(())._replace(routers=(lost,)), "unknown.json", Exit.INCOMPLETE)
    said = [
        step.comment(file, "--issue", "Changed by hand").out
        for file in (none, drift, unknown, none, none)
    ]
    assert said == [
        "issue: none\n",
        "issue: opened\n",
        "issue: kept, a router was not reached\n",
        "issue: closed\n",
        "issue: none\n",
    ]
    (issue,) = hosted.issues
    assert "Drift&#58; nothing was changed by hand." in issue["body"]
    assert (issue["title"], issue["state"]) == ("Changed by hand", "closed")


def test_the_plan_of_a_fork_goes_to_its_pull_request(step: Step, hosted: Hosted) -> None:
    head = {"head_repository": {"owner": {"login": "eva"}}, "head_branch": "b", "head_sha": "cc"}
    step.event(workflow_run={**head, "pull_requests": []})
    path = step.plan(planned(cut(4)))
    assert (
        step.comment(path).out == "comment: its pull request is not open at this commit any more\n"
    )
    hosted.pulls.append({"number": 5, "head": {"label": "eva:b", "sha": "cc"}})
    assert step.comment(path).out == "comment: created\n"
    assert len(hosted.bodies(5)) == 1


def test_a_forge_that_is_away_is_waited_for_and_then_told(step: Step, hosted: Hosted) -> None:
    hosted.failures = [Failure(503), Failure(503)]
    path = step.plan(planned(cut(4)))
    assert step.comment(path, "--pr", "7").code == 0
    assert step.waits == [1.0, 2.0]
    hosted.failures = [Failure(401)]
    ran = step.comment(path, "--pr", "7")
    assert ran.code == Exit.INCOMPLETE
    assert "answers 401: not now; does the token (GITHUB_TOKEN) exist" in ran.err


@pytest.mark.parametrize(
    ("words", "env", "said", "code"),
    [
        (["--pr", "7", "--issue", "x"], {}, "say one of them", Exit.USAGE),
        (["--pr", "7"], {"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set", Exit.PROBLEMS),
        (["--pr", "7", "--repo", "x"], {}, "'x' is not a repository", Exit.PROBLEMS),
        ([], {"GITHUB_STEP_SUMMARY": ""}, "which pull request? say --pr N", Exit.PROBLEMS),
    ],
)
def test_a_request_that_cannot_be_done_is_told(
    step: Step, words: list[str], env: dict[str, str], said: str, code: Exit
) -> None:
    step.env |= env
    ran = step.comment(step.plan(planned(cut(4))), *words)
    assert (ran.code, said in ran.err) == (code, True)


def test_what_is_no_plan_is_told(step: Step) -> None:
    (step.folder / "plan.json").write_text("{")
    ran = step.comment(str(step.folder / "plan.json"), "--pr", "7")
    assert ran.code == Exit.PROBLEMS
    assert "plan.json is not a plan written by plan --out" in ran.err
