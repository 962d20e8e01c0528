"""``pay``, ``bill``, ``status``, ``statement``, ``debtors``: what the ledger says."""

import json
from pathlib import Path
from shutil import rmtree

import pytest

from ispconf.simulator import Simulator
from tests.commands.shapes import ENTRIES, STATEMENT, STATUS, misfits
from tests.commands.world import CUT, PEOPLE, Isp, Person, founded


@pytest.fixture
def office(tmp_path: Path, simulator: Simulator) -> Isp:
    """The provider of ``world`` with no router started: money needs none."""
    isp = founded(tmp_path / "office", simulator)
    for router in isp.routers.values():
        router.faults.refuse_logins = True
    return isp


# pay


def test_gs24_ws42_a_payment_is_appended_numbered_and_receipted(office: Isp) -> None:
    ran = office.run("pay", "ana", "350", "--ref", "0045")
    assert ran.code == 0
    for text in ("Global Speed", "Ana López", "$350.00", "0045"):
        assert text in ran.out
    assert office.text("ledger/2026/11/2026-11-03-caja1.yaml") == (
        "- {no: caja1-000003, date: 2026-11-03, type: payment, subscriber: ana, amount: 350.00, "
        'method: cash, ref: "0045"}\n'
    )
    assert office.state("ana") == "active"


def test_wh042_a_payment_says_what_the_next_apply_restores(office: Isp) -> None:
    office.today = CUT
    ran = office.json("pay", "ana", "350.00", "--ref", "1")
    assert misfits(ran.json, ENTRIES) == []
    assert ran.json["restores"] == ["ana/casa"]
    assert ran.json["entries"][0]["no"] == "caja1-000003"
    later = office.run("pay", "ben", "350.00", "--ref", "2")
    assert "ben/casa will be restored by the next apply." in later.out
    less = office.json("pay", "carla", "100.00", "--ref", "3")
    assert less.json["restores"] == []


def test_a_journal_and_the_invoices_can_be_named(office: Isp) -> None:
    words = ("--ref", "7", "--method", "card", "--journal", "caja3", "--for", "invoices-000001")
    (entry,) = office.json("pay", "ana", "350.00", *words).json["entries"]
    assert (entry["no"], entry["method"], entry["for"]) == (
        "caja3-000001",
        "card",
        ["invoices-000001"],
    )


def test_more_than_is_owed_is_credit(office: Isp) -> None:
    assert office.pay("ana", "700.00").code == 0
    (person,) = office.json("status", "ana").json["subscribers"]
    assert person["balance"] == "-350.00"
    assert person["services"][0]["state"] == "active"


def test_the_receipt_of_the_operator_is_used(office: Isp) -> None:
    office.write("templates/receipt.txt.j2", "Gracias, {{ receipt.customer.name }}!\n")
    ran = office.run("pay", "ana", "350.00", "--ref", "1")
    assert ran.code == 0
    assert ran.out.startswith("Gracias, Ana López!\n")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (b"\xff", "templates/receipt.txt.j2: cannot be read"),
        (b"{% for %}", "templates/receipt.txt.j2:1: Expected an expression"),
        (b"{{ nothing.at.all }}", "templates/receipt.txt.j2:1: 'nothing' is"),
    ],
)
def test_a_receipt_that_cannot_be_printed_is_said_before_anything_is_booked(
    office: Isp, template: bytes, said: str
) -> None:
    office.write("templates/receipt.txt.j2", template)
    ran = office.run("pay", "ana", "350.00", "--ref", "1")
    assert ran.code == 1
    assert said in ran.err
    assert not (office.folder / "ledger/2026/11/2026-11-03-caja1.yaml").exists()


def test_a_day_before_the_journals_last_is_refused(office: Isp) -> None:
    ran = office.json("pay", "ana", "350.00", "--ref", "1", "--date", "2026-11-01")
    assert ran.code == 1
    assert "journal caja1 has entries recorded on 2026-11-02" in ran.json["problem"]


# bill


def test_what_is_missing_is_billed_once(office: Isp) -> None:
    office.today = "2026-12-01"
    first = office.json("bill")
    assert misfits(first.json, ENTRIES) == []
    assert len(first.json["entries"]) == 6
    assert first.json["entries"][0]["taxes"] == {"iva": "48.28"}
    again = office.json("bill")
    assert (again.code, again.json["entries"]) == (0, [])
    assert "Nothing to bill" in office.run("bill").out


