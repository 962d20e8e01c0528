import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.simulator import durations


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1d", "1d"),
        ("24h", "1d"),
        ("86400", "1d"),
        ("1d00:00:00", "1d"),
        ("00:10:00", "10m"),
        ("14:40", "14h40m"),
        ("1d02:03:04", "1d2h3m4s"),
        ("4w2d", "4w2d"),
        ("30d", "4w2d"),
        ("300ms", "300ms"),
        ("1s500ms", "1s500ms"),
        ("0", "0s"),
    ],
)
def test_a_span_is_printed_compactly(written: str, shown: str) -> None:
    millis = durations.milliseconds(written)
    assert millis is not None
    assert durations.span(millis) == shown


@pytest.mark.parametrize("text", ["", "x", "1y", "-5", "1:2:3:4", "1.5"])
def test_what_is_no_span(text: str) -> None:
    assert durations.milliseconds(text) is None


@given(st.integers(0, 10**12))
def test_what_is_printed_is_understood(millis: int) -> None:
    assert durations.milliseconds(durations.span(millis)) == millis


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        ((6, 49), "jan/02/2026 03:04:05"),
        ((7, 9, 2), "jan/02/2026 03:04:05"),
        ((7, 10), "2026-01-02 03:04:05"),
    ],
)
def test_dates_are_iso_from_7_10(version: tuple[int, ...], shown: str) -> None:
    assert durations.moment(1_767_323_045, version) == shown
