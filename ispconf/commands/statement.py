"""``statement``: all entries of one subscriber with the balance after each."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import click

from ispconf.commands import papers
from ispconf.commands.judging import Judged, judged
from ispconf.commands.printing import Asked, Printing, give, printed
from ispconf.commands.session import Day, Session, shared
from ispconf.commands.standing import documents, known
from ispconf.commands.tables import table
from ispconf.escape import terminal
from ispconf.ledger.allocation import in_order
from ispconf.ledger.entries import Entry, to_mapping
from ispconf.ledger.said import what

_HEAD = ("date", "no", "what", "charge", "paid", "balance")


@click.command("statement", cls=Printing)
@shared()
@click.argument("subscriber")
@click.option("--from", "first", type=Day(), help="The first day shown (default: the beginning).")
@printed
def command(session: Session, subscriber: str, first: date | None, asked: Asked) -> int:
    r"""Show all entries of SUBSCRIBER with the balance after each, up to the day.

    With --as, --out or a paper it is a document for the subscriber, in their language.

    \b
      ispconf statement ana-lopez
      ispconf statement ana-lopez --from 2026-10-01 --out statement.pdf
    """
    facts = judged(session)
    person = known(facts, [subscriber])[0]
    if asked.on_paper:
        return give(facts, asked, [papers.statement(facts, person.id, first, copy=asked.copy)])
    everything = _running(facts, person.id)
    entries = [each for each in everything if not first or each[0].date >= first]
    earlier = everything[: len(everything) - len(entries)]
    currency = facts.network.company.currency
    held: dict[str, Any] = documents(facts, [person.id])[0]
    held["entries"] = [
        to_mapping(entry) | {"balance": currency.text(balance)} for entry, balance in entries
    ]
    document = {
        "format": 1,
        "date": facts.day.isoformat(),
        "commit": facts.network.commit,
        "exit_code": 0,
        "subscribers": [held],
    }
    before = (first, earlier[-1][1]) if first and earlier else None
    session.emit(document, lambda: _lines(facts, person.name, held["balance"], entries, before))
    return 0


def _running(facts: Judged, subscriber: str) -> list[tuple[Entry, Decimal]]:
    balance, found = Decimal(0), []
    for entry in in_order(facts.network.book.of_subscriber(subscriber)):
        if entry.date <= facts.day:
            balance += entry.effect
            found.append((entry, balance))
    return found


def _lines(
    facts: Judged,
    name: str,
    balance: str,
    entries: Sequence[tuple[Entry, Decimal]],
    before: tuple[date, Decimal] | None,
) -> Iterator[str]:
    currency = facts.network.company.currency
    yield f"{terminal(name)}   {facts.day}   balance {balance} {currency.code}"
    yield ""
    rows = []
    if before:
        rows.append((str(before[0]), "", "balance before", "", "", currency.text(before[1])))
    for entry, after in entries:
        charge = currency.text(entry.effect) if entry.effect > 0 else ""
        paid = currency.text(-entry.effect) if entry.effect < 0 else ""
        rows.append((str(entry.date), entry.no, what(entry), charge, paid, currency.text(after)))
    yield from table(_HEAD, rows, "charge,paid,balance") if rows else ["No entries."]
