"""What verbs wrote, on a branch that others push to as well."""

from pathlib import Path

import pytest

from ispconf.edge.history import Repository
from ispconf.edge.publishing import publish
from ispconf.errors import RefusedError, RequestError
from tests.edge.repositories import SMALL, committed, git, write

BOT = {"GIT_AUTHOR_NAME": "bot", "GIT_AUTHOR_EMAIL": "bot@isp.example"}
BILL = {"ledger/2026/11/2026-11-28-invoices.yaml": "- {no: invoices-000002}\n"}


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    committed(tmp_path / "start", SMALL)
    git(tmp_path, "clone", "-q", "--bare", "start", "origin.git")
    return tmp_path / "origin.git"


def clone(origin: Path, name: str) -> Path:
    git(origin.parent, "clone", "-q", str(origin), name)
    return origin.parent / name


def published(folder: Path, *paths: str) -> str:
    return publish(Repository.required(folder), paths or ("ledger",), "Bill", BOT, lambda _: None)


def log(place: Path) -> list[str]:
    return git(place, "log", "--format=%an: %s", "main").splitlines()


def test_what_was_written_is_committed_and_pushed(origin: Path) -> None:
    here = clone(origin, "here")
    write(here, {**BILL, "elsewhere.txt": "x"})
    assert published(here) == git(origin, "rev-parse", "main")
    assert log(origin)[0] == "bot: Bill"
    assert git(origin, "show", "--name-only", "--format=", "main") == next(iter(BILL))
    assert published(here) == ""


def test_who_pushed_before_stays_before(origin: Path) -> None:
    here, there = clone(origin, "here"), clone(origin, "there")
    write(there, {"plans/hogar-50.yaml": "name: Hogar 50\n"})
    git(there, "add", ".")
    git(there, "commit", "-q", "-m", "a plan")
    git(there, "push", "-q")
    write(here, BILL)
    assert published(here) == git(origin, "rev-parse", "main")
    assert log(origin)[:2] == ["bot: Bill", "Ana: a plan"]


def test_what_cannot_be_put_together_stays_here(origin: Path) -> None:
    here, there = clone(origin, "here"), clone(origin, "there")
    for folder, number in ((there, 1), (here, 2)):
        write(folder, {"notes.txt": f"{number}\n"})
    git(there, "add", ".")
    git(there, "commit", "-q", "-m", "theirs")
    git(there, "push", "-q")
    with pytest.raises(RefusedError, match="others changed the same lines"):
        published(here, "notes.txt")
    assert log(origin)[0] == "Ana: theirs"
    assert log(here)[0] == "bot: Bill"
    assert git(here, "status", "--porcelain") == ""


def test_a_remote_that_is_away_is_told(origin: Path) -> None:
    here = clone(origin, "here")
    origin.rename(origin.with_name("away.git"))
    write(here, BILL)
    with pytest.raises(RefusedError, match="it is committed here and could not be pushed: git:"):
        published(here)
    assert log(here)[0] == "bot: Bill"


def test_without_a_remote_it_is_committed(tmp_path: Path) -> None:
    here = committed(tmp_path / "alone", SMALL)
    write(here, BILL)
    assert published(here) == git(here, "rev-parse", "HEAD")


def test_without_a_branch_nothing_is_done(origin: Path) -> None:
    here = clone(origin, "here")
    git(here, "checkout", "-q", "--detach")
    write(here, BILL)
    with pytest.raises(RequestError, match="no branch is checked out"):
        published(here)
    assert git(here, "status", "--porcelain") != ""
