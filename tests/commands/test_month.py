"""A month at a provider, played by the people who work there, through the workflow files alone.

After every step files, ledger, routers and history agree: nothing is planned but what waits for a
router that is away, who is served is who the ledger says, each balance is the plain sum of the
ledger's lines, and each router is at the newest commit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from ispconf.simulator import Faults
from tests.commands.hosts import LIVE, NIGHT, ROLES, Host, hosted
from tests.commands.world import COMPANY, PEOPLE, Person, held
from tests.edge.repositories import git

JOURNALS = "  ajustes: {writer: nora}\n"
GUARDS = "guards: {cuts: {at_least: 3, share: 15%}}\n"
STAFF = ROLES.replace("cashier: [maria]", "cashier: [maria, jorge], accountant: [nora]")
STREET = {f"vecino-{n}": Person("sur-1", "queue", f"10.30.0.{40 + n}", f"V {n}") for n in range(4)}
SIGNS = {"invoice": 1, "fee": 1, "reversal": 1, "refund": 1, "opening": 1} | {
    "payment": -1, "credit": -1, "write_off": -1, "promise": 0,
}  # fmt: skip


@dataclass
class Month:
    """The provider, and who asks for what; pull requests are numbered as they come."""

    host: Host
    pulls: int = 0
    away: set[str] = field(default_factory=set)

    def day(self, day: str) -> None:
        self.host.runner.day = self.host.isp.today = day

    def by(self, who: str) -> None:
        """From now on it is they who commit."""
        git(self.host.isp.folder, "config", "user.name", who)

    def asks(self, who: str) -> dict[str, Any]:
        """A pull request with what was changed in the files."""
        self.by(who)
        self.pulls += 1
        pull = self.host.branch(self.pulls)
        pull["user"]["login"] = who
        return pull

    def checked(self, pull: dict[str, Any]) -> bool:
        """Whether the files, and who may change them, are found right."""
        who = pull["user"]["login"]
        return self.host.asked("check", pull, who) == {"check": "success"}

    def planned(self, pull: dict[str, Any]) -> str:
        """The comment with the plan of a pull request, told what it would do to the routers."""
        who = pull["user"]["login"]
        ran = self.host.asked("plan", pull, who)
        if not self.away:
            assert ran == LIVE, self.host.said
        (comment,) = self.host.forge.bodies(pull["number"])
        return comment

    def merged(self, pull: dict[str, Any]) -> str:
        """What apply makes of the pull request, once it is merged."""
        before = self.host.merge(pull["number"])
        return self.host.pushed("apply", before, pull["user"]["login"])["apply"]

    def lands(self, who: str) -> str:
        """What was changed goes the whole way: checked, planned, merged, applied."""
        pull = self.asks(who)
        assert self.checked(pull), self.host.said
        comment = self.planned(pull)
        assert self.merged(pull) == ("failure" if self.away else "success"), self.host.said
        self.agrees()
        return comment

    def pays(self, who: str, amount: str, ref: str, cashier: str = "maria") -> None:
        """Somebody pays at the desk, and the cashier pushes the line."""
        self.by(cashier)
        method = {"maria": "cash", "jorge": "card"}[cashier]
        words = ("pay", who, amount, "--method", method, "--ref", ref)
        assert self.host.isp.run(*words).code == 0
        before = self.host.push(f"{who} paid")
        ran = self.host.pushed("payment", before, cashier)
        assert ran == {"restore": "failure" if self.away else "success"}, self.host.said
        self.agrees()

    def night(self) -> dict[str, str]:
        """The nightly run; afterwards everybody has what the bot pushed."""
        ran = self.host.asked_by_clock()
        git(self.host.isp.folder, "pull", "-q", "--rebase", "origin", "main")
        return ran

    def dispatched(self, **inputs: str) -> dict[str, str]:
        """The owner starts an apply by hand."""
        event = {"inputs": inputs}
        facts = {"ref": "refs/heads/main", "sha": self.host.tip(), "actor": "olga"}
        return self.host.runner.run(
            self.host.workflow("apply"), "workflow_dispatch", event, **facts
        )

    def again(self, pull: dict[str, Any]) -> dict[str, Any]:
        """The pull request on top of what main is by now."""
        folder, base = self.host.isp.folder, self.host.tip()
        git(folder, "checkout", "-q", "--detach", base)
        git(folder, "merge", "-q", "--no-ff", "-m", "merge", pull["head"]["sha"])
        git(folder, "push", "-q", "-f", "origin", f"HEAD:refs/pull/{pull['number']}/merge")
        git(folder, "switch", "-q", "main")
        return pull | {"base": {"sha": base}}

    def agrees(self) -> None:
        """Files, ledger, routers and history say the same."""
        isp = self.host.isp
        git(isp.folder, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
        assert isp.run("check").code == 0
        plan = isp.plan()
        assert {c["router"] for c in plan.changes} <= self.away, plan.out
        standing = isp.json("status").json["subscribers"]
        assert {each["subscriber"]: each["balance"] for each in standing} == summed(isp.folder)
        for each in standing:
            for service in each["services"]:
                if service["router"] not in self.away:
                    there = serving(self.host, service["router"], each["subscriber"])
                    assert there == (service["state"] != "suspended"), service
        tip = self.host.tip()
        for router in isp.json("router", "status").json["routers"]:
            if router["router"] not in self.away:
                network = git(isp.folder, "log", "-1", "--format=%H", tip, "--", ".", ":!ledger")
                line = git(isp.folder, "rev-list", tip)
                assert line.find(router["last_apply"]["commit"]) <= line.find(network), router


def summed(folder: Path) -> dict[str, str]:
    """What each subscriber owes, by adding up the ledger's lines."""
    owed = {path.stem: Decimal("0.00") for path in (folder / "subscribers").glob("*.yaml")}
    for file in sorted(folder.glob("ledger/*/*/*.yaml")):
        for entry in yaml.load(file.read_text("utf-8"), yaml.BaseLoader):  # noqa: S506  texts alone
            amount = Decimal(entry.get("amount") or entry.get("total") or 0)
            owed[entry["subscriber"]] += SIGNS[entry["type"]] * amount
    return {who: str(amount) for who, amount in owed.items()}


