"""README shows what is there: the subscriber's file, the verbs, the kinds, the folders."""

import re
from pathlib import Path

from ispconf.cli import VERBS
from ispconf.services import KINDS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_the_subscriber_is_the_one_in_the_example() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    file = ROOT / "subscribers" / "norte" / "ana-lopez.yaml"
    assert shown == file.read_text(encoding="utf-8")


def test_every_verb_is_listed_as_the_program_describes_it() -> None:
    listed = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]*) \|$", section("Verbs"), re.MULTILINE))
    assert listed == VERBS


def test_every_kind_of_access_is_listed() -> None:
    listed = re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\|$", section("Verbs"), re.MULTILINE)
    assert listed == list(KINDS)


def test_every_folder_of_the_package_is_in_the_tree() -> None:
    listed = set(re.findall(r"^  (\w+)/", section("The tree"), re.MULTILINE))
    there = {path.parent.name for path in (ROOT / "ispconf").glob("*/__init__.py")}
    assert listed == there
