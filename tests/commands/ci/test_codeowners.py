"""``ci codeowners``: written where a forge looks for it, and known to be stale."""

from pathlib import Path

from tests.commands.world import Isp
from tests.edge.repositories import SMALL, committed

ROLES = "roles: {owner: [olga], technician: [teo]}\n"


def test_it_is_written_checked_and_warned_of(tmp_path: Path) -> None:
    isp = Isp(committed(tmp_path, SMALL | {"ispconf.yaml": SMALL["ispconf.yaml"] + ROLES}))
    assert isp.run("ci", "codeowners", "--check").code == 1
    assert not (tmp_path / "CODEOWNERS").exists()
    written = isp.json("ci", "codeowners")
    assert (written.json["files"], written.json["stale"]) == (["CODEOWNERS"], ["CODEOWNERS"])
    assert "/subscribers/         @olga @teo\n" in isp.text("CODEOWNERS")
    assert isp.run("ci", "codeowners", "--check").out == "CODEOWNERS is what the policy says.\n"
    assert "CODEOWNERS" not in isp.run("check").out
    isp.change("ispconf.yaml", "[teo]", "[teo, tina]")
    ran = isp.run("check")
    assert ran.code == 0
    assert "CODEOWNERS: warning: is not what roles and policy say" in ran.out
    assert "is stale; write it with" in isp.run("ci", "codeowners", "--check").out


def test_a_folder_in_its_place_is_no_reason_to_stop(tmp_path: Path) -> None:
    """What a pull request brings may be anything; check must still say what is wrong elsewhere."""
    isp = Isp(committed(tmp_path, SMALL | {"ispconf.yaml": SMALL["ispconf.yaml"] + ROLES}))
    isp.write("CODEOWNERS/x", "")
    ran = isp.run("check")
    assert ran.code == 0
    assert "CODEOWNERS: warning: is not what roles and policy say" in ran.out


def test_gitea_gets_its_own_spelling(tmp_path: Path) -> None:
    isp = Isp(committed(tmp_path, SMALL | {"ispconf.yaml": SMALL["ispconf.yaml"] + ROLES}))
    isp.write(".gitea/CODEOWNERS", "")
    assert isp.run("ci", "codeowners").out == ".gitea/CODEOWNERS is written; commit it.\n"
    assert "subscribers/.*        @olga @teo\n" in isp.text(".gitea/CODEOWNERS")


def test_without_roles_nobody_can_be_named(tmp_path: Path) -> None:
    isp = Isp(committed(tmp_path, SMALL))
    ran = isp.run("ci", "codeowners")
    assert ran.code == 1
    assert "has no roles" in ran.err
