"""Ansible's ``api_modify`` beside ispconf: the secrets of one near router, some of them changed.

    make judges && python benchmarks/bench_ansible.py [--rows 5000] [--changed 500]

Both are processes of their own, from their start to their end, and find the same simulated router:
so many PPP secrets, of which some have another address than they should. ispconf reads, compares,
writes, and reads again to prove that nothing is left; Ansible reads, compares, writes, reads again.
Ansible and its collection are those of ``make judges``; without them there is nothing to measure.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ispconf.edge.applying import Outcome, carry_out
from ispconf.edge.routers import Address, connected
from ispconf.planning.changes import compare
from ispconf.planning.stages import stages
from ispconf.routeros.rows import Row, State
from ispconf.routeros.tables import SECRET
from ispconf.simulator import Router, Simulator, User

JUDGES = Path(__file__).parent.parent / ".make" / "judges"
USER, PASSWORD = "bench", "bench"
PLAY = {
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "tasks": [
        {
            "community.routeros.api_modify": {
                "hostname": "127.0.0.1",
                "port": "{{ api_port }}",
                "username": USER,
                "password": PASSWORD,
                "tls": False,
                "path": "ppp secret",
                "handle_absent_entries": "remove",
                "handle_entries_content": "ignore",
                "data": "{{ lookup('file', rows) | from_json }}",
            }
        }
    ],
}


def wanted(rows: int) -> list[dict[str, str]]:
    """The secrets that the router should have, without comments, which Ansible cannot write."""
    return [
        {
            "name": f"cliente-{n}",
            "service": "pppoe",
            "password": f"{n * 2654435761 % 2**32:08x}",
            "profile": "default",
            "remote-address": f"10.16.{n >> 8}.{n & 255}",
        }
        for n in range(rows)
    ]


def owner(row: dict[str, str]) -> str:
    """Whose a secret is for ispconf."""
    return f"{row['name']}/casa"


def full(simulator: Simulator, rows: list[dict[str, str]], changed: int) -> Router:
    """A router on which so many of the rows have an old address."""
    router = simulator.router(users={USER: User(PASSWORD)})
    for n, row in enumerate(rows):
        held = row | {"comment": f"ispconf:{owner(row)}"}
        if n < changed:
            held["remote-address"] = f"10.99.{n >> 8}.{n & 255}"
        router.add(SECRET.path, **{name.replace("-", "_"): text for name, text in held.items()})
    return router


def converge(port: int, file: Path) -> None:
    """What ispconf does with one router: read, compare, write, and prove that nothing is left."""
    rows: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    secrets = [
        Row(SECRET.path, row | {"comment": f"ispconf:{owner(row)}"}, owner(row)) for row in rows
    ]
    desired = State({SECRET.path: tuple(secrets)})
    with connected(Address("near", "127.0.0.1", port, USER, PASSWORD)) as line:
        changes = compare(desired, State(line.read([SECRET.path]))).changes
        done = carry_out(line, stages(changes), lambda _: None)
        assert all(each.outcome is Outcome.DONE for each in done)  # noqa: S101
        assert not compare(desired, State(line.read([SECRET.path]))).changes  # noqa: S101


def timed(name: str, command: list[str], env: dict[str, str]) -> float:
    """Wall seconds of the process, printed with its CPU time."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=os.environ | env, check=True, stdout=subprocess.DEVNULL)  # noqa: TID251
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"  {name:44} {wall:8.2f} {cpu:8.2f}", flush=True)
    return wall


def measure(rows: int, changed: int) -> None:
    """Prints what both take."""
    data = wanted(rows)
    with tempfile.TemporaryDirectory() as folder, Simulator() as simulator:
        file, play = Path(folder) / "rows.json", Path(folder) / "play.yml"
        file.write_text(json.dumps(data), encoding="utf-8")
        play.write_text(json.dumps([PLAY]), encoding="utf-8")
        router = full(simulator, data, changed)
        ours = timed(
            "ispconf", [sys.executable, __file__, "--converge", f"{router.port}", str(file)], {}
        )
        router = full(simulator, data, changed)
        python = str(JUDGES / "bin" / "python")
        variables = {
            "api_port": router.port,
            "rows": str(file),
            "ansible_python_interpreter": python,
        }
        ansible = timed(
            "ansible-playbook, api_modify",
            [str(JUDGES / "bin" / "ansible-playbook"), "-e", json.dumps(variables), str(play)],
            {
                "ANSIBLE_COLLECTIONS_PATH": str(JUDGES),
                "ANSIBLE_HOME": folder,
                "ANSIBLE_LOCALHOST_WARNING": "False",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            },
        )
        left = [row for row in router.rows(SECRET.path) if row["remote-address"] >= "10.99"]
        assert not left, f"{len(left)} rows were not written"  # noqa: S101
    print(f"  api_modify takes {ansible / ours:.1f} times as long")


def main() -> None:
    """Measures and prints, or does our half for one router."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=5000)
    arguments.add_argument("--changed", type=int, default=500)
    arguments.add_argument("--converge", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.converge:
        converge(int(given.converge[0]), Path(given.converge[1]))
        return
    print(f"\n{f'{given.rows} secrets, {given.changed} changed, 0 ms':44}   wall s    CPU s")
    if not (JUDGES / "bin" / "ansible-playbook").exists():
        print("  skipped: no Ansible in .make/judges; make judges sets it up from PyPI")
        return
    measure(given.rows, given.changed)


if __name__ == "__main__":
    main()
