"""What was agreed on for each router: the plans that count, and what came since without a change.

Knows what approved commits ask for on any day. Which plans count is for ``approving``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ispconf.commands.judging import Judged
from ispconf.edge.runs import Applied
from ispconf.errors import IspconfError
from ispconf.planning.allowance import Allowance
from ispconf.planning.approval import Approved, explained, limited
from ispconf.planning.changes import Change
from ispconf.planning.changeset import Changeset
from ispconf.planning.reviewed import Reviewed
from ispconf.routeros.rows import Identity, Row, State
from ispconf.routeros.tables import TABLES

Rows = Mapping[Identity, Row]


@dataclass
class Agreed:
    """The plans that count on each router, newest first.

    ``lifts`` are the guards that these plans ran into and that were lifted for them; ``missing``
    says of recorded plans why they do not count.
    """

    facts: Judged
    plans: Mapping[str, Sequence[Reviewed]]
    applied: Mapping[str, Applied]
    lifts: Sequence[Allowance] = ()
    missing: Sequence[str] = ()
    _states: dict[tuple[str, str, date, bool], Rows | None] = field(default_factory=dict)
    _wanted: dict[str, Rows] = field(default_factory=dict)

    def limit(self, changeset: Changeset) -> Changeset:
        """The changeset with what is approved or was brought by the day alone."""
        approvals = {
            plan.router: Approved(plan.router, self.plans.get(plan.router, ()))
            for plan in changeset.routers
        }
        fingerprint = self.facts.session.vault().fingerprint
        return limited(changeset, approvals, self, fingerprint, self._way_out())

    def _way_out(self) -> str:
        """What to do about changes that nobody approved."""
        if self.missing:
            return "; ".join(self.missing)
        if any(self.plans.values()):
            return "plan again, have it approved, and apply that"
        return (
            "no plan of these commits was recorded: ispconf plan --out plan.json, then ispconf ci "
            "record plan.json, and have it approved"
        )

    def brought(self, router: str, change: Change) -> frozenset[str]:
        """The fields of a change that the day or the ledger alone brought to approved files.

        So it is when the files of a commit that was approved or applied ask for another row on its
        day than today, and today for the same as the files of now.
        """
        row = _identity(change)
        wanted = self._now(router).get(row)
        found: frozenset[str] = frozenset()
        for commit, day in self._baselines(router):
            now = self._rows(router, commit, self.facts.day, ledger=True)
            then = self._rows(router, commit, day, ledger=False)
            if now is not None and then is not None and now.get(row) == wanted:
                found |= explained(change, then.get(row), wanted)
        return found

    def settled(self, router: str, change: Change, name: str) -> bool:
        """Whether files that were approved or applied ask for the same value of a field today."""
        row = _identity(change)
        wanted = self._now(router).get(row)
        for commit, _ in self._baselines(router):
            now = self._rows(router, commit, self.facts.day, ledger=True) or {}
            if wanted and row in now and now[row].fields.get(name) == wanted.fields.get(name):
                return True
        return False

    def _baselines(self, router: str) -> Iterator[tuple[str, date]]:
        """The commits whose files were approved for a router, and for which day."""
        for plan in self.plans.get(router, ()):
            if not plan.dirty:
                yield plan.commit, plan.day
        last = self.applied.get(router)
        if last and last.day <= self.facts.day:  # else the clock is wrong
            yield last.commit, last.day

    def _now(self, router: str) -> Rows:
        """What the files of now ask for."""
        if router not in self._wanted:
            self._wanted[router] = _by_identity(self.facts.wanted(router))
        return self._wanted[router]

    def _rows(self, router: str, commit: str, day: date, *, ledger: bool) -> Rows | None:
        """What a commit asks for on a day, with the ledger of now or its own; None: unknown."""
        key = (router, commit, day, ledger)
        if key not in self._states:
            self._states[key] = self._asked(router, commit, day, ledger=ledger)
        return self._states[key]

    def _asked(self, router: str, commit: str, day: date, *, ledger: bool) -> Rows | None:
        try:
            network = self.facts.session.network(commit)
            if ledger:
                network = replace(network, book=self.facts.network.book)
            if router not in network.routers:
                return None
            return _by_identity(Judged(self.facts.session, network, day).wanted(router))
        except IspconfError:  # a commit that is not here, or that would not pass check today
            return None


def _by_identity(state: State) -> Rows:
    return {(row.table, TABLES[row.table].key_of(row.fields)): row for row in state}


def _identity(change: Change) -> Identity:
    return (change.table, TABLES[change.table].key_of(change.key))
