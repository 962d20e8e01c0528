"""``report receivables``: what is owed by age, and what was paid ahead."""

from decimal import Decimal

import click

from ispconf.commands.judging import judged
from ispconf.commands.report.answering import Report, answer
from ispconf.commands.session import Session, shared
from ispconf.ledger.reports.receivables import AGES, aged
from ispconf.planning.counting import counted

_HEAD = ("days late", "subscribers", "charges", "owed")


@click.command("receivables")
@shared("csv")
def command(session: Session) -> int:
    r"""Show what is owed on the day by age: not due yet, 0-30 days late, 31-60, 61-90, over 90.

    The total is what the exported accounts hold below Assets:Receivable.

    \b
      ispconf report receivables
      ispconf report receivables --date 2026-10-31 --format csv
    """
    facts = judged(session)
    currency = facts.network.company.currency
    found = aged(facts.network.book, facts.day)
    rows = [
        (
            age,
            sum(1 for each in found if each.owed[at]),
            sum(each.charges[at] for each in found),
            currency.text(sum((each.owed[at] for each in found), Decimal(0))),
        )
        for at, age in enumerate(AGES)
    ]
    owing = sum(1 for each in found if each.total)
    charges = sum(sum(each.charges) for each in found)
    total = currency.text(sum((each.total for each in found), Decimal(0)))
    credit = currency.text(sum((each.credit for each in found), Decimal(0)))
    ahead = sum(1 for each in found if each.credit)
    return answer(
        facts,
        Report(
            name="receivables",
            title=f"Owed on {facts.day} by age, in {currency.code}",
            head=_HEAD,
            rows=rows,
            right=_HEAD[1:],
            total=("total", owing, charges, total),
            notes=(f"{credit} {currency.code} paid ahead, by {counted(ahead, 'subscriber')}.",),
            more={"credit": credit, "credit_subscribers": ahead},
        ),
    )
