"""What a branch did, deed by deed, and whose rules count: real git, every form of a change."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ispconf.edge.appendonly import ledger_change
from ispconf.edge.differing import proposed
from ispconf.edge.history import Repository
from ispconf.edge.proposal import deeds, rules
from ispconf.errors import RequestError
from ispconf.network.rights import Done, Recorded, Touched, refusals
from tests.edge.repositories import SMALL, committed, git, write

ANA = "subscribers/norte/ana-lopez.yaml"
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"
ROLES = """\
roles: {owner: [olga], technician: [teo], cashier: [maria], accountant: [rosa], bot: [bot]}
"""
FILES = {**SMALL, "ispconf.yaml": SMALL["ispconf.yaml"] + ROLES}
PAID = (
    "- {no: caja1-000002, date: 2026-11-04, type: payment, subscriber: ana-lopez, "
    'amount: 20.00, method: cash, ref: "0046"}\n'
)


def done(folder: Path, base: str = "base") -> list[Done]:
    repository = Repository.required(folder)
    start = repository.fork(base)
    found = proposed(repository, start)
    return deeds(found, ledger_change(found, start))


def refused(folder: Path, actor: str, base: str = "base") -> list[str]:
    repository = Repository.required(folder)
    found = proposed(repository, repository.fork(base))
    given = rules(repository, base, None, found)
    assert given
    return [str(problem) for problem in refusals(given, actor, done(folder, base))]


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        before = (folder / file).read_text(encoding="utf-8")
        assert old in before
        write(folder, {file: before.replace(old, new)})

    return change


def written(file: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        write(folder, {file: text})

    return change


def renamed(old: str, new: str, *more: tuple[str, str]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        (folder / old).rename(folder / new)
        for each in more:
            replaced(new, *each)(folder)

    return change


def linked(folder: Path) -> None:
    (folder / ANA).unlink()
    (folder / ANA).symlink_to("ben-ruiz.yaml")


MOVED = "subscribers/sur/ana-lopez.yaml"
CHANGES: list[tuple[str, Callable[[Path], None], list[tuple[str, int, str, str]]]] = [
    (
        "fields",
        replaced(ANA, "name: Ana López\n", "name: Ana\nnotes: x\n"),
        [(ANA, 0, "change", "name"), (ANA, 0, "change", "notes")],
    ),
    (
        "a month that is closed",
        written("ledger/2026/10/closing.yaml", "month: 2026-10\nclosed: 2026-11-04\n"),
        [("ledger/2026/10/closing.yaml", 0, "add", "all")],
    ),
    (
        "a block that went",
        replaced(ANA, "      address: 10.20.0.15\n", ""),
        [(ANA, 0, "change", "services.casa.access.address")],
    ),
    ("a comment", replaced(ANA, "plan: hogar-20", "plan: hogar-20  # x"), [(ANA, 0, "change", "")]),
    ("a new file", written("plans/x.yaml", "name: X\nrate: {up: 1M}\n"), [
        ("plans/x.yaml", 0, "add", "name"), ("plans/x.yaml", 0, "add", "rate.up"),
    ]),
    ("not YAML", written(ANA, "name: [\n"), [(ANA, 0, "change", "all")]),
    ("a new file that is not YAML", written("plans/x.yaml", "a: [\n"), [
        ("plans/x.yaml", 0, "add", "all"),
    ]),
    ("gone", lambda folder: (folder / ANA).unlink(), [(ANA, 0, "remove", "all")]),
    ("to another folder", renamed(ANA, MOVED), [(MOVED, 0, "change", "")]),
    ("and changed", renamed(ANA, MOVED, ("hogar-20", "hogar-50")), [
        (MOVED, 0, "change", ""), (MOVED, 0, "change", "services.casa.plan"),
    ]),
    ("another id", renamed(ANA, "subscribers/norte/anita.yaml"), [(ANA, 0, "remove", "all")]),
    ("run by anybody", lambda folder: (folder / ANA).chmod(0o755), [(ANA, 0, "change", "all")]),
    ("a link", linked, [(ANA, 0, "change", "all")]),
    ("a workflow", written(".github/workflows/x.yml", "on: push\n"), [
        (".github/workflows/x.yml", 0, "add", "all"),
    ]),
    ("an entry", written(CASH, FILES[CASH] + PAID), [
        (CASH, 2, "record", "payment"),
    ]),
    ("a remark", written(CASH, FILES[CASH] + "# x\n"), [(CASH, 2, "record", "")]),
    ("a file of the ledger that is no journal", written("ledger/README.md", "x\n"), [
        ("ledger/README.md", 0, "add", "all"),
    ]),
]  # fmt: skip


def told(deed: Done) -> tuple[str, int, str, str]:
    if isinstance(deed, Recorded):
        place = deed.source
        return place.file, place.line, "record", deed.entry.type if deed.entry else ""
    field = "all" if deed.field is None else ".".join(map(str, deed.field))
    return deed.file, 0, deed.deed, field


@pytest.mark.parametrize(
    ("change", "expected"),
    [(change, expected) for _, change, expected in CHANGES],
    ids=[name for name, *_ in CHANGES],
)
def test_every_form_of_change_is_seen(
    tmp_path: Path,
    change: Callable[[Path], None],
    expected: list[tuple[str, int, str, str]],
) -> None:
    committed(tmp_path, FILES)
    git(tmp_path, "branch", "base")
    change(tmp_path)
    git(tmp_path, "add", "-A")
    for committed_too in (False, True):
        if committed_too:
            git(tmp_path, "commit", "-qm", "a change")
        found = [told(deed) for deed in done(tmp_path)]
        assert [each for each in found if not each[0].endswith("anita.yaml")] == expected


@pytest.mark.parametrize(
    ("actor", "change", "said"),
    [
        (
            "maria",
            replaced("plans/hogar-20.yaml", "350.00", "300.00"),
            "hogar-20.yaml:3:8: price: ",
        ),
        ("teo", renamed(ANA, MOVED, ("hogar-20", "hogar-50")), ":4:11: services.casa.plan: may"),
        ("teo", linked, "may not be changed by teo (technician)"),
        ("maria", replaced("ispconf.yaml", "owner: [olga]", "owner: [maria]"), "roles.owner: may"),
        (
            "maria",
            written("ledger/2026/10/closing.yaml", "month: 2026-10\n"),
            "closing.yaml: may not be added by maria (cashier)",
        ),
        ("teo", written("CODEOWNERS", "* @teo\n"), "CODEOWNERS: may not be added by teo"),
        (
            "maria",
            replaced("ispconf.yaml", "writer: bot", "writer: maria"),
            "journals.invoices.wri",
        ),
        ("rosa", written(CASH, FILES[CASH] + PAID), "caja1 is written by maria, not by rosa"),
    ],
)
def test_a_branch_is_judged_by_the_rules_it_goes_to(
    tmp_path: Path, actor: str, change: Callable[[Path], None], said: str
) -> None:
    committed(tmp_path, FILES)
    git(tmp_path, "branch", "base")
    change(tmp_path)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "a change")
    assert any(said in each for each in refused(tmp_path, actor))
    if "caja1" not in said:
        assert refused(tmp_path, "olga") == []


def test_rules_are_those_of_today_not_those_at_which_a_branch_began(tmp_path: Path) -> None:
    committed(tmp_path, FILES)
    git(tmp_path, "checkout", "-q", "-b", "work")
    replaced(ANA, "address: 10.20.0.15", "address: 10.20.0.17")(tmp_path)
    git(tmp_path, "commit", "-qam", "work")
    assert refused(tmp_path, "teo", "main") == []
    git(tmp_path, "checkout", "-q", "main")
    replaced("ispconf.yaml", "technician: [teo]", "technician: []")(tmp_path)
    git(tmp_path, "commit", "-qam", "teo left")
    git(tmp_path, "checkout", "-q", "work")
    (problem,) = refused(tmp_path, "teo", "main")
    assert problem.startswith("ispconf.yaml:13:")
    assert "teo has no role at main" in problem


def test_what_a_merge_does_on_its_own_is_the_branchs_deed(tmp_path: Path) -> None:
    committed(tmp_path, FILES)
    git(tmp_path, "checkout", "-q", "-b", "work")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "work")
    git(tmp_path, "checkout", "-q", "main")
    replaced("plans/hogar-20.yaml", "350.00", "400.00")(tmp_path)
    git(tmp_path, "commit", "-qam", "dearer")
    git(tmp_path, "checkout", "-q", "work")
    git(tmp_path, "merge", "-q", "-s", "ours", "-m", "a merge that takes it back", "main")
    (problem,) = refused(tmp_path, "teo", "main")
    assert "price: may not be changed by teo" in problem


def test_files_above_the_networks_folder_are_not_out_of_sight(tmp_path: Path) -> None:
    committed(tmp_path, {f"isp/{path}": text for path, text in FILES.items()})
    git(tmp_path, "branch", "base")
    write(tmp_path, {".github/x.yml": "x\n"})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "a change")
    folder = tmp_path / "isp"
    assert [told(deed) for deed in done(folder)] == [("../.github/x.yml", 0, "add", "all")]
    assert len(refused(folder, "teo")) == 1
    assert refused(folder, "olga") == []


def test_another_repository_in_a_folder_is_a_change_as_a_whole(tmp_path: Path) -> None:
    committed(tmp_path, FILES)
    git(tmp_path, "branch", "base")
    commit = git(tmp_path, "rev-parse", "HEAD")
    git(tmp_path, "update-index", "--add", "--cacheinfo", f"160000,{commit},subscribers/x")
    git(tmp_path, "commit", "-qm", "a change")
    assert [told(deed) for deed in done(tmp_path)] == [("subscribers/x", 0, "add", "all")]


def test_rules_that_cannot_be_read_allow_nothing(tmp_path: Path) -> None:
    committed(tmp_path, {**FILES, "ispconf.yaml": "company: [\n"})
    with pytest.raises(RequestError, match="the rules of HEAD cannot be read"):
        rules(Repository.required(tmp_path), "HEAD", None)
    git(tmp_path, "rm", "-q", "ispconf.yaml")
    git(tmp_path, "commit", "-qm", "none")
    assert rules(Repository.required(tmp_path), "HEAD", None) is None
    assert isinstance(done(tmp_path, "HEAD~1")[0], Touched)
