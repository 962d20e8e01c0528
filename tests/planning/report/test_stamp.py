"""What a comment remembers of earlier plans."""

import json

import pytest

from ispconf.planning.report.stamp import KEPT, Stamp, earlier, stamps, written

DAY = "2026-11-05"


def stamp(digit: str, said: str = "Plan: 1 to add.") -> Stamp:
    return Stamp("0123abc", DAY, digit * 64, said)


def test_what_is_written_is_read() -> None:
    held = [stamp("a"), stamp("b")]
    assert stamps(f"### words\n{written(held)}") == held
    assert written(held).count("\n") == 0


def test_only_the_last_few_are_kept() -> None:
    held = [stamp(digit) for digit in "0123456789"]
    assert stamps(written(held)) == held[: KEPT + 1]
    assert earlier(written(held), stamp("f")) == held[:KEPT]


def test_the_same_plan_again_is_not_history() -> None:
    held = written([stamp("a"), stamp("b")])
    assert earlier(held, stamp("a")) == [stamp("b")]
    assert earlier(held, stamp("a", "Refused.")) == [stamp("a"), stamp("b")]


@pytest.mark.parametrize(
    "state",
    [
        "nothing",
        "[nothing]",
        "[[",
        '["a"]',
        '[["0123", "2026-11-05", "ab", "Plan."]]',
        json.dumps([["0123", DAY, "a" * 64, "<img src=x>"]]),
        json.dumps([["0123", DAY, "a" * 64, "@everyone"]]),
        json.dumps([["0123", DAY, "a" * 64]]),
        json.dumps([["0123", DAY, 7, "Plan."]]),
        json.dumps([{"commit": "0123"}]),
    ],
)
def test_what_somebody_wrote_into_it_is_left_out(state: str) -> None:
    assert stamps(f"<!-- ispconf:state {state} -->") == []
