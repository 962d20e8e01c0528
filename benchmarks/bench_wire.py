"""Reads and writes of one router: librouteros as it comes, a bare reader, and ispconf's line.

    python benchmarks/bench_wire.py [--rows 10000] [--latency 20]

The router is simulated in a process of its own. Wall time holds whatever is slower, client or
router; CPU time is the client's alone. Each figure of reading is the best of three.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from librouteros import connect
from librouteros.protocol import encode_sentence

from ispconf.edge.routers import Address, Line, connected
from ispconf.edge.wire import Words
from ispconf.routeros import orders
from ispconf.routeros.tables import SECRET
from ispconf.simulator import Faults, Simulator, User

HOST, USER, PASSWORD = "127.0.0.1", "bench", "bench"
NAMES = ["Ana López", "José Hernández", "Iván Núñez", "Rosa Pérez"]


def serve(rows: int, latency: float) -> None:
    """Two routers until standard input ends: one full and near, one empty and far."""
    with Simulator() as simulator:
        near = simulator.router("near", users={USER: User(PASSWORD)})
        far = simulator.router("far", users={USER: User(PASSWORD)})
        far.faults = Faults(latency=latency)
        for n in range(rows):
            fields = secret("cliente", n)
            near.add("/ppp/secret", **{k.replace("-", "_"): v for k, v in fields.items()})
        sys.stdout.write(json.dumps([near.port, far.port]) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def secret(prefix: str, n: int) -> dict[str, str]:
    """The fields of one subscriber's secret, as an ISP in Spanish-speaking America has them."""
    return {
        "name": f"{prefix}-{n}",
        "service": "pppoe",
        "password": f"{n * 2654435761 % 2**32:08x}",
        "profile": "default",
        "remote-address": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}",
        "comment": f"ispconf:{prefix}-{n}/casa {NAMES[n % 4]}, Hogar 20 Mbps",
    }


def timed(work: Callable[[], int], times: int = 3) -> tuple[float, float]:
    """Best wall and CPU seconds of the work, which gives the number of rows it saw."""
    best = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        best.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(wall for wall, _ in best), min(cpu for _, cpu in best)


def bare(line: Line) -> int:
    """The least a reader in Python can do with the same bytes: words into dictionaries."""
    sock = line._wire.socket  # noqa: SLF001
    sock.sendall(encode_sentence(*orders.columns("/ppp/secret"), encoding="utf-8"))
    data = b""
    rows: list[dict[str, str]] = []
    begin = 0
    while True:
        data = data[begin:] + sock.recv(1 << 18)
        text = data.decode("latin-1")
        at = begin = 0
        try:
            while True:
                row = {}
                kind = text[at + 1 : at + 1 + data[at]]
                at += 1 + data[at]
                while length := data[at]:
                    at += 1
                    if length > 127:
                        length = (length & 63) << 8 | data[at]
                        at += 1
                    equal = text.find("=", at + 1, at + length)
                    row[text[at + 1 : equal]] = text[equal + 1 : at + length]
                    at += length
                begin = at = at + 1
                if kind == "!done":
                    return len(rows)
                rows.append(row)
        except IndexError:
            continue


def reads(port: int, rows: int) -> None:
    """Prints the figures of reading one table."""
    api: Any = connect(HOST, USER, PASSWORD, port=port, encoding="utf-8")
    path = api.path("ppp", "secret")
    keys = [column for column in SECRET.columns() if column != "dynamic"]
    print(f"\nReading {rows} secrets             wall s   rows/s   client CPU s  us/row")
    with connected(Address("near", HOST, port, USER, PASSWORD)) as line:
        line.read(["/ppp/secret"])
        ways: dict[str, Callable[[], int]] = {
            "librouteros, as it comes": lambda: len(list(path)),
            "librouteros, .proplist": lambda: len(list(api.rawCmd(*_select(keys)))),
            "bare reader, .proplist": lambda: bare(line),
            "ispconf Line.read": lambda: len(line.read(["/ppp/secret"])["/ppp/secret"]),
        }
        cpus = {}
        for name, work in ways.items():
            wall, cpu = timed(work)
            cpus[name] = cpu
            print(f"  {name:28} {wall:8.3f} {rows / wall:8.0f} {cpu:14.3f} {cpu / rows * 1e6:7.1f}")
    ours = cpus["ispconf Line.read"]
    plain, floor = cpus["librouteros, as it comes"], cpus["bare reader, .proplist"]
    print(f"  CPU: {plain / ours:.1f} times less than librouteros, {ours / floor:.2f} of bare")
    api.close()


def _select(keys: Sequence[str]) -> tuple[str, str]:
    return "/ppp/secret/print", f"=.proplist={','.join(keys)}"


def adds(port: int, latency: float, count: int, one_by_one: int) -> None:
    """Prints the figures of adding rows that do not depend on each other."""
    print(f"\nAdding secrets at {latency * 1000:.0f} ms           wall s   adds/s")
    api: Any = connect(HOST, USER, PASSWORD, port=port, encoding="utf-8")
    path = api.path("ppp", "secret")
    begin = time.perf_counter()
    for n in range(one_by_one):
        path.add(**secret(f"single{port}", n))
    _show("librouteros, one by one", time.perf_counter() - begin, one_by_one)
    api.close()
    with connected(Address("far", HOST, port, USER, PASSWORD)) as line:
        for window in (1, 32, 128):
            some = one_by_one if window == 1 else count
            batch: list[Words] = [
                orders.add(SECRET, secret(f"w{window}-{port}", n)) for n in range(some)
            ]
            begin = time.perf_counter()
            answers = line.run(batch, window=window)
            taken = time.perf_counter() - begin
            assert all(answer.ok for answer in answers)  # noqa: S101
            _show(f"ispconf Line.run, window {window}", taken, some)


def _show(name: str, taken: float, count: int) -> None:
    print(f"  {name:28} {taken:8.3f} {count / taken:8.0f}")


def main() -> None:
    """Starts the router, measures, prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=10_000)
    arguments.add_argument("--latency", type=float, default=20.0, help="milliseconds")
    arguments.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    latency = given.latency / 1000
    if given.serve:
        serve(given.rows, latency)
        return
    command = [sys.executable, __file__, "--serve", *sys.argv[1:]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as router:
        assert router.stdout  # noqa: S101
        near, far = json.loads(router.stdout.readline())
        reads(near, given.rows)
        adds(near, 0.0, 5000, 1000)
        adds(far, latency, 2000, 100)
        router.communicate()


if __name__ == "__main__":
    main()
