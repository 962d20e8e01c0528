"""What a run says of itself, whoever wrote the event."""

import json
from pathlib import Path
from typing import Any

import pytest

from ispconf.edge.workflow import SUMMARY, Branch, Run
from ispconf.errors import RequestError


def run(tmp_path: Path, event: Any = None, **env: str) -> Run:
    if event is not None:
        (tmp_path / "event.json").write_text(json.dumps(event))
        env["GITHUB_EVENT_PATH"] = str(tmp_path / "event.json")
    return Run(env)


def forked(owner: str = "eva", branch: str = "faster") -> dict[str, Any]:
    head = {"head_repository": {"owner": {"login": owner}}, "head_branch": branch}
    return {"workflow_run": {**head, "head_sha": "ab", "pull_requests": []}}


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (None, None),
        ({"pull_request": {"number": 12}}, 12),
        ({"ref": "refs/heads/main"}, None),
        ([], None),
        ({"workflow_run": {"pull_requests": [{"number": 5}]}}, 5),
        (forked(), Branch("eva", "faster", "ab")),
        (forked(branch="x&state=all"), None),
        (forked(owner="eva:x y"), None),
    ],
)
def test_the_event_says_which_pull_request(
    tmp_path: Path, event: Any, found: int | Branch | None
) -> None:
    assert run(tmp_path, event).pull_request() == found


def test_an_event_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="GITHUB_EVENT_PATH"):
        Run({"GITHUB_EVENT_PATH": str(tmp_path / "none")}).pull_request()


@pytest.mark.parametrize("name", ["", "net", "a/b/c", "a b/c", "../x/y", "a/b?x"])
def test_a_repository_is_a_name(name: str) -> None:
    with pytest.raises(RequestError, match="is not a repository"):
        Run({"GITHUB_REPOSITORY": name}).repository(None)
    assert Run({"GITHUB_REPOSITORY": name}).repository("isp/net") == "isp/net"


def test_the_api_and_the_token_are_as_they_should_be() -> None:
    assert Run({}).api() == "https://api.github.com"
    gitea = Run({"GITHUB_API_URL": "https://git.isp.example:3000/api/v1/", "GITHUB_TOKEN": " x\n"})
    assert (gitea.api(), gitea.token()) == ("https://git.isp.example:3000/api/v1", "x")
    for foul in ("file:///etc", "https://a b", ""):
        with pytest.raises(RequestError, match="GITHUB_API_URL"):
            Run({"GITHUB_API_URL": foul}).api()
    for foul in ("", "a\r\nX: y"):
        with pytest.raises(RequestError, match=r"\$\{\{ github.token \}\}"):
            Run({"GITHUB_TOKEN": foul}).token()


def test_a_run_has_a_page() -> None:
    env = {"GITHUB_SERVER_URL": "https://git.example", "GITHUB_REPOSITORY": "isp/net"}
    assert Run(env | {"GITHUB_RUN_ID": "9"}).link() == "https://git.example/isp/net/actions/runs/9"
    for foul in ({}, {"GITHUB_RUN_ID": "9)"}):
        assert Run(env | foul).link() == ""


def test_the_summary_takes_what_there_is_room_for(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    here = Run({"GITHUB_STEP_SUMMARY": str(path)})
    assert here.summary_room() == SUMMARY - 1
    here.summarise("ñ\udcf3")
    assert path.read_text(encoding="utf-8") == "ñ\\udcf3\n"
    assert here.summary_room() == SUMMARY - 1 - 9 - 1 + 1 - 0
    path.write_bytes(b"x" * SUMMARY)
    assert here.summary_room() == 0
    assert Run({}).summary_room() == 0
    Run({}).summarise("nobody reads this")


def test_an_output_goes_to_the_step(tmp_path: Path) -> None:
    path = tmp_path / "output"
    assert Run({"GITHUB_OUTPUT": str(path)}).output("matrix", "{}")
    assert path.read_text() == "matrix={}\n"
    assert not Run({}).output("matrix", "{}")
    with pytest.raises(RequestError, match="GITHUB_OUTPUT cannot be written"):
        Run({"GITHUB_OUTPUT": str(tmp_path)}).output("matrix", "{}")
