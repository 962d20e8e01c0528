"""Sentences of the RouterOS API over a socket: bytes in large pieces, commands told apart by tag.

Knows how words are framed, how bytes become text and which reply belongs to which command. Knows
nothing of menus, logins or what a command does. Words are written by librouteros' protocol layer;
reading is our own, because there it takes two system calls a word, drops letters that are not ASCII
and makes numbers and truth of values (``0123``, ``yes``) that must come back as they were.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from librouteros.exceptions import ConnectionClosed, FatalError, ProtocolError
from librouteros.protocol import encode_sentence

Words = tuple[str, ...]
Fields = dict[str, str]
Sentence = tuple[str, str, Fields]
"""Reply word, tag, attributes; a bare word (the reason of ``!fatal``) stands under ""."""

FAILURES = (ConnectionClosed, ProtocolError)
"""What a wire raises when it cannot go on; ``SilentError`` and ``FatalError`` are among them."""

_CHUNK = 1 << 18
_LARGEST = 1 << 24  # a router's longest word is a file of 61 kB; more than this is not the API
_LONG = 0x80  # from here on the first byte of a length says how many follow
_FORMS = (0x80, 0xC0, 0xE0, 0xF0)
_MASKS = (0x7F, 0x3FFF, 0x1FFFFF, 0xFFFFFFF, 0xFFFFFFFF)
_EQUAL, _DOT, _MARK = b"=.!"
_STRANGE = "what it says is not the RouterOS API"


class SilentError(ConnectionClosed):
    """The other side neither spoke nor listened for as long as is borne."""


def encoded(words: Iterable[str]) -> bytes:
    """The sentence as bytes, text as UTF-8.

    Raises:
        ValueError: a word is empty, which would end the sentence, or cannot be written as UTF-8.
    """
    held = tuple(words)
    if not all(held):
        raise ValueError("an empty word would end the sentence early")
    return encode_sentence(*held, encoding="utf-8")


def readable(text: str) -> str:
    """Text that was taken from bytes as latin-1, in the encoding it was probably written in.

    RouterOS keeps bytes: UTF-8 from us and WebFig, the Windows code page from WinBox 3. The five
    bytes that cp1252 leaves undefined stay what they are in latin-1, so nothing is lost.
    """
    if text.isascii():
        return text
    raw = text.encode("latin-1")
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text


def decoded(data: bytes, names: dict[str, str]) -> tuple[list[Sentence], int, int]:
    """The whole sentences in data, where they end, and how far data must reach for the next one.

    The bytes become text once for all; only sentences that are not ASCII are looked at again.
    ``names`` keeps one copy of each attribute's name.

    Raises:
        ProtocolError: the first sentence is none that a router says.
    """
    text = data.decode("latin-1")
    plain = data.isascii()
    found: list[Sentence] = []
    begin = 0
    try:
        while True:
            kind, tag, fields, end = _sentence(data, text, begin, names)
            if not plain and not text[begin:end].isascii():
                for name, value in fields.items():
                    if not value.isascii():
                        fields[name] = readable(value)
            if kind:
                found.append((kind, tag, fields))
            begin = end
    except _ShortError as short:
        return found, begin, short.reach
    except ProtocolError:
        if not found:
            raise
        return found, begin, 0  # those before it are good and may be answers; it comes again


def _sentence(
    data: bytes, text: str, at: int, names: dict[str, str]
) -> tuple[str, str, Fields, int]:
    """Reply word, tag and attributes of the sentence that begins there, and where it ends."""
    kind = tag = ""
    fields = Fields()
    find, known = text.find, names.setdefault
    try:
        while length := data[at]:
            at += 1
            if length >= _LONG:
                length, at = _long(data, at - 1)
            end = at + length
            first = data[at]
            if first == _EQUAL:
                at += 1
                equal = find("=", at, end)
                if equal < 0:
                    equal = end
                name = text[at:equal]
                fields[known(name, name)] = text[equal + 1 : end]
            elif first == _DOT:
                tag = text[at + 5 : end]
            elif not kind and first == _MARK:
                kind = text[at:end]
            elif kind:
                fields[""] = text[at:end]
            else:
                raise ProtocolError(_STRANGE)
            at = end
    except IndexError:
        raise _ShortError(max(at, len(data)) + 1) from None
    if not kind and (fields or tag):  # only an empty sentence means nothing
        raise ProtocolError(_STRANGE)
    return kind, tag, fields, at + 1


class _ShortError(Exception):
    def __init__(self, reach: int) -> None:
        self.reach = reach


def _long(data: bytes, at: int) -> tuple[int, int]:
    """A length of two to five bytes, and where its word begins."""
    extra = sum(data[at] >= first for first in _FORMS)
    if at + extra >= len(data):
        raise IndexError
    return int.from_bytes(data[at : at + extra + 1], "big") & _MASKS[extra], at + extra + 1


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
                raise ProtocolError(_STRANGE)
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
        self.talk([command], 1)
        return command

    def talk(
        self,
        commands: Sequence[Command],
        window: int,
        finished: Callable[[int, Command], None] | None = None,
    ) -> None:
        """Sends the commands in order, at most ``window`` unanswered, until all are done.

        Replies may come in any order; ``finished`` hears of each command as it is done, with its
        place. What was sent and done is kept in the commands, also when one of FAILURES is raised.
        All are put into bytes before the first is sent: a word that cannot be written stops all.
        """
        first = self._tag + 1
        self._tag += len(commands)
        data = [encoded((*c.words, f".tag={first + at}")) for at, c in enumerate(commands)]
        waiting: dict[str, int] = {}
        sent = 0
        while waiting or sent < len(data):
            upto = min(len(data), sent + window - len(waiting))
            if sent < upto:
                for at in range(sent, upto):
                    commands[at].sent = True
                    waiting[str(first + at)] = at
                self.send(b"".join(data[sent:upto]))
                sent = upto
            self._take(commands, waiting, finished)

    def _take(
        self,
        commands: Sequence[Command],
        waiting: dict[str, int],
        finished: Callable[[int, Command], None] | None,
    ) -> None:
        for kind, tag, fields in self.receive():
            if kind == "!fatal":
                raise FatalError(fields.get("") or fields.get("message", "no reason given"))
            at = waiting.get(tag)
            if at is None:
                raise ProtocolError("it answers a command that was not sent")
            command = commands[at]
            if kind == "!re":
                command.rows.append(fields)
            elif kind == "!trap":
                command.traps.append(fields.get("message", "no message"))
            elif kind == "!done":
                command.ret, command.done = fields.get("ret", ""), True
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
