"""``router``: reach a router, and look at what it is and does; nothing is written to it."""

import click

from ispconf.commands.router.backup import backup
from ispconf.commands.router.sessions import sessions
from ispconf.commands.router.snapshot import snapshot
from ispconf.commands.router.status import status
from ispconf.commands.router.testing import test
from ispconf.commands.session import Group


@click.group("router", cls=Group)
def command() -> None:
    """Reach routers and look at them.

    Nothing is written to a router by these verbs: that is left to apply.

    \b
      ispconf router test norte-1
      ispconf router status
    """  # noqa: D301 - click wants a real mark


for verb in (test, status, sessions, backup, snapshot):
    command.add_command(verb)
