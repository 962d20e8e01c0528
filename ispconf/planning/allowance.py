"""Guards that somebody lifted: exactly so much, for exactly one plan (P-10)."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

GUARDS: Final = ("service_loss", "cuts", "removed", "changed")
EMPTY: Final = "empty"
"""Not a guard of the plan: a router without one of our rows, where the last apply left some."""
LABEL: Final = "ispconf:allow-"

_SAID = re.compile(r"([a-z_]+)=(\d{1,9})(?:@([0-9a-f]{8,64}))?", re.ASCII)


class Allowance(NamedTuple):
    """A guard may find exactly ``number``; ``plan`` begins the digest of the plan it is for."""

    guard: str
    number: int
    plan: str = ""


def allowance(text: str) -> Allowance:
    """An allowance written ``cuts=40``, or ``cuts=40@`` and the beginning of a plan's digest.

    Raises:
        ValueError: with words for whoever wrote it.
    """
    found = _SAID.fullmatch(text)
    if not found or found[1] not in (*GUARDS, EMPTY):
        raise ValueError(
            f"{text!r}: write it like removed=12 (service_loss, cuts, removed, changed or empty), "
            "or removed=12@ and the first digits of the plan's digest"
        )
    return Allowance(found[1], int(found[2]), found[3] or "")


def labelled(labels: Iterable[str]) -> list[Allowance]:
    """The allowances among a pull request's labels: ``ispconf:allow-cuts=40``.

    Raises:
        ValueError: one begins like that and goes on otherwise.
    """
    ours = (label.strip() for label in labels)
    return [allowance(each.removeprefix(LABEL)) for each in ours if each.startswith(LABEL)]


def lifted(allowances: Iterable[Allowance], digest: str) -> Mapping[str, frozenset[int]]:
    """By guard the numbers that are allowed for the plan of this digest."""
    found: dict[str, set[int]] = {}
    for each in allowances:
        if digest.startswith(each.plan):
            found.setdefault(each.guard, set()).add(each.number)
    return {guard: frozenset(counts) for guard, counts in found.items()}
