"""Entries: from a mapping of texts to values, and what each does to a debt."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from ispconf.errors import Source
from ispconf.ledger.entries import Entry, from_mapping, recorded_on, to_mapping

COMMON = {"no": "caja1-000001", "date": "2026-11-03", "subscriber": "ana-lopez"}
INVOICE: dict[str, Any] = {
    "no": "invoices-000123",
    "date": "2026-10-28",
    "type": "invoice",
    "subscriber": "ana-lopez",
    "service": "casa",
    "period": "2026-11-01/2026-12-01",
    "due": "2026-11-01",
    "cut": "2026-11-05",
    "total": "350.00",
    "taxes": {"iva": "48.28"},
    "lines": [{"item": "Hogar 20 Mbps", "amount": "350.00"}],
}
WRITTEN: list[tuple[dict[str, Any], str]] = [
    (INVOICE, "350.00"),
    (
        {
            **{key: INVOICE[key] for key in ("no", "date", "type", "subscriber")},
            "due": "2026-11-01",
            "total": "200.00",
            "lines": [{"item": "Visita", "amount": "200.00"}],
            "kind": "other",
        },
        "200.00",
    ),
    ({**COMMON, "type": "payment", "amount": "350.00", "method": "cash", "ref": "0045"}, "-350.00"),
    (
        {
            **COMMON,
            "type": "payment",
            "amount": "700.00",
            "method": "cash",
            "ref": "12E4567890",
            "for": ["invoices-000001", "invoices-000002"],
        },
        "-700.00",
    ),
    (
        {**COMMON, "type": "fee", "amount": "50.00", "kind": "late", "for": "invoices-000001"},
        "50.00",
    ),
    ({**COMMON, "type": "fee", "amount": "50.00", "kind": "other"}, "50.00"),
    (
        {**COMMON, "type": "credit", "amount": "9.00", "for": "invoices-000001", "reason": "late"},
        "-9.00",
    ),
    (
        {
            **COMMON,
            "type": "reversal",
            "amount": "350.00",
            "of": "caja1-000001",
            "reason": "bounced",
        },
        "350.00",
    ),
    ({**COMMON, "type": "refund", "amount": "50.00", "method": "transfer", "ref": "7"}, "50.00"),
    ({**COMMON, "type": "opening", "amount": "-12.50", "reason": "taken over"}, "-12.50"),
    ({**COMMON, "type": "promise", "until": "2026-11-10"}, "0"),
    ({**COMMON, "type": "transfer", "amount": "50.00", "to": "ben-ruiz"}, "50.00"),
    ({**COMMON, "type": "transfer", "amount": "50.00", "from": "ben-ruiz"}, "-50.00"),
    (
        {**COMMON, "type": "write_off", "amount": "9.0", "for": "invoices-000001", "reason": "x"},
        "-9.0",
    ),
]


@pytest.mark.parametrize(("written", "effect"), WRITTEN)
def test_every_type_is_read_written_and_changes_what_is_owed(
    written: dict[str, Any], effect: str
) -> None:
    entry = from_mapping(written, "ledger/2026/11/2026-11-03-caja1.yaml", 7)
    assert to_mapping(entry) == written
    assert list(to_mapping(entry))[:4] == ["no", "date", "type", "subscriber"]
    assert entry.effect == Decimal(effect)
    assert entry.source == Source("ledger/2026/11/2026-11-03-caja1.yaml", 7)


def test_a_number_is_a_journal_and_a_counter() -> None:
    entry = from_mapping({**INVOICE, "no": "caja-norte-2-1000045"})
    assert (entry.journal, entry.number) == ("caja-norte-2", 1_000_045)
    draft = entry._replace(no="")
    assert (draft.journal, draft.number) == ("", 0)
    assert "no" not in to_mapping(draft)


@pytest.mark.parametrize(
    ("file", "day"),
    [
        ("ledger/2026/10/2026-10-28-invoices.yaml", date(2026, 10, 28)),
        ("ledger/2026/02/2026-02-30-invoices.yaml", None),
        ("ledger/2026/02/invoices.yaml", None),
        ("", None),
    ],
)
def test_the_day_of_record_is_in_the_name_of_the_file(file: str, day: date | None) -> None:
    assert recorded_on(file) == day
    entry = from_mapping(INVOICE, file, 3)
    assert entry.recorded == (day or entry.date)


@pytest.mark.parametrize(("kind", "bills"), [("service", True), ("other", False)])
def test_only_invoices_of_services_count_for_a_cut(kind: str, bills: bool) -> None:  # noqa: FBT001
    assert from_mapping({**INVOICE, "kind": kind}).bills_service is bills


PAID = {**COMMON, "type": "payment", "amount": "1.00", "method": "cash", "ref": "1"}
MOVED = {**COMMON, "type": "transfer", "amount": "1.00"}
LATE = {**COMMON, "type": "fee", "amount": "1.00", "kind": "late"}
TWO = ["invoices-000001", "invoices-000002"]


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in INVOICE.items() if key not in keys}


@pytest.mark.parametrize(
    ("written", "place", "said"),
    [
        ({**COMMON, "type": "gift"}, ("type",), "invoice"),
        (COMMON, ("type",), "required"),
        ({**INVOICE, "no": "invoices-123"}, ("no",), "pattern"),
        ({**INVOICE, "no": "000123"}, ("no",), "pattern"),
        ({**INVOICE, "no": "invoices-0000123"}, ("no",), "pattern"),
        ({**INVOICE, "subscriber": "Ana"}, ("subscriber",), "pattern"),
        ({**INVOICE, "date": "28/10/2026"}, ("date",), "not a date"),
        ({**INVOICE, "total": "1e2"}, ("total",), "not an amount"),
        ({**INVOICE, "total": "-1.00"}, ("total",), "negative"),
        ({**INVOICE, "amount": "350.00"}, ("amount",), "Extra"),
        ({**INVOICE, "period": "2026-11-01"}, ("period",), "write it like"),
        ({**INVOICE, "period": ["2026"]}, ("period",), "not a period"),
        ({**INVOICE, "period": "2026-12-01/2026-11-01"}, ("period",), "not after its start"),
        ({**INVOICE, "cut": "2026-10-05"}, (), "before due"),
        ({**INVOICE, "lines": []}, ("lines",), "at least 1"),
        ({**INVOICE, "lines": [{"item": "", "amount": "1"}]}, ("lines", 0, "item"), "at least 1"),
        ({**INVOICE, "taxes": ["48.28"]}, ("taxes", 0), "tuple"),
        (without("due"), ("due",), "required"),
        (without("service"), (), "else: kind: other"),
        ({**PAID, "amount": "0"}, ("amount",), "more than zero"),
        ({**COMMON, "type": "payment", "amount": "1", "method": "cash"}, ("ref",), "required"),
        ({**PAID, "for_": TWO}, ("for_",), "Extra"),
        ({**LATE, "for": TWO}, ("for",), "at most 1"),
        ({**COMMON, "type": "credit", "amount": "1", "reason": "x"}, ("for",), "required"),
        ({**COMMON, "type": "promise", "until": "2026-11-02"}, (), "before date"),
        (MOVED, (), "either to or from"),
        ({**MOVED, "to": "a", "from": "b"}, (), "either to or from"),
    ],
)
def test_a_wrong_field_is_named_with_its_place(
    written: dict[str, Any], place: tuple[str | int, ...], said: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        from_mapping(written)
    first = caught.value.errors()[0]
    assert first["loc"] == place
    assert said in first["msg"]


def test_an_entry_cannot_be_changed() -> None:
    entry: Any = from_mapping(INVOICE)
    with pytest.raises(AttributeError):
        entry.amount = Decimal(0)
    assert isinstance(entry, Entry)
