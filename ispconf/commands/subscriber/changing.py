"""``subscriber set``: facts in a subscriber's file, changed where they stand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from ispconf.commands.judging import judged
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known
from ispconf.edge.edits import edit
from ispconf.edge.files import open_network
from ispconf.edge.writing import put_back


@click.command("set")
@shared()
@click.argument("subscriber")
@click.argument("facts", nargs=-1, required=True, metavar="KEY=VALUE...")
def set_(session: Session, subscriber: str, facts: Sequence[str]) -> int:
    r"""Change facts in the file of SUBSCRIBER; nothing else in it is touched.

    A key is a path with points; an empty value takes the key away. When the files would not pass
    check, nothing is changed.

    \b
      ispconf subscriber set ana-lopez services.casa.plan=hogar-50
      ispconf subscriber set ana-lopez contact.phone="+52 222 111 2233"
      ispconf subscriber set ana-lopez services.casa.suspended=
    """
    person = known(judged(session), [subscriber])[0]
    changes: dict[tuple[str | int, ...], str | None] = {}
    for fact in facts:
        key, equal, value = fact.partition("=")
        if not equal or not key:
            raise click.UsageError(f"{fact!r}: write it like services.casa.plan=hogar-50")
        changes[tuple(key.split("."))] = value or None
    with kept_if_right(session, person.file):
        edit(session.root, person.file, changes)
    document = {"format": 1, "subscriber": person.id, "file": person.file, "exit_code": 0}
    session.emit(document, lambda: (f"{person.file} is changed; ispconf plan shows what it does.",))
    return 0


@contextmanager
def kept_if_right(session: Session, file: str) -> Iterator[None]:
    """Keeps what the block did to a file if the repository still reads, else takes it back.

    Raises:
        FilesError: every problem that the change would have made.
    """
    with put_back(session.root / file):
        yield
        open_network(session.root, env=session.env)
