"""Who recorded the ledger entries of one subscriber, and in which commit.

Reads only the lines that name the subscriber, so that years of a large ledger cost a search through
bytes. Knows files, lines and git.
"""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from ispconf.edge import layout
from ispconf.edge.commits import Commit, commits, known, uncommitted
from ispconf.edge.history import Repository
from ispconf.edge.ledgerfiles import entries
from ispconf.edge.past import Life, life
from ispconf.edge.sources import reader
from ispconf.edge.versions import Versions
from ispconf.errors import Problem
from ispconf.ledger import lines
from ispconf.ledger.entries import Entry


class Recorded(NamedTuple):
    """An entry and the commit that added its line; None: it is not committed yet."""

    entry: Entry
    commit: Commit | None


def lived(
    repository: Repository, versions: Versions, name: str
) -> tuple[Life | None, list[Recorded]]:
    """The life of a subscriber's file and their entries, git asked for both at once."""
    with ThreadPoolExecutor(1) as other:
        early = other.submit(recorded, repository, Versions(repository), (name,))
        found = life(repository, versions, name)
        entries = early.result()
    if found and set(found.names) != {name}:
        entries = recorded(repository, versions, found.names)
    return found, entries


def recorded(repository: Repository, versions: Versions, names: Collection[str]) -> list[Recorded]:
    """The entries of a subscriber, whatever their id was, in the order of the ledger's files."""
    found = _entries(repository, names)
    if not found:
        return []
    log = commits(repository, "HEAD", paths=list(found), renames=False)
    made: dict[str, list[tuple[Commit, str]]] = {}
    for commit in log:
        for file in commit.touched:
            made.setdefault(file.path, []).append((commit, file.after))
    new = uncommitted(repository, "ledger")
    alone = {path for path, steps in made.items() if len(steps) == 1 and path not in new}
    versions.fetch(blob for path, steps in made.items() if path not in alone for _, blob in steps)
    return [
        Recorded(entry, made[path][0][0] if path in alone else _first(entry, made, versions))
        for path, held in found.items()
        for entry in held
    ]


def _first(
    entry: Entry, made: Mapping[str, list[tuple[Commit, str]]], versions: Versions
) -> Commit | None:
    """The first commit whose version of the file has the entry's number."""
    for commit, blob in made.get(entry.file, []):
        data = versions.content(blob)
        number = entry.no.encode()
        if number + b"," in data or any(each.no == entry.no for each in entries("", data, [])):
            return commit
    return None


def _entries(repository: Repository, names: Collection[str]) -> dict[str, list[Entry]]:
    """The entries in each ledger file on disk."""
    words = [name.encode() for name in names]
    found: dict[str, list[Entry]] = {}
    paths = [path for path in known(repository, "ledger/*.yaml") if _of_a_journal(path)]
    for path, data in reader(repository.root)(paths):
        if isinstance(data, Problem) or not any(word in data for word in words):
            continue
        held = _named(path, data, words)
        own = [entry for entry in held if entry.subscriber in names]
        if own:
            found[path] = own
    return found


def _of_a_journal(path: str) -> bool:
    placed = layout.placed(path)
    return isinstance(placed, layout.Placed) and placed.kind == "ledger"


def _named(path: str, data: bytes, words: Collection[bytes]) -> list[Entry]:
    """The entries of the lines that hold one of the words; all of a file that is not canonical."""
    held = []
    for at in sorted({at for word in words for at in _places(data, word)}):
        end = data.find(b"\n", at)
        line = data[at : end if end >= 0 else None].decode("utf-8", "replace").rstrip("\r")
        entry = lines.read(line, path, data.count(b"\n", 0, at) + 1)
        if entry is None:
            return entries(path, data, [])
        held.append(entry)
    return held


def _places(data: bytes, word: bytes) -> Iterator[int]:
    """Where the lines begin that hold a word."""
    at = data.find(word)
    while at >= 0:
        yield data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        at = data.find(word, end) if end >= 0 else -1
