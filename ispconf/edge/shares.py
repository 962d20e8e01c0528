"""Processes that share the subscribers of a large network among them, and are asked together.

So years of entries are read once, by as many processors as there are, and this process holds none
of them. What a share does is in ``share``; whoever asks gets None when there are no processes or
one is lost, and does the work here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import partial
from typing import TypeVar

from ispconf.edge.accounts import ACCOUNTS, Account
from ispconf.edge.closings import Closings
from ispconf.edge.crew import Crew, LostError, Tell, hands
from ispconf.edge.parts import Concluded, concluded
from ispconf.edge.reading import Outcome, Progress
from ispconf.edge.share import FILE, Common, Share
from ispconf.errors import Problem
from ispconf.ledger.checks import Known
from ispconf.ledger.closing import month_of
from ispconf.ledger.entries import Entry
from ispconf.ledger.limits import Concerned
from ispconf.network.billing import Missing

Answer = TypeVar("Answer")


class Shares:
    """The processes; split off when they are first asked, and gone with this one."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._crew: Crew[Share] | None = None
        self._lost = False

    def begin(
        self, key: str, size: int, unread: Collection[str], progress: Progress
    ) -> "Reading | None":
        """Lets them read the ledger, and these files of subscribers; None: there are none.

        ``size`` is how many bytes the ledger has.
        """
        crew = self._started()
        if crew is None:
            return None
        total = (len(crew) + 1) * size + FILE * len(unread)
        crew.heard = lambda done: progress(done, total)
        return Reading(self._common, crew, key, unread)

    def end(self) -> None:
        """Lets the processes go."""
        if self._crew:
            self._crew.end()
            self._crew = None

    def _started(self) -> Crew[Share] | None:
        if self._crew is None and not self._lost and (count := hands()) > 1:
            self._crew = Crew(partial(_share, self._common, count), count)
        return self._crew

    def _asked(self, ask: Callable[[Crew[Share]], list[Answer]]) -> list[Answer] | None:
        crew = self._started()
        if crew is None:
            return None
        try:
            return ask(crew)
        except LostError:
            self._crew, self._lost = None, True
            return None

    def accounts(
        self, day: date, subscribers: Collection[str], more: Iterable[Entry]
    ) -> dict[str, Account] | None:
        """The accounts of these on a day, with more entries at the end of the book, by id."""
        wanted, added = frozenset(subscribers), tuple(more)
        found = self._asked(lambda crew: crew.ask(Share.accounts, day, wanted, added))
        if found is None:
            return None
        accounts: dict[str, Account] = {}
        for text in found:
            accounts |= ACCOUNTS.validate_json(text)
        return accounts

    def missing(self, until: date, more: Iterable[Entry]) -> list[Missing] | None:
        """What is missing of everybody up to a day, in parts."""
        added = tuple(more)
        return self._asked(lambda crew: crew.ask(Share.missing, until, added))

    def refusals(
        self, new: Collection[Entry], known: Known, more: Iterable[Entry]
    ) -> list[Problem] | None:
        """Why these charges may not be appended, in the order of the subscribers' shares."""
        added = tuple(more)
        found = self._asked(lambda crew: crew.ask(Share.refusals, new, known, added))
        return None if found is None else [problem for own in found for problem in own]

    def limits(self) -> list[Concerned] | None:
        """Which services are not billed as it was written, in parts."""
        return self._asked(lambda crew: crew.ask(Share.limits))


def _share(common: Common, count: int, turn: int, tell: Tell) -> Share:
    return Share(common, turn, count, tell)


class Reading:
    """Files that are being read by the processes; each question is waited for once, in order."""

    def __init__(
        self, common: Common, crew: Crew[Share], key: str, unread: Collection[str]
    ) -> None:
        self._common, self._crew, self._key = common, crew, key
        self._people = crew.begin(Share.people, frozenset(unread))
        self._odd = crew.begin(Share.entries)

    def people(self) -> Mapping[str, Outcome]:
        """What came of the files of subscribers, by path; of none when a process is lost."""
        try:
            return {path: each for own in self._people() for path, each in own.items()}
        except LostError:
            return {}

    def concluded(self) -> Concluded | None:
        """What follows from the ledger; None when something in it is not right, or one is lost."""
        common = self._common
        closings = Closings(common.blobs)
        own = closings.taken_out(common.read(sorted(filter(month_of, common.blobs))))
        if any(isinstance(content, Problem) for _, content in own):
            return None
        try:
            odd = frozenset().union(*self._odd())
            parts = self._crew.ask(Share.part, odd)
        except LostError:
            return None
        currency = common.network.company.currency
        return concluded(parts, self._key, common.blobs, closings, currency)
