"""Git as the network sees it: roots, commits, what differs, and what stands in the way."""

import sys
from pathlib import Path

import pytest

from ispconf.edge.history import Repository, Tracked, blob_id, create, is_blob, root
from ispconf.errors import RequestError
from tests.edge.repositories import SMALL, committed, git, write

ANA = "subscribers/norte/ana-lopez.yaml"
BEN = "subscribers/norte/ben-ruiz.yaml"


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    assert root(tmp_path / "subscribers/norte") == tmp_path
    with pytest.raises(RequestError, match="make a new one with: ispconf init DIR"):
        root(tmp_path.parent)


def test_a_clone_without_a_network_is_not_the_one_around_it(tmp_path: Path) -> None:
    """As in a workflow: the pull request lies in a folder of the branch that it goes to."""
    write(tmp_path, SMALL)
    committed(tmp_path / "change", {"README.md": "the network's files are gone\n"})
    (tmp_path / "change/plans").mkdir()
    for here in ("change", "change/plans"):
        with pytest.raises(RequestError, match=r"no ispconf\.yaml"):
            root(tmp_path / here)


def test_clean_and_dirty_files_are_told_apart(tmp_path: Path) -> None:
    committed(tmp_path, SMALL)
    repository = Repository.required(tmp_path)
    tree = repository.work_tree()
    assert tree.commit == repository.commit() == git(tmp_path, "rev-parse", "HEAD")
    assert set(tree.clean) == set(SMALL)
    assert not tree.dirty
    assert not tree.differs
    write(tmp_path, {ANA: "changed", "plans/new one.yaml": "x", "README.md": "x"})
    (tmp_path / BEN).unlink()
    git(tmp_path, "rm", "-q", "--cached", "plans/hogar-20.yaml")
    tree = repository.work_tree()
    assert tree.dirty == [ANA, "plans/hogar-20.yaml", "plans/new one.yaml"]
    assert BEN not in tree.clean
    assert tree.differs


def test_what_is_only_staged_is_clean_but_differs(tmp_path: Path) -> None:
    committed(tmp_path, SMALL)
    write(tmp_path, {ANA: "changed"})
    git(tmp_path, "add", ".")
    tree = Repository.required(tmp_path).work_tree()
    assert ANA in tree.clean
    assert tree.differs


def test_a_conflict_is_read_from_disk(tmp_path: Path) -> None:
    committed(tmp_path, {**SMALL, ANA: "name: A\n"})
    git(tmp_path, "checkout", "-q", "-b", "other")
    write(tmp_path, {ANA: "name: B\n"})
    git(tmp_path, "commit", "-qam", "b")
    git(tmp_path, "checkout", "-q", "main")
    write(tmp_path, {ANA: "name: C\n"})
    git(tmp_path, "commit", "-qam", "c")
    with pytest.raises(Exception, match="merge"):
        git(tmp_path, "merge", "-q", "other")
    tree = Repository.required(tmp_path).work_tree()
    assert tree.dirty == [ANA]
    assert ANA not in tree.clean


def test_files_and_blobs_of_a_revision(tmp_path: Path) -> None:
    many = {f"subscribers/s{n}.yaml": f"name: S{n}\n" for n in range(600)}
    committed(tmp_path, many)
    repository = Repository.required(tmp_path)
    files = repository.files("HEAD")
    assert set(files) == set(many)
    assert all(file == Tracked("100644", file.blob) for file in files.values())
    contents = [data.decode() for _, data in repository.blobs(f.blob for f in files.values())]
    assert contents == [many[path] for path in files]
    with pytest.raises(RequestError, match="is missing; try: git fsck"):
        list(repository.blobs(["0" * 40]))


def test_without_git_a_repository_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path, SMALL)
    monkeypatch.setitem(sys.modules, "git.cmd", None)
    with pytest.raises(RequestError, match="git is not installed"):
        Repository.of(tmp_path)


def test_a_folder_becomes_a_repository_once(tmp_path: Path) -> None:
    create(tmp_path)
    create(tmp_path / "below")
    assert (tmp_path / ".git").is_dir()
    assert not (tmp_path / "below/.git").exists()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RequestError, match="git: "):
        create(Path("/proc/nowhere"))


def test_ids_follow_the_repositorys_hash() -> None:
    assert blob_id(b"", "0" * 40) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert len(blob_id(b"", "0" * 64)) == 64
    assert is_blob(b"a\r\n", blob_id(b"a\n", "0" * 40))
    assert not is_blob(b"a\r\n", blob_id(b"b\n", "0" * 40))


def test_a_broken_repository_says_what_git_says(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    (tmp_path / ".git").write_text("gitdir: /nowhere\n", encoding="utf-8")
    with pytest.raises(RequestError, match="git: fatal: not a git repository"):
        Repository.required(tmp_path)
