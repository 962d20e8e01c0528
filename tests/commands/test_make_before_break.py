"""After every single write of an apply: who is served stays served, who is cut stays cut (P-15)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from ispconf.simulator import Faults, Router, Simulator
from ispconf.simulator.connection import Heard
from tests.commands.world import CUT, PEOPLE, Box, Isp, Person, founded

Rows = Sequence[Mapping[str, str]]
FAMILIES = ("6.49.17", "7.16.2")
_FOREIGN = {"chain": "forward", "action": "accept", "connection_state": "established"}


def owner(row: Mapping[str, str]) -> str:
    found = row.get("comment", "").partition(" ")[0].removeprefix("ispconf:")
    return found if "/" in found else ""


class Seen:
    """A router between two operations, looked at from outside."""

    def __init__(self, router: Router) -> None:
        self.secrets: Rows = router.rows("/ppp/secret")
        self.profiles = {row["name"]: row for row in router.rows("/ppp/profile")}
        self.pools = {row["name"] for row in router.rows("/ip/pool")}
        self.queues: Rows = [
            row for row in router.rows("/queue/simple") if row.get("dynamic") != "true"
        ]
        self.filter: Rows = router.rows("/ip/firewall/filter", chain="forward")
        self.lists: dict[str, set[str]] = {}
        for row in router.rows("/ip/firewall/address-list"):
            if row.get("disabled") != "true":
                self.lists.setdefault(row["list"], set()).add(row["address"])

    def passes(self, member_of: Iterable[str]) -> bool:
        """Whether what the members of these lists send to anywhere is let through."""
        for rule in self.filter:
            if rule.get("disabled") == "true" or "dst-address-list" in rule or "protocol" in rule:
                continue  # it is about special destinations
            if rule.get("src-address-list") in (None, *member_of):
                return rule["action"] in ("accept", "fasttrack-connection")
        return True

    def lists_of(self, address: str) -> set[str]:
        return {name for name, held in self.lists.items() if address in held}

    def working(self) -> Counter[str]:
        """How many entries of each owner give a service that works."""
        found: Counter[str] = Counter()
        for row in self.secrets:
            profile = self.profiles.get(row["profile"], {})
            listed = self.lists_of(row.get("remote-address", ""))
            listed |= set(filter(None, profile.get("address-list", "").split(",")))
            found[owner(row)] += row["disabled"] != "true" and self.passes(listed)
        for row in self.queues:
            address = row["target"].removesuffix("/32")
            found[owner(row)] += self.passes(self.lists_of(address))
        del found[""]
        return found

    def dead(self) -> list[str]:
        """References to what is not there."""
        missing = [
            f"{row['name']}: profile {row['profile']}"
            for row in self.secrets
            if row["profile"] not in self.profiles
        ]
        missing += [
            f"{name}: pool {row['remote-address']}"
            for name, row in self.profiles.items()
            if row.get("remote-address", "").startswith("*")
        ]
        names = {row["name"] for row in self.queues} | {"none"}
        return missing + [r["name"] for r in self.queues if r.get("parent", "none") not in names]


class Monitor:
    """Looks at all routers after every write; ``counts`` is what was seen, in order.

    Who is served must be so after each of them; who is cut may slip through for one operation,
    which is all the time between an entry that goes and the session that is dropped for it. Nobody
    has two working entries for longer than one operation of the routers that hold them.
    """

    def __init__(self, isp: Isp) -> None:
        self.isp = isp
        self.counts: list[tuple[str, Counter[str]]] = [("before", self.look())]
        self.places: list[tuple[str, dict[str, Counter[str]]]] = []
        self.dead: list[str] = []
        for name, router in isp.routers.items():
            router.after_write = partial(self, name)

    def look(self) -> Counter[str]:
        return sum((Seen(each).working() for each in self.isp.routers.values()), Counter())

    def __call__(self, where: str, heard: Heard) -> None:
        seen = {name: Seen(router).working() for name, router in self.isp.routers.items()}
        self.places.append((where, seen))
        self.counts.append((heard.command, sum(seen.values(), Counter())))
        for router in self.isp.routers.values():
            self.dead += [f"{heard.command} {each}" for each in Seen(router).dead()]

    def judge(self) -> int:
        """Holds what was seen between the writes against what was before and is after them."""
        for router in self.isp.routers.values():
            router.after_write = None
        before, after = self.counts[0][1], self.look()
        entries = {owner(row) for name in self.isp.routers for row in self.rows(name)} - {""}
        for who in entries:
            assert not self.twice(who), (who, "has two for longer than one operation")
            for at, (what, seen) in enumerate(self.counts):
                if before[who] and after[who]:
                    assert seen[who] >= 1, (who, what, "is not served for a moment")
                if not before[who] and not after[who] and seen[who]:
                    following = self.counts[at + 1 :][:1]
                    assert [c for _, c in following if not c[who]], (who, what, "is served")
        assert max(after.values(), default=1) == 1
        assert self.dead == []
        return len(self.counts) - 1

    def twice(self, who: str) -> bool:
        """Whether somebody had two entries, and kept them over the next operation there."""
        for at, (_, seen) in enumerate(self.places):
            here = [name for name, working in seen.items() if working[who]]
            if sum(seen[name][who] for name in here) > 1:
                after = next((now for name, now in self.places[at + 1 :] if name in here), seen)
                if sum(working[who] for working in after.values()) > 1:
                    return True
        return False

    def rows(self, name: str) -> list[dict[str, str]]:
        router = self.isp.routers[name]
        return router.rows("/ppp/secret") + router.rows("/queue/simple")

    def most(self, who: str) -> int:
        """The most entries of somebody that worked at one time."""
        return max(seen[who] for _, seen in self.counts)


def faster(isp: Isp) -> None:
    isp.change("plans/hogar-20.yaml", "down: 20M", "down: 25M")


def another_plan(isp: Isp) -> None:
    isp.settle("ana", PEOPLE["ana"]._replace(plan="hogar-50"))
    isp.settle("dora", PEOPLE["dora"]._replace(plan="hogar-20"))


def another_address(isp: Isp) -> None:
    isp.settle("ana", PEOPLE["ana"]._replace(address="10.20.0.77"))
    isp.settle("dora", PEOPLE["dora"]._replace(address="10.40.0.77"))


def another_list(isp: Isp) -> None:
    isp.change("ispconf.yaml", "suspension: {", "suspension: {list: cortados, ")


def other_addresses_allowed(isp: Isp) -> None:
    isp.change("ispconf.yaml", "allow: [10.8.0.9]", "allow: [10.8.0.7, 10.8.0.8]")


def nothing_allowed(isp: Isp) -> None:
    isp.change("ispconf.yaml", ", allow: [10.8.0.9]", "")


def cut_by(method: str) -> Callable[[Isp], None]:
    def change(isp: Isp) -> None:
        for name in ("centro-1", "sur-1"):
            file = f"inventory/{name}.yaml"
            isp.write(file, isp.text(file) + f"suspension: {{method: {method}}}\n")

    change.__name__ = f"cut_by_{method}"
    return change


def a_rule_on_top(isp: Isp) -> None:
    """Somebody lets established connections pass before our rules: put right, nothing opens."""
    for router in isp.routers.values():
        first = router.rows("/ip/firewall/filter")[0][".id"]
        router.add("/ip/firewall/filter", **_FOREIGN, place_before=first, dst_address_list="lan")


def rules_upside_down(isp: Isp) -> None:
    for router in isp.routers.values():
        for row in router.rows("/ip/firewall/filter")[:4]:
            router.move("/ip/firewall/filter", row[".id"])


def to_another_router(isp: Isp) -> None:
    isp.settle("ana", PEOPLE["ana"]._replace(router="centro-1", address="10.40.0.80"))
    isp.settle("dora", PEOPLE["dora"]._replace(router="sur-1", address="10.30.0.80"))


def another_kind(isp: Isp) -> None:
    isp.settle("carla", PEOPLE["carla"]._replace(kind="queue"))
    isp.settle("dora", PEOPLE["dora"]._replace(kind="pppoe"))


def another_login(isp: Isp) -> None:
    """Everybody gets another one, also who has a queue."""
    for who in ("ana", "eva", "carla", "dora", "fito"):
        isp.settle(who, PEOPLE[who])
        old = f"user: {who}, " if PEOPLE[who].kind == "pppoe" else "type: queue, "
        new = f"user: {who}-nueva, " if PEOPLE[who].kind == "pppoe" else f"{old}user: {who}-n, "
        isp.change(f"subscribers/{who}.yaml", old, new)


def somebody_new_and_somebody_gone(isp: Isp) -> None:
    isp.settle("gil", Person("norte-1", "pppoe", "10.20.0.90", "Gil"))
    isp.write("subscribers/eva.yaml", "name: Eva Ruiz\n")


CHANGES = [
    faster, another_plan, another_address, another_list, other_addresses_allowed, nothing_allowed,
    cut_by("disable"), cut_by("profile"), a_rule_on_top, rules_upside_down, to_another_router,
    another_kind, another_login, somebody_new_and_somebody_gone,
]  # fmt: skip


def cases() -> Iterator[tuple[str, Callable[[Isp], None], str]]:
    """Each change on both days and on both families, which take turns with the days."""
    for turn, change in enumerate(CHANGES):
        for day, version in zip(("2026-11-03", CUT), FAMILIES[:: (-1) ** turn], strict=True):
            yield version, change, day


@pytest.mark.parametrize(("version", "change", "day"), list(cases()))
def test_nobody_is_without_and_nobody_slips_through(
    tmp_path: Path, simulator: Simulator, version: str, change: Callable[[Isp], None], day: str
) -> None:
    boxes = {
        name: Box("norte", version, f"10.{net}.0.0/24")
        for name, net in (("norte-1", 20), ("sur-1", 30), ("centro-1", 40))
    }
    isp = founded(tmp_path / "isp", simulator, boxes=boxes)
    isp.today = day
    assert isp.apply().code == 0
    change(isp)
    asked, meant = bool(isp.plan().changes), isp.meant()
    monitor = Monitor(isp)
    ran = isp.apply(*meant)
    assert ran.code == 0, ran.out
    assert bool(monitor.judge()) is asked
    assert isp.plan().changes == []


@pytest.mark.parametrize("version", FAMILIES)
def test_the_day_of_the_cut_and_the_day_of_the_payment(
    tmp_path: Path, simulator: Simulator, version: str
) -> None:
    boxes = {
        name: Box("norte", version, f"10.{net}.0.0/24")
        for name, net in (("norte-1", 20), ("sur-1", 30), ("centro-1", 40))
    }
    isp = founded(tmp_path / "isp", simulator, boxes=boxes)
    for day in ("2026-11-03", CUT):
        isp.today = day
        monitor = Monitor(isp)
        assert isp.apply().code == 0
        assert monitor.judge() > 0
    assert isp.pay("carla", "350.00").code == 0
    monitor = Monitor(isp)
    assert isp.apply().code == 0
    assert monitor.judge() > 0
    assert monitor.most("carla/casa") == 1


def test_the_monitor_sees_what_it_is_for(running: Isp) -> None:
    """A gap, a second entry, a dead reference and an open block rule are all found."""
    running.today = CUT
    assert running.apply().code == 0
    router = running.routers["centro-1"]
    assert not Seen(router).working()["carla/casa"]
    rules = router.rows("/ip/firewall/filter")
    block = next(row for row in rules if "#block " in row["comment"])
    router.set("/ip/firewall/filter", block[".id"], disabled="yes")
    assert Seen(router).working()["carla/casa"] == 1
    router.set("/ip/firewall/filter", block[".id"], disabled="no")
    router.add("/ip/firewall/filter", **_FOREIGN, place_before=rules[0][".id"])
    assert Seen(router).working()["carla/casa"] == 1
    router.add("/queue/simple", name="twin", target="10.40.0.17", comment="ispconf:fito/casa")
    assert Seen(router).working()["fito/casa"] == 2
    assert Seen(router).dead() == []
    router.remove("/ppp/profile", "hogar-20")
    assert Seen(router).dead() != []


@pytest.mark.parametrize("where", ["norte-1", "centro-1", "sur-1"])
@pytest.mark.parametrize("kind", ["break-before-write", "break-after-write"])
def test_a_hand_over_that_breaks_off_is_finished_by_the_same_apply(
    running: Isp, where: str, kind: str
) -> None:
    for at in range(1, 9, 2):
        before = PEOPLE if at % 4 == 3 else {}
        for who, router, net in (("ana", "centro-1", 40), ("dora", "sur-1", 30)):
            moved = PEOPLE[who]._replace(router=router, address=f"10.{net}.0.{80 + at}")
            running.settle(who, before.get(who, moved))
        running.routers[where].faults = Faults.parse([f"{kind}={at}"])
        ran = running.apply("--allow", "service_loss=9")
        assert ran.code == 0, (at, ran.json["applied"])
        running.routers[where].faults = Faults()
        assert running.plan().changes == []
        seen = sum((Seen(each).working() for each in running.routers.values()), Counter())
        assert (seen["ana/casa"], seen["dora/casa"]) == (1, 1)


def test_who_is_refused_on_the_new_router_stays_on_the_old_one(running: Isp) -> None:
    to_another_router(running)
    router = running.routers["centro-1"]

    def refuse(heard: Heard) -> None:
        if heard.command == "/ppp/secret/add":
            router.faults.trap_writes = {router.faults.writes: "failure: out of memory"}

    router.before_write = refuse
    ran = running.apply()
    assert ran.code == 6
    assert Seen(running.routers["norte-1"]).working()["ana/casa"] == 1
    assert Seen(running.routers["sur-1"]).working()["dora/casa"] == 1
    assert "dora/casa" not in Seen(router).working()
    assert ran.json["applied"]["norte-1"]["waiting"] > 0
    router.before_write = None
    assert running.apply().code == 0
    assert running.plan().changes == []


def test_who_is_refused_a_new_login_keeps_the_old_one(running: Isp) -> None:
    another_login(running)
    router = running.routers["norte-1"]

    def refuse(heard: Heard) -> None:
        if heard.attributes.get("name") == "ana-nueva":
            router.faults.trap_writes = {router.faults.writes: "failure: out of memory"}

    router.before_write = refuse
    ran = running.apply("--router", "norte-1")
    assert ran.code == 6
    assert Seen(router).working() == {"ana/casa": 1, "eva/casa": 1}
    assert {row["name"] for row in router.rows("/ppp/secret")} == {"ana", "eva-nueva"}


def test_a_move_with_all_of_it_guarded(running: Isp) -> None:
    """There the old row goes when the new router was found well, and rests until its own is."""
    to_another_router(running)
    monitor = Monitor(running)
    assert running.apply("--confirm", "all").code == 0
    assert all(seen["ana/casa"] and seen["dora/casa"] for _, seen in monitor.counts)
    assert monitor.look() == monitor.counts[0][1]
    assert running.plan().changes == []
