"""``receipt``: the receipt of a payment, again or on another paper."""

import click

from ispconf.commands import papers
from ispconf.commands.judging import judged
from ispconf.commands.numbers import numbered
from ispconf.commands.printing import Asked, Printing, give, printed
from ispconf.commands.session import Session, shared


@click.command("receipt", cls=Printing)
@shared()
@click.argument("numbers", metavar="NO...", nargs=-1, required=True)
@printed
def command(session: Session, numbers: tuple[str, ...], asked: Asked) -> int:
    r"""Print the receipts of payments NO...

    It says what it said when the payment was recorded, in the subscriber's language. A receipt
    given out before should say so: --copy. Templates and words of your own lie in templates/.

    \b
      ispconf receipt caja1-000015 --columns 32 | lp
      ispconf receipt caja1-000015 --copy --out receipt.pdf
      ispconf receipt caja1-000014 caja1-000015 --as html --paper 58mm --out receipts/
    """
    facts = judged(session)
    payments = numbered(facts, numbers, "payment", printed=True)
    return give(facts, asked, [papers.receipt(facts, each, copy=asked.copy) for each in payments])
