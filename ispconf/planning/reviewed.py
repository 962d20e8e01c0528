"""A plan that was reviewed, read back from its document (P-12).

In it every change has its seal and all of them the digest; one that does not fit is not believed.
Its parts, of shards, are one plan again. Knows nothing of what is approved by it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ispconf.errors import RefusedError, RequestError
from ispconf.planning.changeset import Status, of_seals, sealing
from ispconf.planning.report.document import FORMAT

_ACTIVE = (Status.PLANNED, Status.REFUSED)
_SEALED = ("action", "table", "key", "owner", "before", "after")


class Reviewed(NamedTuple):
    """A plan that was reviewed: its facts, and its changes by router as ``sealed`` gives them.

    ``guards`` are the guards that stood against it, with the numbers found.
    """

    commit: str
    dirty: bool
    day: date
    digest: str
    changes: Mapping[str, tuple[Mapping[str, Any], ...]]
    guards: frozenset[tuple[str, int]]
    repository: str = ""
    unverified: int = 0


def reviewed(document: Any, name: str) -> Reviewed:
    """The plan of a JSON document, as ``plan --out`` writes it; ``name`` is what people call it.

    Raises:
        RequestError: it is no such document, or one of a newer ispconf.
        RefusedError: its changes are not those that its seals and its digest are of.
    """
    try:
        if document["format"] != FORMAT:
            raise RequestError(
                f"{name} is a plan of format {document['format']}, and this ispconf reads format "
                f"{FORMAT}; update ispconf, or plan again"
            )
        found = _read(document)
        sound = _sound(document, found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RequestError(f"{name} is not a plan written by plan --out: {error!r}") from error
    if not sound:
        raise RefusedError(
            f"{name} was changed after it was written: its digest does not fit its changes; plan "
            "again, and have that approved"
        )
    return found


def _read(document: Mapping[str, Any]) -> Reviewed:
    return Reviewed(
        commit=str(document["commit"]),
        dirty=bool(document["dirty"]),
        day=date.fromisoformat(document["date"]),
        digest=str(document["digest"]),
        changes={
            str(router["router"]): tuple(_unhidden(change) for change in router["changes"])
            for router in document["routers"]
        },
        guards=frozenset(
            (str(guard["guard"]), int(guard["found"]))
            for router in document["routers"]
            for guard in router.get("guards", ())
        ),
        repository=str(document.get("repository", "")),
        unverified=int(document.get("offline", {}).get("unverified", 0)),
    )


def _unhidden(change: Mapping[str, Any]) -> Mapping[str, Any]:
    """A change of a document with the fingerprints of its secrets in their places."""
    prints = change.get("secrets", {})
    facts = {name: change[name] for name in _SEALED}
    return facts | {side: {**facts[side], **prints.get(side, {})} for side in ("before", "after")}


def _sound(document: Mapping[str, Any], found: Reviewed) -> bool:
    """Whether changes, seals and digests are of each other."""
    for router in document["routers"]:
        name = router["router"]
        for change, facts in zip(router["changes"], found.changes[name], strict=True):
            if change["seal"] != sealing(name, facts):
                return False
    digest, waiting = _digests(document["routers"])
    return digest == found.digest and waiting == document.get("waiting_digest", "")


def _digests(routers: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """The digests of what would be made now, and of what waits ("" when nothing does)."""
    seals: dict[bool, list[str]] = {True: [], False: []}
    for router in routers:
        now = Status(router["status"]) in _ACTIVE
        seals[now] += (change["seal"] for change in router["changes"])
    return of_seals(seals[True]), of_seals(seals[False]) if seals[False] else ""


def joined(documents: Mapping[str, Any]) -> dict[str, Any]:
    """The documents of one plan's parts, by name, as one document: the shards of many routers.

    Raises:
        RequestError: one is no plan, or they are not parts of one plan.
        RefusedError: one was changed after it was written.
    """
    parts = {name: reviewed(each, name) for name, each in documents.items()}
    first, *others = documents.values()
    ends = {(plan.commit, plan.dirty, plan.day, plan.repository) for plan in parts.values()}
    routers = [router for plan in parts.values() for router in plan.changes]
    if len(ends) > 1 or len(set(routers)) < len(routers):
        raise RequestError(
            f"{', '.join(documents)} are not parts of one plan: each must be of the same commit "
            "and day, and no router in two of them"
        )
    if not others:
        return dict(first)
    every = [router for each in documents.values() for router in each["routers"]]
    digest, waiting = _digests(every)
    return {
        **{name: first[name] for name in first if name not in _OF_A_PART},
        "digest": digest,
        **({"waiting_digest": waiting} if waiting else {}),
        "routers": sorted(every, key=lambda router: str(router["router"])),
    }


_OF_A_PART = ("digest", "waiting_digest", "exit_code", "impact", "summary", "money", "routers")
