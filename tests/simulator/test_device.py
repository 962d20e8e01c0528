"""The rules of the menus, with the router's own words."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ispconf.simulator.device import Device
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.tables import Row

from .conftest import Clock

SECRET, PROFILE, POOL, QUEUE = "/ppp/secret", "/ppp/profile", "/ip/pool", "/queue/simple"
LIST, FILTER, GROUP, USER = (
    "/ip/firewall/address-list",
    "/ip/firewall/filter",
    "/user/group",
    "/user",
)
LEASE, TYPE, BRIDGE = "/ip/dhcp-server/lease", "/queue/type", "/interface/bridge"


def named(device: Device, path: str, name: str) -> Row:
    return device.table(path).by_name[name]


def order(device: Device, path: str = FILTER) -> list[str]:
    return [row.get("comment") or row.key for row in device.table(path)]


def refused(
    device: Device, path: str, attributes: dict[str, str], before: str | None = None
) -> str:
    with pytest.raises(RefusalError) as refusal:
        device.add(path, attributes, before)
    return refusal.value.message


ONCE = [
    (
        SECRET,
        {"name": "ana"},
        {"name": "ana", "service": "l2tp"},
        "failure: secret with the same name already exists",
    ),
    (PROFILE, {"name": "a"}, {"name": "a"}, "failure: profile with the same name already exists"),
    (
        PROFILE,
        {"name": "a"},
        {"name": "default"},
        "failure: profile with the same name already exists",
    ),
    (
        QUEUE,
        {"name": "q", "target": "10.0.0.1"},
        {"name": "q", "target": "10.0.0.2"},
        "failure: already have such name",
    ),
    (
        LIST,
        {"list": "cut", "address": "10.0.0.1"},
        {"list": "cut", "address": "10.0.0.1/32"},
        "failure: already have such entry",
    ),
    (
        POOL,
        {"name": "p", "ranges": "10.0.0.2-10.0.0.9"},
        {"name": "p", "ranges": "10.1.0.0/24"},
        "failure: pool with such name exists",
    ),
    (
        "/ip/address",
        {"address": "10.0.0.1/24", "interface": "ether1"},
        {"address": "10.0.0.1/24", "interface": "ether1"},
        "failure: already have such address",
    ),
    (
        "/ip/dhcp-server",
        {"name": "d", "interface": "ether1"},
        {"name": "d", "interface": "ether2"},
        "failure: server with such name already exists",
    ),
    (
        "/ip/dhcp-server/network",
        {"address": "10.0.0.0/24"},
        {"address": "10.0.0.0/24"},
        "failure: such network already exists",
    ),
    (
        LEASE,
        {"address": "10.0.0.5", "mac-address": "02:00:00:00:00:01"},
        {"address": "10.0.0.6", "mac-address": "02-00-00-00-00-01"},
        "failure: already have static lease for this client",
    ),
    (
        LEASE,
        {"address": "10.0.0.5", "mac-address": "02:00:00:00:00:01"},
        {"address": "10.0.0.5", "mac-address": "02:00:00:00:00:02"},
        "failure: already have static lease with this IP address",
    ),
    (
        "/ip/hotspot/user",
        {"name": "u"},
        {"name": "u"},
        "failure: already have user with this name for this server",
    ),
    ("/system/script", {"name": "s"}, {"name": "s"}, "failure: item with such name already exists"),
    (
        "/system/scheduler",
        {"name": "s"},
        {"name": "s"},
        "failure: item with such name already exists",
    ),
    (
        USER,
        {"name": "u", "group": "read"},
        {"name": "u", "group": "full"},
        "failure: user with the same name already exists",
    ),
    (BRIDGE, {"name": "lan"}, {"name": "ether1"}, "failure: already have interface with such name"),
    (
        "/interface/vlan",
        {"name": "v", "interface": "ether1", "vlan-id": "5"},
        {"name": "v", "interface": "ether1", "vlan-id": "6"},
        "failure: already have interface with such name",
    ),
    (
        "/ip/dns/static",
        {"name": "a.b", "address": "10.0.0.1"},
        {"name": "a.b", "address": "10.0.0.1"},
        "failure: entry already exists",
    ),
]


@pytest.mark.parametrize(("path", "first", "second", "message"), ONCE)
def test_what_exists_once(
    device: Device, path: str, first: dict[str, str], second: dict[str, str], message: str
) -> None:
    device.add(path, first)
    assert refused(device, path, second) == message


@pytest.mark.parametrize(
    ("path", "attributes", "message"),
    [
        (SECRET, {}, "missing value(s) of argument(s) name"),
        (QUEUE, {"name": "q"}, "missing value(s) of argument(s) target"),
        (USER, {}, "missing value(s) of argument(s) group name"),
        (SECRET, {"name": "a", "colour": "red"}, "unknown parameter colour"),
        (SECRET, {"name": "a", "last-logged-out": "x"}, "unknown parameter last-logged-out"),
        (SECRET, {"name": "a", "profile": "gone"}, "input does not match any value of profile"),
        (
            QUEUE,
            {"target": "10.0.0.1", "parent": "gone"},
            "input does not match any value of parent",
        ),
        (
            QUEUE,
            {"target": "10.0.0.1", "queue": "gone/default"},
            "input does not match any value of queue",
        ),
        (
            QUEUE,
            {"target": "10.0.0.1", "max-limit": "1M/5M", "limit-at": "2M/1M"},
            "failure: upload-max-limit less than upload-limit",
        ),
        (
            QUEUE,
            {"target": "10.0.0.1", "max-limit": "5M/1M", "limit-at": "1M/2M"},
            "failure: download-max-limit less than download-limit",
        ),
        (
            FILTER,
            {"chain": "forward", "dst-port": "80"},
            "ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp",
        ),
        (
            FILTER,
            {"chain": "forward", "in-interface": "nowhere"},
            "input does not match any value of in-interface",
        ),
        ("/ppp/active", {"name": "a"}, "no such command or directory (add)"),
        ("/ppp/nothing", {}, "no such command or directory (nothing)"),
        ("/nothing/at/all", {}, "no such command or directory (nothing)"),
    ],
)
def test_what_cannot_be_added(
    device: Device, path: str, attributes: dict[str, str], message: str
) -> None:
    assert refused(device, path, attributes) == message


def test_version_6_does_not_say_what_it_does_not_know(clock: Clock) -> None:
    old = Device("old", "6.49.10", clock)
    assert refused(old, SECRET, {"name": "a", "colour": "red"}) == "unknown parameter"
    assert refused(old, "/interface/wireguard", {}) == "no such command prefix"


@pytest.mark.parametrize(
    ("path", "name", "message"),
    [
        (PROFILE, "default", "can not remove default profile"),
        (PROFILE, "default-encryption", "can not remove default profile"),
        (TYPE, "default-small", "failure: can not remove default item"),
        (GROUP, "read", "failure: can not remove default item"),
    ],
)
def test_what_was_there_from_the_start_stays(
    device: Device, path: str, name: str, message: str
) -> None:
    with pytest.raises(RefusalError) as refusal:
        device.remove(named(device, path, name))
    assert refusal.value.message == message


def test_built_in_rows_have_their_ids_and_can_be_set(device: Device) -> None:
    ids = {row.get("name"): row.key for row in device.table(PROFILE)}
    assert ids == {"default": "*0", "default-encryption": "*FFFFFFFE"}
    assert named(device, TYPE, "pcq-upload-default").key == "*FFFFFFFA"
    device.change(named(device, PROFILE, "default"), {"rate-limit": "1M"})
    assert device.add(PROFILE, {"name": "mine"}).key == "*1"


def test_ids_are_upper_case_hexadecimal_and_not_used_again(device: Device) -> None:
    rows = [device.add(SECRET, {"name": f"s{n}"}) for n in range(26)]
    assert rows[9].key == "*A"
    assert rows[25].key == "*1A"
    device.remove(rows[25])
    assert device.add(SECRET, {"name": "new"}).key == "*1B"
    assert device.add("/queue/tree", {"parent": "global"}).key == "*1000000"
    assert device.add("/system/scheduler", {"name": "first"}).key == "*0"


def test_rows_without_a_name_get_one(device: Device) -> None:
    names = [device.add(QUEUE, {"target": "10.0.0.1"}).get("name") for _ in range(3)]
    assert names == ["queue1", "queue2", "queue3"]
    device.remove(named(device, QUEUE, "queue2"))
    assert device.add(QUEUE, {"target": "10.0.0.1"}).get("name") == "queue2"


def test_only_enabled_entries_of_a_list_are_unique(device: Device) -> None:
    entry = {"list": "cut", "address": "10.0.0.1"}
    device.add(LIST, entry)
    twin = device.add(LIST, {**entry, "disabled": "yes"})
    with pytest.raises(RefusalError, match="already have such entry"):
        device.change(twin, {"disabled": "no"})
    assert twin.get("disabled") == "true"


def test_a_lease_for_all_servers_clashes_with_each(device: Device) -> None:
    for name, port in (("a", "ether1"), ("b", "ether2")):
        device.add("/ip/dhcp-server", {"name": name, "interface": port})
    mac = {"mac-address": "02:00:00:00:00:01"}
    device.add(LEASE, {**mac, "server": "a", "address": "10.0.0.1"})
    device.add(LEASE, {**mac, "server": "b", "address": "10.0.0.2"})
    row = device.table(LEASE).by_id[1]
    assert refused(device, LEASE, {**mac, "server": "all", "address": "10.0.0.3"}).endswith(
        "client"
    )
    device.change(row, {"server": "a"})
    assert row.get("server") == "a"


def test_a_refused_set_leaves_the_row_as_it_was(device: Device) -> None:
    device.add(SECRET, {"name": "ana"})
    ben = device.add(SECRET, {"name": "ben", "password": "p"})
    with pytest.raises(RefusalError, match="same name"):
        device.change(ben, {"password": "new", "name": "ana"})
    assert (ben.get("name"), ben.get("password")) == ("ben", "p")
    assert named(device, SECRET, "ben") is ben


def test_a_dead_reference_shows_the_id_and_does_not_heal(device: Device) -> None:
    pool = device.add(POOL, {"name": "p", "ranges": "10.0.0.2-10.0.0.9"})
    profile = device.add(PROFILE, {"name": "a", "remote-address": "p"})
    device.remove(pool)
    assert profile.get("remote-address") == "*1"
    device.add(POOL, {"name": "p", "ranges": "10.0.0.2-10.0.0.9"})
    assert profile.get("remote-address") == "*1"
    device.change(profile, {"remote-address": "p"})
    assert profile.get("remote-address") == "p"


def test_references_follow_a_new_name(device: Device) -> None:
    profile = device.add(PROFILE, {"name": "old"})
    secret = device.add(SECRET, {"name": "ana", "profile": "old"})
    kind = device.add(TYPE, {"name": "t", "kind": "pcq"})
    queue = device.add(QUEUE, {"target": "10.0.0.1,ether2", "queue": "t/default", "name": "q"})
    rule = device.add(FILTER, {"chain": "input", "in-interface": "!ether2"})
    device.change(profile, {"name": "new"})
    device.change(kind, {"name": "u"})
    device.change(named(device, "/interface", "ether2"), {"name": "wan"})
    assert secret.get("profile") == "new"
    assert queue.get("queue") == "u/default"
    assert queue.get("target") == "10.0.0.1/32,wan"
    assert rule.get("in-interface") == "!wan"


def test_a_parent_queue_is_found_by_the_beginning_of_its_name(device: Device) -> None:
    device.add(QUEUE, {"name": "north-1", "target": "10.0.0.0/24"})
    device.add(QUEUE, {"name": "north-2", "target": "10.0.1.0/24"})
    assert "ambiguous" in refused(device, QUEUE, {"target": "10.0.0.1", "parent": "north"})
    child = device.add(QUEUE, {"target": "10.0.0.1", "parent": "north-1"})
    device.remove(named(device, QUEUE, "north-1"))
    assert child.get("parent") == "*1"


def test_a_group_with_users_stays(device: Device) -> None:
    group = device.add(GROUP, {"name": "api", "policy": "read,api"})
    user = device.add(USER, {"name": "u", "group": "api"})
    with pytest.raises(RefusalError, match="group has some users"):
        device.remove(group)
    device.remove(user)
    device.remove(group)
    assert "api" not in device.table(GROUP).by_name


def test_policies_are_added_and_only_taken_by_name(device: Device) -> None:
    group = device.add(GROUP, {"name": "g", "policy": "write,read"})
    assert (group.get("policy") or "").startswith("read,write,!local,!telnet")
    device.change(group, {"policy": "api"})
    device.change(group, {"policy": "!write"})
    assert (group.get("policy") or "").startswith(
        "read,api,!local,!telnet,!ssh,!ftp,!reboot,!write"
    )


def test_order_is_of_the_whole_table(device: Device) -> None:
    for name in "abcd":
        device.add(FILTER, {"chain": "forward" if name < "c" else "input", "comment": name})
    device.add(FILTER, {"chain": "input", "comment": "e"}, "*1")
    assert order(device) == ["e", "a", "b", "c", "d"]
    device.add(FILTER, {"chain": "input", "comment": "f"}, "2")
    rows = {row.get("comment"): row for row in device.table(FILTER)}
    device.move([rows["d"], rows["c"]], rows["e"])
    device.move([rows["a"]], None)
    assert order(device) == ["d", "c", "e", "f", "b", "a"]
    with pytest.raises(RefusalError, match="can not move object before itself"):
        device.move([rows["a"]], rows["a"])
    device.remove(rows["d"])
    device.remove(rows["a"])
    assert order(device) == ["c", "e", "f", "b"]


def test_place_before_needs_an_item_and_an_ordered_menu(device: Device) -> None:
    assert refused(device, FILTER, {"chain": "input"}, "0") == "no such item"
    assert refused(device, FILTER, {"chain": "input"}, "*99") == "no such item"
    assert refused(device, SECRET, {"name": "a"}, "0") == "unknown parameter place-before"


def test_nothing_stands_before_the_leading_dynamic_rows(device: Device) -> None:
    table = device.table(FILTER)
    device.add(FILTER, {"chain": "input", "comment": "mine"})
    first = device.make(
        table, {"chain": "hs", "comment": "hotspot"}, next(iter(table)), dynamic=True
    )
    mine = next(row for row in table if row.get("comment") == "mine")
    later = device.make(table, {"chain": "hs", "comment": "upnp"}, dynamic=True)
    assert refused(device, FILTER, {"chain": "input"}, first.key).startswith("failure: ")
    with pytest.raises(RefusalError, match="can not move object before dynamic"):
        device.move([mine], first)
    device.move([device.add(FILTER, {"chain": "input", "comment": "new"})], later)
    assert order(device) == ["hotspot", "mine", "new", "upnp"]


def test_dynamic_rows_are_the_routers_own(device: Device) -> None:
    row = device.make(
        device.table(QUEUE), {"name": "<pppoe-a>", "target": "10.0.0.1/32"}, dynamic=True
    )
    lease = device.make(device.table(LEASE), {"address": "10.0.0.9"}, dynamic=True)
    assert row.get("dynamic") == "true"
    with pytest.raises(RefusalError, match=r"can not change dynamic$"):
        device.change(row, {"max-limit": "1M/1M"})
    with pytest.raises(RefusalError, match=r"can not change dynamic$"):
        device.move([row], None)
    with pytest.raises(RefusalError, match=r"can not remove dynamic$"):
        device.remove(row)
    with pytest.raises(RefusalError, match=r"can not change dynamic lease$"):
        device.change(lease, {"comment": "x"})
    device.remove(lease)


def test_an_entry_with_a_timeout_goes_by_itself(device: Device, clock: Clock) -> None:
    row = device.add(LIST, {"list": "cut", "address": "10.0.0.1", "timeout": "10m"})
    assert row.get("dynamic") == "true"
    clock.now += 300
    device.change(row, {"timeout": "10m"})
    clock.now += 599
    assert len(device.table(LIST)) == 1
    clock.now += 2
    assert len(device.table(LIST)) == 0


def test_an_address_brings_its_network(device: Device) -> None:
    row = device.add("/ip/address", {"address": "10.1.2.3/24", "interface": "ether1"})
    assert (row.get("network"), row.get("actual-interface")) == ("10.1.2.0", "ether1")
    device.change(row, {"address": "10.9.0.1"})
    assert row.get("network") == "10.9.0.1"
    peer = device.add(
        "/ip/address", {"address": "10.5.0.1", "network": "10.5.0.2", "interface": "ether1"}
    )
    assert peer.get("network") == "10.5.0.2"


def test_a_bridge_is_an_interface(device: Device) -> None:
    bridge = device.add(BRIDGE, {"name": "lan"})
    face = named(device, "/interface", "lan")
    assert (face.key, face.get("type")) == (bridge.key, "bridge")
    device.change(face, {"name": "clients", "comment": "c"})
    assert (bridge.get("name"), bridge.get("comment")) == ("clients", "c")
    device.change(bridge, {"!comment": ""})
    assert face.get("comment") is None
    with pytest.raises(RefusalError, match="already have interface"):
        device.change(bridge, {"name": "ether1"})
    device.remove(bridge)
    assert "clients" not in device.table("/interface").by_name


def test_a_field_is_cleared_with_its_name_and_an_exclamation_mark(device: Device) -> None:
    row = device.add(SECRET, {"name": "a", "remote-address": "10.0.0.1", "comment": "c"})
    device.change(row, {"!remote-address": "", "comment": ""})
    assert "remote-address" not in row.values
    assert "comment" not in row.values


class Crud(RuleBasedStateMachine):
    """Whatever is done, names stay unique, ids findable and the order a list of all rows."""

    def __init__(self) -> None:
        super().__init__()
        self.device = Device("d", "7.16.2", lambda: 0.0)
        self.expected: list[tuple[str, str]] = []

    @rule(name=st.sampled_from("abcdef"), before=st.integers(0, 5))
    def add(self, name: str, before: int) -> None:
        place = self.expected[before][0] if before < len(self.expected) else None
        try:
            row = self.device.add(QUEUE, {"name": name, "target": "10.0.0.1"}, place)
        except RefusalError:
            assert name in {each for _, each in self.expected}
            return
        at = before if place else len(self.expected)
        self.expected.insert(at, (row.key, name))

    @precondition(lambda self: self.expected)
    @rule(at=st.integers(0, 5), name=st.sampled_from("abcdef"))
    def rename(self, at: int, name: str) -> None:
        key, old = self.expected[at % len(self.expected)]
        try:
            self.device.change(self._row(key), {"name": name})
        except RefusalError:
            assert name in {each for _, each in self.expected} - {old}
            return
        self.expected[at % len(self.expected)] = (key, name)

    @precondition(lambda self: self.expected)
    @rule(at=st.integers(0, 5))
    def remove(self, at: int) -> None:
        self.device.remove(self._row(self.expected.pop(at % len(self.expected))[0]))

    @precondition(lambda self: len(self.expected) > 1)
    @rule(at=st.integers(0, 5), before=st.integers(0, 5))
    def move(self, at: int, before: int) -> None:
        moved = self.expected.pop(at % len(self.expected))
        target = self.expected[before % len(self.expected)]
        self.device.move([self._row(moved[0])], self._row(target[0]))
        self.expected.insert(self.expected.index(target), moved)

    def _row(self, key: str) -> Row:
        return self.device.table(QUEUE).find(int(key[1:], 16))

    @invariant()
    def holds(self) -> None:
        table = self.device.table(QUEUE)
        assert [(row.key, row.get("name")) for row in table] == self.expected
        assert {name: row.key for name, row in table.by_name.items()} == {
            n: k for k, n in self.expected
        }
        assert len({name for _, name in self.expected}) == len(self.expected) == len(table)


TestCrud = Crud.TestCase
TestCrud.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
