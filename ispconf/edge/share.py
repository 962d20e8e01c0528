"""One share of the subscribers in a process of its own: their files, their entries, what follows.

Everything is read when it is first needed and stays. Each method is a question that ``shares`` asks
all shares at once. Knows nothing of other shares but that they exist.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from ispconf.edge.accounts import ACCOUNTS, judged
from ispconf.edge.cache import Cache
from ispconf.edge.closings import Closings
from ispconf.edge.conclusions import OwnFile
from ispconf.edge.crew import Tell
from ispconf.edge.history import is_blob
from ispconf.edge.parts import Part, part
from ispconf.edge.picking import Picked, Whole, whole
from ispconf.edge.reading import Outcome, Subscribers, outcome
from ispconf.edge.sources import Content
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger import checks
from ispconf.ledger.book import Book
from ispconf.ledger.checks import Known
from ispconf.ledger.closing import month_of
from ispconf.ledger.entries import Entry
from ispconf.ledger.limits import Concerned, concerned
from ispconf.network import billing
from ispconf.network.billing import Missing
from ispconf.network.model import Network
from ispconf.network.subscriber import Subscriber


class Common(NamedTuple):
    """What all shares are cut from.

    ``network`` has neither subscribers nor a book; ``people`` are the files of subscribers, by id;
    ``blobs`` those of the ledger, ``odd`` such of its files as are known to be not all canonical.
    """

    network: Network
    people: Mapping[str, OwnFile]
    blobs: Mapping[str, str]
    read: Callable[[Iterable[str]], Iterable[Content]]
    cache: Cache
    odd: Collection[str] = ()


FILE: Final = 16 << 10
"""Bytes of ledger that take as long to read as the file of a subscriber."""


class Share:
    """The subscribers whose turn a number is, of so many.

    ``tell`` is told of bytes of the ledger that were read; a subscriber's file counts as ``FILE``.
    """

    def __init__(self, common: Common, turn: int, count: int, tell: Tell = lambda _: None) -> None:
        self._common = common
        self._tell = tell
        self._picked = Picked(common.odd, turn, count)
        self._paths = sorted(path for path in common.blobs if month_of(path) is None)
        self._wholly = set(self._paths[turn::count])
        self._wholes: dict[str, Whole] = {}
        self._closings = Closings(common.blobs)
        self._built: dict[str, Subscriber] = {}

    def people(self, paths: Collection[str]) -> dict[str, Outcome]:
        """What came of these files of the share's subscribers, by path."""
        ids = {own.path: name for name, own in self._mine.items() if own.path in paths}
        found = {}
        for path, content in self._common.read(ids):
            name = ids[path]
            came = outcome("subscriber", name, path, content, self._mine[name].blob)
            if isinstance(came.model, Subscriber):
                self._built[name] = came.model
            found[path] = came._replace(model=None)
            self._tell(FILE)
        return found

    @cached_property
    def _mine(self) -> Mapping[str, OwnFile]:
        people = self._common.people
        return {name: each for name, each in people.items() if self._picked.has(name)}

    def entries(self) -> frozenset[str]:
        """Reads the ledger, and the share's part of its files as wholes; tells which are odd."""
        self._read(self._paths)
        return frozenset(self._picked.odd)

    def part(self, odd: Collection[str]) -> Part:
        """What the share says of the ledger, once it is known which files are odd to anybody."""
        new = set(odd) - self._picked.odd
        self._picked.odd |= new
        self._read(sorted(new))
        self._tell(sum(one.size for one in self._wholes.values()))
        currency = self._common.network.company.currency
        return part(self._book, self._picked, self._wholes, self._closings.ends, currency)

    def _read(self, paths: Iterable[str]) -> None:
        blobs, last = self._common.blobs, self._closings.last
        for path, content in self._common.read(paths):
            self._picked.take(path, content)
            if isinstance(content, Problem):
                continue
            self._tell(len(content))
            if path in self._wholly:
                odd = path in self._picked.odd
                self._wholes[path] = whole(path, content, blobs[path], last, odd=odd)

    @cached_property
    def _book(self) -> Book:
        if not self._picked.files:
            self._read_again()
        return Book.of(self._picked.entries)

    def _read_again(self) -> None:
        """Reads a ledger that was judged to be right, as it was then.

        Raises:
            FilesError: it is not what it was: this verb appended to it, or somebody else did.
        """
        for path, content in self._common.read(self._paths):
            self._picked.take(path, content)
            if isinstance(content, Problem):
                continue
            if not is_blob(content, self._common.blobs[path]):
                raise FilesError([Problem(Source(path), "changed since it was judged")])
            self._tell(len(content))
        if self._picked.problems:
            raise FilesError(self._picked.problems)

    @cached_property
    def _network(self) -> Network:
        waiting = {
            name: (own.path, own.key) for name, own in self._mine.items() if name not in self._built
        }
        common = self._common
        people = Subscribers(self._built, waiting, common.cache.find, common.read)
        return replace(common.network, subscribers=people, _placed={})

    def _with(self, more: Iterable[Entry]) -> Network:
        own = [entry for entry in more if self._picked.has(entry.subscriber)]
        return replace(self._network, book=self._book.plus(own) if own else self._book, _placed={})

    def accounts(self, day: date, subscribers: Collection[str], more: Iterable[Entry]) -> bytes:
        """The accounts of the share's among these on a day, with more entries in the book."""
        mine = [name for name in subscribers if name in self._mine]
        return ACCOUNTS.dump_json(judged(self._with(more), day, mine))

    def missing(self, until: date, more: Iterable[Entry]) -> Missing:
        """What is missing of all the share's subscribers up to a day."""
        return billing.missing(self._with(more), until)

    def refusals(self, new: Iterable[Entry], known: Known, more: Iterable[Entry]) -> list[Problem]:
        """Why those of these charges may not be appended that concern the share."""
        network = self._with(more)
        mine = [entry for entry in new if self._picked.has(entry.subscriber)]
        return checks.refusals(network.book, mine, network.company.currency, known)

    def limits(self) -> Concerned:
        """Which services of the share are not billed as it was written."""
        return concerned(billing.billables(self._network))
