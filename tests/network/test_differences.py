"""What differs between two versions of a file, and how it is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.network.differences import Difference, differences, leaves, secrets, shown
from ispconf.network.telling import outline, same_person, several, told
from ispconf.secret import Secret

ANA: dict[str, Any] = {
    "name": "Ana López",
    "contact": {"phone": "+52 222 1"},
    "services": {
        "casa": {
            "plan": "hogar-20",
            "router": "norte-1",
            "access": {"type": "pppoe", "user": "ana", "password": "uno", "address": "10.20.0.15"},
            "paused": [{"from": "2026-08-01", "until": "2026-08-31", "reason": "holidays"}],
        }
    },
}


def casa(**more: Any) -> dict[str, Any]:
    """Ana with other keys in her service; None takes one away."""
    service = {k: v for k, v in (ANA["services"]["casa"] | more).items() if v is not None}
    return ANA | {"services": {"casa": service}}


def access(**more: Any) -> dict[str, Any]:
    return casa(access=ANA["services"]["casa"]["access"] | more)


JULY = {"from": "2026-07-01", "until": "2026-07-09"}
AUGUST = ANA["services"]["casa"]["paused"][0]

SAID: list[tuple[dict[str, Any], str]] = [
    (casa(plan="hogar-50"), "plan hogar-20 -> hogar-50"),
    (casa(router="sur-1"), "router norte-1 -> sur-1"),
    (access(address="10.20.0.16"), "address 10.20.0.15 -> 10.20.0.16"),
    (access(mac="02:00"), "mac 02:00 added"),
    (access(password="dos"), "password changed"),
    (access(password=Secret("encrypted", "abc")), "password changed"),
    (access(password=None), "password removed"),
    (casa(plan_changes=[{"on": "2026-11-10", "from": "hogar-20", "to": "hogar-50"}]),
     "change of plan from hogar-20 to hogar-50 on 2026-11-10"),
    (casa(paused=None), "no longer paused from 2026-08-01 until 2026-08-31: holidays"),
    (casa(paused=[JULY, AUGUST]), "paused from 2026-07-01 until 2026-07-09"),
    (casa(paused=[AUGUST | {"until": "2026-09-05"}]),
     "paused 2026-08-01 until 2026-08-31 -> 2026-09-05"),
    (casa(suspended={"from": "2026-11-02", "reason": "abuse"}),
     "suspended by hand from 2026-11-02: abuse"),
    (casa(cancelled={"on": "2026-12-01"}), "cancelled on 2026-12-01"),
    (casa(free={"from": "2026-06-23", "reason": "tower\non the roof"}),
     "free from 2026-06-23: tower on the roof"),
    (ANA | {"notes": "x" * 200}, f"notes {'x' * 77}... added"),
    (ANA | {"contact": {}}, "contact phone +52 222 1 removed"),
    (ANA | {"services": ANA["services"] | {"oficina": {"plan": "hogar-50", "router": "sur-1"}}},
     "service oficina added: plan hogar-50 on sur-1"),
    (ANA | {"equipment": [{"kind": "antenna", "model": "x"}]},
     "equipment {antenna: {kind: antenna, model: x}} added"),
]  # fmt: skip


@pytest.mark.parametrize(("after", "words"), SAID)
def test_a_change_of_a_subscriber_in_words(after: dict[str, Any], words: str) -> None:
    (change,) = differences(ANA, after)
    assert told("subscriber", "ana", change) == words


def test_several_services_are_named() -> None:
    both = ANA | {"services": ANA["services"] | {"oficina": {"plan": "hogar-50"}}}
    after = both | {"services": both["services"] | {"oficina": {"plan": "hogar-20"}}}
    (change,) = differences(both, after)
    assert several(both)
    assert not several(ANA, None)
    assert told("subscriber", "ana", change, several=True) == "oficina: plan hogar-50 -> hogar-20"
    assert outline(both) == "casa: plan hogar-20 on norte-1, 10.20.0.15; oficina: plan hogar-50"


@pytest.mark.parametrize(
    ("kind", "name", "path", "words"),
    [
        ("plan", "hogar-20", ("price",), "price of plan hogar-20 350.00 -> 380.00 MXN"),
        ("plan", "hogar-20", ("rate", "down"), "rate down of plan hogar-20 350.00 -> 380.00"),
        ("router", "norte-1", ("host",), "host of router norte-1 350.00 -> 380.00"),
        ("router", "norte-1", ("password",), "password of router norte-1 changed"),
        ("company", "company", ("billing", "cut_day"),
         "ispconf.yaml: billing cut_day 350.00 -> 380.00"),
    ],
)  # fmt: skip
def test_other_files_in_words(kind: str, name: str, path: tuple[str, ...], words: str) -> None:
    assert told(kind, name, Difference(path, "350.00", "380.00"), "MXN") == words


def test_a_secret_is_never_shown() -> None:
    assert {"password"} <= secrets()
    block = {"password": "plain", "list": [Secret("encrypted", "x")], "user": "ana", "none": None}
    assert shown((), block) == {
        "password": "(secret)", "list": ["(secret)"], "user": "ana", "none": None
    }  # fmt: skip
    (change,) = differences(None, {"services": {"casa": {"access": block}}})
    assert "plain" not in told("subscriber", "ana", change)


def test_one_person_is_known_by_what_is_theirs() -> None:
    renamed = {"name": "Ana L. Hernández", "contact": {"phone": "+52 222 1"}}
    assert same_person(ANA, renamed)
    assert not same_person(ANA, {"name": "Ben", "services": {"casa": {"access": {"user": "ben"}}}})
    assert not same_person(None, ANA)
    assert not same_person({"services": {"casa": "nonsense"}}, ANA)


def test_odd_versions_are_told_without_failing() -> None:
    odd = {"services": {"casa": "nonsense", "tv": {"free": "yes"}}}
    for change in (*differences(ANA, odd), *differences(odd, ANA), *differences(odd, None)):
        assert told("subscriber", "ana", change)
    assert outline("nonsense") == ""
    assert outline(odd) == "casa: nonsense; tv: plan None"
    lacks_plan = {"services": {"tv": {"free": {"from": "2026-01-01"}}}}
    for change in differences(odd, lacks_plan):
        assert told("subscriber", "ana", change)


KEYS = st.text("xyz", min_size=1, max_size=2)
BLOCKS = st.dictionaries(
    KEYS,
    st.recursive(
        st.text("ab", min_size=1),
        lambda inner: st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(BLOCKS, BLOCKS)
def test_exactly_the_values_that_differ_are_told(one: Any, other: Any) -> None:
    before, after = set(leaves(one)), set(leaves(other))
    found = differences(one, other)
    assert {x for path, was, _ in found if was for x in leaves(was, path)} == before - after
    assert {x for path, _, now in found if now for x in leaves(now, path)} == after - before
