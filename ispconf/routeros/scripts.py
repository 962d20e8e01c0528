r"""RouterOS' scripting language, as far as exports and scripts need it: how a value is written.

In double quotes ``"``, ``\``, ``$`` and ``?`` have a meaning and are escaped; every byte that is
not printable ASCII is written as two hexadecimal digits, as the router's own export does it, so
that a script is the same on every way it takes to a router (6.x and 7.x).
"""

import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z0-9_.:/,@%+*!<>-]+")
_NAMED = {'"': '\\"', "\\": "\\\\", "$": "\\$", "?": "\\?", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_FIRST, _LAST = " ", "~"  # of printable ASCII


def quoted(text: str) -> str:
    """The text as a string of a script, quotes included; it reads back as exactly the same."""
    return f'"{"".join(_NAMED.get(letter) or _letter(letter) for letter in text)}"'


def _letter(letter: str) -> str:
    if _FIRST <= letter <= _LAST:
        return letter
    return "".join(f"\\{byte:02X}" for byte in letter.encode("utf-8", "surrogateescape"))


def value(text: str) -> str:
    """The text as people and exports write it: quoted only where it must be."""
    return text if _PLAIN.fullmatch(text) else quoted(text)


def arguments(fields: Mapping[str, str]) -> str:
    """``name=value`` for each field."""
    return " ".join(f"{name}={value(text)}" for name, text in fields.items())


def menu(path: str, version: str) -> str:
    """A menu as a line of an export: ``/ppp/secret``, and ``/ppp secret`` before 7."""
    return path.replace("/", " ").replace(" ", "/", 1) if version.startswith("6.") else path


def grant(user: str, version: str, policies: Iterable[str]) -> str:
    """The console's command that gives policies to the user's group; it takes none away."""
    return (
        f"{menu('/user/group', version)} set [/user get {user} group] policy={','.join(policies)}"
    )
