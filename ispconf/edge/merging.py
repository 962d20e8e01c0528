"""What a merge may do to the ledger, and which ways of merging hide what it did.

A merge keeps the lines of each commit that it merges, in their order: it loses, doubles and
reorders nothing that somebody recorded. Knows git's merges and their conflicts; what append only
means is for ``appendonly``.
"""

from collections.abc import Collection, Iterable, Iterator

from ispconf.edge.appendonly import ledger_change
from ispconf.edge.differing import Difference, differences, proposed
from ispconf.edge.history import Repository
from ispconf.errors import Problem, RequestError, Source
from ispconf.ledger.journals import journal_of


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


def lost_beside(
    repository: Repository, base: str, start: str, ours: Iterable[Difference]
) -> Iterator[Problem]:
    """Lines that ``base`` got since ``start`` and that are not here, by journals.

    Of a journal that was written here, too, both gave the same numbers: two clones wrote it, or
    what ``base`` has was written anew (an amended commit, a rebase). Other journals of ``base``
    are only newer, unless history was rewritten: that looks the same, so it is a warning.

    Args:
        repository: whose lines.
        base: the commit to which the change goes, or that it replaces.
        start: where the change left ``base``.
        ours: what differs from ``start``.
    """
    tip = repository.commit(base)
    came = repository.changed(start, tip, "ledger")
    if not came:
        return
    missing = {
        each.path: ledger_change([each], tip).problems
        for each in proposed(repository, tip)
        if each.path in came and each.before
    }
    newer = [path for path, problems in missing.items() if problems]
    written = {journal_of(each.path) for each in ours} - {None}
    twice = [path for path in newer if journal_of(path) in written]
    for path in twice:
        said = (
            f"has lines in {tip[:12]} that are not here, where the journal was written, too: both "
            f"gave the same numbers; take those of {tip[:12]} and record yours again"
        )
        yield Problem(missing[path][0].source, said)
    if newer and not twice:
        said = (
            f"has lines in {tip[:12]} that are not here: merge it, or rebase onto it; if this is "
            "to replace it, they are lost"
        )
        yield Problem(Source(newer[0]), said, severity="warning")


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
