"""Who must approve a plan before it is applied, as ``approval:`` in ``ispconf.yaml`` says.

``merge``: whoever may merge approves by merging, which the host's own rules govern. ``record``: so
many people, other than the change's authors, leave a record. Knows nothing of where records are.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from ispconf.ledger.scalars import Count
from ispconf.network.policy import OWNER, FieldPath, Roles, same
from ispconf.network.written import Branch, Text, Written

_NOREPLY: Final = "users.noreply."
"""Hosts hide an address as ``12345+ana@users.noreply.github.com``."""


class Consent(Written):
    """``mode``, who may approve (``by``: roles or names) and how many of them must (``count``)."""

    mode: Literal["merge", "record"] = "merge"
    by: tuple[Text, ...] = (OWNER,)
    count: Count = 1
    branch: Branch = "ispconf-plans"


def _short(value: object) -> object:
    """``approval: record`` is short for ``approval: {mode: record}``."""
    return {"mode": value} if isinstance(value, str) else value


Approval = Annotated[Consent, BeforeValidator(_short)]


def people(consent: Consent, roles: Roles) -> frozenset[str]:
    """The names of those who may approve."""
    return frozenset(name for who in consent.by for name in roles.get(who, (who,)))


def among(name: str, names: Iterable[str]) -> bool:
    """Whether a name is one of these, whatever capitals a host writes."""
    return any(same(name, each) for each in names)


def wrote(name: str, authors: Iterable[str]) -> bool:
    """Whether somebody is one of the authors, each a name or an address as git knows them."""
    return any(among(name, _names(author)) for author in authors)


def _names(author: str) -> Collection[str]:
    local, _, host = author.partition("@")
    account = local.rpartition("+")[2] if host.startswith(_NOREPLY) else local
    return (author, account)


def flaws(consent: Consent, roles: Roles) -> Iterator[tuple[FieldPath, str]]:
    """What does not fit together: where in ``ispconf.yaml``, and what is wrong."""
    if consent.mode == "merge":
        return
    if "by" not in consent.model_fields_set and not roles.get(OWNER):
        yield (
            ("approval",),
            "approval: record needs to know who may approve: write by: [ana, luis], or roles",
        )
    elif not 1 <= consent.count <= len(people(consent, roles)):
        count = len(people(consent, roles))
        yield ("approval",), f"count: {consent.count} approvals cannot come from {count} people"
