"""``receipt``, ``invoice`` and ``statement`` on paper."""

import json
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from ispconf.cli import run
from ispconf.commands.session import Session
from tests.commands.office import office as founded
from tests.commands.world import Isp


@pytest.fixture
def office(tmp_path: Path) -> Isp:
    isp = founded(tmp_path / "office")
    isp.today = "2026-11-06"
    return isp


def test_a_receipt_is_what_pay_printed(office: Isp) -> None:
    paid = office.run("pay", "ana", "350.00", "--ref", "0045")
    again = office.run("receipt", "caja1-000003", "--date", "2026-12-24")
    assert again.code == 0
    assert paid.out.startswith(again.out)
    for said in ("Ana López", "Hogar 20", "$350.00", "06/11/2026", "05/12/2026", "maria (caja1)"):
        assert said in again.out
    assert "*** COPY ***" in office.run("receipt", "caja1-000003", "--copy").out


def test_a_reprint_is_as_the_receipt_was_whatever_came_the_same_day(office: Isp) -> None:
    def paid(*words: str) -> str:
        ran = office.run("pay", "ana", *words)
        assert ran.code == 0, ran.err
        office.commit(words[-1])
        return ran.out.partition("ana/casa will")[0].rstrip()

    first = paid("100.00", "--ref", "1")
    second = paid("350.00", "--method", "card", "--journal", "caja3", "--ref", "2")
    assert (first.count("$100.00"), second.count("$250.00")) == (2, 1)  # as they came
    assert office.run("reverse", "caja1-000003", "--reason", "bounced").code == 0
    office.commit("bounced")
    third = paid("60.00", "--ref", "3")
    for no, said in (("caja3-000001", second), ("caja1-000005", third)):
        assert office.run("receipt", no).out.rstrip() == said
    again = office.run("receipt", "caja1-000003").out.rstrip().splitlines()
    assert [line for line in again if "***" not in line] == first.splitlines()


def test_the_reader_has_a_language(office: Isp) -> None:
    person = office.text("subscribers/eva.yaml")
    office.write("subscribers/eva.yaml", f"language: pt-BR\n{person}")
    assert "RECIBO DE PAGAMENTO" in office.run("receipt", "caja1-000001").out
    company = office.text("ispconf.yaml")
    office.write("ispconf.yaml", f"locale: sw-KE\n{company}")
    office.write("subscribers/eva.yaml", person)
    assert "STAKABADHI YA MALIPO" in office.run("receipt", "caja1-000001").out


@pytest.mark.parametrize("columns", ["32", "42", "48"])
def test_no_line_is_wider_than_the_paper(office: Isp, columns: str) -> None:
    for verb in (("receipt", "caja1-000001"), ("invoice", "invoices-000001")):
        ran = office.run(*verb, "--columns", columns)
        assert max(len(line) for line in ran.out.splitlines()) == int(columns)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("receipt", "caja1-000077"),
            '"caja1-000077" is not in the ledger (did you mean "caja1-000002"?)',
        ),
        (("receipt", "caja1-2"), '"caja1-2" is not in the ledger (did you mean "caja1-000002"?)'),
        (
            ("invoice", "invoice-000003"),
            '"invoice-000003" is not in the ledger (did you mean "invoices-000003"?)',
        ),
        (("invoice", "invoices"), '"invoices" is not in the ledger (did you mean "invoices-'),
        (("receipt", "zzz-1"), '"zzz-1" is not in the ledger\n'),
        (
            ("receipt", "invoices-000001"),
            "invoices-000001 is of type invoice, not payment: see ispconf invoice",
        ),
        (
            ("invoice", "caja1-000001"),
            "caja1-000001 is of type payment, not invoice: see ispconf receipt",
        ),
        (("statement", "anna", "--as", "text"), '"anna" is not in subscribers/ (did you mean'),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(
    office: Isp, words: tuple[str, ...], said: str
) -> None:
    ran = office.run(*words)
    assert ran.code == 1
    assert said in ran.err
    assert ran.out == ""


