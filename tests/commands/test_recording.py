"""Recording while somebody else records: nothing twice, nothing on what is true no longer."""

import errno
from collections.abc import Iterable
from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from ispconf.cli import run
from ispconf.commands.judging import judged
from ispconf.commands.recording import again, answer, record
from ispconf.commands.session import Session
from ispconf.errors import FilesError, IncompleteError
from ispconf.ledger.entries import Entry
from tests.commands.desks import ledger, opened
from tests.commands.world import Isp

DAY = date(2026, 11, 6)
CASH = "ledger/2026/11/2026-11-06-caja1.yaml"


@pytest.fixture
def desk(tmp_path: Path) -> Isp:
    return opened(tmp_path / "isp")


def at(desk: Isp) -> Session:
    return Session(desk.env, datetime(2026, 11, 6, 18, tzinfo=UTC), directory=desk.folder)


def payment(ref: str) -> Entry:
    return Entry("", DAY, "payment", "ana", Decimal("10.00"), method="cash", ref=ref)


def overtaken(desk: Isp, ref: str, *words: str) -> tuple[list[Entry], int]:
    """What is recorded of a payment when another verb is done after it was judged, in how often."""
    judgements: list[str] = []
    written: list[Entry] = []

    @again
    def verb(session: Session) -> int:
        facts = judged(session)
        judgements.append(facts.network.commit)
        if len(judgements) == 1:
            assert desk.run(*words).code == 0
        written.extend(record(facts, "caja1", [payment(ref)]))
        return 0

    assert verb(at(desk)) == 0
    return written, len(judgements)


PAY = ("pay", "ana", "10.00", "--ref", "R2")


def test_what_comes_meanwhile_is_judged_too(desk: Isp) -> None:
    (entry,), times = overtaken(desk, "R3", *PAY)
    assert (entry.no, times) == ("caja1-000003", 2)
    assert desk.run("check").code == 0


def test_a_reference_that_two_use_at_once_is_booked_once(desk: Isp) -> None:
    with pytest.raises(FilesError, match='"R2" is booked already, by caja1-000002'):
        overtaken(desk, "R2", *PAY)
    assert ledger(desk)[CASH].count("R2") == 1


@pytest.mark.parametrize(
    "words",
    [("promise", "ana", "--until", "2026-11-10"), ("ledger", "close", "2026-10")],
    ids=["in another journal", "a closing"],
)
def test_whatever_was_written_counts(desk: Isp, words: tuple[str, ...]) -> None:
    (entry,), times = overtaken(desk, "R3", *words)
    assert (entry.no, times) == ("caja1-000002", 2)


def test_who_is_interrupted_hears_that_it_is_recorded(desk: Isp) -> None:
    facts = judged(at(desk))
    entries = record(facts, "caja1", [payment("R2"), payment("R3")])

    def interrupted(_: object) -> Iterable[str]:
        raise KeyboardInterrupt

    said = f"interrupted, but caja1-000002 to caja1-000003 is in {CASH} already: do not run"
    with pytest.raises(IncompleteError, match=said):
        answer(facts, entries, interrupted)
    with pytest.raises(KeyboardInterrupt):
        answer(facts, [], interrupted)


class Full(StringIO):
    """A disk without room."""

    def write(self, text: str, /) -> int:
        raise OSError(errno.ENOSPC, f"No room for {len(text)}")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (PAY, 4, f"but caja1-000002 is in {CASH} already: do not run this again"),
        (("status",), 1, "the output cannot be written: No room"),
    ],
)
def test_a_full_disk_is_told(
    desk: Isp, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, said: str
) -> None:
    with redirect_stdout(Full()):
        assert run(at(desk), [*words, "-C", str(desk.folder)]) == code
    assert said in capsys.readouterr().err
