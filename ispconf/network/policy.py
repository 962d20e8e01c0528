"""Who may change what, as ``ispconf.yaml`` says it: roles, and the rules of the policy (FORMAT 2).

Knows how a rule is written and which files and fields it is about, and the rules that hold where
roles are named but no policy is written. Whether a change keeps to them is for ``rights``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from ispconf.ledger.scalars import Flag, PositiveAmount
from ispconf.ledger.written import EntryType
from ispconf.network.written import Id, Text, Written

OWNER: Final = "owner"
"""The role that may change every file, whatever the policy says."""
ROLES: Final = (OWNER, "engineer", "technician", "cashier", "accountant", "bot")

_USUAL: Final = re.compile(r"[A-Za-z0-9._*-][A-Za-z0-9._*/-]*")
Deed = Literal["add", "change", "remove"]
FieldPath = tuple[str | int, ...]
Roles = Mapping[str, Sequence[str]]


def _pattern(value: object) -> str:
    if isinstance(value, str) and _USUAL.fullmatch(value):
        return f"{value}**" if value.endswith("/") else value
    raise ValueError(f'"{value}" is not a path of the repository, like plans/* or subscribers/**')


class Rule(Written):
    """What some roles or people may do: with files (``paths``) or in the ledger (``entries``).

    ``fields`` (all, when empty) less ``except_`` are what may be changed in a file, each with all
    below it. ``journals`` empty: every journal that is theirs. ``up_to`` limits each entry.
    ``review``: whether they may also approve such a change of somebody else.
    """

    who: Annotated[tuple[Text, ...], Field(min_length=1)]
    paths: tuple[Annotated[str, BeforeValidator(_pattern)], ...] = ()
    fields: tuple[Text, ...] = ()
    except_: tuple[Text, ...] = Field(default=(), alias="except")
    do: tuple[Deed, ...] = get_args(Deed)
    entries: tuple[EntryType, ...] = ()
    journals: tuple[Id, ...] = ()
    up_to: PositiveAmount | None = None
    review: Flag = True

    @model_validator(mode="after")
    def _about_one_thing(self) -> Self:
        if bool(self.paths) == bool(self.entries):
            raise ValueError("a rule is about files (paths) or about the ledger (entries)")
        wrong = ("journals", "up_to") if self.paths else ("fields", "except_", "do")
        for name in wrong:
            if name in self.model_fields_set:
                about = "paths" if self.paths else "entries"
                raise ValueError(f"{name.rstrip('_')} does not belong to a rule with {about}")
        return self

    @property
    def whole(self) -> bool:
        """Whether it is about whole files, not about some of their fields."""
        return not self.fields and not self.except_

    def about(self, path: str) -> bool:
        """Whether it is about the file at a path."""
        return any(matches(pattern, path) for pattern in self.paths)

    def grants(self, field: FieldPath) -> bool:
        """Whether it lets a field of such a file be changed."""
        if any(_covers(each, field) for each in self.except_):
            return False
        return not self.fields or any(_covers(each, field) for each in self.fields)

    def __str__(self) -> str:
        if self.entries:
            where = f" in {', '.join(self.journals)}" if self.journals else ""
            most = f" up to {self.up_to:f}" if self.up_to is not None else ""
            return f"record {', '.join(self.entries)}{where}{most}"
        what = f"{', '.join(self.fields)} in " if self.fields else ""
        less = f" except {', '.join(self.except_)}" if self.except_ else ""
        return f"{'/'.join(self.do)} {what}{', '.join(self.paths)}{less}"


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    words = re.split(r"(\*\*/|\*\*|\*)", pattern)
    return re.compile("".join(parts.get(word, re.escape(word)) for word in words), re.DOTALL)


def matches(pattern: str, path: str) -> bool:
    """Whether a path fits: ``*`` is anything within one folder, ``**`` anything at all."""
    return _expression(pattern).fullmatch(path) is not None


def _covers(pattern: str, field: FieldPath) -> bool:
    """Whether a field is at or below one like ``services.*.access``."""
    parts = pattern.split(".")
    if len(parts) > len(field):
        return False
    return all(part in ("*", str(key)) for part, key in zip(parts, field, strict=False))


_EVERYTHING: Final[tuple[dict[str, Any], ...]] = (
    {"who": [OWNER], "paths": ["**"]},
    {"who": [OWNER], "entries": list(get_args(EntryType))},
)
_BUILT_IN: Final[tuple[dict[str, Any], ...]] = (
    {"who": ["engineer"], "paths": ["inventory/**", "templates/**"]},
    {
        "who": ["engineer"],
        "paths": ["subscribers/**"],
        "except": ["billing", "extras", "contracts", "services.*.free"],
        "do": ["add", "change"],
    },
    {
        "who": ["engineer"],
        "paths": ["plans/*"],
        "fields": ["rate", "burst", "guaranteed", "priority", "parent", "suspension"],
        "do": ["change"],
        "review": "no",
    },
    {
        "who": ["technician"],
        "paths": ["subscribers/**"],
        "fields": [
            *("contact", "address", "notes", "equipment"),
            *("services.*.access", "services.*.router"),
        ],
        "do": ["change"],
    },
    {
        "who": ["technician"],
        "paths": ["subscribers/**"],
        "except": [
            *("billing", "extras", "services.*.free", "services.*.paused"),
            *("services.*.suspended", "services.*.cancelled"),
        ],
        "do": ["add"],
    },
    {
        "who": ["accountant"],
        "paths": ["subscribers/**"],
        "except": ["services.*.access", "services.*.router", "equipment"],
        "do": ["change"],
    },
    {"who": ["accountant"], "paths": ["ledger/**"]},
    {"who": ["accountant"], "entries": list(get_args(EntryType))},
    {"who": ["cashier"], "entries": ["payment", "promise"], "review": "no"},
    {
        "who": ["cashier"],
        "paths": ["subscribers/**"],
        "fields": ["contact"],
        "do": ["change"],
        "review": "no",
    },
    {"who": ["bot"], "entries": ["invoice", "fee", "payment"], "review": "no"},
    {"who": ["bot"], "paths": ["ledger/**"], "do": ["add"], "review": "no"},
)


@cache
def built_in() -> tuple[Rule, ...]:
    """The rules that hold where roles are named and no policy is written."""
    return tuple(Rule.model_validate(each) for each in _BUILT_IN)


@cache
def everything() -> tuple[Rule, ...]:
    """What an owner may do: change every file, and record everything in journals of their own."""
    return tuple(Rule.model_validate(each) for each in _EVERYTHING)


def same(name: str, other: str) -> bool:
    """Whether two names mean one account: hosts do not tell capitals apart."""
    return name.removeprefix("@").casefold() == other.removeprefix("@").casefold()


def roles_of(roles: Roles, actor: str) -> tuple[str, ...]:
    """The roles that somebody has."""
    return tuple(role for role, names in roles.items() if any(same(actor, name) for name in names))


def flaws(roles: Roles, policy: Sequence[Rule] | None) -> Iterator[tuple[FieldPath, str]]:
    """What does not fit together: where in ``ispconf.yaml``, and what is wrong."""
    if policy is not None and not roles:
        yield ("policy",), "policy: needs roles: {owner: [...], ...}, or it is about nobody"
    if roles and not roles.get(OWNER):
        yield ("roles",), "roles: nobody is owner; then nobody could change the rules again"
    people = {name for names in roles.values() for name in names}
    for index, rule in enumerate(policy or ()):
        for place, who in enumerate(rule.who):
            if who not in roles and who not in ROLES and who not in people:
                yield ("policy", index, "who", place), f'who: "{who}" is no role and in no role'
    asked = {who for rule in (built_in() if policy is None else policy) for who in rule.who}
    for role, names in roles.items():
        if role not in ROLES and role not in asked and not any(name in asked for name in names):
            yield ("roles", role), f"roles: no rule says what a {role} may do"
