"""The files of a network one by one: which of them mean something, and what came of each.

Takes what is kept of files that did not change, and reads the others. Knows nothing of whether they
fit together: ``files`` does.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TypeVar

from ispconf.edge import history, layout, sources
from ispconf.edge.cache import Cache, Kept
from ispconf.edge.conclusions import OwnFile
from ispconf.edge.reading import (
    Outcome,
    Progress,
    Subscribers,
    kept_claims,
    kept_model,
    outcome,
)
from ispconf.edge.shares import Reading
from ispconf.errors import Problem, Source
from ispconf.ledger.closing import end_of
from ispconf.network.claims import Claim
from ispconf.network.subscriber import Subscriber
from ispconf.network.written import Named

Model = TypeVar("Model", bound=Named)
Places = Mapping[str, layout.Placed]
"""What files are, by path."""

_STEP = 256  # files between two calls of progress


class Taken:
    """What is known of each file; ``problems`` grow while files are taken.

    ``wanted`` are those that mean something and that can be read: ``people`` are subscribers,
    ``others`` concern everybody. ``ledger`` gives the blob ids of its files, ``closed`` its last
    closed day. ``unread`` are ids by folder, of files that are there but wrong.
    """

    def __init__(self, files: sources.Files, cache: Cache, progress: Progress) -> None:
        self.problems = list(files.problems)
        self.claims: list[Claim] = []
        self.unread: dict[str, set[str]] = {}
        self.closed: date | None = None
        self._files = files
        self._cache = cache
        self._progress = progress
        self._kept: dict[str, Kept] = {}
        self._new: dict[str, Kept] = {}
        self._contents: dict[str, bytes] = {}
        self._models: dict[layout.Kind, dict[str, Named]] = {}
        self._done = self._total = 0
        wanted, ledger = self._sorted_out()
        self._hash_unknown([*wanted, *ledger])
        blobs = files.blobs
        self.wanted: Places = {path: each for path, each in wanted.items() if path in blobs}
        self.people: Places = {
            path: each for path, each in self.wanted.items() if each.kind == "subscriber"
        }
        self.others: Places = {
            path: each for path, each in self.wanted.items() if path not in self.people
        }
        self.ledger = {path: blobs[path] for path in ledger if path in blobs}

    def _sorted_out(self) -> tuple[dict[str, layout.Placed], list[str]]:
        """The files that mean something, by path, less those whose id is taken; and the ledger."""
        wanted: dict[str, layout.Placed] = {}
        ledger: list[str] = []
        first: dict[layout.Placed, str] = {}
        for path in sorted(self._files.blobs):
            placed = layout.placed(path)
            if isinstance(placed, Problem):
                self.problems.append(placed)
            elif placed is None:
                continue
            elif placed.kind in ("ledger", "closing"):
                ledger.append(path)
                if placed.kind == "closing":
                    self.closed = end_of(placed.id)
            elif placed in first:
                said = f'"{placed.id}" is taken: two {placed.kind}s cannot have one id'
                self.problems.append(Problem(Source(path), said, also=Source(first[placed])))
            else:
                first[placed] = path
                wanted[path] = placed
        self.problems += layout.crowded([*wanted, *ledger])
        return wanted, ledger

    def _hash_unknown(self, paths: Iterable[str]) -> None:
        """Gives the files that git does not vouch for the id that git would give them."""
        blobs = self._files.blobs
        unknown = [path for path in paths if not blobs[path]]
        like = next((blob for blob in blobs.values() if blob), "0" * 40)
        for path, content in self._files.read(unknown):
            if isinstance(content, Problem):
                self.problems.append(content)
                self._blame(path)
                del blobs[path]
            else:
                blobs[path] = history.blob_id(content, like)
                self._contents[path] = content

    def _blame(self, path: str) -> None:
        """Remembers that a file is there, though wrong: to name it is no second mistake."""
        placed = layout.placed(path)
        if isinstance(placed, layout.Placed):
            self.unread.setdefault(path.partition("/")[0], set()).add(placed.id)

    def look_up(self, files: Places) -> None:
        """Finds what is kept of files."""
        self._kept = self._cache.find(self._key(*each) for each in files.items())
        self._total = len(self.unkept(files))

    def unkept(self, files: Places) -> list[str]:
        """Those of these files of which nothing is kept."""
        return [path for path, each in files.items() if self._key(path, each) not in self._kept]

    def take(self, files: Places, reading: Reading | None = None) -> None:
        """Takes what is kept, and what came of the rest in other processes or comes of it here."""
        todo = self.unkept(files)
        for path in files.keys() - set(todo):
            self._take_kept(path, files[path], self._kept[self._key(path, files[path])])
        elsewhere = reading.people() if reading else {}
        for path, came in elsewhere.items():
            self._take(path, files[path], came)
        blobs = self._files.blobs
        for path, content in self.contents_of(path for path in todo if path not in elsewhere):
            if self._done % _STEP == 0:
                self._progress(self._done, self._total)
            self._done += 1
            placed = files[path]
            self._take(path, placed, outcome(placed.kind, placed.id, path, content, blobs[path]))
        if not elsewhere:
            self._progress(self._done, self._total)

    def _key(self, path: str, placed: layout.Placed) -> str:
        """The name under which a file is kept: its content, and what it is read as."""
        return f"{placed.kind} {self._files.blobs.get(path)}"

    def contents_of(self, paths: Iterable[str]) -> Iterable[sources.Content]:
        """The contents of files, those first that were read already."""
        rest = []
        for path in paths:
            if path in self._contents:
                yield path, self._contents.pop(path)
            else:
                rest.append(path)
        yield from self._files.read(rest)

    def _take_kept(self, path: str, placed: layout.Placed, kept: Kept) -> None:
        if placed.kind == "subscriber":
            self.claims += kept_claims(placed.id, path, kept.extra)
        else:
            made = kept_model(placed.kind, placed.id, path, kept.value)
            self._models.setdefault(placed.kind, {})[placed.id] = made

    def _take(self, path: str, placed: layout.Placed, came: Outcome) -> None:
        """Takes what came of a file; a subscriber's model may be made when it is asked for."""
        if came.problems:
            self.problems += came.problems
            self._blame(path)
            return
        if came.model:
            self._models.setdefault(placed.kind, {})[placed.id] = came.model
        if placed.kind == "subscriber":
            self.claims += kept_claims(placed.id, path, came.kept.extra)
        if came.lasting:
            self._new[self._key(path, placed)] = came.kept

    def keep(self) -> bool:
        """Keeps what is new; whether all files are kept: none is wrong or changes just now."""
        keys = [self._key(*each) for each in self.wanted.items()]
        if self._new:
            self._cache.store(self._new, keys)
        return all(key in self._new or key in self._kept for key in keys)

    def of(self, kind: layout.Kind, model: type[Model]) -> dict[str, Model]:
        """The models of a kind that were made, by id."""
        found = self._models.get(kind, {})
        return {name: each for name, each in sorted(found.items()) if isinstance(each, model)}

    def named(self) -> dict[str, OwnFile]:
        """The file of each subscriber, by id."""
        blobs = self._files.blobs
        return {
            each.id: OwnFile(path, blobs[path], self._key(path, each))
            for path, each in self.people.items()
        }

    def subscribers(self, named: Mapping[str, OwnFile]) -> Subscribers:
        """All that were not wrong; those that nobody had to build are made when they are asked."""
        built = self.of("subscriber", Subscriber)
        unread = self.unread.get("subscribers", ())
        waiting = {
            name: (own.path, own.key)
            for name, own in named.items()
            if name not in built and name not in unread
        }
        return Subscribers(built, waiting, self._found, self._files.read)

    def _found(self, keys: Collection[str]) -> Mapping[str, Kept]:
        """What is kept of files, from here or from the cache."""
        return self._kept if self._kept.keys() >= set(keys) else self._cache.find(keys)
