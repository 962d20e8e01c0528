"""Shards: even, whole, and mostly the same tomorrow."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.planning.shards import shards

ROUTERS = st.dictionaries(
    st.from_regex(r"[a-z]{1,3}-[0-9]{1,2}", fullmatch=True), st.integers(0, 900)
)
QUICK = settings(max_examples=40, deadline=None)
FLEET = {f"torre-{number}": (137 * number) % 700 + 40 for number in range(60)}


@QUICK
@given(ROUTERS, st.integers(1, 9))
def test_each_router_is_in_one_shard(subscribers: dict[str, int], count: int) -> None:
    found = shards(subscribers, count)
    assert len(found) == count
    assert sorted(name for held in found for name in held) == sorted(subscribers)
    assert found == shards(dict(reversed(subscribers.items())), count)


@QUICK
@given(ROUTERS, st.integers(1, 9))
def test_no_shard_has_much_more_than_its_share(subscribers: dict[str, int], count: int) -> None:
    size = {name: people + 1 for name, people in subscribers.items()}
    share = sum(size.values()) / count
    largest = max(size.values(), default=0)
    for held in shards(subscribers, count):
        assert sum(size[name] for name in held) <= max(1.2 * share, share + largest)


def placed(subscribers: dict[str, int], count: int) -> dict[str, int]:
    return {name: at for at, held in enumerate(shards(subscribers, count)) for name in held}


def test_a_router_more_moves_few_others() -> None:
    before = placed(FLEET, 4)
    moved = [
        sum(after[name] != at for name, at in before.items()) / len(FLEET)
        for number in range(40)
        if (after := placed(FLEET | {f"nueva-{number}": 40 + 15 * number}, 4))
    ]
    assert sum(moved) / len(moved) < 0.06
    assert max(moved) < 0.3


def test_somebody_more_moves_nobody_far() -> None:
    before = placed(FLEET, 4)
    after = placed(FLEET | {"torre-7": FLEET["torre-7"] + 1}, 4)
    assert sum(after[name] != at for name, at in before.items()) <= 2
