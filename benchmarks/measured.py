"""One run of ``ispconf`` in a process of its own: what it took, and a line that says so."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from ispconf.edge.datakey import FILE_VARIABLE

PASSWORD = "bench"  # noqa: S105  of simulated routers


class Run(NamedTuple):
    """What a run took, and what it left with: seconds by the wall and of CPU, MB at most."""

    wall: float
    cpu: float
    memory: float
    code: int


def ispconf(root: Path, day: str, *words: str) -> Run:
    """One run of the program on a day; its output is not looked at.

    The memory is that of its largest process.
    """
    env = dict(os.environ)  # noqa: TID251  a benchmark is started by hand
    env |= {"TORRE_PASSWORD": PASSWORD, FILE_VARIABLE: str(root / ".git" / "age-identity")}
    command = [sys.executable, "-m", "ispconf", *words, "-C", str(root), "--date", day]
    start = time.perf_counter()
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return Run(wall, cpu, used.ru_maxrss / 1024, process.returncode)


def head(title: str) -> None:
    """The line above the runs."""
    print(f"\n{title:44} wall s    CPU s       MB")


def show(name: str, run: Run, code: int = 0) -> None:
    """The line of a run; one that left with another code ends the benchmark."""
    print(f"  {name:40} {run.wall:8.2f} {run.cpu:8.2f} {run.memory:8.0f}", flush=True)
    if run.code != code:
        raise SystemExit(f"{name}: exit code {run.code}, not {code}")


def forget(root: Path) -> None:
    """Removes what is cached of a network."""
    for path in (root / ".git" / "ispconf").glob("cache.*"):
        path.unlink()
