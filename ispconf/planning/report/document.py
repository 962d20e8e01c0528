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
    seal,
    sealed,
    summary,
)

FORMAT = 1


def document(
    changeset: Changeset, found: Impact, exit_code: Exit, fingerprint: Callable[[str], str]
) -> dict[str, Any]:
    """Plain values for JSON; secrets are replaced by ``(secret)``."""
    return {
        "format": FORMAT,
        "ispconf": __version__,
        "commit": changeset.commit,
        "dirty": changeset.dirty,
        "date": changeset.day.isoformat(),
        "digest": digest(changeset, fingerprint),
        "exit_code": int(exit_code),
        "impact": found._asdict(),
        "summary": summary(changeset),
        "money": changeset.money._asdict(),
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
        "changes": [
            change_document(change) | {"seal": seal(plan.router, change, fingerprint)}
            for change in plan.changes
        ],
    }


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
