"""Judges of the simulator, written by others: what their clients make of it, version by version.

``make judges`` sets them up and runs this with their folder: an environment of Python with the
packages of ``requirements.txt``, ``node_modules``, and Ansible's collections. Each judge is run
twice against a router that is new: it must have written at first, and nothing the second time.
Prints a table; leaves with 1 when one of them is not content, and says below what it said.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from ispconf.simulator import Router, Simulator, User

VERSIONS = ("6.49.17", "7.10.2", "7.16.2", "7.18.2", "7.20.1", "7.24.4")
HERE = Path(__file__).parent
LIMIT = 120  # seconds; Ansible needs 10 on a machine that does nothing else


class Verdict(NamedTuple):
    """Whether a judge is content; if not, why."""

    good: bool
    said: str = ""


Judge = Callable[[Path, Router], Verdict]


def client(*words: str, program: str = "bin/python") -> Judge:
    """A program that prints how many rows it had to write."""

    def judge(home: Path, router: Router) -> Verdict:
        command = [_program(home, program), str(HERE / words[0]), router.host, str(router.port)]
        wrote = []
        for _ in range(2):
            done = _run(home, [*command, *words[1:]])
            if done.returncode:
                return Verdict(good=False, said=done.stderr or done.stdout)
            wrote.append(int(done.stdout))
        return Verdict(wrote[0] > 0 == wrote[1], f"it wrote {wrote[0]} rows, then {wrote[1]}")

    return judge


def ansible(home: Path, router: Router) -> Verdict:
    """Every task of the play changes something, and nothing when it is played again."""
    variables = {
        "host": router.host,
        "api_port": router.port,
        "ansible_python_interpreter": str(home / "bin/python"),
    }
    command = [str(home / "bin/ansible-playbook"), "-e", json.dumps(variables)]
    told = []
    for _ in range(2):
        done = _run(home, [*command, str(HERE / "play.yml")])
        if done.returncode:
            return Verdict(good=False, said=done.stdout + done.stderr)
        told.append(re.findall(r"^(ok|changed): ", done.stdout, re.MULTILINE))
    good = set(told[0]) == {"changed"} and set(told[1]) == {"ok"} and len(told[0]) == len(told[1])
    return Verdict(good, f"its tasks said {told[0]}, then {told[1]}")


def _program(home: Path, name: str) -> str:
    return str(home / name) if "/" in name else name


def _run(home: Path, command: list[str]) -> "subprocess.CompletedProcess[str]":
    env = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "NODE_PATH": str(home / "node_modules"),
        "ANSIBLE_COLLECTIONS_PATH": str(home),
        "ANSIBLE_HOME": str(home / "home"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    return subprocess.run(
        command, env=env, capture_output=True, text=True, check=False, timeout=LIMIT
    )


JUDGES: dict[str, Judge] = {
    "librouteros": client("with_librouteros.py", "sync"),
    "librouteros, asynchronous": client("with_librouteros.py", "async"),
    "routeros-api": client("with_routeros_api.py"),
    "node-routeros": client("with_node_routeros.js", program="node"),
    "Ansible api_modify": ansible,
}


def judged(home: Path, name: str, version: str) -> Verdict:
    """What one judge says of a router of one version that holds nothing yet."""
    with Simulator() as simulator:
        router = simulator.router("judged", version, users={"ispconf": User("example")})
        try:
            return JUDGES[name](home, router)
        except (subprocess.TimeoutExpired, OSError, ValueError) as error:
            return Verdict(good=False, said=repr(error))


def main(home: Path) -> int:
    """The table, a line for each judge as soon as it has spoken."""
    sys.stdout.write(_line("judge", VERSIONS))
    bad: list[tuple[str, str, str]] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name in JUDGES:
            work = [pool.submit(judged, home, name, version) for version in VERSIONS]
            said = [each.result() for each in work]
            sys.stdout.write(_line(name, ["pass" if each.good else "FAIL" for each in said]))
            sys.stdout.flush()
            bad += [(name, v, e.said) for v, e in zip(VERSIONS, said, strict=True) if not e.good]
    for name, version, complaint in bad:
        sys.stdout.write(f"\n{name} on {version}:\n{complaint.strip()}\n")
    return 1 if bad else 0


def _line(name: str, cells: tuple[str, ...] | list[str]) -> str:
    return f"{name:26}" + "".join(f"{cell:9}" for cell in cells).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
