"""Two branches and a real merge: what goes together, what git stops, and what check stops."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import ispconf
from ispconf.edge.differing import proposed
from ispconf.edge.files import open_network
from ispconf.edge.history import Repository
from ispconf.edge.merging import lost_beside, lost_in_merges, ways_of_merging
from ispconf.errors import FilesError
from tests.edge.repositories import SMALL, committed, git, write

SCAFFOLD = Path(ispconf.__file__).parent / "commands" / "scaffold"
OURS = (SCAFFOLD / ".gitattributes").read_text(encoding="utf-8")
UNION = "ledger/**/*.yaml merge=union\n"
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"
LATER = "ledger/2026/11/2026-11-04-caja1.yaml"
OTHER = "ledger/2026/11/2026-11-03-caja2.yaml"
FIRST = SMALL[CASH]
ANA, BEN = "subscribers/norte/ana-lopez.yaml", "subscribers/norte/ben-ruiz.yaml"
FILES = {
    **SMALL,
    "ispconf.yaml": SMALL["ispconf.yaml"].replace(
        "  caja1:", "  caja2: {writer: jorge, methods: [cash]}\n  caja1:"
    ),
    CASH: FIRST + FIRST.replace("000001", "000002").replace("0045", "0046"),
}


def paid(number: int, ref: str, journal: str = "caja1") -> str:
    """Another payment."""
    return FIRST.replace("caja1-000001", f"{journal}-{number:06}").replace("0045", ref)


class Merge(NamedTuple):
    """Two branches' files, how ledgers merge, and what must be said of the result."""

    one: Mapping[str, str]
    other: Mapping[str, str]
    attributes: str = OURS
    conflict: str = ""
    said: tuple[str, ...] = ()


def person(name: str, access: str) -> str:
    return SMALL[BEN].replace("Ben Ruiz", name).replace("type: queue, address: 10.20.0.16", access)


