"""Our rules first in their chain, with the fewest moves."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.planning.ordering import placements
from ispconf.routeros.rows import Row
from ispconf.routeros.tables import FILTER


def rules(names: str, chain: str = "forward") -> list[Row]:
    """Small letters are ours, capitals are others', digits are the router's own."""
    return [
        Row(
            FILTER.path,
            {"chain": chain, "comment": f"ispconf:router:n#{name}" if name.islower() else name},
            id=name,
            dynamic=name.isdigit(),
        )
        for name in names
    ]


def placed(wanted: str, live: str) -> list[tuple[str, str]]:
    found = placements(FILTER, rules(wanted), rules(live))
    return [(key[0].rpartition("#")[2], place) for key, place in found.items()]


@pytest.mark.parametrize(
    ("wanted", "live", "moves"),
    [
        ("abc", "abc", []),
        ("abc", "abcXY", []),
        ("abc", "", [("a", ""), ("b", ""), ("c", "")]),
        ("abc", "X", [("a", "X"), ("b", "X"), ("c", "X")]),
        ("abc", "Xabc", [("a", "X"), ("b", "X"), ("c", "X")]),
        ("abc", "aXbc", [("b", "X"), ("c", "X")]),
        ("abc", "acX", [("b", "c")]),
        ("abc", "cabX", [("c", "X")]),
        ("abc", "bcaX", [("a", "b")]),
        ("abc", "cba", [("a", "c"), ("b", "c")]),
        ("abcd", "dabcX", [("d", "X")]),
        ("abcd", "bacd", [("a", "b")]),
        ("ab", "zabX", []),
        ("ab", "azbX", []),
        ("ab", "1abX", []),
        ("ab", "1Xab", [("a", "X"), ("b", "X")]),
        ("ab", "a2bX", []),
        ("", "XY", []),
    ],
)
def test_only_what_stands_wrongly_is_placed(
    wanted: str, live: str, moves: list[tuple[str, str]]
) -> None:
    found = placed(wanted, live)
    if live == "bacd":  # either of the two may stay
        assert found in (moves, [("b", "c")])
    elif live == "cba":  # any one of the three may stay
        assert len(found) == 2
    else:
        assert found == moves


def carried_out(wanted: str, live: str) -> str:
    held = list(live)
    for name, place in placed(wanted, live):
        if name in held:
            held.remove(name)
        held.insert(held.index(place) if place else len(held), name)
    return "".join(held)


@given(
    st.permutations("abcdefg").map(lambda names: "".join(names)[:5]),
    st.permutations("abcdefgXYZ12").map("".join),
    st.integers(0, 12),
)
def test_placed_in_order_they_give_the_order_wanted(wanted: str, live: str, size: int) -> None:
    live = live[:size]
    after = carried_out(wanted, live)
    static = [name for name in after if not name.isdigit() and (name in wanted or name.isupper())]
    assert "".join(static[: len(wanted)]) == wanted
    assert [n for n in after if n.isupper()] == [n for n in live if n.isupper()]
    assert placed(wanted, after) == []


@pytest.mark.parametrize("live", ["".join(names) for names in permutations("abcd")])
def test_no_fewer_moves_would_do(live: str) -> None:
    longest = max(
        len(kept)
        for size in range(5)
        for kept in ("".join(each) for each in permutations("abcd", size))
        if list(kept) == sorted(kept) and _within(kept, live)
    )
    assert len(placed("abcd", live)) == 4 - longest


def _within(kept: str, live: str) -> bool:
    places = [live.index(name) for name in kept]
    return places == sorted(places)


def test_each_chain_has_an_order_of_its_own() -> None:
    wanted = [*rules("ab"), *rules("cd", "input")]
    live = [*rules("X"), *rules("cd", "input"), *rules("ab"), *rules("Y", "input")]
    found = placements(FILTER, wanted, live)
    assert list(found.values()) == ["X", "X"]
