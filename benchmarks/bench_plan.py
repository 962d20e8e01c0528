"""Whole runs of ``ispconf plan``: a network generated, applied once, and then planned again.

    python benchmarks/bench_plan.py [--subscribers 10000] [--routers 1] [--keep DIR]
    python benchmarks/bench_plan.py --subscribers 100000 --routers 20        some minutes

A simulated fleet takes the apply; what it then prints is repeated from another process (``ready``)
to plans that have nothing cached, everything cached, or one subscriber's file changed. Wall seconds
and memory are those of the process ``ispconf plan`` from its start to its end.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks import ready
from benchmarks.generate import Fleet, generate
from ispconf.edge.datakey import FILE_VARIABLE
from ispconf.simulator import Heard, RouterSpec, Simulator, User

USER, PASSWORD, DAY, PORT = "ispconf", "bench", "2026-12-25", 18800
LOGIN = ("/login", f"=name={USER}", f"=password={PASSWORD}")


class Run(NamedTuple):
    """What a run took, and what it left with: seconds by the wall and of CPU, MB at most."""

    wall: float
    cpu: float
    memory: float
    code: int


def ispconf(root: Path, *words: str) -> Run:
    """One run of the program in a process of its own; its output is not looked at."""
    env = dict(os.environ)  # noqa: TID251  a benchmark is started by hand
    env |= {"TORRE_PASSWORD": PASSWORD, FILE_VARIABLE: str(root / ".git" / "age-identity")}
    command = [sys.executable, "-m", "ispconf", *words, "-C", str(root), "--date", DAY]
    start = time.perf_counter()
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return Run(wall, cpu, used.ru_maxrss / 1024, process.returncode)


def applied(root: Path, routers: int) -> list[ready.Answers]:
    """What each router answers to a plan after an apply, which this does."""
    shutil.rmtree(root / ".git" / "ispconf", ignore_errors=True)  # an apply before this one
    with Simulator() as simulator:
        fleet = [
            simulator.start(
                RouterSpec(f"torre-{n:03}", users={USER: User(PASSWORD)}, port=PORT + n)
            )
            for n in range(routers)
        ]
        for router in fleet:
            router.add("/interface/bridge", name="bridge")
        _show("apply to empty routers", ispconf(root, "apply", "--yes"), 0)
        for router in fleet:
            router.forget()
        _show("plan, against the simulator", ispconf(root, "plan", "--exit-code"), 0)
        return [ready.recorded(router.port, LOGIN, _asked(router.log)) for router in fleet]


def _asked(log: Iterable[Heard]) -> set[tuple[str, ...]]:
    return {
        (heard.command, *(f"={k}={v}" for k, v in heard.attributes.items()), *heard.queries)
        for heard in log
    }


def plans(root: Path) -> None:
    """Prints what plans cost."""
    plan = ("plan", "--exit-code")
    for path in (root / ".git" / "ispconf").glob("cache.*"):
        path.unlink()
    _show("plan, nothing cached", ispconf(root, *plan), 0)
    for _ in range(2):
        _show("plan, everything cached", ispconf(root, *plan), 0)
    file = min((root / "subscribers").rglob("*.yaml"))
    before = file.read_bytes()
    file.write_bytes(before.replace(b"plan: hogar-10\n", b"plan: hogar-20\n"))
    _show("plan, one subscriber changed", ispconf(root, *plan), 10)
    file.write_bytes(before)


def _show(name: str, run: Run, code: int) -> None:
    print(f"  {name:32} {run.wall:8.2f} {run.cpu:8.2f} {run.memory:8.0f}", flush=True)
    if run.code != code:
        raise SystemExit(f"{name}: exit code {run.code}, not {code}")


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--subscribers", type=int, default=10_000)
    arguments.add_argument("--routers", type=int, default=1)
    arguments.add_argument("--months", type=int, default=12)
    arguments.add_argument("--keep", type=Path, help="the network, made unless it is there")
    given = arguments.parse_args()
    size = f"{given.subscribers} subscribers, {given.routers} routers, {given.months} months"
    print(f"\n{size:44} wall s    CPU s       MB")
    with tempfile.TemporaryDirectory() as folder:
        root = given.keep or Path(folder) / "network"
        if not root.exists():
            fleet = Fleet(-(-given.subscribers // given.routers), PORT)
            generate(root, given.subscribers, given.months, fleet)
        answers = applied(root, given.routers)
        with ready.serving(answers, first=PORT):
            plans(root)


if __name__ == "__main__":
    main()
