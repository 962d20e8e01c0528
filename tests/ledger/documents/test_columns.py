"""No line is wider than the paper, and nothing of a text is lost by breaking it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.ledger.documents.columns import Columns, width, wrapped


@pytest.mark.parametrize(
    ("text", "columns"), [("Ana", 3), ("王小明", 6), ("Jose\u0301", 4), ("a\u200bb", 2), ("", 0)]
)
def test_the_columns_of_a_text(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(st.characters(exclude_categories=["C"])), st.integers(2, 60))
def test_a_text_is_broken_without_loss(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("Total", "$5.00", "Total $5.00"),
        ("Total", "$15.00", "Total\n     $15.00"),
        ("  a", "0123456789x", "  a\n  012345678\n         9x"),
        ("", "$5.00", "      $5.00"),
        ("Total", "", "Total"),
        ("a-label-that-is-long", "1", "a-label-\nthat-is-\nlong\n          1"),
    ],
)
def test_a_row(left: str, right: str, said: str) -> None:
    assert Columns(11).row(left, right) == said


def test_the_middle() -> None:
    assert Columns(9).middle("ab cd ef gh") == "ab cd ef\n   gh"
