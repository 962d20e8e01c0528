"""A fleet on which every router is struck by the same fault at another step of the same apply.

Half of the routers have RouterOS 6, half have 7. The apply adds, sets, moves and removes rows, cuts
and restores, drops sessions, and has a rule of an administrator to pass. ``Fleet`` knows how every
router was and how an apply that nothing disturbed leaves it; ``Verdict`` holds one router, what the
apply answered and what its journal says against each other.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ispconf.routeros.rows import mark_of
from ispconf.routeros.tables import TABLES
from ispconf.simulator import Faults, Router, Simulator
from ispconf.simulator.meddling import NOTE
from tests.commands.world import BEFORE, CUT, Box, Isp, Person, Ran, founded, ours, strangers

FAMILIES = ("6.49.17", "7.16.2")
GUARDING = ("/system/script", "/system/scheduler")
"""Where leases and guards are kept; both are gone when an apply has ended."""
FILTER = "/ip/firewall/filter"
Menus = dict[str, list[dict[str, str]]]
_LOST, _REFUSED, _PARTIAL = 4, 5, 6
_WORST_FIRST = (_PARTIAL, _REFUSED, _LOST, 0)
_GUARDS = """\
guards:
  service_loss: {at_least: 999, share: 100%}
  cuts: {at_least: 999, share: 100%}
  removed: {at_least: 999, share: 100%}
  changed: {at_least: 999, share: 100%}
