"""What a change did to the ledger: new lines are fine, old ones are not to be touched."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ispconf.edge.appendonly import LedgerChange, ledger_change
from ispconf.edge.differing import proposed
from ispconf.edge.history import Repository
from ispconf.edge.merging import lost_in_merges
from ispconf.errors import RequestError
from tests.edge.repositories import committed, git, write

FILE = "ledger/2026/11/2026-11-03-caja1.yaml"
README = "ledger/README.md"
BASE = {
    FILE: "# cash\n- one\n- two\n-- three\n",
    README: "# The ledger\n",
    "plans/x.yaml": "a: b\n",
}
CHANGED = "was changed or removed; the ledger is append only"
BEFORE = "entries are appended: put it at the end"
NEXT = "ledger/2026/11/2026-11-04-caja1.yaml"

CASES: list[tuple[dict[str, str], dict[str, list[int]], list[tuple[int, str]]]] = [
    ({}, {}, []),
    ({FILE: BASE[FILE] + "- four\n- five"}, {FILE: [5, 6]}, []),
    ({FILE: BASE[FILE] + "\n  ref: x\n- four"}, {FILE: [5, 6, 7]}, [(6, "the entry before it")]),
    ({FILE: BASE[FILE] + "# four\n- five"}, {FILE: [5, 6]}, []),
    ({FILE: BASE[FILE].replace("two", "too")}, {FILE: [3]}, [(3, CHANGED)]),
    ({FILE: BASE[FILE].replace("-- three\n", "")}, {}, [(4, CHANGED)]),
    (
        {FILE: BASE[FILE].replace("- one\n- two\n", "- 1\n- 2\n")},
        {FILE: [2, 3]},
        [(2, CHANGED), (3, CHANGED)],
    ),
    ({FILE: BASE[FILE].replace("- one\n- two", "- two\n- one")}, {}, [(2, BEFORE), (3, CHANGED)]),
    ({FILE: BASE[FILE].replace("- two", "- new\n- two")}, {FILE: [3]}, [(3, BEFORE)]),
    ({FILE: BASE[FILE].replace("- two", "# new\n\n- two")}, {FILE: [3, 4]}, []),
    ({FILE: BASE[FILE].replace("\n", "\r\n")}, {}, []),
    ({NEXT: "- new\n"}, {NEXT: [1]}, []),
    ({"plans/x.yaml": "a: c\n"}, {}, []),
    ({README: "# El libro\n"}, {}, []),
]


def change(folder: Path, base: str) -> LedgerChange:
    repository = Repository.required(folder)
    start = repository.fork(base)
    return ledger_change(proposed(repository, start), start)


@pytest.mark.parametrize(("files", "added", "wrong"), CASES)
def test_what_a_change_did(
    tmp_path: Path,
    files: Mapping[str, str],
    added: dict[str, list[int]],
    wrong: list[tuple[int, str]],
) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "branch", "base")
    write(tmp_path, files)
    for committed_too in (False, True):
        if committed_too:
            git(tmp_path, "add", ".")
            git(tmp_path, "commit", "-q", "--allow-empty", "-m", "a change")
        found = change(tmp_path, "base")
        if "- two\n- one" not in files.get(FILE, ""):
            assert found.added == added
        assert [problem.source.line for problem in found.problems] == [line for line, _ in wrong]
        for problem, (_, said) in zip(found.problems, wrong, strict=True):
            assert said in problem.message


def test_a_file_that_is_gone_or_renamed_is_lost(tmp_path: Path) -> None:
    committed(tmp_path, BASE)
    (tmp_path / FILE).rename(tmp_path / "ledger/2026/11/2026-11-05-caja1.yaml")
    git(tmp_path, "add", ".")
    found = change(tmp_path, "HEAD")
    assert [problem.source.file for problem in found.problems] == [FILE]
    assert found.problems[0].message.startswith("was deleted")
    assert list(found.added) == ["ledger/2026/11/2026-11-05-caja1.yaml"]


@pytest.mark.parametrize("committed_too", [False, True])
@pytest.mark.parametrize(
    ("kind", "known", "said"),
    [
        ("program", FILE, "was made executable"),
        ("link", FILE, "was made a link"),
        ("link", NEXT, "is a link"),
    ],
)
def test_a_file_of_the_ledger_is_a_plain_one(
    tmp_path: Path, kind: str, known: str, said: str, *, committed_too: bool
) -> None:
    committed(tmp_path, BASE | {"elsewhere.yaml": "- nobody guards this\n"})
    git(tmp_path, "branch", "base")
    file = tmp_path / known
    if kind == "program":
        file.chmod(0o755)
    else:
        file.unlink(missing_ok=True)
        file.symlink_to("../../../elsewhere.yaml")
    if committed_too:
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", "another kind of file")
    (problem,) = change(tmp_path, "base").problems
    assert (problem.source.file, problem.source.line) == (known, 0)
    assert problem.message.startswith(said)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "as it is")
    git(tmp_path, "branch", "-f", "base")
    assert change(tmp_path, "base").problems == []


def test_what_is_on_disk_does_not_hide_what_was_committed(tmp_path: Path) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "branch", "base")
    write(tmp_path, {FILE: BASE[FILE].replace("two", "too")})
    git(tmp_path, "commit", "-qam", "a change")
    write(tmp_path, BASE)
    assert [problem.source.line for problem in change(tmp_path, "base").problems] == [3]


def test_the_last_line_may_get_its_line_end(tmp_path: Path) -> None:
    committed(tmp_path, {FILE: "- one"})
    write(tmp_path, {FILE: "- one\n- two"})
    assert change(tmp_path, "HEAD") == ({FILE: [2]}, [])


def test_what_the_base_got_meanwhile_is_not_lost_here(tmp_path: Path) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "checkout", "-q", "-b", "work")
    git(tmp_path, "checkout", "-q", "main")
    write(tmp_path, {FILE: BASE[FILE] + "- four\n"})
    git(tmp_path, "commit", "-qam", "more")
    git(tmp_path, "checkout", "-q", "work")
    assert change(tmp_path, "main") == ({}, [])


def test_unrelated_histories_are_compared_as_they_are(tmp_path: Path) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "checkout", "-q", "--orphan", "other")
    git(tmp_path, "commit", "-qm", "other")
    assert change(tmp_path, "main") == ({}, [])
    with pytest.raises(RequestError, match="there is no commit"):
        change(tmp_path, "nothing")


@pytest.mark.parametrize("finished", [True, False])
def test_a_merge_keeps_the_lines_of_both_sides(tmp_path: Path, *, finished: bool) -> None:
    committed(tmp_path, BASE)
    git(tmp_path, "checkout", "-q", "-b", "work")
    write(tmp_path, {NEXT: "- new\n"})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "work")
    git(tmp_path, "checkout", "-q", "main")
    git(tmp_path, "merge", "-q", "--no-ff", "--no-commit", "work")
    repository = Repository.required(tmp_path)
    assert list(lost_in_merges(repository, "HEAD")) == []
    write(tmp_path, {NEXT: "- other\n"})
    base = git(tmp_path, "rev-parse", "HEAD")
    if finished:
        git(tmp_path, "commit", "-qam", "a merge that loses a line")
    (problem,) = lost_in_merges(repository, base)
    assert (problem.source.file, problem.source.line) == (NEXT, 1)
    assert CHANGED in problem.message
    assert "(in the merge " in problem.message
