"""Plans that a change gave to services without a day: no invoice settles the difference.

``plan_changes`` says from which day a service has another plan; where the file of a subscriber
names another plan and no day, every period is billed as though it had always been that one. Knows
git's sides of a file; what a change of plan costs is for ``ledger.changeover``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ispconf.edge import layout
from ispconf.edge.differing import Difference
from ispconf.edge.places import look
from ispconf.edge.reading import spot_of
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import Problem, Source


def undated(found: Iterable[Difference], plans: Collection[str], day: date) -> Iterator[Problem]:
    """A warning for each service that had begun and has another plan, of no day.

    Args:
        found: what the change did.
        plans: those there are; one that is gone was renamed, and nobody has it any more.
        day: services that begin later were never billed.
    """
    for each in found:
        placed = layout.placed(each.path)
        if not isinstance(placed, layout.Placed) or placed.kind != "subscriber":
            continue
        if each.before and each.after:
            sides = each.before.data, each.after.data
            yield from _of(placed.id, each.path, sides, plans, day)


def _of(
    who: str, path: str, sides: tuple[bytes, bytes], plans: Collection[str], day: date
) -> Iterator[Problem]:
    old, new = map(_services, sides)
    for name, now in new.items():
        before = old.get(name, {})
        was, days = before.get("plan"), _days(now)
        if not isinstance(was, str) or was not in plans:
            continue
        if now.get("plan") == was or days != _days(before):
            continue
        if max([str(now.get("since", "")), *days]) > str(day):
            continue
        spot = spot_of(look(sides[1]), ("services", name, "plan"))
        yield Problem(
            Source(path, *spot) if spot else Source(path),
            f"plan: {was} became {now.get('plan')} without a day, so no invoice settles it, and "
            "what is not billed yet is billed as the new one; to give it a day, put the old one "
            f"back, then: ispconf subscriber set {who} services.{name}.plan={now.get('plan')} --on "
            f"{day}",
            severity="warning",
        )


def _days(service: Mapping[str, Any]) -> list[str]:
    """The days of a service's changes of plan; one more or less is a change that has a day."""
    changes = service.get("plan_changes")
    listed = changes if isinstance(changes, list) else []
    return [str(each.get("on", "")) for each in listed if isinstance(each, dict)]


def _services(data: bytes) -> Mapping[str, Mapping[str, Any]]:
    try:
        root = parse(data).root
    except OddError:
        return {}
    services = root.get("services") if isinstance(root, dict) else None
    if not isinstance(services, dict):
        return {}
    return {name: each for name, each in services.items() if isinstance(each, dict)}
