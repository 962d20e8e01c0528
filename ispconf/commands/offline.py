"""A plan against the routers as they were when somebody looked: reaches none, needs no secret."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ispconf.commands.approving import RECORDED, document
from ispconf.commands.judging import Judged
from ispconf.commands.survey import Look, Survey
from ispconf.edge.history import Repository
from ispconf.edge.reviews import Reviews
from ispconf.edge.routers import Cause, Facts, RouterError
from ispconf.errors import RefusedError, RequestError
from ispconf.network.router import Router
from ispconf.planning.ability import Ability
from ispconf.planning.changes import Comparison
from ispconf.planning.changeset import Changeset
from ispconf.planning.counting import counted
from ispconf.planning.snapshot import CHECK, NAMELESS, Snapshot, recalled, snapshot
from ispconf.routeros.tables import TABLES

_OLD = 2  # days; one of last night is not old


def remembered(said: str, facts: Judged, git: Repository) -> Snapshot:
    """The snapshot of a file, or the one that was recorded last.

    Raises:
        RequestError: there is none, or it is no snapshot.
        RefusedError: it is one of another repository.
    """
    if said == RECORDED:
        reviews = Reviews(git, facts.network.company.approval.branch)
        reviews.fetch()
        kept = reviews.snapshot()
        if kept is None:
            raise RequestError(
                "no snapshot was recorded: ispconf router snapshot --out routers.json, then "
                "ispconf ci record --snapshot routers.json"
            )
        found = snapshot(kept, f"the snapshot on {facts.network.company.approval.branch}")
    else:
        found = snapshot(document(Path(said), "a snapshot written by router snapshot"), said)
    here = git.beginning()
    if here and found.repository and found.repository != here:
        raise RefusedError(f"{said} is a snapshot of another repository's routers")
    return found


@dataclass
class Recalled(Survey):
    """A survey of a snapshot; ``uncompared`` counts passwords that nobody could compare."""

    of: Snapshot = field(kw_only=True)
    uncompared: int = 0

    def look(self, router: Router) -> Look:
        """The router as it was.

        Raises:
            RouterError: it is not in the snapshot, or was not reached then.
        """
        shot = self.of.shots.get(router.id)
        if shot is None or shot.problem:
            said = f"{shot.problem} when the snapshot was taken" if shot else "not in the snapshot"
            raise RouterError(router.id, Cause.UNREACHABLE, said)
        vault = self.judged.session.vault()
        same = bool(self.of.key) and vault.fingerprint(CHECK) == self.of.key
        wanted = self.wanted[router.id]
        live = recalled(wanted, shot.live, vault.fingerprint, comparable=same)
        self.believed(router, live)
        able = shot.able._replace(user=router.user)
        return Look(None, live, able, facts=Facts(shot.version, shot.identity, "", frozenset()))

    def notes(self, found: Comparison, held: int, able: Ability) -> tuple[str, ...]:
        """What the reader must know; passwords that are unknown here are told once, not here."""
        if "sensitive" not in able.lacking:
            self.uncompared += found.masked
            found = replace(found, masked=0)
        return super().notes(found, held, able)

    def changeset(self) -> Changeset:
        """The plan, which says what it was made of and how old that is."""
        self.uncompared = 0
        made = super().changeset()
        return made._replace(notes=tuple(self._told(made)))

    def document(self, made: Changeset) -> dict[str, Any]:
        """What the plan's JSON says of it."""
        return {
            "taken": self.of.taken.isoformat(timespec="seconds"),
            "age": self._age(),
            "uncompared": self.uncompared,
            "unverified": self._unverified(made),
        }

    def _taken(self) -> datetime:
        """When it was taken, in local time."""
        return self.of.taken.astimezone(self.judged.session.local_now().tzinfo)

    def _age(self) -> int:
        """Whole days until the day of the plan, which alone decides what a plan says."""
        return max((self.judged.day - self._taken().date()).days, 0)

    def _told(self, made: Changeset) -> list[str]:
        said = [f"planned offline, with the routers as they were at {self._taken():%Y-%m-%d %H:%M}"]
        age = self._age()
        if age >= _OLD:
            said.append(f"that is {age} days ago: what was changed on them since is not seen here")
        unknown = self.uncompared + self._unverified(made)
        if unknown:
            are = "is" if unknown == 1 else "are"
            said.append(f"{counted(unknown, 'password')} {are} not known here and not compared")
        return said

    def _unverified(self, made: Changeset) -> int:
        """How many changes write a password that nobody can tell from another one here."""
        fingerprint = self.judged.session.vault().fingerprint
        return sum(
            fingerprint(text) == NAMELESS
            for change in made.changes()
            for name, text in change.after.items()
            if text and TABLES[change.table].fields[name].secret
        )
