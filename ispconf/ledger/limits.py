"""What an operator may write that this version does not bill: said at its place, never guessed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ispconf.errors import Problem, Source
from ispconf.ledger.billable import Billable
from ispconf.ledger.following import DAY

_REF = re.compile(r"([^:]+):([0-9]+)")


class Limit(NamedTuple):
    """A term or fact that is not billed as written; ``stops``: so nothing of the service is."""

    key: str
    said: str
    stops: bool


def is_billed(one: Billable) -> bool:
    """Whether invoices of the service can be made as its terms say; else ``unbillable`` says no."""
    return not (_untimed(one) or _not_in_arrears(one))


Concerned = Mapping[tuple[Source, Limit], Sequence[str]]
"""What is not billed as it was written, where that is, and the ids of the services concerned."""


def concerned(billables: Iterable[Billable]) -> Concerned:
    """Which of the services are not billed as it was written."""
    found: dict[tuple[Source, Limit], list[str]] = {}
    for one in billables:
        for limit in _limits(one):
            place = _place(one.refs[limit.key]) if limit.key in one.refs else one.source
            found.setdefault((place, limit), []).append(one.id)
    return found


def unbillable(billables: Iterable[Billable]) -> list[Problem]:
    """What is not billed as it was written, one problem for each place.

    An error where a service gets no invoices at all, a warning where its invoices are right but
    something that was written is not on them.
    """
    return told(concerned(billables))


def together(found: Iterable[Concerned]) -> Concerned:
    """Several of them as one."""
    every: dict[tuple[Source, Limit], list[str]] = {}
    for each in found:
        for key, ids in each.items():
            every[key] = sorted([*every.get(key, ()), *ids])
    return every


def told(found: Concerned) -> list[Problem]:
    """What ``unbillable`` says of these services."""
    return [
        Problem(
            place, f"{limit.said} ({_who(ids)})", severity="error" if limit.stops else "warning"
        )
        for (place, limit), ids in sorted(found.items())
    ]


def _who(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{ids[0]} and {len(ids) - 1} more"


def _limits(one: Billable) -> Iterator[Limit]:
    terms = one.terms
    if _not_in_arrears(one):
        said = f"charge: arrears: mode: {terms.mode} is paid in advance; no invoices"
        yield Limit("charge", said, stops=True)
    if _untimed(one):
        place = "duration" if "duration" in one.refs else "mode"  # which asks for what is missing
        yield Limit(place, _untimed(one), stops=True)
    if one.extras and not one.costs:
        named = ", ".join(name for name, _ in one.extras)
        said = f"extras: {named} are charged on invoices of a service that costs nothing: on none"
        yield Limit("extras", said, stops=False)


def _not_in_arrears(one: Billable) -> bool:
    return one.terms.charge == "arrears" and one.terms.mode != "cycle"


def _untimed(one: Billable) -> str:
    """Why a plan that is sold by time cannot be billed by days; nothing if all plans can."""
    if one.terms.mode != "duration":
        return ""
    for item, duration in (
        *((each.item, each.duration) for each in one.earlier),
        (one.item, one.duration),
    ):
        if duration is None:
            return f"duration: is missing in plan {item}, for mode: duration; no invoices"
        if duration % DAY:
            return f"duration: of plan {item} is not whole days: a ledger counts days; no invoices"
    return ""


def _place(ref: str) -> Source:
    """The place in a reference such as ``ispconf.yaml:24 cut_day``."""
    found = _REF.match(ref)
    return Source(found[1], int(found[2])) if found else Source(ref)
