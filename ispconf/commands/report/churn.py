"""``report churn``: how many began, how many left, how many there are, by month."""

from datetime import date

import click

from ispconf.commands.judging import judged
from ispconf.commands.report.answering import Report, answer, days
from ispconf.commands.session import Day, Session, shared
from ispconf.ledger.reports import churn
from ispconf.ledger.reports.months import month_of, plus
from ispconf.network.billing import billables

_HEAD = ("month", "began", "left", "active", "percent left")
_SPANS = {"services": churn.services, "subscribers": churn.subscribers}


@click.command("churn")
@shared("csv")
@click.option(
    "--of",
    "what",
    type=click.Choice(tuple(_SPANS)),
    default="services",
    show_default=True,
    help="What to count.",
)
@click.option("--from", "first", type=Day(), help="A day of the first month (default: a year).")
@click.option("--until", type=Day(), help="The last day (default: the day of --date).")
def command(session: Session, what: str, first: date | None, until: date | None) -> int:
    r"""Show by month how many began, how many left, and how many there were at its end.

    From `since` and `cancelled` in the subscriber files. The percentage is who left of who was
    there when the month began.

    \b
      ispconf report churn
      ispconf report churn --from 2026-01-01 --format csv
    """
    facts = judged(session)
    last = until or facts.day
    first, last = days(facts, first or plus(month_of(last), -11), last)
    found = churn.months(_SPANS[what](billables(facts.network)), first, last)
    rows = [
        (f"{each.month:%Y-%m}", each.began, each.left, each.active, _percent(each.rate))
        for each in found
    ]
    began, left = sum(each.began for each in found), sum(each.left for each in found)
    return answer(
        facts,
        Report(
            name="churn",
            title=f"{what.capitalize()} that began and left, {first:%Y-%m} through {last}",
            head=_HEAD,
            rows=rows,
            right=_HEAD[1:],
            total=("total", began, left, found[-1].active, ""),
            more={"of": what, "from": f"{first:%Y-%m}", "until": last.isoformat()},
        ),
    )


def _percent(rate: object) -> str:
    return "" if rate is None else str(rate)
