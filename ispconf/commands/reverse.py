"""``reverse``: a payment that was none: it bounced, or was somebody else's."""

from decimal import Decimal

import click

from ispconf.commands.adjusting import append
from ispconf.commands.judging import judged
from ispconf.commands.numbers import numbered
from ispconf.commands.recording import again
from ispconf.commands.session import Session, shared
from ispconf.errors import RequestError


@click.command("reverse")
@shared()
@click.argument("payment")
@click.option(
    "--reason",
    type=click.Choice(["bounced", "wrong-customer", "wrong customer"]),
    metavar="[bounced|wrong-customer]",  # also as the ledger writes it
    required=True,
    help="What was wrong with it.",
)
@click.option("--journal", help="The journal to write (default: the payment's own).")
@again
def command(session: Session, payment: str, reason: str, journal: str | None) -> int:
    r"""Take back PAYMENT: what it had settled is open again, with its own dates.

    \b
      ispconf reverse caja1-000045 --reason bounced
    """
    facts = judged(session)
    (original,) = numbered(facts, [payment], "payment")
    book = facts.network.book
    reversals = [
        each
        for each in book.of_subscriber(original.subscriber)
        if each.type == "reversal" and each.of == original.no
    ]
    left = original.amount - sum((each.amount for each in reversals), Decimal(0))
    if left <= 0:
        raise RequestError(f"{original.no} was reversed by {reversals[-1].no} already")
    written = {
        "type": "reversal",
        "subscriber": original.subscriber,
        "amount": f"{left:f}",
        "of": original.no,
        "reason": reason.replace("-", " "),
    }
    return append(facts, journal or original.journal, written)
