"""``promise``: records that somebody promised to pay, within the limits of their terms."""

from datetime import date

import click

from ispconf.commands.adjusting import append, at_desk, desk
from ispconf.commands.judging import judged
from ispconf.commands.recording import again
from ispconf.commands.session import Day, Session, shared
from ispconf.commands.standing import known
from ispconf.errors import RequestError
from ispconf.ledger.promises import refusals
from ispconf.network.billing import terms_of


@click.command("promise")
@shared()
@click.argument("subscriber")
@click.option("--until", type=Day(), required=True, help="The last day with service if unpaid.")
@at_desk
@again
def command(session: Session, subscriber: str, until: date, journal: str | None) -> int:
    r"""Record that SUBSCRIBER promised to pay what is open.

    The service is kept, or restored by the next apply, through the day that was promised. The
    limits are `promise: {max_days, max_per_quarter}` in the billing terms; nobody promises again
    who broke the last promise.

    \b
      ispconf promise ana-lopez --until 2026-11-15
    """
    facts = judged(session)
    person = known(facts, [subscriber])[0]
    network = facts.network
    terms = [terms_of(network, person, service) for service in person.services.values()]
    entries = network.book.of_subscriber(person.id)
    if wrong := refusals(terms, entries, facts.day, until):
        raise RequestError("\n".join(f"{person.id}: {text}" for text in wrong))
    written = {"type": "promise", "subscriber": person.id, "until": until.isoformat()}
    return append(facts, journal or desk(facts), written)
