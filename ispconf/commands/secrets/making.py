"""``secrets keygen`` and ``encrypt``: the key, and one value for a file."""

import click

from ispconf.commands.session import Session, shared
from ispconf.edge import datakey
from ispconf.edge.history import KEYS_FILE


@click.command("keygen")
@shared()
def keygen(session: Session) -> int:
    r"""Make ispconf.keys.yaml and, unless you have one, your age identity; never overwrites.

    \b
      ispconf secrets keygen
      ISPCONF_AGE_KEY_FILE=~/isp.age-key ispconf secrets keygen     # another place for it
    """
    recipient = datakey.keygen(session.root, session.env)
    where = datakey.identity_place(session.env)
    facts = {
        "format": 1,
        "recipient": recipient,
        "file": KEYS_FILE,
        "identity": where,
        "exit_code": 0,
    }
    session.emit(
        facts,
        lambda: (
            f"{KEYS_FILE} is for {recipient}; commit it.",
            f"Your identity is in {where}: keep a copy elsewhere.",
            "Whoever has it can read the secrets; without it nobody can.",
        ),
    )
    return 0


@click.command("encrypt")
@shared()
@click.argument("owner")
@click.option("--field", default="password", show_default=True, help="The key it stands at.")
def encrypt(session: Session, owner: str, field: str) -> int:
    r"""Encrypt a value for OWNER (a router's id, or subscriber/service).

    The value is read from standard input, or asked for on a terminal, so that it never stands on a
    command line. Paste what is printed into the file.

    \b
      ispconf secrets encrypt norte-1
      pwgen -s 16 1 | ispconf secrets encrypt ana-lopez/casa
    """
    if session.asks:
        text = click.prompt("Value", hide_input=True, confirmation_prompt=True, err=True)
    else:
        text = session.input.read().rstrip("\r\n")
    if not text:
        raise click.UsageError("there is no value on standard input")
    secret = session.vault().encrypt(text, owner, field)
    written = f'!encrypted "{secret.text}"'
    facts = {"format": 1, "owner": owner, "field": field, "value": written, "exit_code": 0}
    session.emit(facts, lambda: (f"{field.rpartition('.')[2]}: {written}",))
    return 0
