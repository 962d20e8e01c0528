"""Files kept on a branch of their own, without history in common with the network's.

For what is not the operator's to edit: the journal of applies, the plans that were reviewed. Works
with git's plumbing: nobody's work tree or index is touched. Files are added and replaced, never
removed; who loses a race against another machine takes what came first and adds to it. Knows
nothing of what is in the files.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ispconf.edge.committing import committed
from ispconf.edge.history import Repository, Tracked
from ispconf.errors import RequestError

_TRIES = 40  # as many shards may end at once
_REMOTE = "origin"
_QUIET = {"GIT_TERMINAL_PROMPT": "0"}  # a password that nobody types must not hold up a run


class Kept(NamedTuple):
    """What became of files that were added: the commit, and why it is not at origin (or "")."""

    commit: str
    problem: str = ""


class Branch:
    """One such branch; paths are relative to the network's folder."""

    def __init__(self, repository: Repository, name: str) -> None:
        self._git = repository
        self.name = name
        self._ours = f"refs/heads/{name}"
        self._theirs = f"refs/remotes/{_REMOTE}/{name}"

    def files(self, folder: str = "") -> dict[str, Tracked]:
        """Every file, or those of a folder, as far as they are known here, by path."""
        found: dict[str, Tracked] = {}
        for tip in self._tips():
            found |= self._git.all_files(tip, self._git.prefix + folder)
        length = len(self._git.prefix)
        return {path[length:]: each for path, each in found.items()}

    def read(self, files: Mapping[str, Tracked]) -> Iterator[tuple[str, bytes]]:
        """The contents of files, by path."""
        contents = self._git.blobs(each.blob for each in files.values())
        for path, (_, content) in zip(files, contents, strict=True):
            yield path, content

    def known(self) -> bool:
        """Whether anything of the branch is here."""
        return bool(self._tips())

    def fetch(self) -> str:
        """Takes what others have added; gives why that was not possible, "" if it was.

        Without a remote ``origin`` there are no others.
        """
        if not self._remote():
            return ""
        # A pattern: that the branch is not there yet is no failure.
        both = (f"+{self._ours}*:{self._theirs}*",)
        try:
            self._git.plumb("fetch", "-q", "--no-tags", "--no-write-fetch-head", _REMOTE, *both,
                            env=_QUIET)  # fmt: skip
        except RequestError as error:
            return str(error)
        return ""

    def add(self, files: Mapping[str, bytes], words: str) -> Kept:
        """Adds or replaces files in one commit, and pushes it where there is a remote.

        Raises:
            RequestError: git cannot write here; a push that fails is told in the answer instead,
                and made up for by the next one.
        """
        blobs = {
            path: self._git.plumb("hash-object", "-w", "--stdin", given=content)
            for path, content in files.items()
        }
        problem = self.fetch()
        for _ in range(_TRIES):
            ours, theirs = self._tip(self._ours), self._tip(self._theirs)
            commit = self._committed(blobs, words)
            if not problem and self._remote():
                refused = self._pushed(commit)
                problem = self.fetch() if refused else ""
                if refused and not problem and self._tip(self._theirs) != theirs:
                    continue  # somebody was faster
                problem = problem or refused
                if not refused:
                    self._moved(commit, ours)
                    return Kept(commit)
            if self._moved(commit, ours):
                return Kept(commit, problem)
        raise RequestError(f"others kept adding to {self.name}; try again")

    def _committed(self, blobs: Mapping[str, str], words: str) -> str:
        """A new commit with these files on top of all that is known here."""
        tips = self._tips()
        new = {path: Tracked("100644", blob) for path, blob in blobs.items()}
        if len(tips) > 1:  # what could not be pushed before
            theirs = self._git.all_files(tips[-1])
            ours = self._git.all_files(tips[0])
            length = len(self._git.prefix)
            new = {path[length:]: each for path, each in ours.items() if path not in theirs} | new
        return committed(self._git, tips[-1] if tips else "", new, tips[::-1], words)

    def _moved(self, commit: str, old: str) -> bool:
        """Lets our branch be that commit, unless another process of this clone was faster."""
        try:
            self._git.plumb("update-ref", self._ours, commit, old or "0" * len(commit))
        except RequestError:
            return False
        return True

    def _pushed(self, commit: str) -> str:
        """Why a push was refused; "" when it was not."""
        to = f"{commit}:{self._ours}"
        try:
            self._git.plumb("push", "-q", "--no-verify", _REMOTE, to, env=_QUIET)
        except RequestError as error:
            return str(error)
        self._git.plumb("update-ref", self._theirs, commit)
        return ""

    def _tips(self) -> list[str]:
        """The newest commits known here: one, or ours and then origin's where both have moved."""
        ours, theirs = self._tip(self._ours), self._tip(self._theirs)
        if not ours or not theirs or ours == theirs:
            return [ours or theirs] if ours or theirs else []
        if self._git.contains(ours, theirs):
            return [ours]
        return [theirs] if self._git.contains(theirs, ours) else [ours, theirs]

    def _tip(self, ref: str) -> str:
        return self._git.tip(ref)

    def _remote(self) -> bool:
        return self._git.configured(f"remote.{_REMOTE}.url")
