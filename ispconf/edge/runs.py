"""The journals of applies, read again: what was done, when, by whom, and where each router is.

Reads what this clone wrote and what others put on the branch that ``ispconf.yaml`` names, newest
first. A line that a kill or a full disk cut off is left out. Knows nothing of live routers.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from ispconf.edge.branches import Branch
from ispconf.edge.history import Repository
from ispconf.edge.journal import kept
from ispconf.edge.writing import write_whole

_APPLIED, _PLACES = "applied.json", "routers"


class Made(NamedTuple):
    """One change and what became of it: ``done``, ``failed``, ``skipped``, ``conflict`` ...

    ``before`` and ``after`` are the fields it changed, a secret as ``(secret)``.
    """

    time: datetime
    router: str
    action: str
    table: str
    key: Mapping[str, str]
    owner: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    effect: str
    calendar: bool
    reason: str
    outcome: str
    message: str

    @property
    def subscriber(self) -> str:
        """Whom it concerns; "" for rows that many share."""
        return self.owner.partition("/")[0] if "/" in self.owner else ""


class Run(NamedTuple):
    """One apply; ``exit_code`` is None when it was killed, ``url`` "" when no forge ran it.

    ``results`` tells of each router whether it converged, or what waits and why; ``notes`` what
    else happened at it.
    """

    file: str
    commit: str
    dirty: bool
    day: date
    digest: str
    time: datetime
    actor: str
    url: str
    exit_code: int | None
    made: tuple[Made, ...]
    results: Mapping[str, Mapping[str, Any]]
    notes: tuple[tuple[str, str], ...]


class Applied(NamedTuple):
    """The last time a router was brought to its wanted state; ``managed`` rows it had then."""

    commit: str
    day: date
    managed: int


class Waits(NamedTuple):
    """What waits for a router since a time, in changes, by the last apply that tried."""

    since: str
    commit: str
    changes: int
    problem: str


class Place(NamedTuple):
    """Where a router is as of a time (ISO 8601, UTC): its last apply, and what waits since."""

    applied: Applied | None = None
    waits: Waits | None = None
    time: str = ""


def runs(
    repository: Repository, branch: str, *, since: str = "", subscriber: str = ""
) -> Iterator[Run]:
    """The applies, newest first.

    Args:
        repository: the network's.
        branch: where others put theirs; "" for nowhere.
        since: only those that began after this revision was committed.
        subscriber: only those that made changes of this subscriber, with these changes only.

    Raises:
        RequestError: there is no such revision.
    """
    start = repository.committed(since) if since else None
    after = f"{start:%Y/%m/%Y%m%dT%H%M%S}" if start else ""
    needle = f'"owner": {json.dumps(subscriber, ensure_ascii=False)[:-1]}/'.encode()
    for file, content in _contents(repository, branch, after):
        if subscriber and needle not in content:
            continue
        run = _run(file, content, needle if subscriber else b"")
        if run is not None and (start is None or run.time >= start):
            yield run


def _contents(repository: Repository, branch: str, after: str) -> Iterator[tuple[str, bytes]]:
    """The journals from that time on, by the names they have on a branch, newest first."""
    here = kept(repository.directory / "ispconf")
    there = Branch(repository, branch).files() if branch else {}
    wanted = [file for file in {*here, *there} if file.endswith(".jsonl") and file >= after]
    elsewhere = {file: there[file] for file in sorted(wanted, reverse=True) if file not in here}
    others = Branch(repository, branch).read(elsewhere)
    for file in sorted(wanted, reverse=True):
        yield (file, here[file].read_bytes()) if file in here else next(others)


def _run(file: str, content: bytes, needle: bytes) -> Run | None:
    """A journal as values; None for one that does not even say what began."""
    began: Mapping[str, Any] | None = None
    exit_code: int | None = None
    made: list[Made] = []
    results: dict[str, Mapping[str, Any]] = {}
    notes: list[tuple[str, str]] = []
    for line in content.splitlines():
        if needle and b'"outcome": ' in line and needle not in line:
            continue
        match _value(line):
            case {"began": {"commit": str(), "day": str(), "time": str()} as began}:
                pass
            case {"ended": {"exit_code": int(code)}}:
                exit_code = code
            case {"router": str(router), "result": dict(result)}:
                results[router] = result
            case {"router": str(router), "note": str(words)}:
                notes.append((router, words))
            case {"outcome": str(), "time": str(time)} as told:
                known = {name: told[name] for name in Made._fields}
                made.append(Made(**known | {"time": datetime.fromisoformat(time)}))
            case _:  # a line that was cut off
                pass
    if began is None:
        return None
    return Run(
        file,
        began["commit"],
        bool(began.get("dirty")),
        date.fromisoformat(began["day"]),
        began.get("digest", ""),
        datetime.fromisoformat(began["time"]),
        began.get("actor", ""),
        began.get("url", ""),
        exit_code,
        tuple(made),
        results,
        tuple(notes),
    )


def _value(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def places(repository: Repository, branch: str) -> dict[str, Place]:
    """Where each router is, as far as this clone and the branch know; the later one counts.

    What cannot be read counts as unknown.
    """
    known = _here(repository)
    if branch:
        target = Branch(repository, branch)
        for path, content in target.read(target.files(_PLACES)):
            router, place = path.rpartition("/")[2].removesuffix(".json"), _place(_value(content))
            if place and (router not in known or place.time > known[router].time):
                known[router] = place
    return dict(sorted(known.items()))


def last_applied(repository: Repository, branch: str) -> dict[str, Applied]:
    """The last apply of each router, by any clone that keeps its journal on the branch."""
    known = places(repository, branch)
    return {router: place.applied for router, place in known.items() if place.applied}


def remember(repository: Repository, branch: str, found: Mapping[str, Place]) -> dict[str, bytes]:
    """Adds to what is known of these routers; gives the files to be put on the branch as well."""
    known = places(repository, branch)
    for router, place in found.items():
        before, waits = known.get(router, Place()), place.waits
        if waits and before.waits:  # it has been waiting for longer
            waits = waits._replace(since=before.waits.since)
        known[router] = Place(place.applied or before.applied, waits, place.time)
    facts = {router: _facts(place) for router, place in known.items()}
    write_whole(repository.directory / "ispconf" / _APPLIED, _json(facts))
    return {f"{_PLACES}/{router}.json": _json(facts[router]) for router in found}


def _here(repository: Repository) -> dict[str, Place]:
    """Where each router is as far as this clone knows."""
    try:
        known = _value((repository.directory / "ispconf" / _APPLIED).read_bytes())
    except OSError:
        return {}
    found = known.items() if isinstance(known, dict) else ()
    return {router: place for router, facts in found if (place := _place(facts))}


def _json(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n"


def _facts(place: Place) -> dict[str, Any]:
    """Where a router is, as plain values."""
    applied = place.applied
    return {
        "commit": applied and applied.commit,
        "day": applied and applied.day.isoformat(),
        "managed": applied and applied.managed,
        "waits": place.waits and place.waits._asdict(),
        "time": place.time,
    }


def _place(facts: Any) -> Place | None:
    """Where a router is, by its plain values; None when they are damaged."""
    applied: Applied | None = None
    waits: Waits | None = None
    match facts:
        case {"commit": str(commit), "day": str(day), "managed": int(managed)}:
            try:
                applied = Applied(commit, date.fromisoformat(day), managed)
            except ValueError:
                return None
        case {"commit": None}:
            pass
        case _:
            return None
    match facts:
        case {"waits": {"since": str(), "commit": str(), "changes": int(), "problem": str()}}:
            waits = Waits(**facts["waits"])
        case _:
            pass
    return Place(applied, waits, str(facts.get("time", "")))
