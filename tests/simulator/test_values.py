from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.schema import Field, menus
from ispconf.simulator.values import printed

SECRET, QUEUE, PROFILE = "/ppp/secret", "/queue/simple", "/ppp/profile"
LIST, FILTER, ADDRESS = "/ip/firewall/address-list", "/ip/firewall/filter", "/ip/address"
FACES = ("ether1", "ether2", "wlan1")


class Faces:
    """Names of other menus: three interfaces, the first with id *1."""

    def names(self, paths: Iterable[str], text: str) -> Sequence[str]:
        del paths
        if text == "*1":
            return ["ether1"]
        return [text] if text in FACES else [name for name in FACES if name.startswith(text)]


def shown(menu: str, name: str, text: str) -> str:
    return printed(menus((7, 24))[menu].fields[name], text, Faces())


@pytest.mark.parametrize(
    ("menu", "name", "written", "wanted"),
    [
        (QUEUE, "max-limit", "5M/20M", "5000000/20000000"),
        (QUEUE, "max-limit", "5000000/20000000", "5000000/20000000"),
        (QUEUE, "max-limit", "512k/1G", "512000/1000000000"),
        (QUEUE, "max-limit", "1M", "1000000/0"),
        (QUEUE, "burst-time", "10/1m", "10s/1m"),
        (QUEUE, "priority", "1", "1/8"),
        (QUEUE, "bucket-size", "0.10/1", "0.1/1"),
        (QUEUE, "target", "10.0.0.2", "10.0.0.2/32"),
        (QUEUE, "target", "10.0.0.2/32,ether1", "10.0.0.2/32,ether1"),
        (QUEUE, "target", "10.0.0.0/255.255.255.0", "10.0.0.0/24"),
        (QUEUE, "target", "2001:db8::5", "2001:db8::5/128"),
        (QUEUE, "target", "w", "wlan1"),
        (QUEUE, "target", "*1", "ether1"),
        (LIST, "address", "10.0.0.2/32", "10.0.0.2"),
        (LIST, "address", "10.0.0.0-10.0.0.255", "10.0.0.0/24"),
        (LIST, "address", "10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"),
        (LIST, "address", "10.0.0.5-10.0.0.5", "10.0.0.5"),
        (LIST, "address", "www.example.com", "www.example.com"),
        (LIST, "timeout", "86400", "1d"),
        ("/ipv6/firewall/address-list", "address", "2001:db8::1", "2001:db8::1/128"),
        ("/ipv6/firewall/address-list", "address", "www.example.com", "www.example.com"),
        (ADDRESS, "address", "10.0.0.1", "10.0.0.1/32"),
        (ADDRESS, "address", "10.0.0.1/255.255.255.0", "10.0.0.1/24"),
        (FILTER, "src-address", "!10.0.0.2/32", "!10.0.0.2"),
        (FILTER, "protocol", "6", "tcp"),
        (FILTER, "protocol", "tcp", "tcp"),
        (FILTER, "protocol", "200", "200"),
        (FILTER, "connection-state", "related,established", "established,related"),
        (FILTER, "connection-state", "!new", "!new"),
        (FILTER, "src-mac-address", "aa-bb.cc:dd:ee:0f", "AA:BB:CC:DD:EE:0F"),
        (FILTER, "dst-port", "80,443,1000-2000", "80,443,1000-2000"),
        (FILTER, "tcp-flags", "!ack,syn", "syn,!ack"),
        (FILTER, "in-interface", "!ether2", "!ether2"),
        (FILTER, "log", "yes", "true"),
        (FILTER, "action", "dr", "drop"),
        (SECRET, "disabled", "true", "true"),
        (SECRET, "disabled", "no", "false"),
        (SECRET, "limit-bytes-in", "1M", "1048576"),
        (SECRET, "password", "  two words = ñ", "  two words = ñ"),
        (PROFILE, "change-tcp-mss", "yes", "yes"),
        (PROFILE, "dns-server", "1.1.1.1,8.8.8.8", "1.1.1.1,8.8.8.8"),
        (PROFILE, "rate-limit", "10M", "10M"),
        (PROFILE, "address-list", "", ""),
        (PROFILE, "queue-type", "ether1/ether2", "ether1/ether2"),
        (PROFILE, "queue-type", "ether1", "ether1"),
        ("/queue/type", "pcq-limit", "50KiB", "50"),
        ("/interface/pppoe-server/server", "max-sessions", "unlimited", "unlimited"),
        (
            "/ip/pool",
            "ranges",
            "10.0.0.2-10.0.0.254,10.1.0.0/24,10.2.0.1-10.2.0.1",
            "10.0.0.2-10.0.0.254,10.1.0.0-10.1.0.255,10.2.0.1",
        ),
        ("/ip/dhcp-server/lease", "client-id", "1:70:85:C2:A5:07:CC", "1:70:85:c2:a5:7:cc"),
        ("/ip/dhcp-server/lease", "mac-address", "02:00:00:00:00:0a", "02:00:00:00:00:0A"),
        ("/ip/hotspot/profile", "login-by", "trial,mac,https", "mac,https,trial"),
        ("/ip/hotspot/user/profile", "keepalive-timeout", "none", "none"),
        ("/ip/service", "address", "10.0.0.0/8,192.168.1.1", "10.0.0.0/8,192.168.1.1/32"),
    ],
)
def test_a_value_is_printed_in_one_spelling(
    menu: str, name: str, written: str, wanted: str
) -> None:
    assert shown(menu, name, written) == wanted
    assert shown(menu, name, wanted) == wanted


