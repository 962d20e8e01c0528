"""Promise, credit, refund, reverse, write off: one more entry, or a reason and nothing written."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands.desks import ADJUSTMENTS, PERSON, balance, ledger, opened, refused
from tests.commands.world import Isp, Ran


@pytest.fixture
def desk(tmp_path: Path) -> Isp:
    return opened(tmp_path / "isp")


def lines(ran: Ran) -> list[str]:
    assert ran.code == 0, ran
    return ran.out.splitlines()


# What is written -----------------------------------------------------------------------------

CAJA1 = "ledger/2026/11/2026-11-06-caja1.yaml"
WRITTEN: list[tuple[str, list[str], str, str, str]] = [
    (
        "promise",
        ["promise", "ana", "--until", "2026-11-10"],
        ADJUSTMENTS,
        "type: promise, subscriber: ana, until: 2026-11-10",
        "350.00",
    ),
    (
        "credit",
        ["credit", "invoices-000001", "100.5", "--reason", "two days off"],
        ADJUSTMENTS,
        "type: credit, subscriber: ana, amount: 100.50, for: invoices-000001, reason: two days off",
        "249.50",
    ),
    (
        "refund",
        ["refund", "ben", "50.00", "--ref", "D-1"],
        CAJA1,
        'type: refund, subscriber: ben, amount: 50.00, method: cash, ref: "D-1"',
        "0.00",
    ),
    (
        "reverse",
        ["reverse", "caja1-000001", "--reason", "wrong-customer"],
        CAJA1,
        "type: reversal, subscriber: ben, amount: 400.00, of: caja1-000001, reason: wrong customer",
        "350.00",
    ),
    (
        "reverse as the ledger writes it",
        ["reverse", "caja1-000001", "--reason", "wrong customer"],
        CAJA1,
        "type: reversal, subscriber: ben, amount: 400.00, of: caja1-000001, reason: wrong customer",
        "350.00",
    ),
    (
        "opening",
        ["ledger", "opening", "ana", "70", "--reason", "old system"],
        ADJUSTMENTS,
        "type: opening, subscriber: ana, amount: 70.00, reason: old system",
        "420.00",
    ),
    (
        "opening of what was paid ahead",
        ["ledger", "opening", "ana", "70.00", "--credit", "--reason", "old system"],
        ADJUSTMENTS,
        "type: opening, subscriber: ana, amount: -70.00, reason: old system",
        "280.00",
    ),
    (
        "write off all",
        ["write-off", "invoices-000001", "--reason", "moved"],
        ADJUSTMENTS,
        "type: write_off, subscriber: ana, amount: 350.00, for: invoices-000001, reason: moved",
        "0.00",
    ),
    (
        "write off a part",
        ["write-off", "invoices-000001", "310.00", "--reason", "moved"],
        ADJUSTMENTS,
        "type: write_off, subscriber: ana, amount: 310.00, for: invoices-000001, reason: moved",
        "40.00",
    ),
]


@pytest.mark.parametrize(
    ("words", "file", "line", "owed"),
    [pytest.param(*case, id=name) for name, *case in WRITTEN],
)
def test_an_entry_is_one_line_at_the_end_of_a_journal(
    desk: Isp, words: list[str], file: str, line: str, owed: str
) -> None:
    before = ledger(desk)
    (entry,) = desk.json(*words).json["entries"]
    written = f"- {{no: {entry['no']}, date: 2026-11-06, {line}}}\n"
    assert entry["no"] == ("caja1-000002" if file == CAJA1 else "ajustes-000001")
    assert ledger(desk) == before | {file: written}
    assert balance(desk, entry["subscriber"]) == owed
    assert desk.run("check").code == 0


@pytest.mark.parametrize("words", [case[1] for case in WRITTEN], ids=[case[0] for case in WRITTEN])
def test_another_journal_can_be_named(desk: Isp, words: list[str]) -> None:
    (entry,) = desk.json(*words, "--journal", "invoices").json["entries"]
    assert entry["no"] == "invoices-000003"


@pytest.mark.parametrize(
    ("words", "restores"),
    [
        (["promise", "ana", "--until", "2026-11-10"], True),
        (["credit", "invoices-000001", "350.00", "--reason", "x"], True),
        (["credit", "invoices-000001", "301.00", "--reason", "x"], True),  # below minimum_cut
        (["credit", "invoices-000001", "300.00", "--reason", "x"], False),
        (["write-off", "invoices-000001", "--reason", "x"], True),
        (["refund", "ben", "50.00", "--ref", "D-1"], False),
        (["reverse", "caja1-000001", "--reason", "bounced"], False),
    ],
)
def test_what_an_entry_restores(desk: Isp, words: list[str], restores: bool) -> None:  # noqa: FBT001
    assert desk.state("ana") == "suspended"
    answer = desk.json(*words).json
    assert answer["restores"] == (["ana/casa"] if restores else [])
    assert (desk.state("ana") != "suspended") == restores


def test_the_answers_for_people(desk: Isp) -> None:
    assert lines(desk.run("promise", "ana", "--until", "2026-11-10")) == [
        "ajustes-000001   Ana López   promises to pay until 2026-11-10",
        "balance 350.00 MXN",
        "ana/casa will be restored by the next apply.",
    ]
    assert lines(desk.run("reverse", "caja1-000001", "--reason", "bounced")) == [
        "caja1-000002   Ben Soto   reversal of 400.00 MXN, caja1-000001: bounced",
        "balance 350.00 MXN",
        "ben/casa will be cut by the next apply.",
    ]
    assert lines(desk.run("pay", "ben", "350.00", "--ref", "R2"))
    assert lines(desk.run("credit", "invoices-000002", "20.00", "--reason", "gift")) == [
        "ajustes-000002   Ben Soto   credit of 20.00 MXN, invoices-000002: gift",
        "balance -20.00 MXN",
    ]
    assert lines(desk.run("refund", "ben", "20", "--method", "transfer", "--ref", "S-1")) == [
        "banco-000001   Ben Soto   refund of 20.00 MXN, transfer S-1",
        "balance 0.00 MXN",
    ]
    assert lines(desk.run("write-off", "invoices-000001", "1.00", "--reason", "x"))[0] == (
        "ajustes-000003   Ana López   write-off of 1.00 MXN, invoices-000001: x"
    )


def test_what_was_booked_for_the_wrong_customer_is_booked_again(desk: Isp) -> None:
    assert desk.run("reverse", "caja1-000001", "--reason", "wrong-customer").code == 0
    said = refused(desk, "pay", "ana", "400.00", "--ref", "R1")
    assert "was booked by caja1-000001, which caja1-000002 took back; the ledger has a" in said
    assert '--ref "R1 bis"' in said
    assert desk.run("pay", "ana", "400.00", "--ref", "R1 bis").code == 0


def test_credit_is_moved_to_whom_it_belongs_to(desk: Isp) -> None:
    ran = desk.run("transfer", "ben", "ana", "50")
    assert lines(ran) == [
        "ajustes-000001   Ben Soto   transfer of 50.00 MXN, to ana",
        "balance 0.00 MXN",
        "ajustes-000002   Ana López   transfer of 50.00 MXN, from ben",
        "balance 300.00 MXN",
    ]
    assert desk.run("check").code == 0
    assert desk.text(ADJUSTMENTS).count("\n") == 2


def test_a_transfer_that_pays_restores(desk: Isp) -> None:
    assert desk.pay("ben", "350.00").code == 0
    assert desk.json("transfer", "ben", "ana", "350").json["restores"] == ["ana/casa"]


def test_the_same_opening_is_recorded_once_and_its_opposite_takes_it_back(desk: Isp) -> None:
    words = ["ledger", "opening", "ana", "70", "--reason", "x"]
    assert desk.run(*words).code == 0
    said = f"ajustes-000001 in {ADJUSTMENTS}:1 is an opening of the same amount already"
    assert said in refused(desk, *words)
    assert said in refused(desk, *words[:3], "70.00", *words[4:])
    assert desk.run(*words, "--credit").code == 0
    assert balance(desk, "ana") == "350.00"


def test_wh043_a_service_that_waits_for_its_router_is_a_warning(desk: Isp) -> None:
    desk.change("inventory/norte-1.yaml", "user: ispconf\n", "user: ispconf\napi: disabled\n")
    warning = (
        "ana/casa is restored in the ledger, but not on norte-1, which has api: disabled: the "
        "change waits until it is enabled"
    )
    promised = desk.json("promise", "ana", "--until", "2026-11-10")
    assert promised.json["warnings"] == [warning]
    assert promised.err == f"warning: {warning}\n"
    desk.today = "2026-11-12"
    assert desk.pay("ana", "350.00").json["warnings"] == [warning]
    assert "warnings" not in desk.pay("ben", "350.00", ref="100").json


# What is refused -----------------------------------------------------------------------------

REFUSED: list[tuple[list[str], str]] = [
    (["promise", "ani", "--until", "2026-11-10"], '"ani" is not in subscribers/ (did you mean'),
    (["promise", "ana", "--until", "2026-11-05"], "until 2026-11-05 is before 2026-11-06"),
    (
        ["promise", "ana", "--until", "2026-11-17"],
        "until 2026-11-17 is too far: max_days is 10, 2026-11-16 at the latest",
    ),
    (["promise", "ben", "--until", "2026-11-10"], "no invoice is open"),
    (["promise", "ana", "--until", "2026-11-10", "--journal", "nada"], "is not in journals"),
    (["credit", "invoices-000009", "1", "--reason", "x"], '"invoices-000009" is not in the ledger'),
    (["credit", "caja1-000001", "1", "--reason", "x"], "is of type payment, not invoice or fee"),
    (["credit", "invoices-000001", "350.01", "--reason", "x"], "is too much"),
    (["credit", "invoices-000001", "1.005", "--reason", "x"], "more than the 2 decimals of MXN"),
    (["credit", "invoices-000001", "0", "--reason", "x"], "is not more than zero"),
    (["credit", "invoices-000001", "mucho", "--reason", "x"], "is not an amount"),
    (["credit", "invoices-000001", "1", "--reason", ""], "reason"),
    (["refund", "ana", "10.00", "--ref", "D-1"], "ana has no credit: 10.00 cannot be refunded"),
    (["refund", "ben", "50.01", "--ref", "D-1"], "ben has 50.00 MXN credit: 50.01 cannot be"),
    (["refund", "ben", "diez", "--ref", "D-1"], "is not an amount"),
    (["refund", "ben", "10.00", "--ref", "R1"], 'cash reference "R1" is booked already'),
    (["refund", "ben", "10", "--method", "bitcoin", "--ref", "1"], "takes bitcoin"),
    (["refund", "ben", "10", "--journal", "banco", "--ref", "1"], "takes transfer, not cash"),
    (["reverse", "invoices-000001", "--reason", "bounced"], "is of type invoice, not payment"),
    (["reverse", "caja1-000077", "--reason", "bounced"], '"caja1-000077" is not in the ledger'),
    (["write-off", "invoices-000002", "--reason", "x"], "nothing of invoices-000002 is open"),
    (["write-off", "invoices-000001", "350.01", "--reason", "x"], "only 350.00 MXN of"),
    (["write-off", "invoices-000001", "todo", "--reason", "x"], "is not an amount"),
]


@pytest.mark.parametrize(("words", "reason"), REFUSED, ids=[" ".join(case[0]) for case in REFUSED])
def test_what_is_wrong_is_refused_and_nothing_is_written(
    desk: Isp, words: list[str], reason: str
) -> None:
    assert reason in refused(desk, *words)


@pytest.mark.parametrize(
    "words",
    [
        ["promise", "ana"],
        ["promise", "ana", "--until", "mañana"],
        ["credit", "invoices-000001", "1"],
        ["reverse", "caja1-000001", "--reason", "mood"],
        ["refund", "ben", "1"],
    ],
)
def test_what_is_not_said_is_wrong_usage(desk: Isp, words: list[str]) -> None:
    assert desk.json(*words).code == 2


def test_a_payment_is_reversed_once(desk: Isp) -> None:
    desk.json("reverse", "caja1-000001", "--reason", "bounced")
    said = refused(desk, "reverse", "caja1-000001", "--reason", "bounced")
    assert said == "caja1-000001 was reversed by caja1-000002 already"


def test_credits_and_write_offs_together_are_at_most_the_invoice(desk: Isp) -> None:
    desk.json("credit", "invoices-000001", "200.00", "--reason", "x")
    said = refused(desk, "credit", "invoices-000001", "150.01", "--reason", "x")
    assert said.startswith("credit of 150.01 is too much")
    assert "only 150.00 MXN" in refused(
        desk, "write-off", "invoices-000001", "151", "--reason", "x"
    )
    desk.json("write-off", "invoices-000001", "--reason", "x")
    assert balance(desk, "ana") == "0.00"


def test_br66_promises_of_a_quarter(desk: Isp) -> None:
    promise = ["promise", "ana", "--until"]
    desk.json(*promise, "2026-11-10")
    assert "promise ajustes-000001 runs until 2026-11-10" in refused(desk, *promise, "2026-11-12")
    desk.today = "2026-11-11"
    said = refused(desk, *promise, "2026-11-12").splitlines()
    assert said == [
        "ana: 1 promise since 2026-10-01: max_per_quarter is 1",
        "ana: promise ajustes-000001 was broken: not paid until 2026-11-10",
    ]
    desk.today = "2027-01-02"
    broken = "ana: promise ajustes-000001 was broken: not paid until 2026-11-10"
    assert refused(desk, *promise, "2027-01-05") == broken


def test_who_kept_a_promise_may_promise_again_in_the_next_quarter(desk: Isp) -> None:
    desk.json("promise", "ana", "--until", "2026-11-10")
    desk.today = "2026-11-10"
    desk.pay("ana", "350.00")
    desk.today = "2027-01-02"
    assert desk.run("bill").code == 0
    assert desk.json("promise", "ana", "--until", "2027-01-05").code == 0


@pytest.mark.parametrize(
    ("caller", "journal"), [("maria", "caja1"), ("root", "invoices"), ("bot", "invoices")]
)
def test_without_a_journal_of_its_own_a_promise_is_in_that_of_the_caller(
    desk: Isp, caller: str, journal: str
) -> None:
    desk.change("ispconf.yaml", "  ajustes: {writer: lucia}\n", "")
    desk.env["USER"] = caller
    said = desk.json("promise", "ana", "--until", "2026-11-10").json
    assert said["restores"] == ["ana/casa"]
    assert said["entries"][0]["no"].startswith(f"{journal}-")


def test_between_two_journals_of_that_kind_one_must_be_named(desk: Isp) -> None:
    more = "  ajustes: {writer: lucia}\n"
    desk.change("ispconf.yaml", more, f"{more}  notas: {{writer: lucia}}\n")
    said = refused(desk, "promise", "ana", "--until", "2026-11-10")
    assert said == "name the journal to write with --journal: ajustes, notas"


# A bill run with all that it charges ----------------------------------------------------------

EXTRAS = """\
billing:
  fees: {late: true, reconnection: true}
  late_fee: {percent: 10}
  reconnection_fee: 80.00
