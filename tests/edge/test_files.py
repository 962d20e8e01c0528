"""A repository read as one network, and everything that can be wrong with it, at its place."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import ispconf
from ispconf.edge.files import open_network
from ispconf.errors import FilesError, RequestError, Source
from ispconf.secret import Secret
from tests.edge.repositories import SEALED, SMALL, committed, git, write

ANA = "subscribers/norte/ana-lopez.yaml"
BEN = "subscribers/norte/ben-ruiz.yaml"
PLAN = "plans/hogar-20.yaml"
ROUTER = "inventory/norte-1.yaml"
COMPANY = "ispconf.yaml"
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"
BILL = "ledger/2026/10/2026-10-28-invoices.yaml"


def problems(root: Path, **given: Any) -> list[str]:
    with pytest.raises(FilesError) as caught:
        open_network(root, env={}, **given)
    return [str(problem) for problem in caught.value.problems]


def test_a_network_is_read_whole(tmp_path: Path) -> None:
    network = open_network(committed(tmp_path, SMALL), env={})
    assert network.commit == git(tmp_path, "rev-parse", "HEAD")
    assert not network.dirty
    assert list(network.subscribers) == ["ana-lopez", "ben-ruiz"]
    assert network.subscribers["ana-lopez"].services["casa"].access.password == Secret(
        "encrypted", SEALED
    )
    assert network.routers["norte-1"].port == 8729
    assert len(network.book) == 2
    assert network.warnings == ()
    assert network.locate(ANA, "services", "casa", "plan") == Source(ANA, 4, 11)
    assert network.locate(ANA, "services", "casa", "free") == Source(ANA, 3, 3)
    assert network.locate("nowhere.yaml", "a") == Source("nowhere.yaml")


def test_the_library_opens_networks_too(tmp_path: Path) -> None:
    assert ispconf.open_network(write(tmp_path, SMALL), env={}).commit == ""
    with pytest.raises(AttributeError):
        _ = ispconf.close_network


def test_a_folder_without_git_is_read(tmp_path: Path) -> None:
    network = open_network(write(tmp_path, SMALL) / "subscribers", env={})
    assert (network.commit, network.dirty, len(network.subscribers)) == ("", False, 2)
    with pytest.raises(RequestError, match="is not a git repository; make it one with: git -C"):
        open_network(tmp_path, env={}, rev="HEAD")


def test_a_folder_without_a_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"no ispconf\.yaml in .* or above"):
        open_network(tmp_path, env={})


def test_before_the_first_commit(tmp_path: Path) -> None:
    git(write(tmp_path, SMALL), "init", "-q")
    network = open_network(tmp_path, env={})
    assert (network.commit, network.dirty, len(network.book)) == ("", True, 2)


@pytest.mark.parametrize("env", [{}, {"ISPCONF_CACHE": "off"}])
def test_what_is_read_again_is_the_same(tmp_path: Path, env: Mapping[str, str]) -> None:
    committed(tmp_path, SMALL)
    first = open_network(tmp_path, env=env)
    again = open_network(tmp_path, env=env)
    assert dict(again.subscribers.items()) == dict(first.subscribers.items())
    assert [*again.subscribers.values()] == [*first.subscribers.values()]
    assert "ana-lopez" in again.subscribers
    assert "nobody" not in again.subscribers
    assert (again.plans, again.routers, again.company) == (
        first.plans,
        first.routers,
        first.company,
    )
    assert again.book.entries == first.book.entries
    assert (tmp_path / ".git/ispconf/cache.sqlite").exists() == (not env)


def test_changes_on_disk_count(tmp_path: Path) -> None:
    committed(tmp_path, SMALL)
    open_network(tmp_path, env={})
    write(tmp_path, {PLAN: SMALL[PLAN].replace("350.00", "400.00")})
    (tmp_path / BEN).unlink()
    write(tmp_path, {"subscribers/sur/carla.yaml": "name: Carla\n", "notes.txt": "x"})
    network = open_network(tmp_path, env={})
    assert network.dirty
    assert str(network.plans["hogar-20"].price) == "400.00"
    assert list(network.subscribers) == ["ana-lopez", "carla"]


def test_another_revision_is_read_from_git(tmp_path: Path) -> None:
    committed(tmp_path, SMALL)
    (tmp_path / BEN).unlink()
    git(tmp_path, "commit", "-qam", "Ben left")
    network = open_network(tmp_path, env={}, rev="HEAD~1")
    assert list(network.subscribers) == ["ana-lopez", "ben-ruiz"]
    assert network.commit == git(tmp_path, "rev-parse", "HEAD~1")
    assert len(network.book) == 2
    assert network.locate(BEN, "name").line == 1
    with pytest.raises(RequestError, match='there is no commit "nothing"'):
        open_network(tmp_path, env={}, rev="nothing")


def test_a_network_may_be_a_folder_of_a_larger_repository(tmp_path: Path) -> None:
    nested = {f"isp/{path}": text for path, text in SMALL.items()}
    committed(tmp_path, nested)
    write(tmp_path, {f"isp/{PLAN}": SMALL[PLAN].replace("350", "1"), "other.txt": "x"})
    network = open_network(tmp_path / "isp", env={})
    assert network.dirty
    assert str(network.plans["hogar-20"].price) == "1.00"
    assert str(open_network(tmp_path / "isp", env={}, rev="HEAD").plans["hogar-20"].price) == (
        "350.00"
    )


def test_other_work_trees_share_the_cache(tmp_path: Path) -> None:
    committed(tmp_path / "one", SMALL)
    git(tmp_path / "one", "worktree", "add", "-q", str(tmp_path / "two"))
    open_network(tmp_path / "two", env={})
    assert (tmp_path / "one/.git/ispconf/cache.sqlite").exists()


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    open_network(
        write(tmp_path, SMALL), env={}, progress=lambda done, total: told.append((done, total))
    )
    assert told[0] == (0, 5)
    assert told[-1] == (5, 5)


WRONG: list[tuple[dict[str, str | bytes], list[str]]] = [
    (
        {ANA: SMALL[ANA].replace("plan: hogar-20", "plan: hogar-02")},
        [f'{ANA}:4:11: plan: "hogar-02" is not in plans/ (did you mean "hogar-20"?)'],
    ),
    (
        {ANA: SMALL[ANA].replace("router: norte-1", "router: sur-1")},
        [f'{ANA}:5:13: router: "sur-1" is not in inventory/'],
    ),
    (
        {PLAN: "name: Hogar\nprise: 1\nprice:\nrate: {down: 20M, up: 5M}\n"},
        [
            f'{PLAN}:2:1: prise: is not a key here (did you mean "price"?)',
            f"{PLAN}:3:7: price: is missing",
        ],
    ),
    (
        {PLAN: SMALL[PLAN].replace("[pppoe,", "[pppo,")},
        [
            (
                f'{PLAN}:2:10: access[1]: "pppo" is not one of pppoe, queue, pcq, hotspot, dhcp, '
                'none (did you mean "pppoe"?)'
            )
        ],
    ),
    ({PLAN: "- a\n"}, [f"{PLAN}:1:1: should be a mapping: lines of key: value"]),
    (
        {ANA: "name: Ana\nstate: active\nservices: {casa: {status: cut}}\n"},
        [
            (
                f"{ANA}:2:1: state: is derived from dated facts and the ledger, never typed; "
                "write suspended:, paused:, cancelled: or free: with its dates"
            ),
            f"{ANA}:3:12: access: is missing",
            f"{ANA}:3:12: plan: is missing",
            f"{ANA}:3:12: since: is missing",
            (
                f"{ANA}:3:19: status: is derived from dated facts and the ledger, never typed; "
                "write suspended:, paused:, cancelled: or free: with its dates"
            ),
        ],
    ),
    (
        {
            BEN: b"name: Ben\nname: Beno\n\tx: 1",
            ANA: b"name: Jos\xe9\n",
            PLAN: "name: &a b\nprice: *a\n",
        },
        [
            f"{PLAN}:1:7: an anchor; write the value out; quote a value that starts with &",
            f"{PLAN}:2:8: an alias; write the value out",
            f"{ANA}:1:10: is not UTF-8 (byte 0xe9)",
            f"{BEN}:3:1: a tab; use spaces",
        ],
    ),
    (
        {"subscribers/sur/ana-lopez.yaml": "name: Ana\n"},
        [
            (
                'subscribers/sur/ana-lopez.yaml: "ana-lopez" is taken: two subscribers cannot have '
                f"one id (see {ANA})"
            )
        ],
    ),
    (
        {
            "subscribers/Ana.yaml": "",
            "subscribers/a b.yaml": "",
            "subscribers/x.yml": "",
            "plans/x/y.yaml": "",
            "inventory/README": "",
            "plans/README.md": "",
            "plans/.hidden": "",
            "ledger/2026/11/2026-12-03-caja1.yaml": "",
            "ledger/2026/02/2026-02-30-caja1.yaml": "",
        },
        [
            "inventory/README: the name should end in .yaml, not in nothing",
            "ledger/2026/02/2026-02-30-caja1.yaml: 2026-02-30 is not in the calendar",
            (
                "ledger/2026/11/2026-12-03-caja1.yaml: should be named like "
                "ledger/2026/10/2026-10-28-invoices.yaml"
            ),
            "plans/x/y.yaml: should stand in plans/ itself, not in a folder below it",
            (
                'subscribers/Ana.yaml: "Ana" is not an id: small letters a to z, digits and '
                "hyphens, at most 63"
            ),
            (
                "subscribers/a b.yaml: unusual characters in the path; use letters a to z, digits, "
                "hyphens, points and _"
            ),
            "subscribers/x.yml: the name should end in .yaml, not in .yml",
        ],
    ),
    (
        {BEN: SMALL[BEN].replace("10.20.0.16", "10.20.0.15")},
        [f'{BEN}:7:36: address: "10.20.0.15" is taken by ana-lopez/casa (see {ANA}:11:16)'],
    ),
    (
        {COMPANY: "company: {name: x}\n"},
        [f"{COMPANY}:1:1: {key}: is missing" for key in ("currency", "timezone")],
    ),
    (
        {CASH: SMALL[CASH] + "- {no: caja1-000003, date: 2026-11-03}\n- x\n"},
        [
            f"{CASH}:2:3: type: is missing",
            f"{CASH}:3:3: should be an entry: - {{no: ..., date: ...}}",
        ],
    ),
    (
        {CASH: SMALL[CASH].replace("amount: 350.00", "amount: 1,350.00")},
        [
            (
                f"{CASH}:1:88: 350.00: is not a key here: is it behind a comma in an amount? Write "
                "a point and no comma, like 1350.00"
            )
        ],
    ),
    (
        {CASH: SMALL[CASH].replace("caja1-000001", "caja1-1").replace("ana-lopez", "Ana")},
        [
            (
                f'{CASH}:1:8: no: "caja1-1" is not a number of the ledger: write it like '
                "caja1-000045"
            ),
            (
                f'{CASH}:1:62: subscriber: "Ana" is not an id: small letters a to z, digits and '
                "hyphens, at most 63"
            ),
        ],
    ),
    (
        {CASH: SMALL[CASH].replace("350.00", "350.001").replace("ana-lopez", "ana-lopes")},
        [
            f"{CASH}:1: 350.001 has more decimals than MXN has (2)",
            (
                f'{CASH}:1: subscriber: "ana-lopes" is not in subscribers/ and their entries add '
                'up to -350.001 (did you mean "ana-lopez"?); keep the file with cancelled: until '
                "nothing is open"
            ),
        ],
    ),
    (
        {
            ANA: SMALL[ANA]
            + "billing: {discounts: [{amount: 5.001}]}\nextras: {tv: {price: 9.999, pay: once}}\n",
            BEN: SMALL[BEN] + "extras: {tv: {price: 9.900, pay: once}}\n",
        },
        [
            f"{ANA}:12:32: amount: 5.001 has more than the 2 decimals of MXN",
            f"{ANA}:13:22: price: 9.999 has more than the 2 decimals of MXN",
        ],
    ),
    ({CASH: b"- \xff\n"}, [f"{CASH}:1:3: is not UTF-8 (byte 0xff)"]),
    ({CASH: "a: b\n"}, [f"{CASH}:1:1: should be a list: a line - {{...}} an entry"]),
    (
        {CASH: "- [\n"},
        [
            (
                f"{CASH}:2:1: is not YAML: did not find expected node content "
                "(while parsing a flow node)"
            )
        ],
    ),
]


@pytest.mark.parametrize(("files", "expected"), WRONG)
def test_all_that_is_wrong_is_named_with_its_place(
    tmp_path: Path, files: Mapping[str, str | bytes], expected: list[str]
) -> None:
    write(tmp_path, {**SMALL, **files})
    found = problems(tmp_path)
    assert set(expected) <= set(found), found
    if CASH not in files:
        assert found == sorted(expected, key=found.index)
        assert len(found) == len(expected), found


def test_a_wrong_file_is_no_second_mistake_for_those_who_name_it(tmp_path: Path) -> None:
    write(tmp_path, {**SMALL, PLAN: "name: [\n", ANA: "name: [\n"})
    found = problems(tmp_path)
    assert [line.split(":")[0] for line in found] == [PLAN, ANA]


def test_too_large_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {**SMALL, ANA: "#" * (1 << 20) + "\n", CASH: "#" * (2 << 20) + "\n"})
    assert problems(tmp_path) == [f"{ANA}: is larger than 1 MiB"]
    git(committed(tmp_path, {}), "status")
    assert problems(tmp_path, rev="HEAD") == [f"{ANA}: is larger than 1 MiB"]


LINKS = [
    "subscribers/folder: a link to a folder; put the files themselves here",
    "subscribers/lost.yaml: a link to nothing",
    f"{ANA}: a link that leaves the repository",
]


@pytest.mark.parametrize("in_git", [True, False])
def test_links_out_of_the_repository_are_refused(tmp_path: Path, *, in_git: bool) -> None:
    write(tmp_path / "out", {"x.yaml": "name: X\n"})
    root = write(tmp_path / "net", {k: v for k, v in SMALL.items() if k not in (ANA, BILL, CASH)})
    (root / ANA).symlink_to(tmp_path / "out/x.yaml")
    (root / "subscribers/good.yaml").symlink_to("norte/ben.yaml")
    (root / "subscribers/norte/ben.yaml").write_text("name: Ben\n", encoding="utf-8")
    (root / "subscribers/lost.yaml").symlink_to("nothing.yaml")
    (root / "subscribers/folder").symlink_to("norte")
    if in_git:
        committed(root, {})
    assert problems(root) == LINKS
    if in_git:
        assert problems(root, rev="HEAD") == [
            f"{line.split(':')[0]}: a link to something that is not in the commit" for line in LINKS
        ]
        for line in LINKS:
            (root / line.split(":")[0]).unlink()
        git(root, "commit", "-qam", "better")
        assert "good" in open_network(root, env={}).subscribers
        assert "good" in open_network(root, env={}, rev="HEAD").subscribers


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    (tmp_path / BEN).unlink()
    os.mkfifo(tmp_path / BEN)
    assert problems(tmp_path) == [f"{BEN}: is not a regular file"]
    (tmp_path / BEN).unlink()
    (tmp_path / "plans/x.yaml").mkdir()
    (tmp_path / BEN).symlink_to("norte/../ben-ruiz.yaml")
    assert problems(tmp_path)


def test_a_crowded_folder_is_a_warning(tmp_path: Path) -> None:
    crowd = {f"subscribers/x/s{number}.yaml": "name: S\n" for number in range(501)}
    network = open_network(write(tmp_path, {**SMALL, **crowd}), env={})
    assert [str(problem) for problem in network.warnings] == [
        (
            "subscribers/x: warning: 501 files in one folder; git gets slow beyond 500: sort them "
            "into folders, for example by zone"
        )
    ]


def test_the_ledger_is_checked_again_only_when_it_changed(tmp_path: Path) -> None:
    committed(tmp_path, SMALL)
    twice = SMALL[CASH].replace("caja1-000001", "caja1-000002")
    write(tmp_path, {CASH: SMALL[CASH] + twice})
    found = problems(tmp_path)
    assert found == [
        f'{CASH}:2: cash reference "0045" is booked already, by caja1-000001 (see {CASH}:1)'
    ]
    assert problems(tmp_path) == found
    write(tmp_path, {CASH: SMALL[CASH]})
    assert len(open_network(tmp_path, env={}).book) == 2


def test_a_ledger_by_hand_is_read_too(tmp_path: Path) -> None:
    by_hand = """\
