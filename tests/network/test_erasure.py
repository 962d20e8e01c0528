"""What remains of somebody who is erased: the facts of services, and nothing that tells who."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from ispconf.ledger.entries import Entry, Line
from ispconf.network.erasure import lost, mentions, remains
from ispconf.network.subscriber import Subscriber

DAY = date(2026, 12, 2)
WHOLE: dict[str, Any] = {
    "name": "Ana López Hernández",
    "contact": {"phone": "+52 222 111 2233", "email": "ana@correo.example"},
    "address": {"street": "Calle 5 No. 10", "gps": ["19.0414", "-98.2063"]},
    "tax_id": "LOHA800101XX1",
    "language": "es-MX",
    "notes": "Puerta azul",
    "services": {
        "casa": {
            "plan": "hogar-20",
            "router": "norte-1",
            "since": "2026-06-23",
            "access": {"type": "pppoe", "user": "ana", "password": "x", "address": "10.20.0.15"},
            "free": {"from": "2026-06-23", "until": "2026-07-01", "reason": "vecina de Beto"},
            "paused": [{"from": "2026-08-01", "until": "2026-08-31", "reason": "en casa de Eva"}],
            "cancelled": {"on": "2026-12-01", "reason": "moved to Calle 7", "address": "release"},
        }
    },
    "billing": {"mode": "cycle", "discounts": [{"percent": "10", "reason": "trajo a Beto"}]},
    "extras": {"tv": {"price": "120.00", "pay": "recurring", "description": "TV de Ana"}},
    "equipment": [{"kind": "antenna", "serial": "F4123"}],
    "contracts": [{"number": "C-0042"}],
}


def test_facts_of_services_remain_and_words_do_not() -> None:
    stub = remains(WHOLE, DAY)
    assert stub == {
        "name": "(erased)",
        "erased": "2026-12-02",
        "services": {
            "casa": {
                "plan": "hogar-20",
                "router": "norte-1",
                "since": "2026-06-23",
                "access": {"type": "none"},
                "free": {"from": "2026-06-23", "until": "2026-07-01"},
                "paused": [{"from": "2026-08-01", "until": "2026-08-31"}],
                "cancelled": {"on": "2026-12-01", "address": "release"},
            }
        },
        "billing": {"mode": "cycle", "discounts": [{"percent": "10"}]},
        "extras": {"tv": {"price": "120.00", "pay": "recurring"}},
    }
    assert Subscriber.model_validate({**stub, "id": "ana"}).erased == DAY
    assert lost(WHOLE, stub) == [
        "contact", "address", "tax_id", "language", "notes", "equipment", "contracts", "name",
        "services.casa.access.user", "services.casa.access.password",
        "services.casa.access.address",
    ]  # fmt: skip


def test_an_address_that_is_kept_after_the_end_stays_taken() -> None:
    service = {**WHOLE["services"]["casa"], "cancelled": {"on": "2026-12-01", "address": "keep"}}
    stub = remains({**WHOLE, "services": {"casa": service}}, DAY)
    assert stub["services"]["casa"]["access"] == {"type": "none", "address": "10.20.0.15"}


def test_nothing_comes_back() -> None:
    stub = {**remains(WHOLE, DAY), "id": "ana", "notes": "x", "contact": {"phone": "1"}}
    with pytest.raises(ValidationError, match="was erased on 2026-12-02 and may not have contact"):
        Subscriber.model_validate(stub)


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"type": "credit", "reason": "caída"}, []),
        ({"type": "credit", "reason": "para doña HERNÁNDEZ"}, ["reason"]),
        ({"type": "payment", "ref": "SPEI ana@correo.example"}, ["ref"]),
        ({"type": "payment", "ref": "calle 5 no. 10"}, ["ref"]),
        ({"type": "invoice", "lines": (Line("Hogar", Decimal(1)), Line("TV López", Decimal(1)))},
         ["lines.1"]),
    ],
)  # fmt: skip
def test_lines_of_the_ledger_that_say_more_than_the_id(
    more: dict[str, Any], fields: list[str]
) -> None:
    entry = Entry(**{"no": "a-000001", "date": DAY, "subscriber": "ana", "line": 7, **more})
    assert [field for place, field in mentions(WHOLE, [entry]) if place.line == 7] == fields
