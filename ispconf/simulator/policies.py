"""The policies of a user group: all names, granted or denied.

What is named on a set is added, only ``!name`` takes away, and everything else stays as it was.
"""

from typing import Final

from ispconf.simulator.values import choose

POLICIES: Final = (
    "local", "telnet", "ssh", "ftp", "reboot", "read", "write", "policy", "test", "winbox",
    "password", "web", "sniff", "sensitive", "api", "romon", "rest-api",
)  # fmt: skip
_REST: Final = "rest-api"
_REST_SINCE: Final = (7, 1)


def known(policy: str, version: tuple[int, ...]) -> bool:
    """Whether that version has the policy, granted or denied."""
    return policy.lstrip("!") != _REST or version >= _REST_SINCE


def merged(text: str, before: str, version: tuple[int, ...]) -> str:
    """The policies after writing ``text`` over ``before``, as printed: the denied last, with ``!``.

    Raises:
        RefusalError: a word that is no policy.
    """
    names = [policy for policy in POLICIES if known(policy, version)]
    granted = {word for word in before.split(",") if word and not word.startswith("!")}
    for part in filter(None, text.split(",")):
        word = choose("policy", part.lstrip("!"), names)
        (granted.discard if part.startswith("!") else granted.add)(word)
    yes = [policy for policy in names if policy in granted]
    return ",".join(yes + [f"!{policy}" for policy in names if policy not in granted])
