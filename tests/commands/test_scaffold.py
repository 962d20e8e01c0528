"""The network that ``init`` writes: right as it is."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import ispconf
from ispconf.cli import run
from ispconf.commands.session import Session
from ispconf.edge import templates
from ispconf.edge.files import open_network
from ispconf.errors import Exit
from ispconf.ledger import documents
from ispconf.ledger.entries import Entry
from ispconf.ledger.invoicing import missing
from ispconf.network.billing import billables

SCAFFOLD = Path(ispconf.__file__).parent / "commands" / "scaffold"


def test_nothing_is_wrong_in_a_new_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SCAFFOLD, tmp_path / "new")
    network = open_network(tmp_path / "new", env={})
    assert (len(network.routers), len(network.plans), len(network.subscribers)) == (1, 2, 3)
    session = Session({}, datetime(2026, 11, 18, 18, tzinfo=UTC))
    assert run(session, ["check", "-C", str(tmp_path / "new")]) == Exit.OK
    assert capsys.readouterr().out == "No problems.\n"


def test_a_new_network_bills_its_two_paying_samples() -> None:
    network = open_network(SCAFFOLD, env={"ISPCONF_CACHE": "off"})
    drafts = missing(billables(network), network.book, date(2026, 11, 1), network.company.currency)
    assert [(draft.subscriber, str(draft.amount)) for draft in drafts] == [
        ("juan-perez", "315.00"),
        ("maria-garcia", "350.00"),
    ]


def test_the_receipt_of_a_new_network_can_be_printed() -> None:
    company = open_network(SCAFFOLD, env={"ISPCONF_CACHE": "off"}).company
    day = date(2026, 11, 3)
    payment = Entry(
        "caja-000001", day, "payment", "maria-garcia", Decimal(350), method="cash", ref="0001"
    )
    who = documents.Customer("maria-garcia", "María García Torres")
    press = documents.Press(
        business=documents.Business(company.name),
        currency=company.currency,
        locale=company.locale,
        words=templates.words(SCAFFOLD),
        packaged=templates.packaged(),
        own=templates.own(SCAFFOLD),
    )
    text = press.text(documents.receipt(payment, [payment], who))
    assert "caja-000001" in text
    assert "$350.00" in text


def test_the_workflows_install_the_version_that_wrote_them() -> None:
    wanted = (SCAFFOLD / ".github" / "requirements.txt").read_text(encoding="utf-8")
    assert wanted.strip() == f"ispconf=={ispconf.__version__}"
