"""``transfer``: credit of one subscriber that belongs to another one."""

import click

from ispconf.commands.adjusting import append, at_desk, desk, within_credit
from ispconf.commands.judging import judged
from ispconf.commands.recording import again
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known
from ispconf.errors import RequestError


@click.command("transfer")
@shared()
@click.argument("giver")
@click.argument("receiver")
@click.argument("amount")
@at_desk
@again
def command(session: Session, giver: str, receiver: str, amount: str, journal: str | None) -> int:
    r"""Move AMOUNT of GIVER's credit to RECEIVER: at most what there is of it.

    Two entries of one day are recorded, one for each of them; no money comes or goes. It is for
    what was paid ahead on the wrong account. A payment that has settled something is taken back
    with reverse, and booked again for whom it was.

    \b
      ispconf transfer ana-lopez benito-salazar 350.00
    """
    facts = judged(session)
    gives, gets = known(facts, [giver])[0], known(facts, [receiver])[0]
    if gives.id == gets.id:
        raise RequestError(f"{gives.id} cannot give to {gets.id}: name somebody else")
    within_credit(facts, gives.id, amount, "moved")
    common = {"type": "transfer", "amount": amount}
    return append(
        facts,
        journal or desk(facts),
        {**common, "subscriber": gives.id, "to": gets.id},
        {**common, "subscriber": gets.id, "from": gives.id},
    )
