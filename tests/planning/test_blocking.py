"""The rules by which whoever is on the list reaches the notice and nothing else."""

import pytest

from ispconf.planning import blocking
from ispconf.routeros.rows import mark_of
from ispconf.routeros.tables import ADDRESS_LIST, FILTER, NAT, TABLES

NOTICE = ("10.8.0.1", "8080")


def test_everything_is_blocked_both_ways_where_nothing_is_allowed() -> None:
    assert [
        (row.table, row.fields["action"]) for row in blocking.rows("n", "morosos", [], None)
    ] == [
        (FILTER.path, "reject"),
        (FILTER.path, "drop"),
    ]


def test_what_is_allowed_is_accepted_before_the_rest_is_refused() -> None:
    rows = blocking.rows("n", "morosos", ["10.8.0.1/32", "banco.example"], NOTICE)
    entries = [row.fields for row in rows if row.table == ADDRESS_LIST.path]
    assert [(each["list"], each["address"]) for each in entries] == [
        ("morosos-allow", "10.8.0.1"),
        ("morosos-allow", "banco.example"),
    ]
    marks = [mark_of(row.fields["comment"]) for row in rows if row.table == FILTER.path]
    assert [mark.partition("#")[2] for mark in marks] == [
        "allow",
        "allow-replies",
        "dns",
        "dns-replies",
        "block",
        "block-replies",
    ]
    (redirect,) = (row.fields for row in rows if row.table == NAT.path)
    assert (redirect["to-addresses"], redirect["to-ports"]) == NOTICE
    assert redirect["dst-address-list"] == "!morosos-allow"


@pytest.mark.parametrize("allow", [[], ["10.8.0.9"], ["10.8.0.1"], ["10.8.0.1/32", "10.8.0.1"]])
@pytest.mark.parametrize("notice", [None, NOTICE])
def test_every_rule_has_a_key_of_its_own(allow: list[str], notice: tuple[str, str] | None) -> None:
    rows = blocking.rows("n", "morosos", allow, notice)
    keys = [(row.table, TABLES[row.table].key_of(row.fields)) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row.owner for row in rows} == {"router:n"}
    assert all(row.fields["disabled"] == "false" for row in rows)
    assert bool([row for row in rows if row.table == NAT.path]) is (notice is not None)


def test_each_rule_speaks_of_the_lists_it_needs() -> None:
    rules = {
        mark_of(row.fields["comment"]).partition("#")[2]: row.fields
        for row in blocking.rows("n", "m", ["10.8.0.9"], None)
        if row.table == FILTER.path
    }
    sides = {
        name: (rule.get("src-address-list", ""), rule.get("dst-address-list", ""))
        for name, rule in rules.items()
    }
    assert sides == {
        "allow": ("m", "m-allow"),
        "allow-replies": ("m-allow", "m"),
        "dns": ("m", ""),
        "dns-replies": ("", "m"),
        "block": ("m", ""),
        "block-replies": ("", "m"),
    }
    assert rules["dns"]["protocol"] == rules["dns-replies"]["protocol"] == "udp"
    assert (rules["dns"]["dst-port"], rules["dns-replies"]["src-port"]) == ("53", "53")
    assert {rule["chain"] for rule in rules.values()} == {"forward"}
