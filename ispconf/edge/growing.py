"""A ledger that was only appended to since it was judged: what the new entries change.

Where it was right and lines came at the ends of its journals, only the subscribers whom these
concern are judged again, and their references looked for. Whatever is not as plain as that is left
to ``judging``, which looks at everything: both come to the same.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from ispconf.edge.conclusions import Conclusions, File
from ispconf.edge.history import blob_id, is_blob
from ispconf.edge.ledgerfiles import canonical
from ispconf.edge.searching import FEW, Search
from ispconf.edge.sources import Content
from ispconf.errors import Problem
from ispconf.ledger import checks
from ispconf.ledger.book import Book
from ispconf.ledger.closing import month_of, recorded_in
from ispconf.ledger.entries import Entry
from ispconf.ledger.journals import journal_of
from ispconf.ledger.money import Currency
from ispconf.network.records import records, together

_MOST: Final = 64  # files that may have changed

Read = Callable[[Iterable[str]], Iterable[Content]]


def grown(
    before: Conclusions, key: str, blobs: Mapping[str, str], read: Read, currency: Currency
) -> Conclusions | None:
    """The conclusions for these files, named ``key``; None when everything must be looked at."""
    changed = [path for path, blob in blobs.items() if before.files.get(path, ("", 0))[0] != blob]
    closed = max([month for path in blobs if (month := month_of(path))], default="")
    if (
        len(changed) > _MOST
        or not before.files.keys() <= blobs.keys()
        or not before.odd.isdisjoint(changed)
        or any(month_of(path) or recorded_in(path) <= closed for path in changed)
        or any(problem.severity == "error" for problem in before.problems)
    ):
        return None
    files = dict(before.files)
    added: list[Entry] = []
    for path, content in sorted(read(changed)):
        if isinstance(content, Problem):
            return None
        new = _appended(path, content, blobs[path], before.files.get(path))
        if new is None:
            return None
        files[path] = blobs[path], len(content)
        added += new
    last = _counted(before.last, added)
    people = {who for each in added for who in (each.subscriber, each.to, each.from_) if who}
    late = any(f"{entry.date:%Y-%m}" <= closed for entry in added)
    if last is None or late or len(people) > FEW:
        return None
    new_problems = _problems(added, people, Search(blobs, read, before.odd), currency)
    if any(problem.severity == "error" for problem in new_problems):
        return None
    return Conclusions(
        together(before.records, records(Book.of(added))),
        [*before.problems, *(each for each in new_problems if each not in before.problems)],
        files,
        before.odd,
        last,
        max([before.latest, *(entry.date for entry in added)]),
        before.whole,
        {**before.since, **dict.fromkeys(people, key)},
    )


def _appended(path: str, content: bytes, blob: str, was: File | None) -> list[Entry] | None:
    """The entries that came to a file, in canonical spelling; None when that is not all."""
    if not is_blob(content, blob):  # it changes just now
        return None
    old = content[: was[1]] if was else b""
    if was and (blob_id(old, was[0]) != was[0] or (old and not old.endswith(b"\n"))):
        return None
    return canonical(path, content[len(old) :], old.count(b"\n") + 1)


def _counted(
    before: Mapping[str, tuple[str, int]], added: Iterable[Entry]
) -> Mapping[str, tuple[str, int]] | None:
    """Where each journal ends with the new entries; None when one does not follow its last."""
    last = dict(before)
    for entry in added:
        journal = journal_of(entry.file) or ""
        file, number = last.get(journal, ("", 0))
        if entry.file < file or entry.no != f"{journal}-{number + 1:06d}":
            return None
        last[journal] = entry.file, number + 1
    return last


def _problems(
    added: Sequence[Entry], people: Collection[str], search: Search, currency: Currency
) -> list[Problem]:
    """What is wrong with the entries of these people, new and old, and between them and others."""
    own = search.of_subscribers(people).values()
    found = checks.of_people(Book.of(entry for each in own for entry in each), currency)
    references = {(each.method, each.ref) for each in added if each.method and each.ref}
    if len(list(search.referenced(references))) > len(references):
        found.append(Problem(added[0].source, "a reference is booked already"))
    return found
