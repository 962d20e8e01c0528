"""Standings and entries as programs and people read them: what the money verbs share."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from ispconf.commands.judging import Judged
from ispconf.errors import RequestError
from ispconf.ledger.money import Currency
from ispconf.ledger.standing import Standing
from ispconf.network.subscriber import Subscriber
from ispconf.network.wording import meant


def known(judged: Judged, names: Collection[str]) -> list[Subscriber]:
    """The subscribers of these ids, all of them by id when none is named.

    Raises:
        RequestError: one does not exist; the message offers the nearest.
    """
    return [judged.network.subscribers[name] for name in ids(judged, names)]


def ids(judged: Judged, names: Collection[str]) -> Collection[str]:
    """These ids, all of them in their order when none is named.

    Raises:
        RequestError: one does not exist; the message offers the nearest.
    """
    people = judged.network.subscribers
    for name in names:
        if name not in people:
            raise RequestError(f'"{name}" is not in subscribers/{meant(name, people)}')
    return names or sorted(people)


def documents(judged: Judged, names: Collection[str]) -> list[dict[str, Any]]:
    """Subscribers with their balance and the standing of each service."""
    accounts, currency = judged.accounts_of(names), judged.network.company.currency
    return [
        {
            "subscriber": name,
            "balance": currency.text(accounts[name].balance),
            "services": [
                _service(currency, standing, *sold)
                for standing, sold in zip(
                    accounts[name].standings, accounts[name].sold, strict=True
                )
            ],
        }
        for name in names
    ]


def _service(currency: Currency, standing: Standing, plan: str, router: str) -> dict[str, Any]:
    return {
        "service": f"{standing.subscriber}/{standing.service}",
        "plan": plan,
        **({"router": router} if router else {}),
        "state": standing.state.value,
        "open": currency.text(standing.open),
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
