"""Processes that are split off: what they know stays with them, and a lost one is told."""

import os
from collections.abc import Iterator
from fcntl import LOCK_EX, LOCK_SH, LOCK_UN, flock
from pathlib import Path
from threading import Event, Thread

import pytest

from ispconf.edge import crew as crews
from ispconf.edge.crew import Crew, LostError, Tell, hands


class Pile:
    """What one process of a test has."""

    def __init__(self, number: int, tell: Tell) -> None:
        self.number, self.tell = number, tell
        self.seen: list[str] = []

    def put(self, what: str) -> list[str]:
        self.seen.append(f"{what} {self.number}")
        return self.seen

    def put_large(self, size: int) -> bytes:
        return b"x" * size

    def fail(self) -> None:
        if self.number:
            raise MemoryError

    def wait(self, file: str) -> None:
        """Until nobody has the file locked, with a word of it."""
        self.tell(3)
        with Path(file).open() as opened:
            flock(opened, LOCK_SH)

    def where(self) -> int:
        return os.getpid()


@pytest.fixture
def crew() -> Iterator[Crew[Pile]]:
    crew = Crew(Pile, 2)
    yield crew
    crew.end()


def test_what_a_process_learns_stays_with_it(crew: Crew[Pile]) -> None:
    assert crew.ask(Pile.put, "a") == [["a 0"], ["a 1"]]
    assert crew.ask(Pile.put, what="b") == [["a 0", "b 0"], ["a 1", "b 1"]]
    assert len({os.getpid(), *crew.ask(Pile.where)}) == 3


def test_several_questions_are_worked_off_whoever_waits_for_which(crew: Crew[Pile]) -> None:
    first = crew.begin(Pile.put_large, 1 << 20)
    second = crew.begin(Pile.put, "b")
    third = crew.begin(Pile.put, "c")
    assert second() == [["b 0"], ["b 1"]]
    assert list(map(len, first())) == [1 << 20, 1 << 20]
    assert third() == [["b 0", "c 0"], ["b 1", "c 1"]]


def test_a_process_that_cannot_answer_is_lost(crew: Crew[Pile]) -> None:
    for _ in range(2):
        with pytest.raises(LostError):
            crew.ask(Pile.fail)


def test_how_far_they_are_is_heard_while_somebody_waits(
    crew: Crew[Pile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "_PATIENCE", 0)
    done = set[int]()
    with (tmp_path / "file").open("w") as locked:
        flock(locked, LOCK_EX)

        def hear(so_far: int) -> None:
            done.add(so_far)
            if so_far == 6:
                flock(locked, LOCK_UN)

        crew.heard = hear
        assert crew.ask(Pile.wait, locked.name) == [None, None]
    assert max(done) == 6


def test_nobody_is_left_when_nobody_asks_any_more() -> None:
    crew = Crew(Pile, 2)
    processes = crew.ask(Pile.where)
    del crew
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_beside_threads_no_process_is_split_off() -> None:
    over = Event()
    thread = Thread(target=over.wait)
    thread.start()
    try:
        assert hands() == 0
    finally:
        over.set()
        thread.join()
