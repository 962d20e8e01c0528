"""A small desk: Ana owes, Ben paid too much; what its ledger says before and after a verb."""

from pathlib import Path

from tests.commands.world import Isp
from tests.edge.repositories import committed

COMPANY = """\
company: {name: Global Speed}
timezone: America/Mexico_City
currency: MXN
billing: {issue_day: 28, due_day: 1, cut_day: 5, minimum_cut: 50.00}
methods: [cash, transfer]
journals:
  invoices: {writer: bot}
  caja1: {writer: maria, methods: [cash]}
  banco: {writer: lucia, methods: [transfer]}
  ajustes: {writer: lucia}
"""
PLAN = "name: Hogar 20\nprice: 350.00\nrate: {down: 20M, up: 5M}\n"
ROUTER = "host: 10.8.0.11\nuser: ispconf\npassword: ${CLAVE}\n"
PERSON = """\
name: Ana López
services:
  casa:
    plan: hogar-20
    router: norte-1
    since: 2026-11-01
    access: {type: pppoe, user: ana, password: x}
"""
INVOICE = (
    "- {no: invoices-000001, date: 2026-10-28, type: invoice, subscriber: ana, service: casa, "
    "period: 2026-11-01/2026-12-01, due: 2026-11-01, cut: 2026-11-05, total: 350.00, "
    "lines: [{item: Hogar 20, amount: 350.00}]}\n"
)
PAYMENT = (
    "- {no: caja1-000001, date: 2026-11-02, type: payment, subscriber: ben, amount: 400.00, "
    'method: cash, ref: "R1"}\n'
)
BEN = INVOICE.replace("000001", "000002").replace("ana", "ben")
ADJUSTMENTS = "ledger/2026/11/2026-11-06-ajustes.yaml"


def opened(folder: Path) -> Isp:
    """Ana owes November and is cut; Ben paid 50.00 more than his."""
    isp = Isp(folder, env={"CLAVE": "x"}, today="2026-11-06")
    files = {
        "ispconf.yaml": COMPANY,
        "plans/hogar-20.yaml": PLAN,
        "inventory/norte-1.yaml": ROUTER,
        "subscribers/ana.yaml": PERSON,
        "subscribers/ben.yaml": PERSON.replace("Ana López", "Ben Soto").replace("ana,", "ben,"),
        "ledger/2026/10/2026-10-28-invoices.yaml": INVOICE + BEN,
        "ledger/2026/11/2026-11-02-caja1.yaml": PAYMENT,
    }
    committed(isp.folder, files)
    return isp


def balance(desk: Isp, who: str) -> str:
    found: str = desk.json("status", who).json["subscribers"][0]["balance"]
    return found


def ledger(desk: Isp) -> dict[str, str]:
    """Every ledger file with what it says."""
    root = desk.folder
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for path in root.glob("ledger/**/*.yaml")
    }


def refused(desk: Isp, *words: str) -> str:
    """Why a verb writes nothing."""
    before = ledger(desk)
    ran = desk.json(*words)
    assert ran.code == 1, ran
    assert ledger(desk) == before
    answer = ran.json
    text: str = answer.get("problem") or "\n".join(one["message"] for one in answer["problems"])
    return text
