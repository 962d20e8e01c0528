"""Every menu of every version can be used without the simulator falling over."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.simulator import printing
from ispconf.simulator.commands import Command, Shell
from ispconf.simulator.device import Device
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.schema import menus, parse_version
from ispconf.simulator.tables import Row
from ispconf.simulator.values import printed

VERSIONS = ("6.49.10", "7.10.2", "7.16.2", "7.18.2", "7.20.1", "7.24.4")
ODD = (
    "", "yes", "none", "all", "default", "1", "5M", "5M/20M", "1d", "10.0.0.1", "10.0.0.0/24",
    "10.0.0.9-10.0.0.1", "ether1", "!ether1", "02:00:00:00:00:01", "*1", "*FFFFFFFE", "a,b", "/",
    "-", "tcp", "2001:db8::1", "::/0", "ñ", "x" * 300, "a=b", "!", ",", "1/2/3", "99999999999",
)  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_fresh_row_prints_is_written_as_it_is_printed(version: str) -> None:
    device = Device("d", version, lambda: 0.0)
    for menu in device.menus.values():
        for field in menu.fields.values():
            if field.new and field.writable and field.kind != "policy":
                assert printed(field, field.new, device) == field.new, (menu.path, field.name)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_menu_prints_and_every_reference_leads_somewhere(version: str) -> None:
    device = Device("d", version, lambda: 0.0)
    known = set(menus(parse_version("7.24.4"))) | {"/certificate"}
    for path, menu in device.menus.items():
        table = device.table(path)
        shown = printing.columns(device, menu)
        for row in table:
            assert printing.as_dict(device, row, shown)
        assert {to for field in menu.references for to in field.to} - known <= {
            "/ip/dhcp-server/option",
            "/ip/dhcp-server/option/sets",
            "/ip/firewall/layer7-protocol",
            "/routing/table",
        }


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_written_is_taken_or_refused(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    device = Device("d", version, lambda: 0.0)
    path = data.draw(st.sampled_from(sorted(device.menus)))
    names = st.sampled_from([*device.menus[path].fields, "nonsense", "place-before", "copy-from"])
    texts = st.sampled_from(ODD)
    for _ in range(4):
        verb = data.draw(
            st.sampled_from(["add", "set", "unset", "remove", "move", "enable", "get"])
        )
        given_ = data.draw(st.dictionaries(names, texts, max_size=4))
        if verb != "add":
            given_[data.draw(st.sampled_from([".id", "numbers"]))] = data.draw(
                st.sampled_from(["*1", "*0", "*FFFFFFFE", "default", "ether1", "0"])
            )
        with contextlib.suppress(RefusalError):
            Shell(device).run(Command(path, verb, given_))
        table = device.table(path)
        shown = printing.columns(device, table.menu)
        assert len(list(printing.encode(device, table, shown, "t"))) == bool(len(table))
        for row in table:
            assert_printed_as_kept(device, row)


def assert_printed_as_kept(device: Device, row: Row) -> None:
    for name, text in row.values.items():
        field = row.table.menu.fields[name]
        if field.writable and field.kind != "policy" and not text.startswith("*"):
            assert printed(field, text, device) == text


@pytest.mark.parametrize(
    ("version", "path", "there"),
    [
        ("6.49.10", "/interface/wireguard", False),
        ("7.1", "/interface/wireguard", True),
        ("6.49.10", "/user-manager/user", False),
        ("7.16", "/user-manager/user", True),
        ("6.49.10", "/ppp/secret", True),
    ],
)
def test_menus_come_with_their_version(version: str, path: str, *, there: bool) -> None:
    assert (path in menus(parse_version(version))) is there


@pytest.mark.parametrize(
    ("version", "path", "name", "there"),
    [
        ("7.20.8", "/ip/firewall/filter", "hw-offload", True),
        ("7.21", "/ip/firewall/filter", "hw-offload", False),
        ("7.20.8", "/ip/firewall/filter", "tos", False),
        ("7.21", "/ip/firewall/filter", "tos", True),
        ("7.15", "/ip/service", "max-sessions", False),
        ("7.16", "/ip/service", "max-sessions", True),
        ("6.49.10", "/ip/service", "vrf", False),
        ("7.15.3", "/file", "creation-time", True),
        ("7.16", "/file", "creation-time", False),
        ("7.15", "/ppp/aaa", "enable-ipv6-accounting", False),
        ("7.15.3", "/ppp/aaa", "enable-ipv6-accounting", True),
    ],
)
def test_fields_come_and_go_with_versions(
    version: str, path: str, name: str, *, there: bool
) -> None:
    assert (name in menus(parse_version(version))[path].fields) is there


@pytest.mark.parametrize(
    ("version", "path", "verb", "there"),
    [
        ("7.16", "/ip/service", "unset", True),
        ("7.17", "/ip/service", "unset", False),
        ("7.23", "/system/script", "unset", False),
        ("7.24", "/system/script", "unset", True),
        ("6.49.10", "/file", "add", False),
        ("7.12", "/file", "read", False),
        ("7.13", "/file", "read", True),
    ],
)
def test_verbs_come_and_go_with_versions(
    version: str, path: str, verb: str, *, there: bool
) -> None:
    assert (verb in menus(parse_version(version))[path].verbs) is there
