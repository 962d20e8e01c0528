"""Small networks, routers made of values, and a router that understands our commands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ispconf.ledger.standing import Reason, Standing
from ispconf.ledger.standing import State as Money
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.planning.changes import Action, Change
from ispconf.planning.reasons import Story
from ispconf.routeros import values
from ispconf.routeros.rows import Row, State, state
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, PROFILE, QUEUE, SECRET, TABLES, live_row
from ispconf.services.account import Account, Offer, Site, Speed

M = 1_000_000
HOGAR = Offer("hogar-20", "Hogar 20", Speed(down=20 * M, up=5 * M))
SITE = Site("norte-1", "10.20.0.1")
ANA = Account("ana/casa", "pppoe", HOGAR, "Ana", "ana", "clave", "10.20.0.15", site=SITE)
BEN = Account("ben/casa", "queue", HOGAR, "Ben", address="10.20.0.23", site=SITE)
DAY = date(2026, 11, 6)


def numbered(rows: Iterable[Row]) -> State:
    """These rows as a router holds them: each with an id."""
    return state(row._replace(id=f"*{number:X}") for number, row in enumerate(rows, 1))


def change(action: Action = Action.SET, table: str = SECRET.path, **facts: Any) -> Change:
    """A change of Ana's secret, or what the facts say instead."""
    told: dict[str, Any] = {
        "key": {"name": "ana"},
        "owner": "ana/casa",
        "before": {},
        "after": {},
    } | facts
    return Change(action, table, **told)


def standing(
    owner: str = "ana/casa",
    state: Money = Money.ACTIVE,
    served: bool | None = True,  # noqa: FBT001, FBT002
    reasons: tuple[Reason, ...] = (),
    *,
    calendar: bool = True,
) -> Standing:
    """What is concluded of a service, whatever it owes."""
    subscriber, _, service = owner.partition("/")
    nothing = (None, None, None, None)
    return Standing(
        subscriber, service, state, served, Decimal(0), *nothing, reasons, calendar, None
    )


def story(router: str = "norte-1", told: Standing | None = None) -> Story:
    """What the files say of Ana's service."""
    ref = "subscribers/ana.yaml:5:3"
    return Story(router, "hogar-20", ref, told or standing(), "plans/hogar-20.yaml")


PLAN = {"id": "hogar-20", "file": "plans/hogar-20.yaml", "name": "Hogar 20", "price": "350.00"}


def plan(id: str = "hogar-20", **facts: Any) -> ServicePlan:  # noqa: A002
    """A plan of 20M down and 5M up."""
    given = {"rate": {"down": "20M", "up": "5M"}} | facts
    return ServicePlan.model_validate(PLAN | {"id": id, "file": f"plans/{id}.yaml"} | given)


def router(id: str = "norte-1", **facts: Any) -> Router:  # noqa: A002
    """A router with one network."""
    given = {
        "host": "10.8.0.11",
        "user": "ispconf",
        "password": "${PASSWORD}",
        "networks": [{"range": "10.20.0.0/28", "gateway": "10.20.0.1"}],
    } | facts
    return Router.model_validate({"id": id, "file": f"inventory/{id}.yaml"} | given)


def subscriber(id: str, **services: Mapping[str, Any]) -> Subscriber:  # noqa: A002
    """A subscriber with these services, each a mapping of what differs from the usual."""
    usual = {"plan": "hogar-20", "router": "norte-1", "since": "2026-01-01"}
    pppoe = {"type": "pppoe", "user": id, "password": "derived"}
    held = {
        name: usual | dict(facts) | {"access": {**facts.get("access", pppoe)}}
        for name, facts in services.items()
    }
    written = {"id": id, "file": f"subscribers/{id}.yaml", "name": id.title(), "services": held}
    return Subscriber.model_validate(written)


def network(
    *people: Subscriber,
    routers: Iterable[Router] = (),
    plans: Iterable[ServicePlan] = (),
    **facts: Any,
) -> Network:
    """A network of one router and one plan, unless others are given."""
    company = {"company": {"name": "Red"}, "timezone": "America/Mexico_City", "currency": "MXN"}
    return Network(
        Company.model_validate(company | facts),
        {each.id: each for each in plans or [plan()]},
        {each.id: each for each in routers or [router()]},
        {each.id: each for each in people},
    )


def standings(held: Network, **states: tuple[Money, bool | None]) -> dict[str, Standing]:
    """Everybody is active and served but those who are named."""
    usual = (Money.ACTIVE, True)
    return {
        (owner := f"{person.id}/{name}"): standing(owner, *states.get(person.id, usual))
        for person in held.subscribers.values()
        for name in person.services
    }


