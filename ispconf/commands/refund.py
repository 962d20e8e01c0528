"""``refund``: money that goes back to a subscriber."""

import click

from ispconf.commands.adjusting import append, within_credit
from ispconf.commands.judging import judged
from ispconf.commands.recording import again, taking
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known


@click.command("refund")
@shared()
@click.argument("subscriber")
@click.argument("amount")
@click.option("--method", default="cash", show_default=True, help="How it is paid out.")
@click.option("--ref", required=True, help="Number of the receipt, transfer ...")
@click.option("--journal", help="The journal to write (default: the only one for the method).")
@again
def command(
    session: Session, subscriber: str, amount: str, method: str, ref: str, journal: str | None
) -> int:
    r"""Record that AMOUNT of SUBSCRIBER's credit was paid out: at most what there is of it.

    \b
      ispconf refund ana-lopez 120.00 --method transfer --ref SPEI-9310
    """
    facts = judged(session)
    person = known(facts, [subscriber])[0]
    within_credit(facts, person.id, amount, "refunded")
    written = {"type": "refund", "subscriber": person.id, "amount": amount}
    journal = journal or taking(facts.network.company, method)
    return append(facts, journal, {**written, "method": method, "ref": ref})
