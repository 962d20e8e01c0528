"""Columns are straight on a terminal, whatever letters names have."""

from ispconf.commands.tables import table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [("Ñandú Żółć", "5"), ("Ana", "1200.00")]
    assert list(table(("name", "owes"), rows, "owes")) == [
        "NAME           OWES",
        "Ñandú Żółć        5",
        "Ana         1200.00",
    ]


def test_a_letter_may_take_two_columns_or_none() -> None:
    rows = [("張偉", "x"), ("Ana", "y"), ("Wanjiku\u0303", "z")]
    assert list(table(("name", "what"), rows)) == [
        "NAME     WHAT",
        "張偉     x",
        "Ana      y",
        "Wanjiku\u0303  z",
    ]
    assert list(table(("n",), [("張偉",), ("7",)], "n")) == ["   N", "張偉", "   7"]
