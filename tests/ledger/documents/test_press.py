"""Whatever a subscriber is called, a paper keeps its shape; printed twice it is the same."""

from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.errors import RequestError
from ispconf.ledger.documents import Cash, Content, Form, Invoice, Paper, Receipt, Statement
from ispconf.ledger.documents.columns import width
from tests.ledger.documents.papers import (
    ANA,
    BUSINESS,
    JANUARY,
    cash,
    credit_note,
    invoice,
    press,
    receipt,
    statement,
)
from tests.ledger.samples import on

PAPERS: list[Content] = [receipt(), invoice(), statement(), cash()]
FORMS: list[Form] = ["text", "html", "pdf"]
HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "</style></head><img src=x onerror=alert(1)>",
    '" onmouseover="x',
    "&lt;b&gt; & &amp;",
    "Ana\x1b[31m\x1b]0;x\x07\r\nMX\t\x00",
    "::error::boom ::set-output name=x::y ##[error]",
    "A" * 39 + "::error file=x::boom",
    "\u202eolleh\u2066x",
    "王小明" * 30,
    "(Tj) \\) endstream endobj",
    "Ana " * 60,
    "-" * 200,
    "",
]


NARROW, MIDDLE, BROAD = (press(columns=columns) for columns in (32, 42, 48))
ROLL, SHEET, SMALL = press(paper="80mm"), press(paper="a4"), press(paper="58mm")


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[tuple[Any, ...]] = Counter()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[(tag, *(name for name, _ in attrs))] += 1

    def handle_data(self, data: str) -> None:
        self.text += data


def tags(page: str) -> Tags:
    parser = Tags()
    parser.feed(page)
    return parser


def called(what: Content, text: str) -> Content:
    """The paper with this text in every field that somebody else writes."""
    who = ANA._replace(name=text, address=text, tax_id=text, plans=(text,))
    match what:
        case Receipt():
            return what._replace(customer=who, ref=text, method=text, cashier=text)
        case Invoice():
            lines = tuple(line._replace(item=text) for line in what.lines)
            return what._replace(customer=who, lines=lines)
        case Statement():
            entries = tuple(
                (entry._replace(reason=text, ref=text), balance) for entry, balance in what.entries
            )
            return what._replace(customer=who, entries=entries)
        case Cash():
            taken = tuple(one._replace(name=text, ref=text, method=text) for one in what.taken)
            return what._replace(customer=who, taken=taken)


@pytest.mark.parametrize("what", PAPERS, ids=lambda what: type(what).__name__)
@pytest.mark.parametrize("form", FORMS)
def test_ws44_twice_the_same_bytes(what: Content, form: Form) -> None:
    assert press().printed(what, form) == press().printed(what, form)
    assert press().printed(what, form) != press().printed(what._replace(copy=True), form)


def proven(what: Content, text: str) -> None:
    """Text in, text out: no wider, no control character, no tag, no command."""
    hostile = called(what, text)
    for paper in (NARROW, MIDDLE, BROAD):
        printed = paper.text(hostile)
        assert all(width(line) <= paper.columns for line in printed.split("\n"))
        assert not any(ord(letter) < ord(" ") for letter in printed.replace("\n", ""))
        assert not any(line.lstrip().startswith("::") for line in printed.splitlines())
    for paper in (ROLL, SHEET):
        found = tags(paper.html(hostile))
        assert found.tags == tags(paper.html(called(what, "x"))).tags or not text
    assert SMALL.printed(hostile, "pdf").startswith(b"%PDF-1.")


@pytest.mark.parametrize("what", PAPERS, ids=lambda what: type(what).__name__)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_somebody_is_called_can_act(what: Content, text: str) -> None:
    proven(what, text)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PAPERS), st.text(min_size=1, max_size=80))
def test_nothing_at_all_can_act(what: Content, text: str) -> None:
    proven(what, text)


def test_the_name_is_read_as_it_is_written() -> None:
    page = tags(press().html(called(receipt(), '<b>"A" & {{ x }}</b>')))
    assert '<b>"A" & {{ x }}</b>' in page.text


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", "size: A4;"), ("letter", "size: letter;"), ("58mm", "size: 58mm ")]
)
def test_a_page_knows_its_paper(paper: Paper, size: str) -> None:
    assert size in press(paper=paper).html(invoice())


