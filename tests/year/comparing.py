"""A year of a town held against a second way of calculating, and against other ways of billing it.

Everything that is found different is one line of text: nothing is the same year twice.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from random import Random
from typing import Any

from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import standings
from tests.year.reckoning import DAY, Paper
from tests.year.town import FIRST, LAST, MXN, Year, cents, run

Row = tuple[Any, ...]


def disagreements(year: Year, *, share: float = 1.0, seed: int = 3) -> Iterator[str]:
    """What the second way of calculating finds otherwise, for each person.

    All invoices and fees to the cent, and on a ``share`` of the days balance, state and cut.
    """
    people: dict[str, list[Billable]] = {}
    for one in year.billables:
        people.setdefault(one.subscriber, []).append(one)
    random = Random(seed)  # noqa: S311 - days to look at, no secret
    for who, ours in people.items():
        yield from _of_person(year, who, ours, lambda: random.random() < share)


def _of_person(
    year: Year, who: str, ours: list[Billable], looks: Callable[[], bool]
) -> Iterator[str]:
    entries = year.book.of_subscriber(who)
    person = year.town.person(who, entries)
    while person.day < LAST:
        person.live(person.day + DAY)
        if person.day < FIRST or not looks():
            continue
        known = [entry for entry in entries if entry.date <= person.day]
        told = standings(ours, Book.of(known), person.day, MXN)
        balance = sum(cents(entry.effect) for entry in known)
        if balance != person.balance:
            yield f"{who} {person.day}: owes {balance}, or {person.balance}"
        for service in person.services:
            mine, other = told[f"{who}/{service.name}"], person.evening(service)
            found = mine.state.value, cents(mine.open), mine.cut
            expected = other.state, other.open, other.cut or mine.cut
            if found != expected:
                yield f"{who} {person.day} {service.name}: {found}, or {expected}"
    billed = {_row(entry) for entry in entries if entry.journal == "invoices"}
    made = {_row_of_paper(paper) for paper in person.made}
    yield from (f"{who}: only the program has {row}" for row in sorted(billed - made, key=str))
    yield from (f"{who}: only the other way has {row}" for row in sorted(made - billed, key=str))


def _row(entry: Entry) -> Row:
    taxes = tuple((code, cents(tax)) for code, tax in entry.taxes)
    lines = tuple(cents(line.amount) for line in entry.lines)
    days = (entry.period, entry.due, entry.cut) if entry.type == "invoice" else ()
    return (
        entry.date,
        entry.type,
        entry.kind,
        entry.service,
        *days,
        cents(entry.amount),
        lines,
        taxes,
    )


def _row_of_paper(paper: Paper) -> Row:
    invoice = paper.type == "invoice"
    days = ((paper.start, paper.end), paper.due, paper.cut) if invoice else ()
    service = paper.service if invoice else None
    return (
        paper.date, paper.type, paper.kind, service, *days, paper.effect, paper.lines, paper.taxes,
    )  # fmt: skip


def nameless(year: Year) -> set[str]:
    """Who has no entry by hand that names an invoice: it could not be written before it was there.

    Their year can be billed on any days.
    """
    naming = {entry.subscriber for entry in year.hand if entry.for_}
    return set(year.town.people) - naming


def billed(year: Year, days: Iterable[date], who: Callable[[str], bool]) -> list[Entry]:
    """What bill runs on other days record beside the same entries by hand, without numbers.

    An entry by hand that names an invoice knows it by the number of that year: whoever does is
    only billed the same where bill runs of the same days gave the same numbers.
    """
    services = [one for one in year.billables if who(one.subscriber)]
    hand = sorted((each for each in year.hand if who(each.subscriber)), key=lambda each: each.date)
    found: list[Entry] = []
    for day in days:
        known = [each for each in hand if each.date <= day]
        found += run(services, Book.of([*known, *found]), day)
    return sorted((_plain(entry) for entry in found), key=_order)


def recorded(year: Year, who: Callable[[str], bool]) -> list[Entry]:
    """What the bill runs of the year recorded for these people, without numbers."""
    made = (entry for entry in year.book.entries if entry.journal == "invoices")
    return sorted((_plain(entry) for entry in made if who(entry.subscriber)), key=_order)


def _plain(entry: Entry) -> Entry:
    about = entry.for_ if entry.type != "fee" else ()
    return entry._replace(no="", file="", line=0, for_=about)


def _order(entry: Entry) -> tuple[str, ...]:
    return str(entry.date), entry.subscriber, str(entry)
