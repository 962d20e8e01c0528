"""``ledger``: what is done with the ledger as a whole; one file per action."""

import click

from ispconf.commands.ledger import close, opening
from ispconf.commands.session import Group


@click.group("ledger", cls=Group)
def command() -> None:
    """The ledger as a whole.

    \b
      ispconf ledger opening ana-lopez 350.00 --reason "owed in the old system"
      ispconf ledger close 2026-10
    """  # noqa: D301 - click wants a real mark


command.add_command(opening.command)
command.add_command(close.command)
