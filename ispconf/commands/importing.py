"""Facts and drafts written into the repository: all of them, or nothing when check would refuse.

Knows how an owner's facts become keys of a file, and that passwords are encrypted where the
repository has a key. What is worth taking is for ``planning`` to say.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple, NoReturn

from ispconf.commands.judging import Judged
from ispconf.commands.subscriber.changing import Path_, dated
from ispconf.edge.edits import edit, new_file
from ispconf.edge.files import open_network
from ispconf.edge.history import KEYS_FILE
from ispconf.edge.writing import put_back
from ispconf.planning.accepting import Fact, Refused
from ispconf.planning.changes import Change
from ispconf.planning.drafting import SERVICE, Draft
from ispconf.secret import Secret


class Taken(NamedTuple):
    """What was written, what cannot be said in a file, and what apply would still change."""

    facts: list[tuple[str, Fact]]
    drafts: list[Draft]
    refused: list[Refused]
    left: list[Change]


class _DryError(Exception):
    """Nothing of it is to stay."""


def written(
    now: Judged,
    found: Iterable[Fact | Draft | Refused],
    *,
    dry: bool,
    then: Callable[[Judged], list[Change]] = lambda _: [],
) -> Taken:
    """Writes all that was found, and says what ``then`` finds in the files as they are after it.

    Raises:
        FilesError: the files would not be right; they are as they were.
        RequestError: a file cannot be changed in place.
    """
    every = list(found)
    facts = [(_file(now, each), each) for each in every if isinstance(each, Fact)]
    new = [each for each in every if isinstance(each, Draft)]
    taken = Taken(facts, new, [each for each in every if isinstance(each, Refused)], [])
    root = now.session.root
    try:
        with ExitStack() as stack:
            for file in dict.fromkeys([*(file for file, _ in facts), *(each.file for each in new)]):
                stack.enter_context(put_back(root / file))
            for file, changes in _edits(now, facts).items():
                edit(root, file, changes)
            for draft in new:
                owner = f"{draft.file.rpartition('/')[2].removesuffix('.yaml')}/{SERVICE}"
                new_file(root, draft.file, _sealed(now, draft.tree, owner))
            network = open_network(root, env=now.session.env)
            taken = taken._replace(left=then(Judged(now.session, network, now.day)))
            if dry:
                _take_back()
    except _DryError:
        pass
    return taken


def _take_back() -> NoReturn:
    raise _DryError


def _file(now: Judged, fact: Fact) -> str:
    subscriber, slash, _ = fact.owner.partition("/")
    if not slash:
        return now.network.plans[fact.owner.removeprefix("plan:")].file
    return now.network.subscribers[subscriber].file


def _edits(now: Judged, facts: Iterable[tuple[str, Fact]]) -> Mapping[str, dict[Path_, Any]]:
    """The changes of each file, by the paths of their keys."""
    found: dict[str, dict[Path_, Any]] = {}
    for file, fact in facts:
        subscriber, slash, name = fact.owner.partition("/")
        above = ("services", name) if slash else ()
        changes = found.setdefault(file, {})
        changes[*above, *fact.path] = _sealed(now, fact.value, fact.owner)
        if slash and fact.path == ("plan",):
            changes |= dated(now.network.subscribers[subscriber], name, fact.value, now.day)
    return found


def _sealed(now: Judged, value: Any, owner: str) -> Any:
    """The value with its passwords encrypted; a repository without a key has them as text."""
    if isinstance(value, Secret):
        if (now.session.root / KEYS_FILE).exists():
            return now.session.vault().encrypt(value.text, owner, "password")
        return value.text
    if isinstance(value, Mapping):
        return {key: _sealed(now, each, owner) for key, each in value.items()}
    return value