def test_a_longer_receipt_is_a_longer_page() -> None:
    def length(what: Content) -> int:
        page = press().html(what)
        return int(page.partition("size: 80mm ")[2].partition("mm")[0])

    assert length(receipt()) < length(called(receipt(), "Ana López " * 20))


@pytest.mark.parametrize(
    ("picture", "said"),
    [(b"\x89PNG\r\n\x1a\n", "data:image/png;base64,iVBORw0KGgo="), (b"\xff\xd8\xff", "image/jpeg")],
)
def test_a_logo_is_part_of_the_page(picture: bytes, said: str) -> None:
    page = press(business=BUSINESS._replace(logo=picture)).html(receipt())
    assert said in page
    assert "<img" not in press().html(receipt())


# The six fields of WS-46


@pytest.mark.parametrize(
    "said", ["Ana López", "Hogar 20 Mbps", "$500.00", "03/02/2026", "05/03/2026", "GSP010203AB1"]
)
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_receipt_has_every_field(form: Form, said: str) -> None:
    assert said in press().printed(receipt(), form).decode()


def test_without_tax_data_there_is_no_tax_block() -> None:
    bare = press(business=BUSINESS._replace(tax_id="")).text(receipt(ANA._replace(tax_id="")))
    assert "Id. fiscal" not in bare
    assert "Próximo corte" not in press().text(receipt(next_cut=None))


def test_a_cut_that_was_is_not_called_the_next_one() -> None:
    shown = press().text(receipt(next_cut=on("2026-01-05")))
    assert "Próximo corte" not in shown
    assert "Cortado desde" in shown


@pytest.mark.parametrize(
    ("language", "said"),
    [("es-MX", "*** COPIA ***"), ("en", "*** COPY ***"), ("pt", "*** CÓPIA ***"), ("sw", "NAKALA")],
)
def test_a_reprint_says_copy(language: str, said: str) -> None:
    who = ANA._replace(language=language)
    assert said in press().text(receipt(who, copy=True))
    assert said not in press().text(receipt(who))


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-01-20", ["Total $350.00", "Otros adeudos $50.00", "Total a pagar $400.00"]),
        ("2026-02-03", ["*** PAGADO ***", "Pago caja1-000045 $350.00", "Total a pagar $215.00"]),
        ("2026-02-09", ["Saldo a favor $135.00", "Total a pagar $0.00"]),
    ],
)
def test_an_invoice_says_what_to_pay(today: str, said: list[str]) -> None:
    text = press().text(invoice(today=today))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert set(said) <= set(lines)
    assert ("Corte si no se paga 05/01/2026" in lines) is (today < "2026-02")


@pytest.mark.parametrize(
    ("language", "title", "invoice_title"),
    [
        ("es-MX", "NOTA DE CRÉDITO", "AVISO DE COBRO"),
        ("en", "CREDIT NOTE", "INVOICE"),
        ("pt", "NOTA DE CRÉDITO", "FATURA"),
        ("sw", "HATI YA PUNGUZO", "ANKARA"),
    ],
)
def test_an_invoice_that_gives_back_is_a_credit_note(
    language: str, title: str, invoice_title: str
) -> None:
    text = press().text(credit_note(ANA._replace(language=language)))
    assert title in text
    assert invoice_title not in text
    assert "***" not in text  # nobody paid it
    assert "100.00" in text


def test_a_credit_note_has_nothing_to_be_paid_by_a_day() -> None:
    text = press().text(credit_note())
    assert "Vence" not in text
    assert "Vence" in press().text(invoice())


def test_a_credit_note_is_called_so_on_other_papers() -> None:
    less = JANUARY._replace(kind="plan_change", amount=Decimal(-100))
    said = press().text(statement(entries=((less, Decimal(250)),)))
    assert "Nota de crédito: Hogar 20" in " ".join(said.split())
    settled = invoice()._replace(settled=(receipt_reversal()._replace(type="invoice"),))
    assert "Nota de crédito a-000001" in press().text(settled)


