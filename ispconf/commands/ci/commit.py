"""``ci commit``: what verbs wrote, committed and pushed."""

from collections.abc import Sequence

import click

from ispconf.commands.session import Session, shared
from ispconf.edge.history import Repository
from ispconf.edge.publishing import publish
from ispconf.errors import Exit


@click.command("commit")
@shared()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--message", "-m", "words", required=True, help="What the commit says.")
def commit(session: Session, paths: Sequence[str], words: str) -> int:
    r"""Commit what was written below PATH and push it; nothing to commit is fine.

    Who pushed in the meantime comes first, ours goes on top; nothing is ever pushed over theirs.
    The author is as GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL say. Leaves with 5 when it could not be
    pushed.

    \b
      ispconf bill
      ispconf ci commit ledger --message "Bill what is missing"
    """
    made = publish(Repository.required(session.root), paths, words, session.env, session.rest)
    facts = {"format": 1, "commit": made or None, "exit_code": int(Exit.OK)}
    session.emit(facts, lambda: [f"committed {made[:12]}" if made else "nothing to commit"])
    return int(Exit.OK)
