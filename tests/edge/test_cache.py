"""The cache: forgotten without harm, never believed when damaged, foreign or of another version."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ispconf.edge.cache import NAME, Cache, Kept, program

ONE = {"a": Kept("1", "x"), "b": Kept("2")}
KEYS = ["a", "b", "c", *map(str, range(600))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Cache(tmp_path / "ispconf", "p1").store(ONE, [])
    return tmp_path / "ispconf"


def test_what_was_kept_comes_back(folder: Path) -> None:
    assert Cache(folder, "p1").find(KEYS) == ONE
    assert (folder / NAME).stat().st_mode & 0o777 == 0o600
    Cache(folder, "p1").store({"c": Kept("3")}, ["a", "b"])
    assert set(Cache(folder, "p1").find(KEYS)) == {"a", "b", "c"}


def test_another_program_starts_anew(folder: Path) -> None:
    assert Cache(folder, "p2").find(KEYS) == {}
    Cache(folder, "p2").store({"c": Kept("3")}, [])
    assert set(Cache(folder, "p2").find(KEYS)) == {"c"}
    assert Cache(folder, "p1").find(KEYS) == {}


def test_a_row_that_was_changed_does_not_count(folder: Path) -> None:
    with closing(sqlite3.connect(folder / NAME)) as database, database:
        database.execute("update kept set value = '9' where key = 'a'")
        database.execute("update kept set extra = x'ff' where key = 'b'")
    assert Cache(folder, "p1").find(KEYS) == {}


@pytest.mark.parametrize("junk", [b"", b"not a database" * 100, b"SQLite format 3\0" + bytes(500)])
def test_a_damaged_file_is_rebuilt(folder: Path, junk: bytes) -> None:
    (folder / NAME).write_bytes(junk)
    assert Cache(folder, "p1").find(KEYS) == {}
    Cache(folder, "p1").store(ONE, [])
    assert Cache(folder, "p1").find(KEYS) == ONE


@pytest.mark.parametrize("table", ["kept (other text)", "conclusions (kind text, key text)"])
def test_a_file_with_other_tables_is_rebuilt(folder: Path, table: str) -> None:
    (folder / NAME).unlink()
    with closing(sqlite3.connect(folder / NAME)) as database, database:
        database.execute(f"create table {table}")
    (folder / NAME).chmod(0o600)
    assert Cache(folder, "p1").find(KEYS) == {}
    Cache(folder, "p1").store(ONE, [])
    Cache(folder, "p1").store(ONE, [])


def test_what_others_may_read_is_not_believed(folder: Path) -> None:
    (folder / NAME).chmod(0o644)
    assert Cache(folder, "p1").find(KEYS) == {}
    Cache(folder, "p1").store(ONE, [])
    assert (folder / NAME).stat().st_mode & 0o777 == 0o600
    (folder / NAME).rename(folder / "elsewhere")
    (folder / NAME).symlink_to("elsewhere")
    assert Cache(folder, "p1").find(KEYS) == {}
    Cache(folder, "p1").store(ONE, [])
    assert not (folder / NAME).is_symlink()


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    Cache(tmp_path / "file", "p1").store(ONE, [])
    assert Cache(tmp_path / "file", "p1").find(KEYS) == {}
    Cache(None, "p1").store(ONE, [])
    assert Cache(None, "p1").find(KEYS) == {}


def test_a_busy_cache_is_no_error(folder: Path) -> None:
    with closing(sqlite3.connect(folder / NAME, isolation_level=None)) as other:
        other.execute("begin exclusive")
        Cache(folder, "p1", patience=0.01).store({"c": Kept("3")}, [])
        assert Cache(folder, "p1", patience=0.01).find(KEYS) == {}
    assert Cache(folder, "p1").find(KEYS) == ONE


def test_old_rows_are_forgotten_when_there_are_many(folder: Path) -> None:
    Cache(folder, "p1").store({str(n): Kept("x") for n in range(50)}, ["a"])
    assert len(Cache(folder, "p1").find(KEYS)) == 52
    Cache(folder, "p1").store({"c": Kept("3")}, ["a"])
    assert set(Cache(folder, "p1").find(KEYS)) == {"a", "c"}


def test_the_last_conclusions_of_a_kind_stay(folder: Path) -> None:
    cache = Cache(folder, "p1")
    for day in "12345678":
        cache.conclude("standings", day, Kept(f"of {day}"))
    cache.conclude("ledger", "x", Kept("one", "more"))
    cache.conclude("standings", "6", Kept("of 6 again"))
    assert list(cache.conclusions("standings")) == ["6", "8", "7", "5"]
    assert cache.conclusions("standings", "6") == {"6": Kept("of 6 again")}
    assert cache.conclusions("standings", "1") == {}
    assert cache.conclusions("ledger") == {"x": Kept("one", "more")}
    assert cache.find(KEYS) == ONE
    with closing(sqlite3.connect(folder / NAME)) as database, database:
        database.execute("update conclusions set value = 'paid' where key = '8'")
    assert list(cache.conclusions("standings")) == ["6", "7", "5"]
    assert Cache(folder, "p2").conclusions("standings") == {}
    Cache(folder, "p2").conclude("ledger", "y", Kept("two"))
    assert Cache(folder, "p2").conclusions("standings") == {}
    assert Cache(folder, "p2").conclusions("ledger") == {"y": Kept("two")}


def test_a_conclusion_in_portions_changes_in_some_of_them(folder: Path) -> None:
    cache = Cache(folder, "p1")
    for day in "123":
        cache.conclude_portions("x", day, {part: Kept(f"{day}{part}") for part in "abc"}, "abc")
    cache.conclude_portions("x", "1", {"b": Kept("new")}, "bc", most=2)
    assert cache.portions("x", "1") == {"b": Kept("new"), "c": Kept("1c")}
    assert cache.portions("x", "1", "c") == {"c": Kept("1c")}
    assert cache.portions("x", "1", "a") == {}
    assert set(cache.portions("x", "3")) == {"a", "b", "c"}
    assert cache.portions("x", "2") == {}  # of another key, and not one of the last two
    assert cache.portions("y", "1") == {}
    assert cache.conclusions("x") == {}
    with closing(sqlite3.connect(folder / NAME)) as database, database:
        database.execute("update conclusions set part = 'd' where part = 'b'")
    assert set(cache.portions("x", "1")) == {"c"}


def test_the_program_is_named_by_all_that_reads() -> None:
    assert program() == program()
    assert len(program()) == 32


def test_a_file_in_place_of_another_is_seen(folder: Path) -> None:
    cache = Cache(folder, "p1")
    assert cache.find(KEYS) == ONE
    (folder / NAME).unlink()
    assert cache.find(KEYS) == {}
    cache.store({"c": Kept("3")}, [])
    assert cache.find(KEYS) == {"c": Kept("3")}
    Cache(folder, "p1").store({"d": Kept("4")}, ["c"])
    assert set(cache.find([*KEYS, "d"])) == {"c", "d"}
    Cache(folder, "p2").store(ONE, [])
    assert cache.find(KEYS) == {}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12, where tests thread
def test_a_process_that_was_split_off_reads_by_itself(folder: Path) -> None:
    cache = Cache(folder, "p1")
    assert cache.find(["a"])
    child = os.fork()
    if not child:
        os._exit(cache.find(KEYS) != ONE)
    assert os.waitpid(child, 0) == (child, 0)
    assert cache.find(KEYS) == ONE
