"""Documents as JSON: the same values, a line for each of the outer ones."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.edge.jsontext import Items, items, pieces, written

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.integers(0, 5))
def test_what_is_written_is_read_back(value: Any, levels: int) -> None:
    assert json.loads(written(value, levels)) == value


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({}, ["{}"]),
        ({"a": [], "ñ": ()}, ["{", ' "a": [],', ' "ñ": []', "}"]),
        (
            {"routers": [{"changes": [{"key": {"name": "ana"}}, {"key": {}}]}], "code": 0},
            [
                "{",
                ' "routers": [',
                "  {",
                '   "changes": [',
                '    {"key": {"name": "ana"}},',
                '    {"key": {}}',
                "   ]",
                "  }",
                " ],",
                ' "code": 0',
                "}",
            ],
        ),
    ],
)
def test_changes_stand_on_a_line_each(value: Any, lines: list[str]) -> None:
    assert written(value).split("\n") == lines


@given(st.lists(st.lists(VALUES, min_size=1, max_size=2), max_size=2), st.integers())
@settings(max_examples=25)
def test_items_written_before_are_what_is_written_of_them(some: list[Any], other: Any) -> None:
    plain = {"list": [each for values in some for each in values], "more": other}
    ready = {"list": Items([items(values) for values in some]), "more": other}
    assert written(ready) == written(plain)


def test_pieces_are_the_document() -> None:
    document = {"list": [{"text": "ñ" * 1000}] * 200, "none": Items([])}
    assert "".join(pieces(document)) == written({**document, "none": []}) + "\n"
    assert len(list(pieces(document))) == 4
