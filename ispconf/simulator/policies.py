"""The policies of a user group: all names, granted or denied.

What is named on a set is added, only ``!name`` takes away, and everything else stays as it was.
"""

from typing import Final

from ispconf.simulator.values import choose

POLICIES: Final = (
    "local", "telnet", "ssh", "ftp", "reboot", "read", "write", "policy", "test", "winbox",
    "password", "web", "sniff", "sensitive", "api", "romon", "rest-api",
)  # fmt: skip
_SINCE_7: Final = ("rest-api",)
_UNTIL_6: Final = ("dude", "tikapp")
_MAJOR: Final = (7,)


def names(version: tuple[int, ...]) -> list[str]:
    """The policies of a version, in the order in which they are printed."""
    if version >= _MAJOR:
        return list(POLICIES)
    return [policy for policy in POLICIES if policy not in _SINCE_7] + list(_UNTIL_6)


def builtin(text: str, version: tuple[int, ...]) -> str:
    """The policies of a group that is there from the start, as that version prints them."""
    granted = [policy for policy in text.split(",") if policy.lstrip("!") in names(version)]
    if version < _MAJOR:
        granted += _UNTIL_6 if "policy" in granted else ["tikapp"]
    return merged(",".join(granted), "", version)


def merged(text: str, before: str, version: tuple[int, ...]) -> str:
    """The policies after writing ``text`` over ``before``, as printed: the denied last, with ``!``.

    Raises:
        RefusalError: a word that is no policy.
    """
    known = names(version)
    granted = {word for word in before.split(",") if word and not word.startswith("!")}
    for part in filter(None, text.split(",")):
        word = choose("policy", part.lstrip("!"), known)
        (granted.discard if part.startswith("!") else granted.add)(word)
    yes = [policy for policy in known if policy in granted]
    return ",".join(yes + [f"!{policy}" for policy in known if policy not in granted])