def test_all_that_is_wrong_is_said_at_once(office: Isp) -> None:
    ran = office.run("receipt", "caja1-000001", "caja1-9", "caja9-1")
    assert len(ran.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "begins"), [("r.pdf", b"%PDF-1."), ("r.html", b"<!DOCTYPE html>"), ("r.txt", b"   ")]
)
def test_a_file_is_what_it_is_called(office: Isp, name: str, begins: bytes) -> None:
    out = office.folder.parent / name
    ran = office.run("receipt", "caja1-000001", "--out", str(out))
    assert (ran.code, ran.out) == (0, f"{out}: 1 document\n")
    first = out.read_bytes()
    assert first.startswith(begins)
    office.run("receipt", "caja1-000001", "--out", str(out))
    assert out.read_bytes() == first


def test_several_in_one_file_or_one_file_each(office: Isp) -> None:
    place, both = office.folder.parent, ("receipt", "caja1-000001", "caja1-000002")
    assert office.run(*both, "--out", str(place / "all.pdf")).out.endswith("all.pdf: 2 documents\n")
    assert office.run(*both).out.count("PAYMENT RECEIPT") == 2
    assert office.run(*both, "--as", "html", "--out", str(place / "new")).code == 0
    assert sorted(path.name for path in (place / "new").iterdir()) == [
        "caja1-000001.html",
        "caja1-000002.html",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as", "html"), "several HTML pages need a folder"),
        (("--out", "x.html"), "several HTML pages need a folder"),
        (("--out", "x.pdf", "--as", "text"), "x.pdf is called pdf and asked for as text"),
        (("--out", "x.doc"), "x.doc ends in .doc: a file ends in one of .txt, .html, .pdf"),
        (("--out", "/nowhere/at/all/x.pdf"), "there is no folder /nowhere/at/all"),
        (("--as", "pdf", "--format", "json"), "a PDF is no text"),
    ],
)
def test_what_cannot_be_given_out_so_is_refused(
    office: Isp, words: tuple[str, ...], said: str
) -> None:
    ran = office.run("receipt", "caja1-000001", "caja1-000002", *words)
    assert ran.code == 1
    assert said in ran.err + ran.out


@pytest.mark.parametrize(
    "words", [("receipt", "caja1-000001"), ("statement", "eva"), ("invoice", "invoices-000001")]
)
def test_a_kind_of_paper_is_no_format(office: Isp, words: tuple[str, ...]) -> None:
    ran = office.run(*words, "--format", "pdf")
    assert ran.code == 2
    assert "A document's kind is said with --as: text, html or pdf." in ran.err
    assert "--as" not in office.run(*words, "--columns", "few").err


