import pytest

from ispconf.simulator.policies import POLICIES, merged
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.store import Store

V7 = (7, 16)


def granted(text: str) -> set[str]:
    return {word for word in text.split(",") if not word.startswith("!")}


@pytest.mark.parametrize(
    ("text", "before", "wanted"),
    [
        ("read,api", "", {"read", "api"}),
        ("api", "read,!api", {"read", "api"}),
        ("!read", "read,write", {"write"}),
        ("", "read", {"read"}),
        ("sens", "", {"sensitive"}),
    ],
)
def test_policies_add_up(text: str, before: str, wanted: set[str]) -> None:
    after = merged(text, before, V7)
    assert granted(after) == wanted
    assert {word.lstrip("!") for word in after.split(",")} == set(POLICIES)


@pytest.mark.parametrize(("version", "there"), [((6, 49), False), ((7, 10), True)])
def test_rest_came_with_version_7(version: tuple[int, ...], *, there: bool) -> None:
    assert ("rest-api" in merged("read", "", version)) is there
    store = Store(".".join(map(str, version)), lambda: 0.0)
    full = store.table("/user/group").by_name["full"]
    assert ("rest-api" in (full.get("policy") or "")) is there
    assert ("dude" in (full.get("policy") or "")) is not there
    assert "!" not in (full.get("policy") or "")
    read = store.table("/user/group").by_name["read"]
    assert granted(read.get("policy") or "") >= {"read", "api", "sensitive"}
    assert "write" not in granted(read.get("policy") or "")


def test_what_is_no_policy_is_refused() -> None:
    with pytest.raises(RefusalError, match="input does not match any value of policy"):
        merged("everything", "", V7)
