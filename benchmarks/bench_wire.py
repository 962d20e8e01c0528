"""Reads and writes of one router: librouteros as it comes, a bare reader, and ispconf's line.

    python benchmarks/bench_wire.py [--rows 10000] [--adds 10000]

What is read was printed by a simulated router and is repeated from another process (``ready``), as
fast as it is taken. Figures of reading are the best of some rounds in which all take turns; CPU
time is the client's alone.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from librouteros import connect

from benchmarks import ready
from ispconf.edge.pace import Pace
from ispconf.edge.routers import Address, Line, connected
from ispconf.edge.sentences import encoded
from ispconf.edge.wire import Words
from ispconf.routeros import orders
from ispconf.routeros.tables import SECRET
from ispconf.simulator import Simulator, User

USER, PASSWORD = "bench", "bench"
LOGIN = ("/login", f"=name={USER}", f"=password={PASSWORD}")
NAMES = ["Ana López", "José Hernández", "Iván Núñez", "Rosa Pérez"]
PRINT = orders.columns(SECRET.path)
PRINT_ALL = (PRINT[0],)
FACTS: list[Words] = [
    ("/system/resource/print", "=.proplist=version,board-name"),
    ("/system/identity/print", "=.proplist=name"),
]


class Taken(NamedTuple):
    """Seconds by the wall and of our own CPU."""

    wall: float
    cpu: float


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


def printed(rows: int) -> ready.Answers:
    """What a router with so many secrets prints."""
    with Simulator() as simulator:
        router = simulator.router("near", users={USER: User(PASSWORD)})
        for n in range(rows):
            fields = secret("cliente", n)
            router.add(SECRET.path, **{k.replace("-", "_"): v for k, v in fields.items()})
        return ready.recorded(router.port, LOGIN, [*FACTS, PRINT, PRINT_ALL])


def best(ways: dict[str, Callable[[], int]], rounds: int) -> dict[str, Taken]:
    """The quickest run of each, taking turns."""
    found = dict.fromkeys(ways, Taken(1e9, 1e9))
    for _ in range(rounds):
        for name, work in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            taken = Taken(time.perf_counter() - wall, time.process_time() - cpu)
            found[name] = Taken(*map(min, found[name], taken))
    return found


def bare(line: Line) -> int:
    """The least a reader in Python can do with the same bytes: words into dictionaries."""
    sock = line._wire.socket  # noqa: SLF001
    sock.sendall(encoded(PRINT))
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


def only_received(line: Line) -> int:
    """The same bytes, not looked at."""
    sock = line._wire.socket  # noqa: SLF001
    sock.sendall(encoded(PRINT))
    end = encoded(("!done",))
    last = b""
    while not last.endswith(end):
        last = last[-len(end) :] + sock.recv(1 << 18)
    return 0


@contextmanager
def lined(port: int) -> Iterator[Line]:
    """Our line to a router."""
    with connected(Address("near", ready.HOST, port, USER, PASSWORD)) as line:
        yield line


def reads(rows: int, rounds: int) -> None:
    """Prints the figures of reading one table."""
    with ready.serving([printed(rows)]) as (port,), lined(port) as line:
        api: Any = connect(ready.HOST, USER, PASSWORD, port=port, encoding="utf-8")
        path = api.path("ppp", "secret")
        ways: dict[str, Callable[[], int]] = {
            "received, not looked at": lambda: only_received(line),
            "bare reader, .proplist": lambda: bare(line),
            "ispconf Line.read": lambda: len(line.read([SECRET.path])[SECRET.path]),
            "librouteros, .proplist": lambda: len(list(api.rawCmd(*PRINT))),
            "librouteros, as it comes": lambda: len(list(path)),
        }
        found = best(ways, rounds)
        api.close()
    print(f"\nReading {rows} secrets             wall s   rows/s   client CPU s  us/row")
    for name, (wall, cpu) in found.items():
        print(f"  {name:28} {wall:8.3f} {rows / wall:8.0f} {cpu:14.3f} {cpu / rows * 1e6:7.1f}")
    ours = found["ispconf Line.read"]
    floor, plain = found["bare reader, .proplist"], found["librouteros, as it comes"]
    print(
        f"  of the bare reader: {ours.cpu / floor.cpu:.2f} CPU, {ours.wall / floor.wall:.2f} wall; "
        f"librouteros takes {plain.cpu / ours.cpu:.1f} times our CPU, "
        f"{plain.wall / ours.wall:.1f} times our wall time"
    )


def adds(count: int, latency: float, work: float, one_by_one: int) -> None:
    """Prints the figures of adding rows that do not depend on each other."""
    batch = [orders.add(SECRET, secret("w", n)) for n in range(count)]
    print(
        f"\nAdding at {latency * 1000:.0f} ms round trip, {work * 1000:g} ms in the router"
        "   orders   wall s   adds/s"
    )
    with ready.serving([{}, printed(0)], latency, work) as (_, port):
        api: Any = connect(ready.HOST, USER, PASSWORD, port=port, encoding="utf-8")
        path = api.path("ppp", "secret")
        begin = time.perf_counter()
        for n in range(one_by_one):
            path.add(**secret("single", n))
        _show("librouteros, one by one", time.perf_counter() - begin, one_by_one)
        api.close()
        for name, pace in (("window 32", Pace.fixed(32)), ("at its own pace", None)):
            with lined(port) as line:
                begin = time.perf_counter()
                some = batch[: count // 5] if pace else batch
                line.run(some, pace=pace)
                _show(f"ispconf Line.run, {name}", time.perf_counter() - begin, len(some))


def _show(name: str, taken: float, count: int) -> None:
    print(f"  {name:42} {count:8} {taken:8.3f} {count / taken:8.0f}")


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=10_000)
    arguments.add_argument("--adds", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=7)
    given = arguments.parse_args()
    reads(given.rows, given.rounds)
    adds(given.adds, 0.0, 0.0, 1000)
    adds(given.adds, 0.05, 0.0, 40)
    adds(given.adds, 0.05, 0.001, 40)


if __name__ == "__main__":
    main()
