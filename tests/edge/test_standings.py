"""Accounts kept in portions: each found, judged and told without those that do not concern it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest

from ispconf.edge.accounts import ACCOUNTS, Account, judged
from ispconf.edge.cache import Cache, Kept
from ispconf.edge.files import Opened, opened_from
from ispconf.edge.sources import of_folder
from ispconf.edge.standings import Accounts
from tests.edge.repositories import SMALL, write

DAY = date(2026, 11, 25)
ANA = "subscribers/norte/ana-lopez.yaml"
BEN = SMALL["subscribers/norte/ben-ruiz.yaml"]
FIRST, SECOND = [name for name in (f"c{n}" for n in range(1000)) if not crc32(name.encode()) & 255][
    :2
]
"""Ids at which a portion begins."""
PEOPLE = sorted(["ana-lopez", "ben-ruiz", FIRST, f"{FIRST}-z", SECOND])
PORTIONS = [["ana-lopez", "ben-ruiz"], [FIRST, f"{FIRST}-z"], [SECOND]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = {
        f"subscribers/norte/{name}.yaml": BEN.replace(".16", f".{place}")
        for place, name in enumerate(PEOPLE[2:], 20)
    }
    return write(tmp_path / "net", {**SMALL, **own})


def opened(folder: Path) -> Opened:
    return opened_from(of_folder(folder), Cache(folder.parent / "cache", "p1"))


def accounts(folder: Path) -> Accounts:
    network, origin = opened(folder)
    return Accounts(network, DAY, origin)


class Ears:
    """Hears of whom is told."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []

    def tell(self, found: Mapping[str, Account]) -> str:
        self.heard.append([*found])
        return repr(found)


def poisoned(folder: Path, name: str, text: str) -> Accounts:
    """Accounts of which a portion, that of a name, is not kept as it was judged."""
    network, origin = opened(folder)
    key, parts = f"{DAY} {origin.shared}", ["", FIRST, SECOND]
    origin.cache.conclude_portions("standings", key, {name: Kept(text)}, parts)
    return Accounts(network, DAY, origin)


def test_they_are_a_mapping_of_all_with_a_file(folder: Path) -> None:
    found = accounts(folder)
    assert list(found) == PEOPLE
    assert len(found) == 5
    assert "ana-lopez" in found
    assert "nobody" not in found
    with pytest.raises(KeyError):
        _ = found["nobody"]
    assert [account.name for account in found.values()] == ["Ana López", *["Ben Ruiz"] * 4]
    assert found.of(PEOPLE) is found


def test_only_whoever_changed_is_told_of_again(folder: Path) -> None:
    ears = Ears()
    first = accounts(folder).told("x", ears.tell)
    assert ears.heard == PORTIONS
    assert accounts(folder).told("x", ears.tell) == first
    assert ears.heard == PORTIONS
    file = folder / ANA
    file.write_text(file.read_text().replace("name: Ana", "name: Eva"))
    second = accounts(folder).told("x", ears.tell)
    assert ears.heard[3:] == PORTIONS[:1]
    assert second[1:] == first[1:]
    assert "Eva" in second[0]


def test_a_change_for_everybody_makes_all_be_told_of_again(folder: Path) -> None:
    ears = Ears()
    accounts(folder).told("x", ears.tell)
    plan = folder / "plans/hogar-20.yaml"
    plan.write_text(plan.read_text().replace("350", "351"))
    accounts(folder).told("x", ears.tell)
    assert ears.heard == PORTIONS * 2


@pytest.mark.parametrize("gone", PEOPLE[2:])
def test_who_comes_and_goes_is_told_of(folder: Path, gone: str) -> None:
    file = folder / f"subscribers/norte/{gone}.yaml"
    text = file.read_bytes()
    accounts(folder).told("x", Ears().tell)
    file.unlink()
    assert gone not in "".join(accounts(folder).told("x", Ears().tell)).split("'")
    file.write_bytes(text)
    network, origin = opened(folder)
    found = Accounts(network, DAY, origin)
    again = judged(network, DAY, PEOPLE)
    assert {name: each._replace(origin="") for name, each in found.items()} == again


def test_one_is_taken_from_its_portion_alone(folder: Path) -> None:
    was = accounts(folder)
    kept = {name: was[name]._replace(name="kept") for name in PORTIONS[1]}
    found = poisoned(folder, FIRST, ACCOUNTS.dump_json(kept).decode())
    assert found[FIRST].name == "kept"
    assert found.of([SECOND, SECOND])[SECOND].name == "Ben Ruiz"
    assert [account.name for account in found.values()] == [
        "Ana López",
        "Ben Ruiz",
        "kept",
        "kept",
        "Ben Ruiz",
    ]


@pytest.mark.parametrize("text", ["", "{", '{"c": ["", "0", 1]}', "{}", "[]"])
def test_what_cannot_be_read_is_judged_anew(folder: Path, text: str) -> None:
    right = dict(accounts(folder).items())
    assert poisoned(folder, FIRST, text).of([FIRST])[FIRST] == right[FIRST]
    assert poisoned(folder, FIRST, text)[FIRST] == right[FIRST]
    assert dict(poisoned(folder, FIRST, text).items()) == right
    assert dict(accounts(folder).items()) == right
