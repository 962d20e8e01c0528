"""Bars for who watches a terminal, and nothing for programs."""

import sys
from io import StringIO
from threading import active_count

import pytest

from ispconf.commands.progress import progress, progress_of_much


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    return shown


def test_a_bar_shows_how_much_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    with progress("reading routers", 4) as told:
        assert told
        told(1, 4)
        told(4, 4)
    assert "reading routers" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_a_bar_of_much_waits_until_there_is_much_and_needs_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = watched(monkeypatch)
    threads = active_count()
    with progress_of_much("reading files", 1_000) as told:
        assert told
        told(1, 10)
        assert terminal.getvalue() == ""
        told(500, 1_000)
        assert active_count() <= threads  # those of other tests may end
        assert "reading files" in terminal.getvalue()
        assert " 50%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_nobody_is_told_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("reading routers", 4) as few, progress_of_much("reading files", 1) as much:
        assert few is much is None
    assert capsys.readouterr().err == ""