class Terminal(StringIO):
    """A terminal, which a PDF would spoil."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_no_pdf(office: Isp) -> None:
    session = Session(office.env, datetime(2026, 11, 6, 18, tzinfo=UTC))
    words = ("receipt", "caja1-000001", "--as", "pdf", "-C", str(office.folder))
    with redirect_stdout(Terminal()) as out, redirect_stderr(StringIO()) as err:
        assert run(session, words) == 1
    assert out.getvalue() == ""
    assert "a PDF is no text: name a file or a folder with --out" in err.getvalue()


def test_a_folder_is_no_file(office: Isp) -> None:
    folder = office.folder.parent / "x.pdf"
    folder.mkdir()
    assert "is a folder" in office.run("receipt", "caja1-000001", "--out", str(folder)).err


def test_the_output_is_a_file_too(office: Isp) -> None:
    words = ("receipt", "caja1-000001")
    assert office.run(*words, "--out", "-") == office.run(*words)


def test_a_pdf_can_be_piped(office: Isp) -> None:
    argv, env = office.command("receipt", "caja1-000001", "--as", "pdf")
    told = subprocess.run(argv, env=env, capture_output=True, check=True)
    assert told.stdout.startswith(b"%PDF-1.")
    assert told.stderr == b""


def test_the_documents_of_a_run_as_json(office: Isp) -> None:
    out = office.folder.parent / "papers"
    ran = office.json("invoice", "--period", "2026-11", "--all", "--as", "pdf", "--out", str(out))
    assert ran.code == 0
    assert [document["file"] for document in ran.json["documents"]] == [
        str(out / f"invoices-{number:06}.pdf") for number in range(1, 7)
    ]
    shown = office.json("receipt", "caja1-000001").json["documents"]
    assert [(each["kind"], each["no"], each["subscriber"]) for each in shown] == [
        ("receipt", "caja1-000001", "eva")
    ]
    assert shown[0]["code"] in shown[0]["content"]
    assert json.dumps(shown)


def test_the_invoices_of_a_month(office: Isp) -> None:
    out = office.folder.parent / "papers"
    words = ("invoice", "--all", "--out", str(out), "--period")
    assert office.run(*words, "2026-11").out == f"{out}: 6 documents\n"
    assert len(list(out.iterdir())) == 6
    assert "Open" not in (out / "invoices-000001.txt").read_text()
    assert "*** PAID ***" in (out / "invoices-000005.txt").read_text()
    assert office.run(*words, "2026-10").out == "Nothing to print.\n"
    assert office.run(*words, "2026-11", "--date", "2026-10-01").out == "Nothing to print.\n"
    month = ("invoice", "--all", "--period", "2026-10")
    assert office.run(*month).out == "Nothing to print.\n"
    for name in ("none.pdf", "none.txt"):
        ran = office.run(*month, "--out", str(out / name))
        assert (ran.code, ran.out) == (0, "Nothing to print.\n")
        assert not (out / name).exists()
    assert office.json(*month).json["documents"] == []


@pytest.mark.parametrize(
    "words",
    [(), ("--all",), ("--period", "2026-11"), ("invoices-000001", "--all", "--period", "2026-11")],
)
def test_numbers_or_a_month(office: Isp, words: tuple[str, ...]) -> None:
    ran = office.run("invoice", *words)
    assert ran.code == 2
    assert "--period YYYY-MM with --all" in ran.err


def test_a_month_is_a_month(office: Isp) -> None:
    ran = office.run("invoice", "--period", "2026-13", "--all")
    assert ran.code == 2
    assert "is not a month like 2026-11" in ran.err


def test_a_statement_on_paper(office: Isp) -> None:
    text = office.run("statement", "eva", "--as", "text").out
    assert "STATEMENT" in text
    assert "Payment: Cash R1" in text
    assert office.run("statement", "eva", "--columns", "42").out == text
    later = office.run("statement", "eva", "--as", "text", "--from", "2026-11-01").out
    assert "Balance before" in later
    assert "invoices-000005" not in later
    out = office.folder.parent / "eva.pdf"
    assert office.run("statement", "eva", "--out", str(out)).code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_a_statement_on_the_screen_can_begin_later(office: Isp) -> None:
    (person,) = office.json("statement", "eva", "--from", "2026-11-01").json["subscribers"]
    assert [(entry["no"], entry["balance"]) for entry in person["entries"]] == [
        ("caja1-000001", "0.00")
    ]
    before, _ = office.run("statement", "eva", "--from", "2026-11-01").out.splitlines()[3:]
    assert before.split() == ["2026-11-01", "balance", "before", "500.00"]
    office.today = "2026-01-01"
    assert office.run("statement", "eva").out.splitlines()[2:] == ["No entries."]


def test_whoever_is_gone_from_the_files_keeps_the_id(office: Isp) -> None:
    (office.folder / "subscribers/eva.yaml").unlink()
    ran = office.run("receipt", "caja1-000001")
    assert ran.code == 0
    assert "eva" in ran.out
    assert "Eva Ruiz" not in ran.out


def test_a_name_that_no_font_has_is_told(office: Isp) -> None:
    person = office.text("subscribers/eva.yaml").replace("Eva Ruiz", "王小明")
    office.write("subscribers/eva.yaml", person)
    out = office.folder.parent / "r.pdf"
    ran = office.run("receipt", "caja1-000001", "--out", str(out))
    assert ran.code == 0
    assert "PDF has no letters for the names of eva: --as html has them" in ran.err
    assert "王小明" in office.run("receipt", "caja1-000001", "--as", "html").out


def test_a_logo_that_is_not_there_is_said_and_no_text_needs_it(office: Isp) -> None:
    company = office.text("ispconf.yaml").replace("{name: Global", "{logo: x.png, name: Global")
    office.write("ispconf.yaml", company)
    assert "there is no x.png" in office.run("receipt", "caja1-000001", "--as", "html").err
    assert office.run("receipt", "caja1-000001").code == 0
    assert office.run("pay", "ana", "350.00", "--ref", "7").code == 0
