"""The network that ``init`` writes: right as it is, and run by nothing but verbs."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import ispconf
from ispconf.cli import VERBS, run
from ispconf.commands.session import Session
from ispconf.edge import templates
from ispconf.edge.files import open_network
from ispconf.errors import Exit
from ispconf.ledger import documents
from ispconf.ledger.entries import Entry
from ispconf.ledger.invoicing import missing
from ispconf.network.billing import billables

SCAFFOLD = Path(ispconf.__file__).parent / "commands" / "scaffold"
WORKFLOWS = sorted((SCAFFOLD / ".github" / "workflows").glob("*.yml"))


def parsed(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


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


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_step_of_a_workflow_is_one_verb_or_git(workflow: Path) -> None:
    steps = [step for job in parsed(workflow)["jobs"].values() for step in job["steps"]]
    lines = [step["run"] for step in steps if "run" in step]
    assert lines
    for line in lines:
        program, verb, *_ = line.split()
        assert program == "git" or (program == "ispconf" and verb in VERBS)
        assert "${{" not in line  # nothing that a stranger can name reaches the shell as text


def test_there_is_a_plan_before_and_an_apply_after_a_merge_and_a_nightly_run() -> None:
    assert [path.stem for path in WORKFLOWS] == ["apply", "nightly", "plan"]


def test_the_workflows_install_the_version_that_wrote_them() -> None:
    wanted = (SCAFFOLD / ".github" / "requirements.txt").read_text(encoding="utf-8")
    assert wanted.strip() == f"ispconf=={ispconf.__version__}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_router_has_its_password_in_the_workflows(path: Path) -> None:
    network = open_network(SCAFFOLD, env={"ISPCONF_CACHE": "off"})
    names = {f"{name.upper().replace('-', '_')}_PASSWORD" for name in network.routers}
    for job in parsed(path)["jobs"].values():
        assert names <= set(job["env"])
