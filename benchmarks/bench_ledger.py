"""Years of ledger: who stands how, a payment, and a bill run, each a process of its own.

    python benchmarks/bench_ledger.py [--subscribers 100000] [--months 24] [--keep DIR]

With the defaults the ledger has 4.8 million entries, and making it takes some minutes. The bill run
appends an invoice for each subscriber, all in one file, which is one commit.
"""

import argparse
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.generate import Fleet, generate, months
from benchmarks.measured import forget, head, ispconf, show


def measure(root: Path, last: date) -> None:
    """Prints what the verbs take, from the 25th of the last month on."""
    today, tomorrow, issue = (str(last.replace(day=day)) for day in (25, 26, 28))
    pay = ("pay", "cliente-000005", "350.00", "--journal", "caja1", "--ref")
    forget(root)
    show("status, nothing cached", ispconf(root, today, "status", "--format", "json"))
    show("status, everything cached", ispconf(root, today, "status", "--format", "json"))
    show("status, the next day", ispconf(root, tomorrow, "status", "--format", "json"))
    show("check, everything cached", ispconf(root, today, "check"))
    show("pay", ispconf(root, tomorrow, *pay, "bench-1"))
    show("check after it", ispconf(root, tomorrow, "check"))
    show("status after it", ispconf(root, tomorrow, "status", "--format", "json"))
    show("bill, a month for everybody", ispconf(root, issue, "bill"))
    show("check after it, all looked at again", ispconf(root, issue, "check"))


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--subscribers", type=int, default=100_000)
    arguments.add_argument("--months", type=int, default=24)
    arguments.add_argument("--keep", type=Path, help="the network, made unless it is there")
    given = arguments.parse_args()
    entries = 2 * given.subscribers * given.months
    head(f"{given.subscribers} subscribers, {entries} entries")
    with tempfile.TemporaryDirectory() as folder:
        root = given.keep or Path(folder) / "network"
        if not root.exists():
            generate(root, given.subscribers, given.months, Fleet(5000, 18800))
        try:
            measure(root, months(given.months)[-1])
        finally:
            for words in (["checkout", "-q", "ledger"], ["clean", "-fdq", "ledger"]):
                subprocess.run(["git", "-C", str(root), *words], check=True)


if __name__ == "__main__":
    main()
