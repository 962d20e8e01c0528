"""The program from outside: help, usage, exit codes, what every verb promises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import ispconf
from ispconf.cli import VERBS
from tests.commands.shapes import FAILURE, misfits
from tests.commands.world import Isp
from tests.edge.repositories import git


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_that_teaches(verb: str, tmp_path: Path) -> None:
    ran = Isp(tmp_path).run(verb, "--help", here=False)
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: ispconf {verb}")
    assert len(ran.out.splitlines()) > 8


def test_the_verbs_are_listed_without_loading_one() -> None:
    words = "import sys, ispconf.cli as c; c.run(None, ['--help']); print(sorted(sys.modules))"
    root = str(Path(ispconf.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=root
    )
    for verb in VERBS:
        assert f"  {verb} " in done.stdout
    loaded = done.stdout.splitlines()[-1]
    for heavy in ("pydantic", "git", "cryptography", "librouteros", "ruamel", "rich", "pyrage"):
        assert f"'{heavy}'" not in loaded


def test_the_version(tmp_path: Path) -> None:
    ran = Isp(tmp_path).run("--version", here=False)
    assert (ran.code, ran.out) == (0, f"ispconf, version {ispconf.__version__}\n")


@pytest.mark.parametrize(
    "words",
    [
        ["plann"],
        ["plan", "--routr", "x"],
        ["plan", "--date", "2026-13-01"],
        ["plan", "--date", "yesterday"],
        ["status", "--format", "yaml"],
        ["pay", "ana"],
        ["apply", "--approved", "no-such-file.json"],
        ["subscriber", "neww"],
    ],
)
def test_wrong_usage(isp: Isp, words: list[str]) -> None:
    ran = isp.run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Error: " in ran.err
    ran = isp.run(*words, "--format=json") if "yaml" not in words else ran
    if ran.out:
        assert misfits(json.loads(ran.out), FAILURE) == []
        assert json.loads(ran.out)["exit_code"] == 2


def test_a_folder_below_will_do(isp: Isp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(isp.folder / "subscribers")
    assert isp.run("check", here=False).code == 0


def test_a_terminal_that_speaks_no_utf_8(isp: Isp) -> None:
    isp.env["PYTHONIOENCODING"] = "iso8859-5"
    process = isp.process("status")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "Ana L\\xf3pez" in out


def test_the_day_is_the_companys(isp: Isp) -> None:
    isp.change("ispconf.yaml", "America/Mexico_City", "Pacific/Kiritimati")  # it is tomorrow there
    assert isp.json("status").json["date"] == "2026-11-04"


def test_the_same_from_a_process(isp: Isp) -> None:
    process = isp.process("status", "--date", isp.today, "--format", "json")
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, isp.json("status").out)


def test_a_commit_can_be_read_while_the_files_are_wrong(isp: Isp) -> None:
    isp.write("plans/hogar-50.yaml", "name: [")
    assert isp.run("check").code == 1
    git(isp.folder, "checkout", "-q", "plans")
    assert isp.run("check").code == 0
