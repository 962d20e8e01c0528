"""Reports: the same sums as text, JSON and CSV, and those that accountants' programs find."""

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from ispconf.commands import report
from ispconf.edge.files import open_network
from ispconf.network.model import Network
from tests.commands.export.judges import PROGRAMS, Program
from tests.commands.office import office
from tests.commands.world import CUT, Isp

EXAMPLE = Isp(Path(__file__).parents[3], today="2026-11-21")
ALL = ["revenue", "receivables", "debtors", "churn", "promises", "cash"]
NEEDS = {"cash": ["--journal", "caja1"]}


@pytest.fixture
def isp(tmp_path: Path) -> Isp:
    isp = office(
        tmp_path / "isp",
        {
            "ledger/2026/11/2026-11-04-caja1.yaml": (
                "- {no: caja1-000003, date: 2026-11-03, type: payment, subscriber: ana, "
                'amount: 100.00, method: cash, ref: "R3"}\n'
                "- {no: caja1-000004, date: 2026-11-04, type: promise, subscriber: ana, "
                "until: 2026-11-12}\n"
            )
        },
    )
    isp.today = CUT
    return isp


@pytest.fixture(scope="module")
def puebla() -> Network:
    return open_network(EXAMPLE.folder, env={})


def words(name: str) -> list[str]:
    return ["report", name, *NEEDS.get(name, [])]


def test_every_report_is_registered() -> None:
    assert list(report.command.commands) == ALL


