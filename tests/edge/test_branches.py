"""Files on a branch of their own: nobody's work is touched, nobody's files are lost."""

from pathlib import Path

import pytest

from ispconf.edge.branches import Branch
from ispconf.edge.history import Repository
from tests.edge.repositories import SMALL, committed, git


def clone(folder: Path, origin: Path) -> Path:
    git(origin.parent, "clone", "-q", str(origin), str(folder))
    return folder


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A bare repository that two machines push to."""
    committed(tmp_path / "first", SMALL)
    git(tmp_path, "clone", "-q", "--bare", "first", "origin.git")
    return tmp_path / "origin.git"


def branch(folder: Path) -> Branch:
    return Branch(Repository.required(folder), "kept")


def texts(folder: Path) -> dict[str, str]:
    there = branch(folder)
    return {path: content.decode() for path, content in there.read(there.files())}


def test_files_are_added_and_replaced_and_the_work_tree_is_left_alone(tmp_path: Path) -> None:
    root = committed(tmp_path / "isp", SMALL)
    (root / "plans/new.yaml").write_text("half\n", encoding="utf-8")
    git(root, "add", "plans/new.yaml")
    before = git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")
    assert texts(root) == {}
    assert not branch(root).known()
    assert branch(root).add({"a/1": b"one", "b": b"x"}, "first").problem == ""
    assert branch(root).add({"b": b"y"}, "second").problem == ""
    assert texts(root) == {"a/1": "one", "b": "y"}
    assert branch(root).files("a").keys() == {"a/1"}
    assert (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")) == before
    assert git(root, "log", "--format=%s", "kept").splitlines() == ["second", "first"]
    assert list(Repository.required(root).directory.glob("ispconf-index-*")) == []


def test_two_machines_add_without_losing_anything(tmp_path: Path, origin: Path) -> None:
    one, two = clone(tmp_path / "one", origin), clone(tmp_path / "two", origin)
    assert branch(one).add({"one": b"1", "both": b"1"}, "one").problem == ""
    assert branch(two).add({"two": b"2", "both": b"2"}, "two").problem == ""
    assert branch(one).add({"more": b"1"}, "more").problem == ""
    assert texts(one) == {"one": "1", "two": "2", "both": "2", "more": "1"}
    assert branch(two).fetch() == ""
    assert texts(two) == texts(one)


def test_who_loses_the_race_adds_to_what_was_faster(tmp_path: Path, origin: Path) -> None:
    one, two = clone(tmp_path / "one", origin), clone(tmp_path / "two", origin)
    branch(one).add({"start": b""}, "start")
    hook = origin / "hooks/pre-receive"  # another machine lands between the fetch and the push
    racing = (
        f'rm -f "{hook}"; unset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH; '
        f"cd {two} && git fetch -q origin && "
        "commit=$(git -c user.name=b -c user.email=b@b commit-tree -p origin/kept -m b "
        "$(git rev-parse origin/kept:)) && git push -q origin $commit:refs/heads/kept"
    )
    hook.write_text(f"#!/bin/sh\n{racing}\n", encoding="utf-8")
    hook.chmod(0o755)
    assert branch(one).add({"late": b"1"}, "late").problem == ""
    assert git(origin, "log", "--format=%s", "kept").splitlines() == ["late", "b", "start"]
    assert texts(one).keys() == {"start", "late"}


def test_what_could_not_be_pushed_is_pushed_the_next_time(tmp_path: Path, origin: Path) -> None:
    one, two = clone(tmp_path / "one", origin), clone(tmp_path / "two", origin)
    away = origin.rename(tmp_path / "away.git")
    kept = branch(one).add({"one": b"1"}, "one")
    assert "origin.git" in kept.problem
    assert texts(one) == {"one": "1"}
    away.rename(origin)
    branch(two).add({"two": b"2"}, "two")
    assert branch(one).fetch() == ""
    assert texts(one) == {"one": "1", "two": "2"}
    assert branch(one).add({"three": b"3"}, "three").problem == ""
    branch(two).fetch()
    assert texts(two) == {"one": "1", "two": "2", "three": "3"}


def test_a_push_that_is_refused_says_why(tmp_path: Path, origin: Path) -> None:
    one = clone(tmp_path / "one", origin)
    hook = origin / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho this branch is protected >&2; exit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    assert "this branch is protected" in branch(one).add({"a": b"1"}, "a").problem
    assert texts(one) == {"a": "1"}


def test_two_networks_of_one_repository_keep_apart(tmp_path: Path) -> None:
    root = committed(tmp_path, {"a/ispconf.yaml": "x\n", "b/ispconf.yaml": "x\n"})
    branch(root / "a").add({"f": b"a"}, "a")
    branch(root / "b").add({"f": b"b"}, "b")
    assert texts(root / "a") == {"f": "a"}
    assert texts(root / "b") == {"f": "b"}
    assert texts(root) == {"a/f": "a", "b/f": "b"}
