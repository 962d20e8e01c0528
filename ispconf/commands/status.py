"""``status``: who is served, who owes, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from ispconf.commands.judging import NO_ENTRIES, Judged, judged
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import check, documents, known
from ispconf.commands.tables import table
from ispconf.commands.whereabouts import lines, whereabouts
from ispconf.edge import telling
from ispconf.edge.accounts import Account
from ispconf.edge.jsontext import Items
from ispconf.edge.ledgerfiles import newest
from ispconf.escape import terminal
from ispconf.ledger.entries import ZERO
from ispconf.ledger.standing import State
from ispconf.network.subscriber import Subscriber
from ispconf.planning.counting import counted


@click.command("status")
@shared()
@click.argument("subscribers", nargs=-1)
@click.option("--why", is_flag=True, help="The whole chain of reasons, with file and line.")
@click.option("--routers", is_flag=True, help="Which commit each router is at, and what waits.")
def command(session: Session, subscribers: Sequence[str], why: bool, routers: bool) -> int:
    r"""Show who is served, who owes, and why.

    State is never typed: it follows from the files, the ledger and the day.

    \b
      ispconf status                       everybody, today
      ispconf status ana-lopez --why       one of them, with every reason
      ispconf status --date 2026-12-05     on that day, by what is recorded now
      ispconf status --routers             where each router is; asks none of them
    """
    facts = judged(session)
    subscribers = tuple(dict.fromkeys(subscribers))
    check(facts, subscribers)
    document = {
        "format": 1,
        "date": facts.day.isoformat(),
        "commit": facts.network.commit,
        "exit_code": 0,
        "subscribers": _documents(facts, subscribers) if session.format == "json" else [],
        "routers": whereabouts(facts) if routers or session.format == "json" else [],
    }
    session.emit(document, lambda: _told(facts, subscribers, document, why=why, routers=routers))
    return 0


def _documents(facts: Judged, names: Sequence[str]) -> list[dict[str, Any]] | Items:
    """The subscribers named, or all."""
    if names:
        return documents(facts, names)
    currency = facts.network.company.currency
    return Items(facts.told("documents", lambda accounts: telling.documents(accounts, currency)))


def _told(
    facts: Judged,
    names: Sequence[str],
    document: Mapping[str, Any],
    *,
    why: bool,
    routers: bool,
) -> Iterator[str]:
    if routers:
        return lines(document["routers"], facts.session.local_now().tzinfo)
    return _chains(facts, known(facts, names)) if why else _overview(facts, names)


def _overview(facts: Judged, names: Sequence[str]) -> Iterator[str]:
    found = _found(facts, names)
    many = counted(len(names or facts.network.subscribers), "subscriber")
    yield f"{terminal(facts.network.company.name)}   {facts.day}   {many}"
    if newest(facts.session.root) is None:
        yield click.style(NO_ENTRIES, fg="yellow")
    yield ""
    yield from _counts(facts, found)
    yield ""
    yield from table(telling.HEAD, found.rows, "open")


def _found(facts: Judged, names: Sequence[str]) -> telling.Overview:
    """The services of the subscribers named, or of all."""
    currency = facts.network.company.currency
    if names:
        accounts = facts.accounts_of(names)
        return telling.overview((accounts[name] for name in names), currency)

    def tell(accounts: Mapping[str, Account]) -> str:
        return telling.dumped(telling.overview(accounts.values(), currency))

    return telling.revived(facts.told("overview", tell))


def _counts(facts: Judged, found: telling.Overview) -> Iterator[str]:
    currency = facts.network.company.currency
    for state in State:
        number, owed = found.counts.get(state, (0, ZERO))
        if number:
            money = f"   {currency.text(owed):>12} {currency.code} open" if owed else ""
            yield f"  {state.value:<10}{number:>6}{money}"


def _chains(facts: Judged, people: Sequence[Subscriber]) -> Iterator[str]:
    currency = facts.network.company.currency
    for person in people:
        yield f"{person.id}   {terminal(person.name)}"
        for name, service in person.services.items():
            standing = facts.standings[f"{person.id}/{name}"]
            where = f" on {service.router}" if service.router else ""
            yield f"  {name}   {service.plan_on(facts.day)}{where}   {standing.state.value}"
            yield f"    open {currency.text(standing.open)} {currency.code}"
            for words, day in (
                ("covered until", standing.covered_until),
                ("next invoice on", standing.next_issue),
                ("cut on", standing.cut),
            ):
                if day:
                    yield f"    {words} {day}"
            for reason in standing.reasons:
                yield f"    because {terminal(reason.text)}   [{reason.rule}, {reason.ref}]"
