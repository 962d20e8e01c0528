"""The whole repository as one Network, or all that is wrong with it at once.

Puts together where files come from (``sources``), what came of each (``taking``), what follows from
the ledger (``booking``) and what is known of all of them together (``conclusions``). Files that did
not change are neither opened nor parsed, and their models are made when somebody looks at them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, NoReturn

from ispconf.edge import history, sources
from ispconf.edge.booking import Ledger
from ispconf.edge.cache import Cache, program
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
from ispconf.edge.reading import Progress
from ispconf.edge.share import Common
from ispconf.edge.taking import Taken
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger.closing import month_of
from ispconf.network.checks import among_files, services_of
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.records import problems as recorded_problems
from ispconf.network.router import Router

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
    """One reading of a network: what is known of its files together."""

    def __init__(self, files: sources.Files, cache: Cache, progress: Progress | None) -> None:
        self._files = files
        self._cache = cache
        self._progress = progress or _silent
        self._taken = Taken(files, cache, self._progress)
        self._problems = self._taken.problems
        self._changing = False

    def opened(self) -> Opened:
        """The network and its origin; raises FilesError."""
        taken = self._taken
        name = self._name(taken.wanted)
        agreed = None if taken.unread else self._agreed(name)
        taken.look_up(taken.others if agreed else taken.wanted)
        taken.take(taken.others)
        company = taken.of("company", Company).get("company")
        if company is None:
            self._without_company()
        network = self._frame(company)
        named = taken.named()
        common = Common(network, named, taken.ledger, taken.contents_of, self._cache)
        ledger = Ledger(common, self._files.root)
        unread = [] if agreed else taken.unkept(taken.people)
        with ledger.reading(unread, self._progress) as reading:
            if not agreed:
                taken.take(taken.people, reading)
            network = replace(network, subscribers=taken.subscribers(named))
            agreed = agreed or self._agreement(network, name)
            concluded = ledger.judged(reading)
        network = replace(network, book=ledger.book())
        self._problems += agreed.problems
        self._problems += concluded.problems
        self._problems += self._recorded(ledger, company, agreed, f"{name} {ledger.key}")
        names = name, ledger.key, self._name(taken.others)
        return Opened(
            _judged(network, self._problems), Origin(self._cache, *names, named, concluded)
        )

    def _recorded(
        self, ledger: Ledger, company: Company, agreed: Agreement, name: str
    ) -> list[Problem]:
        """What the ledger says that the other files do not; kept as long as both are."""
        unread = self._taken.unread.get("subscribers", ())

        def find() -> list[Problem]:
            records = ledger.judged().records
            return [*recorded_problems(records, company, agreed.services, unread)]

        sure = ledger.intact and not self._changing and not unread
        return kept_or_found(self._cache, _RECORDED, name, find) if sure else find()

    def _frame(self, company: Company) -> Network:
        """The network without its subscribers and its book."""
        return Network(
            company=company,
            plans=self._taken.of("plan", ServicePlan),
            routers=self._taken.of("router", Router),
            subscribers={},
            closed=self._taken.closed,
            locate=Locator(self._files.read),
            commit=self._files.commit,
            dirty=self._files.dirty,
        )

    def _agreed(self, name: str) -> Agreement | None:
        """What is known of the files of that name together, if it is."""
        found = self._cache.conclusions(_FILES, name)
        return next((revived_agreement(kept) for kept in found.values()), None)

    def _agreement(self, network: Network, name: str) -> Agreement:
        """What is found of these files together; kept unless one is wrong or changes just now."""
        claims, unread = self._taken.claims, self._taken.unread
        found = Agreement(
            services_of(network.subscribers, claims), among_files(network, claims, unread)
        )
        self._changing = not self._taken.keep()
        if not self._changing:
            self._cache.conclude(_FILES, name, dumped_agreement(found))
        return found

    def _name(self, paths: Iterable[str]) -> str:
        """Names files and what they are."""
        lines = sorted(f"{path} {self._files.blobs[path]}" for path in paths)
        return blake2b("\n".join(lines).encode(), digest_size=20).hexdigest()

    def _without_company(self) -> NoReturn:
        """All that can be said when ``ispconf.yaml`` is missing or wrong: each file by itself."""
        taken = self._taken
        if history.COMPANY_FILE not in self._files.blobs and not taken.unread.get("ispconf.yaml"):
            self._problems.append(Problem(Source(history.COMPANY_FILE), "is missing"))
        taken.look_up(taken.wanted)
        taken.take(taken.people)
        for path, content in sorted(taken.contents_of(taken.ledger)):
            if isinstance(content, Problem):
                self._problems.append(content)
            elif month_of(path) is None:
                entries(path, content, self._problems)
        raise FilesError(self._problems)


def _silent(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def _judged(network: Network, problems: list[Problem]) -> Network:
    """The network with its warnings; raises FilesError when there is more than warnings."""
    if any(problem.severity == "error" for problem in problems):
        raise FilesError(problems)
    ordered = tuple(sorted(problems, key=lambda problem: (problem.source, problem.message)))
    return replace(network, warnings=ordered)
