"""The same work for many routers side by side, and how all of it is stopped at once.

Knows threads. Knows nothing of routers: whoever waits on a socket says how to be woken
(``stoppable``), and Ctrl-C wakes them all, so that no thread outlives the command.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from typing import NamedTuple, TypeVar

from ispconf.errors import Exit, IspconfError

T = TypeVar("T")
R = TypeVar("R")

_FAREWELL = 2.0  # seconds, for all together; a thread that resolves a name cannot be woken
_GLANCE = 0.2  # seconds; a Ctrl-C just before a thread begins to wait is seen when it next wakes


class LateError(IspconfError):
    """The time that was given for all was over before this was done."""

    exit_code = Exit.INCOMPLETE

    def __init__(self) -> None:
        super().__init__("no time was left for it")


class _Bug(NamedTuple):
    error: BaseException


class Crew:
    """Threads that are stopped together."""

    def __init__(self) -> None:
        self.stopped = False
        self._lock = threading.Lock()
        self._wakers: set[Callable[[], None]] = set()

    def board(self, wake: Callable[[], None]) -> None:
        """From now on a stop calls ``wake``.

        Raises:
            KeyboardInterrupt: the crew has been stopped.
        """
        with self._lock:
            if self.stopped:
                raise KeyboardInterrupt
            self._wakers.add(wake)

    def leave(self, wake: Callable[[], None]) -> None:
        """There is nothing left to wake."""
        with self._lock:
            self._wakers.discard(wake)

    def stop(self) -> None:
        """Wakes all, and lets nobody begin to wait again."""
        with self._lock:
            self.stopped = True
            wakers = list(self._wakers)
        for wake in wakers:
            wake()


_CREW: ContextVar[Crew | None] = ContextVar("crew", default=None)


@contextmanager
def stoppable(wake: Callable[[], None]) -> Iterator[None]:
    """While this lasts, a stop of the crew calls ``wake``; outside of a crew it does nothing.

    Raises:
        KeyboardInterrupt: the crew was stopped, as though Ctrl-C had been pressed in this thread.
    """
    crew = _CREW.get()
    if crew is None:
        yield
        return
    crew.board(wake)
    try:
        yield
    except Exception:
        if crew.stopped:
            raise KeyboardInterrupt from None
        raise
    finally:
        crew.leave(wake)


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C is Ctrl-C in here, also while Python itself waits for one of its locks.

    It can end as "release unlocked lock" then (3.11): an interrupt, and not our bug.
    """
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def rest(seconds: float) -> None:
    """Waits; a stop of the crew ends it at once.

    Raises:
        KeyboardInterrupt: the crew was stopped, as though Ctrl-C had been pressed in this thread.
    """
    woken = threading.Event()
    with stoppable(woken.set), interruptible():
        if woken.wait(seconds):
            raise KeyboardInterrupt


def side_by_side(
    work: Callable[[T], R],
    items: Iterable[T],
    *,
    at_most: int = 64,
    within: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[R | IspconfError]:
    """What the work gives for each item, or the error the operator can act on, in their order.

    ``progress`` hears in this thread how many of how many are done. After a bug (any other
    exception) nothing new begins, what runs may finish, and the bug is raised. Ctrl-C wakes and
    ends everything; so does the end of the seconds ``within``, after which what was not done is a
    ``LateError``.
    """
    todo = deque(enumerate(items))
    total = len(todo)

    def told(done: int) -> None:
        if progress:
            progress(done, total)

    results: dict[int, R | IspconfError] = {}
    crew = Crew()
    outcomes: SimpleQueue[tuple[int, R | IspconfError | _Bug] | None] = SimpleQueue()
    threads = [
        threading.Thread(target=_take, args=(crew, work, todo, outcomes), daemon=True)
        for _ in range(min(at_most, total))
    ]
    try:
        with stoppable(crew.stop), interruptible():
            for thread in threads:
                thread.start()
            until = time.monotonic() + within if within is not None else None
            bug = _gather(threads, outcomes, results, told, until)
            if len(results) < total and not bug:
                todo.clear()
                crew.stop()
    except BaseException:
        todo.clear()
        crew.stop()
        raise
    finally:
        _part(threads)
    if bug:
        raise bug.error
    if within is None and len(results) < total:
        raise RuntimeError("a thread ended and did not say what became of its work")
    return [results[at] if at in results else LateError() for at in range(total)]


def _part(threads: Iterable[threading.Thread]) -> None:
    until = time.monotonic() + _FAREWELL
    for thread in threads:
        if thread.is_alive():
            thread.join(max(0.0, until - time.monotonic()))


def _take(
    crew: Crew,
    work: Callable[[T], R],
    todo: deque[tuple[int, T]],
    outcomes: "SimpleQueue[tuple[int, R | IspconfError | _Bug] | None]",
) -> None:
    _CREW.set(crew)
    while True:
        try:
            at, item = todo.popleft()
        except IndexError:
            break
        try:
            outcomes.put((at, work(item)))
        except IspconfError as error:
            outcomes.put((at, error))
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is seen
            todo.clear()
            outcomes.put((at, _Bug(error)))
    outcomes.put(None)


def _gather(
    threads: Sequence[threading.Thread],
    outcomes: "SimpleQueue[tuple[int, R | IspconfError | _Bug] | None]",
    results: dict[int, R | IspconfError],
    told: Callable[[int], None],
    until: float | None,
) -> _Bug | None:
    bug: _Bug | None = None
    working = len(threads)
    while working:
        left = _GLANCE if until is None else min(_GLANCE, until - time.monotonic())
        if left <= 0:
            return bug
        try:
            outcome = outcomes.get(timeout=left)
        except Empty:
            if any(thread.is_alive() for thread in threads) or not outcomes.empty():
                continue
            return bug  # one ended before it began: Python had no memory, or could not trace it
        if outcome is None:
            working -= 1
            continue
        at, result = outcome
        if isinstance(result, _Bug):
            bug = bug or result
            continue
        results[at] = result
        told(len(results))
    return bug
