"""``report debtors``: who owes, and for how long."""

from decimal import Decimal

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.report.answering import Cell, Report, answer
from ispconf.commands.session import Session, shared
from ispconf.ledger.reports.receivables import AGES, Aged, aged
from ispconf.planning.counting import counted

_HEAD = ("subscriber", "name", "phone", *AGES, "owed", "oldest due", "days late")


@click.command("debtors")
@shared("csv")
def command(session: Session) -> int:
    r"""Show who owes on the day, the oldest debt first, with what of it is how many days late.

    \b
      ispconf report debtors --format csv > debtors.csv
    """
    facts = judged(session)
    currency = facts.network.company.currency
    found = [each for each in aged(facts.network.book, facts.day) if each.total]
    found.sort(key=lambda each: (each.oldest or facts.day, -each.total, each.subscriber))
    sums = [sum((each.owed[at] for each in found), Decimal(0)) for at in range(len(AGES))]
    total = sum(sums, Decimal(0))
    title = f"{counted(len(found), 'debtor')} on {facts.day}"
    texts = [currency.text(each) for each in (*sums, total)]
    return answer(
        facts,
        Report(
            name="debtors",
            title=f"{title}, {texts[-1]} {currency.code} owed",
            head=_HEAD,
            rows=[_row(facts, each) for each in found],
            right=(*AGES, "owed", "days late"),
            total=("total", "", "", *texts, "", None),
        ),
    )


def _row(facts: Judged, one: Aged) -> tuple[Cell, ...]:
    money = facts.network.company.currency.text
    person = facts.network.subscribers.get(one.subscriber)
    late = max((facts.day - one.oldest).days, 0) if one.oldest else 0
    return (
        one.subscriber,
        person.name if person else "",
        person.contact.phone if person else "",
        *(money(each) if each else "" for each in one.owed),
        money(one.total),
        str(one.oldest or ""),
        late,
    )
