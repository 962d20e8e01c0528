"""Processes that were split off from this one: each has a part of the work and is asked about it.

A process starts with all that is known here and costs next to nothing; what it learns stays with it
until this one ends. Knows processes and pipes, and nothing of what is asked.
"""

import gc
import os
import pickle
from collections.abc import Callable, Sequence
from functools import partial
from mmap import mmap
from signal import SIG_DFL, SIGINT, SIGTERM, signal
from threading import active_count
from typing import TYPE_CHECKING, Any, Concatenate, Final, Generic, NamedTuple, ParamSpec, TypeVar
from weakref import finalize

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Part = TypeVar("Part")
Answer = TypeVar("Answer")
Given = ParamSpec("Given")

_PATIENCE: Final = 0.2
"""Seconds between two looks at how far everybody is."""
_WORD: Final = 8
_MOST: Final = 4
"""Processes at once: each of them looks through all that is to be read."""


def hands() -> int:
    """How many processes can be split off: less than two where that is of no use, or not safe."""
    if not hasattr(os, "fork") or active_count() > 1:
        return 0  # a process that is split beside threads inherits their locks
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(count or 1, _MOST)


class LostError(Exception):
    """A process ended without an answer: it was killed, had no memory, or met what it cannot do.

    Whoever asked does the work itself; what is wrong shows there.
    """


Tell = Callable[[int], None]
"""Called by a part with how much it did since it was last called."""


class Crew(Generic[Part]):
    """Processes, each with a part that ``made`` gives for its number.

    ``heard`` is called while answers are waited for, with how much all parts did so far.
    """

    heard: Tell | None = None

    def __init__(self, made: Callable[[int, Tell], Part], count: int) -> None:
        from multiprocessing import get_context  # noqa: PLC0415  0.02 s that few runs need

        context = get_context("fork")
        self._done = memoryview(mmap(-1, _WORD * count)).cast("q")
        self._begun = self._over = 0  # questions
        self._found: dict[int, list[Any]] = {}
        self._lines: list[Connection] = []
        self._processes: list[BaseProcess] = []
        for number in range(count):
            here, there = context.Pipe()
            self._lines.append(here)
            asker = _Asker(there, self._lines, self._done[number : number + 1], os.getpid())
            process = context.Process(
                target=_work, args=(partial(made, number), asker), daemon=True
            )
            process.start()
            self._processes.append(process)
            there.close()
        self._gone = finalize(self, _let_go, os.getpid(), self._lines, self._processes)

    def ask(
        self,
        question: Callable[Concatenate[Part, Given], Answer],
        *given: Given.args,
        **more: Given.kwargs,
    ) -> list[Answer]:
        """What each answers to the same question; raises LostError."""
        return self.begin(question, *given, **more)()

    def begin(
        self,
        question: Callable[Concatenate[Part, Given], Answer],
        *given: Given.args,
        **more: Given.kwargs,
    ) -> Callable[[], list[Answer]]:
        """Asks everybody; what comes out waits for the answers and raises LostError.

        Several questions may be begun; they are worked off in their order, whichever of them are
        waited for.
        """
        asked = pickle.dumps((question, given, more))
        for line in self._lines:
            try:
                line.send_bytes(asked)
            except OSError:  # that it is gone is found when its answer is waited for
                continue
        self._begun += 1
        return partial(self._answers, self._begun)

    def _answers(self, question: int) -> list[Any]:
        try:
            while self._over < question:
                self._found[self._over + 1] = [self._answer(line) for line in self._lines]
                self._over += 1
        except (EOFError, OSError):  # also when they were let go
            self.end()
            raise LostError from None
        return self._found.pop(question)

    def _answer(self, line: "Connection") -> Any:
        while self.heard and not line.poll(_PATIENCE):
            self.heard(sum(self._done))
        return line.recv()

    def __len__(self) -> int:
        return len(self._lines)

    def end(self) -> None:
        """Lets all of them go, as when nobody can ask any more; whatever they do is given up."""
        self._gone()


def _let_go(asker: int, lines: Sequence["Connection"], processes: Sequence["BaseProcess"]) -> None:
    if os.getpid() != asker:  # a process that was split off later: they are not its own
        return
    for line in lines:
        line.close()
    for process in processes:
        process.kill()
        process.join()


class _Asker(NamedTuple):
    """What a process has of the one that asks it.

    ``line`` to it, its own ends of ``others``, a place to count in what is ``done``, and its id.
    """

    line: "Connection"
    others: Sequence["Connection"]
    done: "memoryview[int]"
    process: int


def _work(made: Callable[[Tell], object], asker: _Asker) -> None:
    """Answers questions until nobody is there any more to ask, or one cannot be answered."""

    def tell(more: int) -> None:
        asker.done[0] += more
        if os.getppid() != asker.process:  # it was killed: nobody waits
            os._exit(1)

    for each in (SIGINT, SIGTERM):  # whatever the first one does about them
        signal(each, SIG_DFL)
    gc.disable()  # what is made here stays
    for other in asker.others:  # else no process hears that the first one is gone
        other.close()
    try:
        part = made(tell)
        while True:
            question, given, more = asker.line.recv()
            asker.line.send(question(part, *given, **more))
    except Exception:  # noqa: BLE001  LostError tells it
        os._exit(1)