rollout: {canary: none, waves: 100%}
"""
_NEW_PLAN = "name: Hogar 30\nprice: 400.00\nrate: {down: 30M, up: 6M}\n"
_BY_HAND = "    suspended: {from: 2026-11-01, reason: abuse report}\n"


def _people(n: int) -> dict[str, Person]:
    net = f"10.{n}.0"
    return {
        f"ana{n}": Person(f"r{n}", "pppoe", f"{net}.10"),  # is cut
        f"ben{n}": Person(f"r{n}", "queue", f"{net}.11"),  # is cut
        f"eva{n}": Person(f"r{n}", "pppoe", f"{net}.12", plan="hogar-50"),  # gets another speed
        f"iva{n}": Person(f"r{n}", "pppoe", f"{net}.13"),  # is restored
        f"oto{n}": Person(f"r{n}", "pppoe", f"{net}.14"),  # cancels
    }


def _changed(isp: Isp, n: int) -> None:
    net, people = f"10.{n}.0", _people(n)
    isp.settle(f"gil{n}", Person(f"r{n}", "queue", f"{net}.20", "Gil"))
    isp.settle(f"hugo{n}", Person(f"r{n}", "pppoe", f"{net}.21", "Hugo", "hogar-30"))
    isp.settle(f"eva{n}", people[f"eva{n}"]._replace(plan="hogar-20"))
    isp.settle(f"iva{n}", people[f"iva{n}"])
    gone = "    cancelled: {on: 2026-11-04, reason: moved away}\n"
    isp.settle(f"oto{n}", people[f"oto{n}"]._replace(facts=gone))


def _disarranged(router: Router) -> None:
    """What is on the router besides ours, and what its administrator did to our rules."""
    router.add("/ppp/secret", name="viejo", password="x", comment="of others")
    router.add("/queue/simple", name="cola", target="10.99.0.1/32", max_limit="1M/1M")
    router.add("/ip/firewall/address-list", list_="morosos", address="10.99.0.2")
    ids = [row[".id"] for row in router.rows(FILTER)]
    router.add(FILTER, chain="forward", action="accept", comment="mine", place_before=ids[3])
    router.move(FILTER, ids[1])


@dataclass
class Fleet:
    """Routers ``r1``, ``r2``, ... that are all about to get the same changes."""

    isp: Isp
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    planned: dict[str, Menus] = field(default_factory=dict)
    rules: dict[str, list[str]] = field(default_factory=dict)
    """All rules of a router in their order, by mark or words."""
    online: dict[str, set[str]] = field(default_factory=dict)
    writes: dict[str, list[str]] = field(default_factory=dict)
    """The writes that a router gets when nothing goes wrong, those of lease and guard included."""
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    applied: str = ""

    @classmethod
    def found(cls, folder: Path, simulator: Simulator, size: int) -> "Fleet":
        """``size`` routers of each family, after an apply that nothing disturbed."""
        numbers = range(1, size * len(FAMILIES) + 1)
        boxes = {f"r{n}": Box("norte", FAMILIES[n % 2], f"10.{n}.0.0/24", _METHOD) for n in numbers}
        people = {who: person for n in numbers for who, person in _people(n).items()}
        paid = {
            who: _PRICES[p.plan] for who, p in people.items() if who[:3] in ("eva", "iva", "oto")
        }
        isp = founded(folder / "isp", simulator, boxes=boxes, people=people, paid=paid)
        isp.write("ispconf.yaml", isp.text("ispconf.yaml") + _GUARDS)
        isp.write("plans/hogar-30.yaml", _NEW_PLAN)
        for n in numbers:
            isp.settle(f"iva{n}", people[f"iva{n}"]._replace(facts=_BY_HAND))
        isp.today = BEFORE
        assert isp.apply().code == 0
        fleet = cls(isp)
        for n in numbers:
            _disarranged(isp.routers[f"r{n}"])
            _changed(isp, n)
        isp.today = CUT
        isp.commit()
        fleet.before = {name: router.save() for name, router in isp.routers.items()}
        fleet.applied = isp.text(".git/ispconf/applied.json")
        fleet._undisturbed()
        return fleet

    def _undisturbed(self) -> None:
        self.restore()
        for change in self.isp.plan().changes:
            self.changes.setdefault(change["router"], []).append(change)
        self.restore()
        assert self.isp.apply().code == 0
        for name, router in self.isp.routers.items():
            self.planned[name] = ours(router)
            self.rules[name] = rules(router)
            self.online[name] = self.isp.online(name)
            self.writes[name] = [heard.command for heard in router.log if heard.writes]

    def restore(self) -> None:
        """Everything is as it was before the changes, with nobody's faults."""
        shutil.rmtree(self.isp.folder / ".git/ispconf/journal", ignore_errors=True)
        self.isp.write(".git/ispconf/applied.json", self.applied)
        self.isp.rest = lambda _: None
        self.cure()
        for name, router in self.isp.routers.items():
            router.before_write = None
            router.load(self.before[name])
            router.reboot()
            router.forget()

    def struck(self, strike: Callable[[Router, int], None], *, passing: bool = False) -> "Struck":
        """An apply during which the n-th router of each family is struck at its n-th step.

        What is ``passing`` is over when somebody has waited a moment.
        """
        self.restore()
        if passing:
            self.isp.rest = lambda _: self.cure()
        looks = {name: Look.at(router) for name, router in self.isp.routers.items()}
        for router in self.isp.routers.values():
            strike(router, step(router))
        ran = self.isp.apply()
        told: dict[str, list[dict[str, Any]]] = {name: [] for name in self.isp.routers}
        for file in (self.isp.folder / ".git/ispconf/journal").rglob("*.jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines()[1:]:
                if "outcome" in (fact := json.loads(line)):
                    told[fact["router"]].append(fact)
        return Struck(
            ran,
            [
                Verdict(
                    router,
                    looks[name],
                    Look.at(router),
                    self.planned[name],
                    self.rules[name],
                    self.changes[name],
                    ran.router(name)["status"],
                    ran.json["applied"].get(name),
                    told[name],
                )
                for name, router in self.isp.routers.items()
            ],
        )

    def cure(self) -> None:
        """Nothing is wrong with any router any more."""
        for router in self.isp.routers.values():
            router.faults = Faults()
            router.start_up()

    def finished(self, *words: str) -> None:
        """With the faults gone, the next apply brings every router to what was planned."""
        self.cure()
        for router in self.isp.routers.values():
            router.before_write = None
            for path in GUARDING:
                by_hand = [row[".id"] for row in router.rows(path, comment=NOTE)]
                router.remove(path, *by_hand) if by_hand else None
        ran = self.isp.apply(*words)
        assert ran.code == 0, ran.json["applied"]
        for name, router in self.isp.routers.items():
            assert plain(ours(router)) == plain(self.planned[name]), name
            assert self.isp.online(name) == self.online[name], name
            assert [row for path in GUARDING for row in router.rows(path)] == [], name
        assert self.isp.plan().changes == []


_METHOD = "suspension: {method: disable}\n"
_PRICES = {"hogar-20": "350.00", "hogar-50": "500.00"}


def step(router: Router) -> int:
    """The number of a router in its family, which is the step at which it is struck."""
    return (int(router.name.removeprefix("r")) + 1) // len(FAMILIES)


def plain(menus: Menus) -> Menus:
    """Rows without the words for people; sorted where their order means nothing."""
    found = {
        path: [{**row, "comment": mark_of(row["comment"])} for row in rows]
        for path, rows in menus.items()
    }
    return {
        path: rows if TABLES[path].order else sorted(rows, key=repr) for path, rows in found.items()
    }


def rules(router: Router) -> list[str]:
    """All static rules in their order, by mark or words."""
    rows = [row for row in router.rows(FILTER) if row.get("dynamic") != "true"]
    return [mark_of(row.get("comment", "")) or row.get("comment", "") for row in rows]


@dataclass
class Look:
    """What a router held at a moment: our rows, those of others, and live sessions by name."""

    ours: Menus
    others: Menus
    sessions: dict[str, str]
    rules: list[str]

    @classmethod
    def at(cls, router: Router) -> "Look":
        """What it holds now."""
        sessions = {row["name"]: row[".id"] for row in router.rows("/ppp/active")}
        return cls(ours(router), strangers(router), sessions, rules(router))


@dataclass
class Struck:
    """What came of it."""

    ran: Ran
    verdicts: list["Verdict"]

    def exits(self) -> dict[str, int]:
        """The exit code of each router; the worst of them is the apply's own."""
        found = {each.router.name: each.exit for each in self.verdicts}
        assert self.ran.code == next(code for code in _WORST_FIRST if code in found.values())
        return found

    def wrongs(self, *, meddled: bool = False) -> list[str]:
        """What is wrong with any of them; it must be nothing."""
        return [
            f"{each.router.name} ({each.router.version}) at step {step(each.router)}: {wrong}"
            for each in self.verdicts
            for wrong in each.wrongs(meddled=meddled)
        ]


@dataclass
class Verdict:
    """One router after a disturbed apply, and what was said of it."""

    router: Router
    before: Look
    after: Look
    planned: Menus
    order: list[str]
    changes: list[dict[str, Any]]
    status: str
    applied: Mapping[str, Any] | None
    journal: list[dict[str, Any]]

    @property
    def exit(self) -> int:
        """What the apply's exit code would be for this router alone, from its answer."""
        result = self.applied
        if result is None:
            return _LOST
        if result["failures"] or result["left"]:
            return _PARTIAL
        if result["refused"]:
            return _REFUSED
        return _LOST if result["problem"] or result["waiting"] else 0

    def wrongs(self, *, meddled: bool = False) -> Iterable[str]:
        """How the router, the answer and the journal contradict each other or break law 6."""
        yield from self._rows()
        yield from self._twice()
        if not meddled and self.after.others != self.before.others:
            yield "rows of others were changed"
        done = {_named(line): line["outcome"] for line in self.journal if "outcome" in line}
        for change in self.changes:
            yield from self._told(change, done.get(_named(change)), meddled=meddled)
        unplanned = set(done) - {_named(change) for change in self.changes}
        if unplanned:
            yield f"the journal tells of what was not planned: {unplanned}"
        whole = plain(self.after.ours) == plain(self.planned)
        if self.exit == 0 and not (whole or meddled):
            yield "its apply says it is converged, and it is not"
        if self.applied is not None:
            yield from self._counted(done)

    def _rows(self) -> Iterable[str]:
        """Every row of ours is as it was or as planned; a secret that goes is disabled before."""
        for path, rows in self.after.ours.items():
            known = [*self.before.ours[path], *self.planned[path]]
            leaving = [{**row, "disabled": "true"} for row in self.before.ours[path]
                       if path == "/ppp/secret" and row["name"].startswith("oto")]  # fmt: skip
            for row in rows:
                if row not in known and row not in leaving:
                    yield f"{path} holds what was neither there nor planned: {row}"

    def _twice(self) -> Iterable[str]:
        for path, rows in self.after.ours.items():
            keys = [TABLES[path].key_of(row) for row in rows]
            for key in {key for key in keys if keys.count(key) > 1}:
                yield f"{path} has {key} twice"

    def _told(self, change: dict[str, Any], said: str | None, *, meddled: bool) -> Iterable[str]:
        if change["action"] == "move" and self._stands(change, self.before.rules):
            return  # it only has to pass rules that are moved themselves
        real = self._in_effect(change, meddled=meddled)
        name = " ".join(_named(change))
        if said == "done" and not real:
            yield f"the journal says done, and it is not: {name}"
        if said == "unknown" and self.exit == 0:
            yield f"nobody found out what became of {name}"
        by_itself = meddled or change["action"] == "disconnect"
        if said not in ("done", "unknown") and real and not by_itself:
            yield f"it was done, and the journal says {said}: {name}"

    def _in_effect(self, change: dict[str, Any], *, meddled: bool) -> bool:
        path, key = change["table"], change["key"]
        if change["action"] == "move":
            return self._stands(change, self.after.rules)
        if change["action"] == "disconnect":
            old = self.before.sessions.get(key["name"])
            return self.after.sessions.get(key["name"]) != old
        table = TABLES[path]
        held = self.after.ours[path] + (self.after.others[path] if meddled else [])
        rows = [row for row in held if table.key_of(row) == table.key_of(key)]
        if change["action"] == "remove":
            return not rows
        after = {name: text for name, text in change["after"].items() if text != "(secret)"}
        return bool(rows) and all(
            table.canonical(name, rows[0].get(name, "") or table.fields[name].absent)
            == table.canonical(name, text or table.fields[name].absent)
            for name, text in after.items()
        )

    def _stands(self, change: dict[str, Any], rules: list[str]) -> bool:
        """Whether a rule stands among those that nobody moves exactly where it was planned to."""
        name = mark_of(change["key"]["comment"])
        moving = {mark_of(each["key"]["comment"]) for each in self.changes
                  if each["table"] == FILTER}  # fmt: skip
        fixed = [rule for rule in rules if rule not in moving or rule == name]
        return fixed == [rule for rule in self.order if rule in fixed] and name in fixed

    def _counted(self, done: Mapping[tuple[str, ...], str]) -> Iterable[str]:
        """The counts of the answer are those of the journal."""
        assert self.applied is not None
        for outcome in ("done", "failed", "skipped", "conflict", "unknown"):
            told = sum(each == outcome for each in done.values())
            if self.applied[outcome] != told:
                yield f"{self.applied[outcome]} {outcome} in the answer, {told} in the journal"


def _named(change: Mapping[str, Any]) -> tuple[str, ...]:
    return (change["action"], change["table"], *change["key"].values())
