"""Writes a network of N subscribers with M months of ledger, the same for the same numbers.

    python benchmarks/generate.py DIR --subscribers 10000 --months 12
    python benchmarks/generate.py DIR --routers 20 --port 18800

It is a git repository with one commit. A router has 200 subscribers, unless ``--routers`` says how
many there are, a folder 500 files; every subscriber has one invoice and one payment a month, in
ledger files by day and journal. With ``--port`` the routers are those that listen on this machine
from that port on, and passwords are really encrypted: the identity is in ``.git/age-identity``.
"""

import argparse
import random
import subprocess
from base64 import b64encode
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from ispconf.edge.datakey import FILE_VARIABLE, keygen
from ispconf.edge.secrets import Vault

PER_ROUTER, PER_FOLDER = 200, 500
PLANS = [(10, 250), (20, 350), (50, 500), (100, 750)]
CASHIERS = ["caja1", "caja2", "mpesa"]
NAMES = ["Ana", "Luis", "María", "José", "Carmen", "Jorge", "Lucía", "Pedro", "Rosa", "Iván"]
SURNAMES = ["López", "García", "Hernández", "Núñez", "Pérez", "Ramírez", "Sánchez", "Ibáñez"]

COMPANY = """\
company: {name: Benchmark Net, tax_id: BEN010203AB1, address: "Av. Hidalgo 12, Puebla"}
locale: es-MX
timezone: America/Mexico_City
currency: MXN
taxes:
  iva: {name: IVA, rate: 16%, included: true}
billing: {mode: cycle, issue_day: 28, due_day: 1, cut_day: 5}
zones:
  norte: {name: Zona Norte, billing: {cut_day: 20}}
  sur: {name: Zona Sur}
journals:
  invoices: {writer: bot}
  caja1: {writer: maria, methods: [cash, transfer]}
  caja2: {writer: jorge, methods: [cash, transfer]}
  mpesa: {writer: bot, methods: [mpesa]}
methods: [cash, transfer, mpesa]
"""


def write(root: Path, path: str, text: str) -> None:
    """One file with its folders."""
    full = root / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_text(text, encoding="utf-8", newline="\n")


class Fleet(NamedTuple):
    """How many subscribers a router has, and the first port where they are on this machine."""

    share: int = PER_ROUTER
    port: int = 0

    def network(self, router: int) -> tuple[str, int]:
        """The start of a router's network (its third byte), and how many bits it has."""
        bits = max(24 - (self.share + 9 >> 8).bit_length(), 8)
        block = router << (24 - bits)
        return f"10.{block // 256 + 16}.{block % 256}", bits

    def address(self, index: int) -> str:
        """The index-th address, in the network of its router."""
        router, host = divmod(index, self.share)
        block = (router << (24 - self.network(router)[1])) + (host + 10 >> 8)
        return f"10.{block // 256 + 16}.{block % 256}.{host + 10 & 255}"


