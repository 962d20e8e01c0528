"""Routers in shards, for jobs side by side."""

import json
from pathlib import Path

import pytest

from tests.commands.office import office
from tests.commands.world import Isp


@pytest.fixture
def isp(tmp_path: Path) -> Isp:
    return office(tmp_path / "isp")


def test_every_router_is_in_one_job(isp: Isp) -> None:
    told = isp.json("ci", "matrix", "--shards", "2").json["matrix"]["include"]
    named = " ".join(job["routers"] for job in told)
    assert sorted(named.split()) == ["--router"] * 3 + ["centro-1", "norte-1", "sur-1"]
    assert [job["shard"] for job in told] == [1, 2]
    assert sum(job["subscribers"] for job in told) == 6


def test_a_small_network_is_one_job_and_no_job_is_empty(isp: Isp) -> None:
    (job,) = isp.json("ci", "matrix").json["matrix"]["include"]
    assert job["subscribers"] == 6
    jobs = isp.json("ci", "matrix", "--shards", "9").json["matrix"]["include"]
    assert len(jobs) <= 3
    assert all(job["routers"] for job in jobs)


def test_the_step_gets_what_is_printed(isp: Isp, tmp_path: Path) -> None:
    isp.env["GITHUB_OUTPUT"] = str(tmp_path / "output")
    ran = isp.run("ci", "matrix", "--shards", "3")
    assert (tmp_path / "output").read_text() == f"matrix={ran.out}"
    assert set(json.loads(ran.out)) == {"include"}
