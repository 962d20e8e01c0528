"""What applies did, in words: for history and audit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ispconf.commands.past import Past
from ispconf.edge.runs import Made, Run

DONE: Final[Mapping[str, str]] = {
    "suspend": "cut",
    "restore": "restored",
    "create": "set up",
    "cancel": "taken off",
    "move": "moved",
    "speed": "new speed",
    "address": "new address",
    "adopt": "adopted",
    "heal": "put right",
    "infrastructure": "set up for all",
}
"""What each effect of a change is called once it is done."""


def outcomes(made: Iterable[Made]) -> str:
    """``3 done, 1 failed``: how many rows ended how."""
    counts = Counter(each.outcome for each in made)
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items())


def lines(run: Run) -> Iterator[str]:
    """What an apply did, a line for each router."""
    routers: dict[str, list[Made]] = {router: [] for router in run.results}
    for made in run.made:
        routers.setdefault(made.router, []).append(made)
    for router, rows in sorted(routers.items()):
        whom: dict[str, set[str]] = {}
        for made in rows:
            if made.subscriber:
                whom.setdefault(DONE.get(made.effect, made.effect), set()).add(made.subscriber)
        people = ", ".join(f"{len(names)} {deed}" for deed, names in whom.items())
        result = run.results.get(router, {})
        waits = f"{result['waiting']} wait" if result.get("waiting") else ""
        parts = [outcomes(rows) or "nothing to do", people, waits, result.get("problem") or ""]
        yield f"{router}: {'; '.join(part for part in parts if part)}"
    if run.exit_code is None:
        yield "broken off before its end"


def document(past: Past, run: Run) -> dict[str, Any]:
    """An apply as plain values, its rows counted by router and effect."""
    routers = sorted({*run.results, *(made.router for made in run.made)})
    return {
        "run": run.file,
        "commit": run.commit,
        "dirty": run.dirty,
        "time": past.moment(run.time).isoformat(),
        "day": run.day.isoformat(),
        "actor": run.actor,
        "url": run.url or None,
        "exit_code": run.exit_code,
        "routers": [_router(run, router) for router in routers],
    }


def _router(run: Run, router: str) -> dict[str, Any]:
    rows = [made for made in run.made if made.router == router]
    people: dict[str, set[str]] = {}
    for made in rows:
        if made.subscriber:
            people.setdefault(made.effect, set()).add(made.subscriber)
    return {
        "router": router,
        "outcomes": dict(Counter(made.outcome for made in rows)),
        "subscribers": {effect: sorted(names) for effect, names in people.items()},
        "result": dict(run.results.get(router, {})) or None,
    }