@pytest.mark.parametrize(
    ("zone", "day", "clock", "local"),
    [  # BR-16, T-24: the day is that of the company, whatever the machine's
        ("America/Mexico_City", "2026-12-01", "05:30", "2026-11-30"),  # 23:30
        ("America/Mexico_City", "2026-12-01", "06:00", "2026-12-01"),  # 00:00
        ("America/Santiago", "2026-09-06", "03:59", "2026-09-05"),  # a day that begins at 01:00
        ("America/Santiago", "2026-09-06", "04:00", "2026-09-06"),
        ("Africa/Nairobi", "2026-11-30", "21:30", "2026-12-01"),
    ],
)
def test_a_payment_belongs_to_the_day_it_is_at_the_company(
    office: Isp, zone: str, day: str, clock: str, local: str
) -> None:
    office.change("ispconf.yaml", "America/Mexico_City", zone)
    rmtree(office.folder / "ledger")  # of other days
    office.today, office.clock = day, clock
    ran = office.json("pay", "ana", "350.00", "--method", "cash", "--ref", "T1")
    assert ran.code == 0, ran
    assert ran.json["entries"][0]["date"] == local
    assert (office.folder / f"ledger/{local[:4]}/{local[5:7]}/{local}-caja1.yaml").exists()


def test_a_run_that_comes_weeks_late_says_so(office: Isp) -> None:
    ran = office.run("bill", "--date", "2027-01-05")
    assert ran.code == 0
    assert "12 of 12 come late, the oldest by 38 days (2026-11-28)" in ran.err
    assert "within its guards" in ran.err
    assert "had no entries" not in ran.err


def test_a_run_on_an_empty_ledger_asks_whether_something_is_missing(office: Isp) -> None:
    rmtree(office.folder / "ledger")
    ran = office.run("bill", "--date", "2026-11-30")
    assert ran.code == 0
    assert "ledger/ had no entries: is a part of the repository missing?" in ran.err
    assert "come late" not in office.run("bill", "--date", "2026-11-30").err


def test_a_bill_run_far_ahead_says_so(office: Isp) -> None:
    assert "ahead" not in office.run("bill", "--until", "2026-12-28").err
    ran = office.run("bill", "--until", "2027-12-01")
    assert "are dated more than 62 days ahead, the last 2027-11-28" in ran.err
    assert ran.code == 0


def test_the_bill_run_is_read_by_people(office: Isp) -> None:
    ran = office.run("bill", "--until", "2026-12-01")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].split() == ["NO", "DATE", "SERVICE", "PERIOD", "DUE", "CUT", "TOTAL"]
    assert "2026-12-01/2027-01-01" in lines[1]
    assert lines[-1] == "6 invoices, 2400.00 MXN"
    office.settle("gil", Person("sur-1", "queue", "10.30.0.77", "Gil"))
    assert office.run("bill", "--until", "2026-12-01").out.splitlines()[-1].startswith("2 invoices")


def test_day_by_day_gives_the_ledger_of_once_at_the_end(
    office: Isp, tmp_path: Path, simulator: Simulator
) -> None:
    other = founded(tmp_path / "other", simulator)
    for day in ("2026-11-27", "2026-11-28", "2026-12-15", "2026-12-28", "2027-01-05"):
        assert office.run("bill", "--date", day).code == 0
    assert other.run("bill", "--date", "2027-01-05").code == 0

    def written(isp: Isp) -> list[object]:
        found = isp.json("statement", "ana", "--date", "2027-01-05").json
        return [
            {name: text for name, text in entry.items() if name not in ("no", "date")}
            for entry in found["subscribers"][0]["entries"]
        ]

    assert written(office) == written(other)


# status, statement, debtors


def test_the_documents_are_as_promised(office: Isp) -> None:
    for day in ("2026-10-20", "2026-11-03", CUT):
        office.today = day
        everybody = office.json("status")
        assert misfits(everybody.json, STATUS) == []
        assert [each["subscriber"] for each in everybody.json["subscribers"]] == sorted(PEOPLE)
        assert misfits(office.json("statement", "eva").json, STATEMENT) == []
        assert [
            each["subscriber"] for each in office.json("status", "eva", "ana").json["subscribers"]
        ] == [
            "eva",
            "ana",
        ]


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-10-20", "pending"), ("2026-11-01", "due"), ("2026-11-03", "grace"), (CUT, "suspended")],
)
def test_the_state_follows_from_the_day(office: Isp, day: str, state: str) -> None:
    office.today = day
    assert office.state("ana") == state
    early = {"pending": "pending", "due": "due"}  # eva pays on the second
    assert office.state("eva") == early.get(state, "active")


@pytest.mark.parametrize(
    ("fact", "state", "said"),
    [
        ("free: {from: 2026-11-01, reason: tower}", "free", "tower"),
        ("paused: [{from: 2026-11-01, until: 2026-11-30, reason: away}]", "paused", "away"),
        ("suspended: {from: 2026-11-02, reason: abuse}", "suspended", "abuse"),
        ("cancelled: {on: 2026-11-02, reason: moved}", "cancelled", "moved"),
    ],
)
def test_facts_of_the_file_come_first(office: Isp, fact: str, state: str, said: str) -> None:
    office.settle("ana", PEOPLE["ana"]._replace(facts=f"    {fact}\n"))
    office.today = CUT
    assert office.state("ana") == state
    why = office.run("status", "ana", "--why")
    assert said in why.out
    assert "subscribers/ana.yaml:8" in why.out


