"""Accounts as verbs tell them: as documents for programs, as lines of a table for people.

What is told of everybody is kept beside the accounts (``standings``), so it is put into words here
and not in a verb: another version of this program tells it anew.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ispconf.edge.accounts import Account
from ispconf.edge.jsontext import items
from ispconf.ledger.entries import ZERO
from ispconf.ledger.money import Currency
from ispconf.ledger.standing import Standing, State


def document(subscriber: str, account: Account, currency: Currency) -> dict[str, Any]:
    """A subscriber with their balance and the standing of each service."""
    return {
        "subscriber": subscriber,
        "balance": currency.text(account.balance),
        "services": [
            _service(currency, standing, *sold)
            for standing, sold in zip(account.standings, account.sold, strict=True)
        ],
    }


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


def documents(accounts: Mapping[str, Account], currency: Currency) -> str:
    """The documents of some accounts, as ``jsontext.Items`` takes them."""
    return items(document(name, account, currency) for name, account in accounts.items())


HEAD = ("service", "name", "plan", "router", "state", "open", "covered until", "cut", "because")


class Overview(NamedTuple):
    """Services in few words: how many are in each state and ask for how much, and cells of each.

    The cells are those of ``HEAD``.
    """

    counts: dict[State, tuple[int, Decimal]]
    rows: list[list[str]]


def overview(accounts: Iterable[Account], currency: Currency) -> Overview:
    """The services of some accounts."""
    counts: dict[State, tuple[int, Decimal]] = {}
    rows = []
    for account in accounts:
        for standing, sold in zip(account.standings, account.sold, strict=True):
            number, owed = counts.get(standing.state, (0, ZERO))
            counts[standing.state] = number + 1, owed + standing.open
            rows.append(_cells(standing, account.name, *sold, currency))
    return Overview(counts, rows)


def _cells(standing: Standing, name: str, plan: str, router: str, currency: Currency) -> list[str]:
    decisive = standing.decisive
    return [
        f"{standing.subscriber}/{standing.service}",
        name,
        plan,
        router,
        standing.state.value,
        currency.text(standing.open) if standing.open else "",
        str(standing.covered_until or ""),
        str(standing.cut or ""),
        decisive.text if decisive else "",
    ]


def dumped(found: Overview) -> str:
    """An overview as text."""
    counts = [(state, number, str(owed)) for state, (number, owed) in found.counts.items()]
    return json.dumps([counts, found.rows])


def revived(texts: Iterable[str]) -> Overview:
    """What ``dumped`` wrote, one after the other, together."""
    counts: dict[State, tuple[int, Decimal]] = {}
    rows = []
    for text in texts:
        more, cells = json.loads(text)
        for state, number, owed in more:
            before = counts.get(State(state), (0, ZERO))
            counts[State(state)] = before[0] + number, before[1] + Decimal(owed)
        rows += cells
    return Overview(counts, rows)


def places(accounts: Mapping[str, Account]) -> str:
    """Who of some subscribers has a service on each router, as text for ``placed``."""
    found: dict[str, list[str]] = {}
    for name, account in accounts.items():
        for router in dict.fromkeys(router for _, router in account.sold):
            found.setdefault(router, []).append(name)
    return json.dumps(found)


def placed(texts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The subscribers of each router, of what ``places`` wrote."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for router, names in json.loads(text).items():
            found.setdefault(router, []).extend(names)
    return found
