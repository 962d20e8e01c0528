"""What remains of a subscriber's file when the person is erased, and where else they are named.

The books must still add up and a bill run must still find nothing to do, so the facts of services
stay: plans, days, terms, extras. Who it was goes: name, contact, address, tax number, language,
notes, equipment, contracts, logins, devices, and every reason and description that people wrote.
Knows the shape of a file; where its older versions are is for the edge.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from ispconf.errors import Source
from ispconf.ledger.entries import Entry

NAME: Final = "(erased)"
_KEPT: Final = ("services", "billing", "extras")
_WORDS: Final = frozenset({"reason", "description"})
_SHORTEST = 4  # letters of a name that is looked for; shorter ones are in every text


def remains(tree: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The file without the person; the tree is one that passes check."""
    kept = {key: _without_words(tree[key]) for key in _KEPT if tree.get(key)}
    for service in kept.get("services", {}).values():
        service["access"] = _access(service)
    return {"name": NAME, "erased": day.isoformat(), **kept}


def _access(service: Mapping[str, Any]) -> dict[str, Any]:
    """No way to reach a router; the address where it stays taken after the end."""
    address = service["access"].get("address")
    held = (service.get("cancelled") or {}).get("address") == "keep"
    return {"type": "none", **({"address": address} if held and address else {})}


def _without_words(tree: Any) -> Any:
    """The tree without what people wrote in their own words."""
    if isinstance(tree, Mapping):
        return {key: _without_words(value) for key, value in tree.items() if key not in _WORDS}
    return [_without_words(each) for each in tree] if isinstance(tree, list) else tree


def lost(tree: Mapping[str, Any], stub: Mapping[str, Any]) -> list[str]:
    """The keys whose facts are gone, as paths with points."""
    gone = [key for key in tree if key not in stub]
    gone += ["name"] if tree.get("name") != stub.get("name") else []
    for name, service in tree.get("services", {}).items():
        access = stub["services"][name]["access"]
        gone += [f"services.{name}.access.{key}" for key in service["access"] if key not in access]
    return gone


def mentions(tree: Mapping[str, Any], entries: Iterable[Entry]) -> Iterator[tuple[Source, str]]:
    """Lines of the ledger that say more of the person than the id: their place, and which field."""
    words = set(_telling(tree))
    for entry in entries:
        texts = {"reason": entry.reason, "ref": entry.ref}
        texts |= {f"lines.{at}": line.item for at, line in enumerate(entry.lines)}
        for field, text in texts.items():
            if text and any(word in text.casefold() for word in words):
                yield entry.source, field


def _telling(tree: Mapping[str, Any]) -> Iterator[str]:
    """Words by which a person is known: of the name, and each contact and tax number."""
    for word in str(tree.get("name", "")).casefold().split():
        if len(word) >= _SHORTEST:
            yield word
    contact = tree.get("contact") or {}
    for text in (*contact.values(), tree.get("tax_id"), *(tree.get("address") or {}).values()):
        if isinstance(text, str) and len(text) >= _SHORTEST:
            yield text.casefold()
