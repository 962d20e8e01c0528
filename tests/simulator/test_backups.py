"""The configuration in a file, and back."""

import pytest

from ispconf.simulator import Faults, Router

from .conftest import Clock, Connect, Line

SAVE, LOAD, FILES = "/system/backup/save", "/system/backup/load", "/file"
SECRET = "/ppp/secret"


def names(router: Router, path: str = SECRET) -> list[str]:
    return [row["name"] for row in router.rows(path)]


def test_a_backup_is_a_file_without_contents(router: Router, line: Line) -> None:
    assert line.talk(SAVE, "=name=a") == [["!done"]]
    (file,) = line.rows(f"{FILES}/print")
    assert (file["name"], file["type"]) == ("a.backup", "backup")
    assert int(file["size"]) > 100
    assert "contents" not in file
    assert "backup" not in file
    line.talk(SAVE, "=name=a.backup")
    line.talk(SAVE)
    assert names(router, FILES) == ["a.backup", "norte-1-20260101000000.backup"]


def test_loading_brings_all_back_and_reboots(
    router: Router, line: Line, connect: Connect, clock: Clock
) -> None:
    router.add(SECRET, name="ana", password="p")
    router.dial("ana", "p")
    router.dial("ben", "p")
    line.talk(SAVE, "=name=a", "=password=x")
    router.remove(SECRET, "ana")
    router.add(SECRET, name="ben", password="p")
    router.add(FILES, name="later.txt", contents="later")
    clock.now += 60
    line.send(LOAD, "=name=a.backup", "=password=x")
    assert line.sentence() == []
    assert names(router) == ["ana"]
    assert names(router, "/ppp/active") == ["ana"]
    assert set(names(router, FILES)) == {"a.backup", "later.txt"}
    (resource,) = connect(router).login().rows("/system/resource/print")
    assert resource["uptime"] == "0s"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["=name=a"], "missing value(s) of argument(s) password"),
        (["=password="], "missing value(s) of argument(s) name"),
        (["=name=b", "=password="], "no such backup file"),
        (["=name=notes", "=password="], "no such backup file"),
        (["=name=a", "=password=y"], "wrong backup password"),
    ],
)
def test_what_cannot_be_loaded(
    router: Router, line: Line, words: list[str], complaint: str
) -> None:
    line.talk(SAVE, "=name=a", "=password=x")
    router.add(FILES, name="notes.backup", contents="no backup")
    assert complaint in line.talk(LOAD, *words)[0][-1]


def test_backups_need_rights_and_space(router: Router, connect: Connect) -> None:
    assert "not enough permissions" in connect(router).login("writer", "w").talk(SAVE)[0][-1]
    router.faults = Faults(disk_full=True)
    assert "not enough space" in connect(router).login().talk(SAVE)[0][-1]


def test_long_contents_are_kept_and_not_printed(router: Router, line: Line) -> None:
    router.add(FILES, name="long.txt", contents="x" * 60_001)
    router.add(FILES, name="short.txt", contents="x" * 60_000)
    long, short = line.rows(f"{FILES}/print")
    assert (long["size"], "contents" in long) == ("60001", False)
    assert len(short["contents"]) == 60_000
    assert (
        "contents too long"
        in line.talk(f"{FILES}/add", "=name=b", f"=contents={'x' * 61_301}")[0][-1]
    )
