"""What a merge may do to the ledger, and which ways of merging hide what it did.

A merge keeps the lines of each commit that it merges, in their order: it loses, doubles and
reorders nothing that somebody recorded. Knows git's merges and their conflicts; what append only
means is for ``appendonly``.
"""

from collections.abc import Collection, Iterator

from ispconf.edge.appendonly import ledger_change
from ispconf.edge.differing import differences
from ispconf.edge.history import Repository
from ispconf.errors import Problem, RequestError, Source


def lost_in_merges(
    repository: Repository, base: str, reopened: Collection[str] = ()
) -> Iterator[Problem]:
    """Lines of the ledger that merges since ``base`` lost, or put before lines that were there.

    A line that only one side had is no line of ``base``, so that nothing else would miss it. A
    merge that is being made counts with the files as they are on disk.

    Args:
        repository: whose merges.
        base: the commit at which the change began.
        reopened: months whose closing may be taken away or written anew.
    """
    merges = repository.plumb("rev-list", "--merges", "--parents", "HEAD", f"^{base}")
    pairs = [
        (parent, merge)
        for merge, *parents in map(str.split, merges.splitlines())
        for parent in parents
    ]
    if merging := _merging(repository):
        pairs.append((merging, ""))
    for parent, merge in pairs:
        found = differences(repository, parent, merge, "ledger")
        for problem in ledger_change(found, parent, reopened).problems:
            where = merge[:12] or "that is being made"
            yield problem._replace(message=f"{problem.message} (in the merge {where})")


def ways_of_merging(repository: Repository) -> Iterator[Problem]:
    """Conflicts that nobody settled, and a way of merging ledgers in which none would show.

    A union puts the lines of two branches one after the other and says nothing: two payments with
    one number would be found after the merge, not before.
    """
    unmerged = repository.plumb("ls-files", "--unmerged", "-z").split("\0")
    for file in dict.fromkeys(line.partition("\t")[2] for line in unmerged if line):
        yield Problem(Source(file), "is not merged yet: settle the conflict, then git add it")
    said = repository.plumb("check-attr", "-z", "merge", "--", "ledger/2026/01/2026-01-01-x.yaml")
    if said.split("\0")[2] == "union":
        told = (
            "merges the ledger by union, which hides that two branches wrote one journal; write: "
            "ledger/**/*.yaml merge=text"
        )
        yield Problem(Source(".gitattributes"), told, severity="warning")


def _merging(repository: Repository) -> str:
    """The commit that is being merged at this moment; "" when none is."""
    try:
        return repository.plumb("rev-parse", "--verify", "--quiet", "MERGE_HEAD").strip()
    except RequestError:
        return ""
