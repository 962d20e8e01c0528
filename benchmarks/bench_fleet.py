"""Many far routers read at once: ispconf, plain librouteros, and a bare client, with 64 threads.

    python benchmarks/bench_fleet.py [--routers 500] [--rows 200] [--latency 50]

Each router has so many secrets and nothing else; replies are made ahead and repeated from another
process (``ready``). A router takes a login, a look at what it is, and a print of the secrets and of
the profiles; ispconf, as it does in a plan, reads its nine menus and who it may be besides.
"""

import argparse
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from librouteros import connect

from benchmarks import ready
from ispconf.edge.fleet import side_by_side
from ispconf.edge.routers import Address, reading
from ispconf.edge.sentences import encoded
from ispconf.routeros import orders
from ispconf.routeros.tables import PROFILE, SECRET, TABLES

USER, PASSWORD = "bench", "bench"
THREADS = 64
LOOKS = [
    ready.answer(
        ("/system/resource/print", "=.proplist=version,board-name"),
        [{"version": "7.16.2 (stable)", "board-name": "RB5009"}],
    ),
    ready.answer(("/system/identity/print", "=.proplist=name"), [{"name": "torre"}]),
]
PRINTS = [orders.columns(SECRET.path), orders.columns(PROFILE.path)]


def router(rows: int) -> ready.Answers:
    """What a router with so many secrets answers."""
    secrets = [
        {
            ".id": f"*{n:X}",
            "name": f"cliente-{n:06}",
            "service": "pppoe",
            "password": f"{n * 2654435761 % 2**32:08x}",
            "profile": "ispconf-hogar-20",
            "remote-address": f"10.16.{n >> 8}.{n & 255}",
            "caller-id": "",
            "comment": f"ispconf:cliente-{n:06}/casa Ana López Hernández, Hogar 20 Mbps",
            "disabled": "false",
        }
        for n in range(rows)
    ]
    profiles = [{".id": "*0", "name": "default"}]
    held = ready.answer(PRINTS[0], secrets), ready.answer(PRINTS[1], profiles)
    return dict([*LOOKS, *held])


def with_ispconf(port: int) -> int:
    """All menus as a plan reads them."""
    with reading(Address("torre", ready.HOST, port, USER, PASSWORD)) as reader:
        return len(reader.read(TABLES)[SECRET.path])


def with_librouteros(port: int) -> int:
    """Two menus by librouteros as it comes, with the columns that are compared."""
    api = connect(ready.HOST, USER, PASSWORD, port=port, encoding="utf-8")
    secrets, _ = (list(api.rawCmd(*words)) for words in PRINTS)
    api.close()
    return len(secrets)


def bare(port: int) -> int:
    """Two menus by the least that Python can do: words into dictionaries, nothing looked at."""
    with socket.create_connection((ready.HOST, port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _said(sock, [("/login", f"=name={USER}", f"=password={PASSWORD}")])
        rows = list(_rows(_said(sock, PRINTS)))
    return len([row for row in rows if "password" in row])


def _said(sock: socket.socket, commands: list[tuple[str, ...]]) -> bytes:
    sock.sendall(b"".join(encoded(words) for words in commands))
    end = encoded(("!done",))
    data = bytearray()
    while data.count(end) < len(commands):
        data += sock.recv(1 << 18)
    return bytes(data)


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    text = data.decode("latin-1")
    at, end = 0, len(data)
    while at < end:
        row = {}
        while length := data[at]:
            at += 1
            if length > 127:
                length = (length & 63) << 8 | data[at]
                at += 1
            name, _, value = text[at + 1 : at + length].partition("=")
            row[name] = value
            at += length
        at += 1
        yield row


def pooled(read: Callable[[int], int]) -> Callable[[list[int]], int]:
    """The work for all routers with a pool of threads."""

    def run(ports: list[int]) -> int:
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(read, ports))

    return run


def in_fleet(ports: list[int]) -> int:
    """The work for all routers as ispconf does it."""
    found = side_by_side(with_ispconf, ports, at_most=THREADS)
    return sum(rows for rows in found if isinstance(rows, int))


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--routers", type=int, default=500)
    arguments.add_argument("--rows", type=int, default=200)
    arguments.add_argument("--latency", type=float, default=50.0, help="milliseconds")
    given = arguments.parse_args()
    total = given.routers * given.rows
    title = f"{given.routers} routers at {given.latency:g} ms, {total} secrets"
    print(f"\nReading {title:44}   wall s    CPU s")
    ways: dict[str, Callable[[list[int]], int]] = {
        "bare client, 64 threads": pooled(bare),
        "ispconf side_by_side": in_fleet,
        "librouteros, 64 threads": pooled(with_librouteros),
    }
    answers = router(given.rows)
    with ready.serving([answers] * given.routers, given.latency / 1000) as ports:
        for name, work in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            seen = work(ports)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            assert seen == total, f"{name} saw {seen} of {total}"  # noqa: S101
            print(f"  {name:48} {wall:8.2f} {cpu:8.2f}")


if __name__ == "__main__":
    main()
