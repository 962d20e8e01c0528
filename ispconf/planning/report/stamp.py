"""What a comment remembers of the plans it told of: commit, day, digest and verdict, newest first.

Written where nobody sees it, read back when the comment is written again. Whoever may edit the
comment may edit this too, so nothing but plain words and figures comes back from it.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

KEPT = 5  # earlier plans that a comment shows
_LINE = re.compile(r"^<!-- ispconf:state (\[.*\]) -->$", re.MULTILINE)
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"[0-9a-f]{0,64}",
        r"\d{4}-\d\d-\d\d",
        r"[0-9a-f]{64}",
        r"[A-Za-z0-9 ,.;:]{0,400}",
    )
)


class Stamp(NamedTuple):
    """One plan: its commit and digest (hex), the day it was judged on, and what it came to."""

    commit: str
    day: str
    digest: str
    verdict: str


def written(stamps: Sequence[Stamp]) -> str:
    """The hidden line that keeps these plans."""
    return f"<!-- ispconf:state {json.dumps(stamps[: KEPT + 1])} -->"


def stamps(body: str) -> list[Stamp]:
    """The plans that a comment remembers; what is not as we wrote it is left out."""
    found = _LINE.findall(body)
    try:
        held = json.loads(found[-1]) if found else []
    except ValueError:
        return []
    return [Stamp(*each) for each in held if _sound(each)]


def _sound(each: Any) -> bool:
    return (
        isinstance(each, list)
        and len(each) == len(_FORMS)
        and all(
            isinstance(text, str) and form.fullmatch(text)
            for text, form in zip(each, _FORMS, strict=True)
        )
    )


def earlier(body: str, now: Stamp) -> list[Stamp]:
    """What was told before ``now`` in the comment that it takes the place of."""
    held = stamps(body)
    return [each for each in held if each.digest != now.digest or each.verdict != now.verdict][
        :KEPT
    ]