EVA, FITO = "subscribers/norte/eva.yaml", "subscribers/sur/fito.yaml"
CASES = {
    "two journals": Merge({CASH: FILES[CASH] + paid(3, "a")}, {OTHER: paid(1, "b", "caja2")}),
    "two days of two journals": Merge({LATER: paid(3, "a")}, {OTHER: paid(1, "b", "caja2")}),
    "one file of one journal": Merge(
        {CASH: FILES[CASH] + paid(3, "a")}, {CASH: FILES[CASH] + paid(3, "b")}, conflict=CASH
    ),
    "the same file where a union hides it": Merge(
        {CASH: FILES[CASH] + paid(3, "a")},
        {CASH: FILES[CASH] + paid(3, "b")},
        UNION,
        said=(f"{CASH}:4", "caja1-000003", f"(see {CASH}:3)"),
    ),
    "two days of one journal": Merge(
        {CASH: FILES[CASH] + paid(3, "a")},
        {LATER: paid(3, "b")},
        said=(f"{LATER}:1", "caja1-000003", f"(see {CASH}:3)"),
    ),
    "a union that doubles lines": Merge(
        {CASH: FILES[CASH] + paid(3, "a") + paid(4, "b")},
        {CASH: FILES[CASH] + paid(3, "a").replace("cash", "cash", 1) + paid(4, "c")},
        UNION,
        said=(f"{CASH}:5", "caja1-000004", f"(see {CASH}:4)"),
    ),
    "a union that reorders lines": Merge(
        {CASH: FILES[CASH] + paid(3, "a")},
        {CASH: FILES[CASH] + paid(4, "b")},
        UNION,
        said=("entries are appended, in the order of numbers", f"{CASH}:4"),
    ),
    "one address": Merge(
        {EVA: person("Eva", "type: queue, address: 10.20.0.30")},
        {FITO: person("Fito", "type: queue, address: 10.20.0.30")},
        said=('address: "10.20.0.30" is taken by eva/casa', f"{FITO}:7", f"(see {EVA}:7"),
    ),
    "one login": Merge(
        {EVA: person("Eva", "type: pppoe, user: tv, password: derived")},
        {FITO: person("Fito", "type: pppoe, user: tv, password: derived")},
        said=('user: "tv" is taken by eva/casa on norte-1', f"{FITO}:7", f"(see {EVA}:7"),
    ),
    "one device": Merge(
        {EVA: person("Eva", "type: queue, address: 10.20.0.30, mac: 4C:5E:0C:11:22:33")},
        {FITO: person("Fito", "type: queue, address: 10.20.0.31, mac: 4c-5e-0c-11-22-33")},
        said=('mac: "4C:5E:0C:11:22:33" is taken by eva/casa', f"{FITO}:7", f"(see {EVA}:7"),
    ),
    "one id": Merge(
        {EVA: person("Eva", "type: queue, address: 10.20.0.30")},
        {EVA.replace("norte", "sur"): person("Eva", "type: queue, address: 10.20.0.31")},
        said=('"eva" is taken: two subscribers cannot have one id', EVA),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_what_two_branches_make_together(tmp_path: Path, case: Merge) -> None:
    committed(tmp_path, {**FILES, ".gitattributes": case.attributes})
    for branch, files in (("one", case.one), ("other", case.other)):
        git(tmp_path, "checkout", "-q", "-b", branch, "main")
        write(tmp_path, files)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", branch)
        if not case.said:
            open_network(tmp_path, env={})
    repository = Repository.required(tmp_path)
    merged = git(tmp_path, "merge", "-q", "--no-edit", "one", check=not case.conflict)
    if case.conflict:
        assert f"Merge conflict in {case.conflict}" in merged
        (unsettled,) = ways_of_merging(repository)
        assert str(unsettled).startswith(f"{case.conflict}: is not merged yet")
    if not case.said and not case.conflict:
        open_network(tmp_path, env={})
        assert not list(lost_in_merges(repository, "main"))
        return
    with pytest.raises(FilesError) as caught:
        open_network(tmp_path, env={})
    assert any(all(part in str(each) for part in case.said) for each in caught.value.problems)


def test_a_union_is_warned_of(tmp_path: Path) -> None:
    committed(tmp_path, {**FILES, ".gitattributes": OURS})
    repository = Repository.required(tmp_path)
    assert list(ways_of_merging(repository)) == []
    write(tmp_path, {".gitattributes": UNION})
    (problem,) = ways_of_merging(repository)
    assert problem.severity == "warning"
    assert "hides that two branches wrote one journal" in problem.message


def test_a_union_of_an_old_line_and_its_change_fails_against_both(tmp_path: Path) -> None:
    committed(tmp_path, {**FILES, ".gitattributes": UNION})
    git(tmp_path, "checkout", "-q", "-b", "one")
    write(tmp_path, {CASH: FILES[CASH].replace("0046", "9999")})
    git(tmp_path, "commit", "-qam", "an old line changed")
    git(tmp_path, "checkout", "-q", "main")
    write(tmp_path, {CASH: FILES[CASH] + paid(3, "a")})
    git(tmp_path, "commit", "-qam", "a new line")
    git(tmp_path, "merge", "-q", "--no-edit", "one")
    repository = Repository.required(tmp_path)
    (problem,) = lost_in_merges(repository, git(tmp_path, "rev-parse", "HEAD^1"))
    assert "stands before lines of" in problem.message
    with pytest.raises(FilesError, match="caja1-000002"):
        open_network(tmp_path, env={})


@pytest.mark.parametrize(
    ("theirs", "ours", "severity", "said"),
    [
        ({CASH: paid(3, "x")}, {CASH: paid(3, "y")}, "error", "both gave the same numbers"),
        ({CASH: paid(3, "x")}, {LATER: paid(3, "y")}, "error", "both gave the same numbers"),
        ({CASH: paid(3, "x")}, {OTHER: paid(1, "y", "caja2")}, "warning", "they are lost"),
        ({CASH: paid(3, "x")}, {}, "warning", "they are lost"),
        ({CASH: paid(3, "x")}, {CASH: paid(3, "x") + paid(4, "y")}, "", ""),
        ({"plans/hogar-20.yaml": "# dearer\n"}, {CASH: paid(3, "y")}, "", ""),
        ({}, {CASH: paid(3, "y")}, "", ""),
    ],
)
def test_what_the_base_has_is_not_written_anew(
    tmp_path: Path, theirs: Mapping[str, str], ours: Mapping[str, str], severity: str, said: str
) -> None:
    committed(tmp_path, FILES)
    start = git(tmp_path, "rev-parse", "HEAD")
    for branch, files in (("base", theirs), ("work", ours)):
        git(tmp_path, "checkout", "-q", "-b", branch, start)
        write(tmp_path, {path: FILES.get(path, "") + more for path, more in files.items()})
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", branch)
    repository = Repository.required(tmp_path)
    fork = repository.fork("base")
    found = list(lost_beside(repository, "base", fork, proposed(repository, fork)))
    assert [each.severity for each in found] == ([severity] if severity else [])
    assert all(each.source.file == CASH and said in each.message for each in found)
