"""The access block: which keys a kind needs, and how addresses are spelled."""

from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from ispconf.secret import Secret
from ispconf.services import KINDS
from ispconf.services.access import NEEDS, PROVISIONED, Access, ipv4, mac
from tests.services.people import addresses, macs

WHOLE: dict[str, Any] = {
    "user": "ana",
    "password": Secret("derived"),
    "address": "10.20.0.15",
    "mac": "4C:5E:0C:11:22:33",
}


@given(addresses)
def test_an_address_has_one_spelling(address: str) -> None:
    assert ipv4(address) == address


@pytest.mark.parametrize(
    "text",
    ["", "10.0.0", "10.0.0.256", "10.0.0.1.1", "10.0.0.01", "10.0.0.1/32", " 10.0.0.1", "10.0.0.1.",
     "::1", "٣.0.0.1", None, 167772161],
)  # fmt: skip
def test_anything_else_is_no_address(text: object) -> None:
    with pytest.raises(ValueError, match="is not an IPv4 address"):
        ipv4(text)


@given(macs)
def test_a_mac_is_taken_in_any_spelling(address: str) -> None:
    assert mac(address.lower().replace(":", "-")) == mac(address.replace(":", ".")) == address


@pytest.mark.parametrize("text", ["", "4C:5E", "4C:5E:0C:11:22:3G", None, "4C5E0C112233"])
def test_anything_else_is_no_mac(text: object) -> None:
    with pytest.raises(ValueError, match="is not a MAC address"):
        mac(text)


@pytest.mark.parametrize("kind", NEEDS)
def test_a_kind_is_complete_with_the_keys_it_needs(kind: Any) -> None:
    needed = {name: WHOLE[name] for name in NEEDS[kind]}
    access = Access(type=kind, **needed)
    assert access.provisioned is (kind in PROVISIONED)
    for name in needed:
        rest = {other: value for other, value in needed.items() if other != name}
        with pytest.raises(ValidationError, match=f"{name} is missing: {kind} access needs it"):
            Access(type=kind, **rest)


def test_what_is_provisioned_has_a_module() -> None:
    assert set(KINDS) == PROVISIONED
