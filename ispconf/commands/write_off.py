"""``write-off``: gives up what an invoice or fee still asks for."""

from decimal import Decimal

import click

from ispconf.commands.adjusting import append, at_desk, desk
from ispconf.commands.judging import judged
from ispconf.commands.numbers import numbered
from ispconf.commands.recording import again
from ispconf.commands.session import Session, shared
from ispconf.errors import RequestError
from ispconf.ledger import scalars
from ispconf.ledger.allocation import Account


@click.command("write-off")
@shared()
@click.argument("invoice")
@click.argument("amount", required=False)
@click.option("--reason", required=True, help="Why, for the statement and the accountant.")
@at_desk
@again
def command(
    session: Session, invoice: str, amount: str | None, reason: str, journal: str | None
) -> int:
    r"""Give up AMOUNT of what INVOICE (or a fee) still asks for; all of it if none is named.

    \b
      ispconf write-off invoices-000123 --reason "moved away, not to be found"
    """
    facts = judged(session)
    (original,) = numbered(facts, [invoice], "invoice", "fee")
    currency = facts.network.company.currency
    entries = facts.network.book.of_subscriber(original.subscriber)
    asked = Account.of(entries, facts.day).open.get(original.no, Decimal(0))
    if not asked:
        raise RequestError(f"nothing of {original.no} is open")
    try:
        wanted = asked if amount is None else scalars.amount(amount)
    except ValueError as error:
        raise RequestError(f"amount: {error}") from error
    if wanted > asked:
        left = f"{currency.text(asked)} {currency.code}"
        raise RequestError(f"only {left} of {original.no} is open, not {amount}")
    written = {
        "type": "write_off",
        "subscriber": original.subscriber,
        "amount": f"{wanted:f}",
        "for": original.no,
        "reason": reason,
    }
    return append(facts, journal or desk(facts), written)
