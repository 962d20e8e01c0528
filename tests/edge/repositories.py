"""A small network's files, and real git repositories made of them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

SEALED = "AQ" + "abcdefgh" * 6
SMALL = {
    "ispconf.yaml": """\
company: {name: Prueba}
timezone: America/Mexico_City
currency: MXN
taxes:
  iva: {name: IVA, rate: 16%}
billing: {issue_day: 28, cut_day: 5}
zones:
  norte: {name: Norte, billing: {cut_day: 20}}
journals:
  invoices: {writer: bot}
  caja1: {writer: maria, methods: [cash]}
methods: [cash, transfer]
""",
    "plans/hogar-20.yaml": """\
name: Hogar 20
access: [pppoe, queue]
price: 350.00
tax: iva
rate: {down: 20M, up: 5M}
""",
    "inventory/norte-1.yaml": """\
zone: norte
host: 10.8.0.11
user: ispconf
password: ${NORTE1}
networks:
  - {range: 10.20.0.0/24, gateway: 10.20.0.1, reserved: [10.20.0.2-10.20.0.9]}
""",
    "subscribers/norte/ana-lopez.yaml": f"""\
name: Ana López
services:
  casa:
    plan: hogar-20
    router: norte-1
    since: 2026-06-23
    access:
      type: pppoe
      user: ana
      password: !encrypted "{SEALED}"
      address: 10.20.0.15
""",
    "subscribers/norte/ben-ruiz.yaml": """\
name: Ben Ruiz
services:
  casa:
    plan: hogar-20
    router: norte-1
    since: 2026-06-23
    access: {type: queue, address: 10.20.0.16}
""",
    "ledger/2026/10/2026-10-28-invoices.yaml": (
        "- {no: invoices-000001, date: 2026-10-28, type: invoice, subscriber: ana-lopez, "
        "service: casa, period: 2026-11-01/2026-12-01, due: 2026-11-01, cut: 2026-11-20, "
        "total: 350.00, taxes: {iva: 48.28}, lines: [{item: Hogar 20, amount: 350.00}]}\n"
    ),
    "ledger/2026/11/2026-11-03-caja1.yaml": (
        "- {no: caja1-000001, date: 2026-11-03, type: payment, subscriber: ana-lopez, "
        'amount: 350.00, method: cash, ref: "0045"}\n'
    ),
}


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files below a folder."""
    for path, content in files.items():
        full = root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def git(root: Path, *words: str, check: bool = True) -> str:
    """Runs git as somebody; gives what it says."""
    identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
    done = subprocess.run(
        ["git", "-C", str(root), *identity, *words], check=check, capture_output=True, text=True
    )
    return done.stdout.strip()


def committed(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository with one commit of the files."""
    write(root, files)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "start")
    return root
