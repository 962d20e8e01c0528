"""The states that routers should have, as they were worked out before for the same people and day.

Knows rows as text. Passwords are kept as they are written in the files and revealed each time, so
that nothing is in the cache that is not in the repository; with one in plain text nothing is kept.
Knows nothing of how states come about.
"""

import json
from collections.abc import Callable
from typing import Final, NamedTuple

from ispconf.edge.cache import Cache, Kept
from ispconf.planning.accounts import Reveal
from ispconf.routeros.rows import Row, State
from ispconf.secret import Secret

_KIND: Final = "state of "
_KEPT: Final = 2  # days or branches of each router
_MARK: Final = "\0"  # begins what stands for a secret; no file can have it


class _Place(NamedTuple):
    """Where a secret belongs: the row of a menu and its field."""

    table: str
    row: int
    field: str


def kept_or_made(
    router: str, key: str, cache: Cache, make: Callable[[Reveal], State], reveal: Reveal
) -> State:
    """The state that ``make`` gives with ``reveal``, kept without what is revealed.

    ``key`` names all that it follows from, but for what is revealed.
    """
    for kept in cache.conclusions(f"{_KIND}{router}", key).values():
        return _revived(kept, reveal)
    secrets: list[tuple[Secret, str, str]] = []

    def covered(secret: Secret, owner: str, field: str) -> str:
        secrets.append((secret, owner, field))
        return f"{_MARK}{len(secrets) - 1}"

    state = make(covered)
    places = [
        (secrets[int(text[1:])], _Place(table, index, name))
        for table, rows in state.tables.items()
        for index, row in enumerate(rows)
        for name, text in row.fields.items()
        if text[:1] == _MARK
    ]
    if not any(secret.readable for secret, *_ in secrets):  # a copy would outlive the plain text
        cache.conclude(f"{_KIND}{router}", key, _dumped(state, places), most=_KEPT)
    return _uncovered(state, places, reveal)


Secrets = list[tuple[tuple[Secret, str, str], _Place]]


def _uncovered(state: State, places: Secrets, reveal: Reveal) -> State:
    tables = {table: list(rows) for table, rows in state.tables.items()}
    for secret, (table, index, name) in places:
        row = tables[table][index]
        tables[table][index] = row._replace(fields={**row.fields, name: reveal(*secret)})
    return State({table: tuple(rows) for table, rows in tables.items()}, state.tolerated)


def _dumped(state: State, places: Secrets) -> Kept:
    rows = {
        table: [(dict(row.fields), row.owner, sorted(row.initial)) for row in held]
        for table, held in state.tables.items()
    }
    written = [
        (*place, secret.kind, secret.text, owner, field) for (secret, owner, field), place in places
    ]
    tolerated = sorted(state.tolerated)
    return Kept(json.dumps(rows), json.dumps([written, tolerated]))


def _revived(kept: Kept, reveal: Reveal) -> State:
    tables = json.loads(kept.value)
    written, tolerated = json.loads(kept.extra)
    for table, index, name, kind, text, owner, field in written:
        tables[table][index][0][name] = reveal(Secret(kind, text), owner, field)
    known: dict[str, str] = {}
    once = known.setdefault  # most fields of a menu say the same
    firsts = {tuple(first): frozenset(first) for rows in tables.values() for *_, first in rows}
    return State(
        {
            table: tuple(
                Row(
                    table,
                    {name: once(text, text) for name, text in fields.items()},
                    owner,
                    initial=firsts[*first],
                )
                for fields, owner, first in rows
            )
            for table, rows in tables.items()
        },
        frozenset((table, tuple(key)) for table, key in tolerated),
    )
