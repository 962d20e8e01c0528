"""A PDF has the pages it needs, and nothing in it that reading it would act on."""

import re
import subprocess
import sys
import zlib
from decimal import Decimal
from pathlib import Path

import pytest

import ispconf
from ispconf.errors import RequestError
from ispconf.ledger.documents import Paper
from ispconf.ledger.documents.pdf import document
from tests.ledger.documents.papers import (
    BUSINESS,
    cash,
    invoice,
    picture,
    press,
    receipt,
    statement,
)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def texts(pdf: bytes) -> str:
    """What is written on the pages, in the order in which it is drawn."""
    return "\n".join(written(pdf))


def written(pdf: bytes) -> list[str]:
    """What is written on each page."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        plain = b"\n".join(re.findall(rb"\((.*?)(?<!\\)\) Tj", content)).decode("latin-1")
        found.append(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), plain))
    return found


@pytest.mark.parametrize("paper", ["58mm", "80mm", "a4", "letter"])
def test_every_paper_has_all_of_it(paper: Paper) -> None:
    for what in (receipt(copy=True), invoice(today="2026-02-03"), statement(), cash()):
        made = press(paper=paper).pdf([what])
        assert pages(made) == 1
        for text in ("Global Speed", "Ana López", what.no, what.code, "Id. fiscal GSP010203AB1"):
            assert text in texts(made)


def test_a_long_statement_goes_on_under_the_same_head() -> None:
    made = statement()
    long = made._replace(entries=made.entries * 30)
    pdf = press().pdf([long])
    assert pages(pdf) == 5
    assert texts(pdf).count("Concepto") == 5
    assert "Página 5 de 5" in texts(pdf)
    assert pages(press(paper="80mm").pdf([long])) == 1


def test_an_amount_is_not_broken_where_a_line_of_its_own_holds_it() -> None:
    large = receipt(amount=Decimal("123456789012.34"))
    assert "$123,456,789,012.34" in texts(press(paper="58mm").pdf([large])).split("\n")


def test_what_ends_a_paper_stands_on_one_page() -> None:
    said, day = statement(), cash()
    for count in range(1, 40):
        end = written(press().pdf([said._replace(entries=(said.entries * 10)[:count])]))[-1]
        assert "Cargos" in end
        assert said.code in end
        assert "no es un comprobante fiscal" in end
        end = written(press(paper="a4").pdf([day._replace(taken=(day.taken * 20)[:count])]))[-1]
        assert all(text in end for text in ("Debe haber", "Entrega: maria", "Recibe", day.code))


def test_several_papers_in_one_file() -> None:
    assert pages(press().pdf([receipt(), invoice(), statement()])) == 3
    with pytest.raises(RequestError, match="nothing to print"):
        document([])


@pytest.mark.parametrize("paper", ["80mm", "a4"])
def test_a_logo_is_drawn(paper: Paper) -> None:
    made = press(business=BUSINESS._replace(logo=picture()), paper=paper).pdf([receipt()])
    assert b"/Subtype /Image" in made
    assert b"/Subtype /Image" not in press(paper=paper).pdf([receipt()])


def test_a_pdf_has_no_date_and_does_nothing() -> None:
    made = press().pdf([receipt()])
    assert b"/Title" in made
    assert not re.search(rb"/(JavaScript|JS|OpenAction|AA|URI|Launch|EmbeddedFile)\b", made)
    assert len(made) < 4000


def test_without_reportlab_a_pdf_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "reportlab.py").write_text("raise ImportError('gone')\n")
    script = (
        "from ispconf.errors import RequestError\n"
        "from tests.ledger.documents.papers import press, receipt\n"
        "press().text(receipt())\n"
        "try: press().pdf([receipt()])\n"
        "except RequestError as error: print(error)\n"
    )
    home = Path(ispconf.__file__).parents[1]
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": f"{tmp_path}:{home}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "PDF needs reportlab: pip install 'ispconf[pdf]'\n"
