"""A small runner: does what the steps of a workflow file say, in order, with bash, git and ispconf.

Plays a machine of a forge: each job starts in an empty workspace, actions are what they are called,
conditions and environments are evaluated, and a step is told nothing but what the file gives
it. The clock is the test's. Knows nothing of what the steps should bring about.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import yaml

import ispconf
from ispconf.cli import run
from ispconf.commands.session import Session
from tests.commands.expressions import evaluated, filled
from tests.edge.forges import TOKEN
from tests.edge.repositories import git

_PROGRAM = """\
#!/bin/bash
exec {python} -m ispconf "$@" --date {day}
"""
_CALL = """\
#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/{port}
{{ printf '%s\\0' "$PWD" "$#" "$@"; env -0; }} | base64 -w0 >&3
echo >&3
read -r code <&3
cat <&3
exit "$code"
"""


class _Called(StreamRequestHandler):
    """Runs one verb in this process, as the program on the path was called."""

    def handle(self) -> None:
        words = base64.b64decode(self.rfile.readline()).decode(errors="surrogateescape")
        here, count, *rest = words.rstrip("\0").split("\0")
        verb, pairs = rest[: int(count)], rest[int(count) :]
        env = dict(each.partition("=")[::2] for each in pairs)
        now = self.server.now  # type: ignore[attr-defined]
        said = StringIO()
        with chdir(here), redirect_stdout(said), redirect_stderr(said):
            code = run(Session(env, now, rest=lambda _: None), verb)
        self.wfile.write(f"{code}\n{said.getvalue()}".encode(errors="backslashreplace"))


@contextmanager
def calls(now: datetime) -> Iterator[int]:
    """A port on which verbs are called, which spares each of them the start of a process."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Called) as server:
        server.now = now  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Ran:
    """A step that was run: its line, the environment it had, how it ended and what it said.

    Of an action what it was given.
    """

    line: str
    env: Mapping[str, str]
    code: int
    said: str


@dataclass
class Runner:
    """A machine with runners, for one repository ``isp/net`` whose bare remote is ``origin``.

    ``programs`` says that each ``ispconf`` is a process of its own, as it is in life.
    """

    folder: Path
    origin: Path
    api: str
    day: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    server: str = "https://github.com"
    programs: bool = False
    ran: list[Ran] = field(default_factory=list)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    runs: int = 0

    def run(self, workflow: Path, name: str, event: dict[str, Any], **facts: str) -> dict[str, str]:
        """Runs a workflow for an event; gives each job's result.

        ``facts`` are ``ref`` and ``sha`` that are checked out, and ``actor``.
        """
        self.runs += 1
        self.ran = []
        text = yaml.safe_load(workflow.read_text(encoding="utf-8"))
        (self.folder / "artifacts").mkdir(parents=True, exist_ok=True)
        event_file = self.folder / f"event-{self.runs}.json"
        event_file.write_text(json.dumps(event))
        github = {
            "event": event, "event_name": name, "repository": "isp/net", "token": TOKEN,
            "server_url": self.server, "event_path": str(event_file), **facts,
        }  # fmt: skip
        results: dict[str, str] = {}
        for job, steps in text["jobs"].items():
            before = steps.get("needs", [])
            needs = [before] if isinstance(before, str) else before
            assert set(needs) <= results.keys(), "the jobs stand in their order"
            known = {
                "github": github,
                "needs": {
                    each: {"result": results[each], "outputs": self.outputs.get(each)}
                    for each in needs
                },
                "job": job,
                "secrets": self.secrets,
                "cancelled()": False,
            }
            ready = all(results[each] == "success" for each in needs)
            wanted = evaluated(str(steps["if"]), known) if "if" in steps else ready
            if "if" in steps and "()" not in str(steps["if"]):
                wanted = wanted and ready
            results[job] = self._shards(job, steps, known) if wanted else "skipped"
        return results

    def _shards(self, name: str, job: Mapping[str, Any], known: dict[str, Any]) -> str:
        """The job once, or once for each row of its matrix."""
        matrix = job.get("strategy", {}).get("matrix")
        rows = evaluated(matrix, known)["include"] if matrix else [{}]
        noon = datetime.fromisoformat(f"{self.day}T18:00").replace(tzinfo=UTC)  # in Mexico
        with calls(noon + timedelta(minutes=self.runs)) as port:
            ended = {
                self._job(f"{self.runs}-{name}-{at}", job, known | {"matrix": row}, port)
                for at, row in enumerate(rows)
            }
        return "failure" if "failure" in ended else "success"

    def _job(self, name: str, job: Mapping[str, Any], known: Mapping[str, Any], port: int) -> str:
        machine = _Machine(self, self.folder / name, job, known)
        shim = _PROGRAM.format(python=sys.executable, day=self.day)
        machine.shim = shim if self.programs else _CALL.format(port=port)
        failed = False
        for step in job["steps"]:
            condition = str(step.get("if", "success()"))
            facts = {**known, "success()": not failed}
            wanted = evaluated(condition, facts) and (not failed or "()" in condition)
            if not wanted:
                continue
            ended = machine.step(step)
            failed = failed or (not ended and not step.get("continue-on-error"))
        told = {**known, "steps": machine.steps}
        self.outputs[known["job"]] = {
            name: filled(text, told) for name, text in job.get("outputs", {}).items()
        }
        return "failure" if failed else "success"


