"""``init`` and ``secrets``: a network of one's own, and a key for its passwords."""

from pathlib import Path

import pytest

from tests.commands.world import Isp
from tests.edge.repositories import git

ENCRYPT = ("secrets", "encrypt", "maria-garcia/casa", "--format", "json")


@pytest.fixture
def new(tmp_path: Path) -> Isp:
    isp = Isp(tmp_path / "mine", env={"ISPCONF_AGE_KEY_FILE": str(tmp_path / "identity")})
    assert isp.run("init", str(isp.folder), here=False).code == 0
    return isp


def test_a_new_network_passes_check_and_is_a_repository(new: Isp) -> None:
    assert git(new.folder, "rev-parse", "--is-inside-work-tree") == "true"
    assert new.run("check").code == 0
    assert new.run("status").code == 0


def test_what_to_do_next_is_said(tmp_path: Path) -> None:
    ran = Isp(tmp_path).run("init", str(tmp_path / "mine"), here=False)
    assert "ispconf check" in ran.out
    ran = Isp(tmp_path).run("init", str(tmp_path / "other"), "--format", "json", here=False)
    assert "ispconf.yaml" in ran.json["files"]


def test_who_is_in_the_files_is_served_from_the_day_on_that_it_is_there(tmp_path: Path) -> None:
    isp = Isp(tmp_path / "mine")
    isp.today, isp.clock = "2026-11-22", "03:00"  # in Mexico it is the evening of the 21st
    assert isp.run("init", str(isp.folder), here=False).code == 0
    assert "pending" not in isp.run("status").out
    assert "since: 2026-11-21" in isp.text("subscribers/centro/maria-garcia.yaml")


def test_nothing_that_is_there_is_overwritten(new: Isp) -> None:
    new.write("ispconf.yaml", "mine")
    ran = new.run("init", str(new.folder), here=False)
    assert ran.code == 1
    assert "ispconf.yaml; nothing was written" in ran.err
    assert new.text("ispconf.yaml") == "mine"


def test_a_key_is_made_once(new: Isp) -> None:
    made = new.json("secrets", "keygen").json
    assert made["recipient"].startswith("age1")
    assert Path(made["identity"]).read_text().startswith("# public key: ")
    before = new.text("ispconf.keys.yaml")
    again = new.run("secrets", "keygen")
    assert again.code == 1
    assert new.text("ispconf.keys.yaml") == before


def test_an_encrypted_value_is_for_its_place_alone(new: Isp) -> None:
    said = new.run("secrets", "keygen").out
    assert "commit it" in said
    assert new.env["ISPCONF_AGE_KEY_FILE"] in said
    made = new.run(*ENCRYPT, given="secreto\n").json
    assert made["value"].startswith('!encrypted "')
    named = new.run("secrets", "encrypt", "x", "--field", "tls.key", given="a\n")
    assert named.out.startswith("key: !encrypted ")


def test_there_must_be_a_value_and_a_key(new: Isp) -> None:
    ran = new.run("secrets", "encrypt", "x", given="secreto")
    assert ran.code == 1
    assert "secrets keygen" in ran.err
    assert new.run("secrets", "keygen").code == 0
    ran = new.run("secrets", "encrypt", "x", given="")
    assert ran.code == 2
    assert "there is no value on standard input" in ran.err
