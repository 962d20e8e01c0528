"""``check --actor --base``: a branch of somebody, judged by the rules that it goes to."""

from pathlib import Path

import pytest

from tests.commands.world import Isp
from tests.edge.repositories import SMALL, committed, git

CASH = "ledger/2026/11/2026-11-03-caja1.yaml"
INVOICES = "ledger/2026/10/2026-10-28-invoices.yaml"
POLICY = """\
roles: {owner: [olga], cashier: [maria], technician: [teo], bot: [bot]}
policy:
  - {who: [cashier], entries: [payment], up_to: 500.00}
  - {who: [technician], paths: [subscribers/**], fields: [contact, services.*.access]}
  - {who: [bot], entries: [invoice, fee]}
"""
PAID = SMALL[CASH].replace("000001", "000002").replace("0045", "0046")
RULE = "ispconf.yaml:15:5"


@pytest.fixture
def branch(tmp_path: Path) -> Isp:
    """A branch of somebody, in which nothing is changed yet."""
    files = SMALL | {"ispconf.yaml": SMALL["ispconf.yaml"] + POLICY}
    isp = Isp(committed(tmp_path, files))
    git(tmp_path, "checkout", "-q", "-b", "work")
    return isp


def refused(isp: Isp, actor: str) -> list[tuple[str, int | None, str, str | None]]:
    isp.commit()
    ran = isp.json("check", "--base", "main", "--actor", actor)
    found = [each for each in ran.json["problems"] if each["severity"] == "error"]
    assert ran.code == (1 if found else 0)
    return [(each["file"], each["line"], each["message"], each["also"]) for each in found]


def test_a_cashier_takes_payments_and_no_more(branch: Isp) -> None:
    branch.write(CASH, SMALL[CASH] + PAID)
    assert refused(branch, "maria") == []
    branch.write(CASH, SMALL[CASH] + PAID.replace("350.00", "500.01"))
    ((file, line, said, also),) = refused(branch, "maria")
    assert (file, line, also) == (CASH, 2, RULE)
    assert said.startswith(
        "caja1-000002, a payment of 500.01, may not be recorded by maria (cashier) "
        "(may record payment up to 500.00)"
    )


def test_a_price(branch: Isp) -> None:
    branch.change("plans/hogar-20.yaml", "350.00", "300.00")
    ((file, line, said, also),) = refused(branch, "maria")
    assert (file, line, also) == ("plans/hogar-20.yaml", 3, RULE)
    assert said == (
        "price: may not be changed by maria (cashier) (may record payment up to 500.00). Ask: owner"
    )
    assert refused(branch, "olga") == []


def test_another_ones_journal(branch: Isp) -> None:
    more = (
        SMALL[INVOICES].replace("000001", "000002").replace("11-01/2026-12-01", "12-01/2027-01-01")
    )
    branch.write(INVOICES, SMALL[INVOICES] + more)
    ((file, line, said, also),) = refused(branch, "maria")
    assert (file, line, also) == (INVOICES, 2, "ispconf.yaml:10:13")
    assert said == "journal invoices is written by bot, not by maria (cashier)"


@pytest.mark.parametrize("actor", ["maria", "olga"])
def test_an_old_line(branch: Isp, actor: str) -> None:
    branch.change(CASH, "350.00", "300.00")
    found = refused(branch, actor)
    assert {(file, line) for file, line, *_ in found} == {(CASH, 1)}
    assert any("the ledger is append only" in said for *_, said, _ in found)


def test_rights_that_a_branch_gives_itself(branch: Isp) -> None:
    branch.change("ispconf.yaml", "owner: [olga]", "owner: [olga, teo]")
    branch.change("plans/hogar-20.yaml", "350.00", "300.00")
    files = {file for file, *_ in refused(branch, "teo")}
    assert files == {"ispconf.yaml", "plans/hogar-20.yaml"}


def test_a_stranger(branch: Isp) -> None:
    assert refused(branch, "eve") == []
    branch.change("subscribers/norte/ana-lopez.yaml", "name: Ana", "name: Eva")
    ((file, line, said, _),) = refused(branch, "eve")
    assert (file, line) == ("ispconf.yaml", 13)
    assert "eve has no role at main and may change nothing" in said


PLAN_50 = SMALL["plans/hogar-20.yaml"].replace("20", "50")
BEN = "subscribers/norte/ben-ruiz.yaml"
DATED = "    plan: hogar-50\n    plan_changes: [{on: 2026-12-01, from: hogar-20, to: hogar-50}]\n"
OTHER = "    plan: hogar-50\n"


@pytest.mark.parametrize(
    ("before", "after", "day", "warned"),
    [
        ("    plan: hogar-20\n", OTHER, "2026-12-10", True),
        ("    plan: hogar-20\n", OTHER, "2026-06-22", False),  # the service has not begun
        ("    plan: hogar-20\n", DATED, "2026-12-10", False),
        (DATED, "    plan: hogar-20\n", "2026-12-10", False),  # taken back
        (DATED, DATED.replace("hogar-50", "hogar-80"), "2026-12-10", True),
        (DATED, DATED.replace("hogar-50", "hogar-80"), "2026-11-30", False),  # it is to come
        ("    plan: hogar-80\n", "    plan: hogar-20\n", "2026-12-10", False),  # it was renamed
        ("    plan: [hogar-20]\n", OTHER, "2026-12-10", False),  # it was wrong, and was mended
    ],
)
def test_another_plan_without_a_day_is_warned_of(
    branch: Isp, before: str, after: str, day: str, *, warned: bool
) -> None:
    plans = {f"plans/hogar-{n}.yaml": PLAN_50.replace("50", n) for n in ("50", "80")}
    for path, text in plans.items():
        branch.write(path, text)
    branch.write(BEN, SMALL[BEN].replace("    plan: hogar-20\n", before))
    git(branch.folder, "branch", "-f", "main", branch.commit())
    branch.write(BEN, SMALL[BEN].replace("    plan: hogar-20\n", after))
    if "hogar-80" in before:
        branch.delete("plans/hogar-80.yaml")
    branch.commit()
    ran = branch.json("check", "--base", "main", "--date", day)
    assert ran.code == 0
    found = [each for each in ran.json["problems"] if " without a day" in each["message"]]
    assert [(each["file"], each["line"]) for each in found] == ([(BEN, 4)] if warned else [])
    assert all("ispconf subscriber set ben-ruiz services.casa.plan=" in f["message"] for f in found)
