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


class Line(NamedTuple):
    """A service in few words: its state, what it asks for, and a cell for each of ``HEAD``."""

    state: State
    open: Decimal
    cells: list[str]


def lines(accounts: Iterable[Account], currency: Currency) -> list[Line]:
    """A line for each service of some accounts."""
    return [
        Line(standing.state, standing.open, _cells(standing, account.name, *sold, currency))
        for account in accounts
        for standing, sold in zip(account.standings, account.sold, strict=True)
    ]


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


def dumped(lines: list[Line]) -> str:
    """Lines as text."""
    return json.dumps([(line.state, str(line.open), line.cells) for line in lines])


def revived(text: str) -> list[Line]:
    """The lines that ``dumped`` wrote."""
    return [Line(State(state), Decimal(open_), cells) for state, open_, cells in json.loads(text)]


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
