r"""A small part of RouterOS' scripting language: commands on rows, found by their properties.

What it takes, one command a line or behind ``;``::

    # a comment
    /ip firewall filter set [find where comment~"^mine( |\$)" and chain="forward"] disabled="yes"
    /ppp/secret/add name="ana" password="x"
    /ip firewall filter move [find where comment="a"] destination=[find where comment="b"]
    :do { /ppp profile remove [find where name="x"] } on-error={ }

Strings have the escapes of RouterOS. ``set``, ``remove`` and ``move`` of nothing found do nothing;
a place that is not found is an error. Everything else (variables, loops, functions) is an error,
which ends the script and is logged, unless an ``on-error`` catches it. Expressions are Python's,
which for the usual marks are those of POSIX.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ispconf.simulator import printing
from ispconf.simulator.commands import Command, Shell
from ispconf.simulator.device import Device
from ispconf.simulator.refusals import RefusalError

_ESCAPES: Final = {
    "n": "\n", "r": "\r", "t": "\t", "_": " ", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    '"': '"', "\\": "\\", "$": "$", "?": "?",
}  # fmt: skip
_VERBS: Final = frozenset({"set", "remove", "move", "enable", "disable", "unset", "run"})
_HEX: Final = re.compile(r"[0-9A-F]{2}")
_NAME: Final = re.compile(r"[a-z0-9.-]+")
_BARE: Final = re.compile(r"[^\s;{}\[\]\"]+")
_SPACE: Final = re.compile(r"(?:[ \t\r]|\\\r?\n)*")
_BETWEEN: Final = re.compile(r"(?:[\s;]|\\\r?\n|#[^\n]*)*")


class ScriptError(Exception):
    """The script cannot be understood, or a command of it was refused."""


class Find(NamedTuple):
    """``[find where ...]``: property, ``=`` or ``~``, and a text, all of which must hold."""

    tests: Sequence[tuple[str, str, str]]


Value = str | Find


@dataclass(slots=True)
class Order:
    """A command of a script."""

    words: list[str] = field(default_factory=list)
    numbers: Value | None = None
    attributes: dict[str, Value] = field(default_factory=dict)


class Try(NamedTuple):
    """``:do { } on-error={ }``."""

    body: "Sequence[Order | Try]"
    otherwise: "Sequence[Order | Try]"


def parsed(source: str) -> Sequence[Order | Try]:
    """The statements of a script.

    Raises:
        ScriptError: something that is not understood.
    """
    reader = _Reader(source)
    found = list(reader.statements())
    if reader.at < len(source):
        raise ScriptError(f"syntax error at {source[reader.at : reader.at + 20]!r}")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _take(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def _need(self, text: str) -> None:
        self._match(_SPACE)
        if not self._take(text):
            said = self.text[self.at : self.at + 20]
            raise ScriptError(f"syntax error: expected {text} at {said!r}")

    def statements(self) -> Iterator[Order | Try]:
        while True:
            self._match(_BETWEEN)
            if self.at >= len(self.text) or self.text[self.at] == "}":
                return
            if self._take(":do"):
                body = self._block()
                self._need("on-error=")
                yield Try(body, self._block())
            elif self._take(":put"):
                self._match(_SPACE)
                self._value()
            else:
                yield self._order()

    def _block(self) -> Sequence[Order | Try]:
        self._need("{")
        found = list(self.statements())
        self._need("}")
        return found

    def _order(self) -> Order:
        order = Order()
        if self.text[self.at] != "/":
            raise ScriptError(f"not simulated: {self.text[self.at : self.at + 20]!r}")
        while True:
            self._match(_SPACE)
            if self.at >= len(self.text) or self.text[self.at] in "\n;}":
                return order
            if self.text[self.at] in '["':
                order.numbers = self._value()
            elif self._take("!"):
                order.attributes[f"!{self._match(_NAME)}"] = ""
            elif not self._word(order):
                raise ScriptError(f"syntax error at {self.text[self.at : self.at + 20]!r}")

    def _word(self, order: Order) -> bool:
        """A word of the path, or an attribute with its value."""
        start = self.at
        self._take("/")
        name = self._match(_NAME)
        if self._take("="):
            order.attributes[name] = self._value()
            return True
        self.at = start
        word = self._match(_BARE)
        if order.words and order.words[-1] in _VERBS:
            order.numbers = word
            return bool(word)
        order.words += word.strip("/").split("/")
        return bool(word)

    def _value(self) -> Value:
        if self._take('"'):
            return self._string()
        if self._take("["):
            return self._find()
        return self._match(_BARE)

    def _string(self) -> str:
        out = bytearray()
        while not self._take('"'):
            if self.at >= len(self.text):
                raise ScriptError("syntax error: a string does not end")
            letter = self.text[self.at]
            self.at += 1
            if letter == "$":
                raise ScriptError("not simulated: variables")
            out += self._escape() if letter == "\\" else letter.encode("utf-8", "surrogateescape")
        return out.decode("utf-8", "surrogateescape")

    def _escape(self) -> bytes:
        code = self._match(_HEX)
        if code:
            return bytes([int(code, 16)])
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter not in _ESCAPES:
            raise ScriptError(f"syntax error: \\{letter} in a string")
        return _ESCAPES[letter].encode()

    def _find(self) -> Find:
        self._need("find")
        tests: list[tuple[str, str, str]] = []
        self._match(_SPACE)
        self._take("where")
        while True:
            self._match(_SPACE)
            if self._take("]"):
                return Find(tests)
            if tests:
                self._need("and")
                self._match(_SPACE)
            name = self._match(_NAME)
            sign = next((each for each in "=~" if self._take(each)), "")
            wanted = self._value() if sign else Find(())
            if not name or not isinstance(wanted, str):
                raise ScriptError(f"syntax error at {self.text[self.at : self.at + 20]!r}")
            tests.append((name, sign, wanted))


def run(device: Device, source: str) -> None:
    """Does what a script says, as the administrator; an error that nobody catches is logged."""
    try:
        _all(device, parsed(source))
    except ScriptError as error:
        device.log("script,error", f"executing script failed: {error}")


def _all(device: Device, statements: Sequence[Order | Try]) -> None:
    for each in statements:
        if isinstance(each, Order):
            _do(device, each)
            continue
        try:
            _all(device, each.body)
        except ScriptError:
            _all(device, each.otherwise)


def _do(device: Device, order: Order) -> None:
    *path, verb = order.words
    menu = "/" + "/".join(path)
    try:
        given = {name: _text(device, menu, each) for name, each in order.attributes.items()}
        if order.numbers is not None:
            found = _ids(device, menu, order.numbers)
            if not found:
                return
            given["numbers"] = ",".join(found)
        Shell(device).run(Command(menu, verb, given))
    except RefusalError as refusal:
        raise ScriptError(refusal.message) from refusal


def _text(device: Device, menu: str, value: Value) -> str:
    """A value; one that is found must be exactly one row."""
    if isinstance(value, str):
        return value
    found = _ids(device, menu, value)
    if len(found) != 1:
        raise ScriptError("no such item" if not found else "more than one item")
    return found[0]


def _ids(device: Device, menu: str, value: Value) -> list[str]:
    if isinstance(value, str):
        return [value]
    table = device.table(menu)
    columns = {column.name: column for column in printing.columns(device, table.menu)}
    tests = [_test(name, sign, wanted) for name, sign, wanted in value.tests]
    found = []
    for row in table:
        shown = printing.as_dict(device, row, list(columns.values()))
        if all(test(shown) for test in tests):
            found.append(row.key)
    return found


def _test(name: str, sign: str, wanted: str) -> Callable[[dict[str, str]], bool]:
    if sign == "=":
        return lambda shown: shown.get(name, "") == wanted
    try:
        pattern = re.compile(wanted)
    except re.error as error:
        raise ScriptError(f"bad regular expression: {error}") from error
    return lambda shown: pattern.search(shown.get(name, "")) is not None
