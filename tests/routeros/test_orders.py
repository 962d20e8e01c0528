"""The words that are said to a router."""

import pytest

from ispconf.routeros import orders
from ispconf.routeros.tables import FILTER, PROFILE, SECRET, TABLES, Table

ANA = {"name": "ana", "password": "", "profile": "hogar-20", "comment": "ispconf:ana/casa =x="}


def test_a_row_is_added_with_the_fields_that_say_something() -> None:
    assert orders.add(SECRET, ANA) == (
        "/ppp/secret/add",
        "=name=ana",
        "=profile=hogar-20",
        "=comment=ispconf:ana/casa =x=",
    )


def test_a_rule_is_added_at_its_place() -> None:
    words = orders.add(FILTER, {"chain": "forward"}, "*1F")
    assert words == ("/ip/firewall/filter/add", "=chain=forward", "=place-before=*1F")


@pytest.mark.parametrize(
    ("table", "field", "text", "word"),
    [
        (SECRET, "remote-address", "", "=!remote-address="),
        (SECRET, "remote-address", "10.0.0.1", "=remote-address=10.0.0.1"),
        (SECRET, "caller-id", "", "=caller-id="),
        (PROFILE, "rate-limit", "", "=!rate-limit="),
        (PROFILE, "address-list", "", "=address-list="),
        (FILTER, "src-address-list", "", "=!src-address-list="),
    ],
)
def test_a_field_is_emptied_as_its_type_asks(
    table: Table, field: str, text: str, word: str
) -> None:
    assert orders.change(table, "*1", {field: text}) == (f"{table.path}/set", "=.id=*1", word)


def test_rows_are_removed_and_moved_by_their_id() -> None:
    assert orders.remove(SECRET, "*A") == ("/ppp/secret/remove", "=.id=*A")
    assert orders.move(FILTER, "*2", "*1") == (
        "/ip/firewall/filter/move",
        "=numbers=*2",
        "=destination=*1",
    )
    assert orders.move(FILTER, "*2", "") == ("/ip/firewall/filter/move", "=numbers=*2")


def test_a_menu_is_read_with_the_columns_that_are_compared_and_no_others() -> None:
    assert orders.columns("/ppp/active") == (
        "/ppp/active/print",
        "=.proplist=.id,name,service,address,caller-id",
    )
    for path, table in TABLES.items():
        asked = orders.columns(path)[1].removeprefix("=.proplist=").split(",")
        assert asked[0] == ".id"
        assert set(table.fields) <= set(asked)