def serving(host: Host, router: str, who: str) -> bool:
    """Whether a subscriber's traffic gets through at the router."""
    if router == "norte-1":
        return host.isp.row(router, "/ppp/secret", who)["disabled"] == "false"
    target = host.isp.row(router, "/queue/simple", f"{who}/casa")["target"]
    return target.partition("/")[0] not in host.isp.listed(router)


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    people = PEOPLE | STREET
    with hosted(tmp_path, people, company=COMPANY + JOURNALS + GUARDS + STAFF) as host:
        yield Month(host)


def test_a_month_at_a_provider(month: Month) -> None:
    month.agrees()
    a_plan_is_made_faster(month)
    two_people_get_one_address(month)
    a_cashier_tries_what_is_not_for_cashiers(month)
    two_desks_meet_without_a_conflict(month)
    a_tower_goes_dark(month)
    a_mass_cut_is_stopped_until_it_is_meant(month)
    who_pays_is_back_within_the_push(month)
    a_row_is_changed_by_hand(month)
    a_slip_is_rolled_back(month)
    a_debt_is_forgiven(month)
    december_is_billed_once(month)
    history_tells_it_all(month)


def a_plan_is_made_faster(month: Month) -> None:
    """The engineer makes a plan faster; who has it is named before it happens."""
    isp = month.host.isp
    isp.change("plans/hogar-50.yaml", "down: 50M", "down: 60M")
    assert "1 changes speed" in month.lands("luis")
    assert isp.row("norte-1", "/ppp/profile", "hogar-50")["rate-limit"].startswith("10M/60M")


def two_people_get_one_address(month: Month) -> None:
    """A technician and the engineer sign up people side by side, with one address for two."""
    isp = month.host.isp
    isp.settle("gil", Person("sur-1", "queue", "10.30.0.90", "Gil Mora"))
    gil = month.asks("tito")
    isp.settle("hugo", Person("sur-1", "queue", "10.30.0.90", "Hugo Ley"))
    hugo = month.asks("luis")
    assert month.checked(gil)
    assert month.checked(hugo)
    month.planned(gil)
    assert month.merged(gil) == "success", month.host.said
    assert not month.checked(month.again(hugo))
    assert "subscribers/hugo.yaml" in month.host.said
    assert "subscribers/gil.yaml" in month.host.said
    isp.settle("hugo", Person("sur-1", "queue", "10.30.0.91", "Hugo Ley"))
    month.lands("luis")


def a_cashier_tries_what_is_not_for_cashiers(month: Month) -> None:
    """A cashier tries what is not for cashiers."""
    isp = month.host.isp
    isp.change("plans/hogar-20.yaml", "price: 350.00", "price: 35.00")
    assert not month.checked(month.asks("maria"))
    assert "plans/hogar-20.yaml:3" in month.host.said
    isp.change("ledger/2026/11/2026-11-02-caja1.yaml", "amount: 500.00", "amount: 5.00")
    assert not month.checked(month.asks("maria"))
    assert "2026-11-02-caja1.yaml:1: " in month.host.said, month.host.said


def two_desks_meet_without_a_conflict(month: Month) -> None:
    """Two cashiers at two desks: their branches meet without a conflict."""
    isp = month.host.isp
    assert isp.run("pay", "ben", "350.00", "--ref", "B1").code == 0
    maria = month.asks("maria")
    assert isp.run("pay", "vecino-0", "350.00", "--method", "card", "--ref", "C1",
                   "--journal", "caja2").code == 0  # fmt: skip
    jorge = month.asks("jorge")
    for pull in (maria, jorge):
        assert month.checked(month.again(pull)), month.host.said
        before = month.host.merge(pull["number"])
        who = pull["user"]["login"]
        assert month.host.pushed("payment", before, who) == {"restore": "success"}, month.host.said
    month.agrees()


