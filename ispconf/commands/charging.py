"""An invoice of other income, as somebody types it at the desk: equipment, a visit (WH-073).

It never cuts a service and no period belongs to it (WH-076).
"""

from collections.abc import Sequence
from datetime import date

from ispconf.commands.judging import Judged
from ispconf.commands.standing import known
from ispconf.errors import RequestError
from ispconf.ledger import scalars
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.facts import Tax
from ispconf.ledger.pricing import taxed
from ispconf.network.wording import meant


def other_income(
    facts: Judged, who: str, items: Sequence[tuple[str, str]], tax: str | None, due: date | None
) -> Entry:
    """The invoice of these items and their amounts, without a number.

    Raises:
        RequestError: nobody is called so, or an amount, the tax or the day is wrong.
    """
    person = known(facts, [who])[0]
    last = due or facts.day
    if last < facts.day:
        raise RequestError(f"--due {last} is before {facts.day}")
    lines = [_line(facts, item, amount) for item, amount in items]
    content = taxed([(_tax(facts, tax), lines)], facts.network.company.currency)
    return Entry(
        no="",
        date=facts.day,
        type="invoice",
        subscriber=person.id,
        amount=content.total,
        due=last,
        taxes=content.taxes,
        lines=content.lines,
        kind="other",
    )


def _line(facts: Judged, item: str, amount: str) -> Line:
    try:
        scalars.readable(item)
        value = facts.network.company.currency.parse(amount)
    except ValueError as error:
        raise RequestError(f"{item}: {error}") from error
    if value <= 0:
        raise RequestError(f"{item}: {amount} is not more than zero; take back with: credit")
    if not item.strip():
        raise RequestError("what is charged has no name: --other 'Antena' 900.00")
    return Line(item.strip(), value)


def _tax(facts: Judged, code: str | None) -> tuple[str, Tax] | None:
    taxes = facts.network.company.taxes
    if code is None:
        return None
    if code not in taxes:
        raise RequestError(f'"{code}" is not in taxes of ispconf.yaml{meant(code, taxes)}')
    return code, taxes[code]