def test_money_taken_back_is_stamped_on_the_receipt() -> None:
    made = receipt()._replace(reversals=(receipt_reversal(),))
    text = " ".join(press().text(made).split())
    assert "*** REVERTIDO 20/02/2026: $350.00 (a-000001) ***" in text


def receipt_reversal() -> Any:
    moved = invoice(today="2026-02-03").settled[0]
    return moved._replace(no="a-000001", type="reversal", date=on("2026-02-20"))


def test_credit_of_a_payment_and_an_empty_statement() -> None:
    made = receipt(left=receipt().amount, balance=-receipt().amount)
    assert "Queda a cuenta" in press().text(made)
    empty = press().text(statement(entries=()))
    assert "Sin movimientos." in empty
    begun = press().text(statement(first=on("2026-02-01"), next_due=on("2026-03-01")))
    assert "Saldo anterior                     $715.00" in begun


@pytest.mark.parametrize(
    ("language", "locale", "title"),
    [
        ("", "es-MX", "RECIBO DE PAGO"),
        ("fr", "pt-BR", "RECIBO DE PAGAMENTO"),
        ("fr", "de", "PAYMENT RECEIPT"),
        ("EN-ke", "es", "PAYMENT RECEIPT"),
    ],
)
def test_a_reader_without_words_gets_the_companys(language: str, locale: str, title: str) -> None:
    assert title in press(locale=locale).text(receipt(ANA._replace(language=language)))


def test_without_any_words_nothing_is_printed() -> None:
    with pytest.raises(RequestError, match="no words"):
        press(words={}).text(receipt())


# Templates of the operator


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"receipt.txt.j2": "{{ money(receipt.amount) }}"}, "$500.00\n"),
        ({"document.txt.j2": "{{ document.no }}\n\n"}, "caja1-000045\n\n"),
        ({"receipt.txt.j2": "{{ words.date }} {{ day(receipt.date) }}"}, "Fecha 03/02/2026\n"),
        ({"receipt.txt.j2": "{% include 'foot.j2' %}", "foot.j2": "x"}, "x\n"),
    ],
)  # fmt: skip
def test_an_own_template_is_used(own: dict[str, str], said: str) -> None:
    assert press(own=own).text(receipt()) == said


def test_an_own_template_can_change_a_block() -> None:
    foot = "{% block foot %}<p>{{ business.name }}{% endblock %}"
    own = '{% extends "ispconf/document.html.j2" %}' + foot
    page = press(own={"invoice.html.j2": own}).html(invoice())
    assert "<p>Global Speed" in page
    assert "AVISO DE COBRO" in page
    assert "Global Speed</p>" not in press().html(receipt())


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("\n{{ nothing }}", r"^templates/receipt\.txt\.j2:2: 'nothing' is undefined"),
        ("\n\n{{ receipt.phone }}", r"^templates/receipt\.txt\.j2:3: .* no attribute 'phone'"),
        ("{{ words.hello }}", r"^templates/receipt\.txt\.j2:1: .*'hello'"),
        ("\n{% if %}", r"^templates/receipt\.txt\.j2:2: Expected an expression"),
        ("{% endfor %}", r"^templates/receipt\.txt\.j2:1: "),
        ("\n{{ 1 + 'a' }}", r"^templates/receipt\.txt\.j2:2: "),
        ("{{ 1 / 0 }}", r"^templates/receipt\.txt\.j2:1: "),
        ("{{ money.__globals__ }}", r"^templates/receipt\.txt\.j2:1: .*unsafe"),
        ("{% include 'gone.j2' %}", r"^templates/receipt\.txt\.j2:1: there is no template gone"),
        ("{% extends 'receipt.txt.j2' %}", r"^templates/receipt\.txt\.j2"),
        ("{{ row('a') }}", r"^templates/receipt\.txt\.j2:1: "),
    ],
)
def test_a_template_that_does_not_work_says_where(template: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        press(own={"receipt.txt.j2": template}).text(receipt())
