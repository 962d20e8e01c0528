"""Where things stand in a YAML file, and what is wrong with a file that is not accepted.

The second look at a file: taken only when something has to be said about it. Knows lines, columns
and wording; knows nothing of what a key means. Whatever ``yamltext.parse`` refuses has a flaw here.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from ispconf.edge.yamltext import DEEPEST, ENCRYPTED, UNUSUAL, decode
from ispconf.escape import CONTROL

_Event = Any  # the stubs do not say that every event of a node has an anchor and a tag

Path = tuple[str | int, ...]


class Spot(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


class Place(NamedTuple):
    """Where a value stands, and its key when it has one."""

    key: Spot
    value: Spot


class Flaw(NamedTuple):
    """One thing that the format does not accept."""

    spot: Spot
    message: str


class Look(NamedTuple):
    """All that the second look at a file finds; ``places`` is partial when there are flaws."""

    places: dict[Path, Place]
    flaws: list[Flaw]


_SAYINGS: Final = {
    "\t": "a tab; use spaces",
    "\r": "a line that ends in a carriage return alone; use LF or CRLF",
    "\ufeff": "a byte order mark inside the file",
}


def look(data: bytes) -> Look:
    """Places of every key and value by path, and every flaw in the order of the file."""
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - before.rfind(b"\n")
        spot = Spot(before.count(b"\n") + 1, column)
        return Look({}, [Flaw(spot, f"is not UTF-8 (byte 0x{data[error.start]:02x})")])
    if unusual := _unusual(text):
        return Look({}, unusual)
    walk = _Walk(text)
    walk.stream()
    return Look(walk.places, walk.flaws)


def _unusual(text: str) -> list[Flaw]:
    """One flaw for each line that holds a character no file may hold."""
    flaws: dict[int, Flaw] = {}
    for found in UNUSUAL.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = _SAYINGS.get(found[0], f"a control character (U+{ord(found[0]):04X})")
        flaws.setdefault(line, Flaw(Spot(line, column), message))
    return list(flaws.values())


class _StopError(Exception):
    """What follows cannot be read."""


class _Walk:
    """One pass over the events of a text that collects places and flaws."""

    def __init__(self, text: str) -> None:
        self.places: dict[Path, Place] = {}
        self.flaws: list[Flaw] = []
        self._get: Callable[[], Any] = CParser(text).get_event

    def stream(self) -> None:
        """The whole text; a syntax error is the last flaw."""
        try:
            self._get()
            event = self._get()
            if isinstance(event, DocumentStartEvent):
                self._document(event)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            around = f" ({error.context})" if error.context else ""
            spot = Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)
            self.flaws.append(Flaw(spot, f"is not YAML: {error.problem}{around}"))
        except YAMLError as error:
            self.flaws.append(Flaw(Spot(1, 1), f"is not YAML: {error}"))
        except _StopError:
            pass

    def _flaw(self, event: _Event, message: str) -> None:
        self.flaws.append(Flaw(_spot(event), message))

    def _document(self, event: DocumentStartEvent) -> None:
        if event.version or event.tags:
            self._flaw(event, "a YAML directive; remove the line that starts with %")
        first = self._get()
        if isinstance(first, ScalarEvent) and (first.value or not first.implicit[0]):
            self._flaw(first, "a text alone; a file holds lines of key: value or a list")
        self._node(first, (), _spot(first))
        self._get()
        following = self._get()
        if not isinstance(following, StreamEndEvent):
            self._flaw(following, "a second document; one file holds one")

    def _node(self, event: _Event, path: Path, key: Spot) -> str | None:
        """Notes a value and all below it; gives the text of a scalar."""
        self.places[path] = Place(key, _spot(event))
        self._marks(event)
        if isinstance(event, ScalarEvent):
            return str(event.value)
        if isinstance(event, AliasEvent):
            return None
        if len(path) >= DEEPEST:
            self._flaw(event, f"is nested more than {DEEPEST} levels deep")
            raise _StopError
        if isinstance(event, MappingStartEvent):
            self._mapping(path)
        else:
            self._sequence(path)
        return None

    def _marks(self, event: _Event) -> None:
        """Anchors, aliases, tags and control characters of one event."""
        if isinstance(event, AliasEvent):
            self._flaw(event, "an alias; write the value out")
            return
        if event.anchor is not None:
            hint = "; quote a value that starts with &" if isinstance(event, ScalarEvent) else ""
            self._flaw(event, f"an anchor; write the value out{hint}")
        if event.tag is not None and not (
            event.tag == ENCRYPTED and isinstance(event, ScalarEvent) and event.value
        ):
            said = "needs a value" if event.tag == ENCRYPTED else f"the tag {event.tag}"
            self._flaw(event, f"{said}; the only tag is {ENCRYPTED}")
        if isinstance(event, ScalarEvent) and (found := CONTROL.search(event.value)):
            self._flaw(event, f"a control character (U+{ord(found[0]):04X})")

    def _mapping(self, path: Path) -> None:
        seen: dict[str, Spot] = {}
        while not isinstance(event := self._get(), MappingEndEvent):
            spot = _spot(event)
            name = self._key(event, path, spot)
            if name in seen:
                self._flaw(event, f'"{name}" is written twice (first on line {seen[name].line})')
            seen.setdefault(name, spot)
            self._node(self._get(), (*path, name), spot)

    def _key(self, event: _Event, path: Path, spot: Spot) -> str:
        """The text of a key, whatever stands there."""
        known = len(self.flaws)
        text = self._node(event, (*path, ""), spot)
        del self.places[(*path, "")]
        if isinstance(event, ScalarEvent) and event.tag == ENCRYPTED and len(self.flaws) == known:
            self._flaw(event, f"a key cannot be {ENCRYPTED}")
        elif not text and len(self.flaws) == known:
            said = "an empty key" if text == "" else "a key that is not text"
            self._flaw(event, said)
        return text or f"?{len(self.places)}"

    def _sequence(self, path: Path) -> None:
        index = 0
        while not isinstance(event := self._get(), SequenceEndEvent):
            if isinstance(event, ScalarEvent) and not event.value and event.implicit[0]:
                self._flaw(event, "an empty item in a list")
            self._node(event, (*path, index), _spot(event))
            index += 1


def _spot(event: _Event) -> Spot:
    return Spot(event.start_mark.line + 1, event.start_mark.column + 1)
