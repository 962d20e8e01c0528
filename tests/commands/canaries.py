"""Ten thousand secrets in a provider's network, and a watch over everything that leaves it.

The secrets are passwords of subscribers (encrypted, derived, plain), those that strangers have on
the routers, the routers' own, values of the environment, tokens and the age identity. Seen is all
that is printed, every file that is opened for writing, and every word that a child process gets.
"""

import re
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ispconf.edge.datakey import keygen, unwrapped
from ispconf.edge.secrets import Vault
from ispconf.secret import Secret
from ispconf.simulator import Simulator
from tests.commands.world import BOXES, Isp, Person, founded

MARK = "canario"
SECRETS = 10_000
_PEOPLE, _STRANGERS = 45, 30
_BYTES = f"{MARK}0000000".encode()
_ENCODED = [
    *(b64encode(b"x" * shift + _BYTES)[4 : 4 + 8].decode() for shift in range(3)),
    MARK.encode().hex(),
    MARK[::-1],
]


@dataclass
class Leaks:
    """What was seen of an office, the secrets that it may not show, and files of people's own."""

    isp: Isp
    derived: set[str]
    planted: int
    identity: str
    keys: tuple[bytes, ...]
    own: set[str]
    tokens: list[str] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    worked: set[str] = field(default_factory=set)

    def found(self, text: str) -> str:
        """The first secret in a text, or nothing."""
        for word in (MARK, self.identity, *_ENCODED, *self.tokens, *self._raw()):
            if word in text:
                at = text.index(word)
                return text[max(0, at - 60) : at + 20]
        return next(iter(self.derived.intersection(re.findall("[a-z0-9]{12}", text))), "")

    def _raw(self) -> Iterator[str]:
        for key in self.keys:
            yield key.hex()
            yield b64encode(key).decode()


_watching: list[Leaks] = []


def _heard(event: str, given: tuple[Any, ...]) -> None:
    """Python's own report of what a process does (PEP 578)."""
    for leaks in _watching:
        if event == "subprocess.Popen":
            leaks.seen.append(("the words of a child process", repr(given[:3])))
        elif event == "open" and isinstance(given[0], str):
            mode, flags = given[1] or "", given[2] or 0
            if set(mode) & set("wxa+") or flags & 0b11:
                leaks.opened.add(str(Path(given[0]).absolute()))


sys.addaudithook(_heard)


@contextmanager
def watched(leaks: Leaks) -> Iterator[None]:
    """Sees what is opened and started within the block."""
    _watching.append(leaks)
    try:
        yield
    finally:
        _watching.remove(leaks)


def planted(folder: Path, simulator: Simulator) -> Leaks:
    """A provider in which everything secret is known here."""
    count = 0

    def canary() -> str:
        nonlocal count
        count += 1
        return f"{MARK}{count:07}"

    home = folder / "isp"
    env = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    home.mkdir(parents=True)
    keygen(home, env)
    vault = Vault.open(home, env)
    people, derived = {}, set()
    for number in range(_PEOPLE):
        who, kind = f"p{number:02}", number % 3
        owner = f"{who}/casa"
        sealed = vault.encrypt(canary(), owner, "password").text
        password = (f'!encrypted "{sealed}"', "derived", canary())[kind]
        if kind == 1:
            derived.add(vault.reveal(Secret("derived"), owner, "password"))
        people[who] = Person("norte-1", "pppoe", f"10.20.0.{number + 20}", f"Persona {number}",
                             password=password)  # fmt: skip
    boxes = {"norte-1": BOXES["norte-1"]}
    isp = founded(home, simulator, boxes=boxes, people=people, paid={"p01": "350.00"})
    router = isp.routers["norte-1"]
    secret = canary()
    router.set("/user", "ispconf", password=secret)
    for number in range(_STRANGERS):
        router.add("/ppp/secret", name=f"stranger{number}", password=canary())
    isp.env |= env | {"NORTE_1_PASSWORD": secret}
    isp.write("ispconf.yaml", isp.text("ispconf.yaml") + "roles: {owner: [olga], bot: [bot]}\n")
    isp.commit("Say who is who")
    while count + len(derived) < SECRETS:
        isp.env[f"CI_SECRET_{count}"] = canary()
    text = (folder / ".config/ispconf/age-identity").read_text(encoding="utf-8")
    keys = unwrapped(home, env)
    own = {str(home / f"subscribers/{who}.yaml") for who in people}
    own |= {str(folder / name) for name in (".config/ispconf/age-identity", "editor.py")}
    identity = text.split("\n")[1]
    return Leaks(isp, derived, count + len(derived), identity, (keys.data, keys.root), own)
