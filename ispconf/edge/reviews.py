"""Reviewed plans and who approved them, kept on a branch of their own for every machine.

``plans/<commit>.json`` is the plan of a commit with what is needed to know the commit again after a
squash or a rebase; ``approvals/<commit>/<name>.json`` is one person's word for exactly that plan.
Holds no secret: plans have none.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ispconf.edge.branches import Branch, Kept
from ispconf.edge.history import Repository
from ispconf.edge.merged import Merged, proposed
from ispconf.errors import RequestError
from ispconf.planning.reviewed import Reviewed, reviewed

FORMAT = 1
_PLANS, _APPROVALS, _SNAPSHOT = "plans", "approvals", "snapshot.json"
_PLAN = b'\n "plan": '
_TEXTS = ("commit", "tree", "patch", "time")


class Word(NamedTuple):
    """One person's approval of the plan with this digest, and the guards it lifts."""

    by: str
    digest: str
    time: str
    allow: Mapping[str, int]


class Review(NamedTuple):
    """A plan that was recorded; ``authors`` are names and addresses, ``allow`` lifts its guards."""

    plan: Reviewed
    tree: str
    patch: str
    authors: frozenset[str]
    time: str
    allow: Mapping[str, int]
    words: tuple[Word, ...]


class _Kept(NamedTuple):
    path: str
    facts: Mapping[str, Any]
    content: bytes


class Reviews:
    """The plans and approvals of a branch."""

    def __init__(self, repository: Repository, branch: str) -> None:
        self._git = repository
        self._branch = Branch(repository, branch)

    def fetch(self) -> str:
        """Takes what others recorded; gives why that was not possible, "" if it was."""
        return self._branch.fetch()

    def record(self, document: Mapping[str, Any], facts: Mapping[str, Any]) -> Kept:
        """Keeps a plan of a commit, in place of an earlier one; ``facts`` say who and when.

        Raises:
            RequestError: the commit is not here, or git cannot write.
        """
        commit = self._git.commit(document["commit"])
        patch, authors = proposed(self._git, commit)
        record = {
            "format": FORMAT,
            "commit": commit,
            "tree": self._git.plumb("rev-parse", f"{commit}^{{tree}}"),
            "patch": patch,
            "day": document["date"],
            "digest": document["digest"],
            "authors": sorted(authors),
            **facts,
            "plan": document,
        }
        path = f"{_PLANS}/{commit}.json"
        return self._branch.add({path: _json(record)}, f"Record the plan of {commit[:12]}")

    def approve(self, commit: str, name: str, facts: Mapping[str, Any]) -> Kept:
        """Keeps somebody's approval of a plan; ``facts`` have its digest."""
        record = {"format": FORMAT, "commit": commit, "by": name, **facts}
        path = f"{_APPROVALS}/{commit}/{name.replace('/', '-')}.json"
        return self._branch.add({path: _json(record)}, f"{name} approves {commit[:12]}")

    def keep(self, snapshot: Mapping[str, Any]) -> Kept:
        """Keeps a snapshot of the routers, in place of an earlier one."""
        return self._branch.add({_SNAPSHOT: _json(snapshot)}, "Keep a snapshot of the routers")

    def snapshot(self) -> Any:
        """The last snapshot of the routers as plain values; None when there is none."""
        files = {path: each for path, each in self._branch.files().items() if path == _SNAPSHOT}
        return next((_value(path, text) for path, text in self._branch.read(files)), None)

    def of(self, commit: str) -> Review | None:
        """The newest review of a commit, or of one with the same tree; None without one."""
        tree = self._git.plumb("rev-parse", f"{commit}^{{tree}}")
        kept = [each for each in self._kept() if commit == each.facts["commit"]]
        same = (each for each in self._kept() if tree == each.facts["tree"])
        found = next(iter(kept), None) or next(same, None)
        return self._opened(found) if found else None

    def since(self, applied: str, *, once: bool = False) -> list[Review]:
        """The reviews of what ``HEAD`` has and ``applied`` had not, and of both, newest first.

        ``once``: not those whose change was applied since, taken back, and is there again.

        Raises:
            RequestError: one of them cannot be read.
            RefusedError: one of them was changed after it was written.
        """
        merged = Merged(self._git, applied)

        def counts(each: _Kept) -> bool:
            known = each.facts["commit"], each.facts["tree"], each.facts["patch"]
            if not merged.has(*known):
                return False
            return not (once and merged.had(*known, _moment(each.path, each.facts["time"])))

        return [self._opened(each) for each in self._kept() if counts(each)]

    def _kept(self) -> list[_Kept]:
        """What stands before the plan in each record, newest first."""
        found = [
            _Kept(path, _facts(path, content.partition(_PLAN)), content)
            for path, content in self._branch.read(self._branch.files(f"{_PLANS}/"))
        ]
        return sorted(found, key=lambda each: str(each.facts["time"]), reverse=True)

    def _opened(self, kept: _Kept) -> Review:
        facts = kept.facts
        words = self._branch.read(self._branch.files(f"{_APPROVALS}/{facts['commit']}/"))
        plan = reviewed(_value(kept.path, kept.content)["plan"], kept.path)
        spoken = [_word(path, content) for path, content in words]
        return Review(
            plan,
            facts["tree"],
            facts["patch"],
            frozenset(facts["authors"]),
            facts["time"],
            _allow(kept.path, facts),
            tuple(word for word in spoken if word.digest == plan.digest),
        )


def _json(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"


def _facts(path: str, parts: tuple[bytes, bytes, bytes]) -> Mapping[str, Any]:
    """What a record says before its plan, which may be large, comes."""
    head, found, _ = parts
    facts = _value(path, head.rstrip(b",\n ") + b"}" if found else head)
    texts = [facts.get(name) for name in _TEXTS] if isinstance(facts, dict) else [None]
    authors = facts.get("authors") if isinstance(facts, dict) else None
    if not all(isinstance(each, str) for each in texts) or not _all_text(authors):
        raise RequestError(f"{path} of the plans' branch is no record of a plan")
    if facts.get("format") != FORMAT:
        raise RequestError(f"{path} is of format {facts.get('format')}; update ispconf")
    return dict(facts)


def _moment(path: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestError(f"{path} of the plans' branch is of no time: {error}") from error


def _all_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _value(path: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"{path} of the plans' branch cannot be read: {error}") from error


def _word(path: str, content: bytes) -> Word:
    record = _value(path, content)
    try:
        return Word(
            str(record["by"]), str(record["digest"]), str(record["time"]), _allow(path, record)
        )
    except (TypeError, KeyError) as error:
        raise RequestError(f"{path} of the plans' branch is no approval: {error!r}") from error


def _allow(path: str, record: Mapping[str, Any]) -> Mapping[str, int]:
    allow = record.get("allow", {})
    if not isinstance(allow, dict) or not all(isinstance(each, int) for each in allow.values()):
        raise RequestError(f"{path} of the plans' branch allows what is no number")
    return allow