TEXTS = {
    "revenue": """\
Revenue from 2026-10-28 through 2026-11-05 in MXN, taxes apart

MONTH    SERVICES  OTHER  FEES  CREDITS  REVENUE   TAX
2026-10   2400.00   0.00  0.00     0.00  2400.00  0.00
total     2400.00   0.00  0.00     0.00  2400.00  0.00
""",
    "receivables": """\
Owed on 2026-11-05 by age, in MXN

DAYS LATE  SUBSCRIBERS  CHARGES     OWED
not due              0        0     0.00
0-30                 4        4  1450.00
31-60                0        0     0.00
61-90                0        0     0.00
over 90              0        0     0.00
total                4        4  1450.00

0.00 MXN paid ahead, by 0 subscribers.
""",
    "promises": """\
1 promise from 2026-10-28 through 2026-11-05: 0 kept, 0 broken, 1 running

NO            DATE        UNTIL       SUBSCRIBER  NAME       AMOUNT    LEFT  OUTCOME
caja1-000004  2026-11-04  2026-11-12  ana         Ana López  250.00  250.00  running
""",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_report_as_text(isp: Isp, name: str) -> None:
    ran = isp.run(*words(name))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == TEXTS[name]


def test_the_oldest_debt_comes_first(isp: Isp) -> None:
    title, _, *table = isp.run("report", "debtors").out.splitlines()
    assert title == "4 debtors on 2026-11-05, 1450.00 MXN owed"
    assert [line.split()[0] for line in table[1:]] == ["dora", "ben", "carla", "ana", "total"]
    row = isp.json("report", "debtors").json["rows"][-1]
    assert row == {
        "subscriber": "ana", "name": "Ana López", "0-30": "250.00", "owed": "250.00",
        "oldest_due": "2026-11-01", "days_late": 4,
    }  # fmt: skip


def test_the_months_of_a_year_are_counted(isp: Isp) -> None:
    lines = isp.run("report", "churn").out.splitlines()
    assert lines[0] == "Services that began and left, 2025-12 through 2026-11-05"
    assert lines[2:4] == [
        "MONTH    BEGAN  LEFT  ACTIVE  PERCENT LEFT",
        "2025-12      0     0       0",
    ]
    assert lines[-2:] == ["2026-11      6     0       6", "total        6     0       6"]
    assert "Subscribers" in isp.run("report", "churn", "--of", "subscribers").out
    rows = isp.json("report", "churn", "--from", "2026-10-15").json["rows"]
    assert rows == [
        {"month": "2026-10", "began": 0, "left": 0, "active": 0},
        {"month": "2026-11", "began": 6, "left": 0, "active": 6},
    ]


def test_a_day_is_closed(isp: Isp) -> None:
    ran = isp.run("report", "cash", "--journal", "caja1", "--day", "2026-11-04")
    *lines, last = ran.out.splitlines()
    assert lines == [
        "caja1 on 2026-11-04: 1 movement",
        "",
        "NO            DATE        WHAT     SUBSCRIBER  NAME       METHOD  REF  AMOUNT",
        "caja1-000003  2026-11-03  payment  ana         Ana López  cash    R3   100.00",
        "",
        "cash: opening 850.00, came 100.00, went 0.00, closing 950.00 MXN",
    ]
    assert last.startswith("last number caja1-000004, verification ")
    document = isp.json("report", "cash", "--journal", "caja1", "--day", "2026-11-04").json
    assert document["code"] == last.rpartition(" ")[2]
    assert document["methods"] == [
        {
            "method": "cash",
            "opening": "850.00",
            "came": "100.00",
            "went": "0.00",
            "closing": "950.00",
        }
    ]
    isp.today = "2026-11-04"
    assert isp.run("report", "cash", "--journal", "caja1").out == ran.out


@pytest.mark.parametrize(
    ("words", "counted", "difference"),
    [
        (["--counted", "950"], "950.00", "0.00"),
        (["--counted", "900.50"], "900.50", "-49.50"),
        (["--counted", "160", "--opening", "50.00"], "160.00", "10.00"),
    ],
)
def test_what_was_counted_is_compared(
    isp: Isp, words: list[str], counted: str, difference: str
) -> None:
    asked = ["report", "cash", "--journal", "caja1", "--day", "2026-11-04", *words]
    assert isp.run(*asked).out.endswith(f"counted {counted} MXN, difference {difference}\n")
    document = isp.json(*asked).json
    assert (document["counted"], document["difference"]) == (counted, difference)


def test_a_day_is_closed_on_paper(isp: Isp) -> None:
    asked = ["report", "cash", "--journal", "caja1", "--day", "2026-11-04"]
    code = isp.json(*asked).json["code"]
    out = isp.run(*asked, "--counted", "940.00", "--columns", "32").out
    assert max(map(len, out.splitlines())) == 32
    for said in ("DAY CLOSING", "Ana López", "caja1-000003", "-$10.00", "Handed over: maria", code):
        assert said in out
    (told,) = isp.json(*asked, "--as", "html").json["documents"]
    assert (told["kind"], told["no"], told["journal"], told["code"]) == (
        "cash",
        "caja1-2026-11-04",
        "caja1",
        code,
    )
    assert '<p class="sign">Handed over: maria</p>' in told["content"]
    file = isp.folder.parent / "closing.pdf"
    assert isp.run(*asked, "--out", str(file)).code == 0
    assert file.read_bytes().startswith(b"%PDF")


def test_several_methods_are_closed_together() -> None:
    out = EXAMPLE.run("report", "cash", "--journal", "banco", "--day", "2026-10-01").out
    assert "all: opening 5560.00, came 700.00, went 0.00, closing 6260.00 MXN\n" in out


def test_a_journal_without_entries_is_closed(isp: Isp) -> None:
    ran = isp.run("report", "cash", "--journal", "caja3")
    assert ran.out.startswith("caja3 on 2026-11-05: 0 movements\n\nlast number none yet, verif")
    assert "last" not in isp.json("report", "cash", "--journal", "caja3").json


@pytest.mark.parametrize("name", ALL)
def test_json_and_csv_say_the_same(name: str) -> None:
    document = EXAMPLE.json(*words(name)).json
    assert (document["format"], document["date"], document["report"]) == (1, "2026-11-21", name)
    assert len(document["commit"]) == 40
    ran = EXAMPLE.run(*words(name), "--format", "csv")
    rows = list(csv.DictReader(StringIO(ran.out)))
    told = [
        {key.replace(" ", "_"): each.removeprefix("'") for key, each in row.items() if each}
        for row in rows
    ]
    assert told == [{key: str(each) for key, each in row.items()} for row in document["rows"]]


# Agreement with the exported accounts ---------------------------------------------------------


def exported(until: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(EXAMPLE.run("export", "csv", "--until", until).out)))


def held(until: str, start: str) -> Decimal:
    amounts = (
        Decimal(row["amount"]) for row in exported(until) if row["account"].startswith(start)
    )
    return sum(amounts, Decimal(0))


@pytest.mark.parametrize("by", ["month", "plan", "zone", "zone-now", "method"])
def test_revenue_is_the_income_of_the_exported_accounts(by: str) -> None:
    document = EXAMPLE.json("report", "revenue", "--by", by).json
    total = document["total"]
    assert Decimal(total["revenue"]) == -held("2026-11-21", "Income:") > 20_000  # I-17
    assert Decimal(total["tax"]) == -held("2026-11-21", "Liabilities:Tax:")
    for column in ("services", "other", "fees", "credits", "revenue", "tax"):
        assert sum(Decimal(row[column]) for row in document["rows"]) == Decimal(total[column])


def test_revenue_of_each_month_is_the_income_of_its_postings() -> None:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in exported("2026-11-21"):
        if row["account"].startswith("Income:"):
            sums[row["date"][:7]] -= Decimal(row["amount"])
    rows = EXAMPLE.json("report", "revenue").json["rows"]
    assert {row["month"]: Decimal(row["revenue"]) for row in rows} == sums


