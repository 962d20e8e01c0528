"""The client's normaliser and the simulator were written apart, and mean the same by every value.

Whatever spelling of a field is written: the one that the simulator prints has the same canonical
form, and where the client says how RouterOS spells a value, it is that very text.
"""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.routeros import values
from ispconf.routeros.tables import TABLES, Table
from ispconf.simulator.device import Device
from ispconf.simulator.printing import as_dict, columns
from ispconf.simulator.schema import Field
from ispconf.simulator.tables import Row

VERSIONS = ("6.49.17", "7.24.4")
OWN_TEXT = (values.text, values.rate_limit)
"""Canonical forms of values that the router keeps as they were written."""
NEEDED = {
    "/ip/pool": {"name": "p", "ranges": "10.0.0.1"},
    "/ppp/profile": {"name": "p"},
    "/ppp/secret": {"name": "s"},
    "/queue/simple": {"name": "q", "target": "10.0.0.1/32"},
    "/ip/firewall/address-list": {"list": "l", "address": "10.0.0.1"},
    "/ip/arp": {"interface": "bridge", "address": "10.0.0.1"},
    "/ip/firewall/filter": {"chain": "forward", "protocol": "tcp"},
    "/ip/firewall/nat": {"chain": "dstnat", "protocol": "tcp"},
}

hosts = st.integers(0, 2**32 - 1).map(lambda n: ".".join(str(b) for b in n.to_bytes(4, "big")))
masked = st.builds("{}/{}".format, hosts, st.integers(0, 32))
spans = st.builds(
    lambda low, size: (low, min(low + size, 2**32 - 1)),
    st.integers(0, 2**32 - 1),
    st.one_of(st.integers(0, 300), st.sampled_from([255, 1023, 2**16 - 1])),
).map(lambda ends: "-".join(".".join(str(b) for b in n.to_bytes(4, "big")) for n in ends))
aligned = st.builds(
    lambda network, bits: f"{_text(network << bits)}-{_text((network + 1 << bits) - 1)}",
    st.integers(1, 2**16 - 1),
    st.integers(0, 16),
)
digits = st.integers(0, 10**6)
rates = st.builds("{}{}".format, digits, st.sampled_from(["", "k", "M", "G"]))
durations = st.one_of(
    digits.map(str),
    st.builds("{}{}".format, digits, st.sampled_from(["s", "m", "h", "d", "w", "ms"])),
    st.builds("{}d{}h{}m{}s".format, *[st.integers(0, 99)] * 4),
    st.builds("{}:{:02}:{:02}".format, st.integers(0, 99), *[st.integers(0, 59)] * 2),
    st.builds("{}w{}d{:02}:{:02}:{:02}".format, *[st.integers(0, 6)] * 2,
              st.integers(0, 23), *[st.integers(0, 59)] * 2),
)  # fmt: skip
macs = st.builds(
    lambda octets, between, case: getattr(between.join(f"{b:02x}" for b in octets), case)(),
    st.binary(min_size=6, max_size=6),
    st.sampled_from(":.-"),
    st.sampled_from(["upper", "lower"]),
)
words = st.text(st.characters(exclude_characters="\0*/,", codec="utf-8"), min_size=1).filter(
    lambda text: text == text.strip()
)
names = st.builds("host-{}.example".format, digits)


def _text(number: int) -> str:
    return ".".join(str(byte) for byte in number.to_bytes(4, "big"))


def _pairs(half: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(half, st.builds("{}/{}".format, half, half))


def _lists(item: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(item, min_size=1, max_size=4).map(",".join)


def spellings(name: str, field: Field) -> st.SearchStrategy[str]:
    """What the router accepts for a field, in every spelling, by the simulator's kinds."""
    if name == "caller-id":
        return macs
    if name == "rate-limit":
        return st.lists(_pairs(rates), min_size=1, max_size=3).map(" ".join)
    negated = st.sampled_from(["", "!"]) if field.negated else st.just("")
    by_kind = {
        "text": words,
        "comment": words,
        "bool": st.sampled_from(["yes", "no", "true", "false"]),
        "enum": st.sampled_from(field.words or ["accept"]),
        "ref": st.just("bridge" if "/interface" in field.to else "other"),
        "address": hosts,
        "addresses": _lists(hosts),
        "mac": macs,
        "target": _lists(st.one_of(hosts, masked)),
        "range": st.builds("{}{}".format, negated, st.one_of(hosts, masked, spans, aligned)),
        "ranges": _lists(st.one_of(hosts, masked, spans, aligned)),
        "entry": st.one_of(hosts, masked, spans, aligned, names),
        "protocol": st.sampled_from(["tcp", "udp"]),
        "ports": _lists(st.integers(0, 65535).map(str)),
    }
    halves = {"rate": rates, "duration": durations, "number": st.integers(1, 8).map(str)}
    return _pairs(halves[field.half]) if field.kind == "pair" else by_kind[field.kind]


@cache
def device(version: str) -> Device:
    """A router with what can be referred to."""
    made = Device("agreed", version)
    made.add("/interface/bridge", {"name": "bridge"})
    made.add("/ppp/profile", {"name": "other"})
    made.add("/queue/simple", {"name": "other", "target": "10.9.9.9"})
    return made


def printed(row: Row, made: Device) -> dict[str, str]:
    return as_dict(made, row, columns(made, row.table.menu))


FIELDS = [
    pytest.param(table, name, id=f"{table.path}-{name}")
    for table in TABLES.values()
    if table.writable
    for name in table.fields
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("table", "name"), FIELDS)
def test_what_is_written_means_what_is_printed(table: Table, name: str, version: str) -> None:
    made = device(version)
    canonical, absent = table.fields[name].canonical, table.fields[name].absent

    @settings(max_examples=50)
    @given(spellings(name, made.menu(table.path).fields[name]))
    def agree(text: str) -> None:
        row = made.add(table.path, {**NEEDED[table.path], name: text})
        shown = printed(row, made).get(name, absent)
        made.remove(row)
        assert canonical(shown) == canonical(text)
        assert canonical(canonical(text)) == canonical(text)
        if canonical not in OWN_TEXT and name not in ("comment", "caller-id"):
            assert shown == canonical(text)

    agree()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.writable], ids=lambda t: t.path)
def test_what_a_new_row_prints_is_what_an_absent_field_means(table: Table, version: str) -> None:
    made = device(version)
    row = made.add(table.path, NEEDED[table.path])
    shown = printed(row, made)
    made.remove(row)
    for name, field in table.fields.items():
        if name not in NEEDED[table.path] and name != "action":
            assert field.canonical(shown.get(name) or field.absent) == field.canonical(field.absent)
