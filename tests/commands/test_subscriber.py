"""``subscriber new/show/list/set``: files that are made and changed where they stand."""

import csv
import io
from pathlib import Path

import pytest

from ispconf.simulator import Simulator
from tests.commands.world import CUT, PEOPLE, Isp, founded

NEW = ("subscriber", "new", "rosa", "--name", "Rosa Campos", "--plan", "hogar-20")


@pytest.fixture
def office(tmp_path: Path, simulator: Simulator) -> Isp:
    """The provider with a key for its secrets."""
    isp = founded(tmp_path / "isp", simulator)
    isp.env["ISPCONF_AGE_KEY_FILE"] = str(tmp_path / "identity")
    assert isp.run("secrets", "keygen").code == 0
    return isp


def test_who_signs_up_gets_a_file_and_service(office: Isp) -> None:
    ran = office.json(*NEW, "--router", "norte-1", "--address", "auto", "--phone", "+52 222 1")
    assert ran.json == {
        "format": 1,
        "subscriber": "rosa",
        "file": "subscribers/norte/rosa.yaml",
        "exit_code": 0,
    }
    assert office.text("subscribers/norte/rosa.yaml") == (
        "name: Rosa Campos\n"
        'contact: {phone: "+52 222 1"}\n'
        "services:\n"
        "  casa:\n"
        "    plan: hogar-20\n"
        "    router: norte-1\n"
        "    since: 2026-11-03\n"
        "    access:\n      type: pppoe\n      user: rosa\n      password: derived\n"
        "      address: 10.20.0.2\n"
    )
    assert office.run("check").code == 0
    assert office.apply().code == 0
    assert "rosa" in office.online("norte-1")
    assert office.plan().changes == []


def test_a_password_can_be_given_and_is_encrypted(office: Isp) -> None:
    words = (*NEW, "--router", "norte-1", "--folder", "a/b", "--email", "r@x.mx", "--user", "rc")
    ran = office.run(*words, "--mac", "02:aa:bb:cc:dd:ee", "--encrypt", given="secreto-de-rosa\n")
    assert ran.code == 0, ran.err
    text = office.text("subscribers/a/b/rosa.yaml")
    assert "!encrypted" in text
    assert "secreto-de-rosa" not in text + ran.out + ran.err
    assert office.apply().code == 0
    row = office.row("norte-1", "/ppp/secret", "rc")
    assert (row["password"], row["caller-id"]) == ("secreto-de-rosa", "02:AA:BB:CC:DD:EE")


def test_kinds_without_a_password(office: Isp) -> None:
    ran = office.run(*NEW, "--router", "sur-1", "--type", "queue", "--address", "10.30.0.50")
    assert ran.code == 0
    text = office.text("subscribers/sur/rosa.yaml")
    assert text.endswith("    access:\n      type: queue\n      address: 10.30.0.50\n")
    ran = office.run(
        "subscriber", "new", "tv", "--name", "TV", "--plan", "hogar-20", "--type", "none"
    )
    assert ran.code == 1  # the plan is not sold like that
    assert not (office.folder / "subscribers/tv.yaml").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ana"], 1, "ana is there: subscribers/ana.yaml"),
        (["Rosa"], 1, '"Rosa" is not an id'),
        (["rosa", "--plan", "hogar-200"], 1, 'plan: "hogar-200" does not exist (did you mean'),
        (["rosa", "--router", "norte"], 1, 'router: "norte" does not exist (did you mean'),
        (["rosa", "--address", "10.20.0.15"], 1, "(see subscribers/ana.yaml:7"),
        (["rosa", "--address", "192.168.0.1"], 1, "192.168.0.1"),
        (["rosa", "--encrypt"], 2, "there is no password on standard input"),
        (["rosa", "--type", "dialup"], 2, "dialup"),
    ],
)
def test_who_cannot_sign_up(office: Isp, words: list[str], code: int, said: str) -> None:
    fill = ["--name", "Rosa", "--plan", "hogar-20", "--router", "norte-1"]
    who, *options = words
    ran = office.run("subscriber", "new", who, *fill, *options)
    assert ran.code == code
    assert said in ran.err
    assert office.json("subscriber", "new", who, *fill, *options).json["exit_code"] == code
    assert not list(office.folder.rglob("[Rr]osa.yaml"))


