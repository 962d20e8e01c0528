"""A changeset: what a plan would do on every router, with its counts, its digest and its verdict.

The digest covers the set of changes with keyed fingerprints for secrets and without the routers'
ids, so that it is the same whenever the same changes are planned again, and never covers text that
somebody rendered (P-12).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from ispconf.errors import Exit
from ispconf.planning.changes import Action, Change
from ispconf.planning.effects import loses
from ispconf.planning.guards import Refusal
from ispconf.routeros.tables import TABLES
from ispconf.secret import HIDDEN


class Status(StrEnum):
    """What is known of a router's plan."""

    PLANNED = "planned"
    UNCHANGED = "unchanged"
    UNREACHABLE = "unreachable"
    INCOMPLETE = "incomplete"
    DEFERRED = "deferred"
    REFUSED = "refused"


class RouterPlan(NamedTuple):
    """One router: its changes, or the ones that wait (``deferred``, ``unreachable``), and why.

    ``problem`` is one line; ``notes`` say what was left alone or could not be seen; ``rows`` and
    ``managed`` are how many rows were read, and how many of them are ours. ``guards`` are those
    that stand against it; ``withheld`` what is not made because nobody approved it.
    """

    router: str
    status: Status
    changes: tuple[Change, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()
    routeros: str = ""
    identity: str = ""
    rows: int = 0
    managed: int = 0
    guards: tuple[Refusal, ...] = ()
    withheld: tuple[Change, ...] = ()

    @property
    def active(self) -> tuple[Change, ...]:
        """The changes that an apply would make now."""
        return self.changes if self.status in (Status.PLANNED, Status.REFUSED) else ()

    @property
    def waiting(self) -> int:
        """How many changes wait for the router."""
        late = (Status.DEFERRED, Status.UNREACHABLE, Status.INCOMPLETE)
        return len(self.changes) if self.status in late else 0


class Money(NamedTuple):
    """What the changes mean in money: services cut by the ledger, what they owe, and restored."""

    suspended: int = 0
    owed: str = ""
    restored: int = 0


class Changeset(NamedTuple):
    """All routers of a plan, judged on ``day``; ``notes`` are about all of it."""

    commit: str
    dirty: bool
    day: date
    routers: tuple[RouterPlan, ...]
    money: Money = Money()
    notes: tuple[str, ...] = ()

    def changes(self) -> Iterable[Change]:
        """Every change that an apply would make now."""
        return (change for plan in self.routers for change in plan.active)


class Impact(NamedTuple):
    """What a plan means, counted in subscribers; sessions are counted one by one."""

    lose: int
    regain: int
    speed: int
    address: int
    new: int
    sessions_dropped: int


_EFFECTS: Mapping[str, tuple[str, ...]] = {
    "regain": ("restore",),
    "speed": ("speed",),
    "address": ("address",),
    "new": ("create",),
}


def changes_plan(change: Change) -> bool:
    """Whether it is a new speed for all who have a plan."""
    return change.effect == "speed" and change.owner.startswith("plan:")


def impact(changeset: Changeset, sold: Mapping[str, Iterable[str]]) -> Impact:
    """The people a changeset touches; ``sold`` names the owners who have each plan on a router.

    ``sold`` is keyed ``router:plan``: a new speed of a plan is a new speed for all who have it.
    """
    people: dict[str, set[str]] = {name: set() for name in ("lose", *_EFFECTS)}
    dropped = 0
    for plan in changeset.routers:
        for change in plan.active:
            if change.action is Action.DISCONNECT:
                dropped += 1
                continue
            owners = [change.owner]
            if changes_plan(change):
                owners = list(sold.get(f"{plan.router}:{change.owner.removeprefix('plan:')}", ()))
            if loses(change):
                people["lose"].add(change.owner.partition("/")[0])
            for name, effects in _EFFECTS.items():
                if change.effect in effects:
                    people[name].update(owner.partition("/")[0] for owner in owners)
    counts = {name: len(found) for name, found in people.items()}
    return Impact(**counts, sessions_dropped=dropped)


def summary(changeset: Changeset) -> dict[str, int]:
    """The counts of the plan: routers, and changes by action."""
    plans = changeset.routers
    counts = {
        "routers": len(plans),
        "unreachable": sum(p.status in (Status.UNREACHABLE, Status.INCOMPLETE) for p in plans),
        "deferred": sum(p.status is Status.DEFERRED for p in plans),
    }
    for action in Action:
        counts[action.value] = sum(c.action is action for c in changeset.changes())
    return counts


def verdict(changeset: Changeset) -> Exit:
    """The exit code that the plan as it stands amounts to."""
    found = {plan.status for plan in changeset.routers}
    if Status.REFUSED in found:
        return Exit.REFUSED
    if found & {Status.UNREACHABLE, Status.INCOMPLETE}:
        return Exit.INCOMPLETE
    return Exit.INCOMPLETE if any(p.waiting for p in changeset.routers) else Exit.OK


def sealed(change: Change, seal: Callable[[str], str]) -> dict[str, Any]:
    """A change as plain values, each secret replaced by what ``seal`` makes of it, without ids."""
    table = TABLES[change.table]

    def shown(fields: Mapping[str, str]) -> dict[str, str]:
        return {
            name: seal(text)
            if name in table.fields and table.fields[name].secret and text
            else text
            for name, text in fields.items()
        }

    return {
        "action": change.action.value,
        "table": change.table,
        "key": dict(change.key),
        "owner": change.owner,
        "before": shown(change.before),
        "after": shown(change.after),
    }


def hidden(_: str) -> str:
    """What every output shows for a secret."""
    return HIDDEN


def canonical(router: str, facts: Mapping[str, Any]) -> str:
    """One change, as ``sealed`` gives it, as one line that is equal exactly when the change is."""
    values = {"router": router, **facts}
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def seal(router: str, change: Change, fingerprint: Callable[[str], str]) -> str:
    """What an approval of this change remembers of it: a sha256 (hex) without a secret in it."""
    return sealing(router, sealed(change, fingerprint))


def sealing(router: str, facts: Mapping[str, Any]) -> str:
    """The seal of a change given as ``sealed`` gives it, secrets as fingerprints."""
    return _hashed(canonical(router, facts))


def digest(changeset: Changeset, fingerprint: Callable[[str], str]) -> str:
    """sha256 (hex) over the set of changes of all routers."""
    return digest_of(changeset.routers, fingerprint)


def digest_of(plans: Iterable[RouterPlan], fingerprint: Callable[[str], str]) -> str:
    """sha256 (hex) over the set of changes of these routers."""
    return of_seals(
        seal(plan.router, change, fingerprint) for plan in plans for change in plan.active
    )


def of_seals(seals: Iterable[str]) -> str:
    """The digest of the changes with these seals, wherever they were planned."""
    return _hashed("\n".join(sorted(seals)))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
