"""Values as text of YAML: a whole file, a fact in a row, one scalar.

Knows how ispconf writes what it writes itself. How a value gets into a file that somebody else
wrote is for ``edits``.
"""

from collections.abc import Mapping
from typing import Any, Final

from ispconf.edge.yamltext import ENCRYPTED
from ispconf.ledger import lines
from ispconf.secret import Secret

Value = Any
"""Text, a Secret, a mapping or list of them, or None: the key is taken away."""

_DEEP: Final = 3
"""Services, the service's id and its keys are blocks; what is below stands in a row."""


def written(tree: Mapping[str, Value]) -> bytes:
    """A whole file that says this, mappings as blocks and the facts within them in a row."""
    return "".join(f"{line}\n" for line in _block(tree, 0)).encode()


def _block(tree: Mapping[str, Value], depth: int) -> list[str]:
    """A mapping as lines."""
    out = []
    for key, value in tree.items():
        name = f"{'  ' * depth}{lines.scalar(key)}:"
        if isinstance(value, Mapping) and value and depth < _DEEP and _tall(value, depth):
            out += [name, *_block(value, depth + 1)]
        elif value is not None:
            out.append(f"{name} {flow(value)}")
    return out


def _tall(value: Mapping[str, Value], depth: int) -> bool:
    """Whether a mapping is better read as lines: one with mappings in it, and an access block."""
    nested = any(isinstance(each, Mapping) for each in value.values())
    return nested or "type" in value or (depth > 0 and "plan" in value)


def flow(value: Value) -> str:
    """A value in a row."""
    if isinstance(value, Secret):
        return f"{ENCRYPTED} {lines.quoted(value.text)}"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{lines.scalar(key)}: {flow(each)}" for key, each in present(value))
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(flow(each) for each in value)}]"
    return lines.scalar(str(value))


def present(value: Mapping[str, Value]) -> list[tuple[str, Value]]:
    """The keys that have a value."""
    return [(key, each) for key, each in value.items() if each is not None]


def scalar(text: str, style: str | None = None) -> str:
    """The text as a scalar in the style of the one before it, where that can hold it."""
    if style == '"':
        return lines.quoted(text)
    if style == "'" and "\n" not in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return lines.scalar(text)