def test_no_address_is_left(office: Isp) -> None:
    office.change("inventory/norte-1.yaml", "10.20.0.0/24", "10.20.0.16/31")
    office.change("inventory/norte-1.yaml", ", gateway: 10.20.0.1", "")
    office.settle("ana", PEOPLE["ana"]._replace(address=""))
    office.settle("eva", PEOPLE["eva"]._replace(address=""))
    ran = office.run(*NEW, "--router", "norte-1", "--address", "auto")
    assert ran.code == 1
    assert "no address is free in the networks of inventory/norte-1.yaml" in ran.err


# set


def test_a_fact_is_changed_where_it_stands(office: Isp) -> None:
    before = office.text("subscribers/ana.yaml")
    ran = office.json("subscriber", "set", "ana", "services.casa.since=2026-11-02")
    assert ran.json["file"] == "subscribers/ana.yaml"
    after = before.replace("since: 2026-11-01", "since: 2026-11-02")
    assert office.text("subscribers/ana.yaml") == after != before
    ran = office.run("subscriber", "set", "ana", "services.casa.since=2026-11-01")
    assert ran.out == "subscribers/ana.yaml is changed; ispconf plan shows what it does.\n"
    assert office.text("subscribers/ana.yaml") == before


def test_a_new_plan_leaves_a_dated_change_behind(office: Isp) -> None:
    before = office.text("subscribers/ana.yaml")
    for on, plan in (("2026-11-10", "hogar-50"), ("2026-12-01", "hogar-20")):
        assert office.run("subscriber", "set", "ana", f"plan={plan}", "--on", on).code == 0
    written = office.text("subscribers/ana.yaml")
    assert written.startswith(before)
    assert written.removeprefix(before) == (
        "    plan_changes: [{on: 2026-11-10, from: hogar-20, to: hogar-50},"
        " {on: 2026-12-01, from: hogar-50, to: hogar-20}]\n"
    )
    plans = [
        office.json("status", "ana", "--date", f"2026-{day}").json["subscribers"][0]["services"][0]
        for day in ("11-09", "11-10", "12-01")
    ]
    assert [each["plan"] for each in plans] == ["hogar-20", "hogar-50", "hogar-20"]
    ran = office.run("subscriber", "show", "ana", "--date", "2026-11-20")
    assert "plan hogar-20 comes on 2026-12-01, before it hogar-50" in ran.out
    ran = office.run("subscriber", "set", "ana", "plan=hogar-50", "--on", "2026-11-20")
    assert (ran.code, "plan hogar-20 is agreed from 2026-12-01 on" in ran.err) == (1, True)
    for on, plan in (("2026-12-01", "hogar-50"), ("2026-11-10", "hogar-20")):
        assert office.run("subscriber", "set", "ana", f"plan={plan}", "--on", on).code == 0
    assert office.text("subscribers/ana.yaml") == before


def test_a_plan_that_was_never_another_leaves_nothing_behind(office: Isp) -> None:
    words = ["subscriber", "set", "ana", "plan=hogar-50", "--on", "2026-01-01"]
    assert office.run(*words).code == 0  # the day it begins
    assert "plan_changes" not in office.text("subscribers/ana.yaml")
    assert office.run(*words[:-1], "2026-11-10").code == 0  # it has that plan
    assert "plan_changes" not in office.text("subscribers/ana.yaml")


def test_a_fact_is_added_and_taken_away(office: Isp) -> None:
    before = office.text("subscribers/ana.yaml")
    for words in (["contact.phone=+52 1"], ["notes=Puerta azul"]):
        assert office.run("subscriber", "set", "ana", *words).code == 0
    assert "Puerta azul" in office.text("subscribers/ana.yaml")
    assert office.run("subscriber", "set", "ana", "contact=", "notes=").code == 0
    assert office.text("subscribers/ana.yaml") == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ana", "services.casa.plan=hogar-500"], 1, 'did you mean "hogar-50"'),
        (["ana", "services.casa.plna=hogar-50"], 1, 'did you mean "plan"'),
        (["ana", "state=active"], 1, "is derived from dated facts"),
        (["anna", "notes=x"], 1, 'did you mean "ana"'),
        (["ana", "plan=hogar-500"], 1, 'did you mean "hogar-50"'),
        (["ana", "notes=x", "--on", "2026-11-10"], 2, "--on is the first day of a new plan"),
        (["ana", "plan=hogar-50", "--on", "soon"], 2, "is not a day"),
        (["ana", "notes"], 2, "write it like services.casa.plan=hogar-50"),
        (["ana", "=x"], 2, "write it like services.casa.plan=hogar-50"),
        (["ana"], 2, "Missing argument"),
    ],
)
def test_a_change_that_would_not_pass_check_is_taken_back(
    office: Isp, words: list[str], code: int, said: str
) -> None:
    before = office.text("subscribers/ana.yaml")
    ran = office.run("subscriber", "set", *words)
    assert ran.code == code
    assert said in ran.err
    assert office.text("subscribers/ana.yaml") == before