@pytest.mark.parametrize("program", [pytest.param(each, id=each.format) for each in PROGRAMS])
def test_an_accountants_program_finds_the_revenue_of_the_report(
    program: Program, puebla: Network, tmp_path: Path
) -> None:
    """The income that the report gives, asserted at the month ends of the export (I-17, I-20)."""
    journal = EXAMPLE.run("export", program.format).out
    currency = puebla.company.currency
    services = fees = Decimal(0)
    claims = ""
    for row in EXAMPLE.json("report", "revenue").json["rows"]:
        services += Decimal(row["services"]) + Decimal(row["credits"])  # all for services here
        fees += Decimal(row["fees"])
        year, month = (int(part) for part in row["month"].split("-"))
        end = date(year, month, {8: 31, 9: 30, 10: 31, 11: 21}[month])
        claims += program.claim(end, "Income:Service", -services, currency)
        if fees:
            claims += program.claim(end, "Income:Fees:Reconnection", -fees, currency)
    assert claims.count("Fees") == 2
    assert program.complaint(journal, tmp_path, claims) == ""
    assert program.complaint(journal, tmp_path, claims.replace("-50.00", "-50.01"))


def test_both_lists_of_debtors_say_since_when(isp: Isp) -> None:
    opening = ["ledger", "opening", "eva", "70.00", "--reason", "the old system"]
    assert isp.run(*opening, "--journal", "invoices").code == 0
    isp.today = "2026-11-20"
    rows = isp.json("report", "debtors").json["rows"]
    told = {each["subscriber"]: (each["oldest_due"], each["days_late"]) for each in rows}
    assert told["eva"] == (CUT, 15)
    assert told == {
        each["subscriber"]: (each["oldest_due"], each["days_late"])
        for each in isp.json("debtors").json["debtors"]
    }


def test_receivables_are_those_of_the_exported_accounts() -> None:
    for day in ("2026-09-30", "2026-10-31", "2026-11-21"):
        document = EXAMPLE.json("report", "receivables", "--date", day).json
        debtors = EXAMPLE.json("report", "debtors", "--date", day).json
        assert Decimal(document["total"]["owed"]) == held(day, "Assets:Receivable:") > 0
        assert document["total"]["owed"] == debtors["total"]["owed"]
        assert Decimal(document["credit"]) == -held(day, "Liabilities:CustomerCredit:")
        plain = EXAMPLE.json("debtors", "--date", day).json
        assert plain["total"] == document["total"]["owed"]


def test_cash_is_that_of_the_exported_accounts(puebla: Network) -> None:
    found = Decimal(0)
    for journal in puebla.company.journals:
        document = EXAMPLE.json("report", "cash", "--journal", journal).json
        for each in document["methods"]:
            found += Decimal(each["closing"])
    money = ("Assets:Cash:", "Assets:Bank:")
    assert found == sum(held("2026-11-21", kind) for kind in money) > 20_000


# Wrong requests ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["profit"], 2, "No such command 'profit'"),
        (["revenue", "--by", "colour"], 2, "'colour' is not one of"),
        (["revenue", "--from", "2026-11-02", "--until", "2026-11-01"], 1, "is before --from"),
        (["revenue", "--until", "2026-11-06"], 1, "2026-11-06 is after 2026-11-05"),
        (["churn", "--from", "0001-01-01"], 1, "0001-01-01 is out of range"),
        (["churn", "--date", "9999-12-31"], 1, "is out of range"),
        (["promises", "--until", "yesterday"], 2, "'yesterday' is not a day like"),
        (["cash"], 2, "Missing option '--journal'"),
        (["cash", "--journal", "caja"], 1, '"caja" is not a journal of ispconf.yaml (did you mean'),
        (["cash", "--journal", "caja1", "--day", "2026-11-06"], 1, "is after 2026-11-05"),
        (
            ["cash", "--journal", "caja1", "--counted", "mil"],
            1,
            '--counted: "mil" is not an amount',
        ),
        (["cash", "--journal", "caja1", "--opening", "1.005"], 1, "--opening: "),
    ],
)
def test_wrong_requests_are_refused(isp: Isp, asked: Sequence[str], code: int, said: str) -> None:
    ran = isp.run("report", *asked)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    given = isp.run("report", *asked, "--format", "json")
    if code == 1:
        assert json.loads(given.out)["exit_code"] == 1


def test_days_before_the_ledger_have_no_revenue(isp: Isp) -> None:
    ran = isp.run("report", "revenue", "--until", "2026-01-31")
    assert ran.out == "Revenue from 2026-01-31 through 2026-01-31 in MXN, taxes apart\n"


def test_whoever_has_no_file_any_more_is_in_the_closing(isp: Isp) -> None:
    isp.delete("subscribers/eva.yaml")
    rows = isp.json("report", "cash", "--journal", "caja1", "--day", "2026-11-02").json["rows"]
    assert [(row["subscriber"], row.get("name")) for row in rows] == [
        ("eva", None),
        ("fito", "Fito Mora"),
    ]
