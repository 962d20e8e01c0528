"""What an apply leaves behind: its journal, where each router is, and both for everybody to see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from ispconf.commands.confirming import GUARDED, UNGUARDED
from ispconf.commands.judging import Judged
from ispconf.commands.result import Result
from ispconf.edge.branches import Branch
from ispconf.edge.caller import actor, run_url
from ispconf.edge.history import Repository
from ispconf.edge.journal import Journal, publish
from ispconf.edge.runs import Applied, Place, Waits, last_applied, places, remember, runs
from ispconf.errors import Exit, RequestError
from ispconf.planning.changeset import Changeset, RouterPlan, Status, digest


def caught_up(facts: Judged, git: Repository) -> Mapping[str, Applied]:
    """The last apply of each router, with what other machines have done by now."""
    branch = facts.network.company.journal.branch
    if branch:
        Branch(git, branch).fetch()  # without the network this clone still knows its own
    return last_applied(git, branch)


def known(facts: Judged, git: Repository) -> Mapping[str, Place]:
    """Where each router is, and what waits for it, as far as is known here."""
    return places(git, facts.network.company.journal.branch)


def unconfirmed(facts: Judged, git: Repository) -> frozenset[str]:
    """The routers on which the last apply left a guard when it was killed."""
    last = next(runs(git, facts.network.company.journal.branch), None)
    if last is None or last.exit_code is not None:
        return frozenset()
    said = {name: words for name, words in last.notes if words in (GUARDED, UNGUARDED)}
    return frozenset(name for name, words in said.items() if words == GUARDED)


@contextmanager
def journaled(facts: Judged, git: Repository, changeset: Changeset) -> Iterator[Journal]:
    """The journal of an apply that begins."""
    session = facts.session
    with Journal(git.directory / "ispconf", session.moment, changeset.commit) as journal:
        journal.begin(
            dirty=changeset.dirty,
            day=changeset.day.isoformat(),
            digest=digest(changeset, session.vault().fingerprint),
            actor=actor(session.env),
            url=run_url(session.env),
        )
        yield journal


def settled(
    facts: Judged,
    git: Repository,
    journal: Journal,
    changeset: Changeset,
    results: Mapping[str, Result],
    code: Exit,
    *,
    whole: bool,
) -> str:
    """Writes down how an apply ended, and shares it.

    ``whole`` is whether it was about all subscribers: only then a router is at the commit. Gives
    why the journal could not be shared, "" when it was or needs no sharing.
    """
    found = {}
    now = facts.session.moment().astimezone(UTC).isoformat(timespec="milliseconds")
    for plan in changeset.routers:
        result = results.get(plan.router)
        ended = _ended(plan, result)
        journal.result(plan.router, **ended)
        applied = waits = None
        if not ended["converged"]:
            waits = Waits(now, changeset.commit, ended["waiting"], ended["problem"] or "")
        elif whole and result:
            applied = Applied(changeset.commit, changeset.day, result.managed)
        if applied or waits:
            found[plan.router] = Place(applied, waits, now)
    journal.end(int(code))
    branch = facts.network.company.journal.branch
    files = remember(git, branch, found)
    if not branch:
        return ""
    try:
        return publish(git, branch, files).problem
    except RequestError as error:
        return str(error)


def _ended(plan: RouterPlan, result: Result | None) -> dict[str, Any]:
    """Whether a router is as it should be, and what waits for it and why."""
    if result is None:
        done = plan.status is Status.UNCHANGED
        return {"converged": done, "waiting": len(plan.changes), "problem": plan.problem or None}
    waiting = len(result.left) + len(result.refused) + result.waiting
    problem = next(iter([*filter(None, (result.taken_back, result.lost)), *result.refused]), None)
    return {"converged": result.converged, "waiting": waiting, "problem": problem}
