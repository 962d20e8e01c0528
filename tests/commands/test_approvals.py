"""Approved means approved: what was reviewed is applied, and nothing else (P-11, P-12)."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ispconf.routeros.tables import TABLES
from ispconf.simulator import Faults, Simulator
from tests.commands.office import office
from tests.commands.shapes import PLAN, misfits
from tests.commands.world import BOXES, COMPANY, CUT, PEOPLE, Isp, Person, founded

PROMISED = {name.removesuffix("?") for name in PLAN}


def reviewed(isp: Isp, tmp_path: Path) -> list[str]:
    """The words that apply the plan of now, and no other."""
    out = tmp_path / "plan.json"
    assert isp.plan("--out", str(out)).code in (0, 4)
    return ["--approved", str(out)]


def pair(folder: Path, simulator: Simulator, company: str = COMPANY) -> Isp:
    """Two routers with one subscriber each, applied; files of now committed."""
    people = {name: PEOPLE[name] for name in ("ana", "ben")}
    boxes = {name: BOXES[name] for name in ("norte-1", "sur-1")}
    isp = founded(folder, simulator, boxes=boxes, people=people, paid={"ana": "350.00"})
    isp.write("ispconf.yaml", company)
    isp.commit("rules")
    assert isp.apply().code == 0
    isp.forget()
    return isp


@pytest.fixture
def two(tmp_path: Path, simulator: Simulator) -> Isp:
    return pair(tmp_path / "isp", simulator)


# a plan in a file


def test_the_approved_plan_is_applied(two: Isp, tmp_path: Path) -> None:
    two.change("subscribers/ana.yaml", "plan: hogar-20", "plan: hogar-50")
    words = reviewed(two, tmp_path)
    two.commit()  # what was reviewed may be committed after
    assert two.apply(*words).code == 0
    assert two.plan().changes == []
    assert two.apply(*words).code == 0  # what is done already needs no doing


def more_people(isp: Isp) -> None:
    isp.settle("gil", Person("sur-1", "queue", "10.30.0.99", "Gil"))


def another_speed(isp: Isp) -> None:
    isp.change("plans/hogar-20.yaml", "down: 20M", "down: 21M")


def by_hand(isp: Isp) -> None:
    isp.routers["sur-1"].set("/queue/simple", "ben/casa", max_limit="1M/1M")


def gone_by_hand(isp: Isp) -> None:
    isp.routers["sur-1"].remove("/queue/simple", "ben/casa")


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (more_people, "add /queue/simple gil/casa 5M/20M, 10.30.0.99/32 (in no approved plan)"),
        (another_speed, "set /queue/simple ben/casa max-limit  5M/20M -> 5M/21M (in no approved"),
        (by_hand, "set /queue/simple ben/casa max-limit  1M/1M -> 5M/20M (in no approved plan)"),
        (gone_by_hand, "add /queue/simple ben/casa 5M/20M, 10.30.0.15/32 (in no approved plan)"),
    ],
)
def test_a_router_of_which_more_is_asked_is_refused_and_the_others_go_on(
    two: Isp, tmp_path: Path, extra: Callable[[Isp], None], said: str
) -> None:
    two.settle("ana", PEOPLE["ana"]._replace(plan="hogar-50"))
    words = reviewed(two, tmp_path)
    extra(two)
    before = two.everything()["sur-1"]
    two.forget()
    ran = two.apply(*words)
    assert ran.code == 5
    assert ran.router("sur-1")["status"] == "refused"
    assert said in ran.router("sur-1")["problem"]
    assert "plan again, have it approved, and apply that" in ran.router("sur-1")["problem"]
    assert two.everything()["sur-1"] == before
    assert two.row("norte-1", "/ppp/secret", "ana")["profile"] == "hogar-50"


def test_a_row_that_is_not_as_it_was_reviewed(two: Isp, tmp_path: Path) -> None:
    two.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50"))
    words = reviewed(two, tmp_path)
    two.routers["sur-1"].set("/queue/simple", "ben/casa", max_limit="1M/1M")
    ran = two.apply(*words)
    assert ran.code == 5
    assert (
        "(the row changed since it was reviewed, or another value was approved)"
        in (ran.router("sur-1")["problem"])
    )
    assert two.row("sur-1", "/queue/simple", "ben/casa")["max-limit"] == "1000000/1000000"


def test_a_secret_is_approved_by_its_fingerprint(two: Isp, tmp_path: Path) -> None:
    two.change("subscribers/ana.yaml", "clave-de-prueba", "otra-clave")
    words = reviewed(two, tmp_path)
    assert "otra-clave" not in (tmp_path / "plan.json").read_text(encoding="utf-8")
    two.change("subscribers/ana.yaml", "otra-clave", "una-tercera")
    assert two.apply(*words).code == 5
    assert two.row("norte-1", "/ppp/secret", "ana")["password"] == "clave-de-prueba"
    two.change("subscribers/ana.yaml", "una-tercera", "otra-clave")
    assert two.apply(*words).code == 0


# whatever somebody does on the routers between the plan and the apply


def edited(isp: Isp, chance: Random) -> None:
    """Somebody is at the routers: rows changed, removed, added, and marks taken off."""
    queue, secret = ("sur-1", "/queue/simple"), ("norte-1", "/ppp/secret")
    deeds: list[Callable[[], object]] = [
        lambda: isp.routers["sur-1"].set(queue[1], "ben/casa", max_limit="1M/1M"),
        lambda: isp.routers["sur-1"].set(queue[1], "ben/casa", target="10.30.0.77/32"),
        lambda: isp.routers["sur-1"].set(queue[1], "ben/casa", comment="mine"),
        lambda: isp.routers["sur-1"].add(queue[1], name="gil/casa", target="10.30.0.99/32"),
        lambda: isp.routers["norte-1"].set(secret[1], "ana", disabled="yes"),
        lambda: isp.routers["norte-1"].set(secret[1], "ana", remote_address="10.20.0.99"),
        lambda: isp.routers["norte-1"].set("/ppp/profile", "hogar-20", rate_limit="1M/1M"),
        lambda: isp.routers["norte-1"].add("/ppp/profile", name="hogar-50"),
        lambda: isp.routers["norte-1"].remove(secret[1], "ana"),
    ]
    for deed in chance.sample(deeds, chance.randrange(1, 3)):
        deed()


def named(isp: Isp) -> dict[tuple[str, str, str], dict[str, str]]:
    """Every row of the menus that have names."""
    return {
        (name, menu, row["name"]): row
        for name, menus in isp.everything().items()
        for menu in ("/ppp/secret", "/ppp/profile", "/queue/simple")
        for row in menus[menu]
    }


def approved_turn(change: dict[str, Any], was: dict[str, str], now: dict[str, str]) -> bool:
    """Whether a row went from one to the other by that change, and was as it was planned."""
    table = TABLES[change["table"]]

    def same(name: str, one: str, other: str) -> bool:
        absent = table.fields[name].absent
        return table.canonical(name, one or absent) == table.canonical(name, other or absent)

    turned = [name for name in table.fields if was.get(name, "") != now.get(name, "")]
    if change["action"] in ("add", "remove"):
        return bool(was) is (change["action"] == "remove")
    return all(
        name in change["after"]
        and same(name, was.get(name, ""), change["before"][name])
        and same(name, now.get(name, ""), change["after"][name])
        for name in turned
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_an_apply_does_was_approved_whatever_was_done_by_hand(
    two: Isp, tmp_path: Path, seed: int
) -> None:
    two.settle("ana", PEOPLE["ana"]._replace(plan="hogar-50"))
    two.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50", address="10.30.0.44"))
    two.settle("gil", Person("sur-1", "queue", "10.30.0.99", "Gil"))
    words = reviewed(two, tmp_path)
    plan = json.loads(Path(words[1]).read_text(encoding="utf-8"))
    changes = {
        (router["router"], change["table"], change["key"]["name"]): change
        for router in plan["routers"]
        for change in router["changes"]
        if "name" in change["key"] and change["action"] != "disconnect"
    }
    edited(two, Random(seed))  # noqa: S311
    before = named(two)
    ran = two.apply(*words)
    after = named(two)
    for row in before.keys() | after.keys():
        was, now = before.get(row, {}), after.get(row, {})
        back = was and {**was, "disabled": "false"}  # whom no ledger cuts is served again
        starts = [was, back]
        assert now in starts or any(approved_turn(changes[row], one, now) for one in starts), row
    assert ran.code in (0, 5)


# the day


def test_what_the_calendar_brought_since_passes(two: Isp, tmp_path: Path) -> None:
    two.settle("ana", PEOPLE["ana"]._replace(plan="hogar-50"))
    words = reviewed(two, tmp_path)
    two.today = CUT
    assert two.apply(*words).code == 0
    assert two.listed("sur-1") == {"10.30.0.15"}


def test_the_calendar_passes_where_the_rest_is_refused(two: Isp, tmp_path: Path) -> None:
    words = reviewed(two, tmp_path)
    two.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50"))
    two.today = CUT
    ran = two.apply(*words)
    assert ran.code == 5
    assert "1 change is not in the approved plan" in ran.json["applied"]["sur-1"]["refused"][0]
    assert [each["action"] for each in ran.router("sur-1")["withheld"]] == ["set"]
    assert misfits({name: ran.json[name] for name in ran.json if name in PROMISED}, PLAN) == []
    assert two.listed("sur-1") == {"10.30.0.15"}
    assert two.row("sur-1", "/queue/simple", "ben/casa")["max-limit"] == "5000000/20000000"
    assert "not in the approved plan" in two.run("apply", *words).out
    two.pay("ben", "350.00")
    assert two.apply(*words).code == 5
    assert two.listed("sur-1") == set()


def test_a_fact_with_a_date_takes_effect_on_its_day(two: Isp, tmp_path: Path) -> None:
    two.settle("gil", Person("sur-1", "queue", "10.30.0.99", "Gil"))
    two.change("subscribers/gil.yaml", "since: 2026-11-01", "since: 2026-11-04")
    two.change(
        "subscribers/ana.yaml", "    access:", "    cancelled: {on: 2026-11-04}\n    access:"
    )
    two.commit()
    words = reviewed(two, tmp_path)
    assert two.apply(*words).code == 0
    assert two.plan().changes == []
    two.today = "2026-11-04"
    ran = two.apply(*words)
    assert ran.code == 0, ran.out
    assert two.row("sur-1", "/queue/simple", "gil/casa")["target"] == "10.30.0.99/32"
    assert two.routers["norte-1"].rows("/ppp/secret") == []


def test_a_date_that_nobody_approved_does_not_pass(two: Isp, tmp_path: Path) -> None:
    words = reviewed(two, tmp_path)
    two.settle("gil", Person("sur-1", "queue", "10.30.0.99", "Gil"))
    two.change("subscribers/gil.yaml", "since: 2026-11-01", "since: 2026-11-04")
    two.commit()
    two.today = "2026-11-04"
    assert two.apply(*words).code == 5
    assert len(two.routers["sur-1"].rows("/queue/simple")) == 1


def test_the_plan_of_a_day_holds_over_midnight_and_a_change_of_the_clock(
    two: Isp, tmp_path: Path
) -> None:
    two.write("ispconf.yaml", COMPANY.replace("America/Mexico_City", "America/New_York"))
    two.change("subscribers/ana.yaml", "plan: hogar-20", "plan: hogar-50")
    two.today, two.clock = "2026-11-01", "05:30"  # 01:30; in half an hour it will be 01:00 again
    words = reviewed(two, tmp_path)
    two.today = "2026-10-31"
    ran = two.apply(*words)  # a clock that is wrong brings nothing back, and approves nothing
    assert ran.code == 5
    assert "is for 2026-11-01, and today is 2026-10-31" in ran.router("norte-1")["problem"]
    for moment in ("2026-11-01T06:15", "2026-11-02T04:59", "2026-11-02T05:01"):
        two.today, _, two.clock = moment.partition("T")
        assert two.apply(*words).code == 0
        assert two.row("norte-1", "/ppp/secret", "ana")["profile"] == "hogar-50"


# waiting


def test_what_waited_for_a_router_was_approved_with_the_rest(two: Isp, tmp_path: Path) -> None:
    two.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50"))
    two.settle("ana", PEOPLE["ana"]._replace(plan="hogar-50"))
    two.routers["sur-1"].faults = Faults(refuse_logins=True)
    words = reviewed(two, tmp_path)
    assert two.apply(*words).code == 4
    two.routers["sur-1"].faults = Faults()
    assert two.apply(*words).code == 0
    assert two.row("sur-1", "/queue/simple", "ben/casa")["max-limit"] == "10000000/50000000"


# files that are not to be believed


def changed(document: Any, path: str, value: Any) -> None:
    *parts, last = path.split(".")
    for part in parts:
        document = document[int(part) if part.isdigit() else part]
    document[last] = value


TAMPERED = [
    ("digest", "0" * 64),
    ("routers.1.changes.0.after.max-limit", "1000000/90000000"),
    ("routers.1.changes.0.seal", "0" * 64),
    ("routers.1.changes.0.owner", "eva/casa"),
    ("routers.1.changes", []),
    ("routers.0.changes.0.secrets.after.password", "00000000"),
]


def test_a_plan_that_was_tampered_with(two: Isp, tmp_path: Path) -> None:
    two.settle("ben", PEOPLE["ben"]._replace(plan="hogar-50"))
    two.change("subscribers/ana.yaml", "clave-de-prueba", "otra-clave")
    words = reviewed(two, tmp_path)
    written = Path(words[1]).read_text(encoding="utf-8")
    two.forget()
    for path, value in TAMPERED:
        document = json.loads(written)
        changed(document, path, value)
        Path(words[1]).write_text(json.dumps(document), encoding="utf-8")
        ran = two.apply(*words)
        assert ran.code == 5, path
        assert "was changed after it was written" in ran.json["problem"]
    assert two.routers["sur-1"].log == []


def test_an_approval_that_is_no_plan(tmp_path: Path) -> None:
    desk, file = office(tmp_path / "isp"), tmp_path / "plan.json"
    for text in ("", "[]", "[" * 100_000, "{}", '{"format": 1}', "null"):
        file.write_text(text, encoding="utf-8")
        ran = desk.apply("--approved", str(file))
        assert ran.code == 1
        assert "is not a plan written by plan --out" in ran.json["problem"]
    assert desk.apply("--approved", str(tmp_path / "none.json")).code == 2


def test_a_plan_of_a_newer_ispconf_or_of_another_repository(two: Isp, tmp_path: Path) -> None:
    words = reviewed(two, tmp_path)
    file = Path(words[1])
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(document | {"format": 2}), encoding="utf-8")
    ran = two.apply(*words)
    assert (ran.code, "is a plan of format 2" in ran.json["problem"]) == (1, True)
    for other in ({"repository": "1" * 40}, {"repository": "", "commit": "1" * 40}):
        file.write_text(json.dumps(document | other), encoding="utf-8")
        ran = two.apply(*words)
        assert (ran.code, "is a plan of another repository" in ran.json["problem"]) == (5, True)
