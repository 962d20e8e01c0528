"""The past of a subscriber in real repositories: commits, moves, renames, merges, entries."""

from pathlib import Path

import pytest

from ispconf.edge.commits import commits
from ispconf.edge.frame import frame, framed
from ispconf.edge.history import Repository
from ispconf.edge.past import Life, life
from ispconf.edge.recorded import lived, recorded
from ispconf.edge.versions import Versions
from ispconf.edge.work import work
from ispconf.errors import FilesError
from tests.edge.repositories import SMALL, committed, git, write

ANA = "subscribers/norte/ana-lopez.yaml"
SOUTH = "subscribers/sur/ana-lopez.yaml"
BEN = "subscribers/norte/ben-ruiz.yaml"
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return committed(tmp_path, SMALL)


def commit(root: Path, words: str, files: dict[str, str] | None = None) -> str:
    write(root, files or {})
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", words)
    return git(root, "rev-parse", "HEAD")


def lived_by(root: Path, name: str = "ana-lopez") -> Life:
    repository = Repository.required(root)
    found = life(repository, Versions(repository), name)
    assert found
    return found


def deeds(found: Life) -> list[tuple[str, str]]:
    """What each revision did, with the subject of its commit."""
    return [
        (each.deed, each.commit.subject if each.commit else "not committed")
        for each in found.revisions
    ]


def test_moves_and_renames_are_followed(root: Path) -> None:
    write(root, {SOUTH: SMALL[ANA]})
    git(root, "rm", "-qf", ANA)
    commit(root, "move")
    git(root, "mv", SOUTH, "subscribers/sur/ana-hernandez.yaml")
    commit(root, "rename")
    found = lived_by(root, "ana-hernandez")
    assert deeds(found) == [("created", "start"), ("moved", "move"), ("renamed", "rename")]
    assert found.names == ("ana-hernandez", "ana-lopez")
    assert not found.gone
    old = lived_by(root)
    assert deeds(old) == [("created", "start"), ("moved", "move"), ("renamed", "rename")]
    assert old.path == "subscribers/sur/ana-hernandez.yaml"


def test_a_file_that_moved_and_changed_wholly_is_one(root: Path) -> None:
    git(root, "rm", "-q", ANA)
    commit(root, "move", {SOUTH: "name: Somebody\nnotes: x\n"})
    found = lived_by(root)
    assert deeds(found) == [("created", "start"), ("moved", "move")]
    assert {change.path for change in found.revisions[-1].changes} >= {("notes",), ("name",)}


def test_files_that_look_alike_are_not_one_person(root: Path) -> None:
    git(root, "rm", "-q", BEN)
    other = SMALL[BEN].replace("Ben Ruiz", "Carla Paz").replace("10.20.0.16", "10.20.0.17")
    commit(root, "swap", {"subscribers/norte/carla.yaml": other})
    assert deeds(lived_by(root, "carla")) == [("created", "swap")]
    assert deeds(lived_by(root, "ben-ruiz")) == [("created", "start"), ("deleted", "swap")]


def test_who_was_deleted_and_came_back(root: Path) -> None:
    git(root, "rm", "-q", ANA)
    commit(root, "gone")
    gone = lived_by(root)
    assert gone.gone
    assert deeds(gone) == [("created", "start"), ("deleted", "gone")]
    commit(root, "back", {SOUTH: SMALL[ANA]})
    back = lived_by(root)
    assert deeds(back) == [("created", "back")]
    repository = Repository.required(root)
    assert life(repository, Versions(repository), "nobody") is None


def test_ids_that_went_in_a_circle_end(root: Path) -> None:
    other = "subscribers/norte/ana.yaml"
    for number in range(2):
        git(root, "mv", ANA, other)
        commit(root, f"there {number}")
        git(root, "mv", other, ANA)
        commit(root, f"back {number}")
    found = lived_by(root)
    assert {deed for deed, _ in deeds(found)[1:]} == {"renamed"}
    assert found.revisions[-1].path == ANA
    assert set(found.names) == {"ana-lopez", "ana"}


def test_what_a_merge_took_from_a_side_is_not_its_own(root: Path) -> None:
    git(root, "checkout", "-q", "-b", "side")
    commit(root, "name", {ANA: SMALL[ANA].replace("Ana López", "Ana López H.")})
    git(root, "checkout", "-q", "main")
    commit(root, "address", {ANA: SMALL[ANA].replace("10.20.0.15", "10.20.0.19")})
    git(root, "merge", "-q", "--no-commit", "side")
    text = (root / ANA).read_text(encoding="utf-8")
    commit(root, "merge", {ANA: text.replace("user: ana", "user: ana-h")})
    found = {each.commit.subject: each for each in lived_by(root).revisions if each.commit}
    assert [c.path[-1] for c in found["name"].changes] == ["name"]
    assert [c.path[-1] for c in found["address"].changes] == ["address"]
    assert [c.path[-1] for c in found["merge"].changes] == ["user"]


def test_a_version_that_cannot_be_read_changes_nothing(root: Path) -> None:
    commit(root, "broken", {ANA: "name: [\n"})
    commit(root, "mended", {ANA: SMALL[ANA].replace("Ana López", "Ana H.")})
    changes = [[c.path for c in each.changes] for each in lived_by(root).revisions]
    assert changes[1:] == [[], [("name",)]]


