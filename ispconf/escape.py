"""Foreign text made harmless for the place where it is shown.

Whatever a subscriber can write (a name, a note, a comment on a router) passes through one of these
before it reaches a terminal. Knows nothing of what the text means.
"""

import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def terminal(text: str) -> str:
    """The text on one line, with control characters (escape sequences, bidi marks) spelled out."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def markdown(text: str) -> str:
    """The text as markdown cell or line: no mention, link, tag, emphasis, code span or new row."""
    return re.sub(r"[\\`*_{}\[\]<>()#+!|@&~:]", lambda found: f"&#{ord(found[0])};", terminal(text))
