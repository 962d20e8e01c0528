"""Whose money it is: clues that agree, clues that do not, names that are near."""

from typing import Any

import pytest

from ispconf.ledger.book import Book
from ispconf.network.payers import Payer, Payers, Unknown
from ispconf.network.subscriber import Subscriber
from tests.ledger.samples import entry


def person(name: str, called: str, **more: Any) -> Subscriber:
    contact = {"phone": more.pop("phone")} if "phone" in more else {}
    return Subscriber.model_validate({"id": name, "name": called, "contact": contact, **more})


PEOPLE = [
    person("ana-lopez", "Ana López Hernández", phone="+52 222 555 0115", tax_id="LOHA800101XX1"),
    person("ana-lopez-2", "Ana López Hernández", phone="+52 222 555 0116"),
    person("ben", "Benito Salazar", phone="222 555 0117", tax_id="SAB-900101-AA0"),
    person("ben-local", "Tienda Benito", phone="222 555 0118", tax_id="SAB900101AA0"),
    person("carla-m", "Carla Méndez Ruiz"),
]
BOOK = Book.of(
    [
        entry("invoices-000001", "2026-11-01", "invoice", "350.00", subscriber="ana-lopez"),
        entry("invoices-000002", "2026-11-01", "invoice", "350.00", subscriber="gone"),
        entry("caja1-000001", "2026-11-01", "payment", "350.00", subscriber="ben"),
    ]
)
PAYERS = Payers(PEOPLE, BOOK)


@pytest.mark.parametrize(
    ("clues", "ref", "who", "by"),
    [
        ({"subscriber": "ben"}, "", "ben", "subscriber"),
        ({"subscriber": "ben", "phone": "2225550115"}, "", "ben", "subscriber"),
        ({"invoice": "invoices-000001"}, "", "ana-lopez", "invoice invoices-000001"),
        ({"text": "pago INVOICES-000001 nov"}, "", "ana-lopez", "invoice invoices-000001"),
        ({}, "invoices-000001", "ana-lopez", "invoice invoices-000001"),
        ({"tax_id": "loha 800101 xx1"}, "", "ana-lopez", "tax id"),
        ({"phone": "5550117 222".replace(" 222", "")}, "ben", "ben", "reference"),
        ({"phone": "0052 1 222 555 0116"}, "", "ana-lopez-2", "phone"),
        ({"text": "internet ana-lopez-2"}, "77", "ana-lopez-2", "text"),
        ({}, "carla-m", "carla-m", "reference, text"),
        ({"name": "SALAZAR BENITO"}, "", "ben", "name"),
        ({"name": "mendez ruiz, carla"}, "", "carla-m", "name"),
        ({"text": "SPEI de CARLA MENDEZ RUIZ 88"}, "", "carla-m", "name in the text"),
        ({"tax_id": "SAB900101AA0", "name": "Tienda Benito"}, "", "ben-local", "tax id, name"),
        ({"tax_id": "SAB900101AA0", "phone": "2225550117"}, "", "ben", "tax id, phone"),
    ],
)
def test_who_it_is(clues: dict[str, str], ref: str, who: str, by: str) -> None:
    found = PAYERS.payer(clues, ref)
    assert isinstance(found, Payer), found
    assert (found.subscriber, found.by) == (who, by)
    assert found.invoices == (("invoices-000001",) if "invoice" in by else ())


@pytest.mark.parametrize(
    ("clues", "why", "near"),
    [
        ({}, "nothing in it says who paid", ()),
        ({"text": "internet de noviembre"}, "nothing in it says who paid", ()),
        ({"subscriber": "ana-lopes"}, 'is not in subscribers/ (did you mean "ana-lopez"?)', ()),
        ({"invoice": "invoices-000009"}, 'invoice "invoices-000009" is not in the ledger', ()),
        ({"invoice": "invoices-000002"}, "is not in the ledger", ()),
        ({"invoice": "caja1-000001"}, "is not in the ledger", ()),
        ({"name": "Ana Lopez Hernandez"}, "2 subscribers are called", ("ana-lopez", "ana-lopez-2")),
        ({"text": "Ana Lopez Hernandez"}, "nothing in it says", ("ana-lopez", "ana-lopez-2")),
        ({"name": "Carla Mendes Ruiz"}, 'nobody is called "Carla Mendes Ruiz"', ("carla-m",)),
        ({"name": "Zoe"}, 'nobody is called "Zoe"', ()),
        ({"tax_id": "SAB900101AA0"}, "tax id belong to several", ("ben", "ben-local")),
        (
            {"invoice": "invoices-000001", "phone": "2225550117"},
            "clues contradict each other: invoice invoices-000001 says ana-lopez, phone says ben",
            (),
        ),
    ],
)
def test_why_nobody_is_found(clues: dict[str, str], why: str, near: tuple[str, ...]) -> None:
    found = PAYERS.payer(clues)
    assert isinstance(found, Unknown), found
    assert why in found.why
    assert found.near == near
