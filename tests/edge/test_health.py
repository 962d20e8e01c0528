from datetime import UTC, datetime, timedelta

import pytest

from ispconf.edge.health import Health, health

NOW = datetime(2026, 11, 21, 22, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "behind"),
    [
        ({"date": "2026-11-21", "time": "21:00:00", "gmt-offset": "+00:00"}, 3600),
        ({"date": "nov/21/2026", "time": "16:00:00", "gmt-offset": "-06:00"}, 0),
        ({"date": "jan/01/1970", "time": "00:10:00"}, None),
        ({"date": "2026-11-21", "time": "22:00:30"}, -30),
        ({"date": "2026-11-22", "time": "03:30:00", "gmt-offset": "+05:30"}, 0),
        ({"date": "21.11.2026", "time": "22:00:00"}, "unknown"),
        ({"date": "2026-11-21", "time": "22:00:00", "gmt-offset": "five"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_how_far_its_clock_is_from_ours(clock: dict[str, str], behind: object) -> None:
    found = health([[], [clock]], NOW).behind
    if behind == "unknown":
        assert found is None
    elif behind is None:  # it never learned what year it is
        assert found is not None
        assert found > timedelta(days=20_000)
    else:
        assert found is not None
        assert found.total_seconds() == behind


def test_what_it_says_of_itself() -> None:
    resource = {
        "uptime": "1w2d03:04:05",
        "cpu-load": "7",
        "free-memory": "1048576",
        "total-memory": "2097152",
        "free-hdd-space": "12.5MiB",
    }
    seconds = 9 * 86400 + 3 * 3600 + 4 * 60 + 5
    assert health([[resource], []], NOW) == Health(seconds, 7, 1048576, 2097152)
    assert health([[], []], NOW) == Health()
