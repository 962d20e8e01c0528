"""A text that somebody edits and nobody else sees: in memory, ours alone, gone afterwards.

Knows where an operating system keeps files in memory, how an editor is run, and the ways in which a
process ends. A kill that cannot be caught leaves the file in memory until the next call or a
restart removes it.
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from types import FrameType
from typing import Final

from ispconf.edge.datakey import FILE_VARIABLE, KEY_VARIABLE
from ispconf.errors import RequestError

_NAME: Final = "ispconf-edit-"


def edited(text: str, env: Mapping[str, str]) -> str:
    """The text as somebody saved it in ``$VISUAL`` or ``$EDITOR``; nothing of it stays on disk.

    The editor does not get the age identity. Ctrl-C is the editor's; whatever else ends us ends it.

    Raises:
        RequestError: the editor cannot be run, or did not end well.
    """
    editor = env.get("VISUAL") or env.get("EDITOR") or "vi"
    given = {
        name: value for name, value in env.items() if name not in (KEY_VARIABLE, FILE_VARIABLE)
    }
    with _private_file(text, env) as path, _signals():
        try:
            process = subprocess.Popen([*shlex.split(editor), str(path)], env=given)  # noqa: S603
        except (OSError, ValueError) as error:
            raise RequestError(
                f"{editor} cannot be run: set EDITOR; nothing was changed"
            ) from error
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if code:
            raise RequestError(f"{editor} ended with an error; nothing was changed")
        return path.read_text(encoding="utf-8", errors="replace")


@contextmanager
def _private_file(text: str, env: Mapping[str, str]) -> Iterator[Path]:
    """A file with that text; its folder, in which an editor may leave copies, goes with it."""
    home = _memory(env)
    _sweep(home)
    folder = Path(tempfile.mkdtemp(prefix=f"{_NAME}{os.getpid()}-", dir=home))
    try:
        path = folder / "secrets.yaml"
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        yield path
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _signals() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP end us as Ctrl-C would, and Ctrl-C does nothing."""
    wanted = {"SIGINT": _ignore, "SIGTERM": _interrupt, "SIGHUP": _interrupt}
    known = [getattr(signal, name, None) for name in wanted]
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number, handler in zip(known, wanted.values(), strict=True):
            if number is not None:
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Nothing; SIG_IGN instead would be handed on to the editor."""


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise KeyboardInterrupt


def _memory(env: Mapping[str, str]) -> Path:
    """A folder in memory where there is one; else where temporary files go."""
    for place in ("/dev/shm", env.get("XDG_RUNTIME_DIR") or ""):  # noqa: S108  that is what it is for
        if place and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    return Path(tempfile.gettempdir())


def _sweep(home: Path) -> None:
    """Removes what a killed process of ours left."""
    for folder in home.glob(f"{_NAME}*"):
        number = folder.name.removeprefix(_NAME).partition("-")[0]
        if not _runs(number):
            rmtree(folder, ignore_errors=True)


def _runs(number: str) -> bool:
    if sys.platform == "win32":
        return True  # there a signal cannot ask
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True