@pytest.mark.parametrize(
    ("files", "deed"),
    [
        ({ANA: SMALL[ANA].replace("Ana López", "Ana H.")}, "changed"),
        ({ANA: ""}, "deleted"),
        ({ANA: "", SOUTH: SMALL[ANA]}, "moved"),
    ],
)
def test_what_is_not_committed_yet_is_told(root: Path, files: dict[str, str], deed: str) -> None:
    write(root, {path: text for path, text in files.items() if text})
    for path in (path for path, text in files.items() if not text):
        (root / path).unlink()
    if deed == "moved":  # until it is committed, only the place where it is now is known
        assert deeds(lived_by(root)) == [("created", "not committed")]
    else:
        assert deeds(lived_by(root)) == [("created", "start"), (deed, "not committed")]


def test_every_entry_has_the_commit_that_recorded_it(root: Path) -> None:
    second = SMALL[CASH].replace("000001", "000002").replace("0045", "0046")
    commit(root, "second", {CASH: SMALL[CASH] + second})
    third = second.replace("000002", "000003").replace("0046", "0047")
    write(root, {CASH: SMALL[CASH] + second + third})
    repository = Repository.required(root)
    found, entries = lived(repository, Versions(repository), "ana-lopez")
    assert found
    assert [(e.entry.no, e.commit and e.commit.subject) for e in entries] == [
        ("invoices-000001", "start"),
        ("caja1-000001", "start"),
        ("caja1-000002", "second"),
        ("caja1-000003", None),
    ]
    assert entries[2].entry.line == 2
    assert recorded(repository, Versions(repository), ("nobody",)) == []


def test_entries_of_an_id_of_before_belong_to_the_life(root: Path) -> None:
    git(root, "mv", ANA, "subscribers/norte/ana-hernandez.yaml")
    commit(root, "rename")
    repository = Repository.required(root)
    _, entries = lived(repository, Versions(repository), "ana-hernandez")
    assert len(entries) == 2


def test_a_ledger_file_that_somebody_wrote_by_hand(root: Path) -> None:
    by_hand = (
        "- no: caja1-000002\n  date: 2026-11-04\n  type: payment\n  subscriber: ana-lopez\n"
        '  amount: 1.00\n  method: cash\n  ref: "2"\n'
    )
    commit(root, "by hand", {"ledger/2026/11/2026-11-04-caja1.yaml": by_hand})
    commit(root, "more", {"ledger/2026/11/2026-11-04-caja1.yaml": f"# a note\n{by_hand}"})
    repository = Repository.required(root)
    found = recorded(repository, Versions(repository), ("ana-lopez",))[-1]
    assert found.entry.no == "caja1-000002"
    assert found.commit
    assert found.commit.subject == "by hand"


def test_the_work_of_a_commit(root: Path) -> None:
    git(root, "mv", ANA, "subscribers/norte/ana-hernandez.yaml")
    git(root, "mv", BEN, "subscribers/ben-ruiz.yaml")
    changed = SMALL[CASH].replace("350.00", "300.00")
    commit(root, "much", {CASH: changed, "README.md": "x", "plans/hogar-20.yaml": "name: [\n"})
    repository = Repository.required(root)
    (log,) = commits(repository, "HEAD~1..HEAD")
    done = work(Versions(repository), log.touched)
    assert {(file.kind, file.id, file.deed) for file in done.files} == {
        ("subscriber", "ana-hernandez", "renamed"),
        ("subscriber", "ben-ruiz", "moved"),
        ("other", "README.md", "created"),
        ("plan", "hogar-20", "changed"),
    }
    assert [entry.amount for entry in done.added] == [300]
    assert [entry.amount for entry in done.removed] == [350]


def test_people_who_look_alike_are_two_in_the_work_of_a_commit(root: Path) -> None:
    git(root, "rm", "-q", BEN)
    other = SMALL[BEN].replace("Ben Ruiz", "Carla Paz")
    commit(root, "swap", {"subscribers/norte/carla.yaml": other})
    repository = Repository.required(root)
    (log,) = commits(repository, "HEAD~1..HEAD")
    done = work(Versions(repository), log.touched)
    assert [(file.id, file.deed) for file in done.files] == [
        ("ben-ruiz", "deleted"), ("carla", "created")
    ]  # fmt: skip


def test_commits_are_read_whatever_stands_in_them(root: Path) -> None:
    empty = ("commit", "-q", "--allow-empty", "--allow-empty-message", "--no-verify")
    git(root, "-c", "i18n.commitEncoding=latin1", *empty, "-m", ":100 \x1b")
    git(root, *empty, "-m", "")
    repository = Repository.required(root)
    log = commits(repository, "HEAD")
    assert [each.subject for each in log] == ["start", ":100 \x1b", ""]
    assert [len(each.touched) for each in log] == [len(SMALL), 0, 0]
    assert log[0].email == "ana@example.com"


def test_the_frame_leaves_out_what_is_wrong(root: Path) -> None:
    write(root, {"plans/odd.yaml": "name: [", "plans/README.md": "x"})
    found = frame(root)
    assert list(found.plans) == ["hogar-20"]
    data = (root / ANA).read_bytes()
    person = framed(found, "ana-lopez", ANA, data, []).subscribers["ana-lopez"]
    assert list(person.services) == ["casa"]
    gone = data.replace(b"hogar-20", b"hogar-99")
    assert not framed(found, "ana-lopez", ANA, gone, []).subscribers["ana-lopez"].services
    assert not framed(found, "ana-lopez", ANA, b"name: [", []).subscribers
    write(root, {"ispconf.yaml": "company: ["})
    with pytest.raises(FilesError):
        frame(root)
    (root / "ispconf.yaml").unlink()
    with pytest.raises(FilesError, match=r"ispconf\.yaml"):
        frame(root)