@dataclass
class Model:
    """A router that holds rows as text, takes our commands and lets its sessions dial again."""

    menus: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    last: int = 0

    @classmethod
    def holding(cls, rows: Iterable[Row]) -> "Model":
        """A router with these rows, in their order."""
        made = cls({path: [] for path in TABLES})
        for row in rows:
            made._put(row.table, {**row.fields, **({"dynamic": "true"} if row.dynamic else {})})
        return made

    def state(self) -> State:
        """What a reading of all menus gives."""
        rows = (live_row(TABLES[path], row) for path, held in self.menus.items() for row in held)
        return state(rows)

    def hear(self, words: tuple[str, ...]) -> None:
        """Carries out one command."""
        path, _, verb = words[0].rpartition("/")
        said = dict(word[1:].partition("=")[::2] for word in words[1:])
        getattr(self, f"_{verb}")(path, said)

    def _put(self, path: str, fields: Mapping[str, str], before: str = "") -> dict[str, str]:
        self.last += 1
        row = {".id": f"*{self.last:X}"} | {
            name: self._printed(path, name, text) for name, text in fields.items() if text
        }
        held = self.menus[path]
        held.insert(self._place(path, before), row)
        return row

    def _printed(self, path: str, name: str, text: str) -> str:
        kept = name in ("comment", "rate-limit")
        return text if kept else TABLES[path].canonical(name, text)

    def _place(self, path: str, row_id: str) -> int:
        ids = [row[".id"] for row in self.menus[path]]
        return ids.index(row_id) if row_id else len(ids)

    def _add(self, path: str, said: dict[str, str]) -> None:
        before = said.pop("place-before", "")
        key = TABLES[path].key_of(said)
        taken = (TABLES[path].key_of(row) for row in self.menus[path] if "dynamic" not in row)
        assert key not in taken, f"{path} has {key} already"
        self._put(path, said, before)

    def _set(self, path: str, said: dict[str, str]) -> None:
        row = self.menus[path][self._place(path, said.pop(".id"))]
        assert "dynamic" not in row
        for name, text in said.items():
            if name.startswith("!"):
                row.pop(name[1:], None)
            else:
                row[name] = self._printed(path, name, text)

    def _move(self, path: str, said: dict[str, str]) -> None:
        row = self.menus[path].pop(self._place(path, said["numbers"]))
        self.menus[path].insert(self._place(path, said.get("destination", "")), row)

    def _remove(self, path: str, said: dict[str, str]) -> None:
        row = self.menus[path].pop(self._place(path, said[".id"]))
        if path == ACTIVE.path:
            self._hang_up(row)
            self._dial(row["name"])

    def _hang_up(self, session: Mapping[str, str]) -> None:
        for path, name, text in (
            (QUEUE.path, "name", f"<pppoe-{session['name']}>"),
            (ADDRESS_LIST.path, "address", session.get("address", "")),
        ):
            held = self.menus[path]
            held[:] = [row for row in held if row.get(name) != text or "dynamic" not in row]

    def _dial(self, name: str) -> None:
        secret = self._named(SECRET.path, name)
        if not secret or secret.get("disabled") == "true":
            return
        profile = self._named(PROFILE.path, secret.get("profile", "default"))
        address = secret.get("remote-address") or f"10.98.{self.last // 250}.{self.last % 250}"
        bound = {"caller-id": secret["caller-id"]} if secret.get("caller-id") else {}
        self._put(ACTIVE.path, {"name": name, "service": "pppoe", "address": address, **bound})
        if limit := profile.get("rate-limit"):
            pair = values.rate_limit(limit).split(" ")[0]
            fields = {"name": f"<pppoe-{name}>", "max-limit": pair, "dynamic": "true"}
            self._put(QUEUE.path, fields)
        if listed := profile.get("address-list"):
            entry = {"list": listed, "address": address, "dynamic": "true"}
            self._put(ADDRESS_LIST.path, entry)

    def _named(self, path: str, name: str) -> Mapping[str, str]:
        return next((row for row in self.menus[path] if row["name"] == name), {})

    def dead(self) -> Iterator[str]:
        """References of static rows to what is not there."""
        names = {path: {row.get("name") for row in held} for path, held in self.menus.items()}
        for path, table in TABLES.items():
            for name, refers in table.references() if table.writable else ():
                for row in self.menus[path]:
                    text = row.get(name, "")
                    fixed = text in ("", "none", "default", "total") or values.is_host(text)
                    if not fixed and "dynamic" not in row and text not in names[refers]:
                        yield f"{path} {row.get('name')} {name}={text}"
