"""An administrator who is at the same rows at the same moment, and always a little faster.

For watching what a tool does then. Give a ``Meddler`` to ``Router.before_write`` (or
``after_write``), or set ``Faults.meddle_at_write``.
"""

from collections.abc import Callable
from typing import Protocol

from ispconf.simulator import refusals
from ispconf.simulator.commands import Command, Shell
from ispconf.simulator.device import Device

NOTE = "by hand"


class Sentence(Protocol):
    """A write that a router received."""

    @property
    def path(self) -> str:
        """Its menu."""

    @property
    def verb(self) -> str:
        """What is to be done."""

    @property
    def attributes(self) -> dict[str, str]:
        """With which attributes."""


class Meddler:
    """Does something of his own at the write of a number, counted from 1 from now on."""

    def __init__(self, at: int, deed: Callable[[Sentence], None]) -> None:
        self.at = at
        self.deed = deed
        self.writes = 0

    def __call__(self, heard: Sentence) -> None:
        """Hear of one more write."""
        self.writes += 1
        if self.writes == self.at:
            self.deed(heard)


def be_faster(device: Device, heard: Sentence) -> None:
    """What is to be added is there already, what is to be removed or moved is gone.

    A row that is to be set gets a comment by hand instead of its own. Where the router refuses
    him (a built-in row, a session), he shrugs.
    """
    given = {name: text for name, text in heard.attributes.items() if name in (".id", "numbers")}
    deeds = {
        "add": Command(heard.path, "add", {**heard.attributes, "comment": NOTE}),
        "set": Command(heard.path, "set", {**given, "comment": NOTE}),
        "remove": Command(heard.path, "remove", given),
        "move": Command(heard.path, "remove", given),
    }
    if heard.verb in deeds:
        try:
            Shell(device, by="admin").run(deeds[heard.verb])
        except refusals.RefusalError as refusal:
            device.log("system,error", refusal.message)
