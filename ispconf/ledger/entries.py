"""A ledger entry (FORMAT 7): what it is, what it does to a debt, and how text becomes one.

Which fields each type has as it is written is for ``written``; what entries mean to each other (a
reversal and its payment) is for ``checks``; the one-line spelling is for ``lines``.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from ispconf.errors import Source
from ispconf.ledger.facts import Period
from ispconf.ledger.written import MODELS, EntryType, FeeKind, InvoiceKind, Kind, PlanChange

ZERO = Decimal(0)
_LESS = frozenset({"payment", "credit", "write_off"})
_RECORDED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-[^/]*\.yaml")


class Line(NamedTuple):
    """One line of an invoice; a discount is a negative one."""

    item: str
    amount: Decimal


class Entry(NamedTuple):
    """One entry, whatever its type; ``None`` or ``()`` where the type has no such field.

    ``amount`` is the total of an invoice, and zero for a promise; ``zone`` is where the invoiced
    service was when it was issued. ``file`` and ``line`` say where
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
    zone: str | None = None
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
        return self.type == "invoice" and self.kind != "other"

    @property
    def bills_period(self) -> bool:
        """Whether it is the invoice of a period, not of a change of plan within one."""
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
    kind = Kind.model_validate(written).type
    changed = kind == "invoice" and written.get("kind") == "plan_change"
    found = (PlanChange if changed else MODELS[kind]).model_validate(written)
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
    "invoice": ("service", "zone", "period", "due", "cut", "total", "taxes", "lines", "kind"),
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
KEYS = frozenset({"no", "date", "type", "subscriber"}.union(*_WRITTEN.values()))
"""Every key that an entry of some type may have."""
