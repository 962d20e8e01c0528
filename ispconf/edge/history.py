"""Git: where the repository is, what its files were, and what differs from them now.

Speaks to git through GitPython's command interface (``git ls-files``, ``status``, ``cat-file``),
which is many times faster here than its objects. Knows commits, blob ids and paths relative to the
network's root, which may be a folder of a larger repository. Knows nothing of what a file means.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import new
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ispconf.errors import RequestError

if TYPE_CHECKING:
    from git.cmd import Git

COMPANY_FILE: Final = "ispconf.yaml"
KEYS_FILE: Final = "ispconf.keys.yaml"
FOLDERS: Final = ("inventory", "plans", "subscribers", "ledger", "templates")
MATTERS: Final = (COMPANY_FILE, KEYS_FILE, *FOLDERS)
"""What a network is made of; changes elsewhere do not make it dirty."""

_SHA1: Final = 40  # hex digits
LINK: Final = "120000"
_BATCH = 256


class Tracked(NamedTuple):
    """A file that git knows: its mode (``100644``; ``120000`` is a link) and blob id."""

    mode: str
    blob: str


class Change(NamedTuple):
    """A file of two commits: what it was and what it is; None where it is not there.

    A blob of zeros is a file on disk whose content git does not have.
    """

    before: Tracked | None
    after: Tracked | None


def _known(mode: str, blob: str) -> Tracked | None:
    return Tracked(mode, blob) if mode.strip("0") else None


def blob_id(data: bytes, like: str) -> str:
    """The id that git gives such a content, by the same hash as another id."""
    algorithm = "sha1" if len(like) == _SHA1 else "sha256"
    digest = new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def is_blob(data: bytes, blob: str) -> bool:
    """Whether a file on disk is that blob, perhaps with the line ends of this system."""
    return blob_id(data, blob) == blob or blob_id(data.replace(b"\r\n", b"\n"), blob) == blob


class WorkTree(NamedTuple):
    """The files as they are now: ``clean`` ones are exactly what git knows, ``dirty`` are not.

    ``clean`` has the blob id of each; "" for a link, of which git knows where it leads. ``commit``
    is "" before the first commit. ``differs``: something that matters is not committed.
    """

    commit: str
    clean: dict[str, str]
    dirty: list[str]
    differs: bool


def root(start: Path) -> Path:
    """The folder at or above ``start`` that holds ``ispconf.yaml``, in the same git work tree.

    Raises:
        RequestError: there is none.
    """
    here = start.absolute()
    for folder in (here, *here.parents):
        if (folder / COMPANY_FILE).is_file():
            return folder
        if (folder / ".git").exists():  # a clone that lost the file is not the network around it
            break
    raise RequestError(
        f"no {COMPANY_FILE} in {here} or above; go to your network's repository, name it with "
        "-C DIR, or make a new one with: ispconf init DIR"
    )


def create(folder: Path) -> None:
    """Makes the folder a git repository, unless it is in one already.

    Raises:
        RequestError: git is missing, or refuses.
    """
    if Repository.of(folder) is None:
        from git import GitCommandError, Repo  # noqa: PLC0415  0.1 s that only init pays

        try:
            Repo.init(folder, initial_branch="main").close()
        except (GitCommandError, OSError) as error:
            raise RequestError(f"git: {error}") from error


class Repository:
    """A network's folder in a git work tree.

    ``directory`` is the common git directory: one for all work trees of a clone; ``prefix`` is the
    folder of the network in the repository, "" or with a slash at its end.
    """

    def __init__(self, root: Path, git: "Git") -> None:
        self.root = root
        self._git = git
        said = self._run("rev-parse", "--path-format=absolute", "--git-common-dir", "--show-prefix")
        directory, prefix, *_ = (*os.fsdecode(said).split("\n"), "")
        self.directory = Path(directory)
        self.prefix = prefix

    @classmethod
    def of(cls, root: Path) -> "Repository | None":
        """The repository that holds ``root``; None when it is in no git work tree.

        Raises:
            RequestError: git is missing, or does not want to read the repository.
        """
        here = root.absolute()
        if not any((folder / ".git").exists() for folder in (here, *here.parents)):
            return None
        try:
            from git.cmd import Git  # noqa: PLC0415  0.1 s that a plain folder need not pay
        except ImportError as error:
            raise RequestError("git is not installed; install it and try again") from error
        git = Git(str(here))
        git.update_environment(GIT_OPTIONAL_LOCKS="0", LC_ALL="C")
        return cls(here, git)

    @classmethod
    def required(cls, root: Path) -> "Repository":
        """The repository that holds ``root``, for what cannot be done without git.

        Raises:
            RequestError: it is in none; the message says how to make one.
        """
        found = cls.of(root)
        if found is None:
            raise RequestError(
                f"{root} is not a git repository; make it one with: "
                f"git -C {root} init && git -C {root} add . && git -C {root} commit -m start"
            )
        return found

    def _start(self, *words: str, **options: Any) -> Any:
        """A git process that runs beside us."""
        return self._git.execute(["git", *words], as_process=True, **options)

    def _finish(self, process: Any, given: bytes | None = None) -> bytes:
        """All that a process prints; raises RequestError with git's own words."""
        out, problem = process.communicate(given)
        if process.returncode:
            said = problem.decode("utf-8", "replace").strip() or f"exit code {process.returncode}"
            raise RequestError(f"git: {said}")
        return bytes(out)

    def _run(self, *words: str) -> bytes:
        return self._finish(self._start(*words))

    def plumb(self, *words: str, given: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """What a git command prints that is given these bytes, less the white space at its ends.

        Raises:
            RequestError: git refuses, in its own words.
        """
        process = self._start(*words, istream=PIPE, env=dict(env or {}))
        return os.fsdecode(self._finish(process, given)).strip()

    def commit(self, rev: str = "HEAD") -> str:
        """The full id of a commit.

        Raises:
            RequestError: there is no such revision.
        """
        try:
            return self._run("rev-parse", "--verify", f"{rev}^{{commit}}").decode().strip()
        except RequestError as error:
            raise RequestError(f'git: there is no commit "{rev}"') from error

    def work_tree(self) -> WorkTree:
        """Every file that matters, tracked or new, but not those that git ignores."""
        listing = self._start("ls-files", "-s", "-z", "--", *MATTERS)
        status = self._start(
            "status", "--porcelain=v2", "--branch", "--no-renames", "-z", "-uall", "--", *MATTERS
        )
        clean: dict[str, str] = {}
        for line in os.fsdecode(self._finish(listing)).split("\0")[:-1]:
            facts, _, path = line.partition("\t")  # mode, blob and stage: 100644 ce01362... 0
            clean[path] = "" if facts.startswith(LINK) else facts[7:-2]
        commit, dirty, differs = "", list[str](), False
        for line in os.fsdecode(self._finish(status)).split("\0")[:-1]:
            if line.startswith("# "):
                if line.startswith("# branch.oid ") and "(initial)" not in line:
                    commit = line.removeprefix("# branch.oid ")
                continue
            differs = True
            path, now = self._status(line)
            if now != ".":
                clean.pop(path, None)
            if now not in (".", "D"):
                dirty.append(path)
        return WorkTree(commit, clean, dirty, differs)

    def _status(self, line: str) -> tuple[str, str]:
        """The path and the state of the file on disk: "." as tracked, "D" gone, else changed."""
        kind = line[0]
        if kind == "?":
            return line[2:].removeprefix(self.prefix), "?"
        words = line.split(" ", 10 if kind == "u" else 8)
        on_disk = "M" if kind == "u" and words[1] != "DD" else words[1][1]
        return words[-1].removeprefix(self.prefix), on_disk

    def fork(self, base: str) -> str:
        """The commit at which the work at hand left ``base``; ``base`` itself if it never did."""
        commit = self.commit(base)
        try:
            return self._run("merge-base", commit, "HEAD").decode().strip()
        except RequestError:
            return commit

    def changed(self, old: str, new: str = "", folder: str = ".") -> dict[str, Change]:
        """The files that differ between two commits, without renames.

        Args:
            old: a commit.
            new: another one; "" for the files on disk that git knows.
            folder: only files below it; "." is the whole repository.

        Returns:
            What each file was and is; paths above the network's folder begin with ``../``.
        """
        plain = ("--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none")
        ends, where = [old, new] if new else [old], [] if folder == "." else [folder]
        parts = os.fsdecode(self._run("diff", *plain, *ends, "--", *where)).split("\0")[:-1]
        found = {}
        for facts, path in zip(parts[::2], parts[1::2], strict=True):
            before, after, old_blob, new_blob, _ = facts[1:].split(" ")
            change = Change(_known(before, old_blob), _known(after, new_blob))
            found[self._below(path)] = change
        return found

    def _below(self, path: str) -> str:
        """The path relative to the network's folder, of one relative to the work tree."""
        if path.startswith(self.prefix):
            return path.removeprefix(self.prefix)
        return "../" * self.prefix.count("/") + path

    def new_files(self, *places: str) -> list[str]:
        """Files at or below some places that git does not know yet, less those it ignores."""
        said = self._run("ls-files", "--others", "--exclude-standard", "-z", "--", *places)
        return os.fsdecode(said).split("\0")[:-1]

    def tip(self, ref: str) -> str:
        """The commit that a full reference such as ``refs/heads/main`` names; "" if none does."""
        try:
            return self.plumb("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except RequestError:
            return ""

    def contains(self, commit: str, other: str) -> bool:
        """Whether the other commit is that commit or one before it; False if one is not here."""
        try:
            self.plumb("merge-base", "--is-ancestor", other, commit)
        except RequestError:
            return False
        return True

    def beginning(self) -> str:
        """The first commit of the repository, by which clones know each other; "" if unknown."""
        if self.plumb("rev-parse", "--is-shallow-repository") == "true" or not self.tip("HEAD"):
            return ""
        return self.plumb("rev-list", "--max-parents=0", "HEAD").split("\n")[-1]

    def committed(self, rev: str) -> datetime:
        """When a revision was committed.

        Raises:
            RequestError: there is no such revision.
        """
        return datetime.fromisoformat(self.plumb("log", "-1", "--format=%cI", self.commit(rev)))

    def behind(self, commit: str) -> int | None:
        """How many commits came after that one; None when it is not in this clone."""
        try:
            return int(self.plumb("rev-list", "--count", f"{commit}..HEAD"))
        except RequestError:
            return None

    def configured(self, name: str) -> bool:
        """Whether git's configuration has a value of that name."""
        try:
            return bool(self.plumb("config", "--get", name))
        except RequestError:
            return False

    def files(self, rev: str) -> dict[str, Tracked]:
        """Every file that matters at a revision, by its path in the network's folder."""
        return self._listed(self.commit(rev), "--", *MATTERS)

    def all_files(self, commit: str, folder: str = "") -> dict[str, Tracked]:
        """Every file of a commit, or of a folder of it, by its path in the repository."""
        return self._listed("--full-tree", commit, *(["--", folder] if folder else ()))

    def _listed(self, *words: str) -> dict[str, Tracked]:
        said = self._run("ls-tree", "-r", "-z", *words)
        found: dict[str, Tracked] = {}
        for line in os.fsdecode(said).split("\0")[:-1]:
            facts, _, path = line.partition("\t")
            mode, _kind, blob = facts.split(" ")
            found[path] = Tracked(mode, blob)
        return found

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of blobs, in the order asked for, through one git process."""
        process = self._start("cat-file", "--batch", istream=PIPE)
        todo = list(ids)
        for start in range(0, len(todo), _BATCH):  # a batch of names always fits into the pipe
            batch = todo[start : start + _BATCH]
            process.stdin.write("".join(f"{blob}\n" for blob in batch).encode())
            process.stdin.flush()
            for blob in batch:
                head = process.stdout.readline().split()
                if len(head) != 3:  # noqa: PLR2004  id, kind, size; else "<id> missing"
                    raise RequestError(f"git: the object {blob} is missing; try: git fsck")
                yield blob, process.stdout.read(int(head[2]) + 1)[:-1]
        process.stdin.close()
        self._finish_quietly(process)

    def _finish_quietly(self, process: Any) -> None:
        process.stdout.close()
        process.stderr.close()
        process.wait()
