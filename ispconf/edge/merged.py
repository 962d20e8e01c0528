"""Which reviewed commits are part of what is applied, however they were merged.

A merge has the commit itself, a fast squash or rebase one with the same tree, a squash behind other
changes one with the same difference: git's patch id tells. What was taken back since and is asked
for again looks the same: that is for a new review. Knows nothing of plans.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from ispconf.edge.history import Repository
from ispconf.errors import RequestError

_UPSTREAMS = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main",
              "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")  # fmt: skip
_DIFFS = 500
"""Merges whose difference is looked at; who is behind by more plans anew."""


class _Past(NamedTuple):
    """A commit that was applied before: its tree, and when it was made (seconds since 1970)."""

    commit: str
    tree: str
    made: int


class Merged:
    """The commits that ``HEAD`` has and ``applied`` had not; with both of them.

    ``applied`` is a commit, or "" for all of history.
    """

    def __init__(self, repository: Repository, applied: str) -> None:
        self._git = repository
        self._applied = known = applied and repository.tip(applied)
        self._range = ["HEAD", f"^{known}"] if known else ["HEAD"]
        ends = ["HEAD", *([known] if known else [])]
        self._commits: dict[str, str] = {}
        for words in (self._range, ["--no-walk", *ends]):
            said = repository.plumb("log", "--format=%H %T", *words)
            self._commits |= dict(line.split(" ") for line in said.splitlines())

    def has(self, commit: str, tree: str, patch: str) -> bool:
        """Whether it is one of them, or has the tree or the difference of one of them."""
        if commit in self._commits or tree in self._commits.values():
            return True
        return bool(patch) and patch in self._patches

    def had(self, commit: str, tree: str, patch: str, time: datetime) -> bool:
        """Whether what was reviewed at that time was merged and applied since, and is over.

        Who asks for the same once more, after it was taken back, has a review of their own.
        """
        if commit in self._commits:
            return False
        past = [each for each in self._past if each.made >= time.timestamp()]
        if any(each.tree == tree for each in past):
            return True
        return bool(patch and past) and patch in self._patches_of(past)

    @cached_property
    def _past(self) -> list[_Past]:
        """What the main branch was before ``applied``, newest first."""
        if not self._applied:
            return []
        words = ("--first-parent", "--format=%H %T %ct", f"--max-count={_DIFFS}")
        said = self._git.plumb("log", *words, self._applied).splitlines()[1:]
        return [_Past(name, tree, int(made)) for name, tree, made in map(str.split, said)]

    @cached_property
    def _patches(self) -> frozenset[str]:
        return self._differences(f"--max-count={_DIFFS}", *self._range)

    def _patches_of(self, past: Iterable[_Past]) -> frozenset[str]:
        return self._differences("--no-walk", *(each.commit for each in past))

    def _differences(self, *words: str) -> frozenset[str]:
        plain = ("--first-parent", "-m", "-p", "--no-ext-diff", "--no-textconv", "--no-renames")
        diffs = self._git.plumb("log", "--format=commit %H", *plain, *words)
        return _patch_ids(self._git, diffs)


def _patch_ids(repository: Repository, diffs: str) -> frozenset[str]:
    said = repository.plumb("patch-id", "--stable", given=diffs.encode(errors="surrogateescape"))
    return frozenset(line.split(" ")[0] for line in said.splitlines())


def proposed(repository: Repository, commit: str) -> tuple[str, frozenset[str]]:
    """What a commit adds to the main branch, on which it may be already.

    Returns:
        The patch id of its difference, "" if there is none, and the names and addresses of the
        people who made it.
    """
    base = _base(repository, commit)
    if not base:
        return "", frozenset()
    diff = repository.plumb("diff", "--no-ext-diff", "--no-textconv", "--no-renames", base, commit)
    patches = _patch_ids(repository, diff)
    form = "%an%n%ae%n%(trailers:key=Co-authored-by,valueonly,unfold)"
    said = repository.plumb("log", f"--format={form}", commit, f"^{base}")
    told = {part.strip(" >") for line in said.splitlines() for part in line.split("<")}
    return next(iter(patches), ""), frozenset(filter(None, told))


def _base(repository: Repository, commit: str) -> str:
    """Where a commit left the main branch; what it was merged into when it is on it."""
    for ref in _UPSTREAMS:
        upstream = repository.tip(ref)
        if upstream and not repository.contains(upstream, commit):
            try:
                return repository.plumb("merge-base", upstream, commit)
            except RequestError:
                return ""
        if upstream:
            break
    return repository.tip(f"{commit}^1")
