"""The whole repository as one Network, or all that is wrong with it at once.

Puts together where files come from (``sources``), what they mean by their path (``layout``), what
was read before (``cache``) and how one file is read (``reading``, ``ledgerfiles``). Files that did
not change are neither opened nor parsed, and their models are made when somebody looks at them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeVar

from ispconf.edge import history, layout, sources
from ispconf.edge.booking import Ledger
from ispconf.edge.cache import Cache, Kept, program
from ispconf.edge.locating import Locator
from ispconf.edge.pausing import collector_paused
from ispconf.edge.reading import (
    BadFileError,
    Progress,
    Subscribers,
    kept_claims,
    kept_model,
    model_of,
)
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger.closing import end_of
from ispconf.network.checks import problems as across_files
from ispconf.network.claims import Claim, claims
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.network.written import Named

Model = TypeVar("Model", bound=Named)

_STEP = 256  # files between two calls of progress


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
        progress: called now and then with the number of files read and to be read.

    Raises:
        FilesError: every problem of every file, in stable order, warnings included.
        RequestError: there is no such folder, network or revision.
    """
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
    with collector_paused():
        return _Opening(files, Cache(folder, program()), progress).network()


class _Opening:
    """One reading of a network: what was found so far."""

    def __init__(self, files: sources.Files, cache: Cache, progress: Progress | None) -> None:
        self._files = files
        self._cache = cache
        self._kept = cache.load()
        self._new: dict[str, Kept] = {}
        self._progress = progress or _silent
        self._contents: dict[str, bytes] = {}
        self._problems = list(files.problems)
        self._models: dict[layout.Kind, dict[str, Named]] = {}
        self._waiting: dict[str, tuple[str, str]] = {}
        self._claims: list[Claim] = []
        self._unread: dict[str, set[str]] = {}
        self._used: list[str] = []
        self._closed: date | None = None
        self._done = self._total = 0

    def network(self) -> Network:
        """The network; raises FilesError."""
        wanted, ledger = self._wanted()
        self._hash_unknown([*wanted, *ledger])
        self._total = sum(self._key(*each) not in self._kept for each in wanted.items())
        people = {path: each for path, each in wanted.items() if each.kind == "subscriber"}
        self._read({path: each for path, each in wanted.items() if path not in people})
        blobs = {path: self._files.blobs[path] for path in ledger if path in self._files.blobs}
        company = self._models.get("company", {}).get("company")
        if not isinstance(company, Company):
            self._without_company(people, blobs)
        book = Ledger(blobs, self._contents_of, company.currency, self._kept)
        try:
            if self._files.root and not any(path in self._contents for path in blobs):
                book.begin(self._files.root)
            self._read(people)
            recorded, wrong, kept = book.judged()
        finally:
            book.end()
        if kept:
            self._new[book.key] = kept
        elif book.known:
            self._used.append(book.key)
        network = Network(
            company=company,
            plans=self._of("plan", ServicePlan),
            routers=self._of("router", Router),
            subscribers=Subscribers(self._of("subscriber", Subscriber), self._waiting),
            book=book.book(),
            closed=self._closed,
            locate=Locator(self._files.read),
            commit=self._files.commit,
            dirty=self._files.dirty,
        )
        self._problems += wrong
        self._problems += across_files(
            network, claimed=self._claims, recorded=recorded, unread=self._unread
        )
        if self._new:
            self._cache.store(self._new, self._used)
        return _judged(network, self._problems)

    def _without_company(
        self, people: Mapping[str, layout.Placed], ledger: Mapping[str, str]
    ) -> NoReturn:
        """All that can be said when ``ispconf.yaml`` is missing or wrong: each file by itself."""
        from ispconf.edge.judging import read_all  # noqa: PLC0415  most runs need none

        if history.COMPANY_FILE not in self._files.blobs and not self._unread.get("ispconf.yaml"):
            self._problems.append(Problem(Source(history.COMPANY_FILE), "is missing"))
        self._read(people)
        read_all(self._contents_of(ledger), self._problems)
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

    def _read(self, wanted: Mapping[str, layout.Placed]) -> None:
        """Takes what is kept, and reads the rest."""
        todo: dict[str, layout.Placed] = {}
        blobs = self._files.blobs
        for path, placed in wanted.items():
            if path not in blobs:
                continue
            key = self._key(path, placed)
            kept = self._kept.get(key)
            if kept is None:
                todo[path] = placed
                continue
            self._used.append(key)
            if placed.kind == "subscriber":
                self._waiting[placed.id] = (path, kept.value)
                self._claims += kept_claims(placed.id, path, kept.extra)
            else:
                made = kept_model(placed.kind, placed.id, path, kept.value)
                self._models.setdefault(placed.kind, {})[placed.id] = made
        for path, content in self._contents_of(todo):
            if self._done % _STEP == 0:
                self._progress(self._done, self._total)
            self._done += 1
            self._read_one(path, todo[path], content)
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

    def _read_one(self, path: str, placed: layout.Placed, content: bytes | Problem) -> None:
        if isinstance(content, Problem):
            self._problems.append(content)
            self._blame(path)
            return
        try:
            model, kept = model_of(placed.kind, placed.id, path, content)
        except BadFileError as error:
            self._problems += error.problems
            self._blame(path)
            return
        self._models.setdefault(placed.kind, {})[placed.id] = model
        if history.is_blob(content, self._files.blobs[path]):  # else it changed a moment ago
            self._new[self._key(path, placed)] = kept
        if isinstance(model, Subscriber):
            self._claims += claims(model)

    def _of(self, kind: layout.Kind, model: type[Model]) -> dict[str, Model]:
        found = self._models.get(kind, {})
        return {name: each for name, each in sorted(found.items()) if isinstance(each, model)}


def _silent(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def _judged(network: Network, problems: list[Problem]) -> Network:
    """The network with its warnings; raises FilesError when there is more than warnings."""
    if any(problem.severity == "error" for problem in problems):
        raise FilesError(problems)
    ordered = tuple(sorted(problems, key=lambda problem: (problem.source, problem.message)))
    return replace(network, warnings=ordered)
