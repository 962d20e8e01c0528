"""Plans read back from their JSON, one or the shards of one, as the changeset they tell of.

A plan file comes from another job, perhaps of another person: nothing but what a plan can say is
taken from it. Secrets are not in it and so not in what is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from ispconf.errors import RequestError
from ispconf.planning.changes import Action, Change, Why
from ispconf.planning.changeset import (
    Changeset,
    Impact,
    Money,
    RouterPlan,
    Status,
    impact,
)
from ispconf.planning.guards import Bound, Refusal
from ispconf.planning.reviewed import joined
from ispconf.routeros.tables import TABLES

_Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,64}$")]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
_Owed = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)? [A-Z]{3}$|^$")]


def _known(path: str) -> str:
    if path not in TABLES:
        raise ValueError(f"{path} is no menu that ispconf plans")
    return path


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")  # a later version may tell more


class _Why(_Told):
    kind: str
    ref: str


class _Change(_Told):
    action: Action
    table: Annotated[str, AfterValidator(_known)]
    key: dict[str, str]
    owner: str
    before: dict[str, str]
    after: dict[str, str]
    effect: str
    calendar: bool
    reason: str
    why: tuple[_Why, ...]
    seal: _Hash
    cause: str = ""

    @model_validator(mode="after")
    def _identified(self) -> Self:
        lacking = set(TABLES[self.table].key) - self.key.keys()
        if lacking:
            raise ValueError(f"the key of a row of {self.table} lacks {', '.join(sorted(lacking))}")
        return self

    def made(self) -> Change:
        fields = TABLES[self.table].fields
        before, after = (
            {name: text for name, text in side.items() if name in fields}
            for side in (self.before, self.after)
        )
        why = tuple(Why(each.kind, each.ref) for each in self.why)
        told = {"effect": self.effect, "calendar": self.calendar, "why": why}
        cause = self.cause or self.reason
        return Change(
            self.action, self.table, self.key, self.owner, before, after,
            reason=self.reason, cause=cause, **told,  # type: ignore[arg-type]
        )  # fmt: skip


class _Live(_Told):
    routeros: str
    identity: str
    rows: int


class _Guard(_Told):
    guard: Literal["service_loss", "cuts", "removed", "changed"]
    found: int
    of: int

    def made(self) -> Refusal:
        return Refusal(self.guard, self.found, self.of, Bound(0, Fraction(0)))


class _Router(_Told):
    router: _Id
    status: Status
    problem: str | None
    live: _Live | None
    notes: tuple[str, ...]
    guards: tuple[_Guard, ...] = ()
    changes: tuple[_Change, ...]

    def made(self) -> RouterPlan:
        live = self.live or _Live(routeros="", identity="", rows=0)
        changes = tuple(change.made() for change in self.changes)
        told = (changes, self.problem or "", self.notes)
        plan = RouterPlan(self.router, self.status, *told, live.routeros, live.identity, live.rows)
        return plan._replace(guards=tuple(guard.made() for guard in self.guards))


class _Money(_Told):
    suspended: int
    owed: _Owed
    restored: int

    def made(self) -> Money:
        return Money(self.suspended, self.owed, self.restored)


class _People(_Told):
    speed: int


class _Plan(_Told):
    format: Literal[1]
    commit: _Commit
    dirty: bool
    date: date
    digest: _Hash
    exit_code: int
    impact: _People
    money: _Money
    notes: tuple[str, ...] = ()
    routers: tuple[_Router, ...]


class Planned(NamedTuple):
    """What the plan files say together: changes, people, digest, and the worst exit code."""

    changeset: Changeset
    impact: Impact
    digest: str
    exit_code: int


def read(documents: Mapping[str, Any]) -> Planned:
    """The plan in these documents, keyed by the name of their file: one, or shards of one.

    Whoever has services in two shards and changes speed in both by a plan's new speed is counted
    twice; all other counts are of people, each once.

    Raises:
        RequestError: a document is no plan, or they are not parts of one.
        RefusedError: a document was changed after it was written.
    """
    plans = [_plan(name, document) for name, document in documents.items()]
    whole, first = joined(documents), plans[0]
    routers = sorted((made for plan in plans for made in _routers(plan)), key=lambda r: r.router)
    money = first.money.made() if len(plans) == 1 else _money(plans)
    notes = tuple(dict.fromkeys(note for plan in plans for note in plan.notes))
    changeset = Changeset(first.commit, first.dirty, first.date, tuple(routers), money, notes)
    people = impact(changeset, {})
    people = people._replace(speed=max(people.speed, sum(plan.impact.speed for plan in plans)))
    worst = max(plan.exit_code for plan in plans)
    return Planned(changeset, people, whole["digest"], worst)


def _plan(name: str, document: Any) -> _Plan:
    try:
        return _Plan.model_validate(document)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"]))
        raise RequestError(
            f"{name} is not a plan written by plan --out: {place}: {wrong['msg']}"
        ) from error


def _routers(plan: _Plan) -> Iterator[RouterPlan]:
    return (router.made() for router in plan.routers)


def _money(plans: Sequence[_Plan]) -> Money:
    """What the shards mean together; a service is in one of them only."""
    owed = [plan.money.owed.split() for plan in plans if plan.money.owed]
    total = sum((Decimal(amount) for amount, _ in owed), Decimal(0))
    return Money(
        sum(plan.money.suspended for plan in plans),
        f"{total} {owed[0][1]}" if owed else "",
        sum(plan.money.restored for plan in plans),
    )
