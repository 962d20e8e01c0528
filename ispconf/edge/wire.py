"""The line to a router: bytes in large pieces over a socket, commands told apart by tag.

Knows which reply belongs to which command, and how many commands may be out. Knows nothing of
menus, logins or what a command does.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from librouteros.exceptions import ConnectionClosed, FatalError, ProtocolError

from ispconf.edge.pace import Pace
from ispconf.edge.sentences import STRANGE, Fields, Sentence, decoded, encoded

Words = tuple[str, ...]

FAILURES = (ConnectionClosed, ProtocolError)
"""What a wire raises when it cannot go on; ``SilentError`` and ``FatalError`` are among them."""

_CHUNK = 1 << 18
_LARGEST = 1 << 24  # a router's longest word is a file of 61 kB; more than this is not the API


class SilentError(ConnectionClosed):
    """The other side neither spoke nor listened for as long as is borne."""


@dataclass(slots=True)
class Command:
    """One command and what came back for it; ``done`` says that the router has finished it.

    Its words and rows may hold passwords, so they are not shown.
    """

    words: Words = field(repr=False)
    sent: bool = False
    done: bool = False
    rows: list[Fields] = field(default_factory=list, repr=False)
    traps: list[str] = field(default_factory=list)
    ret: str = ""


class Wire:
    """A connected socket whose time limit is the longest silence that is borne."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self._aborted = False
        self._data = bytearray()
        self._need = 1
        self._names: dict[str, str] = {}
        self._tag = 0

    def use(self, sock: socket.socket) -> None:
        """Goes on over another socket: the next address, or the TLS twin of the one so far."""
        self.socket = sock
        self._check()

    def _check(self) -> None:
        if self._aborted:
            raise ConnectionClosed("given up")

    def send(self, data: bytes) -> None:
        """Sends all of it, or raises one of FAILURES."""
        self._check()
        try:
            self.socket.sendall(data)
        except TimeoutError:
            raise SilentError("it does not take what is sent") from None
        except OSError as error:
            raise ConnectionClosed(error.strerror or str(error)) from error

    def receive(self) -> list[Sentence]:
        """All whole sentences that have come, at least one, or raises one of FAILURES."""
        found: list[Sentence] = []
        while not found:
            if self._need > _LARGEST:
                raise ProtocolError(STRANGE)
            while len(self._data) < self._need:
                self._data += self._piece()
            found, used, reach = decoded(bytes(self._data), self._names)
            del self._data[:used]
            self._need = reach - used
        return found

    def _piece(self) -> bytes:
        try:
            piece = self.socket.recv(_CHUNK)
        except TimeoutError:
            raise SilentError("it says nothing") from None
        except OSError as error:
            raise ConnectionClosed(error.strerror or str(error)) from error
        if not piece:
            raise ConnectionClosed("closed by the other side")
        return piece

    def ask(self, *words: str) -> Command:
        """One command, answered."""
        command = Command(words)
        self.talk([command], Pace.fixed(1))
        return command

    def talk(
        self,
        commands: Sequence[Command],
        pace: Pace,
        finished: Callable[[int, Command], None] | None = None,
    ) -> None:
        """Sends the commands in order, as many unanswered as the pace says, until all are done.

        Replies may come in any order; ``finished`` hears of each command as it is done, with its
        place. What was sent and done is kept in the commands, also when one of FAILURES is raised.
        All are put into bytes before the first is sent: a word that cannot be written stops all.
        """
        first = self._tag + 1
        self._tag += len(commands)
        data = [encoded((*c.words, f".tag={first + at}")) for at, c in enumerate(commands)]
        waiting: dict[str, tuple[int, float]] = {}
        sent = 0
        while waiting or sent < len(data):
            upto = min(len(data), sent + pace.window - len(waiting))
            if sent < upto:
                now = pace.clock()
                for at in range(sent, upto):
                    commands[at].sent = True
                    waiting[str(first + at)] = at, now
                self.send(b"".join(data[sent:upto]))
                sent = upto
            self._take(commands, waiting, pace, finished)

    def _take(
        self,
        commands: Sequence[Command],
        waiting: dict[str, tuple[int, float]],
        pace: Pace,
        finished: Callable[[int, Command], None] | None,
    ) -> None:
        heard = self.receive()
        now, unanswered = pace.clock(), len(waiting)
        for kind, tag, fields in heard:
            if kind == "!fatal":
                raise FatalError(fields.get("") or fields.get("message", "no reason given"))
            if tag not in waiting:
                raise ProtocolError("it answers a command that was not sent")
            at, since = waiting[tag]
            command = commands[at]
            if kind == "!re":
                command.rows.append(fields)
            elif kind == "!trap":
                command.traps.append(fields.get("message", "no message"))
            elif kind == "!done":
                command.ret, command.done = fields.get("ret", ""), True
                pace.answered(since, now, unanswered, refused=bool(command.traps))
                del waiting[tag]
                if finished:
                    finished(at, command)

    def close(self) -> None:
        """Ends the connection; what was sent without an answer stays unknown."""
        self.socket.close()

    def abort(self) -> None:
        """Wakes whoever waits on this wire, for good; may be called from another thread."""
        self._aborted = True
        try:
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
        except OSError:
            return  # not connected yet, or not any more
