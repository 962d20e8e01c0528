"""What one process of simulated routers bears: many of them, and a table with many rows.

    python benchmarks/bench_simulator.py [--routers 500] [--rows 100000]

Prints CPU seconds and the most memory so far; librouteros reads the large table back.
"""

import argparse
import resource
import time

import librouteros
from librouteros.query import Key

from ispconf.simulator import Router, Simulator, User

USERS = {"bench": User("bench")}


def main() -> None:
    """Fill and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--routers", type=int, default=500)
    arguments.add_argument("--rows", type=int, default=100_000)
    given = arguments.parse_args()
    print(f"{'One process':<34}{'CPU s':>8}{'MiB':>8}")
    with Simulator() as simulator:
        began = time.process_time()
        for number in range(given.routers):
            simulator.router(f"r{number}", users=USERS)
        told(f"{given.routers} routers listen", began)
        router = simulator.router("large", users=USERS)
        began = time.process_time()
        fill(router, given.rows)
        told(f"{given.rows} secrets are added", began)
        began = time.process_time()
        client = librouteros.connect(router.host, "bench", "bench", port=router.port)
        wanted = client.path("ppp", "secret").select(Key("name"), Key(".id"))
        read = len(list(wanted))
        told(f"{read} are printed and read", began)
        client.close()


def fill(router: Router, rows: int) -> None:
    """Secrets with an address each."""
    for number in range(rows):
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        router.add("/ppp/secret", name=f"c{number}", remote_address=address)


def told(what: str, began: float) -> None:
    """A line of the table."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {what:<32}{time.process_time() - began:>8.1f}{most:>8.0f}", flush=True)


if __name__ == "__main__":
    main()