# show


def test_all_that_is_known_of_somebody(office: Isp) -> None:
    office.today = CUT
    facts = "tax_id: LOHA800101\nnotes: Puerta azul\ncontact: {phone: '1', email: a@x}\n"
    more = "address: {street: Calle 5, city: Puebla, gps: [19.0, -98.0]}\n"
    office.settle("ana", PEOPLE["ana"]._replace(more=facts + more))
    text = office.run("subscriber", "show", "ana").out
    for words in (
        "ana   Ana López   subscribers/ana.yaml",
        "  phone   1",
        "  e-mail  a@x",
        "  street  Calle 5",
        "  city    Puebla",
        "  tax id  LOHA800101",
        "  notes   Puerta azul",
        "  balance 350.00 MXN",
        "  casa: Hogar 20 (350.00 MXN) since 2026-11-01, suspended",
        "    pppoe, norte-1, ana, 10.20.0.15",
        "    because invoice invoices-000001",
    ):
        assert words in text
    found = office.json("subscriber", "show", "ana").json
    assert found["facts"]["services"]["casa"]["access"]["password"] == "(secret)"
    assert found["balance"] == "350.00"


# list


@pytest.mark.parametrize(
    ("where", "people"),
    [
        (None, ["ana", "ben", "carla", "dora", "eva", "fito"]),
        ("zone=norte", ["ana", "eva"]),
        ("zone=sur and balance>0", ["ben", "carla", "dora"]),
        ("balance >= 500", ["dora"]),
        ("balance<500 and balance>0", ["ana", "ben", "carla"]),
        ("balance<=0", ["eva", "fito"]),
        ("name~LÓPEZ", ["ana"]),
        ("plan!=hogar-20", ["dora", "eva"]),
        ("state=active and type=pppoe", ["eva", "fito"]),
        ("since>2026-11-01", []),
        ("address=10.30.0.15", ["ben"]),
    ],
)
def test_services_by_their_facts(office: Isp, where: str | None, people: list[str]) -> None:
    words = ["--where", where] if where else []
    found = office.json("subscriber", "list", *words).json["services"]
    assert [each["subscriber"] for each in found] == people
    text = office.run("subscriber", "list", *words).out
    assert text.splitlines()[-1] == f"{len(people)} service{'' if len(people) == 1 else 's'}"


def test_what_check_would_warn_of_is_said_when_it_is_written(office: Isp) -> None:
    ran = office.run("subscriber", "set", "ana", "services.casa.access.password=abierto")
    assert (ran.code, "is changed" in ran.out) == (0, True)
    assert "warning: password: is plain text" in ran.err
    again = office.run("subscriber", "set", "ana", "services.casa.access.password=abierto")
    assert again.out.endswith("says that already.\n")


def test_a_balance_is_compared_with_an_amount(office: Isp) -> None:
    ran = office.run("subscriber", "list", "--where", "balance>mucho")
    assert ran.code == 2
    assert "like 350.00" in ran.err


@pytest.mark.parametrize("where", ["zona=norte", "zone", "zone==", "balance>0 or zone=norte", ""])
def test_a_filter_that_means_nothing(office: Isp, where: str) -> None:
    ran = office.run("subscriber", "list", "--where", where or " ")
    assert ran.code == 2
    assert "is no comparison" in ran.err


def test_a_spreadsheet_takes_no_name_for_a_formula(office: Isp) -> None:
    office.settle("ana", PEOPLE["ana"]._replace(name='"=cmd()|x, y"'))
    ran = office.run("subscriber", "list", "--format", "csv")
    assert ran.code == 0
    head, first, *_ = csv.reader(io.StringIO(ran.out))
    row = dict(zip(head, first, strict=True))
    assert row["name"] == "'=cmd()|x, y"
    assert (row["subscriber"], row["balance"]) == ("ana", "350.00")
