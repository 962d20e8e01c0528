"""``history``: the life of one subscriber on one page."""

from collections.abc import Iterator, Sequence
from datetime import date

import click

from ispconf.commands.events import Event, events, since
from ispconf.commands.past import SHORT, Past, by, opened, signed
from ispconf.commands.session import Day, Session, shared
from ispconf.commands.tables import table
from ispconf.edge.past import Life
from ispconf.escape import terminal

_HEAD = ("day", "who", "commit", "what")


@click.command("history")
@shared()
@click.argument("subscriber")
@click.option("--since", "first", type=Day(), help="The first day shown (default: the beginning).")
def command(session: Session, subscriber: str, first: date | None) -> int:
    r"""Show the life of SUBSCRIBER: files, money, cuts and restores, newest last.

    Every change of the file is followed through renames and moves, with who made it in which
    commit; so is every ledger entry. Cuts and restores follow from the ledger, with their reason;
    what reached a router is told by the journal of applies. Somebody whose file was deleted is
    found in the commits.

    \b
      ispconf history ana-lopez
      ispconf history ana-lopez --since 2026-10-01 --format json
    """
    past = opened(session)
    life, entries = past.lived(subscriber)
    found = since(events(past, life, entries), first)
    document = past.heading() | {
        "subscriber": subscriber,
        "ids": list(life.names),
        "file": None if life.gone else life.path,
        "events": [
            {
                "day": event.day.isoformat(),
                "kind": event.kind,
                "text": event.text,
                **event.facts,
                **(signed(event.commit) if event.signs else {}),
            }
            for event in found
        ],
    }
    session.emit(document, lambda: _lines(past, life, subscriber, found))
    return 0


def _lines(past: Past, life: Life, name: str, found: Sequence[Event]) -> Iterator[str]:
    yield from past.warned()
    where = f"was {life.path}, deleted" if life.gone else life.path
    others = [other for other in life.names if other != name]
    before = f"   before: {', '.join(others)}" if others else ""
    yield f"{name}   {terminal(where)}{before}   {len(found)} events"
    yield ""
    yield from table(_HEAD, ((str(event.day), *_who(event), event.text) for event in found))


def _who(event: Event) -> tuple[str, str]:
    """Who and which commit; nobody for what the days brought."""
    return by(event.commit) if event.signs else (event.who[0], event.who[1][:SHORT])
