"""Entries that came to the ledger later than another one of the same day, as far as git knows.

Journals count by themselves and a file's name has no time, so that two files of one day do not tell
which of their lines was first. The commit that brought a line does: what its tree does not hold was
recorded later, or elsewhere and was not known here. Knows commits and blobs.
"""

from collections.abc import Sequence

from ispconf.edge.commits import NOTHING, commits
from ispconf.edge.history import Repository
from ispconf.edge.ledgerfiles import entries
from ispconf.edge.versions import Versions
from ispconf.errors import RequestError
from ispconf.ledger.entries import Entry


def latecomers(repository: Repository, entry: Entry, others: Sequence[Entry]) -> frozenset[str]:
    """The numbers of those of the others that the ledger did not hold when the entry was recorded.

    None of them when the entry is in no commit yet: all that is there was there before. Of lines
    that one commit brought, each was known to each.
    """
    if not others or not entry.file or not repository.tip("HEAD"):
        return frozenset()
    versions = Versions(repository)
    for commit in commits(repository, "HEAD", paths=[entry.file], renames=False):
        if any(_holds(versions.content(file.after), entry) for file in commit.touched):
            there = {
                path: versions.content(_blob(repository, commit.id, path))
                for path in {each.file for each in others}
            }
            return frozenset(each.no for each in others if not _holds(there[each.file], each))
    return frozenset()


def _blob(repository: Repository, commit: str, path: str) -> str:
    """The blob of a file in a commit; that of no file where it is not there."""
    try:
        return repository.plumb("rev-parse", "--verify", f"{commit}:./{path}")
    except RequestError:
        return NOTHING


def _holds(data: bytes, entry: Entry) -> bool:
    number = entry.no.encode()
    return number + b"," in data or any(each.no == entry.no for each in entries("", data, []))
