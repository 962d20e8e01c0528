"""``ci``: what the workflows of a forge need, one verb a step."""

import click

from ispconf.commands.ci.codeowners import codeowners
from ispconf.commands.ci.comment import comment_on
from ispconf.commands.ci.commit import commit
from ispconf.commands.ci.heartbeat import heartbeat
from ispconf.commands.ci.matrix import matrix
from ispconf.commands.ci.record import record
from ispconf.commands.session import Group


@click.group("ci", cls=Group)
def command() -> None:
    """What the workflows on GitHub, Gitea or Forgejo need: one verb for each step.

    \b
      ispconf ci comment plan.json --dry-run
      ispconf ci codeowners
    """  # noqa: D301 - click wants a real mark


for verb in (codeowners, comment_on, commit, heartbeat, matrix, record):
    command.add_command(verb)
