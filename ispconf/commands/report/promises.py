"""``report promises``: promises to pay, kept and broken."""

from collections import Counter
from datetime import date

import click

from ispconf.commands.judging import judged
from ispconf.commands.report.answering import Report, answer, days
from ispconf.commands.session import Day, Session, shared
from ispconf.ledger.reports.promises import Outcome, promises
from ispconf.planning.counting import counted

_HEAD = ("no", "date", "until", "subscriber", "name", "amount", "left", "outcome")


@click.command("promises")
@shared("csv")
@click.option("--from", "first", type=Day(), help="Made since this day (default: all).")
@click.option("--until", type=Day(), help="Made up to this day (default: the day of --date).")
def command(session: Session, first: date | None, until: date | None) -> int:
    r"""Show the promises to pay: what each was about, and whether it was kept.

    A promise is kept when all that was open and due by its last day was paid by then.

    \b
      ispconf report promises --from 2026-10-01
    """
    facts = judged(session)
    network, money = facts.network, facts.network.company.currency.text
    dates = (entry.date for entry in network.book.entries)
    last = until or facts.day
    first, last = days(facts, first or min([*dates, last]), last)
    found = promises(network.book, first, last, facts.day)
    rows = []
    for each in found:
        person = network.subscribers.get(each.entry.subscriber)
        who = (each.entry.subscriber, person.name if person else "")
        when = (each.entry.no, str(each.entry.date), str(each.until))
        rows.append((*when, *who, money(each.amount), money(each.left), each.outcome.value))
    counts = Counter(each.outcome for each in found)
    said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
    return answer(
        facts,
        Report(
            name="promises",
            title=f"{counted(len(found), 'promise')} from {first} through {last}: {said}",
            head=_HEAD,
            rows=rows,
            right=("amount", "left"),
            more={
                "from": first.isoformat(),
                "until": last.isoformat(),
                **{outcome.value: counts[outcome] for outcome in Outcome},
            },
        ),
    )
