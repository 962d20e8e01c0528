"""A bank's statement, however it is written, gives the same records."""

from collections.abc import Mapping
from datetime import date

import pytest

from ispconf.ledger.money import Currency
from ispconf.payments.csvbank import columns, statement
from ispconf.payments.records import Statement

MXN, CLP = Currency.of("MXN"), Currency.of("CLP")
TODAY = date(2026, 11, 18)
MAP = {"date": "Fecha", "amount": "Abono", "ref": "Referencia", "name": "Ordenante"}
LINES = [
    ["Fecha", "Referencia", "Abono", "Ordenante"],
    ["14/11/2026", "0045", "1234.50", "José Ñúñez"],
    ["15/11/2026", "A-7", "350.00", "Ana López"],
]


def read(
    data: str | bytes, mapping: Mapping[str, str] = MAP, currency: Currency = MXN
) -> Statement:
    whole = data.encode() if isinstance(data, str) else data
    return statement(whole, mapping, currency, TODAY)


def told(found: Statement) -> list[tuple[str, str, str, str]]:
    return [
        (str(each.date), str(each.amount), each.ref, each.clues.get("name", ""))
        for each in found.records
    ]


EXPECTED = [
    ("2026-11-14", "1234.50", "0045", "José Ñúñez"),
    ("2026-11-15", "350.00", "A-7", "Ana López"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("above", [[], [["Banco Ejemplo"], [], ["Cuenta", "12,34"]]])
def test_letters_delimiters_and_lines_above_the_head_do_not_matter(
    encoding: str, delimiter: str, end: str, above: list[list[str]]
) -> None:
    quoted = [
        [f'"{cell}"' if delimiter in cell else cell for cell in line] for line in above + LINES
    ]
    text = end.join(delimiter.join(line) for line in quoted) + end
    assert told(read(text.encode(encoding))) == EXPECTED


def test_a_byte_that_windows_does_not_have_does_not_end_it() -> None:
    text = "Fecha;Referencia;Abono;Ordenante\n14/11/2026;1;10,00;x\x81y\n"
    assert told(read(text.encode("latin-1"))) == [("2026-11-14", "10.00", "1", "x\x81y")]


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ({"date": "1", "amount": "3", "ref": "2", "name": "4"}, "Banco\n14/11/2026,9,10,ana\n"),
        ({"date": "fecha", "amount": "ABONO", "ref": "2"}, "Fecha,Réf,Abono\n14/11/2026,9,10\n"),
        ({}, "date,amount,ref,name\n2026-11-14,10.00,9,ana\n"),
        ({"date": "Día"}, "DIA,amount,ref,subscriber\n2026-11-14,10.00,9,ana\n"),
        ({"decimal": "comma", "dates": "mdy"}, "date,amount,ref\n11/14/2026,10,9\n"),
    ],
)
def test_columns_are_found_by_name_or_number(mapping: dict[str, str], text: str) -> None:
    (found,) = read(text, mapping).records
    assert (str(found.date), str(found.amount), found.ref) == ("2026-11-14", "10.00", "9")
    assert set(found.clues.values()) <= {"ana"}


def test_only_money_that_came_in_counts() -> None:
    found = read(
        "Fecha,Referencia,Abono,Ordenante\n"
        "14/11/2026,1,,comision\n"
        "14/11/2026,2,-5.00,x\n"
        "14/11/2026,3,0.00,x\n"
        "\n"
        "Total,,1234.50,\n"
        "fin\n"
        "14/11/2026,4,7.00,x\n"
    )
    assert [(each.line, each.ref) for each in found.records] == [(8, "4")]
    assert found.others == 5


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("14/11/2026,,10.00,x", "has no reference: give it one"),
        ("14/11/2026,1,diez,x", '"diez" is not an amount'),
        ("hoy,1,10.00,x", '"hoy" is not a day'),
        ("31/02/2026,1,10.00,x", '"31/02/2026" is not in the calendar'),
    ],
)
def test_what_is_wrong_with_a_line_is_kept_with_it(line: str, wrong: str) -> None:
    (found,) = read(f"Fecha,Referencia,Abono,Ordenante\n{line}\n").records
    assert (found.line, found.wrong) == (2, wrong)
    assert found.written["name"] == "x"


@pytest.mark.parametrize(
    ("text", "mapping", "said"),
    [
        ("", MAP, "is empty"),
        ("Fecha,Monto\n1,2\n", MAP, "has no column for amount=Abono, ref=Referencia, name=Orde"),
        ("Fecha,Monto\n1,2\n", MAP, "it has: Fecha, Monto"),
        ('Fecha,"Mon\n', MAP, "has no column for"),
        ("date,amount,ref\n14/11/2026,1,1\n11/14/2026,1,2\n", {}, "add dates=dmy or dates=mdy"),
        ('date,amount,ref\n14/11/2026,"1,5",1\n14/11/2026,1.5,2\n', {}, "add decimal=point"),
        ("date;" + "x" * 200_000, {}, "is not CSV: field larger"),
    ],
)
def test_a_file_that_cannot_be_understood(text: str, mapping: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        read(text, mapping)


def test_what_was_left_over_is_in_our_own_spelling() -> None:
    ours = "date,amount,ref,why,near\n2026-11-14,10.005,1,x,\n"
    assert [str(each.amount) for each in read(ours, {}).records] == ["10.005"]
    with pytest.raises(ValueError, match="add decimal=point or decimal=comma"):
        read("date,amount,ref\n2026-11-14,10.005,1\n", {})


def test_whole_pesos() -> None:
    text = 'date,amount,ref\n14/11/2026,"19.990,00",1\n15/11/2026,"7.500,50",2\n'
    assert [str(each.amount) for each in read(text, {}, CLP).records] == ["19990", "7500.50"]


def test_what_a_spreadsheet_wraps_around_texts_is_taken_off() -> None:
    text = 'date,amount,ref,name\n14/11/2026,10,"=""0045""",\'=x\n14/11/2026,10,  A  7 ,x\n'
    assert [each.ref for each in read(text, {}).records] == ["0045", "A 7"]
    assert read(text, {}).records[0].clues["name"] == "=x"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("date=Fecha,amount=Abono", {"date": "Fecha", "amount": "Abono"}),
        ("amount=Abono, en pesos, ref = 3", {"amount": "Abono, en pesos", "ref": "3"}),
        ("decimal=comma,dates=mdy", {"decimal": "comma", "dates": "mdy"}),
        ("fecha=Fecha", "is nothing a column can be: date, amount, ref"),
        ("amonut=Abono", r"did you mean amount\?"),
        ("date=", "is not like date=Fecha or date=1"),
        ("date=1,date=2", "date is there twice"),
        ("dates=ymd", 'dates: "ymd" is not dmy or mdy'),
    ],
)
def test_a_map_as_it_is_typed(text: str, found: dict[str, str] | str) -> None:
    if isinstance(found, str):
        with pytest.raises(ValueError, match=found):
            columns(text)
    else:
        assert columns(text) == found
