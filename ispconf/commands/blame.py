"""``blame``: who last changed each field of a subscriber's file, when, and what it was before."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import click

from ispconf.commands.past import Past, by, opened, signed
from ispconf.commands.session import Session, shared
from ispconf.commands.tables import table
from ispconf.edge.past import Life, Revision
from ispconf.escape import terminal
from ispconf.network.differences import Node, Path, leaves, shown
from ispconf.network.telling import flow

_HEAD = ("field", "value", "before", "day", "who", "commit", "subject")


class Field(NamedTuple):
    """A field of the file as it is; ``revision`` gave it its value, ``before`` it had another."""

    path: Path
    value: Node
    before: Node
    revision: Revision


@click.command("blame")
@shared()
@click.argument("subscriber")
def command(session: Session, subscriber: str) -> int:
    r"""Show who last changed each field of SUBSCRIBER's file, when, and what it was before.

    Renames and moves of the file are followed. A value that a merge took from one side is the
    change of whoever made it there. Secrets are shown as (secret).

    \b
      ispconf blame ana-lopez
      ispconf blame ana-lopez --format json
    """
    past = opened(session)
    life = past.life(subscriber)
    found = list(fields(life))
    document = past.heading() | {
        "subscriber": subscriber,
        "ids": list(life.names),
        "file": None if life.gone else life.path,
        "fields": [_document(past, field) for field in found],
    }
    session.emit(document, lambda: _lines(past, life, found))
    return 0


def fields(life: Life) -> Iterator[Field]:
    """Each field of the file as it is, or was when it was deleted."""
    given: dict[tuple[Path, str], tuple[Revision, Node]] = {}
    present: Node = None
    for revision in life.revisions:
        present = revision.after or present
        for path, before, after in revision.changes:
            held = dict(leaves(before, path))
            for leaf, value in leaves(after, path):
                given[leaf, repr_of(value)] = (revision, held.get(leaf))
    for path, value in leaves(present):
        if value is not None and (path, repr_of(value)) in given:
            revision, before = given[path, repr_of(value)]
            yield Field(path, value, before, revision)


def repr_of(value: Node) -> str:
    """A value as text that is equal only for equal values."""
    return f"{getattr(value, 'kind', '')} {getattr(value, 'text', value)}"


def _document(past: Past, field: Field) -> dict[str, Any]:
    return {
        "field": ".".join(field.path),
        "value": shown(field.path, field.value),
        "before": shown(field.path, field.before),
        "day": past.day(field.revision.commit).isoformat(),
        **signed(field.revision.commit),
    }


def _lines(past: Past, life: Life, found: Sequence[Field]) -> Iterator[str]:
    yield from past.warned()
    yield terminal(f"was {life.path}, deleted" if life.gone else life.path)
    yield ""
    rows = []
    for path, value, before, revision in found:
        who, commit = by(revision.commit)
        cells = (flow(path, value), flow(path, before))
        subject = revision.commit.subject if revision.commit else ""
        rows.append((".".join(path), *cells, str(past.day(revision.commit)), who, commit, subject))
    yield from table(_HEAD, rows)
