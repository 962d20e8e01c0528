"""``invoice``: invoices on paper, one by number or all of a month."""

from datetime import date

import click

from ispconf.commands import papers
from ispconf.commands.judging import judged
from ispconf.commands.numbers import numbered
from ispconf.commands.printing import Asked, Printing, give, printed
from ispconf.commands.session import Month, Session, shared


@click.command("invoice", cls=Printing)
@shared()
@click.argument("numbers", metavar="NO...", nargs=-1)
@click.option("--period", type=Month(), help="The month in which the billed periods begin.")
@click.option("--all", "everybody", is_flag=True, help="All invoices of the period.")
@printed
def command(
    session: Session,
    numbers: tuple[str, ...],
    period: date | None,
    everybody: bool,
    asked: Asked,
) -> int:
    r"""Print invoices NO..., or all invoices of a month.

    They say what was paid up to the day, and what is left to pay. Thousands are printed at once,
    one file each, by several processes. Templates and words of your own lie in templates/.

    \b
      ispconf invoice invoices-000041 --out invoice.pdf
      ispconf invoice --period 2026-11 --all --as pdf --out invoices/
    """
    if bool(numbers) == everybody or everybody != (period is not None):
        raise click.UsageError("Give the numbers of invoices, or --period YYYY-MM with --all.")
    facts = judged(session)
    if period is None:
        charges = numbered(facts, numbers, "invoice", printed=True)
    else:
        charges = papers.of_month(facts, period, "invoice")
    return give(facts, asked, [papers.invoice(facts, each, copy=asked.copy) for each in charges])
