"""Documents from judged files: what ``pay`` and the verbs that print share.

Knows where a document's facts stand in the network; how it is printed is for ``printing``.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ispconf.commands.judging import Judged
from ispconf.edge import templates
from ispconf.edge.history import Repository
from ispconf.edge.latecomers import latecomers
from ispconf.ledger import documents
from ispconf.ledger.book import Book
from ispconf.ledger.documents import Business, Customer, Paper, Press
from ispconf.ledger.entries import Entry
from ispconf.ledger.reports.cash import Closing
from ispconf.ledger.standing import Standing, State, standings
from ispconf.network.billing import billables


def press(
    facts: Judged,
    *,
    columns: int = documents.COLUMNS,
    paper: Paper | None = None,
    logo: bool = True,
) -> Press:
    """What the network's documents are printed with; ``logo``: whether they show it.

    Raises:
        RequestError: a template, the words or the logo cannot be read.
    """
    company, root = facts.network.company, facts.session.root
    who = company.company
    picture = templates.logo(root, who.logo) if who.logo and logo else b""
    told = tuple(line for line in (who.address, who.phone, who.email) if line)
    return Press(
        business=Business(who.name, told, who.tax_id or "", picture),
        currency=company.currency,
        locale=company.locale,
        words=templates.words(root),
        packaged=templates.packaged(),
        own=templates.own(root),
        columns=columns,
        paper=paper,
    )


def receipt(
    facts: Judged, payment: Entry, *, copy: bool = False, new: bool = False
) -> documents.Receipt:
    """The receipt of a payment, as it was when it was recorded; ``new``: that is now."""
    entries = facts.network.book.of_subscriber(payment.subscriber)
    journal = facts.network.company.journals.get(payment.journal)
    later = () if new else _later(facts, payment, entries)
    made = documents.receipt(
        payment,
        entries,
        customer(facts, payment.subscriber),
        later=later,
        next_cut=_next_cut(_standings_with(facts, payment, entries, later)),
        cashier=journal.writer if journal else "",
        today=max(facts.day, payment.date),
    )
    return made._replace(copy=copy)


def invoice(facts: Judged, charge: Entry, *, copy: bool = False) -> documents.Invoice:
    """An invoice, with what was paid of it up to the day."""
    made = documents.invoice(
        charge,
        facts.network.book.of_subscriber(charge.subscriber),
        customer(facts, charge.subscriber, charge.service),
        {code: tax.name for code, tax in facts.network.company.taxes.items()},
        facts.day,
    )
    return made._replace(copy=copy)


def statement(
    facts: Judged, subscriber: str, first: date | None = None, *, copy: bool = False
) -> documents.Statement:
    """The statement of a subscriber on the day."""
    person = facts.network.subscribers[subscriber]
    ours = [facts.standings[f"{subscriber}/{name}"] for name in person.services]
    made = documents.statement(
        facts.network.book.of_subscriber(subscriber),
        customer(facts, subscriber),
        facts.day,
        first,
        next_due=min((each.next_due for each in _living(ours) if each.next_due), default=None),
        next_cut=_next_cut(ours),
    )
    return made._replace(copy=copy)


def cash(
    facts: Judged, closing: Closing, counted: Decimal | None, *, copy: bool = False
) -> documents.Cash:
    """The closing of a journal's day, with what was counted."""
    journal = facts.network.company.journals.get(closing.journal)
    names = {person.id: person.name for person in facts.network.subscribers.values()}
    made = documents.cash(closing, journal.writer if journal else "", names, counted)
    return made._replace(copy=copy)


def customer(facts: Judged, subscriber: str, service: str | None = None) -> Customer:
    """Whom a document is for; of somebody whose file is gone the ledger knows the id."""
    person = facts.network.subscribers.get(subscriber)
    if person is None:
        return Customer(subscriber, subscriber)
    here = person.address
    sold = [
        each for name, each in person.services.items() if service in (None, name)
    ] or person.services.values()
    return Customer(
        id=subscriber,
        name=person.name,
        language=person.language or "",
        tax_id=person.tax_id or "",
        address=", ".join(part for part in (here.street, here.city) if part),
        plans=tuple(facts.network.plans[each.plan_on(facts.day)].name for each in sold),
    )


def of_month(facts: Judged, month: date, kind: str) -> list[Entry]:
    """The entries of a type whose period begins in a month; without a period, dated in it."""
    found = []
    for entry in facts.network.book.entries:
        if entry.type == kind and entry.date <= facts.day:
            first = entry.period.start if entry.period else entry.date
            if (first.year, first.month) == (month.year, month.month):
                found.append(entry)
    return found


def _later(facts: Judged, payment: Entry, entries: Sequence[Entry]) -> Collection[str]:
    """The entries of the payment's day that came after it; git is asked where there may be some."""
    others = documents.beside(payment, entries)
    repository = Repository.of(facts.session.root) if others else None
    return latecomers(repository, payment, others) if repository else ()


def _standings_with(
    facts: Judged, payment: Entry, entries: Sequence[Entry], later: Collection[str]
) -> list[Standing]:
    """The standings of the payer's services when the payment was recorded."""
    person = facts.network.subscribers.get(payment.subscriber)
    if person is None:
        return []
    alone = replace(facts.network, subscribers={person.id: person}, _placed={})
    book = Book.of(documents.known_with(payment, entries, later))
    currency = facts.network.company.currency
    return [*standings(billables(alone), book, payment.date, currency).values()]


def _living(found: Iterable[Standing]) -> list[Standing]:
    return [each for each in found if each.state is not State.CANCELLED]


def _next_cut(found: Iterable[Standing]) -> date | None:
    return min((each.cut for each in _living(found) if each.cut), default=None)
