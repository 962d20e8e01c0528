"""In which order the routers of a run get their changes: a canary, then wave after wave (P-17).

What the calendar brought (cuts and restores) is no rollout: it goes everywhere at once, and whom a
stop holds back gets it all the same. Knows no router, only names and counts.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

FEW = 3
"""As many routers are done at once unless an order is asked for."""
Size = Callable[[int], int]


class Wave(NamedTuple):
    """Routers that are done side by side; ``name`` is ``canary`` or ``wave 1 of 3``."""

    name: str
    routers: tuple[str, ...]


class Order(NamedTuple):
    """What is asked for, in names of routers.

    ``canary`` None is whichever router has least to lose. ``named`` are waves by name, ``size`` how
    many routers of how many are a wave; without either few routers are done at once, and many in
    quarters.
    """

    canary: tuple[str, ...] | None = None
    named: tuple[tuple[str, ...], ...] = ()
    size: Size | None = None


def waves(busy: Mapping[str, int], order: Order) -> tuple[Wave, ...]:
    """The waves of the routers that have changes to roll out, each with how many rows it has.

    A canary that is not among them is replaced by the one with the fewest rows.
    """
    asked = order.canary is not None or order.named or order.size is not None
    if not busy or (len(busy) <= FEW and not asked):
        return (Wave("", tuple(busy)),) if busy else ()
    first = _first(busy, order)
    left = [router for router in busy if router not in first]
    groups: list[tuple[str, ...]] = []
    for wave in order.named:
        groups.append(tuple(router for router in left if router in wave))
        left = [router for router in left if router not in wave]
    size = order.size or (None if order.named else _quarter)
    step = max(1, size(len(busy)) if size else len(left))
    groups += [tuple(left[at : at + step]) for at in range(0, len(left), step)]
    groups = [group for group in groups if group]
    told = [Wave(f"wave {n} of {len(groups)}", group) for n, group in enumerate(groups, 1)]
    return (Wave("canary", first), *told) if first else tuple(told)


def _first(busy: Mapping[str, int], order: Order) -> tuple[str, ...]:
    if order.canary == () or len(busy) == 1:
        return ()
    found = tuple(router for router in busy if router in (order.canary or ()))
    return found or (min(busy, key=lambda router: (busy[router], router)),)


def _quarter(total: int) -> int:
    return -(-total // 4)


def too_many(away: Collection[str], total: int, bound: int) -> str:
    """Why nothing more may begin while these routers are not reached; empty when it may."""
    if len(away) <= bound:
        return ""
    listed = ", ".join(sorted(away)[:_LISTED])
    more = f" and {len(away) - _LISTED} more" if len(away) > _LISTED else ""
    return (
        f"{len(away)} of {total} routers are not reached ({listed}{more}), "
        f"more than max_unavailable, {bound}"
    )


_LISTED = 5


def unproven(canary: Sequence[str] | None, waves: Sequence[Wave]) -> str:
    """What to say when another router goes first than the canaries that are named."""
    if not canary or not waves or waves[0].name != "canary":
        return ""
    first = waves[0].routers
    if set(first) & set(canary):
        return ""
    missed = ", ".join(canary)
    return f"{first[0]} goes first: {missed} has nothing to do, or cannot be worked on now"
