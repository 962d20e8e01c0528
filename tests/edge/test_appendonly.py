"""What a change did to the ledger: new lines are fine, old ones are not to be touched."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ispconf.edge.appendonly import ledger_change
from ispconf.edge.history import Repository
from ispconf.errors import RequestError
from tests.edge.repositories import committed, git, write

FILE = "ledger/2026/11/2026-11-03-caja1.yaml"
BASE = {FILE: "# cash\n- one\n- two\n-- three\n", "plans/x.yaml": "a: b\n"}
CHANGED = "was changed or removed; the ledger is append only"

CASES: list[tuple[dict[str, str], dict[str, int], list[int]]] = [
    ({}, {}, []),
    ({FILE: BASE[FILE] + "- four\n"}, {FILE: 5}, []),
    ({FILE: BASE[FILE].replace("two", "too")}, {FILE: 3}, [3]),
    ({FILE: BASE[FILE].replace("-- three\n", "")}, {}, [4]),
    (
        {FILE: BASE[FILE].replace("- one\n- two\n", "- 1\n- 2\n")},
        {FILE: 2},
        [2, 3],
    ),
    ({FILE: BASE[FILE].replace("\n", "\r\n")}, {FILE: 1}, []),
    (
        {"ledger/2026/11/2026-11-04-caja1.yaml": "- new\n"},
        {"ledger/2026/11/2026-11-04-caja1.yaml": 1},
        [],
    ),
    ({"plans/x.yaml": "a: c\n"}, {}, []),
]


@pytest.mark.parametrize(("files", "added", "lost"), CASES)
@pytest.mark.parametrize("commit", [True, False])
def test_what_a_change_did(
    tmp_path: Path,
    files: Mapping[str, str],
    added: dict[str, int],
    lost: list[int],
    *,
    commit: bool,
) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "branch", "base")
    write(tmp_path, files)
    if commit:
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", "a change")
    change = ledger_change(Repository.required(tmp_path), "base")
    assert change.added == added
    assert [problem.source.line for problem in change.problems] == lost
    assert all(CHANGED in problem.message for problem in change.problems)


def test_a_file_that_is_gone_or_renamed_is_lost(tmp_path: Path) -> None:
    committed(tmp_path, BASE)
    (tmp_path / FILE).rename(tmp_path / "ledger/2026/11/2026-11-05-caja1.yaml")
    git(tmp_path, "add", ".")
    change = ledger_change(Repository.required(tmp_path), "HEAD")
    assert [problem.source.file for problem in change.problems] == [FILE]
    assert change.problems[0].message.startswith("was deleted")
    assert list(change.added) == ["ledger/2026/11/2026-11-05-caja1.yaml"]


def test_the_last_line_may_get_its_line_end(tmp_path: Path) -> None:
    committed(tmp_path, {FILE: "- one"})
    write(tmp_path, {FILE: "- one\n- two"})
    change = ledger_change(Repository.required(tmp_path), "HEAD")
    assert change.problems == []
    assert change.added == {FILE: 1}


def test_what_the_base_got_meanwhile_is_not_lost_here(tmp_path: Path) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "checkout", "-q", "-b", "work")
    git(tmp_path, "checkout", "-q", "main")
    write(tmp_path, {FILE: BASE[FILE] + "- four\n"})
    git(tmp_path, "commit", "-qam", "more")
    git(tmp_path, "checkout", "-q", "work")
    assert ledger_change(Repository.required(tmp_path), "main") == ({}, [])


def test_unrelated_histories_are_compared_as_they_are(tmp_path: Path) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "checkout", "-q", "--orphan", "other")
    git(tmp_path, "commit", "-qm", "other")
    assert ledger_change(Repository.required(tmp_path), "main") == ({}, [])
    with pytest.raises(RequestError, match="there is no commit"):
        ledger_change(Repository.required(tmp_path), "nothing")
