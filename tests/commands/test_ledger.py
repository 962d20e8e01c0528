"""``ledger close``: what may be closed, and that every verb keeps out of a closed month."""

from pathlib import Path

import pytest

from tests.commands.desks import BEN, INVOICE, ledger, opened, refused
from tests.commands.world import Isp
from tests.edge.repositories import git

OCTOBER = "ledger/2026/10/closing.yaml"
BEFORE = "2026-10-31"


@pytest.fixture
def desk(tmp_path: Path) -> Isp:
    return opened(tmp_path / "isp")


@pytest.fixture
def closed(desk: Isp) -> Isp:
    ran = desk.json("ledger", "close", "2026-10")
    assert ran.code == 0, ran
    return desk


def test_a_month_is_closed_once(desk: Isp) -> None:
    ran = desk.run("ledger", "close", "2026-10")
    assert ran.out.splitlines() == [
        "2026-10 closed: 2 entries in 1 file; 700.00 MXN owed, 0.00 paid ahead",
        f"  {OCTOBER}: commit it",
    ]
    assert "  ana: 350.00\n  ben: 350.00\n" in desk.text(OCTOBER)
    assert desk.run("check").code == 0
    assert "2026-10 is closed already: everything through 2026-10-31" in refused(
        desk, "ledger", "close", "2026-10"
    )


def test_the_answer_for_programs(desk: Isp) -> None:
    assert desk.json("ledger", "close", "2026-10").json["closed"] == [
        {
            "month": "2026-10",
            "file": OCTOBER,
            "entries": 2,
            "owed": "700.00",
            "credit": "0.00",
            "totals": {"invoice": {"count": 2, "effect": "700.00"}},
            "journals": {"caja1": 1, "invoices": 2},
        }
    ]


def test_months_are_closed_in_order(desk: Isp) -> None:
    desk.today = "2026-12-01"
    assert "2 invoices and fees are missing up to 2026-11-30" in refused(
        desk, "ledger", "close", "2026-10", "2026-11"
    )
    assert desk.run("bill").code == 0
    assert "2026-10 before 2026-11 is still open; close in order: ispconf ledger close" in refused(
        desk, "ledger", "close", "2026-11"
    )
    assert desk.run("ledger", "close", "2026-11", "2026-10").code == 0
    assert desk.run("check").code == 0
    assert "2026-12 is not over: it can be closed from 2027-01-01 on" in refused(
        desk, "ledger", "close", "2026-12"
    )


def test_a_ledger_that_is_wrong_is_not_closed(desk: Isp) -> None:
    desk.write("ledger/2026/10/2026-10-28-invoices.yaml", INVOICE)
    assert "is not in the ledger" not in refused(desk, "ledger", "close", "2026-10")
    desk.write("ledger/2026/10/2026-10-28-invoices.yaml", INVOICE + INVOICE + BEN)
    assert "is used twice" in refused(desk, "ledger", "close", "2026-10")


def test_what_was_wrong_in_a_closed_month_is_corrected_now(closed: Isp) -> None:
    for words in (
        ["credit", "invoices-000001", "20.00", "--reason", "two days off"],
        ["reverse", "caja1-000001", "--reason", "bounced"],
        ["pay", "ana", "330.00", "--ref", "R2"],
    ):
        assert closed.run(*words).code == 0
    assert closed.run("check").code == 0


# Nothing comes into a closed month -----------------------------------------------------------

VERBS = [
    ["pay", "ana", "10.00", "--ref", "R2"],
    ["promise", "ana", "--until", "2026-11-02"],
    ["credit", "invoices-000001", "1.00", "--reason", "x"],
    ["write-off", "invoices-000001", "--reason", "x"],
    ["bill"],
]


@pytest.mark.parametrize("words", VERBS, ids=[words[0] for words in VERBS])
def test_no_verb_writes_in_a_closed_month(closed: Isp, words: list[str]) -> None:
    if words == ["bill"]:  # there must be something to bill
        closed.change("subscribers/ana.yaml", "since: 2026-11-01", "since: 2026-10-20")
    said = refused(closed, *words, "--date", BEFORE)
    assert "2026-10 is closed (everything through 2026-10-31)" in said


def test_an_entry_that_was_typed_into_a_closed_month_is_found(closed: Isp) -> None:
    file = "ledger/2026/11/2026-11-06-caja1.yaml"
    late = (
        "- {no: caja1-000002, date: 2026-10-31, type: payment, subscriber: ana, amount: 10.00, "
        'method: cash, ref: "R2"}\n'
    )
    closed.write(file, late)
    ran = closed.run("check")
    assert ran.code == 1
    assert f"{file}:1: caja1-000002 is dated 2026-10-31, and 2026-10 is closed" in ran.out


def test_what_is_found_too_late_is_billed_in_the_month_that_is_open(closed: Isp) -> None:
    closed.change("subscribers/ana.yaml", "since: 2026-11-01", "since: 2026-10-20")
    ran = closed.json("bill")
    assert "1 of closed months (through 2026-10-31): dated 2026-11-01" in ran.err
    (found,) = ran.json["entries"]
    assert (found["date"], found["period"]) == ("2026-11-01", "2026-10-20/2026-11-01")
    assert closed.json("bill").json["entries"] == []
    assert closed.run("check").code == 0


def test_a_closing_is_deleted_only_by_a_change_that_says_so(closed: Isp) -> None:
    git(closed.folder, "add", ".")
    git(closed.folder, "commit", "-qm", "close October")
    (closed.folder / OCTOBER).unlink()
    ran = closed.run("check", "--base", "HEAD")
    assert ran.code == 1
    assert "say that it is meant with --reopen 2026-10" in ran.out
    assert closed.run("check", "--base", "HEAD", "--reopen", "2026-10").code == 0
    assert closed.run("pay", "ana", "10.00", "--ref", "R2", "--date", "2026-11-03").code == 0
    before = ledger(closed)
    assert closed.run("ledger", "close", "2026-10").code == 0
    assert set(ledger(closed)) - set(before) == {OCTOBER}
