"""Differences of the operator's files in the operator's words.

``plan hogar-20 -> hogar-50``, ``paused from 2026-08-01 until 2026-08-31: holidays``. Knows what
the keys of each kind of file mean to people. A secret is never told, only that it changed.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ispconf.network.differences import Difference, Node, Path, secrets, shown
from ispconf.secret import Secret

_LONGEST: Final = 80
_FACTS: Final = {
    "free": "free",
    "paused": "paused",
    "suspended": "suspended by hand",
    "cancelled": "cancelled",
    "plan_changes": "change of plan",
}
_LISTED: Final = ("paused", "plan_changes")


def told(
    kind: str, name: str, change: Difference, currency: str = "", *, several: bool = False
) -> str:
    """One difference of a file in words.

    Args:
        kind: what the file holds: subscriber, plan, router or company.
        name: its id; said for plans and routers, a subscriber's is the caller's to say.
        change: the difference.
        currency: the code to put behind a price.
        several: whether the subscriber has several services, so that each is to be named.
    """
    if kind == "subscriber":
        return _of_subscriber(change, several=several)
    label = _dotted(change.path)
    if kind == "plan":
        unit = f" {currency}" if currency and change.path == ("price",) else ""
        return f"{_said(f'{label} of plan {name}', change)}{unit}"
    if kind == "router":
        return _said(f"{label} of router {name}", change)
    return _said(f"ispconf.yaml: {label}", change)


def outline(tree: Node) -> str:
    """A subscriber's file in a few words: ``plan hogar-20 on norte-1, 10.20.0.15``."""
    services = tree.get("services") if isinstance(tree, dict) else None
    found = services.items() if isinstance(services, dict) else ()
    if len(found) > 1:
        return "; ".join(f"{name}: {_service(each)}" for name, each in found)
    return "".join(_service(each) for _, each in found)


def same_person(one: Node, other: Node) -> bool:
    """Whether two subscribers' files are of one person: a name, tax id, way to reach, or user."""
    return bool(_identity(one) & _identity(other))


def _identity(tree: Node) -> set[tuple[str, str]]:
    if not isinstance(tree, dict):
        return set()
    blocks = [tree, tree.get("contact")]
    services = tree.get("services")
    blocks += (
        service.get("access") if isinstance(service, dict) else None
        for service in (services.values() if isinstance(services, dict) else ())
    )
    keys = ("name", "tax_id", "phone", "email", "user")
    return {
        (key, block[key])
        for block in blocks
        if isinstance(block, dict)
        for key in keys
        if isinstance(block.get(key), str)
    }


def several(*trees: Node) -> bool:
    """Whether one of these versions of a subscriber's file has more than one service."""
    blocks = (tree.get("services") for tree in trees if isinstance(tree, dict))
    return any(isinstance(block, dict) and len(block) > 1 for block in blocks)


def _of_subscriber(change: Difference, *, several: bool) -> str:
    path = change.path
    if path[0] != "services" or len(path) == 1:
        return _said(_dotted(path), change)
    service, inner = path[1], path[2:]
    prefix = f"{service}: " if several else ""
    if not inner:
        what = _service(change.after or change.before)
        return f"service {service} {'added' if change.before is None else 'removed'}: {what}"
    whole = len(inner) == 1 or (inner[0] in _LISTED and len(inner) == 2)  # noqa: PLR2004
    if inner[0] in _FACTS and whole and None in (change.before, change.after):
        return f"{prefix}{_fact(inner[0], change)}"
    label = _dotted(inner[1:] if inner[0] == "access" and len(inner) > 1 else inner)
    return f"{prefix}{_said(label, change)}"


def _fact(name: str, change: Difference) -> str:
    """A dated fact that was written or taken away; several pauses at once are one by one."""
    block = change.after if change.before is None else change.before
    blocks = [block] if "from" in block or "on" in block else list(block.values())
    spans = ", ".join(_span(each) for each in blocks)
    said = f"{_FACTS[name]} {spans}"
    return said if change.before is None else f"no longer {said}"


def _span(block: Node) -> str:
    if not isinstance(block, Mapping):
        return flow((), block)
    words = [f"{key} {block[key]}" for key in ("from", "to", "until", "on") if block.get(key)]
    why = f": {_short(str(block['reason']))}" if block.get("reason") else ""
    return f"{' '.join(words)}{why}"


def _service(tree: Node) -> str:
    if not isinstance(tree, dict):
        return flow((), tree)
    access = tree.get("access")
    address = access.get("address") if isinstance(access, dict) else None
    words = [f"plan {tree.get('plan')}"]
    if tree.get("router"):
        words.append(f"on {tree['router']}")
    return f"{' '.join(words)}, {address}" if address else " ".join(words)


def _said(label: str, change: Difference) -> str:
    path, before, after = change
    if _secret(path, before, after):
        deed = "added" if before is None else "removed" if after is None else "changed"
        return f"{label} {deed}"
    if before is None:
        return f"{label} {flow(path, after)} added"
    if after is None:
        return f"{label} {flow(path, before)} removed"
    return f"{label} {flow(path, before)} -> {flow(path, after)}"


def _secret(path: Path, *values: Node) -> bool:
    return path[-1] in secrets() or any(isinstance(value, Secret) for value in values)


def flow(path: Path, value: Node) -> str:
    """A value on one line, short enough to be read; nothing for none, no secret."""
    return "" if value is None else _short(_flow(shown(path, value)))


def _flow(value: Node) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(each) for each in value)}]"
    return str(value)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def _dotted(path: Iterable[str]) -> str:
    return " ".join(path)
