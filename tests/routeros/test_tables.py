"""The menus as declared, held against the simulator's own description of RouterOS."""

import pytest

from ispconf.routeros.tables import DYNAMIC, FILTER, MASKED, SECRET, TABLES, Table, live_row
from ispconf.simulator.schema import menus, parse_version

VERSIONS = ("6.49.10", "7.1", "7.16.2", "7.24")
EVERY = [(path, version) for path in TABLES for version in VERSIONS]


@pytest.mark.parametrize(("path", "version"), EVERY)
def test_every_field_we_state_exists_on_every_router(path: str, version: str) -> None:
    menu = menus(parse_version(version))[path]
    assert set(TABLES[path].fields) - {"comment"} <= set(menu.fields)
    assert TABLES[path].writable is not (menu.kind == "status")


@pytest.mark.parametrize(("path", "version"), EVERY)
def test_an_absent_field_means_what_a_fresh_row_prints(path: str, version: str) -> None:
    menu, table = menus(parse_version(version))[path], TABLES[path]
    for name, field in table.fields.items():
        fresh = menu.fields[name].new if name in menu.fields else None
        if fresh and name not in table.key:
            stated = name in ("action", "mac-address", "reject-with")  # never left to a default
            assert stated or field.canonical(fresh) == field.canonical(field.absent), name


@pytest.mark.parametrize("path", TABLES)
def test_a_field_is_cleared_the_way_the_router_takes_it(path: str) -> None:
    menu, table = menus(parse_version("7.16.2"))[path], TABLES[path]
    for name, field in table.fields.items():
        if field.clear == "unset":
            assert menu.fields[name].unset or name == "comment", name


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.path)
def test_what_is_referred_to_is_made_first(table: Table) -> None:
    for _, refers in table.references():
        assert refers == table.path or TABLES[refers].rank < table.rank


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.path)
def test_defaults_are_in_canonical_spelling(table: Table) -> None:
    for name, field in table.fields.items():
        assert table.canonical(name, field.absent) in (field.absent, "/"), name


def test_keys_are_compared_in_canonical_spelling() -> None:
    listed = TABLES["/ip/firewall/address-list"]
    one = listed.key_of({"list": "morosos", "address": "10.0.0.1/32"})
    assert one == listed.key_of({"list": "morosos", "address": "10.0.0.1"})
    assert FILTER.key_of({"comment": "ispconf:router:n#block a b"}) == ("router:n#block",)
    assert FILTER.key_of({"comment": "by hand"}) == FILTER.key_of({}) == ("",)
    assert SECRET.canonical("unheard-of", "yes") == "yes"


def test_a_row_is_read_with_its_owner_and_without_what_is_not_declared() -> None:
    printed = {
        ".id": "*1",
        "name": "ana",
        "comment": "ispconf:ana/casa Ana",
        "last-logged-out": "1970-01-01",
        "password": MASKED,
    }
    row = live_row(SECRET, printed)
    assert (row.table, row.id, row.owner, row.dynamic) == ("/ppp/secret", "*1", "ana/casa", False)
    assert dict(row.fields) == {
        "name": "ana",
        "comment": "ispconf:ana/casa Ana",
        "password": MASKED,
    }
    for path in DYNAMIC:
        assert live_row(TABLES[path], {"dynamic": "true"}).dynamic
        assert live_row(TABLES[path], {"dynamic": "yes"}).dynamic
        assert not live_row(TABLES[path], {"dynamic": "false"}).dynamic
