"""``subscriber erase``: the person goes, every sum and every plan stays."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from ispconf.simulator import Simulator
from tests.commands.world import BOXES, PEOPLE, Isp, founded
from tests.edge.repositories import git

EVA = "subscribers/eva.yaml"
PERSONAL = ("Eva Ruiz", "222 000", "clave-de-prueba", "puerta", "10.20.0.16", "as on the contract")


@pytest.fixture
def left(tmp_path: Path, simulator: Simulator) -> Isp:
    """Eva paid for November and left on the first of December, as her router knows."""
    boxes = {"norte-1": BOXES["norte-1"]}
    people = {who: PEOPLE[who] for who in ("ana", "eva")}
    isp = founded(tmp_path / "isp", simulator, boxes=boxes, people=people, paid={"eva": "500.00"})
    assert isp.apply().code == 0
    words = ("contact.phone=222 000", "notes=puerta", "services.casa.cancelled.on=2026-12-01")
    assert isp.run("subscriber", "set", "eva", *words).code == 0
    isp.commit("Eva leaves")
    isp.today = "2026-12-02"
    assert isp.run("bill").code == 0
    assert isp.apply("--allow", "cuts=1").code == 0
    isp.commit("december")
    return isp


def sums(isp: Isp) -> list[object]:
    (standing,) = isp.json("status", "eva").json["subscribers"]
    for service in standing["services"]:
        del service["reasons"]  # they name a line of the file
    return [standing, isp.run("report", "revenue").out, isp.run("bill").out, isp.plan().changes]


def test_sums_and_plans_stay(left: Isp) -> None:
    before = sums(left)
    ran = left.json("subscriber", "erase", "eva")
    assert ran.json["ledger"] == []
    assert "contact" in ran.json["erased"]
    text = left.text(EVA)
    assert text.startswith("name: ")
    assert "erased: 2026-12-02\n" in text
    assert not [word for word in PERSONAL if word in text]
    assert sums(left) == before
    assert left.plan().changes == []
    assert left.run("check").code == 0
    assert left.run("statement", "eva").code == 0


def test_every_older_version_is_named_for_git_to_replace(left: Isp) -> None:
    git(left.folder, "mv", EVA, "subscribers/eva-ruiz.yaml")
    git(left.folder, "mv", "subscribers/eva-ruiz.yaml", EVA)
    ran = left.run("subscriber", "erase", "eva")
    assert "2 versions of the file in 2 commits" in ran.out
    script = left.folder / ".git/ispconf/erase-eva.py"
    assert f'git filter-repo --force --blob-callback "$(cat {script})"' in ran.out
    for commit in ("HEAD", "HEAD~1", "HEAD~2"):
        original = git(left.folder, "rev-parse", f"{commit}:{EVA}").encode()
        blob = SimpleNamespace(original_id=original, data=b"old")
        runpy.run_path(str(script), {"blob": blob})
        assert blob.data.decode() == left.text(EVA)
    other = SimpleNamespace(original_id=b"0" * 40, data=b"old")
    runpy.run_path(str(script), {"blob": other})
    assert other.data == b"old"
    assert not (left.folder / ".git/ispconf/cache.sqlite").exists()


def test_what_stands_against_it(left: Isp) -> None:
    before = left.text(EVA)
    ran = left.run("subscriber", "erase", "ana")
    assert ran.code == 1
    assert "ana/casa is suspended: end it first" in ran.err
    left.write(EVA, before.replace("2026-12-01", "2027-01-01"))
    left.today = "2027-01-02"
    ran = left.run("subscriber", "erase", "eva")
    assert "1 invoices or fees are missing: ispconf bill first" in ran.err
    assert left.run("bill").code == 0
    ran = left.run("subscriber", "erase", "eva")
    assert ran.code == 5
    assert "500.00 MXN is owed: write it off or take the payment, or say --keep-balance" in ran.err
    assert "Eva Ruiz" in left.text(EVA)
    assert left.run("subscriber", "erase", "eva", "--keep-balance").code == 0
    assert "500.00" in left.run("debtors").out
    again = left.run("subscriber", "erase", "eva")
    assert "eva was erased on 2027-01-02" in again.err
    assert left.run("subscriber", "erase", "eve").code == 1


def test_what_was_erased_does_not_come_back_by_a_merge(left: Isp) -> None:
    assert left.run("subscriber", "erase", "eva").code == 0
    left.write(EVA, left.text(EVA) + "contact: {phone: 222 000}\n")
    ran = left.run("check")
    assert ran.code == 1
    assert "was erased on 2026-12-02 and may not have contact again" in ran.out