@pytest.mark.parametrize(
    ("menu", "name", "written", "message"),
    [
        (SECRET, "service", "isdn", "input does not match any value of service"),
        (
            SECRET,
            "service",
            "p",
            "ambiguous value of service, more than one possible value matches input",
        ),
        (SECRET, "disabled", "maybe", "input does not match any value of disabled"),
        (SECRET, "remote-address", "10.0.0", "invalid value for argument remote-address"),
        (SECRET, "remote-address", "", "invalid value for argument remote-address"),
        (SECRET, "limit-bytes-in", "many", "invalid value for argument limit-bytes-in"),
        (
            PROFILE,
            "local-address",
            "",
            "ambiguous value of local-address, more than one possible value matches input",
        ),
        (PROFILE, "session-timeout", "soon", "invalid value for argument session-timeout"),
        (PROFILE, "dns-server", "1.1.1.1,x", "invalid value for argument dns-server"),
        (QUEUE, "max-limit", "5M/20M/1M", "invalid value for argument max-limit"),
        (QUEUE, "max-limit", "5X/20M", "invalid value for argument max-limit"),
        (QUEUE, "max-limit", "/20M", "invalid value for argument max-limit"),
        (QUEUE, "priority", "9/8", "value of priority out of range (1..8)"),
        (QUEUE, "bucket-size", "a/b", "invalid value for argument bucket-size"),
        (QUEUE, "target", "nothing", "input does not match any value of target"),
        (LIST, "address", "10.0.0.256", "failure: 10.0.0.256 is not a valid dns name"),
        (LIST, "address", "2001:db8::1", "failure: 2001:db8::1 is not a valid dns name"),
        (
            "/ipv6/firewall/address-list",
            "address",
            "10.0.0.1",
            "failure: 10.0.0.1 is not a valid dns name",
        ),
        (FILTER, "src-address", "2001:db8::1", "value of range expects range of ip addresses"),
        (
            QUEUE,
            "parent",
            "",
            "ambiguous value of parent, more than one possible value matches input",
        ),
        (LIST, "address", "a b", "failure: a b is not a valid dns name"),
        (LIST, "timeout", "36w", "invalid value for argument timeout"),
        (FILTER, "src-address", "x-10.0.0.1", "value of range must have ip address before '-'"),
        (FILTER, "src-address", "10.0.0.1-x", "value of range must have ip address after '-'"),
        (FILTER, "src-address", "what", "value of range expects range of ip addresses"),
        (FILTER, "src-address", "", "invalid value for argument src-address"),
        (FILTER, "src-address-list", "", "invalid value for argument src-address-list"),
        (FILTER, "dst-port", "70000", "invalid value for argument dst-port"),
        (FILTER, "dst-port", "http", "invalid value for argument dst-port"),
        (FILTER, "protocol", "nothing", "input does not match any value of protocol"),
        (
            FILTER,
            "src-mac-address",
            "02:00",
            "invalid value of src-mac-address, mac address required",
        ),
        (
            FILTER,
            "action",
            "a",
            "ambiguous value of action, more than one possible value matches input",
        ),
        ("/ip/pool", "ranges", "10.0.0.9-10.0.0.1", "value of range expects range of ip addresses"),
        ("/ip/address", "address", "10.0.0.1/33", "invalid value for argument address"),
        ("/ip/service", "port", "0", "value of port out of range (1..65535)"),
        ("/file", "contents", "x" * 61_301, "failure: contents too long"),
    ],
)
def test_what_is_refused_is_refused_in_the_routers_words(
    menu: str, name: str, written: str, message: str
) -> None:
    with pytest.raises(RefusalError) as refused:
        shown(menu, name, written)
    assert refused.value.message == message
    assert (refused.value.category is None) is message.startswith("failure:")


COUNTS = st.integers(0, 4_000_000)
SCALES = st.sampled_from([("", 1), ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000)])


@given(COUNTS, SCALES, COUNTS, SCALES)
def test_rates_read_back_in_bits(
    a: int, up: tuple[str, int], b: int, down: tuple[str, int]
) -> None:
    written = f"{a}{up[0]}/{b}{down[0]}"
    assert shown(QUEUE, "max-limit", written) == f"{a * up[1]}/{b * down[1]}"


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_ranges_read_back_as_they_print(a: object, b: object) -> None:
    low, high = sorted([str(a), str(b)], key=lambda text: [int(part) for part in text.split(".")])
    once = shown(LIST, "address", f"{low}-{high}")
    assert shown(LIST, "address", once) == once


@given(st.text(max_size=80).filter(lambda text: "\x00" not in text))
def test_text_is_kept_as_it_is(text: str) -> None:
    assert printed(Field("comment", "comment"), text, Faces()) == text
