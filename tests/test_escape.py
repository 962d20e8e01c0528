"""Foreign text does nothing where it is shown."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.escape import cell, markdown, terminal

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TEXT = st.text(st.characters(codec=None) | st.sampled_from(f"@#|<>`\x1b:[\n\r=+-.w{BIDI}"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ana López Hernández", "Ana López Hernández"),
        ("中文 😀 ñ", "中文 😀 ñ"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("one\ntwo\r\n", "one\\x0atwo\\x0d\\x0a"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\x202eb"),
        ("a\u2028b", "a\\x2028b"),
        ("\udcf3", "\\xdcf3"),
        ("::set-output name=x::y", "\\x3a:set-output name=x::y"),
        (" ::error::y", " \\x3a:error::y"),
        ("a ##[add-path]/x", "a ##\\x5badd-path]/x"),
        ("at 10:30 ::", "at 10:30 ::"),
        ("", ""),
    ],
)
def test_a_terminal_is_shown_one_harmless_line(text: str, shown: str) -> None:
    assert terminal(text) == shown


@given(TEXT)
def test_nothing_reaches_a_terminal_but_text(text: str) -> None:
    shown = terminal(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", shown)
    assert not set(shown) & set(BIDI)
    assert not shown.startswith("::")
    assert "##[" not in shown
    assert terminal(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "see #12 and org/repo#3",
        "[a](http://evil.example)",
        "https://evil.example",
        "www.evil.example",
        "WWW.evil.example",
        "ana@evil.example",
        "<script>alert(1)</script>",
        "<!-- hidden -->",
        "a | b",
        "`code` ``` ~~~",
        "**bold** _it_ ~~x~~",
        "# head",
        "- item",
        "1. item",
        "2) item",
        "10. item",
        "  - item",
        "    code",
        "---",
        "===",
        "+ item",
        "> quote",
        "$\\ce{x}$",
        ":tada:",
        "&lt;",
        "\\",
        "![img](x)",
    ],
)
def test_markdown_shows_the_same_words_and_does_nothing(text: str) -> None:
    shown = markdown(text)
    # GitHub looks for mentions, issues and www links in the rendered text, entities resolved.
    rendered = unescape(shown)
    assert rendered.replace("\u200b", "") == text
    assert not re.search(r"[@#]\w", rendered)
    assert "www." not in rendered.lower()
    assert not re.search(r"[\\`*_{}\[\]<>()+!|@~:$]", shown)
    assert not re.match(r"\s|[-+=>#]|\d+[.)](?: |$)", shown)


@given(TEXT)
def test_no_text_breaks_a_table_or_opens_a_tag(text: str) -> None:
    shown = markdown(text)
    assert not set(shown) & set("|<>`\n\r[]@*_")
    assert not re.search("[@#](?!\u200b)", unescape(shown))
    assert unescape(shown).replace("\u200b", "") == terminal(text).replace("\u200b", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1-1", "'+1-1"),
        ("-2+cmd()", "'-2+cmd()"),
        ("-350.00", "-350.00"),
        ("+52 222 555", "'+52 222 555"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\\x09=1"),
        ("Ana", "Ana"),
        ("", ""),
    ],
)
def test_a_spreadsheet_is_given_no_formula(text: str, shown: str) -> None:
    assert cell(text) == shown
