"""An internet provider to try every verb on: real files, a real git repository, simulated routers.

Three routers: ``norte-1`` cuts by disabling PPP secrets, ``sur-1`` has simple queues on RouterOS 6,
``centro-1`` has both kinds and cuts by address list. Four subscribers owe November's invoice, whose
cut date is 2026-11-05; two have paid it. Nothing here knows how a verb works.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import ispconf
from ispconf.cli import run
from ispconf.commands.session import Session
from ispconf.simulator import Router, Simulator, User
from tests.edge.repositories import committed, git, write

BEFORE, CUT = "2026-11-03", "2026-11-05"
"""A day in grace, and the first day without service for who has not paid."""

COMPANY = """\
company: {name: Global Speed, address: "Av. Hidalgo 12, Puebla"}
timezone: America/Mexico_City
currency: MXN
taxes:
  iva: {name: IVA, rate: 16%, included: true}
billing: {issue_day: 28, due_day: 1, cut_day: 5}
suspension: {notice: "http://10.8.0.1:8080/", allow: [10.8.0.9]}
zones:
  norte: {name: Norte}
  sur: {name: Sur}
methods: [cash, transfer, card]
journals:
  invoices: {writer: bot}
  caja1: {writer: maria, methods: [cash]}
  caja2: {writer: jorge, methods: [card]}
  caja3: {writer: luis, methods: [card]}
"""

PLANS = {
    "hogar-20": """\
name: Hogar 20
access: [pppoe, queue]
price: 350.00
tax: iva
rate: {down: 20M, up: 5M}
""",
    "hogar-50": """\
name: Hogar 50
price: 500.00
rate: {down: 50M, up: 10M}
burst: {down: 80M, up: 20M, threshold_down: 40M, threshold_up: 8M, time: 16s}
guaranteed: {down: 10M, up: 2M}
priority: 3
""",
}


class Box(NamedTuple):
    """A router of the inventory: its zone, RouterOS, network, and more lines of its file."""

    zone: str
    version: str
    network: str
    more: str = ""


BOXES = {
    "norte-1": Box("norte", "7.16.2", "10.20.0.0/24", "suspension: {method: disable}\n"),
    "sur-1": Box("sur", "6.49.17", "10.30.0.0/24"),
    "centro-1": Box("sur", "7.20", "10.40.0.0/24"),
}


class Person(NamedTuple):
    """A subscriber with one service ``casa``; ``more`` are lines at the end of the file."""

    router: str
    kind: str
    address: str
    name: str = "Ana López"
    plan: str = "hogar-20"
    more: str = ""
    facts: str = ""
    password: str = "clave-de-prueba"


PEOPLE = {
    "ana": Person("norte-1", "pppoe", "10.20.0.15"),
    "eva": Person("norte-1", "pppoe", "10.20.0.16", "Eva Ruiz", "hogar-50"),
    "ben": Person("sur-1", "queue", "10.30.0.15", "Ben Soto"),
    "carla": Person("centro-1", "pppoe", "10.40.0.15", "Carla Paz"),
    "dora": Person("centro-1", "queue", "10.40.0.16", "Dora Gil", "hogar-50"),
    "fito": Person("centro-1", "pppoe", "10.40.0.17", "Fito Mora"),
}
PAID = {"eva": "500.00", "fito": "350.00"}


def person_file(user: str, person: Person) -> str:
    """The file of a subscriber."""
    secret = f"user: {user}, password: {person.password}, " if person.kind == "pppoe" else ""
    address = f", address: {person.address}" if person.address else ""
    access = f"type: {person.kind}, {secret}".rstrip(", ") + address
    return (
        f"name: {person.name}   # as on the contract\n"
        "services:\n"
        "  casa:\n"
        f"    plan: {person.plan}\n"
        f"    router: {person.router}\n"
        "    since: 2026-11-01\n"
        f"    access: {{{access}}}\n{person.facts}{person.more}"
    )


def router_file(name: str, box: Box, port: int) -> str:
    """The file of a router on this machine."""
    first = box.network.rsplit(".", 1)[0]
    return (
        f"zone: {box.zone}\nhost: 127.0.0.1\nport: {port}\ntls: false\nuser: ispconf\n"
        f"password: ${{{variable(name)}}}\nrouteros: {box.version[0]}\n"
        f"networks:\n  - {{range: {box.network}, gateway: {first}.1}}\n{box.more}"
    )


def variable(router: str) -> str:
    """The environment's name of a router's password."""
    return f"{router.upper().replace('-', '_')}_PASSWORD"


def invoice(number: int, who: str, total: str = "350.00") -> str:
    """November's invoice, issued on 2026-10-28 and due on 2026-11-01."""
    return (
        f"- {{no: invoices-{number:06}, date: 2026-10-28, type: invoice, subscriber: {who}, "
        "service: casa, period: 2026-11-01/2026-12-01, due: 2026-11-01, cut: 2026-11-05, "
        f"total: {total}, lines: [{{item: Internet, amount: {total}}}]}}\n"
    )


