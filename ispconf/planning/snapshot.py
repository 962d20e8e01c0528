"""The state of routers as it was once, without a secret in it, for plans that reach no router.

A password is kept as its keyed fingerprint, so that whoever has the key can tell whether it is the
wanted one; to others it is unknown, as if the router had shown ``*****``. Where nothing keys a
fingerprint it is not kept at all. Knows nothing of files, and of no line to a router.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from ispconf.errors import RequestError
from ispconf.planning.ability import Ability
from ispconf.routeros.rows import Row, State
from ispconf.routeros.tables import MASKED, TABLES, Table, live_row

FORMAT: Final = 1
MARK: Final = "\0"
"""Begins what stands for a password: its fingerprint, or ``UNKNOWN``; no password can have it."""
NAMELESS: Final = "unknown"
"""The fingerprint of what is not known."""
UNKNOWN: Final = f"{MARK}{NAMELESS}"
CHECK: Final = "ispconf snapshot"
"""Its fingerprint tells whether two fingerprints were made with one key."""


class Shot(NamedTuple):
    """One router; ``problem`` is why it was not reached or wholly read, "" when it was."""

    version: str = ""
    identity: str = ""
    able: Ability = Ability()
    live: State = State()
    problem: str = ""


class Snapshot(NamedTuple):
    """All routers at a time; ``key`` is the fingerprint of ``CHECK``, "" if none were kept."""

    taken: datetime
    commit: str
    repository: str
    key: str
    shots: Mapping[str, Shot]


def document(snapshot: Snapshot, fingerprint: Callable[[str], str]) -> dict[str, Any]:
    """The snapshot as plain values for JSON; without a key no fingerprint of a password."""
    seal = fingerprint if snapshot.key else lambda _: MASKED
    return {
        "format": FORMAT,
        "taken": snapshot.taken.isoformat(timespec="seconds"),
        "commit": snapshot.commit,
        "repository": snapshot.repository,
        "key": snapshot.key,
        "routers": [_router(name, shot, seal) for name, shot in sorted(snapshot.shots.items())],
    }


def _router(name: str, shot: Shot, seal: Callable[[str], str]) -> dict[str, Any]:
    able = shot.able
    return {
        "router": name,
        "problem": shot.problem or None,
        "routeros": shot.version,
        "identity": shot.identity,
        "lacking": sorted(able.lacking),
        "missing": sorted(able.missing),
        "forbidden": sorted(able.forbidden),
        "mode": able.mode,
        "rows": {
            path: [_row(TABLES[path], row, seal) for row in rows]
            for path, rows in shot.live.tables.items()
        },
    }


def _row(table: Table, row: Row, seal: Callable[[str], str]) -> dict[str, str]:
    fields = {
        name: seal(text) if table.fields[name].secret and text not in ("", MASKED) else text
        for name, text in row.fields.items()
    }
    return {".id": row.id, **({"dynamic": "true"} if row.dynamic else {}), **fields}


def snapshot(document: Any, name: str) -> Snapshot:
    """The snapshot of a document; each password is ``MARK`` and its fingerprint, or ``*****``.

    Raises:
        RequestError: it is no snapshot, or one of a newer ispconf.
    """
    try:
        if document["format"] != FORMAT:
            raise RequestError(
                f"{name} is a snapshot of format {document['format']}, and this ispconf reads "
                f"format {FORMAT}; update ispconf, or take a new one"
            )
        taken = datetime.fromisoformat(document["taken"])
        if taken.tzinfo is None:
            raise ValueError("taken has no time zone")  # noqa: TRY301
        shots = {str(each["router"]): _shot(each) for each in document["routers"]}
        commit, repository, key = (str(document[part]) for part in ("commit", "repository", "key"))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        said = f"{name} is not a snapshot written by router snapshot: {error!r}"
        raise RequestError(said) from error
    return Snapshot(taken, commit, repository, key, shots)


def _shot(told: Mapping[str, Any]) -> Shot:
    version = str(told["routeros"])
    lacking, missing, forbidden = (_names(told[x]) for x in ("lacking", "missing", "forbidden"))
    able = Ability("", version, lacking, missing, forbidden, str(told["mode"]))
    tables = {
        path: tuple(_held(TABLES[path], row) for row in rows) for path, rows in told["rows"].items()
    }
    return Shot(version, str(told["identity"]), able, State(tables), str(told["problem"] or ""))


def _names(told: Any) -> Collection[str]:
    return frozenset(map(str, told))


def _held(table: Table, told: Mapping[str, Any]) -> Row:
    texts = {str(name): str(text) for name, text in told.items()}
    return live_row(table, {name: _marked(table, name, text) for name, text in texts.items()})


def _marked(table: Table, name: str, text: str) -> str:
    secret = name in table.fields and table.fields[name].secret
    return f"{MARK}{text}" if secret and text not in ("", MASKED) else text


def recalled(
    wanted: State, held: State, fingerprint: Callable[[str], str], *, comparable: bool
) -> State:
    """The state of then, as if it had just been read, to be compared with the wanted one.

    A password is the wanted one where the fingerprints are one, another one where they are not, and
    ``*****`` where one of them is unknown or they were made with two keys (not ``comparable``).
    """
    asked = {
        (row.table, TABLES[row.table].key_of(row.fields)): row.fields
        for row in wanted
        if not row.dynamic
    }

    def seen(row: Row) -> Row:
        table = TABLES[row.table]
        secret = [name for name in row.fields if row.fields[name][:1] == MARK]
        if not secret:
            return row
        fields = asked.get((row.table, table.key_of(row.fields)), {})
        texts = {name: told(row.fields[name], fields.get(name)) for name in secret}
        return row._replace(fields={**row.fields, **texts})

    def told(held: str, text: str | None) -> str:
        if not comparable:
            return MASKED
        if text is None:
            return held
        ours = fingerprint(text)
        if ours == NAMELESS:
            return MASKED
        return text if held == f"{MARK}{ours}" else held

    return State({path: tuple(map(seen, rows)) for path, rows in held.tables.items()})
