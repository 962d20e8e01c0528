"""A sign of life at the end of a run."""

from pathlib import Path

import pytest

from ispconf.errors import Exit
from tests.commands.world import Isp, Ran
from tests.edge.forges import Failure, hosting

SECRET = "ping/6f1c-canary"


def beat(folder: Path, url: str, waits: list[float]) -> Ran:
    ran = Isp(folder, env={"ISPCONF_HEARTBEAT_URL": url}, rest=waits.append).run("ci", "heartbeat")
    assert "canary" not in ran.out + ran.err
    return ran


def test_a_monitor_is_told_that_all_is_well(tmp_path: Path) -> None:
    waits: list[float] = []
    with hosting() as hosted:
        hosted.failures = [Failure(503), Failure(0), Failure(200)]
        ran = beat(tmp_path, f"{hosted.api}/{SECRET}", waits)
        assert (ran.code, ran.out) == (0, "The monitor knows that all is well.\n")
        assert [heard.path for heard in hosted.heard] == [f"/{SECRET}"] * 3
    assert waits == [2.0, 4.0]


def test_without_a_monitor_nothing_happens(tmp_path: Path) -> None:
    assert beat(tmp_path, "", []).out == "No heartbeat: ISPCONF_HEARTBEAT_URL is not set.\n"


@pytest.mark.parametrize("url", ["file:///etc/canary", "canary", "https://x/ canary"])
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    assert beat(tmp_path, url, []).code == Exit.PROBLEMS


def test_a_monitor_that_is_away_is_told_of(tmp_path: Path) -> None:
    waits: list[float] = []
    with hosting() as hosted:
        hosted.failures = [Failure(404)] * 9
        ran = beat(tmp_path, f"{hosted.api}/{SECRET}", waits)
    assert (ran.code, len(waits)) == (Exit.INCOMPLETE, 3)
    assert "could not be told: it answers 404" in ran.err
