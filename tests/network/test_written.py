"""The scalars of networks: what is taken, and what an operator is told otherwise."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.network import router, written
from ispconf.services import access

GOOD: list[tuple[Callable[[object], Any], object, Any]] = [
    (written.rate, "20M", 20_000_000),
    (written.rate, "512k", 512_000),
    (written.rate, "1G", 1_000_000_000),
    (written.rate, "2.5M", 2_500_000),
    (written.rate, "64000", 64_000),
    (written.rate, 64_000, 64_000),
    (written.duration, "16s", 16),
    (written.duration, "1h30m", 5400),
    (written.duration, "30d", 2_592_000),
    (written.duration, "1w", 604_800),
    (written.duration, 16, 16),
    (written.identifier, "norte-1", "norte-1"),
    (written.reconnect, "at-once", "at-once"),
    (written.reconnect, "03:00-05:00", "03:00-05:00"),
    (written.fingerprint, "AB:" * 31 + "ab", "ab" * 32),
    (written.port, "8729", 8729),
    (written.latitude, "-90", -90.0),
    (written.longitude, "-98.2063", -98.2063),
    (written.longitude, -98.2063, -98.2063),
    (written.timezone, "America/Mexico_City", "America/Mexico_City"),
    (access.ipv4, "10.20.0.15", "10.20.0.15"),
    (access.ipv4, "255.255.255.255", "255.255.255.255"),
    (access.mac, "4c-5e-0c-11-22-33", "4C:5E:0C:11:22:33"),
    (router.cidr, "10.20.0.0/22", "10.20.0.0/22"),
    (router.span, "0.0.1.0", (256, 256)),
    (router.span, "0.0.1.0-0.0.1.9", (256, 265)),
    (router.span, "0.0.1.0/24", (256, 511)),
    (router.span, (1, 2), (1, 2)),
    (router.host, "10.8.0.11", "10.8.0.11"),
    (router.host, "norte.example", "norte.example"),
    (router.host, "2001:db8::1", "2001:db8::1"),
]


@pytest.mark.parametrize(("read", "text", "value"), GOOD)
def test_what_is_written_well_is_taken(
    read: Callable[[object], Any], text: object, value: Any
) -> None:
    assert read(text) == value


BAD: list[tuple[Callable[[object], Any], object, str]] = [
    (written.rate, "20m", "write bit/s like 512k, 20M or 1G"),
    (written.rate, "20Mbps", "is not a rate"),
    (written.rate, "-1M", "is not a rate"),
    (written.rate, "٢M", "is not a rate"),
    (written.rate, ["20M"], "is not a rate"),
    (written.rate, "0", "would mean no limit at all"),
    (written.rate, "0.5", "not a whole number of bit/s"),
    (written.duration, "", "is not a span of time"),
    (written.duration, "0s", "is not a span of time"),
    (written.duration, "16", "is not a span of time"),
    (written.identifier, "Norte", "small letters"),
    (written.identifier, "-norte", "small letters"),
    (written.identifier, "a" * 64, "at most 63"),
    (written.reconnect, "3:00-5:00", "hours like 03:00-05:00"),
    (written.fingerprint, "9f:86", "64 hex digits"),
    (written.fingerprint, None, "64 hex digits"),
    (written.port, "0", "1 to 65535"),
    (written.port, "65536", "1 to 65535"),
    (written.port, "ssh", "1 to 65535"),
    (written.latitude, "90.1", "is not a latitude: -90 to 90 degrees"),
    (written.longitude, "oeste", "is not a longitude"),
    (written.longitude, "180.5", "is not a longitude"),
    (written.timezone, "Mexico", "write it like America/Mexico_City"),
    (written.timezone, "../etc/passwd", "write it like America/Mexico_City"),
    (written.timezone, "America", "write it like America/Mexico_City"),
    (written.timezone, [], "write it like America/Mexico_City"),
    (access.ipv4, "10.20.0.256", "write it like 10.20.0.15"),
    (access.ipv4, "10.20.0.015", "is not an IPv4 address"),
    (access.ipv4, "10.20.0", "is not an IPv4 address"),
    (access.ipv4, "10.20.0.1.1", "is not an IPv4 address"),
    (access.ipv4, "10.20.0.1\n", "is not an IPv4 address"),
    (access.ipv4, "2001:db8::1", "is not an IPv4 address"),
    (access.ipv4, 1, "is not an IPv4 address"),
    (access.mac, "4C:5E:0C:11:22", "is not a MAC address"),
    (access.mac, "hello", "is not a MAC address"),
    (access.mac, 5, "is not a MAC address"),
    (router.cidr, "10.20.0.1/22", "write it 10.20.0.0/22"),
    (router.cidr, "10.20.0.0", "write it like 10.20.0.0/22"),
    (router.cidr, "hello/22", "write it like 10.20.0.0/22"),
    (router.cidr, None, "write it like 10.20.0.0/22"),
    (router.span, "10.0.0.9-10.0.0.1", "ends before it starts"),
    (router.span, "hello", "is not an IPv4 address"),
    (router.span, None, "is not an IPv4 address"),
    (router.host, "https://router", "is not a host"),
    (router.host, "", "is not a host"),
]


@pytest.mark.parametrize(("read", "text", "said"), BAD)
def test_what_is_written_wrong_is_explained(
    read: Callable[[object], Any], text: object, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        read(text)


@given(st.ip_addresses(v=4))
def test_every_ipv4_address_is_taken(address: Any) -> None:
    assert access.ipv4(str(address)) == str(address)
    assert router.number(str(address)) == int(address)


@given(st.text("0123456789.", max_size=16))
def test_no_other_text_is_an_address(text: str) -> None:
    try:
        taken = access.ipv4(text)
    except ValueError:
        return
    assert [str(int(part)) for part in taken.split(".")] == text.split(".")
