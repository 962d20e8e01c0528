"""What verbs wrote, committed by a step."""

from pathlib import Path

from tests.commands.office import office
from tests.edge.repositories import git


def test_a_step_commits_what_another_one_wrote(tmp_path: Path) -> None:
    isp = office(tmp_path / "isp")
    isp.today = "2026-11-28"
    assert isp.run("ci", "commit", "ledger", "-m", "Bill").out == "nothing to commit\n"
    assert isp.run("bill").code == 0
    made = isp.json("ci", "commit", "ledger", "-m", "Bill").json["commit"]
    assert made == git(isp.folder, "rev-parse", "HEAD")
    assert git(isp.folder, "status", "--porcelain") == ""
