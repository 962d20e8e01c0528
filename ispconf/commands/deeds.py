"""What a change did, in an operator's words and as plain values: for audit and explain.

Knows how many lines a person reads: what many have in common is said once, with their number.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ispconf.edge.past import id_of
from ispconf.edge.work import FileWork, Work
from ispconf.ledger.money import Currency
from ispconf.ledger.said import tally
from ispconf.network.differences import shown
from ispconf.network.telling import outline, several, told

_NAMED: Final = 3
"""So many subscribers are named, of more the number is said, too."""
_SINGULAR: Final = {"plan": "plan ", "router": "router ", "closing": "the closing of "}


def lines(done: Work, currency: Currency, people: Mapping[str, int] | None = None) -> Iterator[str]:
    """Everything that a change did, a line each.

    Args:
        done: what it did.
        currency: of the amounts.
        people: how many subscribers have each plan, to say whom a plan's change concerns.
    """
    yield from _money(done, currency)
    said: dict[str, list[str]] = {}
    others = [file for file in done.files if file.kind == "other"]
    if len(others) > _NAMED:
        yield named([file.id for file in others], "other files")
        others = []
    for file in (*(each for each in done.files if each.kind != "other"), *others):
        for words in texts(file, currency):
            said.setdefault(f"{file.kind} {words}", []).append(file.id)
    for key, ids in said.items():
        kind, _, words = key.partition(" ")
        if kind == "subscriber":
            yield _of_people(words, ids)
        elif kind == "plan" and people is not None and ids[0] in people:
            yield f"{words}: {counted(people[ids[0]], 'subscriber')}"
        else:
            yield words


def texts(file: FileWork, currency: Currency) -> list[str]:
    """What was done to one file; of a subscriber's without the id, of others with it."""
    thing = "" if file.kind == "subscriber" else f"{_SINGULAR.get(file.kind, '')}{file.id} "
    plural = several(file.before, file.after)
    changes = [
        told(file.kind, file.id, change, currency.code, several=plural) for change in file.changes
    ]
    match file.deed:
        case "created":
            what = f": {outline(file.after)}" if file.kind == "subscriber" else ""
            return [f"{thing}created{what}"]
        case "deleted":
            return [f"{thing}deleted"]
        case "moved":
            return [f"{thing}moved from {_folder(file.was)} to {_folder(file.path)}", *changes]
        case "renamed":
            was = id_of(file.was) if file.kind != "other" else file.was
            return [f"{thing}renamed from {was}", *changes]
        case _:
            return changes or [f"{thing}{_unseen(file)}"]


def _unseen(file: FileWork) -> str:
    if file.kind in ("other", "closing"):
        return "changed"
    return "changed in words only" if file.after is not None else "changed, and cannot be read"


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _of_people(words: str, ids: Sequence[str]) -> str:
    """What happened to subscribers: ``ana-lopez: plan hogar-20 -> hogar-50``."""
    if len(ids) > _NAMED:
        return f"{words}: {named(ids, 'subscribers')}"
    plain = words.startswith(("created", "deleted", "moved", "renamed"))
    return f"{', '.join(ids)}{' ' if plain else ': '}{words}"


def named(ids: Sequence[str], things: str) -> str:
    """How many, and the first of them by name."""
    first = ", ".join(ids[:_NAMED])
    return f"{len(ids):,} {things} ({first}{', ...' if len(ids) > _NAMED else ''})"


def _money(done: Work, currency: Currency) -> Iterator[str]:
    for each in tally(done.added):
        yield each.said(currency)
    if done.removed:
        numbers = [entry.no for entry in done.removed]
        things = "entry" if len(numbers) == 1 else "entries"
        yield f"taken out of the ledger, or changed: {named(numbers, things)}"


def counted(count: int, thing: str) -> str:
    """``1 subscriber``, ``214 subscribers``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def document(done: Work, currency: Currency) -> dict[str, Any]:
    """Everything that a change did, as plain values."""
    return {
        "files": [_document(file, currency) for file in done.files],
        "money": [
            {"type": each.type, "entries": each.entries, "amount": currency.text(each.amount)}
            for each in tally(done.added)
        ],
        "removed": [entry.no for entry in done.removed],
    }


def _document(file: FileWork, currency: Currency) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "id": file.id,
        "deed": file.deed,
        "file": file.path,
        "was": file.was,
        "texts": texts(file, currency),
        "changes": details(file.changes) if file.deed not in ("created", "deleted") else [],
    }


def details(changes: Iterable[Any]) -> list[dict[str, Any]]:
    """Differences as plain values, secrets hidden."""
    return [
        {
            "path": ".".join(change.path),
            "before": shown(change.path, change.before),
            "after": shown(change.path, change.after),
        }
        for change in changes
    ]
