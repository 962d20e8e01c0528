"""The judge that the project depends on anyway speaks in every test run; the others are made."""

import asyncio

import pytest

from ispconf.simulator import Simulator, User

from .with_librouteros import PASSWORD, USER, WANTED, awaited, spoken

VERSIONS = ("6.49.17", "7.10.2", "7.16.2", "7.18.2", "7.24.4")


@pytest.mark.parametrize("version", VERSIONS)
def test_librouteros_writes_once_in_both_of_its_ways(version: str) -> None:
    with Simulator() as simulator:
        one, other = (
            simulator.router(name, version, users={USER: User(PASSWORD)}) for name in "ab"
        )
        assert [spoken(one.host, one.port), spoken(one.host, one.port)] == [len(WANTED), 0]
        written = [asyncio.run(awaited(other.host, other.port)) for _ in range(2)]
        assert written == [len(WANTED), 0]
        assert asyncio.run(awaited(one.host, one.port)) == 0
