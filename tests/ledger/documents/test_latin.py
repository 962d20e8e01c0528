import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger.documents.latin import latin, lost


@pytest.mark.parametrize(
    ("text", "printed", "gone"),
    [
        ("Ana López Núñez", "Ana López Núñez", False),
        ("João Conceição", "João Conceição", False),
        ("Zbigniew Łukasiewicz", "Zbigniew Lukasiewicz", False),
        ("Nguyễn Văn Đức", "Nguyen Van Duc", False),
        ("Jose\u0301", "José", False),
        ("1234,50\xa0€ “x”", "1234,50\xa0€ “x”", False),
        ("\u200bX\u2060", "X", False),
        ("ﬁ Ⅳ", "fi IV", False),
        ("王小明", "???", True),
        ("Why?", "Why?", False),
    ],
)
def test_letters_lose_their_marks_before_they_are_lost(text: str, printed: str, gone: bool) -> None:  # noqa: FBT001
    assert latin(text) == printed
    assert lost(text) is gone


@given(st.text(st.characters(exclude_categories=["C"])))
def test_whatever_comes_out_can_be_printed_and_stays_so(text: str) -> None:
    printed = latin(text)
    assert printed == latin(printed)
    printed.encode("cp1252")
