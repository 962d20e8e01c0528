"""``report revenue``: the income of the accounts by month, plan, zone and method."""

from datetime import date

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.report.answering import Report, answer, days
from ispconf.commands.session import Day, Session, shared
from ispconf.ledger.reports import revenue
from ispconf.network.billing import zone_of
from ispconf.network.model import Network

_SUMS = ("services", "other", "fees", "credits", "revenue", "tax")


@click.command("revenue")
@shared("csv")
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(("month", "plan", "zone", "zone-now", "method")),
    default=("month",),
    show_default="month",
    help="What to tell apart; may be given several times.",
)
@click.option("--from", "first", type=Day(), help="The first day (default: the ledger's).")
@click.option("--until", type=Day(), help="The last day (default: the day of --date).")
def command(session: Session, by: tuple[str, ...], first: date | None, until: date | None) -> int:
    r"""Show income without taxes: services, other income and fees, less credit notes.

    It counts when it is invoiced, as in the exported accounts. By plan and zone is what the
    invoices say (zone-now: where the service is today), by method how it was paid up to the last
    day.

    \b
      ispconf report revenue --by month --from 2026-01-01
      ispconf report revenue --by zone --by method --format csv
    """
    facts = judged(session)
    network = facts.network
    dates = (entry.date for entry in network.book.entries)
    last = until or facts.day
    first, last = days(facts, first or min([*dates, last]), last)
    asked = revenue.Asked(tuple(dict.fromkeys(by)), first, last, catalogue(network))
    rows = revenue.rows(network.book, network.company.currency, asked)
    names = [""] * len(asked.by)
    names[0] = "total"
    code = network.company.currency.code
    return answer(
        facts,
        Report(
            name="revenue",
            title=f"Revenue from {first} through {last} in {code}, taxes apart",
            head=(*asked.by, *_SUMS),
            rows=[(*row.keys, *_cells(facts, row)) for row in rows],
            right=_SUMS,
            total=(*names, *_cells(facts, revenue.total(rows))),
            more={"from": first.isoformat(), "until": last.isoformat()},
        ),
    )


def _cells(facts: Judged, row: revenue.Row) -> tuple[str, ...]:
    money = facts.network.company.currency.text
    sums = (row.services, row.other, row.fees, -row.credits, row.revenue, row.tax)
    return tuple(money(each) for each in sums)


def catalogue(network: Network) -> revenue.Catalogue:
    """The plans by name, and the plan and zone of each service."""
    plan_of: dict[str, str] = {}
    zones: dict[str, str] = {}
    for person in network.subscribers.values():
        for name, service in person.services.items():
            plan_of[f"{person.id}/{name}"] = service.plan
            zone = zone_of(network, service)
            if zone:
                zones[f"{person.id}/{name}"] = zone
                zones.setdefault(person.id, zone)
    return revenue.Catalogue(
        {plan.name: plan.id for plan in network.plans.values()}, plan_of, zones
    )
