"""One spelling per meaning: the one that RouterOS prints."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ispconf.routeros import values

Spell = Callable[[str], str]

PAIRS: list[tuple[Spell, str, str]] = [
    (values.text, " 0123 yes ", " 0123 yes "),
    (values.boolean, "yes", "true"),
    (values.boolean, "no", "false"),
    (values.boolean, "true", "true"),
    (values.boolean, "default", "default"),
    (values.rate, "20M", "20000000"),
    (values.rate, "512k", "512000"),
    (values.rate, "1G", "1000000000"),
    (values.rate, "1.5M", "1500000"),
    (values.rate, "0.25k", "250"),
    (values.rate, "10Mbps", "10000000"),
    (values.rate, "20000000", "20000000"),
    (values.rate, "0", "0"),
    (values.rate, "", ""),
    (values.rate, "fast", "fast"),
    (values.rate, "٣M", "٣M"),
    (values.rate, "9" * 5000, "9" * 5000),
    (values.rate_pair, "5M/20M", "5000000/20000000"),
    (values.rate_pair, "15000000/20000000", "15000000/20000000"),
    (values.rate_pair, "1M", "1000000/0"),
    (values.rate_pair, "0/0", "0/0"),
    (values.number_pair, "8", "8/8"),
    (values.number_pair, "1/8", "1/8"),
    (values.duration, "1d", "1d"),
    (values.duration, "24h", "1d"),
    (values.duration, "86400", "1d"),
    (values.duration, "1d00:00:00", "1d"),
    (values.duration, "1:00:00", "1h"),
    (values.duration, "14:40:26", "14h40m26s"),
    (values.duration, "1d02:03:04", "1d2h3m4s"),
    (values.duration, "4w2d", "4w2d"),
    (values.duration, "30d", "4w2d"),
    (values.duration, "521w16h1m7s", "521w16h1m7s"),
    (values.duration, "90m", "1h30m"),
    (values.duration, "100ms", "100ms"),
    (values.duration, "1s500ms", "1s500ms"),
    (values.duration, "1500ms", "1s500ms"),
    (values.duration, "0", "0s"),
    (values.duration, "0s", "0s"),
    (values.duration, "none", "none"),
    (values.duration, "never", "never"),
    (values.duration, "", ""),
    (values.duration, "9" * 5000, "9" * 5000),
    (values.duration_pair, "16s/16s", "16s/16s"),
    (values.duration_pair, "16/60", "16s/1m"),
    (values.duration_pair, "16s", "16s/0s"),
    (values.mac, "4c:5e:0c:11:22:33", "4C:5E:0C:11:22:33"),
    (values.mac, "4c-5e-0c-11-22-33", "4C:5E:0C:11:22:33"),
    (values.mac, "4c.5e.0c.11.22.33", "4C:5E:0C:11:22:33"),
    (values.mac, "4c-5e:0c-11:22-33", "4c-5e:0c-11:22-33"),
    (values.mac, "", ""),
    (values.mac, "*", "*"),
    (values.host_mask, "10.0.0.2", "10.0.0.2/32"),
    (values.host_mask, "10.0.0.2/32", "10.0.0.2/32"),
    (values.host_mask, "10.0.0.0/24", "10.0.0.0/24"),
    (values.host_mask, "10.0.0.2,ether1,10.0.1.0/24", "10.0.0.2/32,ether1,10.0.1.0/24"),
    (values.host_mask, "<pppoe-ana>", "<pppoe-ana>"),
    (values.host_mask, "", ""),
    (values.host_bare, "10.0.0.2/32", "10.0.0.2"),
    (values.host_bare, "10.0.0.2", "10.0.0.2"),
    (values.host_bare, "10.0.0.0/24", "10.0.0.0/24"),
    (values.host_bare, "10.0.0.5/24", "10.0.0.5/24"),
    (values.host_bare, "10.0.0.0-10.0.0.255", "10.0.0.0/24"),
    (values.host_bare, "10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"),
    (values.host_bare, "10.0.0.7-10.0.0.7", "10.0.0.7"),
    (values.host_bare, "10.0.0.9-10.0.0.1", "10.0.0.9-10.0.0.1"),
    (values.host_bare, "!192.168.0.0/16", "!192.168.0.0/16"),
    (values.host_bare, "!10.0.0.2/32", "!10.0.0.2"),
    (values.host_bare, "!10.0.0.0-10.0.0.3", "!10.0.0.0/30"),
    (values.host_bare, "my-host.example", "my-host.example"),
    (values.host_bare, "2001:db8::/32", "2001:db8::/32"),
    (values.host_bare, "2001:db8::1/128", "2001:db8::1/128"),
    (values.ranges, "10.0.0.2-10.0.0.9,10.0.0.20", "10.0.0.2-10.0.0.9,10.0.0.20"),
    (values.ranges, "10.0.0.0/30", "10.0.0.0-10.0.0.3"),
    (values.ranges, "10.0.0.5-10.0.0.5", "10.0.0.5"),
    (values.ranges, "10.0.0.5/32", "10.0.0.5"),
    (values.ranges, "", ""),
    (values.ranges, "pool", "pool"),
    (values.rate_limit, "", ""),
    (values.rate_limit, "10M", "10000000/10000000 0/0 0/0 0s/0s 8 0/0"),
    (values.rate_limit, "10M/10M", "10000000/10000000 0/0 0/0 0s/0s 8 0/0"),
    (values.rate_limit, "2M/5M 4M", "2000000/5000000 4000000/4000000 0/0 0s/0s 8 0/0"),
    (values.rate_limit, "1M 2M 3M/ 10",
     "1000000/1000000 2000000/2000000 3000000/3000000 10s/10s 8 0/0"),
    (values.rate_limit, "1M/2M 0/0 0/0 0/0 3 256k/512k",
     "1000000/2000000 0/0 0/0 0s/0s 3 256000/512000"),
    (values.rate_limit, "  1M/2M   0/0 ", "1000000/2000000 0/0 0/0 0s/0s 8 0/0"),
    (values.rate_limit, "a b c d e f g", "a b c d e f g"),
]  # fmt: skip


@pytest.mark.parametrize(("spell", "written", "printed"), PAIRS)
def test_what_is_written_is_spelled_as_the_router_prints_it(
    spell: Spell, written: str, printed: str
) -> None:
    assert spell(written) == printed


SPELLS = sorted({spell for spell, _, _ in PAIRS}, key=lambda spell: spell.__name__)
TEXTS = (
    st.sampled_from([written for _, written, _ in PAIRS])
    | st.text(max_size=30)
    | st.text("0123456789./-:!, wdhmskMG", max_size=20)
)


@pytest.mark.parametrize("spell", SPELLS, ids=lambda spell: spell.__name__)
@given(text=TEXTS)
def test_what_is_spelled_stays_so(spell: Spell, text: str) -> None:
    assert spell(spell(text)) == spell(text)


@given(st.integers(0, 10**12))
@example(0)
@example(1_500_000)
def test_a_short_rate_loses_nothing(bits: int) -> None:
    short = values.short_rate(bits)
    assert values.rate(short) == str(bits)
    assert len(short) <= len(str(bits))


@pytest.mark.parametrize(
    ("bits", "short"),
    [
        (0, "0"),
        (1, "1"),
        (20_000_000, "20M"),
        (512_000, "512k"),
        (10**9, "1G"),
        (1_500_000, "1500k"),
    ],
)
def test_a_short_rate_is_what_people_write(bits: int, short: str) -> None:
    assert values.short_rate(bits) == short


@given(st.integers(0, 10**9))
def test_seconds_come_back_from_their_spelling(seconds: int) -> None:
    assert values.seconds(values.duration(str(seconds))) == seconds


@pytest.mark.parametrize("word", ["none", "unlimited", "", "startup"])
def test_a_word_where_a_time_would_be_is_no_time(word: str) -> None:
    assert values.seconds(word) == 0


@given(st.lists(st.integers(0, 10**10), min_size=2, max_size=2))
def test_every_way_to_write_a_rate_limit_means_the_same(rates: list[int]) -> None:
    up, down = rates
    short = f"{values.short_rate(up)}/{values.short_rate(down)}"
    ways = {
        f"{up}/{down}",
        short,
        f"{short} 0/0",
        f"{short} 0/0 0/0 0/0",
        f"{short} 0 0 0s 8",
        f"{short} 0/0 0/0 0s/0s 8 0/0",
    }
    assert len({values.rate_limit(way) for way in ways}) == 1


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("10.0.0.1", True),
        ("10.0.0.1/32", False),
        ("10.0.0.1,10.0.0.2", False),
        ("ether1", False),
        ("", False),
        ("10.0.0.01", False),
        ("::1", False),
    ],
)
def test_a_host_is_one_bare_address(text: str, host: bool) -> None:  # noqa: FBT001
    assert values.is_host(text) is host
