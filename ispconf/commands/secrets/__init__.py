"""``secrets``: the repository's key, and values that nobody can read in git."""

import click

from ispconf.commands.secrets.editing import edit
from ispconf.commands.secrets.making import encrypt, keygen
from ispconf.commands.secrets.rotating import recipients, rotate
from ispconf.commands.session import Group


@click.group("secrets", cls=Group)
def command() -> None:
    """Make the repository's key, encrypt values for its files, edit them, change the key.

    A value is bound to its subscriber or router and field; ispconf.keys.yaml holds the key for each
    age recipient. Your identity comes from ISPCONF_AGE_KEY, the file named by ISPCONF_AGE_KEY_FILE,
    or the age-identity file in your settings.

    \b
      ispconf secrets keygen
      ispconf secrets encrypt norte-1
    """  # noqa: D301 - click wants a real mark


for verb in (keygen, encrypt, edit, rotate, recipients):
    command.add_command(verb)