class _Machine:
    """Where one job runs."""

    def __init__(
        self, runner: Runner, folder: Path, job: Mapping[str, Any], known: Mapping[str, Any]
    ) -> None:
        self.runner, self.job, self.known, self.shim = runner, job, known, ""
        self.steps: dict[str, Any] = {}
        self.space, self.bin, self.temp = (folder / each for each in ("space", "bin", "temp"))
        for path in (self.space, self.bin, self.temp):
            path.mkdir(parents=True)
        github = known["github"]
        self.env = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",  # noqa: TID251
            "HOME": str(self.temp),
            "PYTHONPATH": str(Path(ispconf.__file__).parents[1]),
            "LANG": "C.UTF-8",
            "CI": "true",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_WORKSPACE": str(self.space),
            "GITHUB_API_URL": runner.api,
            "GITHUB_SERVER_URL": runner.server,
            "GITHUB_REPOSITORY": "isp/net",
            "GITHUB_RUN_ID": str(runner.runs),
            "GITHUB_ACTOR": github["actor"],
            "GITHUB_EVENT_PATH": github["event_path"],
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self.env |= {
            name: filled(str(text), known) for name, text in self.job.get("env", {}).items()
        }

    def step(self, step: Mapping[str, Any]) -> bool:
        if "run" in step:
            return self._run(step)
        given = {name: filled(str(text), self.known) for name, text in step.get("with", {}).items()}
        ended = _ACTIONS[step["uses"].partition("@")[0]](self, given)
        self.runner.ran.append(Ran(step["uses"], given, int(not ended), ""))
        return ended

    def _run(self, step: Mapping[str, Any]) -> bool:
        own = {name: filled(str(text), self.known) for name, text in step.get("env", {}).items()}
        env = self.env | own
        where = self.space / step.get("working-directory", ".")
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        ended = subprocess.run(
            words, cwd=where, env=env, stdin=subprocess.DEVNULL, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.runner.ran.append(Ran(step["run"], env, ended.returncode, ended.stdout))
        output = self.temp / "output"
        lines = output.read_text().splitlines() if output.exists() else []
        told = dict(line.partition("=")[::2] for line in lines)
        self.steps[step.get("id", "")] = {"outputs": told}
        return ended.returncode == 0

    def checkout(self, given: Mapping[str, str]) -> bool:
        """``actions/checkout``: one commit, or all branches with ``fetch-depth: 0``."""
        place = self.space / given.get("path", ".")
        place.mkdir(exist_ok=True)
        github = self.known["github"]
        ref = given.get("ref") or github["ref"]
        git(place, "init", "-q", "-b", "main")
        git(place, "remote", "add", "origin", f"file://{self.runner.origin}")
        depth = [] if given.get("fetch-depth") == "0" else ["--depth", "1"]
        heads = ["+refs/heads/*:refs/remotes/origin/*"] if not depth else []
        git(place, "fetch", "-q", *depth, "origin", *heads, f"+{ref}:refs/remotes/origin/checked")
        if ref == "main":
            git(place, "checkout", "-q", "-B", "main", "refs/remotes/origin/checked")
            git(place, "branch", "-q", "--set-upstream-to", "origin/main") if not depth else None
        else:
            git(place, "checkout", "-q", "--detach", "refs/remotes/origin/checked")
        git(place, "update-ref", "-d", "refs/remotes/origin/checked")
        return True

    def installed(self, _: Mapping[str, str]) -> bool:
        """The repository's own action, which must be in the workspace before it is used."""
        assert (self.space / ".github/actions/ispconf/action.yml").exists()
        published = self.space / ".github/actions/ispconf/simulated.env"
        if published.exists():  # the example network's own action gives the job what is no secret
            lines = published.read_text().splitlines()
            self.env |= dict(line.partition("=")[::2] for line in lines)
            self.env["ISPCONF_AGE_KEY_FILE"] = str(self.space / "example.age-key")
        shim = self.bin / "ispconf"
        shim.write_text(self.shim)
        shim.chmod(0o755)
        return True

    def upload(self, given: Mapping[str, str]) -> bool:
        """``actions/upload-artifact``."""
        source = self.space / given["path"]
        target = self.runner.folder / "artifacts" / given["name"]
        shutil.rmtree(target, ignore_errors=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            target.mkdir()
            shutil.copy2(source, target)
        return True

    def download(self, given: Mapping[str, str]) -> bool:
        """``actions/download-artifact``; fails when there is none of that name.

        Those of a pattern come each in a folder of its own.
        """
        held = self.runner.folder / "artifacts"
        for source in held.glob(given.get("pattern", "")) if "pattern" in given else ():
            shutil.copytree(source, self.space / source.name)
        if "pattern" in given:
            return True
        if (held / given["name"]).exists():
            shutil.copytree(held / given["name"], self.space, dirs_exist_ok=True)
        return (held / given["name"]).exists()


_ACTIONS = {
    "actions/checkout": _Machine.checkout,
    "actions/upload-artifact": _Machine.upload,
    "actions/download-artifact": _Machine.download,
    "./.github/actions/ispconf": _Machine.installed,
}