def test_every_reason_with_its_place(office: Isp) -> None:
    office.today = CUT
    assert office.run("status", "ana", "--why").out == REASONS


REASONS = """\
ana   Ana López
  casa   hogar-20 on norte-1   suspended
    open 350.00 MXN
    covered until 2026-11-01
    next invoice on 2026-11-28
    cut on 2026-11-05
    because invoice invoices-000001 (350.00 MXN) was due 2026-11-01, cut 2026-11-05\
   [cut_day, ledger/2026/10/2026-10-28-invoices.yaml:1]
    because cut_day 5   [cut_day, ispconf.yaml:6 cut_day]
"""


def test_gs26_wh033_a_statement_counts_up_to_the_day(office: Isp) -> None:
    office.today = "2026-11-01"
    text = office.run("statement", "eva")
    assert "balance 500.00 MXN" in text.out
    assert "payment" not in text.out
    office.today = "2026-11-02"
    text = office.run("statement", "eva")
    assert "balance 0.00 MXN" in text.out
    assert text.out.splitlines()[2].split() == ["DATE", "NO", "WHAT", "CHARGE", "PAID", "BALANCE"]


def test_every_kind_of_entry_in_a_statement(office: Isp) -> None:
    head = "date: 2026-11-03, type:"
    entries = [
        f"{head} fee, subscriber: ana, amount: 50.00, kind: late, for: invoices-000001",
        f"{head} credit, subscriber: ana, amount: 10.00, for: invoices-000001, reason: outage",
        f"{head} promise, subscriber: ana, until: 2026-11-09",
        f'{head} refund, subscriber: eva, amount: 5.00, method: cash, ref: "77"',
        f"{head} reversal, subscriber: eva, amount: 500.00, of: caja1-000001, reason: bounced",
        f"{head} opening, subscriber: ben, amount: 20.00, reason: from the old system",
        f"{head} write_off, subscriber: ben, amount: 10.00, for: invoices-000002, reason: gone",
        f"{head} transfer, subscriber: eva, amount: 5.00, to: ben",
        f"{head} transfer, subscriber: ben, amount: 5.00, from: eva",
    ]
    lines = [f"- {{no: caja1-{at:06}, {entry}}}\n" for at, entry in enumerate(entries, 3)]
    office.write("ledger/2026/11/2026-11-03-caja1.yaml", "".join(lines))
    told = "".join(office.run("statement", who).out for who in ("ana", "eva", "ben"))
    for words in (
        "fee invoices-000001",
        "credit invoices-000001: outage",
        "promise to pay until 2026-11-09",
        "refund cash 77",
        "reversal caja1-000001: bounced",
        "opening: from the old system",
        "write-off invoices-000002: gone",
        "transfer to ben",
        "transfer from eva",
    ):
        assert words in told


def test_who_owes_largest_first(office: Isp) -> None:
    ran = office.json("debtors")
    assert ran.json["total"] == "1550.00"
    assert [(each["subscriber"], each["balance"]) for each in ran.json["debtors"]] == [
        ("dora", "500.00"),
        ("ana", "350.00"),
        ("ben", "350.00"),
        ("carla", "350.00"),
    ]
    assert ran.json["debtors"][0] == {
        "subscriber": "dora",
        "balance": "500.00",
        "oldest_due": "2026-11-01",
        "days_late": 2,
        "states": ["grace"],
    }
    text = office.run("debtors").out
    assert text.startswith("4 debtors owe 1550.00 MXN on 2026-11-03\n")
    for who in ("ana", "ben", "carla"):
        assert office.pay(who, "350.00", who).code == 0
    assert office.pay("dora", "500.00", "dora").code == 0
    assert office.run("debtors").out == "0 debtors owe 0.00 MXN on 2026-11-03\n"
    assert json.loads(office.json("debtors").out)["debtors"] == []


@pytest.mark.parametrize("words", [["status", "anna"], ["statement", "anna"]])
def test_who_was_meant(office: Isp, words: list[str]) -> None:
    ran = office.run(*words)
    assert ran.code == 1
    assert ran.err == 'ispconf: "anna" is not in subscribers/ (did you mean "ana"?)\n'


def test_wh168_an_invoice_notes_the_zone_it_was_issued_in(office: Isp) -> None:
    office.today = "2026-12-01"
    zones = {one["subscriber"]: one.get("zone") for one in office.json("bill").json["entries"]}
    assert zones["ana"] == "norte"
    office.change("inventory/norte-1.yaml", "zone: norte", "zone: sur")
    found = office.json("report", "revenue", "--by", "zone", "--from", "2026-11-28").json["rows"]
    now = office.json("report", "revenue", "--by", "zone-now", "--from", "2026-11-28").json["rows"]
    assert "norte" in {row["zone"] for row in found}
    assert {row["zone-now"] for row in now} == {"sur"}


def test_whoever_is_named_twice_is_told_once(office: Isp) -> None:
    ran = office.json("status", "ana", "ben", "ana")
    assert [each["subscriber"] for each in ran.json["subscribers"]] == ["ana", "ben"]
