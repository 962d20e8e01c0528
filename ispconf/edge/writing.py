"""Files written whole or not at all, and work that only one process does at a time.

Knows what the operating system promises. Knows nothing of what is written.
"""

import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ispconf.errors import RefusedError, RequestError

_PAUSE = 0.02  # seconds between two tries for a lock


def write_whole(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Replaces the content of a file at once; a full disk or a kill leaves the old one.

    Args:
        path: the file; a link is followed, so that it stays a link. A device or a pipe
            (``/dev/null``) is written into: nothing may take its place.
        data: the whole new content.
        mode: permissions of a file that is new, less the umask; others keep theirs.

    Raises:
        RequestError: it cannot be written; nothing was changed.
    """
    if path.exists() and not path.is_file():
        _write_into(path, data)
        return
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(beside, data, mode)
            if target.exists():
                beside.chmod(target.stat().st_mode & 0o7777)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        _settle(target.parent)
    except OSError as error:
        said = error.strerror or error
        raise RequestError(f"{path} cannot be written: {said}; nothing was changed") from error


def _write_into(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise RequestError(f"{path} cannot be written: {error.strerror}") from error


def write_all(root: Path, files: Mapping[str, bytes]) -> None:
    """Replaces the content of many files that are there: all of them, or on an error none.

    All are written beside the old ones first; then they take their places, one right after the
    other. Only a kill or a power cut between two of these leaves some old and some new.

    Raises:
        RequestError: one cannot be written; all are as they were.
    """
    mark = f".{secrets.token_hex(4)}.tmp"
    waiting = {(root / name).resolve(): data for name, data in files.items()}
    beside = {path: path.with_name(f".{path.name}{mark}") for path in waiting}
    before: dict[Path, bytes] = {}
    try:
        for path, data in waiting.items():
            _write(beside[path], data, path.stat().st_mode & 0o7777, settle=False)
        _settle_all(beside.values())
        for path, new in beside.items():
            before[path] = path.read_bytes()
            new.replace(path)
    except BaseException as error:
        for path, data in before.items():
            if path.read_bytes() != data:
                write_whole(path, data)
        if isinstance(error, OSError):
            said = error.strerror or error
            raise RequestError(f"{root} cannot be written: {said}; nothing was changed") from error
        raise
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)
    for folder in {path.parent for path in waiting}:
        _settle(folder)


def _write(path: Path, data: bytes, mode: int, *, settle: bool = True) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if settle:
            os.fsync(descriptor)


def _settle_all(paths: Iterable[Path]) -> None:
    """Makes files survive a power cut: all at once where that can be asked, 15 times as fast."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        _settle(path)


def _settle(path: Path) -> None:
    """Makes a file, or the renames in a folder, survive a power cut, where that can be synced."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def unbroken() -> Iterator[None]:
    """Within the block Ctrl-C does nothing, so that what is done there is done or was not begun."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears of it
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def put_back(path: Path) -> Iterator[None]:
    """When the block fails, the file is as it was before it, or gone if it was not there."""
    before = path.read_bytes() if path.exists() else None
    try:
        yield
    except BaseException:
        if before is not None:
            write_whole(path, before)
        else:
            path.unlink(missing_ok=True)
        raise


@contextmanager
def only_one(folder: Path, name: str, *, wait: float = 0) -> Iterator[None]:
    """Within the block no other process does the work of that name in that folder.

    The lock is the operating system's: it ends with the process, however that ends.

    Args:
        folder: where the lock's file lies, usually the git directory's ``ispconf``.
        name: the work, such as ``apply``.
        wait: seconds to wait for another process.

    Raises:
        RefusedError: another process is at it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise RequestError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        deadline = time.monotonic() + wait
        while not _hold(descriptor):
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                raise RefusedError(
                    f"another ispconf is at this repository's {name} (process {holder or '?'}); "
                    "wait until it has finished"
                )
            time.sleep(_PAUSE)
        with suppress(OSError):  # a full disk: who holds it is good to know, and no more
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _hold(descriptor: int) -> bool:
        """Takes the lock; False when another process has it."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _hold(descriptor: int) -> bool:
        """Takes the lock; False when another process has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
