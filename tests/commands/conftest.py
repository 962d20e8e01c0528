from collections.abc import Iterator
from pathlib import Path

import pytest

from ispconf.simulator import Simulator
from tests.commands.world import Isp, founded


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def isp(tmp_path: Path, simulator: Simulator) -> Iterator[Isp]:
    """The provider of ``world`` before its first apply."""
    provider = founded(tmp_path / "isp", simulator)
    yield provider
    provider.end()


@pytest.fixture
def running(isp: Isp) -> Isp:
    """The provider of ``world`` after its first apply, on a day in grace."""
    ran = isp.apply()
    assert ran.code == 0, ran.out
    isp.forget()
    return isp