# the third of November
-   no: caja1-000001
    date: 2026-11-03
    type: payment
    subscriber: ana-lopez
    amount: 350.00
    method: cash
    ref: "0045"
    for:
"""
    network = open_network(write(tmp_path, {**SMALL, CASH: by_hand}), env={})
    assert [entry.line for entry in network.book.entries] == [1, 2]
    empty = open_network(write(tmp_path, {CASH: "# nothing\n- \n"[:10]}), env={})
    assert len(empty.book) == 1


def test_each_file_is_read_even_when_the_company_is_wrong(tmp_path: Path) -> None:
    write(tmp_path, {**SMALL, COMPANY: "company: {\n", ANA: "name: [\n", CASH: "- x\n"})
    assert [line.split(":")[0] for line in problems(tmp_path)] == [COMPANY, CASH, ANA]
    committed(tmp_path, {"x": ""})
    git(tmp_path, "rm", "-q", "-f", COMPANY)
    git(tmp_path, "commit", "-qam", "gone")
    assert f"{COMPANY}: is missing" in problems(tmp_path, rev="HEAD")


def test_what_changes_while_it_is_read_is_not_kept(tmp_path: Path) -> None:
    committed(tmp_path, SMALL)

    def meanwhile(done: int, total: int) -> None:
        if done < total:
            write(tmp_path, {BEN: SMALL[BEN].replace("Ben Ruiz", "Ben Río")})

    open_network(tmp_path, env={}, progress=meanwhile)
    git(tmp_path, "checkout", "-q", ".")
    assert open_network(tmp_path, env={}).subscribers["ben-ruiz"].name == "Ben Ruiz"


def test_line_ends_of_this_system_may_be_kept(tmp_path: Path) -> None:
    committed(tmp_path, {**SMALL, ".gitattributes": "* text eol=crlf\n"})
    for path in SMALL:
        (tmp_path / path).unlink()
    git(tmp_path, "checkout", "-q", ".")
    assert b"\r\n" in (tmp_path / ANA).read_bytes()
    open_network(tmp_path, env={})
    told: list[tuple[int, int]] = []
    open_network(tmp_path, env={}, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (0, 0)


def test_a_file_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    plain = {path: text for path, text in SMALL.items() if not path.startswith("ledger/")}
    (tmp_path / "real").mkdir()
    write(tmp_path, plain)
    (tmp_path / "ledger").symlink_to("real")
    assert problems(tmp_path) == ["ledger: a link to a folder; put the files themselves here"]
    committed(tmp_path, {})
    (tmp_path / "ledger").unlink()
    write(tmp_path, {"ledger": "x"})
    assert problems(tmp_path) == ["ledger: should be a folder: ledger/"]
