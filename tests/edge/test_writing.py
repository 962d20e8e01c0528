"""Files written whole or not at all, and work that only one process does at a time."""

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ispconf.edge.writing import only_one, unbroken, write_whole
from ispconf.errors import RefusedError, RequestError


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new/file.yaml"
    write_whole(path, b"one")
    inode = path.stat().st_ino
    path.chmod(0o640)
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_ino != inode
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in path.parent.iterdir()] == ["file.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"one")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"two"


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"one")
    assert os.read(reader, 10) == b"one"
    os.close(reader)
    assert pipe.is_fifo()
    with pytest.raises(RequestError, match="cannot be written: Is a directory"):
        write_whole(tmp_path, b"one")


def test_a_secret_file_is_for_its_owner(tmp_path: Path) -> None:
    write_whole(tmp_path / "key", b"x", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from ispconf.edge.writing import write_whole
from ispconf.errors import RequestError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), b"x" * 5000)
except RequestError as error:
    print(error)
"""


def test_no_room_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "file")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"cannot be written: {os.strerror(errno.EFBIG)}; nothing was changed" in done.stdout
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


FULL_LOCK = """
import resource, signal, sys
from pathlib import Path
from ispconf.edge.writing import only_one
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
with only_one(Path(sys.argv[1]), "apply"):
    print("held")
"""


def test_a_lock_needs_no_room(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_LOCK, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "held\n"


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RequestError, match="cannot be written"):
        write_whole(tmp_path / "file/below", b"x")
    with pytest.raises(RequestError, match="cannot be written"), only_one(tmp_path / "file", "x"):
        pass


HOLDER = """
import sys
import threading
from pathlib import Path
from ispconf.edge.writing import only_one
with only_one(Path(sys.argv[1]), "apply"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_only_one_process_at_a_time(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        said = f"another ispconf is at this repository's apply \\(process {holder.pid}\\)"
        with pytest.raises(RefusedError, match=said), only_one(tmp_path, "apply"):
            pass
        with only_one(tmp_path, "other"):
            pass
        holder.kill()
    with only_one(tmp_path, "apply", wait=10):
        pass


def test_whoever_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(RefusedError, match="wait until it has finished"),
            only_one(tmp_path, "apply", wait=0.05),
        ):
            pass
        holder.stdin.close()
        with only_one(tmp_path, "apply", wait=30):
            pass


def test_ctrl_c_waits_for_what_must_not_break() -> None:
    with unbroken():
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_thread_hears_nothing_of_ctrl_c_anyhow() -> None:
    done: list[int] = []

    def work() -> None:
        with unbroken():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]
