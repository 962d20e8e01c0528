"""Which file means what, by its path alone: the layout of a network's repository (FORMAT 1).

Knows folders, names and ids. Opens nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, Literal, NamedTuple

from ispconf.edge.history import COMPANY_FILE
from ispconf.errors import Problem, Source
from ispconf.ledger.closing import month_of
from ispconf.network.written import ID

Kind = Literal["company", "router", "plan", "subscriber", "ledger", "closing"]

CROWDED: Final = 500
"""Files in one folder beyond which git gets slow."""

_FOLDERS: Final[dict[str, Kind]] = {
    "inventory": "router",
    "plans": "plan",
    "subscribers": "subscriber",
    "ledger": "ledger",
}
_USUAL = re.compile(r"[A-Za-z0-9._/-]+")
_LEDGER = re.compile(
    rf"ledger/(\d{{4}})/(\d{{2}})/((\d{{4}})-(\d{{2}})-\d{{2}})-({ID.pattern})\.yaml"
)
_PERSON = re.compile(rf"subscribers/(?:[A-Za-z0-9._/-]*/)?({ID.pattern})\.yaml").fullmatch
_IGNORED = re.compile(r"(?:.*/)?(?:\.[^/]*|[^/]*\.md)")


class Placed(NamedTuple):
    """What a path holds: ``id`` is the router's, plan's or subscriber's, a journal or a month."""

    kind: Kind
    id: str


def placed(path: str) -> Placed | Problem | None:
    """What the file at a path holds; None when it is none of ours, a Problem when it cannot be."""
    person = _PERSON(path)  # most paths are one
    return Placed("subscriber", person[1]) if person else _told(path)


def _told(path: str) -> Placed | Problem | None:
    """What the file at any path holds, found step by step."""
    if path == COMPANY_FILE:
        return Placed("company", "company")
    top, _, rest = path.partition("/")
    if top not in _FOLDERS or _IGNORED.fullmatch(path):
        return None
    if wrong := _wrong_name(path, top, rest):
        return Problem(Source(path), wrong)
    if top == "ledger":
        return _of_ledger(path)
    stem = path.rpartition("/")[2].removesuffix(".yaml")
    if ID.fullmatch(stem):
        return Placed(_FOLDERS[top], stem)
    said = f'"{stem}" is not an id: small letters a to z, digits and hyphens, at most 63'
    return Problem(Source(path), said)


def _wrong_name(path: str, top: str, rest: str) -> str:
    """What is wrong with the path whatever the file is called, or nothing."""
    if not rest:
        return f"should be a folder: {top}/"
    if not _USUAL.fullmatch(path):
        return "unusual characters in the path; use letters a to z, digits, hyphens, points and _"
    _, point, ending = rest.rpartition("/")[2].rpartition(".")
    if not point or ending != "yaml":
        return f"the name should end in .yaml, not in {f'.{ending}' if point else 'nothing'}"
    if "/" in rest and top in ("inventory", "plans"):
        return f"should stand in {top}/ itself, not in a folder below it"
    return ""


def _of_ledger(path: str) -> Placed | Problem:
    """A day of a journal, whose folders repeat its year and month; or the closing of a month."""
    if month := month_of(path):
        return Placed("closing", month)
    found = _LEDGER.fullmatch(path)
    if not found or (found[1], found[2]) != (found[4], found[5]):
        return Problem(Source(path), "should be named like ledger/2026/10/2026-10-28-invoices.yaml")
    try:
        date.fromisoformat(found[3])
    except ValueError:
        return Problem(Source(path), f"{found[3]} is not in the calendar")
    return Placed("ledger", found[6])


def crowded(paths: Iterable[str]) -> Iterator[Problem]:
    """A warning for each folder with more files than git likes."""
    for folder, count in sorted(Counter(path.rpartition("/")[0] for path in paths).items()):
        if count > CROWDED:
            yield Problem(
                Source(folder),
                f"{count} files in one folder; git gets slow beyond {CROWDED}: "
                "sort them into folders, for example by zone",
                severity="warning",
            )
