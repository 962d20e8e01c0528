"""What must hold of every workflow file, whatever it does: ours, and those that ``init`` writes."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import ispconf
from ispconf.cli import VERBS
from ispconf.edge.files import open_network

SCAFFOLD = Path(ispconf.__file__).parent / "commands" / "scaffold"
OURS = Path(ispconf.__file__).parents[1]
FILES = sorted((SCAFFOLD / ".github" / "workflows").glob("*.yml"))
OWN = sorted((OURS / ".github" / "workflows").glob("*.yml"))
ACTIONS = [root / ".github" / "actions" / "ispconf" / "action.yml" for root in (SCAFFOLD, OURS)]
PINNED = re.compile(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
SAFE = ("ROUTER_1_PASSWORD", "ISPCONF_AGE_KEY", "ISPCONF_HEARTBEAT_URL")
PUSHES = {"converge", "bill", "apply", "restore", "tell"}


def parsed(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def jobs(paths: list[Path] = FILES) -> list[Any]:
    return [
        pytest.param(name, job, id=f"{path.stem}-{name}")
        for path in paths
        for name, job in parsed(path)["jobs"].items()
    ]


@pytest.mark.parametrize(
    ("schema", "paths"), [("github-workflows", [*FILES, *OWN]), ("github-actions", ACTIONS)]
)
def test_the_files_are_as_the_official_schema_says(schema: str, paths: list[Path]) -> None:
    words = ["-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    ended = subprocess.run(
        [sys.executable, *words, *map(str, paths)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout


def test_there_is_one_for_each_moment() -> None:
    names = [path.stem for path in FILES]
    assert names == ["apply", "check", "fork", "nightly", "payment", "plan"]
    assert [parsed(path)["name"] for path in FILES] == names


def test_ours_are_those_that_init_writes_but_for_the_secrets() -> None:
    assert {path.name for path in OWN} == {path.name for path in FILES} | {"test.yml"}
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        same = [line for line in lines if "ROUTER_1_PASSWORD" not in line]
        ours = (OURS / ".github" / "workflows" / path.name).read_text(encoding="utf-8")
        assert ours.replace("globalspeed.example", "mi-internet.example").splitlines() == same


@pytest.mark.parametrize("path", [*FILES, *OWN, *ACTIONS], ids=lambda path: path.stem)
def test_actions_of_others_are_pinned_by_their_hash(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        used = line.partition("uses: ")[2]
        assert not used or used == "./.github/actions/ispconf" or PINNED.fullmatch(used), line


@pytest.mark.parametrize("path", [*FILES, *OWN], ids=lambda path: path.stem)
def test_nobody_has_a_right_that_is_not_named(path: Path) -> None:
    workflow = parsed(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    writers = {
        name
        for name, job in workflow["jobs"].items()
        if "write" in (job.get("permissions") or {}).values()
    }
    assert writers <= PUSHES | {"comment"}


@pytest.mark.parametrize(("name", "job"), jobs())
def test_every_line_is_one_verb(name: str, job: dict[str, Any]) -> None:
    lines = [step["run"] for step in job["steps"] if "run" in step]
    assert lines, name
    for line in lines:
        assert "\n" not in line
        assert "${{" not in line  # nothing that a stranger can name reaches the shell as text
        program, verb, *_ = line.split()
        assert program == "ispconf"
        assert verb in VERBS
        assert not {"&&", "||", ";", "|"} & set(line.split())


@pytest.mark.parametrize(("name", "job"), jobs())
def test_what_a_pull_request_brings_is_never_run(name: str, job: dict[str, Any]) -> None:
    """The change lies in a folder of its own; ispconf is installed before it is there."""
    uses = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
    where = [step.get("with", {}).get("path") for step in job["steps"]]
    first, installed = uses.index("actions/checkout"), uses.index("./.github/actions/ispconf")
    assert first < installed
    assert where[first] is None
    if name in ("check", "live", "tell", "offline"):
        assert "base.sha" in job["steps"][first]["with"]["ref"]
        assert where.index("change") > installed
    elif name == "comment":
        assert "ref" not in job["steps"][first]["with"]  # main's, in a run after that of a fork
        assert where.index("change") > installed
    else:
        assert job["steps"][first]["with"]["ref"] == "main"


@pytest.mark.parametrize(("name", "job"), jobs())
def test_secrets_are_for_machines_of_ones_own(name: str, job: dict[str, Any]) -> None:
    text = yaml.safe_dump(job)
    named = set(re.findall(r"secrets\.(\w+)", text))
    assert named <= set(SAFE)
    if "self-hosted" not in job["runs-on"] or name == "bill":
        assert not named
    if name == "live":
        assert job["if"].endswith("head.repo.full_name == github.repository")
    if name not in PUSHES:
        checkouts = [step["with"] for step in job["steps"] if "checkout" in step.get("uses", "")]
        assert all(given["persist-credentials"] is False for given in checkouts)


@pytest.mark.parametrize(("name", "job"), jobs())
def test_no_password_is_sent_to_a_host_that_its_author_may_not_name(
    name: str, job: dict[str, Any]
) -> None:
    """A router's file says where it is; whoever may not change it would get its password there."""
    lines = [step.get("run", "") for step in job["steps"]]
    if name == "live":
        judged = lines.index('ispconf check --base "$BASE" --actor "$AUTHOR"')
        assert judged < min(at for at, line in enumerate(lines) if "ispconf plan" in line)
        assert job["env"]["AUTHOR"] == "${{ github.event.pull_request.user.login }}"


@pytest.mark.parametrize(("name", "job"), jobs())
def test_every_router_has_its_password_where_routers_are_reached(
    name: str, job: dict[str, Any]
) -> None:
    network = open_network(SCAFFOLD, env={"ISPCONF_CACHE": "off"})
    names = {f"{router.upper().replace('-', '_')}_PASSWORD" for router in network.routers}
    if name in ("live", "apply", "restore", "converge"):
        assert names <= set(job["env"])


def test_one_apply_at_a_time_and_none_is_broken_off() -> None:
    groups = [
        job.get("concurrency") or workflow["concurrency"]
        for workflow in map(parsed, FILES)
        for job in workflow["jobs"].values()
        if any("ispconf apply" in step.get("run", "") for step in job["steps"])
    ]
    assert groups == [{"group": "routers", "cancel-in-progress": False}] * 3
