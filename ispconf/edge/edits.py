"""Changes of one file that leave every other line as it is.

A text that takes the place of another is exchanged where it stands. Anything larger goes through
ruamel's round trip, of which only the lines are taken that the change itself made: comments, order,
quotes and line ends stay. Every result is read back and must hold exactly the change. Knows trees
of text; nothing of what a key means.
"""

import io
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from yaml._yaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ispconf.edge.places import look
from ispconf.edge.writing import write_whole
from ispconf.edge.yamltext import ENCRYPTED, OddError, decode, parse
from ispconf.errors import FilesError, Problem, RequestError, Source
from ispconf.ledger import lines
from ispconf.secret import Secret

Path_ = tuple[str | int, ...]
Value = Any
"""Text, a Secret, a mapping or list of them, or None: the key is taken away."""

_NESTED: Final = re.compile(r"^( *)[^\s#:-][^:\n]*: *(?:#.*)?\n(\1 +)[^\s#-]", re.MULTILINE)
_LISTED: Final = re.compile(r"^( *)[^\s#:-][^:\n]*: *(?:#.*)?\n(\1 *)- ", re.MULTILINE)
_WIDE: Final = 1_000_000


def edit(root: Path, file: str, changes: Mapping[Path_, Value]) -> None:
    """Changes a file of the repository: ``{("services", "casa", "plan"): "hogar-50"}``.

    Args:
        root: the repository.
        file: the file's path in it.
        changes: the new value of each key by its path, None to take the key away.

    Raises:
        FilesError: the file cannot be read as it is.
        RequestError: it cannot be changed without touching other lines, or cannot be written.
    """
    path = root / file
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RequestError(f"{file} cannot be read: {error.strerror}") from error
    try:
        changed = edited(data, changes)
    except OddError:
        flaws = look(data).flaws
        raise FilesError(Problem(Source(file, *f.spot), f.message) for f in flaws) from None
    except _CannotError as error:
        raise RequestError(f"{file}: {error}; change it by hand") from error
    if changed != data:
        write_whole(path, changed)


def new_file(root: Path, file: str, tree: Mapping[str, Value]) -> None:
    """Writes a file that is not there yet.

    Raises:
        RequestError: there is such a file already.
    """
    path = root / file
    if path.exists():
        raise RequestError(f"{file} is there already")
    write_whole(path, written(tree))


def written(tree: Mapping[str, Value]) -> bytes:
    """A whole file that says this, mappings as blocks and the facts within them in a row."""
    return "".join(f"{line}\n" for line in _block(tree, 0)).encode()


def edited(data: bytes, changes: Mapping[Path_, Value]) -> bytes:
    """The bytes of a file with the changes made.

    Raises:
        OddError: the file cannot be read as it is.
    """
    before = parse(data).root
    for path, value in changes.items():
        wanted = _changed(before, path, value)
        if wanted == before:
            continue
        simple = _removed if value is None else _exchanged
        new = simple(data, path, value)
        if new is None or not _holds(new, wanted):
            new = _round_trip(data, path, value)
            if not _holds(new, wanted):
                raise _CannotError(f"{_dotted(path)} cannot be changed alone")
        data, before = new, wanted
    return data


def _holds(data: bytes, tree: Value) -> bool:
    try:
        return bool(parse(data).root == tree)
    except OddError:
        return False


class _CannotError(Exception):
    """The change would touch other lines."""


def _dotted(path: Path_) -> str:
    return ".".join(str(part) for part in path)


def _changed(tree: Value, path: Path_, value: Value) -> Value:
    """The tree with one change; blocks on the way are made."""
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(key, int):
        items = list(tree)
        if rest or value is not None:
            items[key] = _changed(items[key], rest, value)
        else:
            del items[key]
        return items
    found = dict(tree or {})
    if not rest and value is None:
        found.pop(key, None)
    else:
        found[key] = _changed(found.get(key), rest, value)
    return found


