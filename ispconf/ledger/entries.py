"""A ledger entry (FORMAT 7): what it is, what it does to a debt, and how text becomes one.

Knows every type of entry and which fields it has. What entries mean to each other (a reversal and
its payment) is for ``checks``; the one-line spelling is for ``lines``.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from ispconf.errors import Source
from ispconf.ledger import scalars
from ispconf.ledger.facts import Fact, Period
from ispconf.ledger.scalars import Amount, Day, PositiveAmount

EntryType = Literal[
    "invoice",
    "payment",
    "fee",
    "credit",
    "reversal",
    "refund",
    "opening",
    "promise",
    "transfer",
    "write_off",
]
InvoiceKind = Literal["service", "other"]
FeeKind = Literal["late", "reconnection", "other"]

ID = "[a-z0-9][a-z0-9-]{0,62}"
NUMBER = f"{ID}-(?:[0-9]{{6}}|[1-9][0-9]{{6,11}})"
ZERO = Decimal(0)
_LESS = frozenset({"payment", "credit", "write_off"})
_RECORDED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-[^/]*\.yaml")


class Line(NamedTuple):
    """One line of an invoice; a discount is a negative one."""

    item: str
    amount: Decimal


class Entry(NamedTuple):
    """One entry, whatever its type; ``None`` or ``()`` where the type has no such field.

    ``amount`` is the total of an invoice, and zero for a promise. ``file`` and ``line`` say where
    it stands; a draft that is not written yet has ``""``, and ``no`` is empty until it is numbered.
    """

    no: str
    date: dt.date
    type: EntryType
    subscriber: str
    amount: Decimal = ZERO
    service: str | None = None
    period: Period | None = None
    due: dt.date | None = None
    cut: dt.date | None = None
    taxes: tuple[tuple[str, Decimal], ...] = ()
    lines: tuple[Line, ...] = ()
    kind: InvoiceKind | FeeKind | None = None
    method: str | None = None
    ref: str | None = None
    for_: tuple[str, ...] = ()
    of: str | None = None
    reason: str | None = None
    until: dt.date | None = None
    to: str | None = None
    from_: str | None = None
    file: str = ""
    line: int = 0

    @property
    def source(self) -> Source:
        """Where it stands in the ledger."""
        return Source(self.file, self.line)

    @property
    def recorded(self) -> dt.date:
        """The day it was recorded, from the name of its file; a draft has its own date."""
        return recorded_on(self.file) or self.date

    @property
    def journal(self) -> str:
        """The journal whose counter numbered it."""
        return self.no.rpartition("-")[0]

    @property
    def number(self) -> int:
        """Its number in the journal; 0 before it has one."""
        return int(self.no.rpartition("-")[2] or 0)

    @property
    def effect(self) -> Decimal:
        """The signed change of what the subscriber owes.

        Money that a transfer takes ``to`` another subscriber is owed again by this one.
        """
        return -self.amount if self.type in _LESS or self.from_ is not None else self.amount

    @property
    def bills_service(self) -> bool:
        """Whether it is an invoice that counts for a cut: other income never does (WH-076)."""
        return self.type == "invoice" and self.kind == "service"


@lru_cache(maxsize=4096)
def recorded_on(file: str) -> dt.date | None:
    """The day in the name of a ledger file, ``ledger/2026/10/2026-10-28-invoices.yaml``."""
    found = _RECORDED.fullmatch(file.rpartition("/")[2])
    try:
        return dt.date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def from_mapping(written: Mapping[str, Any], file: str = "", line: int = 0) -> Entry:
    """The entry that a YAML mapping of texts stands for.

    Raises:
        pydantic.ValidationError: with the path of each wrong field.
    """
    kind = _Kind.model_validate(written).type
    found = _MODELS[kind].model_validate(written)
    fields = {name: getattr(found, name) for name in type(found).model_fields}
    fields["amount"] = fields.pop("total", fields.get("amount", ZERO))
    fields["lines"] = tuple(Line(each.item, each.amount) for each in fields.get("lines", ()))
    return Entry(**fields, file=file, line=line)


def to_mapping(entry: Entry) -> dict[str, Any]:
    """The entry as it is written: keys in canonical order, amounts and dates as text."""
    out: dict[str, Any] = {"no": entry.no} if entry.no else {}
    out |= {"date": str(entry.date), "type": entry.type, "subscriber": entry.subscriber}
    for name in _WRITTEN[entry.type]:
        value = getattr(entry, "amount" if name == "total" else _PYTHON.get(name, name))
        if value not in (None, ()) and not (name == "kind" and value == "service"):
            out[name] = _text(name, value, several=entry.type == "payment")
    return out


def _text(name: str, value: Any, *, several: bool) -> Any:
    if name == "taxes":
        return {code: f"{tax:f}" for code, tax in value}
    if name == "lines":
        return [{"item": item, "amount": f"{amount:f}"} for item, amount in value]
    if name == "for":
        return list(value) if several else value[0]
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


_PYTHON = {"for": "for_", "from": "from_"}
_WRITTEN: dict[EntryType, tuple[str, ...]] = {
    "invoice": ("service", "period", "due", "cut", "total", "taxes", "lines", "kind"),
    "payment": ("amount", "method", "ref", "for"),
    "fee": ("amount", "kind", "for"),
    "credit": ("amount", "for", "reason"),
    "reversal": ("amount", "of", "reason"),
    "refund": ("amount", "method", "ref"),
    "opening": ("amount", "reason"),
    "promise": ("until",),
    "transfer": ("amount", "to", "from"),
    "write_off": ("amount", "for", "reason"),
}


def _more_than_zero(value: object) -> Decimal:
    found = scalars.amount(value)
    if found <= 0:
        raise ValueError(f'"{found}" is not more than zero')
    return found


def _period(value: object) -> Period:
    parts = value.split("/") if isinstance(value, str) else []
    if len(parts) != 2:  # noqa: PLR2004 - a start and an end
        raise ValueError(f'"{value}" is not a period: write it like 2026-11-01/2026-12-01')
    found = Period(scalars.date(parts[0]), scalars.date(parts[1]))
    if found.end <= found.start:
        raise ValueError(f"the period ends on {found.end}, not after its start {found.start}")
    return found


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, dict) else value


Id = Annotated[str, StringConstraints(pattern=f"^{ID}$")]
Number = Annotated[str, StringConstraints(pattern=f"^{NUMBER}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
MoreThanZero = Annotated[Decimal, BeforeValidator(_more_than_zero)]


class _Common(Fact):
    model_config = ConfigDict(populate_by_name=False)

    type: EntryType


class _Kind(BaseModel):
    """Tells the type, so that the errors of the right model are shown, and only those."""

    type: EntryType


class _Written(_Common):
    no: Number
    date: Day
    subscriber: Id


class _Line(Fact):
    item: Text
    amount: Amount


class _Invoice(_Written):
    service: Id | None = None
    period: Annotated[Period, BeforeValidator(_period)] | None = None
    due: Day
    cut: Day | None = None
    total: PositiveAmount
    taxes: Annotated[tuple[tuple[Id, PositiveAmount], ...], BeforeValidator(_pairs)] = ()
    lines: Annotated[tuple[_Line, ...], Field(min_length=1)]
    kind: InvoiceKind = "service"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "service" and (self.service is None or self.period is None):
            raise ValueError("an invoice of a service has service and period (else: kind: other)")
        if self.cut is not None and self.cut < self.due:
            raise ValueError(f"cut {self.cut} is before due {self.due}")
        return self


class _Money(_Written):
    amount: MoreThanZero


class _ForOne(_Money):
    for_: Annotated[
        tuple[Number, ...], BeforeValidator(_one_or_more), Field(alias="for", max_length=1)
    ]
    reason: Text


class _Payment(_Money):
    method: Id
    ref: Text
    for_: Annotated[tuple[Number, ...], BeforeValidator(_one_or_more), Field(alias="for")] = ()


class _Fee(_Money):
    kind: FeeKind
    for_: Annotated[
        tuple[Number, ...], BeforeValidator(_one_or_more), Field(alias="for", max_length=1)
    ] = ()


class _Reversal(_Money):
    of: Number
    reason: Text


class _Refund(_Money):
    method: Id
    ref: Text


class _Opening(_Written):
    amount: Amount
    reason: Text


class _Promise(_Written):
    until: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.date:
            raise ValueError(f"until {self.until} is before date {self.date}")
        return self


class _Transfer(_Money):
    to: Id | None = None
    from_: Id | None = Field(default=None, alias="from")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.to is None) == (self.from_ is None):
            raise ValueError("a transfer has either to or from")
        return self


_MODELS: dict[EntryType, type[_Written]] = {
    "invoice": _Invoice,
    "payment": _Payment,
    "fee": _Fee,
    "credit": _ForOne,
    "reversal": _Reversal,
    "refund": _Refund,
    "opening": _Opening,
    "promise": _Promise,
    "transfer": _Transfer,
    "write_off": _ForOne,
}
