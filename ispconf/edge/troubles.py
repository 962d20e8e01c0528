"""What can go wrong between us and a router, in one sentence each: what happened and what to try.

Knows the words; who finds the trouble passes in the facts.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from librouteros.exceptions import FatalError, ProtocolError

from ispconf.edge.wire import SilentError
from ispconf.errors import IncompleteError
from ispconf.escape import terminal
from ispconf.routeros.scripts import grant

READING = frozenset({"print", "getall"})
"""The verbs that change nothing (P-24)."""


class Cause(StrEnum):
    """The kinds of trouble; each asks for something else to be done about it."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TLS = "tls"
    LOGIN = "login"
    PERMISSION = "permission"
    MISSING = "missing"
    ANSWER = "answer"
    LOST = "lost"


class Answer(NamedTuple):
    """What the router said to one order: the id of an added row (``ret``), or its complaint."""

    ok: bool
    ret: str = ""
    message: str = ""


class RouterError(IncompleteError):
    """One router could not be reached or wholly read; ``problem`` is one line without its name."""

    def __init__(self, router: str, cause: Cause, problem: str) -> None:
        self.router = router
        self.cause = cause
        self.problem = terminal(problem)
        super().__init__(f"{router}: {self.problem}")


class ConnectionLostError(RouterError):
    """The connection ended while orders were under way.

    The orders' places: ``answered`` with what was said, ``unknown`` may or may not have taken
    effect, ``unsent`` never left.
    """

    def __init__(
        self,
        router: str,
        problem: str,
        answered: Mapping[int, Answer],
        unknown: tuple[int, ...],
        unsent: tuple[int, ...],
    ) -> None:
        super().__init__(router, Cause.LOST, problem)
        self.answered = answered
        self.unknown = unknown
        self.unsent = unsent


def broken(error: Exception, silence: float) -> str:
    """Why a connection that stood is of no more use; ``silence`` is the seconds that were borne."""
    if isinstance(error, SilentError):
        return f"nothing was heard for {silence:g} s (router busy, or VPN down?)"
    if isinstance(error, FatalError):
        return f"the router ended the connection: {error}"
    if isinstance(error, ProtocolError):
        return f"{error} (another service on this port?)"
    return f"the connection was lost ({error}); rebooted, or VPN down?"


def explained(message: str, user: str, path: str, version: str) -> tuple[Cause, str]:
    """A trap in the router's words, with what to try where we know it."""
    menu, _, verb = path.rpartition("/")
    if message.startswith("not enough permissions"):
        deed = "read" if verb in READING else "write"
        policies = ("api", "read") if deed == "read" else ("api", "read", "write")
        return Cause.PERMISSION, (
            f'user "{user}" may not {deed} {menu}: {message}; on the router: '
            f"{grant(user, version, policies)}"
        )
    if message.startswith("no such command"):
        return Cause.MISSING, (
            f"RouterOS {version} has no {menu}: {message}; is a package or a newer version missing?"
        )
    return Cause.ANSWER, f"{menu}: {message}"
