"""Which line of a day came later: the commits know."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ispconf.edge.appending import append_entries
from ispconf.edge.history import Repository
from ispconf.edge.latecomers import latecomers
from ispconf.ledger.entries import Entry
from tests.edge.repositories import SMALL, committed, git

DAY = date(2026, 11, 4)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return committed(tmp_path, SMALL)


def record(repo: Path, journal: str, ref: str, *, commit: bool = True) -> Entry:
    amount = Decimal("10.00")
    draft = Entry("", DAY, "payment", "ana-lopez", amount, method="cash", ref=ref)
    (entry,) = append_entries(repo, journal, DAY, [draft])
    if commit:
        git(repo, "add", "-A")
        git(repo, "commit", "-qm", ref)
    return entry


def test_what_a_later_commit_brought_was_not_known(repo: Path) -> None:
    early = record(repo, "banco", "a")
    one = record(repo, "caja1", "b")
    late, new = record(repo, "banco", "c"), record(repo, "otro", "d", commit=False)
    found = latecomers(Repository.required(repo), one, [early, late, new])
    assert found == {late.no, new.no}
    assert latecomers(Repository.required(repo), late, [early, one]) == frozenset()
    assert latecomers(Repository.required(repo), early, [one]) == {one.no}


def test_what_came_in_one_commit_knew_each_other(repo: Path) -> None:
    one, other = record(repo, "caja1", "a", commit=False), record(repo, "banco", "b")
    assert latecomers(Repository.required(repo), one, [other]) == frozenset()


def test_what_is_in_no_commit_yet_knew_everything(repo: Path) -> None:
    other = record(repo, "banco", "a")
    one = record(repo, "caja1", "b", commit=False)
    assert latecomers(Repository.required(repo), one, [other]) == frozenset()
    assert latecomers(Repository.required(repo), one, []) == frozenset()


def test_a_branch_knew_only_its_own(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "other")
    other = record(repo, "banco", "a")
    git(repo, "checkout", "-q", "-")
    one = record(repo, "caja1", "b")
    git(repo, "merge", "-q", "--no-edit", "other")
    assert latecomers(Repository.required(repo), one, [other]) == {other.no}
    assert latecomers(Repository.required(repo), other, [one]) == {one.no}


def test_without_a_commit_nothing_is_known_to_be_later(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    one, other = (
        record(tmp_path, "caja1", "a", commit=False),
        record(tmp_path, "banco", "b", commit=False),
    )
    assert latecomers(Repository.required(tmp_path), one, [other]) == frozenset()
