"""One run of ``ispconf`` in a process of its own: what it took, and a line that says so."""

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from ispconf.edge.datakey import FILE_VARIABLE

PASSWORD = "bench"  # noqa: S105  of simulated routers


class Run(NamedTuple):
    """What a run took, and what it left with: seconds by the wall and of CPU, MB at most.

    The memory is that of all its processes together, what they share counted once.
    """

    wall: float
    cpu: float
    memory: float
    code: int


def ispconf(root: Path, day: str, *words: str) -> Run:
    """One run of the program on a day; its output is not looked at."""
    env = dict(os.environ)  # noqa: TID251  a benchmark is started by hand
    env |= {"TORRE_PASSWORD": PASSWORD, FILE_VARIABLE: str(root / ".git" / "age-identity")}
    command = [sys.executable, "-m", "ispconf", *words, "-C", str(root), "--date", day]
    start = time.perf_counter()
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        over, most = Event(), [0.0]
        watch = Thread(target=_watch, args=(process.pid, over, most))
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        over.set()
        watch.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return Run(wall, cpu, max(used.ru_maxrss / 1024, *most), process.returncode)


def _watch(pid: int, over: Event, most: list[float]) -> None:
    """Looks every second how much memory a process and its children have, in MB."""
    while not over.wait(1):
        most[0] = max(most[0], sum(map(_memory, [pid, *_children(pid)])))


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:  # over, or another system
        return []
    return [int(child) for child in text.split()]


def _memory(pid: int) -> float:
    """MB of a process, with its part of what it shares with others."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:") / 1024


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
