"""The files of closings: what is wrong with one is told with its line."""

from pathlib import Path

import pytest

from ispconf.edge import closings
from ispconf.edge.appendonly import ledger_change
from ispconf.edge.differing import proposed
from ispconf.edge.files import open_network
from ispconf.edge.history import Repository
from ispconf.errors import FilesError, RequestError
from ispconf.ledger.closing import Closing
from tests.edge.repositories import SMALL, committed, git, write

FILE = "ledger/2026/10/closing.yaml"
SUM = "82cf0ca8c0d9ffd2f6ba3ca4e7d61fe0b8e0a1b3ab2c9ad54dd0d6ca0a1a87e5"
GOOD = f"month: 2026-10\nclosed: 2026-11-03\ncurrency: MXN\nfiles:\n  a.yaml: {SUM}\n"


def problems(root: Path) -> list[str]:
    with pytest.raises(FilesError) as error:
        open_network(root, env={})
    return [str(each) for each in error.value.problems]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["month: is missing", "closed: is missing", "currency: is missing"]),
        ("- a\n", ["month: is missing", "closed: is missing", "currency: is missing"]),
        (GOOD.replace("MXN", "PESOS"), [':3:11: currency: "PESOS" is not an ISO 4217']),
        (
            GOOD.replace("2026-10", "2026-09", 1),
            ["closes 2026-09, so it belongs to"],
        ),
        (GOOD + "owner: ana\n", [":6:1: owner: is not a key here"]),
        (GOOD.replace(SUM, "no"), [":5:11: files.a.yaml: "]),
        (GOOD + "\tx\n", [":6:1: "]),
        (GOOD, ["a.yaml is gone since", "2026-10-28-invoices.yaml: was added since"]),
    ],
)
def test_a_closing_that_is_wrong_is_told_where(tmp_path: Path, text: str, said: list[str]) -> None:
    write(tmp_path, SMALL | {FILE: text})
    found = problems(tmp_path)
    assert len(found) == len(said), found
    for part in said:
        assert any(part in one for one in found), found


def test_the_last_closing_is_found(tmp_path: Path) -> None:
    assert closings.last(tmp_path) is None
    newer = GOOD.replace("2026-10", "2026-12", 1)
    write(tmp_path, {FILE: GOOD, FILE.replace("10", "11"): "x", FILE.replace("10", "12"): newer})
    found = closings.last(tmp_path)
    assert found is not None
    assert found.closing.month == "2026-12"


def test_an_old_closing_is_not_written_over(tmp_path: Path) -> None:
    write(tmp_path, {FILE: GOOD})
    fields = {"month": "2026-10", "closed": "2026-11-03", "currency": "MXN"}
    with pytest.raises(RequestError, match="is there already"):
        closings.write(tmp_path, [Closing.model_validate(fields)])


@pytest.mark.parametrize("change", ["gone", "changed", "new", "as it was"])
@pytest.mark.parametrize("reopened", [(), ("2026-10",), ("2026-09",)])
def test_a_closing_is_taken_back_only_where_that_is_said(
    tmp_path: Path, change: str, reopened: tuple[str, ...]
) -> None:
    committed(tmp_path, SMALL | {FILE: GOOD})
    if change == "gone":
        git(tmp_path, "rm", "-q", FILE)
    elif change == "changed":
        write(tmp_path, {FILE: GOOD.replace("11-03", "11-04").replace("currency", "money")})
    elif change == "new":
        write(tmp_path, {FILE.replace("10", "11"): GOOD})
    differences = proposed(Repository.required(tmp_path), "HEAD")
    found = ledger_change(differences, "HEAD", reopened)
    refused = change in ("gone", "changed") and reopened != ("2026-10",)
    assert [each.source.file for each in found.problems] == ([FILE] if refused else [])
    assert all("which reopens 2026-10" in each.message for each in found.problems)
    assert found.added == {}
