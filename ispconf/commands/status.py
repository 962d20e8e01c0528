"""``status``: who is served, who owes, and why."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import documents, ids, known
from ispconf.commands.tables import table
from ispconf.commands.whereabouts import lines, whereabouts
from ispconf.escape import terminal
from ispconf.ledger.standing import Standing, State
from ispconf.network.subscriber import Subscriber
from ispconf.planning.counting import counted

_HEAD = ("service", "name", "plan", "router", "state", "open", "covered until", "cut", "because")


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
      ispconf status --date 2026-12-05     as it will be if nobody pays
      ispconf status --routers             where each router is; asks none of them
    """
    facts = judged(session)
    names = ids(facts, subscribers)
    document = {
        "format": 1,
        "date": facts.day.isoformat(),
        "commit": facts.network.commit,
        "exit_code": 0,
        "subscribers": documents(facts, names) if session.format == "json" else [],
        "routers": whereabouts(facts) if routers or session.format == "json" else [],
    }
    session.emit(
        document, lambda: _told(facts, known(facts, names), document, why=why, routers=routers)
    )
    return 0


def _told(
    facts: Judged,
    people: Sequence[Subscriber],
    document: Mapping[str, Any],
    *,
    why: bool,
    routers: bool,
) -> Iterator[str]:
    if routers:
        return lines(document["routers"], facts.session.local_now().tzinfo)
    return _chains(facts, people) if why else _overview(facts, people)


def _overview(facts: Judged, people: Sequence[Subscriber]) -> Iterator[str]:
    services = [
        (person, name, facts.standings[f"{person.id}/{name}"])
        for person in people
        for name in person.services
    ]
    many = counted(len(people), "subscriber")
    yield f"{terminal(facts.network.company.name)}   {facts.day}   {many}"
    yield ""
    yield from _counts(facts, [standing for _, _, standing in services])
    yield ""
    yield from table(_HEAD, (_row(facts, *each) for each in services), "open")


def _counts(facts: Judged, standings: Sequence[Standing]) -> Iterator[str]:
    counts = Counter(standing.state for standing in standings)
    currency = facts.network.company.currency
    for state in State:
        if counts[state]:
            owed = sum((each.open for each in standings if each.state is state), Decimal(0))
            money = f"   {currency.text(owed):>12} {currency.code} open" if owed else ""
            yield f"  {state.value:<10}{counts[state]:>6}{money}"


def _row(facts: Judged, person: Subscriber, name: str, standing: Standing) -> Sequence[str]:
    service = person.services[name]
    decisive = standing.decisive
    return (
        f"{person.id}/{name}",
        person.name,
        service.plan_on(facts.day),
        service.router or "",
        standing.state.value,
        facts.network.company.currency.text(standing.open) if standing.open else "",
        str(standing.covered_until or ""),
        str(standing.cut or ""),
        decisive.text if decisive else "",
    )


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
