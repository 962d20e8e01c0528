"""The JSON documents that verbs promise, field by field; a key with ``?`` may be absent."""

import re
from typing import Any

Shape = Any
"""A type, a pattern, a set of values, a list of one shape, a mapping of shapes, or several in a
tuple of which one must fit."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")
COMMIT = re.compile(r"[0-9a-f]{40}")
DIGEST = re.compile(r"[0-9a-f]{64}")
MONEY = re.compile(r"-?\d+\.\d\d")
REF = re.compile(r"[a-z]+[\w./*-]*\.yaml(:\d+)?( \w+)?")

CHANGE = {
    "action": {"add", "adopt", "set", "remove", "move", "disconnect"},
    "table": re.compile(r"(/[a-z-]+)+"),
    "key": dict,
    "owner": re.compile(r"[a-z0-9-]+/[a-z0-9-]+|(plan|router):[a-z0-9-]+"),
    "before": dict,
    "after": dict,
    "effect": {
        "create", "suspend", "restore", "speed", "address", "cancel", "move", "adopt", "heal",
        "infrastructure",
    },
    "calendar": bool,
    "reason": re.compile(".+"),
    "cause": re.compile(".+"),
    "why": [{"kind": {"ledger", "rule", "file"}, "ref": REF}],
    "secrets?": {"before?": dict, "after?": dict},
    "seal": DIGEST,
    "by?": {"user": str, "time": str},
}  # fmt: skip

PLAN = {
    "format": {1},
    "ispconf": str,
    "commit": COMMIT,
    "dirty": bool,
    "date": DAY,
    "repository?": COMMIT,
    "digest": DIGEST,
    "waiting_digest?": DIGEST,
    "exit_code": int,
    "impact": dict.fromkeys(
        ("lose", "regain", "speed", "address", "new", "sessions_dropped"), int
    ),
    "summary": dict.fromkeys(
        ("routers", "unreachable", "deferred", "add", "adopt", "set", "remove", "move",
         "disconnect"),
        int,
    ),
    "money": {"suspended": int, "owed": str, "restored": int},
    "notes?": [str],
    "offline?": {"taken": str, "age": int, "uncompared": int, "unverified": int},
    "routers": [
        {
            "router": str,
            "status": {
                "planned", "unchanged", "unreachable", "incomplete", "deferred", "refused",
            },
            "problem": (str, type(None)),
            "live": ({"routeros": str, "identity": str, "rows": int}, type(None)),
            "notes": [str],
            "guards?": [{"guard": str, "found": int, "of": int}],
            "changes": [CHANGE],
            "withheld?": [{name: shape for name, shape in CHANGE.items() if name != "seal"}],
        }
    ],
}  # fmt: skip

RESULT = {
    "converged": bool,
    **dict.fromkeys(("done", "failed", "skipped", "conflict", "undone", "unknown"), int),
    **dict.fromkeys(("left", "waiting"), int),
    "problem": (str, type(None)),
    **dict.fromkeys(("taken_back", "held", "unwell"), (str, type(None))),
    "refused": [str],
    "notes": [str],
    "failures": [
        {
            "action": str,
            "table": str,
            "key": dict,
            "outcome": {"failed", "skipped", "conflict"},
            "message": re.compile(".+"),
        }
    ],
}

_WAITS = {"router": str, "since": str, "changes": int, "problem": re.compile(".+")}
APPLIED = PLAN | {
    "applied": dict,
    "rollout": {
        "waves": [[str]], "stopped": (str, type(None)), "held": [str], "notes": [str],
    },
    "waiting": [_WAITS | {"new": bool}],
    "recovered": [_WAITS],
}  # fmt: skip

SERVICE = {
    "service": re.compile(r"[a-z0-9-]+/[a-z0-9-]+"),
    "plan": str,
    "router?": str,
    "state": {"active", "due", "grace", "suspended", "free", "paused", "cancelled", "pending"},
    "open": MONEY,
    "covered_until?": DAY,
    "next_issue?": DAY,
    "next_due?": DAY,
    "cut?": DAY,
    "reasons": [{"rule": str, "text": str, "ref": str}],
}

SUBSCRIBER = {"subscriber": str, "balance": MONEY, "services": [SERVICE]}

ENTRY = {
    "no": re.compile(r"[a-z0-9-]+-\d{6}"),
    "date": DAY,
    "type": str,
    "subscriber": str,
    "service?": str,
    "zone?": str,
    "period?": re.compile(rf"{DAY.pattern}/{DAY.pattern}"),
    "due?": DAY,
    "cut?": DAY,
    "total?": MONEY,
    "taxes?": dict,
    "lines?": [{"item": str, "amount": MONEY}],
    "amount?": MONEY,
    "method?": str,
    "ref?": str,
    "for?": (str, list),
}

STATUS = {
    "format": {1},
    "date": DAY,
    "commit": COMMIT,
    "exit_code": {0},
    "subscribers": [SUBSCRIBER],
    "routers": [
        {
            "router": str,
            "commit": (COMMIT, type(None)),
            "date": (DAY, type(None)),
            "behind": (int, type(None)),
            "waits": (
                {"changes": int, "since": str, "commit": COMMIT, "problem": (str, type(None))},
                type(None),
            ),
        }
    ],
}

STATEMENT = {name: shape for name, shape in STATUS.items() if name != "routers"} | {
    "subscribers": [SUBSCRIBER | {"entries": [ENTRY | {"balance": MONEY}]}],
}

ENTRIES = {
    "format": {1},
    "date": DAY,
    "entries": [ENTRY],
    "restores": [str],
    "exit_code": {0},
}

PROBLEMS = {
    "format": {1},
    "exit_code": {0, 1},
    "problems": [
        {
            "file": str,
            "line": (int, type(None)),
            "column": (int, type(None)),
            "severity": {"error", "warning"},
            "message": str,
            "also": (str, type(None)),
        }
    ],
}

FAILURE = {"format": {1}, "exit_code": int, "problem": str}


def misfits(value: Any, shape: Shape, at: str = "") -> list[str]:
    """Where a document is not as promised."""
    if isinstance(shape, dict):
        return _keys(value, shape, at)
    if isinstance(shape, tuple):
        found = [misfits(value, each, at) for each in shape]
        return [] if [] in found else [wrong for each in found for wrong in each]
    if isinstance(shape, list) and isinstance(value, list):
        return [w for n, held in enumerate(value) for w in misfits(held, shape[0], f"{at}[{n}]")]
    return [] if _fits(value, shape) else [f"{at}: {value!r} is not {shape}"]


def _fits(value: Any, shape: Shape) -> bool:
    if isinstance(shape, type):
        return type(value) is shape
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    return isinstance(shape, set) and value in shape


def _keys(value: Any, shape: dict[str, Shape], at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: {value!r} is no mapping"]
    known = {name.removesuffix("?"): name for name in shape}
    wrong = [f"{at}.{name}: is not promised" for name in value if name not in known]
    for name, promised in known.items():
        if name in value:
            wrong += misfits(value[name], shape[promised], f"{at}.{name}")
        elif not promised.endswith("?"):
            wrong.append(f"{at}.{name}: is absent")
    return wrong
