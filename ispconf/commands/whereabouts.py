"""Which commit each router is at, and what waits for it: what applies wrote down, asking nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from ispconf.commands.judging import Judged
from ispconf.commands.tables import table
from ispconf.edge.history import Repository
from ispconf.edge.runs import Place, places

_HEAD = ("router", "commit", "day", "behind", "waiting", "since", "because")


def whereabouts(facts: Judged) -> list[dict[str, Any]]:
    """Each router with its last apply, and what waited for it at the last try.

    ``behind`` counts the commits since; None when that commit is not in this clone.
    """
    git = Repository.of(facts.session.root)
    network = facts.network
    known = places(git, network.company.journal.branch) if git else {}
    commits = {place.applied.commit for place in known.values() if place.applied}
    behind = {commit: git.behind(commit) for commit in commits} if git else {}
    return [
        _facts(router, known.get(router, Place()), behind) for router in sorted(network.routers)
    ]


def _facts(router: str, place: Place, behind: dict[str, int | None]) -> dict[str, Any]:
    applied, waits = place.applied, place.waits
    return {
        "router": router,
        "commit": applied.commit if applied else None,
        "date": applied.day.isoformat() if applied else None,
        "behind": behind.get(applied.commit) if applied else None,
        "waits": waits and {"changes": waits.changes, "since": waits.since,
                            "commit": waits.commit, "problem": waits.problem or None},
    }  # fmt: skip


def lines(rows: Sequence[dict[str, Any]], zone: tzinfo | None) -> Iterator[str]:
    """The same as a table, times in a time zone."""
    yield from table(_HEAD, (_cells(row, zone) for row in rows), "behind,waiting")


def _cells(row: dict[str, Any], zone: tzinfo | None) -> Sequence[str]:
    waits = row["waits"] or {}
    at = (row["commit"][:7], row["date"]) if row["commit"] else ("never", "")
    behind = "" if row["behind"] is None else str(row["behind"])
    late = (str(waits["changes"]), _local(waits["since"], zone)) if waits else ("", "")
    return (row["router"], *at, behind, *late, waits.get("problem") or "")


def _local(moment: str, zone: tzinfo | None) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M}"
