"""A town of random people, seeded: what its files say, and what happens in a year.

Facts are drawn once as plain values; ``network`` writes them as the operator would, ``persons`` as
the second way of calculating reads them. What people do is decided day by day, looking at what is
open in the book of that day, so the same seed is the same town.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from ispconf.ledger.allocation import Account
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import EMPTY, Book
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.invoicing import missing, numbered
from ispconf.ledger.money import Currency
from ispconf.network.billing import billables
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from tests.year.reckoning import DAY, NEVER, Paper, Person, Plan, Service

MXN = Currency.of("MXN")
FIRST = date(2027, 9, 1)  # a year with a 29 February
LAST = date(2028, 8, 31)
EVER = date(1, 1, 1)
SECOND = "-2"  # how the id of a zone's second tower ends
TAXES = {"iva": ("IVA", 16, True), "ieps": ("IEPS", 3, False)}
PLANS = {
    "basico": Plan("Básico", 25000, ("iva", 16, True), 30),
    "hogar": Plan("Hogar", 35000, ("iva", 16, True), 30),
    "doble": Plan("Doble", 51333, None, 45),
    "campo": Plan("Campo", 19990, ("ieps", 3, False), 10),
    "libre": Plan("Cortesía", 0, None, 30),
}
COMPANY: dict[str, Any] = {"issue_day": 28, "due_day": 1, "cut_day": 5}
ZONES: dict[str, dict[str, Any]] = {
    "norte": {"issue_day": 12, "due_day": 15, "cut_day": 20, "period_day": 15},
    "sur": {"charge": "arrears", "issue_day": 25, "late_fee": {"percent": 5, "after": "cut"}},
    "este": {"mode": "cutdate", "cut_day": 31, "no_cut_days": ["saturday", "sunday"]},
    "oeste": {"mode": "recharge", "while_cut": "stop"},
    "centro": {},
}
DEFAULTS: dict[str, Any] = {
    "mode": "cycle",
    "charge": "advance",
    "period_day": 1,
    "issue_day": 1,
    "due_day": 1,
    "cut_day": 5,
    "recharge_offsets": [-6, -4, 6],
    "first_period": "prorated",
    "proration": "actual",
    "late_fee": None,
    "reconnection_fee": 0,
    "fees": {},
    "minimum_cut": 100,
    "restore_on": 100,
    "while_cut": "full",
    "no_cut_days": [],
    "plan_change": "prorated",
    "manage": "auto",
    "discounts": [],
}


class Town:
    """So many people, and the random numbers that made them."""

    def __init__(self, count: int, seed: int = 20) -> None:
        self.random = Random(seed)  # noqa: S311 - a town, not a secret
        self.people = {f"p{number:05d}": self._person() for number in range(count)}

    # facts

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randint(0, (last - first).days))

    def _person(self) -> dict[str, Any]:
        zone = self.random.choice(sorted(ZONES))
        terms = self._terms(DEFAULTS | COMPANY | ZONES[zone])
        names = ["casa", "tienda"][: 2 if self._chance(0.15) else 1]
        services = {name: self._service() for name in names}
        person: dict[str, Any] = {
            "zone": zone,
            "terms": terms,
            "services": services,
            "extras": self._extras() if self._chance(0.2) else {},
            "habit": self.random.choice(("good", "good", "late", "bad", "ahead")),
            "names": self._chance(0.3),
        }
        for service in services.values():
            service["moved"] = self._day(FIRST, LAST) if self._chance(0.15) else None
        old = min(each["since"] for each in services.values()) < FIRST
        person["opening"] = FIRST if old and self._chance(0.5) else None
        return person

    def _terms(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """Terms of one's own, each now and then."""
        pick = self.random.choice
        found: dict[str, Any] = {}
        if self._chance(0.5):
            found["mode"] = pick(("cycle", "cycle", "cutdate", "recharge", "duration"))
        if found.get("mode", base["mode"]) != "cycle":
            found["charge"] = "advance"
        elif self._chance(0.3):
            found["charge"] = pick(("advance", "arrears"))
        for name, share in (("period_day", 0.3), ("issue_day", 0.3), ("due_day", 0.3),
                            ("cut_day", 0.3)):  # fmt: skip
            if self._chance(share):
                found[name] = pick((1, 2, 5, 10, 15, 20, 28, 29, 30, 31))
        choices: dict[str, tuple[float, tuple[Any, ...]]] = {
            "first_period": (0.5, ("prorated", "free", "full", "next")),
            "proration": (0.4, ("actual", "thirty", "none")),
            "while_cut": (0.5, ("full", "stop")),
            "plan_change": (0.3, ("prorated", "next_period")),
            "minimum_cut": (0.2, (0, 100, 5000, 40000)),
            "restore_on": (0.3, (30, 50, 100)),
            "recharge_offsets": (0.2, ([-6, -4, 6], [-3, 0, 0], [0, 0, 5], [-10, -5, 10])),
            "manage": (0.05, ("manual",)),
            "late_fee": (0.3, ({"amount": 5000, "after": "due"}, {"percent": 5, "after": "cut"},
                               {"percent": 10, "after": "due"})),
            "reconnection_fee": (0.3, (8000,)),
            "no_cut_days": (0.2, (["sunday"], ["friday", "saturday", "sunday", date(2027, 12, 5)])),
        }  # fmt: skip
        for name, (share, values) in choices.items():
            if self._chance(share):
                found[name] = pick(values)
        if self._chance(0.5):
            found["fees"] = {"late": self._chance(0.7), "reconnection": self._chance(0.7)}
        if self._chance(0.25):
            found["discounts"] = [self._discount() for _ in range(pick((1, 1, 2)))]
        return found

    def _discount(self) -> dict[str, Any]:
        first = self._day(FIRST, LAST)
        what = self.random.choice(({"percent": 10}, {"percent": 33}, {"amount": 5000},
                                   {"amount": 60000}))  # fmt: skip
        span = {"from": first, "until": first + timedelta(days=self.random.randint(0, 200))}
        return what | (span if self._chance(0.7) else {"from": EVER, "until": NEVER})

    def _extras(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, price in (("wifi", 90000), ("tv", 12000), ("visita", 20000)):
            if self._chance(0.5):
                how = {"wifi": "instalments", "tv": "recurring", "visita": "once"}[name]
                first = self._day(FIRST, LAST)
                found[name] = {
                    "price": price,
                    "pay": how,
                    **({"count": self.random.choice((2, 3, 7, 24))} if name == "wifi" else {}),
                    "from": first,
                    "until": NEVER if self._chance(0.6) else first + 120 * DAY,
                }
        return found

    def _service(self) -> dict[str, Any]:
        since = self._day(FIRST - 300 * DAY, LAST - 30 * DAY)
        if self._chance(0.5):
            since = self._day(FIRST, FIRST + 40 * DAY)
        began = max(since, FIRST)
        plans = [self.random.choice(sorted(PLANS)[:4])]
        days: set[date] = set()
        if self._chance(0.35):
            days = {
                self._day(began + 2 * DAY, LAST) for _ in range(self.random.choice((1, 1, 2, 3)))
            }
        changes = []
        for day in sorted(days):
            new = self.random.choice([each for each in sorted(PLANS) if each != plans[-1]])
            changes.append({"on": day, "from": plans[-1], "to": new})
            plans.append(new)
        return {
            "since": since,
            "plan": plans[-1],
            "changes": changes,
            "paused": self._pauses(began) if self._chance(0.2) else [],
            "free": [self._span(began, 90)] if self._chance(0.1) else [],
            "suspended": self._span(began, 20) if self._chance(0.1) else None,
            "cancelled": self._day(max([began, *days]) + DAY, LAST + 30 * DAY)
            if self._chance(0.1)
            else None,
        }

    def _span(self, began: date, longest: int) -> tuple[date, date]:
        first = self._day(began, LAST)
        return first, first + timedelta(days=self.random.randint(0, longest))

    def _pauses(self, began: date) -> list[tuple[date, date]]:
        first, last = self._span(began, 40)
        more = (last + 30 * DAY, last + 45 * DAY)
        return [(first, last), more] if self._chance(0.4) else [(first, last)]

    # as the operator writes it

    def network(self, day: date = LAST, people: Iterable[str] | None = None) -> Network:
        """The files of the town as they are read on a day, with all people or with some.

        Who moves to another tower of the zone has the old router before, and the new one then.
        """
        names = self.people if people is None else people
        zones = {name: {"name": name, "billing": _written(own)} for name, own in ZONES.items()}
        company = Company.model_validate(
            {
                "company": {"name": "Red"},
                "timezone": "America/Mexico_City",
                "currency": "MXN",
                "billing": _written(COMPANY),
                "zones": zones,
                "taxes": {
                    code: {"name": name, "rate": f"{rate}%", "included": str(included).lower()}
                    for code, (name, rate, included) in TAXES.items()
                },
            }
        )
        return Network(
            company,
            {name: _plan(name, plan) for name, plan in PLANS.items()},
            {f"{name}{tower}": _router(name, tower) for name in ZONES for tower in ("", SECOND)},
            {name: _subscriber(name, self.people[name], day) for name in names},
        )

    def services(self, day: date = LAST, people: Iterable[str] | None = None) -> list[Billable]:
        """What billing knows of them on a day."""
        return billables(self.network(day, people))

    def movers(self, first: date, last: date) -> set[str]:
        """Who moves to another router on one of these days."""
        return {
            name
            for name, person in self.people.items()
            for service in person["services"].values()
            if service["moved"] and first <= service["moved"] <= last
        }

    # as the second way of calculating reads it

    def person(self, name: str, entries: Sequence[Entry]) -> Person:
        """One person with what was written by hand in their ledger.

        Invoices are counted for each person, so that what names one of a book names that one.
        """
        facts = self.people[name]
        terms = _whole_terms(facts)
        services = [
            Service(each, _whole_service(service), terms)
            for each, service in facts["services"].items()
        ]
        first = min([FIRST, *(each["since"] for each in facts["services"].values())]) - 70 * DAY
        made = sorted(entry.no for entry in entries if entry.journal == "invoices")
        own = {no: ("invoices", place) for place, no in enumerate(made, 1)}
        papers = [_paper(entry, own) for entry in entries if entry.journal != "invoices"]
        return Person(services, deepcopy(facts["extras"]), papers, first, facts["opening"])


def _whole_terms(person: Mapping[str, Any]) -> dict[str, Any]:
    terms: dict[str, Any] = {**DEFAULTS, **COMPANY, **ZONES[person["zone"]], **person["terms"]}
    fees = terms["fees"]
    return terms | {
        "fees_late": fees.get("late", False), "fees_again": fees.get("reconnection", False),
    }  # fmt: skip


def _whole_service(service: Mapping[str, Any]) -> dict[str, Any]:
    changes = [
        {"on": each["on"], "from": PLANS[each["from"]], "to": PLANS[each["to"]]}
        for each in service["changes"]
    ]
    return dict(service) | {"plan": PLANS[service["plan"]], "changes": changes}


def _paper(entry: Entry, own: Mapping[str, tuple[str, int]]) -> Paper:
    return Paper(
        _number(entry.no, own),
        entry.date,
        entry.type,
        cents(entry.effect),
        entry.kind or "",
        due=entry.due,
        cut=entry.cut,
        names=tuple(_number(no, own) for no in entry.for_),
        of=_number(entry.of, own) if entry.of else None,
        until=entry.until,
    )


def _number(no: str, own: Mapping[str, tuple[str, int]]) -> tuple[str, int]:
    return own.get(no) or (no.rpartition("-")[0], int(no.rpartition("-")[2]))


def cents(amount: Decimal) -> int:
    """An amount in the smallest unit."""
    return int(amount.scaleb(2))


def money(units: int) -> str:
    """Cents as an operator writes them."""
    return f"{Decimal(units).scaleb(-2):.2f}"


def _written(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms as text; amounts are cents before."""
    found: dict[str, Any] = {}
    for name, value in terms.items():
        if name in ("minimum_cut", "reconnection_fee"):
            found[name] = money(value)
        elif name == "restore_on":
            found[name] = f"{value}%"
        elif name == "late_fee":
            found[name] = _priced(value)
        elif name == "discounts":
            found[name] = [_spanned(_priced(each)) for each in value]
        elif name == "fees":
            found[name] = {each: str(flag).lower() for each, flag in value.items()}
        elif isinstance(value, list):
            found[name] = [str(each) for each in value]
        else:
            found[name] = str(value)
    return found


def _priced(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: money(value) if name in ("amount", "price") else value for name, value in fact.items()
    } | ({"percent": str(fact["percent"])} if "percent" in fact else {})


def _spanned(fact: Mapping[str, Any]) -> dict[str, Any]:
    ends = {EVER, NEVER}
    return {name: value for name, value in fact.items() if value not in ends}


def _plan(name: str, plan: Plan) -> ServicePlan:
    facts = {
        "id": name,
        "name": plan.name,
        "price": money(plan.price),
        "duration": f"{plan.days}d",
        "rate": {"down": "20M", "up": "5M"},
        **({"tax": plan.tax[0]} if plan.tax else {}),
    }
    return ServicePlan.model_validate(facts)


def _router(zone: str, tower: str) -> Router:
    facts = {"zone": zone, "host": "10.8.0.1", "user": "u", "password": "${P}"}
    return Router.model_validate(facts | {"id": f"{zone}{tower}"})


def _subscriber(name: str, person: Mapping[str, Any], day: date) -> Subscriber:
    services = {}
    for each, service in person["services"].items():
        spans = [{"from": first, "until": last} for first, last in service["paused"]]
        free = [{"from": first, "until": last} for first, last in service["free"]]
        held = service["suspended"]
        there = service["moved"] and service["moved"] <= day
        services[each] = {
            "plan": service["plan"],
            "router": person["zone"] + (SECOND if there else ""),
            "since": service["since"],
            "access": {"type": "pppoe", "user": f"{name}-{each}", "password": "derived"},
            "plan_changes": service["changes"],
            "paused": spans,
            **({"free": free[0]} if free else {}),
            **({"suspended": {"from": held[0], "until": held[1]}} if held else {}),
            **({"cancelled": {"on": service["cancelled"]}} if service["cancelled"] else {}),
        }
    return Subscriber.model_validate(
        {
            "id": name,
            "file": f"subscribers/{name}.yaml",
            "name": name,
            "services": services,
            "billing": _written(person["terms"]),
            "extras": {
                each: _spanned(_priced(extra))
                | ({"count": str(extra["count"])} if "count" in extra else {})
                for each, extra in person["extras"].items()
            },
        }
    )


class Year:
    """What happens in the town: bill runs on some of the days, and people who pay, or do not.

    ``book`` is the ledger after it, ``hand`` what of it nobody computed.
    """

    def __init__(self, town: Town, seed: int = 7) -> None:
        self.town, self.random = town, Random(seed)  # noqa: S311
        self.billables = town.services(FIRST - DAY)
        self._seen = FIRST
        self.book: Book = EMPTY
        self._all: list[Entry] = []
        self.hand: list[Entry] = []
        self._entries: dict[str, list[Entry]] = {name: [] for name in town.people}
        self._balance: dict[str, Decimal] = dict.fromkeys(town.people, Decimal(0))
        self._last: dict[str, int] = {}
        self._rest: dict[str, Decimal] = {}  # of payments and charges, what may be taken back

    def live(self, first: date = FIRST, last: date = LAST) -> "Year":
        """All days; a bill run comes every day, or days or weeks late."""
        day, run = first, first
        for name, person in self.town.people.items():
            if person["opening"]:
                amount = Decimal(self.random.randint(-60000, 90000)).scaleb(-2)
                self._add("oficina", name, day, "opening", amount, reason="antes")
        while day <= last:
            for name in self.town.people:
                self._acts(name, day)
            if day >= run or day == last:  # in the evening
                self._bill(day)
                run = day + timedelta(days=self.random.choice((1, 1, 1, 1, 2, 5, 24)))
            day += DAY
        self.book = Book.of(sorted(self._all, key=lambda each: (each.file, each.line)))
        return self

    def network(self) -> Network:
        """The files of the town with the ledger of the year."""
        return replace(self.town.network(), book=self.book)

    def _bill(self, day: date) -> None:
        movers = self.town.movers(self._seen, day)
        if movers:
            moved = {one.id: one for one in self.town.services(day, movers)}
            self.billables = [moved.get(one.id, one) for one in self.billables]
        self._seen = day + DAY
        for entry in run(self.billables, Book.of(self._all), day):
            self._put(entry)

    def _put(self, entry: Entry) -> None:
        self._all.append(entry)
        self._entries[entry.subscriber].append(entry)
        self._balance[entry.subscriber] += entry.effect
        self._rest[entry.no] = entry.amount

    def _add(
        self, journal: str, who: str, day: date, type_: Any, amount: Decimal, /, **more: Any
    ) -> Entry:
        number = self._last[journal] = self._last.get(journal, 0) + 1
        file = f"ledger/{day:%Y/%m/%Y-%m-%d}-{journal}.yaml"
        entry = Entry(
            f"{journal}-{number:06d}", day, type_, who, amount, file=file, line=number, **more
        )
        self.hand.append(entry)
        self._put(entry)
        return entry

    def _acts(self, who: str, day: date) -> None:
        """What a person does on a day, or somebody does for them."""
        owed, habit = self._balance[who], self.town.people[who]["habit"]
        share = {"good": 0.25, "late": 0.05, "bad": 0.012, "ahead": 0.2}[habit]
        if owed > 0 and self.random.random() < share:
            self._pays(who, day, owed)
        elif owed <= 0 and habit == "ahead" and self.random.random() < 0.01:
            self._pays(who, day, Decimal(self.random.randint(20000, 120000)).scaleb(-2))
        if self.random.random() < 0.012:
            getattr(self, f"_{self.random.choice(RARE)}")(who, day)

    def _pays(self, who: str, day: date, owed: Decimal) -> None:
        share = self.random.choice((100, 100, 100, 100, 50, 90, 130, 210))
        amount = max(MXN.round(owed * share / 100), Decimal("0.01"))
        journal, method = self.random.choice((("caja1", "cash"), ("banco", "transfer")))
        names: tuple[str, ...] = ()
        if self.town.people[who]["names"] and self.random.random() < 0.4:
            mine = [one.no for one in self._entries[who] if one.type == "invoice"]
            names = tuple(self.random.sample(mine, min(len(mine), self.random.choice((1, 2)))))
        ref = f"R{len(self.hand)}"
        self._add(journal, who, day, "payment", amount, method=method, ref=ref, for_=names)

    def _reverse(self, who: str, day: date) -> None:
        paid = [one for one in self._entries[who] if one.type == "payment" and self._rest[one.no]]
        if paid:
            self._back(who, day, "reversal", self.random.choice(paid), of=True)

    def _refund(self, who: str, day: date) -> None:
        if self._balance[who] < 0:
            amount = -self._balance[who]
            ref = f"R{len(self.hand)}"
            self._add("caja1", who, day, "refund", amount, method="cash", ref=ref)

    def _credit(self, who: str, day: date) -> None:
        self._first_open(who, day, "credit")

    def _write_off(self, who: str, day: date) -> None:
        self._first_open(who, day, "write_off")

    def _first_open(self, who: str, day: date, kind: str) -> None:
        """Take back (a part of) the oldest invoice that is open."""
        account = Account.of(self._entries[who], day)
        owed = account.owed()
        if not owed:
            return
        if self.town.people[who]["names"]:
            owed = [self.random.choice(owed)]
        most = min(account.open[owed[0].no], self._rest[owed[0].no])
        if most > 0:
            self._rest[owed[0].no] = most
            self._back(who, day, kind, owed[0])

    def _back(self, who: str, day: date, kind: str, what: Entry, *, of: bool = False) -> None:
        units = cents(self._rest[what.no])
        amount = Decimal(self.random.choice((units, self.random.randint(1, units)))).scaleb(-2)
        self._rest[what.no] -= amount
        about: dict[str, Any] = {"of": what.no} if of else {"for_": (what.no,)}
        self._add("oficina", who, day, kind, amount, reason="x", **about)

    def _promise(self, who: str, day: date) -> None:
        if self._balance[who] > 0:
            until = day + timedelta(days=self.random.randint(0, 12))
            self._add("oficina", who, day, "promise", Decimal(0), until=until)

    def _transfer(self, who: str, day: date) -> None:
        if self._balance[who] < 0:
            other = self.random.choice([each for each in self.town.people if each != who] or [who])
            amount = -self._balance[who]
            self._add("oficina", who, day, "transfer", amount, to=other)
            self._add("oficina", other, day, "transfer", amount, from_=who)

    def _visit(self, who: str, day: date) -> None:
        """Other income: an invoice that never cuts."""
        amount = Decimal("150.00")
        lines = (Line("Visita", amount),)
        self._add(
            "oficina", who, day, "invoice", amount, due=day + 5 * DAY, lines=lines, kind="other"
        )

    def _fee(self, who: str, day: date) -> None:
        self._add("oficina", who, day, "fee", Decimal("20.00"), kind="other")


RARE = ("reverse", "reverse", "refund", "credit", "write_off", "promise", "promise", "promise",
        "transfer", "visit", "fee")  # fmt: skip


def run(services: Iterable[Billable], book: Book, day: date) -> list[Entry]:
    """The entries of a bill run, as they are recorded on its day."""
    drafts = numbered(missing(services, book, day, MXN), "invoices", book)
    file = f"ledger/{day:%Y/%m/%Y-%m-%d}-invoices.yaml"
    return [entry._replace(file=file, line=place) for place, entry in enumerate(drafts, 1)]