extras:
  wifi: {price: 900.00, pay: instalments, count: 3, description: Router}
"""


def test_fees_and_extras_are_billed_once(desk: Isp) -> None:
    desk.write("subscribers/ana.yaml", PERSON + EXTRAS)
    desk.pay("ana", "350.00")
    desk.today = "2026-11-28"
    made: list[dict[str, Any]] = [
        each for each in desk.json("bill").json["entries"] if each["subscriber"] == "ana"
    ]
    assert [(one["type"], one.get("total", one.get("amount"))) for one in made] == [
        ("invoice", "650.00"),
        ("fee", "35.00"),
        ("fee", "80.00"),
    ]
    assert made[0]["lines"][1] == {"item": "Router [wifi 1/3]", "amount": "300.00"}
    assert [one["for"] for one in made[1:]] == ["invoices-000001"] * 2
    assert desk.json("bill").json["entries"] == []
    told = desk.run("check")
    assert (told.code, told.out.count("warning:")) == (0, 1)  # the password, not the extras


def test_a_bill_run_with_fees_for_people(desk: Isp) -> None:
    desk.write("subscribers/ana.yaml", PERSON + EXTRAS)
    desk.today = "2026-12-28"
    said = lines(desk.run("bill"))
    assert said[-2] == "4 invoices, 2 fees, 2070.00 MXN"
    fees = [line for line in said if " late fee, " in line]
    assert [line.split()[0] for line in fees] == ["invoices-000004", "invoices-000007"]
    assert fees[0].split()[2:6] == ["ana", "late", "fee,", "invoices-000001"]
    assert fees[1].split()[5] == "invoices-000003"  # a draft of the same run, by its number


@pytest.mark.parametrize(("day", "cuts"), [("2026-12-04", []), ("2026-12-05", ["ben/casa"])])
def test_a_bill_run_that_comes_late_says_whom_it_cuts(desk: Isp, day: str, cuts: list[str]) -> None:
    desk.today = day
    said = lines(desk.run("bill"))
    late = "ben/casa will be cut by the next apply: open invoices are past their cut date."
    assert (said[-1] == late) == bool(cuts)


def test_a_bill_run_that_comes_late_names_whom_it_cuts(desk: Isp) -> None:
    desk.pay("ana", "350.00")
    desk.today = "2026-12-05"
    assert desk.json("bill").json["cuts"] == ["ana/casa", "ben/casa"]
    desk.today = "2026-12-28"
    assert "cuts" not in desk.json("bill").json


def test_many_that_a_late_run_cuts_are_counted(desk: Isp) -> None:
    desk.pay("ana", "350.00")
    desk.today = "2026-12-05"
    assert lines(desk.run("bill"))[-1].startswith("2 services will be cut by the next apply")


# Other income --------------------------------------------------------------------------------

TAXES = "taxes:\n  iva: {name: IVA, rate: 16%, included: true}\n"
OTHER = ["bill", "ana", "--other", "Antena", "900", "--other", "Visita: techo", "116.00"]


def test_much_other_income_is_named_in_part(desk: Isp) -> None:
    many = [word for name in "abcdef" for word in ("--other", name * 20, "1.00")]
    said = lines(desk.run("bill", "ana", *many))
    assert f"ana/{'a' * 20}, {'b' * 20}, ... " in said[1]


def test_wh073_an_invoice_of_other_income_is_no_reason_for_a_cut(desk: Isp) -> None:
    desk.write("ispconf.yaml", desk.text("ispconf.yaml") + TAXES)
    desk.pay("ana", "350.00")
    said = lines(desk.run(*OTHER, "--tax", "iva", "--due", "2026-11-10"))
    assert said[1].split()[:5] == [
        "invoices-000003", "2026-11-06", "ana/Antena,", "Visita:", "techo",
    ]  # fmt: skip
    assert desk.text("ledger/2026/11/2026-11-06-invoices.yaml") == (
        "- {no: invoices-000003, date: 2026-11-06, type: invoice, subscriber: ana, "
        "due: 2026-11-10, total: 1016.00, taxes: {iva: 140.14}, lines: [{item: Antena, "
        'amount: 900.00}, {item: "Visita: techo", amount: 116.00}], kind: other}\n'
    )
    assert balance(desk, "ana") == "1016.00"
    assert desk.run("check").code == 0
    desk.today = "2026-11-27"  # the next invoice comes on the 28th
    assert desk.state("ana") == "active"


def test_wh072_one_subscriber_is_billed_alone(desk: Isp) -> None:
    found = desk.json("bill", "ben", "--until", "2026-11-28").json["entries"]
    assert [(each["subscriber"], each["period"]) for each in found] == [
        ("ben", "2026-12-01/2027-01-01")
    ]
    rest = desk.json("bill", "--until", "2026-11-28").json["entries"]
    assert {each["subscriber"] for each in rest} == {"ana"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([*OTHER[:4], "0"], 1, "Antena: 0 is not more than zero"),
        ([*OTHER[:4], "1.005"], 1, "Antena: "),
        (["bill", "ana", "--other", " ", "1"], 1, "has no name"),
        (["bill", "ani", "--other", "x", "1"], 1, '"ani" is not in subscribers/'),
        (["bill", "ani"], 1, '"ani" is not in subscribers/'),
        ([*OTHER, "--tax", "ivo"], 1, '"ivo" is not in taxes of ispconf.yaml'),
        ([*OTHER, "--due", "2026-11-05"], 1, "--due 2026-11-05 is before 2026-11-06"),
        (["bill", "--other", "x", "1"], 2, "--other is for one SUBSCRIBER"),
        (["bill", "ana", "--tax", "iva"], 2, "--tax and --due go with --other"),
    ],
)
def test_other_income_that_is_typed_wrong(
    desk: Isp, words: list[str], code: int, said: str
) -> None:
    before = ledger(desk)
    ran = desk.run(*words)
    assert (ran.code, said in ran.err) == (code, True), ran
    assert ledger(desk) == before


# An amount that is probably mistyped ----------------------------------------------------------

ABSURD = ["pay", "ana", "35000.00", "--ref", "R2"]  # she owes 350.00 a month
SAID = "35000.00 MXN is more than ana owes (350.00) and 3 years of their plans"


def test_an_absurd_amount_is_refused_where_nobody_can_be_asked(desk: Isp) -> None:
    before = ledger(desk)
    ran = desk.run(*ABSURD)
    assert (ran.code, ran.err) == (5, f"ispconf: {SAID}; if it is right: --yes\n")
    assert desk.json(*ABSURD).code == 5
    assert ledger(desk) == before
    assert desk.run(*ABSURD, "--yes").code == 0


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 130)])
def test_an_absurd_amount_is_asked_about(desk: Isp, answer: str, code: int) -> None:
    before = ledger(desk)
    ran = desk.run(*ABSURD, asks=True, given=f"{answer}\n")
    assert ran.code == code
    assert f"{SAID}. Record it?" in ran.out
    assert (ledger(desk) == before) is bool(code)


def test_years_in_advance_are_not_asked_about(desk: Isp) -> None:
    assert desk.run("pay", "ana", "8400.00", "--ref", "R2").code == 0  # two years
    assert desk.run("pay", "ben", "12600.00", "--ref", "R3").code == 0  # three, with credit


# The day it was paid --------------------------------------------------------------------------


def test_what_was_paid_before_counts_from_that_day(desk: Isp) -> None:
    (entry,) = desk.json("pay", "ana", "350.00", "--ref", "R2", "--on", "2026-11-04").json[
        "entries"
    ]
    assert entry["date"] == "2026-11-04"
    assert entry["no"] in ledger(desk)[CAJA1]  # recorded today
    assert "--on 2026-11-07 is after 2026-11-06" in refused(
        desk, "pay", "ana", "1.00", "--ref", "R3", "--on", "2026-11-07"
    )


# A clock that is wrong ------------------------------------------------------------------------


LATE = "nothing was recorded in ledger/ since 2026-11-02, 429 days ago: is it whole, is the clock"
EARLY = "this clock says 2026-10-20, but ledger/ has entries recorded on 2026-11-02"


@pytest.mark.parametrize(
    ("words", "today", "said"),
    [
        (["bill"], "2028-01-05", LATE),
        (["pay", "ana", "350.00", "--ref", "R2"], "2028-01-05", LATE),
        (["ledger", "opening", "ana", "1.00", "--reason", "x"], "2026-10-20", EARLY),
    ],
    ids=["bill", "pay", "opening"],
)
def test_a_day_that_is_hardly_today_is_told(
    desk: Isp, words: list[str], today: str, said: str
) -> None:
    desk.today = today
    assert said in desk.run(*words).err


def test_a_day_that_was_typed_is_meant(desk: Isp) -> None:
    assert "clock" not in desk.run("bill", "--date", "2028-01-05").err
