"""The plan as JSON: the stable document that programs read (``format`` 1)."""

from collections.abc import Callable
from typing import Any

from ispconf import __version__
from ispconf.errors import Exit
from ispconf.planning.changes import Change
from ispconf.planning.changeset import (
    Changeset,
    Impact,
    RouterPlan,
    digest,
    hidden,
    of_seals,
    seal,
    sealed,
    sealing,
    summary,
)
from ispconf.planning.guards import Refusal

FORMAT = 1


def document(
    changeset: Changeset, found: Impact, exit_code: Exit, fingerprint: Callable[[str], str]
) -> dict[str, Any]:
    """Plain values for JSON; secrets are replaced by ``(secret)``."""
    waiting = [
        seal(plan.router, change, fingerprint)
        for plan in changeset.routers
        if plan.waiting
        for change in plan.changes
    ]
    return {
        "format": FORMAT,
        "ispconf": __version__,
        "commit": changeset.commit,
        "dirty": changeset.dirty,
        "date": changeset.day.isoformat(),
        "digest": digest(changeset, fingerprint),
        **({"waiting_digest": of_seals(waiting)} if waiting else {}),
        "exit_code": int(exit_code),
        "impact": found._asdict(),
        "summary": summary(changeset),
        "money": changeset.money._asdict(),
        **({"notes": list(changeset.notes)} if changeset.notes else {}),
        "routers": [_router(plan, fingerprint) for plan in changeset.routers],
    }


def _router(plan: RouterPlan, fingerprint: Callable[[str], str]) -> dict[str, Any]:
    return {
        "router": plan.router,
        "status": plan.status.value,
        "problem": plan.problem or None,
        "live": {"routeros": plan.routeros, "identity": plan.identity, "rows": plan.rows}
        if plan.routeros
        else None,
        "notes": list(plan.notes),
        **({"guards": [_guard(guard) for guard in plan.guards]} if plan.guards else {}),
        "changes": [_change(plan.router, change, fingerprint) for change in plan.changes],
        **(
            {"withheld": [change_document(change) for change in plan.withheld]}
            if plan.withheld
            else {}
        ),
    }


def _guard(guard: Refusal) -> dict[str, Any]:
    return {"guard": guard.guard, "found": guard.found, "of": guard.exists}


def _change(router: str, change: Change, fingerprint: Callable[[str], str]) -> dict[str, Any]:
    """A change with its seal, and the fingerprints of its secrets by which that can be proved."""
    facts, shown = sealed(change, fingerprint), change_document(change)
    secrets = {
        side: {name: text for name, text in facts[side].items() if shown[side][name] != text}
        for side in ("before", "after")
    }
    found = {side: prints for side, prints in secrets.items() if prints}
    told = shown | ({"secrets": found} if found else {})
    return told | {"seal": sealing(router, facts)}


def change_document(change: Change) -> dict[str, Any]:
    """One change as plain values, secrets hidden."""
    return {
        **sealed(change, hidden),
        "effect": change.effect,
        "calendar": change.calendar,
        "reason": change.reason,
        "cause": change.cause,
        "why": [{"kind": why.kind, "ref": why.ref} for why in change.why],
        **({"by": {"user": change.by[0], "time": change.by[1]}} if change.by else {}),
    }