def a_tower_goes_dark(month: Month) -> None:
    """The southern tower goes dark; a change for it waits, others go on."""
    isp = month.host.isp
    month.day("2026-11-04")
    isp.routers["sur-1"].faults = Faults(refuse_logins=True)
    month.away = {"sur-1"}
    isp.change("subscribers/ben.yaml", "plan: hogar-20", "plan: hogar-50")
    assert "sur-1" in month.lands("luis")


def a_mass_cut_is_stopped_until_it_is_meant(month: Month) -> None:
    """A night is missed; the next finds a mass cut, and the guard stops it until it is meant."""
    isp = month.host.isp
    month.day("2026-11-06")
    assert month.night()["converge"] == "failure"
    month.agrees()
    assert isp.row("norte-1", "/ppp/secret", "ana")["disabled"] == "true"  # one: no mass
    isp.routers["sur-1"].faults = Faults()
    month.day("2026-11-07")
    assert month.night()["converge"] == "failure"
    assert "--allow cuts=5" in month.host.said
    assert isp.listed("sur-1") == set()
    assert month.dispatched(allow="cuts=5") == {"apply": "success"}, month.host.said
    month.away = set()
    month.agrees()
    assert len(isp.listed("sur-1")) == 5  # two of them new, and billed late
    assert isp.row("sur-1", "/queue/simple", "ben/casa")["max-limit"] == "10000000/60000000"


def who_pays_is_back_within_the_push(month: Month) -> None:
    """They come and pay, and are back within the push."""
    month.pays("vecino-1", "350.00", "V1")
    month.pays("ana", "350.00", "A1")
    month.pays("vecino-2", "350.00", "V2")


def a_row_is_changed_by_hand(month: Month) -> None:
    """Somebody helps a friend by hand; the night tells, and leaves it until the owner decides."""
    isp = month.host.isp
    month.day("2026-11-10")
    isp.routers["norte-1"].set("/ppp/secret", "ana", profile="hogar-50")
    assert month.night() == NIGHT | {"converge": "failure"}, month.host.said
    (issue,) = month.host.forge.issues
    assert "ana" in issue["body"]
    assert month.dispatched(heal="yes") == {"apply": "success"}, month.host.said
    month.agrees()
    assert month.night() == NIGHT, month.host.said
    assert issue["state"] == "closed"


def a_slip_is_rolled_back(month: Month) -> None:
    """A slip of the engineer reaches the routers, and is rolled back like any change."""
    isp = month.host.isp
    month.day("2026-11-12")
    before = {name: held(router) for name, router in isp.routers.items()}
    isp.change("plans/hogar-20.yaml", "down: 20M", "down: 2M")
    month.lands("luis")
    assert {name: held(router) for name, router in isp.routers.items()} != before
    month.by("luis")
    branch = isp.json("rollback", "HEAD~1").json["branch"]
    git(isp.folder, "merge", "-q", "--squash", branch)
    month.lands("luis")
    assert {name: held(router) for name, router in isp.routers.items()} == before


def a_debt_is_forgiven(month: Month) -> None:
    """The accountant forgives what a neighbour cannot pay."""
    isp = month.host.isp
    month.day("2026-11-20")
    month.by("nora")
    invoice = owed_by(isp.folder, "vecino-3")
    words = ("write-off", invoice, "--reason", "fire", "--journal", "ajustes")
    assert isp.run(*words).code == 0
    pull = month.asks("nora")
    assert month.checked(pull), month.host.said
    before_it = month.host.merge(pull["number"])
    assert month.host.pushed("payment", before_it, "nora") == {"restore": "success"}
    month.agrees()


def december_is_billed_once(month: Month) -> None:
    """December is billed once, however often the night comes."""
    month.day("2026-11-28")
    assert month.night() == NIGHT, month.host.said
    billed = git(month.host.runner.origin, "rev-parse", "main")
    assert month.night() == NIGHT, month.host.said
    assert git(month.host.runner.origin, "rev-parse", "main") == billed
    month.agrees()


def history_tells_it_all(month: Month) -> None:
    """A life in one page, and who did what."""
    isp = month.host.isp
    told = told_by_history(month)
    for what in ("cut: invoice", "A1", "restore"):
        assert what in told
    audited = isp.run("audit", "--since", "2026-11-01", "--routers")
    for who in ("luis", "tito", "maria", "jorge", "nora", "bot"):
        assert who in audited.out


def owed_by(folder: Path, who: str) -> str:
    """The number of November's invoice of a subscriber."""
    text = (folder / "ledger/2026/10/2026-10-28-invoices.yaml").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if f"subscriber: {who}," in line]
    return line.partition("no: ")[2].partition(",")[0]


def told_by_history(month: Month) -> str:
    """The life of ana in this month."""
    ran = month.host.isp.run("history", "ana", "--since", "2026-11-01")
    assert ran.code == 0
    return ran.out
