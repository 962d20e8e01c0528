"""What is left of a file outside of the work tree: its versions in git, and what we keep ourselves.

Knows git's objects and our own cache. What a file should be instead is for ``network.erasure``.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ispconf.edge.cache import NAME
from ispconf.edge.commits import commits
from ispconf.edge.history import Repository
from ispconf.edge.past import life, pattern
from ispconf.edge.versions import Versions, blobs_of
from ispconf.edge.writing import write_whole

_SCRIPT = """\
# For git filter-repo --blob-callback: every version of {names} becomes what is left of it.
if blob.original_id in ({blobs}):
    blob.data = {data!r}
"""


class Traces(NamedTuple):
    """Versions of a file in git: how many, in how many commits, and the script that ends them."""

    names: tuple[str, ...]
    versions: int
    commits: int
    script: Path


def traces(repository: Repository, name: str, stub: bytes) -> Traces | None:
    """Finds all versions in all branches, and writes the script; None when git has none.

    Args:
        repository: where to look.
        name: the subscriber's id; ids they had before are found.
        stub: what every version is to become.
    """
    found = life(repository, Versions(repository), name)
    names = found.names if found else (name,)
    log = commits(repository, "--all", paths=[pattern(each) for each in names], renames=False)
    blobs = sorted({blob for blob in blobs_of(log) if blob})
    if not blobs:
        return None
    script = repository.directory / "ispconf" / f"erase-{name}.py"
    text = _SCRIPT.format(names=", ".join(names), blobs=_bytes(blobs), data=stub)
    write_whole(script, text.encode(), mode=0o600)
    return Traces(names, len(blobs), len(log), script)


def _bytes(blobs: Iterable[str]) -> str:
    return "".join(f'b"{blob}", ' for blob in blobs)


def forget_kept(repository: Repository) -> None:
    """Throws the cache away: it holds the files as they were."""
    (repository.directory / "ispconf" / NAME).unlink(missing_ok=True)
