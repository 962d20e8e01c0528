"""Prints what reading a network costs: parsers side by side, then whole runs in fresh processes.

    python benchmarks/bench_reading.py [--subscribers 10000] [--months 12]

Whole runs are wall seconds from the start of the interpreter to a checked network: with nothing
kept, with everything kept, with one subscriber changed and with one payment appended.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from ruamel.yaml import YAML

from ispconf.edge.pausing import collector_paused
from ispconf.edge.yamltext import parse
from ispconf.ledger import lines
from ispconf.network.subscriber import Subscriber
from ispconf.network.wording import read

OPEN = """
import sys
from pathlib import Path
from ispconf import open_network
print(len(open_network(Path(sys.argv[1]), env={}).subscribers))
"""


def micros(work: Callable[[], object], times: int) -> float:
    """CPU microseconds of one call, the best of three rounds."""
    rounds = []
    with collector_paused():
        for _ in range(3):
            start = time.process_time()
            for _ in range(times):
                work()
            rounds.append((time.process_time() - start) / times * 1e6)
    return min(rounds)


def parsers(root: Path) -> None:
    """One subscriber's file and one day of ledger, by every parser that could read them."""
    path = root / "subscribers/z000/cliente-000000.yaml"
    data = path.read_bytes().replace(b"!encrypted ", b"")  # a tag that the others do not know
    ledger = min((root / "ledger").rglob("*-caja1.yaml")).read_bytes()
    rows = ledger.decode().splitlines()
    tree = parse(data).root
    safe, round_trip = YAML(typ="safe", pure=True), YAML(typ="rt")
    print(
        f"\n{len(data)} bytes of subscriber, {len(rows)} ledger entries       us each, us an entry"
    )
    cases: list[tuple[str, Callable[[bytes], object], int]] = [
        ("ruamel.yaml round trip", round_trip.load, 3),
        ("ruamel.yaml safe, pure", safe.load, 3),
        ("PyYAML CSafeLoader", lambda text: yaml.load(text, yaml.CSafeLoader), 100),
        ("libyaml events, own text builder", parse, 300),
    ]
    for name, load, times in cases:
        each = micros(lambda: load(data), times)  # noqa: B023
        entry = micros(lambda: load(ledger), max(1, times // 50)) / len(rows)  # noqa: B023
        print(f"  {name:<36}{each:10.0f}{entry:12.1f}")
    text = ledger.decode()
    by_line = micros(lambda: lines.read_all(text), 20) / len(rows)
    print(f"  {'canonical lines to entries':<36}{'':>10}{by_line:12.1f}")
    model = micros(lambda: read(Subscriber, tree, "x", "x.yaml"), 300)
    print(f"  {'tree to subscriber':<36}{model:10.0f}")


def timed(root: Path, said: str) -> None:
    """One whole run in a fresh process: on the clock, and on all processors together."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", OPEN, str(root)], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"  {said:<36}{wall:10.2f} s{cpu:10.2f} s CPU")


def runs(root: Path, subscribers: int, months: int) -> None:
    """The four runs that matter, three times each."""
    print(f"\n{subscribers} subscribers, {2 * subscribers * months} ledger entries, checked")
    cache = root / ".git/ispconf/cache.sqlite"
    for _ in range(3):
        cache.unlink(missing_ok=True)
        timed(root, "cold: nothing kept")
    for _ in range(3):
        timed(root, "warm: nothing changed")
    for count in range(3):
        path = root / f"subscribers/z000/cliente-00000{count}.yaml"
        path.write_text(path.read_text("utf-8").replace("dos perros", "un perro"), "utf-8")
        timed(root, "one subscriber changed")
    for count in range(3):
        path = max((root / "ledger").rglob("*-caja1.yaml"))
        last = path.read_text("utf-8").splitlines()[-1]
        number = int(last.split("caja1-")[1][:6])
        added = last.replace(f"-{number:06}", f"-{number + 1:06}").replace(
            'ref: "', f'ref: "x{count}'
        )
        path.write_text(f"{path.read_text('utf-8')}{added}\n", "utf-8")
        timed(root, "one payment appended")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "network"
        size = ["--subscribers", str(given.subscribers), "--months", str(given.months)]
        generator = Path(__file__).with_name("generate.py")
        subprocess.run([sys.executable, str(generator), str(root), *size], check=True)
        parsers(root)
        runs(root, given.subscribers, given.months)


if __name__ == "__main__":
    main()
