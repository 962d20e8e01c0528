"""``credit``: takes back an invoice or fee, in part or in full."""

import click

from ispconf.commands.adjusting import append, at_desk, desk
from ispconf.commands.judging import judged
from ispconf.commands.numbers import numbered
from ispconf.commands.recording import again
from ispconf.commands.session import Session, shared


@click.command("credit")
@shared()
@click.argument("invoice")
@click.argument("amount")
@click.option("--reason", required=True, help="Why, for the statement and the accountant.")
@at_desk
@again
def command(session: Session, invoice: str, amount: str, reason: str, journal: str | None) -> int:
    r"""Take back AMOUNT of INVOICE (or of a fee), which stays as it is.

    All credits and write-offs of an invoice together are at most its total; what was paid already
    becomes credit of the subscriber.

    \b
      ispconf credit invoices-000123 50.00 --reason "two days without service"
    """
    facts = judged(session)
    (original,) = numbered(facts, [invoice], "invoice", "fee")
    written = {
        "type": "credit",
        "subscriber": original.subscriber,
        "amount": amount,
        "for": original.no,
        "reason": reason,
    }
    return append(facts, journal or desk(facts), written)
