"""``pay --from csvbank``: seen first, recorded once, and what is left over can be corrected."""

import csv
from pathlib import Path

import pytest

from tests.commands.desks import ledger, opened
from tests.commands.world import Isp, Ran

BANK = """\
Banco Ejemplo;;;
Fecha;Referencia;Abono;Ordenante
03/11/2026;SPEI-1;350,00;LOPEZ ANA
03/11/2026;SPEI-2;1.000,50;Ben Soto
04/11/2026;SPEI-3;20,00;Beni Soto
04/11/2026;SPEI-1;20,00;Ben Soto
04/11/2026;;20,00;Ben Soto
07/11/2026;SPEI-4;20,00;Ben Soto
04/11/2026;SPEI-5;20,005;Ben Soto
04/11/2026;0;;Comision
"""
MAP = "date=Fecha,amount=Abono,ref=Referencia,name=Ordenante"
FILE = "ledger/2026/11/2026-11-06-banco.yaml"
WRITTEN = """\
- {no: banco-000001, date: 2026-11-03, type: payment, subscriber: ana, amount: 350.00, \
method: transfer, ref: "SPEI-1"}
- {no: banco-000002, date: 2026-11-03, type: payment, subscriber: ben, amount: 1000.50, \
method: transfer, ref: "SPEI-2"}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Isp:
    isp = opened(tmp_path / "isp")
    isp.change("subscribers/ana.yaml", "Ana López", "Ana López")
    (tmp_path / "bank.csv").write_text(BANK, encoding="cp1252")
    return isp


def take(desk: Isp, *words: str, file: str = "bank.csv", **more: object) -> Ran:
    bank = str(desk.folder.parent / file)
    return desk.run("pay", "--from", "csvbank", bank, *words, **more)  # type: ignore[arg-type]


def test_it_is_shown_before_anything_is_written(desk: Isp) -> None:
    before = ledger(desk)
    ran = take(desk, "--map", MAP)
    assert ran.code == 0, ran
    said = [line.split() for line in ran.out.splitlines() if line]
    assert said[0] == ["LINE", "DATE", "AMOUNT", "REF", "SUBSCRIBER", "NAME", "FOUND", "BY"]
    assert [line[:5] for line in said[1:3]] == [
        ["3", "2026-11-03", "350.00", "SPEI-1", "ana"],
        ["4", "2026-11-03", "1000.50", "SPEI-2", "ben"],
    ]
    assert "2 payments of 1350.50 MXN to record, 0 recorded already, 5 left over" in ran.out
    assert ran.out.endswith("Nothing was written; --yes records them.\n")
    assert ledger(desk) == before


def test_what_was_matched_is_recorded_once(desk: Isp) -> None:
    before = ledger(desk)
    ran = take(desk, "--map", MAP, "--yes")
    assert ran.out.splitlines()[-2:] == [
        "Recorded banco-000001 to banco-000002; receipts: ispconf receipt NO...",
        "ana/casa will be restored by the next apply.",
    ]
    assert ledger(desk) == before | {FILE: WRITTEN}
    assert "2 recorded already, 5 left over" in take(desk, "--map", MAP, "--yes").out
    assert ledger(desk) == before | {FILE: WRITTEN}
    assert desk.run("check").code == 0


def test_wh044_services_that_wait_for_one_router_are_one_warning(desk: Isp) -> None:
    desk.change("inventory/norte-1.yaml", "user: ispconf\n", "user: ispconf\napi: disabled\n")
    assert desk.run("reverse", "caja1-000001", "--reason", "bounced").code == 0
    done = take(desk, "--map", MAP, "--yes", "--format", "json")
    assert done.json["restores"] == ["ana/casa", "ben/casa"]
    (warning,) = done.json["warnings"]
    assert warning == (
        "2 services are restored in the ledger, but not on norte-1, which has api: disabled: the "
        "changes wait until it is enabled"
    )


def test_the_answer_for_programs(desk: Isp) -> None:
    seen = take(desk, "--map", MAP, "--format", "json").json
    assert seen["entries"] == seen["restores"] == []
    assert seen["matched"][0] == {
        "line": 3, "date": "2026-11-03", "amount": "350.00", "ref": "SPEI-1",
        "subscriber": "ana", "by": "name",
    }  # fmt: skip
    whys = {each["line"]: each["why"] for each in seen["unmatched"]}
    assert whys == {
        5: 'nobody is called "Beni Soto"',
        6: "has the reference of line 3",
        7: "has no reference: give it one",
        8: "2026-11-07 is after 2026-11-06",
        9: 'amount: "20.005" has more than the 2 decimals of MXN',
    }
    assert seen["unmatched"][0]["near"] == ["ben"]
    assert seen["others"] == 1
    done = take(desk, "--map", MAP, "--yes", "--format", "json").json
    assert [each["no"] for each in done["entries"]] == ["banco-000001", "banco-000002"]
    assert done["restores"] == ["ana/casa"]
    again = take(desk, "--map", MAP, "--format", "json").json
    assert [each["no"] for each in again["recorded"]] == ["banco-000001", "banco-000002"]


@pytest.mark.parametrize(("typed", "count"), [("y\n", 2), ("n\n", 0)])
def test_whoever_sits_there_is_asked(desk: Isp, typed: str, count: int) -> None:
    ran = take(desk, "--map", MAP, given=typed, asks=True)
    assert "Record 2 payments in banco?" in ran.out
    assert ledger(desk).get(FILE, "").count("\n") == count


def test_what_is_left_over_is_corrected_and_read_again(desk: Isp) -> None:
    left = desk.folder.parent / "left.csv"
    assert take(desk, "--map", MAP, "--yes", "--unmatched", str(left)).code == 0
    with left.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["date"], row["amount"], row["name"], row["near"]) for row in rows[:2]] == [
        ("2026-11-04", "20.00", "Beni Soto", "ben"),
        ("2026-11-04", "20.00", "Ben Soto", ""),
    ]
    rows[0]["subscriber"], rows[2]["ref"], rows[4]["amount"] = "ben", "SPEI-9", "20.01"
    with left.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = take(desk, "--yes", "--format", "json", file="left.csv").json
    assert [(each["ref"], each["amount"]) for each in done["entries"]] == [
        ("SPEI-3", "20.00"), ("SPEI-9", "20.00"), ("SPEI-5", "20.01"),
    ]  # fmt: skip
    assert [each["line"] for each in done["unmatched"]] == [3, 5]


def test_a_saved_map_is_used_by_name_or_when_it_is_the_only_one(desk: Isp) -> None:
    columns = MAP.replace("=", ": ").replace(",", ", ")
    one = f"payments: {{csvbank: {{bbva: {{{columns}}}}}}}\n"
    desk.write("ispconf.yaml", desk.text("ispconf.yaml") + one)
    assert "2 payments of" in take(desk).out
    assert "2 payments of" in take(desk, "--map", "bbva").out
    ran = take(desk, "--map", "banorte")
    assert ran.code == 1
    assert "or a saved map; payments: csvbank: of ispconf.yaml has bbva" in ran.err
    desk.write("ispconf.yaml", desk.text("ispconf.yaml").replace("date: Fecha", "fecha: Fecha"))
    assert '"fecha" is nothing a column can be' in take(desk).err


def test_the_same_reference_with_another_amount_is_not_taken_for_recorded(desk: Isp) -> None:
    assert desk.run("pay", "ben", "5.00", "--method", "transfer", "--ref", "SPEI-2").code == 0
    found = take(desk, "--map", MAP, "--format", "json").json
    assert [each["line"] for each in found["matched"]] == [3]
    why = found["unmatched"][0]["why"]
    assert why == "reference is booked already: banco-000001, 5.00 on 2026-11-06"


def test_a_named_invoice_is_paid_by_its_number(desk: Isp) -> None:
    bank = "date,amount,ref,text\n2026-11-03,10.00,1,pago de invoices-000002\n"
    (desk.folder.parent / "bank.csv").write_text(bank)
    (found,) = take(desk, "--format", "json").json["matched"]
    assert (found["subscriber"], found["for"]) == ("ben", ["invoices-000002"])


def test_nothing_goes_into_a_closed_month(desk: Isp) -> None:
    (desk.folder.parent / "bank.csv").write_text(BANK.replace("03/11", "31/10"), encoding="cp1252")
    assert desk.run("ledger", "close", "2026-10").code == 0
    found = take(desk, "--map", MAP, "--format", "json").json
    assert found["matched"] == []
    assert found["unmatched"][0]["why"].startswith("payment is dated 2026-10-31, and 2026-10 is")


REFUSED: list[tuple[list[str], int, str]] = [
    (["--map", "date=Dia"], 1, "bank.csv: has no column for date=Dia, amount=amount, ref=ref"),
    (["--map", "fecha=Fecha"], 1, '--map: "fecha" is nothing a column can be'),
    (["--map", MAP, "--journal", "nada"], 1, '"nada" is not in journals'),
    (["--map", MAP, "--method", "mpesa"], 1, "no journal of ispconf.yaml takes mpesa"),
    (["--map", MAP, "--unmatched", "{bank}"], 1, "is the file that is read: name another one"),
    (["--map", MAP, "--ref", "1"], 2, "--from takes one FILE"),
    (["--map", MAP, "other.csv"], 2, "--from takes one FILE"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED)
def test_what_is_refused_writes_nothing(desk: Isp, words: list[str], code: int, said: str) -> None:
    before = ledger(desk)
    bank = str(desk.folder.parent / "bank.csv")
    ran = take(desk, "--yes", *(word.replace("{bank}", bank) for word in words))
    assert (ran.code, said in ran.err) == (code, True), ran
    assert ledger(desk) == before
    assert Path(bank).read_text(encoding="cp1252") == BANK


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["pay", "--from", "csvbank", "nowhere.csv"], 1, "nowhere.csv cannot be read"),
        (["pay", "ana", "10.00"], 2, "Missing option '--ref'"),
        (["pay", "ana", "--ref", "1"], 2, "Give SUBSCRIBER and AMOUNT"),
        (["pay", "ana", "10.00", "--ref", "1", "--map", "bbva"], 2, "go with --from"),
    ],
)
def test_wrong_usage_says_what_is_right(desk: Isp, words: list[str], code: int, said: str) -> None:
    ran = desk.run(*words)
    assert (ran.code, said in ran.err) == (code, True), ran
