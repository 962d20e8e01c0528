"""Documents as JSON: the same values, a line for each of the outer ones."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.edge.jsontext import written

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
