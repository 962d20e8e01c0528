"""Foreign text made harmless for the place where it is shown.

Whatever a subscriber can write (a name, a note, a comment on a router) passes through one of these
before it reaches a terminal. Knows nothing of what the text means.
"""

import re
from typing import Final

CONTROL: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters that no value of a file may hold, not even spelled as an escape."""

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
    r"|(?<=##)\[|\A:(?=:)|(?<=\A ):(?=:)"  # workflow commands: ##[error], ::error::
)
_MARKDOWN = re.compile(
    r"[\\`*_{}\[\]<>()#+!|@&~:$]|\A[-= ]|\A\d(?=\d{0,8}[.)](?: |\Z))|(?<=\bwww)\.",
    re.ASCII | re.IGNORECASE,
)
_BREAK = "&#8203;"  # GitHub finds mentions, issues and links in text that is rendered already
_BROKEN = {"@": f"&#64;{_BREAK}", "#": f"&#35;{_BREAK}", ".": f"{_BREAK}."}

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def terminal(text: str) -> str:
    """The text on one line; escape sequences, bidi marks and workflow commands are spelled out."""
    if text.isprintable() and "##[" not in text and not text.startswith(("::", " ::")):
        return text  # nearly always, and ten times faster than to look for what is not there
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def markdown(text: str) -> str:
    """The text as markdown cell or line: no mention, link, tag, emphasis, code span or new row."""
    return _MARKDOWN.sub(_entity, terminal(text))


def _entity(found: re.Match[str]) -> str:
    return _BROKEN.get(found[0]) or f"&#{ord(found[0])};"


def cell(text: str) -> str:
    """The text as a cell of CSV: a spreadsheet must not take it for a formula."""
    harmless = terminal(text)
    if harmless[:1] not in ("=", "+", "-", "@") or _NUMBER.fullmatch(harmless):
        return harmless
    return f"'{harmless}"
