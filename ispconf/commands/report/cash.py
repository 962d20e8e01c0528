"""``report cash``: the closing of a journal's day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.report.answering import Report, answer, counted, days
from ispconf.commands.session import Day, Session, shared
from ispconf.errors import RequestError
from ispconf.ledger.reports.cash import Closing, Drawer, closing
from ispconf.network.wording import meant

_HEAD = ("no", "date", "what", "subscriber", "name", "method", "ref", "amount")
_SUMS = ("opening", "came", "went", "closing")


@click.command("cash")
@shared("csv")
@click.option("--journal", required=True, help="The journal, such as caja1.")
@click.option("--day", "on", type=Day(), help="The day to close (default: the day of --date).")
def command(session: Session, journal: str, on: date | None) -> int:
    r"""Close the day of a journal: what lay there, each payment, what lies there by method.

    A day is what was recorded on it. The last number and the verification code tie the paper to the
    ledger: both can be read there again by anybody.

    \b
      ispconf report cash --journal caja1 --day 2026-11-12
    """
    facts = judged(session)
    network = facts.network
    known = {*network.company.journals, *network.book.last}
    if journal not in known:
        raise RequestError(f'"{journal}" is not a journal of ispconf.yaml{meant(journal, known)}')
    day, _ = days(facts, on or facts.day, on or facts.day)
    found = closing(network.book, journal, day)
    return answer(
        facts,
        Report(
            name="cash",
            title=f"{journal} on {day}: {counted(len(found.movements), 'movement')}",
            head=_HEAD,
            rows=_rows(facts, found),
            right=("amount",),
            notes=tuple(_notes(facts, found)),
            more={
                "journal": journal,
                "day": day.isoformat(),
                "methods": [_object(facts, each) for each in found.drawers],
                **({"last": found.last} if found.last else {}),
                "code": found.code,
            },
        ),
    )


def _rows(facts: Judged, found: Closing) -> list[tuple[str, ...]]:
    money = facts.network.company.currency.text
    rows: list[tuple[str, ...]] = []
    for each in found.movements:
        entry = each.entry
        person = facts.network.subscribers.get(entry.subscriber)
        ref = entry.ref or entry.of or ""
        who = (entry.subscriber, person.name if person else "")
        what = (entry.no, str(entry.date), entry.type)
        rows.append((*what, *who, each.method, ref, money(each.amount)))
    return rows


def _notes(facts: Judged, found: Closing) -> Iterator[str]:
    money, code = facts.network.company.currency.text, facts.network.company.currency.code
    whole = Drawer("all")
    for each in found.drawers:
        told = ", ".join(f"{name} {money(amount)}" for name, amount in _sums(each))
        yield f"{each.method}: {told} {code}"
        sums = (one + more for one, more in zip(whole[1:], each[1:], strict=True))
        whole = Drawer("all", *sums)
    if len(found.drawers) > 1:
        told = ", ".join(f"{name} {money(amount)}" for name, amount in _sums(whole))
        yield f"all: {told} {code}"
    yield f"last number {found.last or 'none yet'}, verification {found.code}"


def _sums(drawer: Drawer) -> list[tuple[str, Decimal]]:
    amounts = (drawer.opening, drawer.came, drawer.went, drawer.closing)
    return list(zip(_SUMS, amounts, strict=True))


def _object(facts: Judged, drawer: Drawer) -> dict[str, str]:
    money = facts.network.company.currency.text
    return {"method": drawer.method} | {name: money(amount) for name, amount in _sums(drawer)}
