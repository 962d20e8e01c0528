"""Whatever verb records money: wrong input is refused with its reason, and nothing is written.

October is closed; Ana owes November, Ben paid 400.00 for his 350.00 by receipt R1.
"""

from pathlib import Path

import pytest

from tests.commands.desks import opened, refused
from tests.commands.world import Isp

REASON = ["--reason", "x"]
CLOSED = ["--date", "2026-10-31"]
BANK = "date,amount,ref,subscriber,why,near\n"

PAY = ["pay", "ana", "10.00", "--ref", "R2"]
PROMISE = ["promise", "ana", "--until", "2026-11-10"]
CREDIT = ["credit", "invoices-000001", "10.00", *REASON]
REFUND = ["refund", "ben", "10.00", "--ref", "R2"]
REVERSE = ["reverse", "caja1-000001", "--reason", "bounced"]
WRITE_OFF = ["write-off", "invoices-000001", "10.00", *REASON]
TRANSFER = ["transfer", "ben", "ana", "10.00"]
OPENING = ["ledger", "opening", "ana", "10.00", *REASON]
OTHER = ["bill", "ana", "--other", "Antena", "10.00"]


def with_amount(words: list[str], amount: str) -> list[str]:
    return [amount if word == "10.00" else word for word in words]


def about(words: list[str], what: str) -> list[str]:
    return [words[0], what, *words[2:]]


WITH_AMOUNTS = [PAY, CREDIT, REFUND, WRITE_OFF, TRANSFER, OPENING, OTHER]
AMOUNTS = {
    "10,00": "is not an amount",
    "1e2": "is not an amount",
    "0": "not more than zero",
    "10.005": "2 decimals of MXN",
}
WRONG: dict[str, tuple[list[str], str]] = {
    **{
        f"{words[0]} {amount}": (with_amount(words, amount), said)
        for words in WITH_AMOUNTS
        for amount, said in AMOUNTS.items()
    },
    **{
        f"{words[0]} in a closed month": ([*words, *CLOSED], "2026-10 is closed")
        for words in (PAY, CREDIT, WRITE_OFF, OPENING, OTHER)
    },
    **{
        f"{words[0]} of nobody": (about(words, "ani"), '"ani" is not in subscribers/')
        for words in (PAY, PROMISE, REFUND, TRANSFER, OTHER)
    },
    **{
        f"{words[0]} with a character that no file holds": (
            [f"{word}\t2" if word in ("R2", "x", "Antena") else word for word in words],
            "has a control character (U+0009)",
        )
        for words in (PAY, CREDIT, REFUND, WRITE_OFF, OPENING, OTHER)
    },
    **{
        f"{words[0]} for nothing": (about(words, "invoices-000009"), "is not in the ledger")
        for words in (CREDIT, WRITE_OFF, REVERSE)
    },
    "pay on a closed day": ([*PAY, "--on", "2026-10-31"], "2026-10 is closed"),
    "pay for nothing": (
        [*PAY, "--for", "invoices-000009"],
        '"invoices-000009" is not in',
    ),
    "pay for another's": ([*PAY, "--for", "invoices-000002"], "belongs to ben, not to ana"),
    "pay with a number that is none": (
        [*PAY, "--for", "november"],
        '"november" is not in',
    ),
    "pay with a reference that is booked": ([*PAY[:-1], "R1"], '"R1" is booked already'),
    "pay with spaces around it": ([*PAY[:-1], " R1 "], '"R1" is booked already'),
    "pay with a blank reference": ([*PAY[:-1], "  "], "ref: is empty"),
    "refund with spaces around it": ([*REFUND[:-1], "R1 "], '"R1" is booked already'),
    "refund with a reference that is booked": ([*REFUND[:-1], "R1"], '"R1" is booked already'),
    "pay without a reference": ([*PAY[:-1], ""], "ref: is empty"),
    "pay by a method nobody takes": ([*PAY, "--method", "oro"], "takes oro"),
    "pay by a method with a slip": ([*PAY, "--method", "trasfer"], '(did you mean "transfer"?)'),
    "credit of more than there is": (with_amount(CREDIT, "350.01"), "is too much"),
    "write-off of more than there is": (with_amount(WRITE_OFF, "350.01"), "only 350.00 MXN"),
    "refund of more than there is": (with_amount(REFUND, "50.01"), "50.00 MXN credit"),
    "reverse of an invoice": (about(REVERSE, "invoices-000001"), "is of type invoice, not payment"),
    "credit of a payment": (about(CREDIT, "caja1-000001"), "is of type payment"),
    "promise without a debt": (about(PROMISE, "ben"), "no invoice is open"),
    "promise that is too long": ([*PROMISE[:-1], "2027-01-01"], "is too far"),
    **{
        f"{words[0]} into a journal nobody has": (
            [*words, "--journal", "cajon"],
            '"cajon" is not in journals',
        )
        for words in (PAY, PROMISE, CREDIT, REFUND, REVERSE, WRITE_OFF, TRANSFER, OPENING, OTHER)
    },
    "transfer to nobody": ([*TRANSFER[:2], "ani", "10.00"], '"ani" is not in subscribers/'),
    "transfer to oneself": ([*TRANSFER[:2], "ben", "10.00"], "ben cannot give to ben"),
    "transfer of more than there is": (with_amount(TRANSFER, "50.01"), "50.00 MXN credit"),
    "opening of nobody": ([*OPENING[:2], "ani", *OPENING[3:]], '"ani" is not in subscribers/'),
    "credit for a blank reason": ([*CREDIT[:-1], "  "], "reason: is empty"),
    "opening without a reason": ([*OPENING[:-1], ""], "reason: is empty"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Isp:
    """Nothing is ever written, so one desk is enough."""
    isp = opened(tmp_path_factory.mktemp("wrong") / "isp")
    assert isp.run("ledger", "close", "2026-10").code == 0
    return isp


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_refused_with_its_reason(desk: Isp, name: str) -> None:
    words, said = WRONG[name]
    assert said in refused(desk, *words)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-11-03,10.005,R2,ana", "2 decimals of MXN"),
        ("2026-11-03,diez,R2,ana", "is not an amount"),
        ("2026-10-31,10.00,R2,ana", "2026-10 is closed"),
        ("2026-11-31,10.00,R2,ana", "is not in the calendar"),
        ("2026-11-07,10.00,R2,ana", "is after 2026-11-06"),
        ("2026-11-03,10.00,R1,ana", "reference is booked already: caja1-000001"),
        ("2026-11-03,10.00,,ana", "has no reference"),
        ("2026-11-03,35000.00,R2,ana", "3 years of their plans; if it is right: ispconf pay"),
        ("2026-11-03,10.00,R2,ani", '"ani" is not in subscribers/'),
    ],
)
def test_a_wrong_line_of_a_file_is_left_over(desk: Isp, line: str, said: str) -> None:
    file = desk.folder.parent / "bank.csv"
    file.write_text(f"{BANK}{line}\n")
    words = ["pay", "--from", "csvbank", str(file), "--method", "cash", "--yes"]
    answer = desk.json(*words).json
    assert answer["entries"] == []
    assert said in answer["unmatched"][0]["why"]


def test_a_payment_is_reversed_once(tmp_path: Path) -> None:
    desk = opened(tmp_path / "isp")
    assert desk.run(*REVERSE).code == 0
    assert "was reversed by caja1-000002 already" in refused(desk, *REVERSE)
