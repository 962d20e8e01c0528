"""``subscriber``: the files of subscribers, made, shown, listed, changed and erased."""

import click

from ispconf.commands.session import Group
from ispconf.commands.subscriber.changing import set_
from ispconf.commands.subscriber.erasing import erase
from ispconf.commands.subscriber.listing import list_
from ispconf.commands.subscriber.making import new
from ispconf.commands.subscriber.showing import show


@click.group("subscriber", cls=Group)
def command() -> None:
    """Make, show, list, change and erase subscriber files.

    They are plain YAML: an editor does as well. Commit what changed and open a pull request.

    \b
      ispconf subscriber list --where "zone=norte and balance>0"
      ispconf subscriber set ana-lopez plan=hogar-50 --on 2026-12-10
    """  # noqa: D301 - click wants a real mark


for verb in (new, show, list_, set_, erase):
    command.add_command(verb)
