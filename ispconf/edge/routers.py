"""RouterOS over the API: what a router is, the rows of its menus, and orders that change them.

A ``Reader`` can only read (P-24); a ``Line`` also takes orders. Knows which columns are compared
(``routeros.tables``) and that a failed read is never an empty one (P-7). Knows nothing of plans:
which orders depend on which, and what to do after a failure, is up to who gives them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ispconf.edge.dialling import Address, Tls, dialled
from ispconf.edge.pace import Pace
from ispconf.edge.pausing import collector_paused
from ispconf.edge.sentences import Fields
from ispconf.edge.troubles import (
    READING,
    Answer,
    Cause,
    ConnectionLostError,
    RouterError,
    broken,
    explained,
)
from ispconf.edge.wire import FAILURES, Command, Wire, Words
from ispconf.routeros.orders import columns
from ispconf.routeros.rows import Row
from ispconf.routeros.scripts import grant
from ispconf.routeros.tables import TABLES, live_rows

__all__ = [
    "Address",
    "Answer",
    "Cause",
    "ConnectionLostError",
    "Facts",
    "Line",
    "Reader",
    "RouterError",
    "Tls",
    "connected",
    "reading",
]

_READS = 16  # prints at a time; a router that is asked for 25 things at once has been seen to hang


class Facts(NamedTuple):
    """What a router says of itself and of the user we are there.

    ``policies`` is what the user's group allows; empty when the user may not know.
    """

    version: str
    identity: str
    board: str
    policies: frozenset[str]

    def lacking(self, *needed: str) -> tuple[str, ...]:
        """The policies that the user is known not to have."""
        return tuple(name for name in needed if self.policies and name not in self.policies)


class Reader:
    """A connection that can only read: its commands end in ``print`` or ``getall``."""

    def __init__(self, wire: Wire, address: Address) -> None:
        self._wire = wire
        self._address = address
        self.facts = Facts("", "", "", frozenset())
        self.facts = self._look()

    def read(self, paths: Iterable[str]) -> dict[str, tuple[Row, ...]]:
        """The whole rows of these menus, by one print each, only the columns that are compared.

        A menu that the router says it does not have is left out.

        Raises:
            RouterError: any of them could not be read to its end; none is given then (P-7).
        """
        return self.read_with(paths)[0]

    def read_with(
        self, paths: Iterable[str], *beside: Words
    ) -> tuple[dict[str, tuple[Row, ...]], list[list[Fields]]]:
        """``read``, and what is asked beside it in the same flight; nothing where that is refused.

        Raises:
            RouterError: one of the menus could not be read to its end, or the line broke.
        """
        wanted = tuple(dict.fromkeys(paths))
        with collector_paused():
            commands = self._asked((*(columns(path) for path in wanted), *beside))
            there = {
                path: command
                for path, command in zip(wanted, commands, strict=False)
                if not self._missing(command)
            }
            replies = self._answered(list(there.values()))
            state = {
                path: live_rows(TABLES[path], rows)
                for path, rows in zip(there, replies, strict=True)
            }
        return state, [[] if each.traps else each.rows for each in commands[len(wanted) :]]

    def ask(self, *requests: Words) -> list[list[Fields]]:
        """What each request prints, with the columns it names; texts as the router has them.

        Raises:
            RouterError: one of them was refused, or not answered to its end.
        """
        return self._answered(self._asked(requests))

    def attempt(self, *requests: Words) -> list[tuple[list[Fields], RouterError | None]]:
        """What each request prints, or why it was refused; one refusal does not spoil the others.

        Raises:
            RouterError: the line broke.
        """
        return [
            (each.rows, self._address.trouble(*self._explained(each)) if each.traps else None)
            for each in self._asked(requests)
        ]

    def _missing(self, command: Command) -> bool:
        """Whether the router has no such menu, and so no rows there."""
        if not command.traps or command.rows:
            return False
        return self._explained(command)[0] is Cause.MISSING

    def _answered(self, commands: Sequence[Command]) -> list[list[Fields]]:
        for command in commands:
            if command.traps:
                raise self._address.trouble(*self._explained(command))
        return [command.rows for command in commands]

    def abort(self) -> None:
        """Wakes whoever waits on this connection, for good; may be called from another thread."""
        self._wire.abort()

    def grant(self, *policies: str) -> str:
        """What to type on the router so that our user has these policies."""
        return grant(self._address.user, self.facts.version, policies)

    def _asked(self, requests: Iterable[Words]) -> list[Command]:
        commands = [Command(words) for words in requests]
        if not all(command.words[0].rpartition("/")[2] in READING for command in commands):
            raise ValueError("a reader can only read")
        try:
            self._wire.talk(commands, Pace.fixed(_READS))
        except FAILURES as error:
            self._wire.close()
            menu = next(c.words[0].rpartition("/")[0] for c in commands if not c.done)
            why = broken(error, self._address.silence)
            problem = f"{menu} was not read to its end: {why}"
            raise self._address.trouble(Cause.LOST, problem) from error
        except BaseException:
            self._wire.close()  # what was asked for may still come: nobody would know what it is
            raise
        return commands

    def _explained(self, command: Command) -> tuple[Cause, str]:
        return explained(
            "; ".join(command.traps), self._address.user, command.words[0], self.facts.version
        )

    def _look(self) -> Facts:
        user = self._address.user
        commands = self._asked(
            (
                ("/system/resource/print", "=.proplist=version,board-name"),
                ("/system/identity/print", "=.proplist=name"),
                ("/user/print", "=.proplist=group", f"?name={user}"),
                ("/user/group/print", "=.proplist=name,policy"),
            )
        )
        for command in commands[:2]:  # who may not see users and groups has unknown policies
            if command.traps or not command.rows:
                command.traps = command.traps or ["nothing was answered"]
                raise self._address.trouble(*self._explained(command))
        resource, identity, users, groups = (command.rows for command in commands)
        group = users[0].get("group") if users else None
        held = next((g.get("policy", "") for g in groups if g.get("name") == group), "")
        return Facts(
            resource[0].get("version", "").partition(" ")[0],
            identity[0].get("name", ""),
            resource[0].get("board-name", ""),
            frozenset(name for name in held.split(",") if name and not name.startswith("!")),
        )


class Line(Reader):
    """A connection that reads and takes orders, at the pace that the router has shown to bear."""

    def __init__(self, wire: Wire, address: Address) -> None:
        super().__init__(wire, address)
        self._pace = Pace()

    def run(
        self,
        orders: Sequence[Words],
        answered: Callable[[int, Answer], None] | None = None,
        *,
        pace: Pace | None = None,
    ) -> list[Answer]:
        """Sends the orders, as many unanswered as the line's pace says, and gives all answers.

        A refused order does not stop the others. RouterOS does not promise to take them in order:
        what depends on another one belongs in a later call. ``answered`` hears of each as it is
        finished, with its place; when it raises, the connection is closed.

        Raises:
            ConnectionLostError: the connection ended, with what is known of each order.
        """
        commands = [Command(words) for words in orders]

        def hear(at: int, command: Command) -> None:
            if answered:
                answered(at, _answer(command))

        try:
            self._wire.talk(commands, pace or self._pace, hear)
        except FAILURES as error:
            self._wire.close()
            raise self._lost(commands, error) from error
        except BaseException:
            self._wire.close()
            raise
        return [_answer(command) for command in commands]

    def explained(self, order: Words, message: str) -> str:
        """The router's complaint about an order, with what to try where we know it."""
        return self._explained(Command(order, traps=[message]))[1]

    def _lost(self, commands: Sequence[Command], error: Exception) -> ConnectionLostError:
        known = {at: _answer(command) for at, command in enumerate(commands) if command.done}
        unknown = tuple(at for at, c in enumerate(commands) if c.sent and not c.done)
        unsent = tuple(at for at, c in enumerate(commands) if not c.sent)
        why = broken(error, self._address.silence)
        problem = f"{why} ({len(known)} of {len(commands)} orders answered, {len(unknown)} unknown)"
        return ConnectionLostError(self._address.router, problem, known, unknown, unsent)


def _answer(command: Command) -> Answer:
    return Answer(not command.traps, command.ret, "; ".join(command.traps))


@contextmanager
def reading(address: Address) -> Iterator[Reader]:
    """A connection to look through, closed at the end.

    Raises:
        RouterError: which step failed, the message, what to try.
    """
    with dialled(address) as wire:
        yield Reader(wire, address)


@contextmanager
def connected(address: Address) -> Iterator[Line]:
    """A connection to read from and write to, closed at the end.

    Raises:
        RouterError: which step failed, the message, what to try.
    """
    with dialled(address) as wire:
        yield Line(wire, address)
