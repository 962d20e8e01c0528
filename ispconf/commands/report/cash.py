"""``report cash``: the closing of a journal's day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import click

from ispconf.commands import papers
from ispconf.commands.judging import Judged, judged
from ispconf.commands.printing import Asked, Printing, give, printed
from ispconf.commands.report.answering import Report, answer, days
from ispconf.commands.session import Day, Session, shared
from ispconf.errors import RequestError
from ispconf.ledger.reports.cash import Closing, Drawer, closing
from ispconf.network.wording import meant
from ispconf.planning.counting import counted

_HEAD = ("no", "date", "what", "subscriber", "name", "method", "ref", "amount")
_SUMS = ("opening", "came", "went", "closing")


@click.command("cash", cls=Printing)
@shared("csv")
@click.option("--journal", required=True, help="The journal, such as caja1.")
@click.option("--day", "on", type=Day(), help="The day to close (default: the day of --date).")
@click.option("--counted", "lying", metavar="AMOUNT", help="What was counted in the drawer.")
@click.option("--opening", metavar="AMOUNT", help="What lay there before, less than all there was.")
@printed
def command(
    session: Session,
    journal: str,
    on: date | None,
    lying: str | None,
    opening: str | None,
    asked: Asked,
) -> int:
    r"""Close the day of a journal: what lay there, each payment, what lies there by method.

    A day is what was recorded on it. The last number and the verification code tie the paper to the
    ledger: both can be read there again by anybody. With --as, --out or a paper it is a document to
    be signed. --counted is compared with the cash that should lie there: all that came since the
    ledger began, or --opening and what came on the day, where the rest was taken to the bank.

    \b
      ispconf report cash --journal caja1 --day 2026-11-12
      ispconf report cash --journal caja1 --counted 1234.00 --columns 32 | lp
      ispconf report cash --journal caja1 --opening 500.00 --counted 1234.00 --out closing.pdf
    """
    facts = judged(session)
    network = facts.network
    known = {*network.company.journals, *network.book.last}
    if journal not in known:
        raise RequestError(f'"{journal}" is not a journal of ispconf.yaml{meant(journal, known)}')
    day, _ = days(facts, on or facts.day, on or facts.day)
    found = closing(network.book, journal, day)
    amount, before = _amount(facts, "--counted", lying), _amount(facts, "--opening", opening)
    if before is not None:
        found = found.begun_with(before)
    if asked.on_paper:
        return give(facts, asked, [papers.cash(facts, found, amount, copy=asked.copy)])
    return answer(
        facts,
        Report(
            name="cash",
            title=f"{journal} on {day}: {counted(len(found.movements), 'movement')}",
            head=_HEAD,
            rows=_rows(facts, found),
            right=("amount",),
            notes=(*_notes(facts, found), *_compared(facts, found, amount)),
            more={
                "journal": journal,
                "day": day.isoformat(),
                "methods": [_object(facts, each) for each in found.drawers],
                **({"last": found.last} if found.last else {}),
                "code": found.code,
                **({} if amount is None else _counts(facts, found, amount)),
            },
        ),
    )


def _amount(facts: Judged, option: str, text: str | None) -> Decimal | None:
    """An amount that was counted.

    Raises:
        RequestError: it is no amount.
    """
    try:
        return None if text is None else facts.network.company.currency.parse(text)
    except ValueError as error:
        raise RequestError(f"{option}: {error}") from error


def _counts(facts: Judged, found: Closing, amount: Decimal) -> dict[str, str]:
    money = facts.network.company.currency.text
    return {"counted": money(amount), "difference": money(amount - found.countable)}


def _compared(facts: Judged, found: Closing, amount: Decimal | None) -> Iterator[str]:
    if amount is not None:
        code = facts.network.company.currency.code
        said = _counts(facts, found, amount)
        yield f"counted {said['counted']} {code}, difference {said['difference']}"


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
