"""Appending to a journal: numbers without gaps, whole lines or nothing, one writer at a time."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ispconf.edge.appending import OvertakenError, Seen, append_entries
from ispconf.edge.files import open_network
from ispconf.errors import FilesError, RequestError
from ispconf.ledger.entries import Entry
from tests.edge.repositories import SMALL, committed, write

DAY = date(2026, 11, 3)
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"


def payment(ref: str) -> Entry:
    return Entry("", DAY, "payment", "ana-lopez", Decimal("10.00"), method="cash", ref=ref)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return committed(tmp_path, SMALL)


def test_entries_get_the_next_numbers(repo: Path) -> None:
    written = append_entries(repo, "caja1", DAY, [payment("a"), payment("b")])
    assert [(entry.no, entry.file, entry.line) for entry in written] == [
        ("caja1-000002", CASH, 2),
        ("caja1-000003", CASH, 3),
    ]
    network = open_network(repo, env={})
    assert network.book.by_no["caja1-000003"] == written[1]
    later = append_entries(repo, "caja1", date(2026, 11, 4), [payment("c")])
    assert later[0].no == "caja1-000004"
    assert later[0].file == "ledger/2026/11/2026-11-04-caja1.yaml"
    assert append_entries(repo, "caja1", date(2026, 11, 5), []) == []


def test_a_new_journal_counts_from_one(repo: Path) -> None:
    assert append_entries(repo, "mpesa", DAY, [payment("a")])[0].no == "mpesa-000001"


@pytest.mark.parametrize("text", [SMALL[CASH].rstrip("\n"), SMALL[CASH].replace("\n", "\r\n")])
def test_existing_lines_stay_as_they_are(repo: Path, text: str) -> None:
    write(repo, {CASH: text})
    append_entries(repo, "caja1", DAY, [payment("a")])
    after = (repo / CASH).read_bytes().decode()
    assert after.startswith(text)
    assert after.endswith("\r\n") == ("\r\n" in text)
    assert len(after.splitlines()) == 2


LINE = SMALL[CASH].removesuffix("\n")


@pytest.mark.parametrize(
    "text", [f"  {LINE}\n", f"[{LINE.removeprefix('- ')}]\n", f"{LINE}\n...\n", "[]\n"]
)
def test_what_no_line_can_follow_is_not_continued(repo: Path, text: str) -> None:
    write(repo, {CASH: text})
    open_network(repo, env={})
    with pytest.raises(FilesError, match=f"{CASH}: nothing can be appended to it"):
        append_entries(repo, "caja1", DAY, [payment("a")])
    assert (repo / CASH).read_text() == text
    assert append_entries(repo, "caja1", date(2026, 11, 4), [payment("a")])


@pytest.mark.parametrize(
    "text",
    [
        f"{LINE}\n# the end",
        f"---\n{LINE.replace(', ', ',  ')}\n\n",
        LINE.replace(", ", ",\n  ") + "\n",
        "# nothing yet\n",
    ],
)
def test_what_a_line_can_follow_is_continued_however_it_is_written(repo: Path, text: str) -> None:
    write(repo, {CASH: text})
    before = len(open_network(repo, env={}).book.entries)
    append_entries(repo, "caja1", DAY, [payment("a")])
    assert len(open_network(repo, env={}).book.entries) == before + 1


def test_the_past_is_closed(repo: Path) -> None:
    with pytest.raises(RequestError, match="has entries recorded on 2026-11-03"):
        append_entries(repo, "caja1", date(2026, 11, 2), [payment("a")])
    assert append_entries(repo, "caja1", date(2026, 11, 2), []) == []


def test_an_empty_day_closes_nothing(repo: Path) -> None:
    write(repo, {"ledger/2026/11/2026-11-09-caja1.yaml": "# nobody came\n"})
    assert append_entries(repo, "caja1", date(2026, 11, 5), [payment("a")])[0].number == 2


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Seen({"caja1": 1, "invoices": 1}, None), ""),
        (Seen({"caja1": 0, "invoices": 1}, None), "caja1 is at 1, not at 0: another program"),
        (Seen({"caja1": 1}, None), "invoices is at 1, not at 0: another program"),
        (Seen({"caja1": 2, "invoices": 1}, None), "caja1 is at 1, not at 2: another program"),
        (Seen({"caja1": 1, "invoices": 2}, None), ""),  # old files need not be on this disk
        (Seen({"caja1": 1, "invoices": 1}, date(2026, 9, 30)), "a month was closed or opened"),
    ],
)
def test_what_others_wrote_meanwhile_is_not_overlooked(repo: Path, seen: Seen, said: str) -> None:
    if said:
        with pytest.raises(OvertakenError, match=said):
            append_entries(repo, "caja1", DAY, [payment("a")], seen=seen)
    else:
        assert append_entries(repo, "caja1", DAY, [payment("a")], seen=seen)[0].number == 2


def test_a_damaged_journal_is_not_continued(repo: Path) -> None:
    write(repo, {CASH: "- {no: caja1-000001}\n"})
    with pytest.raises(FilesError, match="type: is missing"):
        append_entries(repo, "caja1", DAY, [payment("a")])


def test_without_git_nothing_is_appended(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    with pytest.raises(RequestError, match="is not a git repository"):
        append_entries(tmp_path, "caja1", DAY, [payment("a")])
    assert (tmp_path / CASH).read_text(encoding="utf-8") == SMALL[CASH]


PROGRAM = """
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from ispconf.edge.appending import append_entries
from ispconf.ledger.entries import Entry

day = date(2026, 11, 3)
for count in range(12):
    draft = Entry("", day, "payment", "ana-lopez", Decimal("1.00"), method="cash",
                  ref=f"{sys.argv[2]}{count}")
    append_entries(Path(sys.argv[1]), "caja1", day, [draft])
"""


def test_two_programs_lose_no_line_and_use_no_number_twice(repo: Path) -> None:
    here = Path(__file__).parents[2]
    programs = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, str(repo), name], cwd=here)
        for name in ("a", "b")
    ]
    assert [program.wait(timeout=60) for program in programs] == [0, 0]
    network = open_network(repo, env={})
    cash = [entry for entry in network.book.entries if entry.journal == "caja1"]
    assert [entry.number for entry in cash] == list(range(1, 26))
    assert {entry.ref for entry in cash[1:]} == {f"{p}{n}" for p in "ab" for n in range(12)}
