"""``ledger opening``: what somebody owes, or has paid ahead, when the books begin here."""

import click

from ispconf.commands.adjusting import append, at_desk, desk
from ispconf.commands.judging import Judged, judged
from ispconf.commands.recording import again
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known
from ispconf.errors import RequestError
from ispconf.ledger import scalars


@click.command("opening")
@shared()
@click.argument("subscriber")
@click.argument("amount")
@click.option("--credit", is_flag=True, help="It was paid ahead, not owed.")
@click.option("--reason", required=True, help="Where it is taken from.")
@at_desk
@again
def command(
    session: Session,
    subscriber: str,
    amount: str,
    journal: str | None,
    reason: str,
    *,
    credit: bool,
) -> int:
    r"""Record AMOUNT as what SUBSCRIBER owes from before: all that was billed elsewhere, in one.

    It never cuts a service; payments settle it by its day, as they settle invoices. A wrong one is
    taken back by its opposite.

    \b
      ispconf ledger opening ana-lopez 350.00 --reason "owed in the old system"
      ispconf ledger opening benito-salazar 120.00 --credit --reason "paid ahead there"
    """
    facts = judged(session)
    person = known(facts, [subscriber])[0]
    written = f"-{amount}" if credit else amount
    _once(facts, person.id, written)
    fields = {"type": "opening", "subscriber": person.id, "amount": written, "reason": reason}
    return append(facts, journal or desk(facts), fields)


def _once(facts: Judged, subscriber: str, written: str) -> None:
    """Refuses nothing at all, and the same sum once more."""
    try:
        asked = scalars.amount(written)
    except ValueError as error:
        raise RequestError(f"amount: {error}") from error
    if not asked:
        raise RequestError(f'amount: "{written}" is not more than zero: no opening is needed')
    for entry in facts.network.book.of_subscriber(subscriber):
        if entry.type == "opening" and entry.effect == asked:
            said = f"{entry.no} in {entry.source} is an opening of the same amount already"
            raise RequestError(said)
