"""YAML as text: bytes in, a tree of dicts, lists and strings out, nothing guessed.

Knows what of YAML the repository may use: one document, text scalars (``no`` is two letters,
``350.10`` keeps its zero), ``!encrypted``. Refuses what two readers could read differently:
duplicate keys, anchors, aliases, other tags, tabs, directives, control characters. Knows nothing
of what a key means; ``edge.places`` knows where each one stands and what is wrong with a file.

libyaml's events with this builder are about twice as fast as PyYAML's own C loader, which is YAML
1.1 and loses duplicate keys; ruamel.yaml (YAML 1.2) is forty times slower and serves the edits and
the fuzz test that compares both.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from ispconf.escape import CONTROL
from ispconf.secret import Secret

Node = Any
"""``dict[str, Node]``, ``list[Node]``, ``str``, ``Secret``, or None for a key without a value."""

ENCRYPTED: Final = "!encrypted"
DEEPEST: Final = 24
"""Levels of nesting that are read; the deepest file of the format has 6."""

UNUSUAL: Final = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)"
)
"""Characters that no file may hold: tabs, control characters, line ends of YAML 1.1 only."""


class Tree(NamedTuple):
    """A file as text. ``empty``: some key has no value (None), which means absent."""

    root: Node
    empty: bool


class OddError(Exception):
    """Something in the text is not accepted; ``edge.places.flaws`` says what and where."""


class _NoKey:
    """Stands where a mapping waits for its next key."""


_NO_KEY: Final = _NoKey()


def decode(data: bytes) -> str:
    """The file's text without a byte order mark; raises UnicodeDecodeError."""
    text = data.decode("utf-8")
    return text.removeprefix("\ufeff")


def parse(data: bytes) -> Tree:
    """The tree of one file.

    Raises:
        OddError: not UTF-8, not YAML, or YAML that the format does not accept.
    """
    try:
        text = decode(data)
        if UNUSUAL.search(text):
            raise OddError
        return _build(text)
    except (UnicodeDecodeError, YAMLError) as error:
        raise OddError from error


def _build(text: str) -> Tree:  # noqa: C901, PLR0912, PLR0915  one hot loop: calls double it
    """The tree of one document; a stack instead of recursion, one pass over the events."""
    get: Callable[[], Any] = CParser(text).get_event
    get()  # the start of the stream
    event = get()
    if event.__class__ is StreamEndEvent:
        return Tree(None, empty=False)
    if not isinstance(event, DocumentStartEvent) or event.version or event.tags:
        raise OddError
    escapes = "\\" in text
    empty = False
    stack: list[tuple[Node, str | _NoKey]] = []
    container: Node = []  # holds the root
    key: str | _NoKey = _NO_KEY
    while True:
        event = get()
        kind = event.__class__
        if kind is ScalarEvent:
            value: Node = event.value
            if escapes or not value or event.tag is not None or event.anchor is not None:
                value = _scalar(event, escapes=escapes)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            container, key = stack.pop()
            if not stack:
                break
            continue
        elif event.anchor is None and event.tag is None and len(stack) < DEEPEST:
            value = {} if kind is MappingStartEvent else []
        else:
            raise OddError
        if container.__class__ is list:
            if value is None and stack:
                raise OddError
            container.append(value)
        elif key is _NO_KEY:
            if value.__class__ is not str or not value or value in container:
                raise OddError
            key = value
            continue
        else:
            container[key] = value
            empty = empty or value is None
            key = _NO_KEY
        if kind is not ScalarEvent:
            stack.append((container, key))
            container, key = value, _NO_KEY
        elif not stack:
            if value is not None:
                raise OddError  # a text alone: no file is one, and readers differ in its lines
            break
    get()  # the end of the document
    if get().__class__ is not StreamEndEvent:
        raise OddError
    return Tree(container[0], empty)


def _scalar(event: ScalarEvent, *, escapes: bool) -> Node:
    """The text of a scalar, a Secret for ``!encrypted``, None for nothing at all."""
    text: str = event.value
    if event.anchor is not None or (escapes and CONTROL.search(text)):
        raise OddError
    if event.tag is None:
        return None if not text and event.implicit[0] else text
    if event.tag == ENCRYPTED and text:
        return Secret("encrypted", text)
    raise OddError