def _exchanged(data: bytes, path: Path_, value: Value) -> bytes | None:
    """The file with one text in place of another; None where that is not what is asked."""
    if not isinstance(value, str | Secret):
        return None
    place = look(data).places.get(path)
    if place is None:
        return None
    text = decode(data)
    for event in _events(text):
        start, end = event.start_mark, event.end_mark
        here = (start.line + 1, start.column + 1)
        if here != place.value or not isinstance(event, ScalarEvent):
            continue
        if event.style in ("|", ">") or start.index == end.index:
            return None
        new = _flow(value) if isinstance(value, Secret) else _scalar(value, event.style)
        bom = data[: len(data) - len(text.encode())]
        return bom + (text[: start.index] + new + text[end.index :]).encode()
    return None


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    while (event := parser.get_event()) is not None:
        yield event


def _removed(data: bytes, path: Path_, value: Value) -> bytes | None:  # noqa: ARG001
    """The file without the lines of a key; None where it does not have them for itself."""
    places = look(data).places
    if path not in places or places[path].key == places[path].value:
        return None
    text = decode(data)
    (first, column), begin = places[path]
    depth, last = 0, 0
    for event in _events(text):
        if not last and (event.start_mark.line + 1, event.start_mark.column + 1) != begin:
            continue
        opens = isinstance(event, MappingStartEvent | SequenceStartEvent)
        closes = isinstance(event, MappingEndEvent | SequenceEndEvent)
        depth += opens - closes
        real = event.end_mark.index > event.start_mark.index  # the end of a block is nowhere
        if real or not last:
            last = event.end_mark.line + (event.end_mark.column > 0)
        if depth <= 0:
            break
    rows = text.splitlines(keepends=True)
    if rows[first - 1][: column - 1].strip():
        return None  # in a row with others
    bom = data[: len(data) - len(text.encode())]
    return bom + "".join(rows[: first - 1] + rows[max(first, last) :]).encode()


def _scalar(text: str, style: str | None = None) -> str:
    """The text as a scalar in the style of the one before it, where that can hold it."""
    if style == '"':
        return lines.quoted(text)
    if style == "'" and "\n" not in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return lines.scalar(text)


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


def _round_trip(data: bytes, path: Path_, value: Value) -> bytes:
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
        raise _CannotError("the lines around it are written in a way of their own")
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
        made = CommentedMap((key, _node(each, flow=flow)) for key, each in _present(value))
    elif isinstance(value, list | tuple):
        made = CommentedSeq(_node(each, flow=flow) for each in value)
    else:
        text = str(value)
        return text if lines.scalar(text) == text else DoubleQuotedScalarString(text)
    if flow:
        made.fa.set_flow_style()
    return made


_DEEP: Final = (
    3  # services, the service's id and its keys are blocks; what is below stands in a row
)


def _block(tree: Mapping[str, Value], depth: int) -> list[str]:
    """A mapping as lines."""
    out = []
    for key, value in tree.items():
        name = f"{'  ' * depth}{lines.scalar(key)}:"
        if isinstance(value, Mapping) and value and depth < _DEEP and _tall(value, depth):
            out += [name, *_block(value, depth + 1)]
        elif value is not None:
            out.append(f"{name} {_flow(value)}")
    return out


def _present(value: Mapping[str, Value]) -> list[tuple[str, Value]]:
    return [(key, each) for key, each in value.items() if each is not None]


def _tall(value: Mapping[str, Value], depth: int) -> bool:
    """Whether a mapping is better read as lines: one with mappings in it, and an access block."""
    nested = any(isinstance(each, Mapping) for each in value.values())
    return nested or "type" in value or (depth > 0 and "plan" in value)


def _flow(value: Value) -> str:
    if isinstance(value, Secret):
        return f"{ENCRYPTED} {lines.quoted(value.text)}"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{lines.scalar(key)}: {_flow(each)}" for key, each in _present(value))
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(each) for each in value)}]"
    return lines.scalar(str(value))
