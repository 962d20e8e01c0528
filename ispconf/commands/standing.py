"""Standings and entries as programs and people read them: what the money verbs share."""

from collections.abc import Collection
from typing import Any

from ispconf.commands.judging import Judged
from ispconf.edge.telling import document
from ispconf.errors import RequestError
from ispconf.network.subscriber import Subscriber
from ispconf.network.wording import meant


def known(judged: Judged, names: Collection[str]) -> list[Subscriber]:
    """The subscribers of these ids, all of them by id when none is named.

    Raises:
        RequestError: one does not exist; the message offers the nearest.
    """
    check(judged, names)
    people = judged.network.subscribers
    return [people[name] for name in names] if names else list(people.values())


def check(judged: Judged, names: Collection[str]) -> None:
    """Nothing, when there is a subscriber of each of these ids.

    Raises:
        RequestError: one does not exist; the message offers the nearest.
    """
    people = judged.network.subscribers
    for name in names:
        if name not in people:
            raise RequestError(f'"{name}" is not in subscribers/{meant(name, people)}')


def documents(judged: Judged, names: Collection[str]) -> list[dict[str, Any]]:
    """Subscribers with their balance and the standing of each service."""
    accounts, currency = judged.accounts_of(names), judged.network.company.currency
    return [document(name, accounts[name], currency) for name in names]
