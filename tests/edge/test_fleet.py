import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from ispconf.edge.fleet import Crew, LateError, interruptible, rest, side_by_side, stoppable
from ispconf.edge.routers import Address, connected
from ispconf.errors import Exit, IncompleteError, IspconfError
from ispconf.simulator import Faults, Simulator, User

PATIENCE = 60.0
"""Seconds that nothing in these tests waits: whoever is woken late fails by the suite's limit."""


@pytest.mark.parametrize("at_most", [1, 3, 64])
def test_results_stand_in_the_order_of_the_items(at_most: int) -> None:
    def work(item: int) -> str:
        if item % 4 == 0:
            raise IncompleteError(f"{item} is not reached")
        return f"done {item}"

    results = side_by_side(work, range(1, 10), at_most=at_most)
    assert [str(result) for result in results] == [
        f"{item} is not reached" if item % 4 == 0 else f"done {item}" for item in range(1, 10)
    ]
    assert isinstance(results[3], IspconfError)


def test_what_is_not_done_in_time_is_late_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())

    def work(item: int) -> int:
        if item:
            rest(PATIENCE)
        return item

    first, second = side_by_side(work, (0, 1), within=0.05)
    assert first == 0
    assert isinstance(second, LateError)
    assert second.exit_code is Exit.INCOMPLETE
    assert set(threading.enumerate()) <= before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_thread_that_ends_without_a_word_is_not_waited_for(threads: int) -> None:
    before, starting = threading.gettrace(), iter([MemoryError("no frame for the first thread")])

    def frame(*_: object) -> None:
        for error in starting:
            raise error

    threading.settrace(frame)
    try:
        if threads == 1:
            with pytest.raises(RuntimeError, match="did not say what became of its work"):
                side_by_side(str, [1], at_most=1)
        else:
            assert side_by_side(str, [1, 2], at_most=2) == ["1", "2"]
    finally:
        threading.settrace(before)


def test_ctrl_c_while_python_takes_a_lock_is_ctrl_c() -> None:
    lock = threading.Lock()

    def pressed() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            lock.release()

    with pytest.raises(KeyboardInterrupt), interruptible():
        pressed()
    with pytest.raises(RuntimeError, match="unlocked"), interruptible():
        lock.release()


def test_nothing_to_do() -> None:
    assert side_by_side(str, []) == []


def test_progress_is_heard_here_once_for_each_item() -> None:
    heard: list[tuple[int, int, threading.Thread]] = []

    def hear(done: int, total: int) -> None:
        heard.append((done, total, threading.current_thread()))

    side_by_side(str, range(5), at_most=2, progress=hear)
    assert heard == [(done, 5, threading.current_thread()) for done in range(1, 6)]


def test_no_more_run_at_a_time_than_allowed() -> None:
    running, most, lock = [0], [0], threading.Lock()
    both = threading.Barrier(2)

    def work(_: int) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        both.wait(PATIENCE)  # two are needed to go on, so they do run side by side
        with lock:
            running[0] -= 1

    side_by_side(work, range(8), at_most=2)
    assert most[0] == 2


def test_a_bug_is_raised_after_what_runs_has_finished() -> None:
    finished: list[int] = []
    begun, failed = threading.Barrier(2), threading.Event()

    def work(item: int) -> None:
        if item > 1:
            finished.append(item)  # nothing new should begin
        begun.wait(PATIENCE)
        if item == 0:
            failed.set()
            raise ZeroDivisionError("a bug")
        failed.wait(PATIENCE)
        finished.append(item)

    with pytest.raises(ZeroDivisionError, match="a bug"):
        side_by_side(work, range(2), at_most=2)
    assert finished == [1]


def test_after_a_bug_nothing_new_begins() -> None:
    begun: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        side_by_side(work, range(100), at_most=1)
    assert len(begun) < 100


def ctrl_c() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def press_after(begun: threading.Semaphore, times: int) -> None:
    for _ in range(times):
        begun.acquire()
    ctrl_c()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port on which everything is accepted and nothing ever said."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


def test_ctrl_c_wakes_and_ends_every_thread(silent: int) -> None:
    before = set(threading.enumerate())
    begun = threading.Semaphore(0)

    def work(number: int) -> None:
        begun.release()
        address = Address(f"r{number}", "127.0.0.1", silent, "u", "p", timeout=PATIENCE)
        with connected(address):
            pass

    presser = threading.Thread(target=press_after, args=(begun, 8))
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(work, range(100), at_most=8)
    presser.join()
    assert set(threading.enumerate()) == before


def test_a_line_that_is_at_work_is_stopped_too() -> None:
    with Simulator() as simulator:
        router = simulator.router(users={"u": User("p")})

        def work(_: int) -> None:
            with connected(Address("r", "127.0.0.1", router.port, "u", "p")) as line:
                router.faults = Faults(latency=PATIENCE)
                ctrl_c()
                line.read(["/ppp/secret"])

        with pytest.raises(KeyboardInterrupt):
            side_by_side(work, range(1))


def test_a_failing_progress_stops_everything(silent: int) -> None:
    def work(number: int) -> None:
        if number:
            with connected(Address("r", "127.0.0.1", silent, "u", "p", timeout=PATIENCE)):
                pass

    def fail(_: int, __: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        side_by_side(work, range(4), at_most=4, progress=fail)


def test_side_by_side_within_side_by_side_is_stopped_with_it(silent: int) -> None:
    before = set(threading.enumerate())

    begun = threading.Semaphore(0)

    def inner(_: int) -> None:
        begun.release()
        with connected(Address("r", "127.0.0.1", silent, "u", "p", timeout=PATIENCE)):
            pass

    def outer(_: int) -> None:
        side_by_side(inner, range(8), at_most=4)

    presser = threading.Thread(target=press_after, args=(begun, 8))
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(outer, range(2), at_most=2)
    presser.join()
    assert set(threading.enumerate()) == before


# a crew


def test_who_boards_a_stopped_crew_is_interrupted() -> None:
    crew = Crew()
    woken: list[str] = []
    crew.board(lambda: woken.append("a"))
    crew.stop()
    assert woken == ["a"]
    with pytest.raises(KeyboardInterrupt):
        crew.board(lambda: None)


def test_trouble_within_a_crew_that_goes_on_is_the_workers_own() -> None:
    def work(_: int) -> None:
        with stoppable(lambda: None):
            raise IncompleteError("unreachable")

    (result,) = side_by_side(work, range(1))
    assert str(result) == "unreachable"


def test_rest_ends_when_its_time_is_over() -> None:
    rest(0.001)
    assert side_by_side(rest, [0.001, 0.002]) == [None, None]


def test_rest_ends_at_once_when_the_crew_is_stopped() -> None:
    begun, ends = threading.Event(), list[str]()

    def work(_: int) -> None:
        begun.set()
        try:
            rest(PATIENCE)
        except KeyboardInterrupt:
            ends.append("stopped")
            raise

    def stop() -> None:
        begun.wait(PATIENCE)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(work, [1])
    assert ends == ["stopped"]
