"""``debtors``: who owes, the largest debt first."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Session, shared
from ispconf.commands.tables import table
from ispconf.ledger.allocation import Account
from ispconf.network.subscriber import Subscriber
from ispconf.planning.counting import counted

_HEAD = ("subscriber", "name", "phone", "owes", "oldest due", "days late", "state")


class Debtor(NamedTuple):
    """A subscriber who owes; ``late`` is in days since the oldest open due date, 0 before it."""

    person: Subscriber
    owed: Decimal
    due: str
    late: int
    states: str


@click.command("debtors")
@shared()
def command(session: Session) -> int:
    r"""Show who owes, the largest debt first, with the oldest due date and how to reach them.

    \b
      ispconf debtors
      ispconf debtors --date 2026-11-30 --format json
    """
    facts = judged(session)
    found = _debtors(facts)
    currency = facts.network.company.currency
    total = sum((each.owed for each in found), Decimal(0))
    document: dict[str, Any] = {
        "format": 1,
        "date": facts.day.isoformat(),
        "commit": facts.network.commit,
        "exit_code": 0,
        "total": currency.text(total),
        "debtors": [
            {
                "subscriber": each.person.id,
                "balance": currency.text(each.owed),
                **({"oldest_due": each.due} if each.due else {}),
                "days_late": each.late,
                "states": each.states.split(", "),
            }
            for each in found
        ],
    }
    session.emit(document, lambda: _lines(facts, found, currency.text(total)))
    return 0


def _debtors(facts: Judged) -> list[Debtor]:
    owed = {name: amount for name, amount in facts.balances.items() if amount > 0}
    known = facts.network.book.of_subscribers(owed)
    found = []
    for name in owed:
        person, entries = facts.network.subscribers[name], known[name]
        account = Account.of(entries, facts.day)
        open_ = (each for each in entries if each.no in account.open)
        due = min((each.due or each.date for each in open_), default=None)  # a fee: at once
        states = (facts.standings[f"{person.id}/{name}"].state for name in person.services)
        late = max((facts.day - due).days, 0) if due else 0
        told = ", ".join(dict.fromkeys(states))
        found.append(Debtor(person, owed[person.id], str(due or ""), late, told))
    return sorted(found, key=lambda each: (-each.owed, each.person.id))


def _lines(facts: Judged, found: Sequence[Debtor], total: str) -> Iterator[str]:
    currency = facts.network.company.currency
    yield f"{counted(len(found), 'debtor', 'owe')} {total} {currency.code} on {facts.day}"
    if found:
        yield ""
    rows = [
        (
            each.person.id,
            each.person.name,
            each.person.contact.phone or "",
            currency.text(each.owed),
            each.due,
            str(each.late or ""),
            each.states,
        )
        for each in found
    ]
    yield from table(_HEAD, rows, "owes,days late") if rows else ()
