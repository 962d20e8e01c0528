import pytest

from ispconf.edge.guarding import armed, gone

HOMES = [f"casa{number:03}" for number in range(400)]


@pytest.mark.parametrize(
    ("before", "missing", "reason"),
    [
        ([], [], False),
        (HOMES[:1], HOMES[:1], False),  # one goes by itself
        (HOMES[:2], HOMES[:2], True),
        (HOMES[:20], HOMES[:4], False),  # a fifth
        (HOMES[:20], HOMES[:5], True),
        (HOMES, HOMES[1:20], False),  # a sample of twenty is asked for
        (HOMES, HOMES[:200], True),
        (HOMES, HOMES, True),
    ],
)
def test_sessions_that_are_missed(before: list[str], missing: list[str], *, reason: bool) -> None:
    found = gone(before, set(before) - set(missing))
    assert bool(found) is reason
    assert set(found) <= set(missing)


@pytest.mark.parametrize(
    ("row", "is_ours"),
    [
        ({"name": "ispconf-undo", "comment": "ispconf:undo by maria@nuc: takes back"}, True),
        ({"name": "ispconf-undo", "comment": "mine"}, False),
        ({"name": "ispconf-undo"}, False),
        ({"name": "undo", "comment": "ispconf:undo by maria@nuc"}, False),
    ],
)
def test_a_guard_is_known_by_name_and_mark(row: dict[str, str], *, is_ours: bool) -> None:
    assert armed([row]) is is_ours
