"""Every verb explains itself, with examples on lines of their own."""

from datetime import UTC, datetime

import pytest

from ispconf.cli import VERBS, run
from ispconf.commands.session import Session


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Session({}, datetime(2026, 11, 6, tzinfo=UTC)), [verb, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"Usage: ispconf {verb}")
    assert "\\b" not in told
    assert f"\n    ispconf {verb}" in told


def test_the_verbs_of_a_verb_are_told_in_whole_sentences(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(Session({}, datetime(2026, 11, 6, tzinfo=UTC)), ["subscriber", "--help"])
    told = capsys.readouterr().out
    assert "..." not in told.partition("Verbs:")[2]
    assert "from the day on." in told


def test_examples_stand_on_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    run(Session({}, datetime(2026, 11, 6, tzinfo=UTC)), ["pay", "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert "    ispconf pay ana-lopez 350.00 --ref 0045" in lines
