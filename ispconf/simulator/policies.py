"""The policies of a user group: all seventeen names, granted or denied.

What is named on a set is added, only ``!name`` takes away, and everything else stays as it was.
"""

from typing import Final

from ispconf.simulator.values import choose

POLICIES: Final = (
    "local", "telnet", "ssh", "ftp", "reboot", "read", "write", "policy", "test", "winbox",
    "password", "web", "sniff", "sensitive", "api", "romon", "rest-api",
)  # fmt: skip


def merged(text: str, before: str) -> str:
    """The policies after writing ``text`` over ``before``, as printed: the denied last, with ``!``.

    Raises:
        RefusalError: a word that is no policy.
    """
    granted = {word for word in before.split(",") if word and not word.startswith("!")}
    for part in filter(None, text.split(",")):
        word = choose("policy", part.lstrip("!"), POLICIES)
        (granted.discard if part.startswith("!") else granted.add)(word)
    yes = [policy for policy in POLICIES if policy in granted]
    return ",".join(yes + [f"!{policy}" for policy in POLICIES if policy not in granted])
