"""Which routers go first, and how many at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.planning.rollout import FEW, Order, Wave, too_many, unproven, waves

MANY = {f"r{n}": 100 - n for n in range(1, 10)}
"""Nine routers; the last one has the fewest rows."""


def said(busy: dict[str, int], order: Order) -> list[list[str]]:
    return [list(wave.routers) for wave in waves(busy, order)]


@pytest.mark.parametrize(
    ("busy", "order", "groups"),
    [
        ({}, Order(), []),
        ({"a": 1, "b": 1, "c": 1}, Order(), [["a", "b", "c"]]),
        ({"a": 1}, Order(canary=("a",)), [["a"]]),
        ({"a": 3, "b": 2, "c": 3, "d": 2}, Order(), [["b"], ["a"], ["c"], ["d"]]),
        (MANY, Order(), [["r9"], ["r1", "r2", "r3"], ["r4", "r5", "r6"], ["r7", "r8"]]),
        (MANY, Order(canary=()),
         [["r1", "r2", "r3"], ["r4", "r5", "r6"], ["r7", "r8", "r9"]]),
        (MANY, Order(canary=(), size=lambda total: total), [list(MANY)]),
        (MANY, Order(canary=("r2", "r5"), size=lambda _: 4),
         [["r2", "r5"], ["r1", "r3", "r4", "r6"], ["r7", "r8", "r9"]]),
        ({"a": 5, "b": 1}, Order(canary=("x",)), [["b"], ["a"]]),
        (MANY, Order(("r1",), (("r8", "r1"), ("x",), ("r3",))),
         [["r1"], ["r8"], ["r3"], ["r2", "r4", "r5", "r6", "r7", "r9"]]),
    ],
)  # fmt: skip
def test_the_order(busy: dict[str, int], order: Order, groups: list[list[str]]) -> None:
    assert said(busy, order) == groups


def test_waves_are_called_by_their_numbers() -> None:
    assert [wave.name for wave in waves(MANY, Order())] == [
        "canary", "wave 1 of 3", "wave 2 of 3", "wave 3 of 3",
    ]  # fmt: skip


NAMES = st.sampled_from([f"r{n}" for n in range(12)])
ORDERS = st.builds(
    Order,
    st.none() | st.lists(NAMES, max_size=3).map(tuple),
    st.lists(st.lists(NAMES, max_size=4).map(tuple), max_size=3).map(tuple),
    st.none() | st.integers(1, 20).map(lambda most: lambda _: most),
)


@given(busy=st.dictionaries(NAMES, st.integers(0, 9)), order=ORDERS)
def test_each_router_goes_once_and_none_is_forgotten(busy: dict[str, int], order: Order) -> None:
    groups = said(busy, order)
    assert sorted(name for group in groups for name in group) == sorted(busy)
    assert all(groups)
    if len(busy) > FEW and order.canary is None:
        assert len(groups[0]) == 1


def test_too_many_that_are_away_are_named() -> None:
    assert too_many({"a"}, 9, 1) == ""
    assert too_many(MANY, 20, 2) == (
        "9 of 20 routers are not reached (r1, r2, r3, r4, r5 and 4 more), "
        "more than max_unavailable, 2"
    )


def test_a_canary_that_cannot_go_first_is_told() -> None:
    first = (Wave("canary", ("b",)), Wave("wave 1 of 1", ("a",)))
    assert unproven(None, first) == ""
    assert unproven(("b", "c"), first) == ""
    assert unproven(("a",), first[1:]) == ""
    assert unproven(("a",), first).startswith("b goes first: a has nothing to do")