def payment(number: int, who: str, amount: str) -> str:
    """A payment in cash on 2026-11-02."""
    return (
        f"- {{no: caja1-{number:06}, date: 2026-11-02, type: payment, subscriber: {who}, "
        f'amount: {amount}, method: cash, ref: "R{number}"}}\n'
    )


def ledger(people: Mapping[str, Person], paid: Mapping[str, str]) -> dict[str, str]:
    """An invoice for everybody, and the payments of some."""
    prices = {"hogar-20": "350.00", "hogar-50": "500.00"}
    owed = [(who, prices[person.plan]) for who, person in sorted(people.items())]
    invoices = "".join(invoice(at, who, total) for at, (who, total) in enumerate(owed, 1))
    cash = "".join(payment(at, *each) for at, each in enumerate(sorted(paid.items()), 1))
    files = {"ledger/2026/10/2026-10-28-invoices.yaml": invoices}
    return files | ({"ledger/2026/11/2026-11-02-caja1.yaml": cash} if cash else {})


@contextmanager
def typed(keys: TextIO) -> Iterator[None]:
    """Somebody types at the terminal."""
    before, sys.stdin = sys.stdin, keys
    try:
        yield
    finally:
        sys.stdin = before


class Ran(NamedTuple):
    """What a verb answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document, whose exit code is the verb's own."""
        document = json.loads(self.out)
        assert document["exit_code"] == self.code
        return document

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The changes of all routers of a plan in JSON, each with its router's name."""
        return [
            {"router": router["router"], **change}
            for router in self.json["routers"]
            for change in router["changes"]
        ]

    def router(self, name: str) -> dict[str, Any]:
        """A router's part of a plan in JSON."""
        found: dict[str, Any] = next(r for r in self.json["routers"] if r["router"] == name)
        return found

    def effects(self) -> list[tuple[str, str, str, str]]:
        """What each change is, short: router, action, the last part of its table, effect."""
        return [
            (c["router"], c["action"], c["table"].rpartition("/")[2], c["effect"])
            for c in self.changes
        ]


