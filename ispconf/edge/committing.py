"""A commit made without touching anybody's work tree or index.

Knows git's plumbing: a tree is an older one with some files set or taken out. Knows nothing of what
the files mean, and moves no branch.
"""

import secrets
from collections.abc import Mapping, Sequence

from ispconf.edge.history import Repository, Tracked

_SOMEBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "ispconf"), ("EMAIL", "ispconf@localhost"))
}
"""Who commits where git was not told who works there, as on a runner."""


def committed(
    repository: Repository,
    base: str,
    files: Mapping[str, Tracked | None],
    parents: Sequence[str],
    words: str,
) -> str:
    """A new commit: the tree of ``base`` ("": an empty one) with these files set, None taken out.

    Paths are relative to the network's folder.

    Raises:
        RequestError: git cannot write here.
    """
    index = repository.directory / f"ispconf-index-{secrets.token_hex(4)}"
    env = {"GIT_INDEX_FILE": str(index)}
    gone = Tracked("0", "0" * len(base))
    lines = "".join(
        f"{(there or gone).mode} {(there or gone).blob}\t{repository.prefix}{path}\0"
        for path, there in files.items()
    )
    try:
        if base:
            repository.plumb("read-tree", base, env=env)
        repository.plumb("update-index", "-z", "--index-info", given=lines.encode(), env=env)
        tree = repository.plumb("write-tree", env=env)
    finally:
        index.unlink(missing_ok=True)
    said = [word for parent in parents for word in ("-p", parent)]
    return repository.plumb("commit-tree", tree, *said, "-m", words, env=identity(repository))


def identity(repository: Repository) -> Mapping[str, str]:
    """Who commits, where git was not told who works there; nothing where it was."""
    told = repository.configured("user.name") and repository.configured("user.email")
    return {} if told else _SOMEBODY
