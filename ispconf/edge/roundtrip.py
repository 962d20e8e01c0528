"""A change of a file by ruamel's round trip, of which only the lines are taken that it made.

Comments, order, quotes and line ends of all other lines stay. Knows trees of text; nothing of what
a key means.
"""

import io
import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ispconf.edge.spelling import Value, present
from ispconf.edge.yamltext import ENCRYPTED, decode
from ispconf.ledger import lines
from ispconf.secret import Secret

Path_ = tuple[str | int, ...]
_NESTED: Final = re.compile(r"^( *)[^\s#:-][^:\n]*: *(?:#.*)?\n(\1 +)[^\s#-]", re.MULTILINE)
_LISTED: Final = re.compile(r"^( *)[^\s#:-][^:\n]*: *(?:#.*)?\n(\1 *)- ", re.MULTILINE)
_WIDE: Final = 1_000_000


class CannotError(Exception):
    """The change would touch other lines."""


class _TextResolver(VersionedResolver):
    """Reads every scalar as text, and so writes it back as it was."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """The text tag for every scalar."""
        return super().resolve(kind, value, (False, True) if kind is ScalarNode else implicit)


def _yaml(text: str) -> YAML:
    """A round trip that indents as the text does."""
    yaml = YAML(typ="rt")
    yaml.Resolver = _TextResolver
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.width = _WIDE
    nested = _NESTED.search(text)
    step = len(nested[2]) - len(nested[1]) if nested else 2
    listed = _LISTED.search(text)
    offset = len(listed[2]) - len(listed[1]) if listed else 2
    yaml.indent(mapping=step, sequence=offset + 2, offset=offset)
    return yaml


def _dumped(yaml: YAML, tree: Any) -> list[str]:
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue().splitlines(keepends=True)


def round_trip(data: bytes, path: Path_, value: Value) -> bytes:
    """The file with the lines that the change makes in ruamel's writing, and no others."""
    text = decode(data)
    bom = data[: len(data) - len(text.encode())]
    end = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    whole = plain if plain.endswith("\n") or not plain else f"{plain}\n"
    yaml = _yaml(whole)
    tree = yaml.load(whole) or CommentedMap()
    same = _dumped(yaml, tree) if whole.strip() else []
    _set(tree, path, value)
    new = _transplanted(whole.splitlines(keepends=True), same, _dumped(yaml, tree))
    if whole != plain:
        new = new.removesuffix("\n")
    return bom + new.replace("\n", end).encode()


def _transplanted(mine: list[str], same: list[str], changed: list[str]) -> str:
    """My lines with the difference between two writings of ruamel's."""
    twins: dict[int, int] = {}
    for a, b, size in SequenceMatcher(None, same, mine, autojunk=False).get_matching_blocks():
        twins.update((a + each, b + each) for each in range(size))
    twins[-1], twins[len(same)] = -1, len(mine)
    out: list[str] = []
    done = 0
    steps = SequenceMatcher(None, same, changed, autojunk=False).get_opcodes()
    for kind, first, last, start, stop in steps:
        if kind == "equal":
            continue
        at = _between(twins, first, last)
        out += mine[done : at[0]]
        out += changed[start:stop]
        done = at[1]
    return "".join([*out, *mine[done:]])


def _between(twins: Mapping[int, int], first: int, last: int) -> tuple[int, int]:
    """Where lines that change stand in my text: from and to, by the lines that are equal."""
    if last > first and first in twins:
        start = twins[first]
    elif first - 1 in twins:
        start = twins[first - 1] + 1
    else:
        start = twins.get(last, -1) if last == first else -1
    if last > first and last - 1 in twins:
        end = twins[last - 1] + 1
    else:
        end = start if last == first else twins.get(last, -1)
    if start < 0 or end < start:
        raise CannotError("the lines around it are written in a way of their own")
    return start, end


def _set(tree: Any, path: Path_, value: Value) -> None:
    """Makes the change in ruamel's tree."""
    *above, key = path
    for part in above:
        if isinstance(tree, CommentedMap) and tree.get(part) is None:
            tree[part] = CommentedMap()
        tree = tree[part]
    if value is None:
        del tree[key]
    else:
        tree[key] = _node(value, flow=len(path) > 1)


def _node(value: Value, *, flow: bool) -> Any:
    """The value as ruamel writes it: facts in a row, texts quoted where they must be."""
    if isinstance(value, Secret):
        return TaggedScalar(value=value.text, style='"', tag=ENCRYPTED)
    made: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        made = CommentedMap((key, _node(each, flow=flow)) for key, each in present(value))
    elif isinstance(value, list | tuple):
        made = CommentedSeq(_node(each, flow=flow) for each in value)
    else:
        text = str(value)
        return text if lines.scalar(text) == text else DoubleQuotedScalarString(text)
    if flow:
        made.fa.set_flow_style()
    return made