@dataclass
class Isp:
    """A repository, the routers it speaks of, and somebody who types verbs on the day ``today``."""

    folder: Path
    routers: dict[str, Router] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    today: str = BEFORE
    clock: str = "18:00"
    rest: Callable[[float], None] = lambda _: None
    limits: tuple[float, float] = (10.0, 30.0)
    runs: int = 0
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def run(self, *words: str, given: str = "", asks: bool = False, here: bool = True) -> Ran:
        """Runs a verb in this process, at noon of ``today``; ``given`` is what is typed."""
        now = datetime.fromisoformat(f"{self.today}T{self.clock}").replace(tzinfo=UTC)
        now += timedelta(seconds=5 * self.runs)
        self.runs += 1
        waits: dict[str, Any] = {"rest": self.rest, "limits": self.limits}
        session = Session(self.env, now, StringIO(given), asks, **waits)
        place = ["-C", str(self.folder)] if here else []
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err), typed(session.input):
            code = run(session, [*words, *place])
        return Ran(code, out.getvalue(), err.getvalue())

    def json(self, *words: str) -> Ran:
        """Runs a verb that answers in JSON."""
        return self.run(*words, "--format", "json")

    def plan(self, *words: str) -> Ran:
        """The plan in JSON."""
        return self.json("plan", *words)

    def apply(self, *words: str) -> Ran:
        """An apply that answers in JSON."""
        return self.json("apply", "--yes", *words)

    def meant(self) -> list[str]:
        """The words that let exactly the guards pass that stand against the plan of now."""
        guards = [guard for each in self.plan().json["routers"] for guard in each.get("guards", ())]
        return [word for g in guards for word in ("--allow", f"{g['guard']}={g['found']}")]

    def command(self, *words: str) -> tuple[list[str], dict[str, str]]:
        """The words and the environment of a process that runs a verb."""
        here = str(Path(ispconf.__file__).parents[1])  # the process runs the code under test
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": here}  # noqa: TID251
        return [sys.executable, "-m", "ispconf", *words, "-C", str(self.folder)], env | self.env

    def process(self, *words: str, **more: Any) -> "subprocess.Popen[str]":
        """Starts a verb in a process of its own."""
        argv, env = self.command(*words)
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.started.append(subprocess.Popen(argv, env=env, text=True, **{**pipes, **more}))
        return self.started[-1]

    def end(self) -> None:
        """Ends what a test that failed left running, so that no other one fails for it."""
        for process in self.started:
            with process:
                process.kill()

    def write(self, file: str, content: str | bytes) -> None:
        """Writes a file of the repository."""
        write(self.folder, {file: content})

    def text(self, file: str) -> str:
        """A file of the repository."""
        return (self.folder / file).read_text(encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        """Puts a text in place of another one that stands in a file once."""
        before = self.text(file)
        assert before.count(old) == 1, (old, before)
        self.write(file, before.replace(old, new))

    def settle(self, who: str, person: Person) -> None:
        """Writes the file of a subscriber."""
        self.write(f"subscribers/{who}.yaml", person_file(who, person))

    def delete(self, *files: str) -> None:
        """Deletes files of the repository."""
        for file in files:
            (self.folder / file).unlink()

    def commit(self, words: str = "a change") -> str:
        """Commits everything; gives the commit."""
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", words)
        return git(self.folder, "rev-parse", "HEAD")

    def pay(self, who: str, amount: str, ref: str = "99") -> Ran:
        """A payment at the desk, today."""
        return self.json("pay", who, amount, "--ref", ref)

    def state(self, who: str) -> str:
        """How the service ``casa`` of a subscriber stands today."""
        state: str = self.json("status", who).json["subscribers"][0]["services"][0]["state"]
        return state

    def online(self, router: str) -> set[str]:
        """Who has a live PPPoE session on a router."""
        return {row["name"] for row in self.routers[router].rows("/ppp/active")}

    def listed(self, router: str, name: str = "morosos") -> set[str]:
        """The addresses on a router's list of those who are cut."""
        rows = self.routers[router].rows("/ip/firewall/address-list", list_=name)
        return {row["address"] for row in rows}

    def row(self, router: str, path: str, name: str) -> dict[str, str]:
        """The row of that name."""
        return next(r for r in self.routers[router].rows(path) if r.get("name") == name)

    def everything(self) -> dict[str, Any]:
        """All that the routers hold, without what their clock and counters say."""
        return {name: held(router) for name, router in self.routers.items()}

    def writes(self) -> list[str]:
        """The writes that all routers received since they forgot."""
        return [
            heard.command
            for router in self.routers.values()
            for heard in router.log
            if heard.writes
        ]

    def forget(self) -> None:
        """The routers forget what they received."""
        for router in self.routers.values():
            router.forget()


MENUS = (
    "/ip/pool", "/ppp/profile", "/ppp/secret", "/queue/simple", "/ip/firewall/address-list",
    "/ip/arp", "/ip/firewall/filter", "/ip/firewall/nat",
)  # fmt: skip
_COUNTED = (
    ".id", "last-logged-out", "last-caller-id", "last-disconnect-reason", "creation-time", "bytes",
    "packets",
)  # fmt: skip


def held(router: Router) -> dict[str, list[dict[str, str]]]:
    """The static rows of the menus that matter, without ids."""
    return {
        menu: [
            {name: text for name, text in row.items() if name not in _COUNTED}
            for row in router.rows(menu)
            if row.get("dynamic") != "true"
        ]
        for menu in MENUS
    }


def ours(router: Router) -> dict[str, list[dict[str, str]]]:
    """The static rows with our mark."""
    return {
        menu: [row for row in rows if row.get("comment", "").startswith("ispconf:")]
        for menu, rows in held(router).items()
    }


def strangers(router: Router) -> dict[str, list[dict[str, str]]]:
    """The static rows without our mark."""
    return {
        menu: [row for row in rows if not row.get("comment", "").startswith("ispconf:")]
        for menu, rows in held(router).items()
    }


def founded(
    folder: Path,
    simulator: Simulator,
    *,
    boxes: Mapping[str, Box] = BOXES,
    people: Mapping[str, Person] = PEOPLE,
    paid: Mapping[str, str] = PAID,
) -> Isp:
    """A provider with these routers and people, committed; its routers are empty."""
    isp = Isp(folder)
    files = {"ispconf.yaml": COMPANY}
    files |= {f"plans/{name}.yaml": text for name, text in PLANS.items()}
    for name, box in boxes.items():
        router = simulator.router(
            name, box.version, users={"ispconf": User(f"llave-{name}")}, dial=True
        )
        isp.routers[name] = router
        isp.env[variable(name)] = f"llave-{name}"
        files[f"inventory/{name}.yaml"] = router_file(name, box, router.port)
    files |= {f"subscribers/{who}.yaml": person_file(who, each) for who, each in people.items()}
    committed(folder, files | ledger(people, paid))
    return isp
