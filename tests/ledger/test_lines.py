"""One line is one entry: written in one way, read back equal, never read differently by YAML."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ispconf.escape import CONTROL
from ispconf.ledger import lines
from ispconf.ledger.entries import Entry, Line, from_mapping
from ispconf.ledger.facts import Period

INVOICE = (
    "- {no: invoices-000123, date: 2026-10-28, type: invoice, subscriber: ana-lopez, "
    "service: casa, period: 2026-11-01/2026-12-01, due: 2026-11-01, cut: 2026-11-05, "
    "total: 350.00, taxes: {iva: 48.28}, lines: [{item: Hogar 20 Mbps, amount: 350.00}]}"
)
PAYMENT = (
    "- {no: caja1-000045, date: 2026-11-03, type: payment, subscriber: ana-lopez, "
    'amount: 350.00, method: cash, ref: "0045"}'
)
START = "- {no: caja1-000046, date: 2026-11-03, type: "
CANONICAL = [
    INVOICE,
    PAYMENT,
    PAYMENT[:-1] + ", for: [invoices-000123, invoices-000124]}",
    INVOICE[:-1] + ", kind: other}",
    INVOICE.replace("service: casa", "service: casa, zone: norte"),
    INVOICE.replace("350.00}]", "360.00}, {item: vecino -10%, amount: -10.00}]"),
    INVOICE.replace("taxes: {iva: 48.28}, ", ""),
    INVOICE.replace("{iva: 48.28}", "{iva: 48.28, ieps: 3.00}"),
    INVOICE.replace(", cut: 2026-11-05", ""),
    INVOICE.replace("Hogar 20 Mbps", '"Plan: \\"uno\\", {dos}"'),
    f"{START}fee, subscriber: ana, amount: 50.00, kind: late, for: invoices-000001}}",
    f'{START}credit, subscriber: ana, amount: 9.00, for: invoices-000001, reason: "a, b: c"}}',
    f"{START}reversal, subscriber: ana, amount: 350.00, of: caja1-000001, reason: bounced}}",
    f'{START}refund, subscriber: ana, amount: 50.00, method: transfer, ref: "7"}}',
    f"{START}opening, subscriber: ana, amount: -12.50, reason: otro sistema}}",
    f"{START}promise, subscriber: ana, until: 2026-11-10}}",
    f"{START}transfer, subscriber: ana, amount: 50.00, to: ben}}",
    f"{START}transfer, subscriber: ben, amount: 50.00, from: ana}}",
    f"{START}write_off, subscriber: ana, amount: 9.00, for: invoices-000001, reason: se fue}}",
    f'{START}write_off, subscriber: ana, amount: 9.00, for: a-000001, reason: "null"}}',
]


def by_yaml(text: str) -> Entry | None:
    """What ruamel.yaml (every scalar as text) and the models make of a line; None if refused."""
    try:
        found = YAML(typ="base", pure=True).load(text)
        return from_mapping(found[0]) if isinstance(found, list) and len(found) == 1 else None
    except (YAMLError, ValueError, TypeError, AttributeError):
        return None


@pytest.mark.parametrize("line", CANONICAL)
def test_the_canonical_line_is_read_and_written_back(line: str) -> None:
    entry = by_yaml(line)
    assert entry
    assert lines.write(entry) == line
    assert lines.read(line) in (entry, None)


@pytest.mark.parametrize("line", [line for line in CANONICAL if "\\" not in line])
def test_the_canonical_line_is_read_fast(line: str) -> None:
    assert lines.read(line) == by_yaml(line)


def test_an_entry_knows_where_it_stands() -> None:
    entry = lines.read(PAYMENT, "ledger/2026/11/2026-11-03-caja1.yaml", 12)
    assert entry
    assert str(entry.source) == "ledger/2026/11/2026-11-03-caja1.yaml:12"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# a comment",
        "- {}",
        INVOICE + " ",
        INVOICE + "\r",
        INVOICE[:-1],
        INVOICE[2:],
        INVOICE.replace("2026-10-28", "2026-02-30"),
        INVOICE.replace("cut: 2026-11-05", "cut: 2026-10-05"),
        INVOICE.replace("/2026-12-01", "/2026-11-01"),
        INVOICE.replace("{iva: 48.28}", "{iva: 48.28, iva: 1.00}"),
        INVOICE.replace("Hogar 20 Mbps", '""'),
        INVOICE.replace("Hogar 20 Mbps", "#1"),
        INVOICE.replace("ana-lopez", "-ana"),
        INVOICE.replace("[{item", "[[{item"),
        PAYMENT.replace("350.00", "0.00"),
        PAYMENT.replace("350.00", "1e2"),
        PAYMENT.replace("350.00", "-350.00"),
        PAYMENT.replace('"0045"', '""'),
        PAYMENT.replace('"0045"', "&a b"),
        PAYMENT.replace("type: payment", "type: gift"),
        PAYMENT.replace("method: cash", "method: cash, method: cash"),
        f"{START}promise, subscriber: ana, until: 2026-11-10, until: 2026-11-11}}",
        f"{START}promise, subscriber: ana, until: 2026-11-10, }}",
        f"{START}promise, subscriber: ana}}",
    ],
)
def test_anything_else_is_left_to_the_yaml_parser(line: str) -> None:
    assert lines.read(line) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Hogar 20 Mbps", "Hogar 20 Mbps"),
        ("Visita técnica", "Visita técnica"),
        ("0123", "0123"),
        ("-12.50", "-12.50"),
        ("", '""'),
        (" a", '" a"'),
        ("a ", '"a "'),
        ("a: b", '"a: b"'),
        ("a, b", '"a, b"'),
        ("a #b", '"a #b"'),
        ("{a}", '"{a}"'),
        ("[a]", '"[a]"'),
        ("- a", '"- a"'),
        ("~", '"~"'),
        ("null", '"null"'),
        ("it's", '"it\'s"'),
        ('say "no"', '"say \\"no\\""'),
        ("a\\b", '"a\\\\b"'),
        ("a\tb\n", '"a\\x09b\\x0a"'),
        ("\u2028", '"\\U00002028"'),
        ("😀", '"\\U0001f600"'),
        ("_a", '"_a"'),
    ],
)
def test_text_is_quoted_where_yaml_needs_it(text: str, written: str) -> None:
    assert lines.scalar(text) == written
    assert YAML(typ="base", pure=True).load(f"[{written}]") == [text]


# What is written -----------------------------------------------------------------------------

IDS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
NUMBERS = st.builds("{}-{:06d}".format, IDS, st.integers(1, 10**7))
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
AMOUNTS = st.decimals("0.01", "99999", places=2)
READABLE = st.characters(codec="utf-8").filter(lambda one: not CONTROL.match(one))
TEXTS = st.text(READABLE, min_size=1)
PERIODS = st.builds(Period, DAYS, st.dates(date(2100, 1, 2), date(2200, 1, 1)))


def entries(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Entry]:
    common = {"no": NUMBERS, "date": DAYS, "type": st.just(kind), "subscriber": IDS}
    return st.fixed_dictionaries({**common, **fields}).map(lambda found: Entry(**found))


def one(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(strategy)


ENTRIES = st.one_of(
    entries(
        "invoice",
        amount=AMOUNTS,
        service=IDS,
        period=PERIODS,
        due=st.dates(date(1990, 1, 1), date(2000, 1, 1)),
        cut=st.none() | st.dates(date(2000, 1, 1), date(2010, 1, 1)),
        taxes=st.dictionaries(IDS, AMOUNTS, max_size=3).map(lambda found: tuple(found.items())),
        lines=st.lists(
            st.builds(Line, TEXTS, st.decimals(-999, 999, places=2)), min_size=1, max_size=3
        ).map(tuple),
        kind=st.sampled_from(["service", "other"]),
    ),
    entries(
        "payment",
        amount=AMOUNTS,
        method=IDS,
        ref=TEXTS,
        for_=st.lists(NUMBERS, max_size=3).map(tuple),
    ),
    entries("fee", amount=AMOUNTS, kind=st.sampled_from(["late", "other"]), for_=one(NUMBERS)),
    entries("credit", amount=AMOUNTS, for_=one(NUMBERS), reason=TEXTS),
    entries("reversal", amount=AMOUNTS, of=NUMBERS, reason=TEXTS),
    entries("refund", amount=AMOUNTS, method=IDS, ref=TEXTS),
    entries("opening", amount=st.decimals(-999, 999, places=2), reason=TEXTS),
    entries("promise", until=st.dates(date(2100, 1, 1), date(2200, 1, 1))),
    entries("transfer", amount=AMOUNTS, to=IDS),
    entries("transfer", amount=AMOUNTS, from_=IDS),
    entries("write_off", amount=AMOUNTS, for_=one(NUMBERS), reason=TEXTS),
)


@settings(max_examples=150, deadline=None)
@given(ENTRIES)
def test_what_is_written_is_read_back(entry: Entry) -> None:
    line = lines.write(entry)
    assert "\n" not in line
    assert by_yaml(line) == entry
    assert lines.read(line) in (entry, None)


ODD = ["null", "1e2", "00:11", "for:", "'x'", '""', "a:b", "a#b", "x:", "--", "\\x41", ""]
WORDS = sorted({word for line in CANONICAL for word in line.replace(",", " , ").split()})
PIECES = st.sampled_from([*WORDS, *ODD, *":,{}[]\"'#&*!|>%@`~-?\\é0 \t\x85\u2028"])


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(CANONICAL))
def test_the_fast_reader_agrees_with_yaml_on_all_it_accepts(data: Any, line: str) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(line)))
        length = data.draw(st.integers(0, 6))
        line = line[:start] + data.draw(PIECES) + line[start + length :]
    found = lines.read(line)
    assert found is None or found == by_yaml(line)


PLAIN = st.text(st.sampled_from("aZ0 é./()+%-_:#,{}[]\"'\\&*!|>@`~?\tñ½ªⅧ\U0001d400"), max_size=8)


@settings(max_examples=300, deadline=None)
@given(PLAIN, PLAIN)
@example("a", "Ⅷ")
@example("null", "~")
def test_the_fast_reader_agrees_with_yaml_on_every_word(item: str, ref: str) -> None:
    for line in (INVOICE.replace("Hogar 20 Mbps", item), PAYMENT.replace('"0045"', ref)):
        found = lines.read(line)
        assert found is None or found == by_yaml(line)


HELD = st.sampled_from([*CANONICAL, "", "# a comment", "#", "\r", "\r#", PAYMENT[:-1], " ", "- {}"])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(HELD, max_size=6), st.sampled_from(["\n", "\r\n"]), st.sampled_from([1, 300, 10**6])
)
def test_a_whole_file_is_read_as_its_lines_are(held: list[str], end: str, at_once: int) -> None:
    expected: list[Entry | None] = [
        lines.read(line, "file", number)
        for number, line in enumerate(held, 7)
        if line.rstrip("\r") and line[0] != "#"
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines, "_AT_ONCE", at_once)
        for text in (end.join(held), end.join([*held, ""])):
            assert lines.read_all(text, "file", 7) == (None if None in expected else expected)


def test_simple_entries_are_read_fast_in_any_order_of_keys() -> None:
    line = (
        "- {no: caja1-000045, type: payment, for: [invoices-000123], date: 2026-11-03, "
        "amount: 350.00, subscriber: ana-lopez, ref: 0045, method: cash}"
    )
    entry = lines.read(line)
    assert entry
    assert entry == by_yaml(line)
    assert entry.for_ == ("invoices-000123",)


def test_equal_amounts_and_lines_are_held_once() -> None:
    first, second = lines.read(INVOICE), lines.read(INVOICE.replace("000123", "000124"))
    assert first
    assert second
    assert first.lines is second.lines
    assert first.amount is second.amount
    assert first.amount == Decimal("350.00")


def test_what_is_remembered_has_a_limit() -> None:
    known = lines._Once(str.upper)  # noqa: SLF001
    for number in range(lines._REMEMBERED + 1):  # noqa: SLF001
        assert known[f"a{number}"] == f"A{number}"
    assert len(known) == 1
