"""One file of a network at a time: text to a model or to problems, and both to what is kept.

Knows how a file of each kind is read, how its mistakes are placed on a line, and how a tree is
kept as JSON between runs. ``edge.files`` puts the files together.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from threading import Lock
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from ispconf.edge.cache import Kept
from ispconf.edge.history import is_blob
from ispconf.edge.layout import Kind
from ispconf.edge.pausing import collector_paused
from ispconf.edge.places import Look, Spot, look
from ispconf.edge.sources import Content
from ispconf.edge.yamltext import OddError, Tree, parse
from ispconf.errors import FilesError, Problem, Source
from ispconf.network.claims import Claim, claims
from ispconf.network.company import Company
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.network.wording import Fault, FaultsError, read
from ispconf.network.written import Named
from ispconf.secret import Secret

MODELS: Final[Mapping[Kind, type[Named]]] = {
    "company": Company,
    "router": Router,
    "plan": ServicePlan,
    "subscriber": Subscriber,
}


def model_of(kind: Kind, name: str, path: str, data: bytes) -> Named:
    """The model of a file.

    Raises:
        BadFileError: with every problem of the file.
    """
    return _read(kind, name, path, data)[0]


def _read(kind: Kind, name: str, path: str, data: bytes) -> tuple[Named, Tree]:
    try:
        tree = parse(data)
        return read(MODELS[kind], tree.root, name, path, empty=tree.empty), tree
    except OddError:
        flaws = look(data).flaws
        raise BadFileError([Problem(Source(path, *f.spot), f.message) for f in flaws]) from None
    except FaultsError as error:
        seen = look(data)
        raise BadFileError([_placed(path, fault, seen) for fault in error.faults]) from None


class Outcome(NamedTuple):
    """What came of one file: its model, or what is wrong with it.

    ``kept`` is what is kept of it, and ``lasting`` whether it may be kept at all: not while the
    file changes, nor with a password in plain text, of which a copy would outlive it.
    """

    model: Named | None
    kept: Kept
    lasting: bool
    problems: list[Problem]


def outcome(kind: Kind, name: str, path: str, content: bytes | Problem, blob: str) -> Outcome:
    """What came of a file that should be the blob."""
    if isinstance(content, Problem):
        return Outcome(None, _NOTHING, lasting=False, problems=[content])
    try:
        model, tree = _read(kind, name, path, content)
    except BadFileError as error:
        return Outcome(None, _NOTHING, lasting=False, problems=error.problems)
    claimed = list(claims(model)) if isinstance(model, Subscriber) else []
    readable = any(claim.readable for claim in claimed)
    extra = to_json([claim[2:] for claim in claimed]).decode()  # less the file and its id
    kept = Kept(_dump(_filled(tree.root) if tree.empty else tree.root), extra)
    return Outcome(model, kept, not readable and is_blob(content, blob), [])


_NOTHING: Final = Kept("")


class BadFileError(ValueError):
    """All that is wrong with one file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def kept_model(kind: Kind, name: str, path: str, kept: str) -> Named:
    """The model of a file that was right when it was kept."""
    return MODELS[kind].model_validate({**_load(kept), "id": name, "file": path})


def kept_claims(name: str, path: str, kept: str) -> Iterator[Claim]:
    """The claims of a subscriber's file that was right when it was kept."""
    return (Claim(path, name, *fields) for fields in json.loads(kept))


def spot_of(seen: Look, path: tuple[str | int, ...], *, on_key: bool = False) -> Spot | None:
    """Where a value (or its key) stands; of a key that is not there, the block that lacks it."""
    if place := seen.places.get(path):
        return place.key if on_key else place.value
    while path:
        path = path[:-1]
        if place := seen.places.get(path):
            return place.key
    return None


def _placed(path: str, fault: Fault, seen: Look) -> Problem:
    spot = spot_of(seen, fault.path, on_key=fault.on_key) or Spot(1, 1)
    return Problem(Source(path, *spot), f"{_label(fault.path)}{fault.message}")


def _label(path: tuple[str | int, ...]) -> str:
    """The last key of a path, with the item's number in its list: ``access[1]: ``."""
    items = ""
    for part in reversed(path):
        if isinstance(part, str):
            return f"{part}{items}: "
        items = f"[{part + 1}]{items}"
    return ""


def _filled(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _filled(value) for key, value in tree.items() if value is not None}
    return [_filled(item) for item in tree] if isinstance(tree, list) else tree


_SECRET: Final = ""  # the key of a Secret as JSON: no file can have an empty key


def _secret(value: Secret) -> dict[str, str]:
    return {_SECRET: value.text}


_dump = json.JSONEncoder(ensure_ascii=False, default=_secret).encode


def _load(text: str) -> dict[str, Any]:
    has_secrets = '{"": ' in text
    loaded: dict[str, Any] = json.loads(text, object_hook=_revived if has_secrets else None)
    return loaded or {}


def _revived(mapping: dict[str, Any]) -> Any:
    return Secret("encrypted", mapping[_SECRET]) if _SECRET in mapping else mapping


class Subscribers(Mapping[str, Subscriber]):
    """Subscribers by id; those that were kept become models when somebody asks for them."""

    def __init__(
        self,
        built: Mapping[str, Subscriber],
        waiting: Mapping[str, tuple[str, str]],
        find: Callable[[Collection[str]], Mapping[str, Kept]],
        read: Callable[[Iterable[str]], Iterable[Content]],
    ) -> None:
        """``waiting`` are the path and the key of others, ``find`` gives what is kept of keys."""
        self._built = dict(built)
        self._waiting = dict(waiting)
        self._find = find
        self._one_at_a_time = Lock()  # routers are described side by side
        self._read = read
        self._ids = sorted({*built, *waiting})

    def __getitem__(self, name: str) -> Subscriber:
        if name not in self._built:
            self._make([name])
        return self._built[name]

    def _make(self, names: Iterable[str]) -> None:
        """Makes models of what is kept; of files that are not any more, reads them again."""
        with self._one_at_a_time:
            waiting = {name: self._waiting[name] for name in names if name in self._waiting}
            kept = self._find([key for _, key in waiting.values()])
            for name, (path, key) in waiting.items():
                if key in kept:
                    made = kept_model("subscriber", name, path, kept[key].value)
                else:
                    made = self._again(name, path)
                assert isinstance(made, Subscriber)  # noqa: S101  for the type checker
                self._built[name] = made
                del self._waiting[name]

    def _again(self, name: str, path: str) -> Named:
        for _, content in self._read([path]):
            if isinstance(content, Problem):
                raise FilesError([content])
            try:
                return model_of("subscriber", name, path, content)
            except BadFileError as error:
                raise FilesError(error.problems) from None
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """The ids in order; whoever walks through all wants them all built at once."""
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, name: object) -> bool:
        return name in self._waiting or name in self._built

    def values(self) -> Any:
        """All subscribers in order of their ids."""
        self._build()
        return super().values()

    def items(self) -> Any:
        """All ids and subscribers in order of the ids."""
        self._build()
        return super().items()

    def _build(self) -> None:
        with collector_paused():
            self._make(list(self._waiting))


Progress = Callable[[int, int], None]
"""Called now and then with how much was read, and how much there is: files, or bytes of many."""
