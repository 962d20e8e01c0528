"""The repository's past, opened: what history, blame, audit and explain share.

Knows how to say who and when, and what to say where commits are missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from ispconf.commands.session import Session
from ispconf.edge.commits import Commit, known, once, shallow
from ispconf.edge.frame import frame
from ispconf.edge.history import Repository
from ispconf.edge.past import FOLDER, Life, id_of, life
from ispconf.edge.recorded import Recorded, lived
from ispconf.edge.runs import Run, runs
from ispconf.edge.versions import Versions
from ispconf.errors import RequestError
from ispconf.escape import terminal
from ispconf.ledger.money import Currency
from ispconf.network.model import Network
from ispconf.network.wording import meant

SHORT = 8
"""Digits of a commit as people read them."""
NOT_YET = "not committed"


@dataclass(frozen=True)
class Past:
    """A repository with commits, and the company by whose clock and currency they are told."""

    session: Session
    repository: Repository
    versions: Versions
    network: Network

    @cached_property
    def head(self) -> str:
        """The last commit."""
        return self.repository.commit()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.network.company.timezone)

    @property
    def currency(self) -> Currency:
        """The company's currency."""
        return self.network.company.currency

    @property
    def today(self) -> date:
        """The day to judge by: --date, or today in the company's time zone."""
        return self.session.day or self.session.now.astimezone(self.zone).date()

    def local(self, commit: Commit) -> datetime:
        """When a commit was made, by the company's clock."""
        return self.moment(commit.time)

    def day(self, commit: Commit | None) -> date:
        """The day of a commit; today for what is not committed yet."""
        return self.local(commit).date() if commit else self.today

    def moment(self, when: datetime) -> datetime:
        """A time by the company's clock."""
        return when.astimezone(self.zone)

    def runs(self, *, subscriber: str = "") -> Iterator[Run]:
        """The applies that this clone or the journal's branch knows, newest first."""
        branch = self.network.company.journal.branch
        return runs(self.repository, branch, subscriber=subscriber)

    def midnight(self, day: date) -> datetime:
        """The moment a day begins, by the company's clock."""
        return datetime.combine(day, time.min, self.zone)

    def life(self, name: str) -> Life:
        """The life of a subscriber's file, also when it was deleted.

        Raises:
            RequestError: nobody ever had that id; the message offers the nearest.
        """
        return life(self.repository, self.versions, name) or self._nobody(name)

    def lived(self, name: str) -> tuple[Life, list[Recorded]]:
        """The life of a subscriber's file and their ledger entries.

        Raises:
            RequestError: nobody ever had that id; the message offers the nearest.
        """
        found, entries = lived(self.repository, self.versions, name)
        return found or self._nobody(name), entries

    def _nobody(self, name: str) -> NoReturn:
        paths = (*known(self.repository, f"{FOLDER}/*.yaml"), *once(self.repository, FOLDER))
        where = f"subscribers/, now or in any commit{' of this shallow clone' * self.shallow}"
        raise RequestError(f'"{name}" is not in {where}{meant(name, map(id_of, paths))}')

    def ends(self, range_: str) -> tuple[str, str]:
        """The two commits of ``A..B``; what is left out is HEAD, and ``A`` alone is ``A..HEAD``.

        Raises:
            RequestError: there is no such commit, or three points.
        """
        one, _, other = range_.partition("..")
        if other.startswith("."):
            raise RequestError(f'"{range_}": write two points, like main..HEAD')
        return self.commit(one or "HEAD"), self.commit(other or "HEAD")

    def commit(self, rev: str) -> str:
        """The id of a commit.

        Raises:
            RequestError: there is none of that name, perhaps because the clone is shallow.
        """
        try:
            return self.repository.commit(rev)
        except RequestError as error:
            more = f"; {self.notes()[0]}" if self.shallow else ""
            raise RequestError(f"{error}{more}") from error

    @cached_property
    def shallow(self) -> bool:
        """Whether commits are missing."""
        return shallow(self.repository)

    def notes(self) -> list[str]:
        """What whoever reads on must know first."""
        said = "this clone is shallow: what happened before its first commit is not here"
        return [f"{said}; get the rest with: git fetch --unshallow"] if self.shallow else []

    def heading(self, exit_code: int = 0) -> dict[str, Any]:
        """What every JSON document of the past begins with."""
        return {
            "format": 1,
            "date": self.today.isoformat(),
            "commit": self.head,
            "exit_code": exit_code,
            "notes": self.notes(),
        }

    def warned(self) -> Iterator[str]:
        """The notes as lines."""
        for note in self.notes():
            yield f"note: {note}"
            yield ""


def opened(session: Session) -> Past:
    """The past of the session's repository.

    Raises:
        RequestError: there is no repository, or no commit in it.
        FilesError: ``ispconf.yaml`` cannot be read.
    """
    repository = Repository.required(session.root)
    if not repository.tip("HEAD"):
        raise RequestError(
            f"there is no commit in {session.root} yet, so there is no history; "
            'make the first one with: git add . && git commit -m "start"'
        )
    return Past(session, repository, Versions(repository), frame(session.root))


def signed(commit: Commit | None) -> dict[str, Any]:
    """Who and which commit, as plain values; absent for what is not committed yet."""
    if commit is None:
        return {"commit": None}
    return {
        "commit": commit.id,
        "author": commit.author,
        "email": commit.email,
        "subject": commit.subject,
    }


def by(commit: Commit | None) -> tuple[str, str]:
    """Who and which commit, as two cells of a table."""
    return (terminal(commit.author), commit.id[:SHORT]) if commit else (NOT_YET, "")
