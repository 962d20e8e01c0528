"""``secrets rotate`` and ``recipients``: a new data key, and who can unwrap it."""

from collections.abc import Iterator, Sequence

import click

from ispconf.commands.session import Session, shared
from ispconf.edge.datakey import own_recipient
from ispconf.edge.datakey import recipients as readers
from ispconf.edge.rotation import Rotation, share
from ispconf.edge.rotation import rotate as exchange

_DERIVED = "derived="


def _allowed(asked: str | None) -> int | None:
    """The number in ``derived=24``."""
    if asked is None:
        return None
    number = asked.removeprefix(_DERIVED)
    if not asked.startswith(_DERIVED) or not number.isascii() or not number.isdigit():
        raise click.UsageError(f"--allow {asked}: write it like --allow derived=24")
    return int(number)


@click.command("rotate")
@shared()
@click.option("--recipients", metavar="AGE1,AGE1..", help="Who reads the secrets from now on.")
@click.option("--allow", metavar="derived=N", help="So many derived passwords may change as well.")
def rotate(session: Session, recipients: str | None, allow: str | None) -> int:
    r"""Make a new data key and encrypt every value of every file with it.

    For when somebody leaves: --recipients names who stays. All files are written, or none; if it is
    killed on the way everything can still be read, and the next rotate finishes. Comments stay.

    Derived passwords stay as they are, worked out from the old key, which travels inside the new
    one: whoever had the old key still knows them. With --allow derived=N they change too, on the
    routers with the next apply, and every subscriber's device must be given the new one.

    What git's history holds stays readable with the old key: change the passwords that matter. So
    rollback and open branches go on; rotating once more brings what they bring under the new key.

    \b
      ispconf secrets rotate
      ispconf secrets rotate --recipients age1qz...,age1lf...
      ispconf secrets rotate --allow derived=24
    """
    named = [name.strip() for name in recipients.split(",")] if recipients else []
    done = exchange(session.root, session.env, to=named, allowed=_allowed(allow))
    facts = {
        "format": 1, "files": done.files, "values": done.values, "derived": done.derived,
        "derived_changed": done.changed, "resumed": done.resumed,
        "recipients": readers(session.root), "exit_code": 0,
    }  # fmt: skip
    session.emit(facts, lambda: _lines(done))
    return 0


def _lines(done: Rotation) -> Iterator[str]:
    if done.resumed:
        yield "The rotation that was broken off is finished; for another key, rotate again."
    yield f"{done.values} values in {done.files} files are under the new key; commit them together."
    if done.derived and done.changed:
        yield (
            f"{done.derived} derived passwords changed: ispconf plan shows them, and each device "
            "needs its new one."
        )
    elif done.derived:
        yield (
            f"{done.derived} derived passwords stay as they were, and who had the old key knows "
            f"them; to change them too: ispconf secrets rotate --allow derived={done.derived}"
        )


@click.command("recipients")
@shared()
@click.option("--add", multiple=True, metavar="AGE1..", help="Somebody who shall read as well.")
@click.option("--remove", multiple=True, metavar="AGE1..", help="Somebody who shall not any more.")
def recipients(session: Session, add: Sequence[str], remove: Sequence[str]) -> int:
    r"""List who can read the secrets, add or remove somebody; the data key stays.

    A recipient is the public key of somebody's age identity (ispconf secrets keygen prints it).
    Whoever is removed may have kept the key, and git's history still has it wrapped for them: to
    shut them out of what comes, use rotate --recipients.

    \b
      ispconf secrets recipients
      ispconf secrets recipients --add age1qz...
    """
    if add or remove:
        share(session.root, session.env, add, remove)
    now = readers(session.root)
    facts = {"format": 1, "recipients": now, "exit_code": 0}
    mine = own_recipient(session.env) if add or remove else ""
    session.emit(facts, lambda: (f"{name}{'  (you)' if name == mine else ''}" for name in now))
    if remove:
        hint = "they may have kept the key: to shut them out, ispconf secrets rotate"
        click.secho(hint, fg="yellow", err=True)
    return 0
