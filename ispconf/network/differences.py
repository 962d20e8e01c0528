"""What differs between two versions of a file, key by key.

Works on trees of text as they were read, not on models: a version that today's models refuse still
has its history. The items of a list are known by what names them (the day a pause begins, the
number of a contract), so that an item put before the others is one difference. Knows which keys
hold secrets; what a difference means is for ``telling`` to say.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, get_args

from pydantic import BaseModel

from ispconf.network.company import Company
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.secret import HIDDEN, Secret

Node = Any
"""``dict[str, Node]``, ``list[Node]``, ``str``, ``Secret``, or None for a key without a value."""
Path = tuple[str, ...]

_NAMING: Final = ("on", "from", "number", "serial", "range", "mac", "kind", "name")
"""What tells the items of a list apart, the first that all of them have."""


class Difference(NamedTuple):
    """One key that differs; None where it is not there. A block that is new is one difference."""

    path: Path
    before: Node
    after: Node


def differences(before: Node, after: Node) -> list[Difference]:
    """All that differs, in the order of the later version, then what is gone."""
    return list(_differing((), _keyed(before) or {}, _keyed(after) or {}))


def leaves(tree: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every value of a tree with the path of its key."""
    keyed = _keyed(tree)
    if not isinstance(keyed, dict):
        yield path, keyed
        return
    for key, value in keyed.items():
        yield from leaves(value, (*path, key))


def shown(path: Path, value: Node) -> Node:
    """The value as it may be printed: texts, and blocks with ``(secret)`` for their secrets."""
    if value is None:
        return None
    if isinstance(value, Secret) or (path and path[-1] in secrets()):
        return HIDDEN
    if isinstance(value, dict):
        return {key: shown((*path, key), each) for key, each in value.items()}
    if isinstance(value, list):
        return [shown(path, each) for each in value]
    return value


@cache
def secrets() -> frozenset[str]:
    """The keys that hold a secret in any file, however it is spelled there."""
    return frozenset(
        name for model in (Company, ServicePlan, Router, Subscriber) for name in _secret(model)
    )


def _secret(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        for part in _parts(field.annotation):
            if part is Secret:
                yield field.alias or name
            elif isinstance(part, type) and issubclass(part, BaseModel):
                yield from _secret(part)


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        yield from _parts(part)


def _keyed(tree: Node) -> Node:
    """The tree with lists of blocks as blocks by name, and without keys that have no value."""
    if isinstance(tree, dict):
        return {key: _keyed(value) for key, value in tree.items() if value is not None}
    if not isinstance(tree, list) or not any(isinstance(item, dict) for item in tree):
        return tree
    naming = next((name for name in _NAMING if _names(name, tree)), "")
    return {
        str(item[naming] if naming else number): _keyed(item) for number, item in enumerate(tree, 1)
    }


def _names(name: str, items: list[Node]) -> bool:
    """Whether every item has the key, each another text."""
    found = {
        item[name] for item in items if isinstance(item, dict) and isinstance(item.get(name), str)
    }
    return len(found) == len(items)


def _differing(
    path: Path, before: Mapping[str, Node], after: Mapping[str, Node]
) -> Iterator[Difference]:
    for key, value in after.items():
        was = before.get(key)
        if isinstance(was, dict) and isinstance(value, dict):
            yield from _differing((*path, key), was, value)
        elif was != value:
            yield Difference((*path, key), was, value)
    for key, was in before.items():
        if key not in after:
            yield Difference((*path, key), was, None)
