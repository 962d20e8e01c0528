"""The menus of RouterOS, read from ``menus/*.toml`` and cut to one version.

Knows which fields a menu has, of which kind, what a fresh row prints, what is unique and which
verbs there are. Knows nothing of rows. A menu or field is added by a line in those files:

``is`` kind of value, ``of`` its words (``word@7.1``: since), ``to`` the menu it names a row of
(checked when written), ``also`` a second such menu, ``half`` kind of each half of a pair, ``not``
whether a leading ``!`` is taken, ``new`` what a fresh row prints, ``required`` on add, ``unset``
whether the verb unset works, ``secret`` shown as ``*****`` without the policy ``sensitive``,
``hidden`` never shown, ``since`` and ``until`` the first and last version with it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

Version = tuple[int, ...]
_KEEPER: Final = "failure: can not remove default item"
_READ_VERBS: Final = frozenset({"print", "getall", "get", "find", "listen"})


def parse_version(text: str) -> Version:
    """``7.16.2`` as numbers.

    Raises:
        ValueError: not a RouterOS version of 6.43 or later.
    """
    try:
        version = tuple(int(part) for part in text.split("."))
    except ValueError:
        version = ()
    if version < (6, 43):
        raise ValueError(f"{text!r} is not a RouterOS version that is simulated (6.43 and later)")
    return version


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a row: how it is written, checked and shown."""

    name: str
    kind: str
    words: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    half: str = ""
    negated: bool = False
    each_negated: bool = False
    low: int | None = None
    high: int | None = None
    new: str | None = None
    absent: str | None = None
    required: bool = False
    unset: bool = False
    secret: bool = False
    hidden: bool = False

    @property
    def writable(self) -> bool:
        """Whether add and set take it."""
        return self.kind != "read"


@dataclass(frozen=True, slots=True)
class Unique:
    """Fields that no two rows (or no two enabled rows) may share, and what is said then."""

    by: tuple[str, ...]
    message: str
    enabled: bool = False
    wild: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of one version."""

    path: str
    kind: str
    verbs: frozenset[str]
    fields: Mapping[str, Field]
    unique: tuple[Unique, ...] = ()
    builtin: tuple[Mapping[str, str], ...] = ()
    ordered: bool = False
    start: int = 1
    auto: str = ""
    keeper: str = _KEEPER
    held: str = ""
    mirror: str = ""
    policy: str = ""
    per: str = ""
    references: tuple[Field, ...] = field(default=())

    @property
    def single(self) -> bool:
        """Settings instead of rows: no ids, one answer."""
        return self.kind.startswith("single")


def _words(given: str | list[str], version: Version) -> tuple[str, ...]:
    words = given.split() if isinstance(given, str) else given
    pairs = [word.partition("@") for word in words]
    return tuple(word for word, _, since in pairs if not since or version >= parse_version(since))


def _exists(data: Mapping[str, Any], version: Version) -> bool:
    since, until = data.get("since"), data.get("until")
    if since and version < parse_version(since):
        return False
    return not until or version[: until.count(".") + 1] <= parse_version(until)


def _field(name: str, data: Mapping[str, Any], version: Version) -> Field:
    return Field(
        name,
        data["is"],
        _words(data.get("of", ""), version),
        tuple(path for path in (data.get("to"), data.get("also")) if path),
        data.get("half", ""),
        negated=data.get("not", False),
        each_negated=data.get("each-not", False),
        low=data.get("min"),
        high=data.get("max"),
        new=data.get("new"),
        absent=data.get("absent"),
        required=data.get("required", False),
        unset=data.get("unset", False),
        secret=data.get("secret", False),
        hidden=data.get("hidden", False),
    )


def _menu(path: str, data: Mapping[str, Any], version: Version) -> Menu:
    verbs = set(data["verbs"].split())
    verbs -= {v for v, since in data.get("later", {}).items() if version < parse_version(since)}
    verbs -= {v for v, last in data.get("gone", {}).items() if version[:2] > parse_version(last)}
    fields = {
        name: _field(name, spec, version)
        for name, spec in data.get("fields", {}).items()
        if _exists(spec, version)
    }
    return Menu(
        path,
        data["kind"],
        frozenset(verbs | (_READ_VERBS if data["kind"] != "commands" else set())),
        fields,
        tuple(
            Unique(tuple(u["by"].split()), u["message"], u.get("enabled", False), u.get("wild", ""))
            for u in data.get("unique", ())
        ),
        tuple(data.get("builtin", ())),
        ordered=data.get("ordered", False),
        start=data.get("start", 1),
        auto=data.get("auto", ""),
        keeper=data.get("keeper", _KEEPER),
        held=data.get("held", ""),
        mirror=data.get("mirror", ""),
        policy=data.get("policy", ""),
        per=data.get("per", ""),
        references=tuple(each for each in fields.values() if each.to),
    )


@cache
def _declarations() -> dict[str, dict[str, Any]]:
    folder = files(__package__) / "menus"
    found: dict[str, dict[str, Any]] = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        found.update(tomllib.loads(entry.read_text(encoding="utf-8")))
    return found


@cache
def menus(version: Version) -> dict[str, Menu]:
    """Every menu that ``version`` has, by path; shared by all routers of that version."""
    return {
        path: _menu(path, data, version)
        for path, data in _declarations().items()
        if _exists(data, version)
    }
