"""Whose a row is, and states as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.routeros.rows import Row, comment, mark_of, owner_of, state

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "mark", "owner"),
    [
        ("ispconf:ana-lopez/casa Ana López, Hogar", "ana-lopez/casa", "ana-lopez/casa"),
        ("ispconf:ana-lopez/casa", "ana-lopez/casa", "ana-lopez/casa"),
        ("ispconf:plan:hogar-20 Hogar 20", "plan:hogar-20", "plan:hogar-20"),
        ("ispconf:router:norte-1#block words", "router:norte-1#block", "router:norte-1"),
        ("ispconf: by hand", "", ""),
        ("ispconf:", "", ""),
        ("my ispconf:ana/casa", "", ""),
        ("ISPCONF:ana/casa", "", ""),
        ("yes", "", ""),
        ("", "", ""),
    ],
)
def test_a_comment_names_its_owner(text: str, mark: str, owner: str) -> None:
    assert (mark_of(text), owner_of(text)) == (mark, owner)


@given(NAMES, NAMES, st.text())
def test_words_for_people_never_change_the_owner(person: str, service: str, words: str) -> None:
    owner = f"{person}/{service}"
    assert owner_of(comment(owner, words)) == owner


def test_a_state_keeps_the_order_of_its_rows_and_counts_ours() -> None:
    rows = [
        Row("/b", {"name": "1"}, "ana/casa"),
        Row("/a", {"name": "2"}),
        Row("/b", {"name": "3"}, "ana/casa", dynamic=True),
        Row("/b", {"name": "4"}, "ben/casa"),
    ]
    held = state(rows)
    assert [row.fields["name"] for row in held["/b"]] == ["1", "3", "4"]
    assert held["/c"] == ()
    assert list(held) == [rows[0], rows[2], rows[3], rows[1]]
    assert held.owned() == 2
