"""What a subscriber's history is judged by: company, plans and routers as they are on disk.

A network without its people and its ledger, read in milliseconds. Files that are wrong are left
out, for history has to be told also while something is being repaired.
"""

from dataclasses import replace
from pathlib import Path

from ispconf.edge import layout
from ispconf.edge.history import COMPANY_FILE
from ispconf.edge.locating import Locator
from ispconf.edge.reading import BadFileError, model_of
from ispconf.edge.sources import reader
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.network.written import Named


def frame(root: Path) -> Network:
    """The network of a folder without subscribers and ledger.

    Raises:
        FilesError: ``ispconf.yaml`` cannot be read.
    """
    there = (*(root / "plans").glob("*.yaml"), *(root / "inventory").glob("*.yaml"))
    paths = sorted(path.relative_to(root).as_posix() for path in there)
    read = reader(root)
    models: list[Named] = []
    for path, content in read([COMPANY_FILE, *paths]):
        problems = [content] if isinstance(content, Problem) else []
        placed = layout.placed(path)
        if isinstance(placed, layout.Placed) and isinstance(content, bytes):
            try:
                models.append(model_of(placed.kind, placed.id, path, content))
            except BadFileError as error:
                problems = error.problems
        if problems and path == COMPANY_FILE:
            raise FilesError(problems)
    company = next((each for each in models if isinstance(each, Company)), None)
    if company is None:
        raise FilesError([Problem(Source(COMPANY_FILE), "is missing")])
    plans = {each.id: each for each in models if isinstance(each, ServicePlan)}
    routers = {each.id: each for each in models if isinstance(each, Router)}
    return Network(company, plans, routers, {}, locate=Locator(read))


def framed(network: Network, name: str, path: str, data: bytes, entries: list[Entry]) -> Network:
    """The network with one subscriber and their entries.

    Services of a plan that is not there are left out: nothing can be judged of them. A file that
    cannot be read gives nobody.
    """
    try:
        person = model_of("subscriber", name, path, data)
    except BadFileError:
        return network
    assert isinstance(person, Subscriber)  # noqa: S101  for the type checker
    sold = {key: each for key, each in person.services.items() if each.plan in network.plans}
    known = person.model_copy(update={"services": sold})
    return replace(network, subscribers={name: known}, book=Book.of(entries))
