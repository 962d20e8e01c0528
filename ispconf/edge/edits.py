"""Changes of one file that leave every other line as it is.

A text that takes the place of another is exchanged where it stands, and a key that has its lines
for itself goes with them; anything larger is for ``roundtrip``. Every result is read back and must
hold exactly the change. Knows trees of text; nothing of what a key means.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from yaml._yaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ispconf.edge.places import look
from ispconf.edge.roundtrip import CannotError, Path_, round_trip
from ispconf.edge.spelling import Value, flow, scalar, written
from ispconf.edge.writing import write_whole
from ispconf.edge.yamltext import OddError, decode, parse
from ispconf.errors import FilesError, Problem, RequestError, Source
from ispconf.secret import Secret


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
    except CannotError as error:
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
            new = round_trip(data, path, value)
            if not _holds(new, wanted):
                raise CannotError(f"{_dotted(path)} cannot be changed alone")
        data, before = new, wanted
    return data


def _holds(data: bytes, tree: Value) -> bool:
    try:
        return bool(parse(data).root == tree)
    except OddError:
        return False


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
        new = flow(value) if isinstance(value, Secret) else scalar(value, event.style)
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
