"""YAML as nearly every file has it: each key with its value on one line, lists in brackets.

``read`` takes a quarter of the time of a YAML parser, and answers None for anything that needs one,
right or wrong: values that go on, lists of lines, anchors, escapes. Then ``yamltext`` decides. Both
give the same tree, every scalar as text.
"""

import re
from typing import Any, Final

from ispconf.secret import Secret

Node = Any
"""``dict[str, Node]``, ``list[Node]``, ``str``, ``Secret``, or None for a key without a value."""

_KEY: Final = "[a-z0-9][a-z0-9_-]{0,62}"
_LINE: Final = r"-?[^\W_](?:[\w ,;:'@/.()+%-]*[\w,;'@/.()+%-])?"
_WORD: Final = r"-?[^\W_](?:[\w @/.()+%-]*[\w@/.()+%-])?"
_QUOTED: Final = r'"[^"\\\n]*"' + r"|'[^'\n]*'"
_LINES: Final = re.compile(  # a key with what follows it, nothing but a comment, or anything else
    rf"^( *)(?:({_KEY}):(?: +(?:({_LINE})|({_QUOTED})"
    r'|!encrypted "([^"\\\n]+)"|([\[{].*[\]}])))?)? *(?:(?<!\S)#.*)?$|^(.+)$',
    re.MULTILINE,
).findall
_TOKENS: Final = re.compile(
    rf"([\[{{])|([\]}}])|(, ?)|({_KEY}): |(?:({_WORD})|({_QUOTED}))(?=[,\]}}])|(.)"
).findall
_DEEPEST: Final = 8
"""Blocks within blocks, and brackets within brackets, that are read here."""


def read(text: str) -> tuple[dict[str, Node], bool] | None:
    """The tree of a file, and whether some key in it has no value.

    ``text`` has none of the characters that ``yamltext`` calls unusual.
    """
    if text.startswith("- ") or "\n- " in text:  # seen at once, also in a long ledger file
        return None
    try:
        return _blocks(text)
    except ValueError:
        return None


def _blocks(text: str) -> tuple[dict[str, Node], bool]:
    block: dict[str, Node] = {}
    outer: list[tuple[int, dict[str, Node]]] = []
    depth, waiting, empty = 0, "", False  # waiting: a key whose value can be the lines below
    for indent, key, line, quoted, sealed, brackets, other in _LINES(text):
        if other:
            raise ValueError(other)
        if not key:
            continue
        here = len(indent)
        if here > depth and waiting:
            outer.append((depth, block))
            inner: dict[str, Node] = {}
            block[waiting] = inner
            depth, block = here, inner
        elif waiting:
            empty = True
        while here < depth:
            depth, block = outer.pop()
        if here != depth or key in block or ": " in line or len(outer) > _DEEPEST:
            raise ValueError(key)
        block[key] = line or _value(quoted, sealed, brackets)
        waiting = "" if line or quoted or sealed or brackets else key
    if not block:
        raise ValueError(text)
    return (outer[0][1] if outer else block), empty or bool(waiting)


def _value(quoted: str, sealed: str, brackets: str) -> Node:
    """What a key has that is not plain text; None when it has nothing."""
    if quoted:
        return quoted[1:-1]
    if sealed:
        return Secret("encrypted", sealed)
    return _nested(brackets) if brackets else None


def _nested(text: str) -> Node:
    """The value in brackets."""
    held: Node = []
    outer: list[Node] = []
    key, due = "", True  # due: an item can come
    for opening, closing, comma, name, word, quoted, other in _TOKENS(text):
        named = held.__class__ is dict
        if comma and not due and outer:
            due = True
        elif closing and outer and not key and not (due and held) and (closing == "}") == named:
            held, due = outer.pop(), False
        elif name and named and due and not key and name not in held:
            key = name
        elif (
            (other or closing or comma or name)
            or not due
            or named != bool(key)
            or len(outer) > _DEEPEST
        ):
            raise ValueError(text)
        else:
            value: Node = word or (quoted[1:-1] if quoted else {} if opening == "{" else [])
            if named:
                held[key] = value
            else:
                held.append(value)
            key, due = "", False
            if opening:
                outer.append(held)
                held, due = value, True
    if outer or len(held) != 1:
        raise ValueError(text)
    return held[0]
