"""The types of ledger entries as they are written: their fields, all text, and what is wrong.

One model for each type of FORMAT 7. Slow and exact: it says which field of a mapping is wrong and
what to write. What an entry is, once read, is ``entries.Entry``.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

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
InvoiceKind = Literal["service", "other", "plan_change"]
FeeKind = Literal["late", "reconnection", "other"]

ID = "[a-z0-9][a-z0-9-]{0,62}"
NUMBER = f"{ID}-(?:[0-9]{{6}}|[1-9][0-9]{{6,11}})"


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
FORMS: Final[Mapping[str, str]] = {
    f"^{ID}$": "an id: small letters a to z, digits and hyphens, at most 63",
    f"^{NUMBER}$": "a number of the ledger: write it like caja1-000045",
}
"""What a text should be that does not match, in words."""
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(scalars.readable)]
MoreThanZero = Annotated[Decimal, BeforeValidator(_more_than_zero)]


class _Common(Fact):
    model_config = ConfigDict(populate_by_name=False)

    type: EntryType


class Kind(BaseModel):
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
    zone: Id | None = None
    period: Annotated[Period, BeforeValidator(_period)] | None = None
    due: Day
    cut: Day | None = None
    total: PositiveAmount
    taxes: Annotated[tuple[tuple[Id, PositiveAmount], ...], BeforeValidator(_pairs)] = ()
    lines: Annotated[tuple[_Line, ...], Field(min_length=1)]
    kind: InvoiceKind = "service"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "other" and (self.service is None or self.period is None):
            raise ValueError("an invoice of a service has service and period (else: kind: other)")
        if self.cut is not None and self.cut < self.due:
            raise ValueError(f"cut {self.cut} is before due {self.due}")
        return self


class PlanChange(_Invoice):
    """The document of a change of plan; a negative total is a credit (BR-72)."""

    total: Amount
    taxes: Annotated[tuple[tuple[Id, Amount], ...], BeforeValidator(_pairs)] = ()


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


MODELS: dict[EntryType, type[_Written]] = {
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