def routers(root: Path, subscribers: int, fleet: Fleet) -> None:
    """A router for each share of the subscribers."""
    for number in range((subscribers + fleet.share - 1) // fleet.share):
        net, bits = fleet.network(number)
        where = (
            f"host: 127.0.0.1\nport: {fleet.port + number}\ntls: false\nlan: bridge"
            if fleet.port
            else f"host: 10.8.{number // 250}.{number % 250 + 1}"
        )
        write(
            root,
            f"inventory/torre-{number:03}.yaml",
            f"zone: {'norte' if number % 2 else 'sur'}\n{where}\nuser: ispconf\n"
            f"password: ${{TORRE_PASSWORD}}\n"
            f"networks:\n  - {{range: {net}.0/{bits}, gateway: {net}.1}}\n",
        )


def subscriber(index: int, chance: random.Random, fleet: Fleet, vault: Vault | None) -> str:
    """The file of one subscriber: two thirds PPPoE, one third simple queue."""
    kind = "queue" if index % 3 == 2 else "pppoe"
    sealed = b64encode(b"\1" + chance.randbytes(47)).decode()  # as it looks, if nobody decrypts
    if vault and kind == "pppoe":
        sealed = vault.encrypt(sealed[:12], f"cliente-{index:06}/casa", "password").text
    secret = f'\n      password: !encrypted "{sealed}"'
    mac = ":".join(f"{(index >> shift) & 255:02X}" for shift in (24, 16, 8, 0))
    return (
        f"name: {NAMES[index % 10]} {SURNAMES[index // 10 % 8]} {SURNAMES[index // 80 % 8]}\n"
        f'contact: {{phone: "+52 222 {index:07}", email: cliente{index}@example.com}}\n'
        f"address: {{street: Calle {index % 90} No. {index % 200}, city: Puebla, "
        f"gps: [19.{chance.randrange(10**6):06}, -98.{chance.randrange(10**6):06}]}}\n"
        f"notes: Puerta azul, dos perros\n"
        f"services:\n  casa:\n    plan: hogar-{PLANS[index % 4][0]}\n"
        f"    router: torre-{index // fleet.share:03}\n    since: 2026-01-01\n"
        f"    access:\n      type: {kind}\n      user: cliente-{index:06}"
        f"{secret if kind == 'pppoe' else ''}\n      address: {fleet.address(index)}\n"
        f'      mac: "02:00:{mac}"\n'
    )


def months(count: int) -> list[date]:
    """The first days of the billed months, from January 2026."""
    return [date(2026 + month // 12, month % 12 + 1, 1) for month in range(count)]


def ledger(root: Path, subscribers: int, count: int, chance: random.Random) -> None:
    """Invoices on the 28th before each month; payments in its first twenty days."""
    days: defaultdict[tuple[date, str], list[str]] = defaultdict(list)
    for start in months(count):
        end = (start + timedelta(days=32)).replace(day=1)
        issued = (start - timedelta(days=1)).replace(day=28)
        for index in range(subscribers):
            speed, price = PLANS[index % 4]
            days[issued, "invoices"].append(
                f"date: {issued}, type: invoice, subscriber: cliente-{index:06}, service: casa, "
                f"period: {start}/{end}, due: {start}, cut: {start.replace(day=20)}, "
                f"total: {price}.00, taxes: {{iva: {price * 16 / 116:.2f}}}, "
                f"lines: [{{item: Hogar {speed} Mbps, amount: {price}.00}}]"
            )
            paid = start + timedelta(days=chance.randrange(20))
            journal = CASHIERS[index % 3]
            method = "mpesa" if journal == "mpesa" else chance.choice(["cash", "transfer"])
            days[paid, journal].append(
                f"date: {paid}, type: payment, subscriber: cliente-{index:06}, "
                f'amount: {price}.00, method: {method}, ref: "{start:%y%m}{index:06}"'
            )
    numbers: defaultdict[str, int] = defaultdict(int)
    for (day, journal), entries in sorted(days.items()):
        lines = []
        for entry in entries:
            numbers[journal] += 1
            lines.append(f"- {{no: {journal}-{numbers[journal]:06}, {entry}}}\n")
        write(root, f"ledger/{day:%Y/%m}/{day}-{journal}.yaml", "".join(lines))


def generate(root: Path, subscribers: int, count: int, fleet: Fleet = Fleet()) -> None:  # noqa: B008
    """The whole repository, committed."""
    chance = random.Random(1)  # noqa: S311  the same network every time
    root.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "-C", str(root), "init", "-q"], check=True)
    vault = _vault(root) if fleet.port else None
    write(root, "ispconf.yaml", COMPANY)
    for speed, price in PLANS:
        write(
            root,
            f"plans/hogar-{speed}.yaml",
            f"name: Hogar {speed} Mbps\naccess: [pppoe, queue]\nprice: {price}.00\ntax: iva\n"
            f"rate: {{down: {speed}M, up: {speed // 2}M}}\n",
        )
    routers(root, subscribers, fleet)
    for index in range(subscribers):
        folder = f"subscribers/z{index // PER_FOLDER:03}"
        write(root, f"{folder}/cliente-{index:06}.yaml", subscriber(index, chance, fleet, vault))
    ledger(root, subscribers, count, chance)
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]
    for words in (["add", "."], [*identity, "commit", "-q", "-m", "A network"]):
        subprocess.run(["git", "-C", str(root), *words], check=True)


def _vault(root: Path) -> Vault:
    env = {FILE_VARIABLE: str(root / ".git" / "age-identity")}
    keygen(root, env)
    return Vault.open(root, env)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--routers", type=int, help="how many (default: one for 200 subscribers)")
    parser.add_argument("--port", type=int, default=0, help="the first router's, on this machine")
    given = parser.parse_args()
    share = -(-given.subscribers // given.routers) if given.routers else PER_ROUTER
    generate(given.folder, given.subscribers, given.months, Fleet(share, given.port))


if __name__ == "__main__":
    main()
