"""The whole repository as one Network, or all that is wrong with it at once.

Puts together where files come from (``sources``), what they mean by their path (``layout``), what
was read before (``cache``) and how one file is read (``reading``, ``ledgerfiles``). Files that did
not change are neither opened nor parsed, and their models are made when somebody looks at them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeVar

from ispconf.edge import history, layout, sources
from ispconf.edge.booking import Ledger
from ispconf.edge.cache import Cache, Kept, program
from ispconf.edge.conclusions import (
    Agreement,
    Origin,
    dumped_agreement,
    kept_or_found,
    revived_agreement,
)
from ispconf.edge.ledgerfiles import entries
from ispconf.edge.locating import Locator
from ispconf.edge.pausing import collector_paused
from ispconf.edge.reading import (
    Outcome,
    Progress,
    Subscribers,
    kept_claims,
    kept_model,
    outcome,
)
from ispconf.edge.share import Source as Shared
from ispconf.edge.shares import Reading
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger.closing import end_of, month_of
from ispconf.network.checks import among_files, services_of
from ispconf.network.claims import Claim
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.records import problems as recorded_problems
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.network.written import Named

Model = TypeVar("Model", bound=Named)

_STEP = 256  # files between two calls of progress
_RECORDED = "recorded"  # and what is wrong between those and the ledger's
_FILES = "files"  # how the cache calls what is known of all files but the ledger's together


def open_network(
    root: Path,
    *,
    env: Mapping[str, str],
    rev: str | None = None,
    progress: Progress | None = None,
) -> Network:
    """The network whose files are in ``root`` or a folder above it.

    Args:
        root: a folder of the repository; it need not be a git repository unless ``rev`` is given.
        env: the environment; ``ISPCONF_CACHE=off`` reads every file anew and keeps nothing.
        rev: a revision to read instead of the files on disk.
        progress: called now and then with how much was read and how much there is to read.

    Raises:
        FilesError: every problem of every file, in stable order, warnings included.
        RequestError: there is no such folder, network or revision.
    """
    return opened(root, env=env, rev=rev, progress=progress).network


class Opened(NamedTuple):
    """A network, and what it was made of, by which conclusions from it are kept."""

    network: Network
    origin: Origin


def opened(
    root: Path,
    *,
    env: Mapping[str, str],
    rev: str | None = None,
    progress: Progress | None = None,
) -> Opened:
    """The network as ``open_network`` gives it, with its origin."""
    home = history.root(root) if rev is None else root.absolute()
    repository = history.Repository.required(home) if rev else history.Repository.of(home)
    if repository is None:
        files = sources.of_folder(home)
    elif rev is None:
        files = sources.of_work_tree(repository)
    else:
        files = sources.of_revision(repository, rev)
    keeps = repository is not None and env.get("ISPCONF_CACHE") != "off"
    folder = repository.directory / "ispconf" if repository and keeps else None
    return opened_from(files, Cache(folder, program()), progress)


def opened_from(files: sources.Files, cache: Cache, progress: Progress | None = None) -> Opened:
    """The network of these files; raises FilesError."""
    with collector_paused():
        return _Opening(files, cache, progress).opened()


class _Opening:
    """One reading of a network: what was found so far."""

    def __init__(self, files: sources.Files, cache: Cache, progress: Progress | None) -> None:
        self._files = files
        self._cache = cache
        self._kept: dict[str, Kept] = {}
        self._new: dict[str, Kept] = {}
        self._progress = progress or _silent
        self._contents: dict[str, bytes] = {}
        self._problems = list(files.problems)
        self._models: dict[layout.Kind, dict[str, Named]] = {}
        self._claims: list[Claim] = []
        self._unread: dict[str, set[str]] = {}
        self._closed: date | None = None
        self._changing = False
        self._done = self._total = 0

    def opened(self) -> Opened:
        """The network and its origin; raises FilesError."""
        wanted, recorded = self._wanted()
        self._hash_unknown([*wanted, *recorded])
        blobs = self._files.blobs
        wanted = {path: each for path, each in wanted.items() if path in blobs}
        people = {path: each for path, each in wanted.items() if each.kind == "subscriber"}
        others = {path: each for path, each in wanted.items() if path not in people}
        written = {path: blobs[path] for path in recorded if path in blobs}
        name = self._name(wanted)
        agreed = None if self._unread else self._agreed(name)
        self._kept = self._cache.find(self._key(*each) for each in others.items())
        if not agreed:
            self._kept |= self._cache.find(self._key(*each) for each in people.items())
            self._total = len(self._unkept(wanted))
        self._read(others)
        company = self._models.get("company", {}).get("company")
        if not isinstance(company, Company):
            self._without_company(people, written)
        network = self._frame(company)
        named = {
            each.id: (path, blobs[path], self._key(path, each)) for path, each in people.items()
        }
        shared = Shared(network, named, written, self._contents_of, self._cache)
        ledger = Ledger(shared, self._files.root)
        unread = [] if agreed else self._unkept(people)
        with ledger.reading(unread, self._progress) as reading:
            if not agreed:
                self._read(people, reading)
            network = replace(network, subscribers=self._subscribers(named))
            agreed = agreed or self._agreement(network, wanted, name)
            concluded = ledger.judged(reading)
        network = replace(network, book=ledger.book())
        self._problems += agreed.problems
        self._problems += concluded.problems
        self._problems += self._recorded(ledger, company, agreed, f"{name} {ledger.key}")
        shared_by_all = self._name(others)
        origin = Origin(self._cache, name, ledger.key, shared_by_all, named, concluded)
        return Opened(_judged(network, self._problems), origin)

    def _recorded(
        self, ledger: Ledger, company: Company, agreed: Agreement, name: str
    ) -> list[Problem]:
        """What the ledger says that the other files do not; kept as long as both are."""
        unread = self._unread.get("subscribers", ())

        def find() -> list[Problem]:
            records = ledger.judged().records
            return [*recorded_problems(records, company, agreed.services, unread)]

        sure = ledger.intact and not self._changing and not unread
        return kept_or_found(self._cache, _RECORDED, name, find) if sure else find()

    def _frame(self, company: Company) -> Network:
        """The network without its subscribers and its book."""
        return Network(
            company=company,
            plans=self._of("plan", ServicePlan),
            routers=self._of("router", Router),
            subscribers={},
            closed=self._closed,
            locate=Locator(self._files.read),
            commit=self._files.commit,
            dirty=self._files.dirty,
        )

    def _agreed(self, name: str) -> Agreement | None:
        """What is known of the files of that name together, if it is."""
        found = self._cache.conclusions(_FILES, name)
        return next((revived_agreement(kept) for kept in found.values()), None)

    def _agreement(
        self, network: Network, wanted: Mapping[str, layout.Placed], name: str
    ) -> Agreement:
        """What is found of these files together; kept unless one is wrong or changes just now."""
        found = Agreement(
            services_of(network.subscribers, self._claims),
            among_files(network, self._claims, self._unread),
        )
        keys = [self._key(*each) for each in wanted.items()]
        if self._new:
            self._cache.store(self._new, keys)
        self._changing = not all(key in self._new or key in self._kept for key in keys)
        if not self._changing:
            self._cache.conclude(_FILES, name, dumped_agreement(found))
        return found

    def _name(self, wanted: Mapping[str, layout.Placed]) -> str:
        """Names files and what they are."""
        return _digest(f"{path} {self._files.blobs[path]}" for path in wanted)

    def _subscribers(self, named: Mapping[str, tuple[str, str, str]]) -> Subscribers:
        """All that were not wrong; those that nobody had to build are made when they are asked."""
        built = self._of("subscriber", Subscriber)
        unread = self._unread.get("subscribers", ())
        waiting = {
            name: (path, key)
            for name, (path, _, key) in named.items()
            if name not in built and name not in unread
        }
        return Subscribers(built, waiting, self._found, self._files.read)

    def _found(self, keys: Collection[str]) -> Mapping[str, Kept]:
        """What is kept of files, from here or from the cache."""
        return self._kept if self._kept.keys() >= set(keys) else self._cache.find(keys)

    def _without_company(
        self, people: Mapping[str, layout.Placed], ledger: Mapping[str, str]
    ) -> NoReturn:
        """All that can be said when ``ispconf.yaml`` is missing or wrong: each file by itself."""
        if history.COMPANY_FILE not in self._files.blobs and not self._unread.get("ispconf.yaml"):
            self._problems.append(Problem(Source(history.COMPANY_FILE), "is missing"))
        self._read(people)
        for path, content in sorted(self._contents_of(ledger)):
            if isinstance(content, Problem):
                self._problems.append(content)
            elif month_of(path) is None:
                entries(path, content, self._problems)
        raise FilesError(self._problems)

    def _wanted(self) -> tuple[dict[str, layout.Placed], list[str]]:
        """The files that mean something, by path, less those whose id is taken; and the ledger."""
        wanted: dict[str, layout.Placed] = {}
        ledger: list[str] = []
        first: dict[layout.Placed, str] = {}
        for path in sorted(self._files.blobs):
            placed = layout.placed(path)
            if isinstance(placed, Problem):
                self._problems.append(placed)
            elif placed is None:
                continue
            elif placed.kind in ("ledger", "closing"):
                ledger.append(path)
                if placed.kind == "closing":
                    self._closed = end_of(placed.id)
            elif placed in first:
                said = f'"{placed.id}" is taken: two {placed.kind}s cannot have one id'
                self._problems.append(Problem(Source(path), said, also=Source(first[placed])))
            else:
                first[placed] = path
                wanted[path] = placed
        self._problems += layout.crowded([*wanted, *ledger])
        return wanted, ledger

    def _hash_unknown(self, paths: Iterable[str]) -> None:
        """Gives the files that git does not vouch for the id that git would give them."""
        blobs = self._files.blobs
        unknown = [path for path in paths if not blobs[path]]
        like = next((blob for blob in blobs.values() if blob), "0" * 40)
        for path, content in self._files.read(unknown):
            if isinstance(content, Problem):
                self._problems.append(content)
                self._blame(path)
                del blobs[path]
            else:
                blobs[path] = history.blob_id(content, like)
                self._contents[path] = content

    def _blame(self, path: str) -> None:
        """Remembers that a file is there, though wrong: to name it is no second mistake."""
        placed = layout.placed(path)
        if isinstance(placed, layout.Placed):
            self._unread.setdefault(path.partition("/")[0], set()).add(placed.id)

    def _unkept(self, wanted: Mapping[str, layout.Placed]) -> list[str]:
        return [path for path, each in wanted.items() if self._key(path, each) not in self._kept]

    def _read(self, wanted: Mapping[str, layout.Placed], reading: Reading | None = None) -> None:
        """Takes what is kept, and what came of the rest in other processes or comes of it here."""
        todo = self._unkept(wanted)
        for path in wanted.keys() - set(todo):
            self._take_kept(path, wanted[path], self._kept[self._key(path, wanted[path])])
        elsewhere = reading.people() if reading else {}
        for path, came in elsewhere.items():
            self._take(path, wanted[path], came)
        blobs = self._files.blobs
        for path, content in self._contents_of(path for path in todo if path not in elsewhere):
            placed = wanted[path]
            self._take(path, placed, outcome(placed.kind, placed.id, path, content, blobs[path]))
        self._progress(self._done, self._total)

    def _key(self, path: str, placed: layout.Placed) -> str:
        """The name under which a file is kept: its content, and what it is read as."""
        return f"{placed.kind} {self._files.blobs.get(path)}"

    def _contents_of(self, paths: Iterable[str]) -> Iterable[sources.Content]:
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
            self._claims += kept_claims(placed.id, path, kept.extra)
        else:
            made = kept_model(placed.kind, placed.id, path, kept.value)
            self._models.setdefault(placed.kind, {})[placed.id] = made

    def _take(self, path: str, placed: layout.Placed, came: Outcome) -> None:
        """Takes what came of a file; a subscriber's model may be made when it is asked for."""
        if self._done % _STEP == 0:
            self._progress(self._done, self._total)
        self._done += 1
        if came.problems:
            self._problems += came.problems
            self._blame(path)
            return
        if came.model:
            self._models.setdefault(placed.kind, {})[placed.id] = came.model
        if placed.kind == "subscriber":
            self._claims += kept_claims(placed.id, path, came.kept.extra)
        if came.lasting:
            self._new[self._key(path, placed)] = came.kept

    def _of(self, kind: layout.Kind, model: type[Model]) -> dict[str, Model]:
        found = self._models.get(kind, {})
        return {name: each for name, each in sorted(found.items()) if isinstance(each, model)}


def _digest(lines: Iterable[str]) -> str:
    return blake2b("\n".join(sorted(lines)).encode(), digest_size=20).hexdigest()


def _silent(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def _judged(network: Network, problems: list[Problem]) -> Network:
    """The network with its warnings; raises FilesError when there is more than warnings."""
    if any(problem.severity == "error" for problem in problems):
        raise FilesError(problems)
    ordered = tuple(sorted(problems, key=lambda problem: (problem.source, problem.message)))
    return replace(network, warnings=ordered)
