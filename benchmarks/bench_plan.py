"""Whole runs of ``ispconf plan``: a network generated, applied once, and then planned again.

    python benchmarks/bench_plan.py [--subscribers 10000] [--routers 1] [--keep DIR]
    python benchmarks/bench_plan.py --subscribers 100000 --routers 20        some minutes

A simulated fleet takes the apply; what it then prints is repeated from another process (``ready``)
to plans that have nothing cached, everything cached, one subscriber's file changed, another day, or
no ledger. Wall seconds and memory are those of ``ispconf plan`` from its start to its end.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from benchmarks import ready
from benchmarks.generate import Fleet, generate, months
from benchmarks.measured import PASSWORD, forget, head, ispconf, show
from ispconf.simulator import Heard, RouterSpec, Simulator, User

USER, PORT = "ispconf", 18800
LOGIN = ("/login", f"=name={USER}", f"=password={PASSWORD}")


def applied(root: Path, routers: int, day: date) -> list[ready.Answers]:
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
        show("apply to empty routers", ispconf(root, str(day), "apply", "--yes"))
        for router in fleet:
            router.forget()
        show("plan, against the simulator", ispconf(root, str(day), "plan", "--exit-code"))
        return [ready.recorded(router.port, LOGIN, _asked(router.log)) for router in fleet]


def _asked(log: Iterable[Heard]) -> set[tuple[str, ...]]:
    return {
        (heard.command, *(f"={k}={v}" for k, v in heard.attributes.items()), *heard.queries)
        for heard in log
    }


def plans(root: Path, day: date) -> None:
    """Prints what plans cost."""
    plan = ("plan", "--exit-code")
    forget(root)
    show("plan, nothing cached", ispconf(root, str(day), *plan))
    for _ in range(2):
        show("plan, everything cached", ispconf(root, str(day), *plan))
    file = min((root / "subscribers").rglob("*.yaml"))
    before = file.read_bytes()
    file.write_bytes(before.replace(b"plan: hogar-10\n", b"plan: hogar-20\n"))
    show("plan, one subscriber changed", ispconf(root, str(day), *plan), 10)
    file.write_bytes(before)
    show("plan, the next day", ispconf(root, str(day + timedelta(days=1)), *plan))


def without_ledger(root: Path, day: date) -> None:
    """Prints what plans cost where nothing was ever billed: everybody is served as well."""
    away = root / ".git" / "ledger"
    (root / "ledger").rename(away)
    forget(root)
    show("plan without a ledger, nothing cached", ispconf(root, str(day), "plan", "--exit-code"))
    show("plan without a ledger, cached", ispconf(root, str(day), "plan", "--exit-code"))
    away.rename(root / "ledger")


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--subscribers", type=int, default=10_000)
    arguments.add_argument("--routers", type=int, default=1)
    arguments.add_argument("--months", type=int, default=12)
    arguments.add_argument("--keep", type=Path, help="the network, made unless it is there")
    given = arguments.parse_args()
    size = f"{given.subscribers} subscribers, {given.routers} routers, {given.months} months"
    head(size)
    day = months(given.months)[-1].replace(day=25)
    with tempfile.TemporaryDirectory() as folder:
        root = given.keep or Path(folder) / "network"
        if not root.exists():
            fleet = Fleet(-(-given.subscribers // given.routers), PORT)
            generate(root, given.subscribers, given.months, fleet)
        answers = applied(root, given.routers, day)
        with ready.serving(answers, first=PORT):
            plans(root, day)
            without_ledger(root, day)


if __name__ == "__main__":
    main()
