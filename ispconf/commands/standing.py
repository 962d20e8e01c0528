"""Standings and entries as programs and people read them: what the money verbs share."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ispconf.commands.judging import Judged
from ispconf.errors import RequestError
from ispconf.ledger.standing import Standing
from ispconf.network.subscriber import Subscriber
from ispconf.network.wording import meant


def known(judged: Judged, names: Iterable[str]) -> list[Subscriber]:
    """The subscribers of these ids, all of them by id when none is named.

    Raises:
        RequestError: one does not exist; the message offers the nearest.
    """
    people = judged.network.subscribers
    for name in names:
        if name not in people:
            raise RequestError(f'"{name}" is not in subscribers/{meant(name, people)}')
    return [people[name] for name in names or sorted(people)]


def documents(judged: Judged, people: Iterable[Subscriber]) -> list[dict[str, Any]]:
    """Subscribers with their balance and the standing of each service."""
    owed = judged.balances
    currency = judged.network.company.currency
    return [
        {
            "subscriber": person.id,
            "balance": currency.text(owed.get(person.id, Decimal(0))),
            "services": [_service(judged, person, name) for name in person.services],
        }
        for person in people
    ]


def _service(judged: Judged, person: Subscriber, name: str) -> dict[str, Any]:
    service, standing = person.services[name], judged.standings[f"{person.id}/{name}"]
    return {
        "service": f"{person.id}/{name}",
        "plan": service.plan_on(judged.day),
        **({"router": service.router} if service.router else {}),
        "state": standing.state.value,
        "open": judged.network.company.currency.text(standing.open),
        **_dates(standing),
        "reasons": [reason._asdict() for reason in standing.reasons],
    }


def _dates(standing: Standing) -> Mapping[str, str]:
    days: dict[str, date | None] = {
        "covered_until": standing.covered_until,
        "next_issue": standing.next_issue,
        "next_due": standing.next_due,
        "cut": standing.cut,
    }
    return {name: day.isoformat() for name, day in days.items() if day}
