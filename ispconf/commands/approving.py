"""Which plans approve what ``apply`` is about to do: a file, or what was recorded (P-12)."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from ispconf.commands.judging import Judged
from ispconf.commands.session import Session
from ispconf.edge.history import Repository
from ispconf.edge.proposal import rules
from ispconf.edge.reviews import Review, Reviews, Word
from ispconf.edge.runs import Applied
from ispconf.errors import IspconfError, RefusedError, RequestError
from ispconf.network.company import Company
from ispconf.network.consent import among, people, wrote
from ispconf.planning.allowance import Allowance, allowance, labelled
from ispconf.planning.approval import Approved, Reviewed, explained, limited, reviewed
from ispconf.planning.changes import Change
from ispconf.planning.changeset import Changeset
from ispconf.routeros.rows import Row, State
from ispconf.routeros.tables import TABLES

RECORDED = "recorded"
LABELS = "ISPCONF_LABELS"
"""The environment's name of a pull request's labels, with commas or spaces between them."""


class PlanFile(click.Path):
    """A plan's file, or the word ``recorded``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word itself, or the path of a file that is there."""
        return value if value == RECORDED else super().convert(value, param, ctx)


def allowances(said: Sequence[str]) -> list[Allowance]:
    """The guards that are lifted by hand: what ``--allow`` says."""
    try:
        return [allowance(each) for each in said]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--allow") from error


def labels_of(session: Session, said: Sequence[str]) -> list[Allowance]:
    """The guards that labels lift: what ``--label`` and the environment say."""
    try:
        return labelled((*said, *re.split(r"[\s,]+", session.env.get(LABELS, ""))))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--label") from error


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
    _states: dict[tuple[str, str, date, bool], State | None] = field(default_factory=dict)

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
        wanted = _row(self.facts.wanted(router), change)
        found: frozenset[str] = frozenset()
        for commit, day in self._baselines(router):
            now = self._state(router, commit, self.facts.day, ledger=True)
            then = self._state(router, commit, day, ledger=False)
            if now is not None and then is not None and _row(now, change) == wanted:
                found |= explained(change, _row(then, change), wanted)
        return found

    def settled(self, router: str, change: Change, name: str) -> bool:
        """Whether files that were approved or applied ask for the same value of a field today."""
        wanted = _row(self.facts.wanted(router), change)
        for commit, _ in self._baselines(router):
            now = self._state(router, commit, self.facts.day, ledger=True)
            known = _row(now, change) if now is not None else None
            if known and wanted and known.fields.get(name) == wanted.fields.get(name):
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

    def _state(self, router: str, commit: str, day: date, *, ledger: bool) -> State | None:
        """What a commit asks for on a day, with the ledger of now or its own; None: unknown."""
        key = (router, commit, day, ledger)
        if key not in self._states:
            self._states[key] = None
            try:
                network = self.facts.session.network(commit)
                if ledger:
                    network = replace(network, book=self.facts.network.book)
                if router in network.routers:
                    self._states[key] = Judged(self.facts.session, network, day).wanted(router)
            except IspconfError:  # a commit that is not here, or that would not pass check today
                return None
        return self._states[key]


def _row(state: State, change: Change) -> Row | None:
    """The row of a change in a state."""
    table = TABLES[change.table]
    key = table.key_of(change.key)
    rows = (row for row in state[table.path] if table.key_of(row.fields) == key)
    return next(rows, None)


def agreed(
    facts: Judged,
    git: Repository,
    said: str | None,
    labels: Sequence[Allowance],
    applied: Mapping[str, Applied],
) -> Agreed | None:
    """What was approved; None when nothing needs approval.

    Args:
        facts: the network of now.
        git: its repository.
        said: a plan's file, ``recorded``, or None; under ``approval: record`` None is ``recorded``.
        labels: guards that a label of the pull request lifts, if its plan ran into them.
        applied: the last apply of each router.

    Raises:
        RequestError: the file is not a plan.
        RefusedError: it was changed after it was written, or is one of another repository.
    """
    company = facts.network.company
    deciding = {commit: _company(git, commit, company) for commit in _commits(applied)}
    judges = {
        router: deciding[applied[router].commit] if router in applied else company
        for router in facts.network.routers
    }
    strict = any(judge.approval.mode == "record" for judge in judges.values())
    if said is None and not strict:
        return None
    reviews = Reviews(git, company.approval.branch)
    if said in (None, RECORDED) or strict:
        reviews.fetch()  # without the network this clone still knows its own
    if said not in (None, RECORDED):
        plan = of_file(Path(said), git)
        known = reviews.of(plan.commit) if strict and git.tip(plan.commit) else None
        asked = known if known and known.plan.digest == plan.digest else None
        found = {router: [asked or _alone(plan)] for router in judges}
    else:
        kept = {commit: reviews.since(commit) for commit in _commits(applied) | {""}}
        found = {
            router: kept[applied[router].commit if router in applied else ""] for router in judges
        }
    return _counted(facts, judges, found, labels, applied)


def _commits(applied: Mapping[str, Applied]) -> set[str]:
    return {last.commit for last in applied.values()}


def _company(git: Repository, commit: str, now: Company) -> Company:
    """Who decides: the rules as they were last applied, so that no change lifts its own."""
    known = rules(git, commit, None) if git.tip(commit) else None
    return known.company if known else now


def of_file(path: Path, git: Repository) -> Reviewed:
    """The plan in a file.

    Raises:
        RequestError: the file is not a plan.
        RefusedError: it was changed after it was written, or is one of another repository.
    """
    plan = reviewed(document(path), str(path))
    ours(plan, git, str(path))
    return plan


def ours(plan: Reviewed, git: Repository, name: str) -> None:
    """Raises RefusedError when a plan is one of another repository."""
    here = git.beginning()
    other = plan.repository != here if plan.repository and here else not git.tip(plan.commit)
    if other and plan.commit:
        raise RefusedError(
            f"{name} is a plan of another repository: its commit {plan.commit[:12]} is not one of "
            "this repository's; if it was not fetched yet: git fetch"
        )


def document(path: Path, what: str = "a plan written by plan --out") -> Any:
    """The JSON document in a file that should be ``what``.

    Raises:
        RequestError: there is no such file, or it holds something else.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} is not {what}: {error}") from error


def _alone(plan: Reviewed) -> Review:
    """A plan that nobody recorded."""
    return Review(plan, "", "", frozenset(), "", {}, ())


def _counted(
    facts: Judged,
    judges: Mapping[str, Company],
    found: Mapping[str, Sequence[Review]],
    labels: Sequence[Allowance],
    applied: Mapping[str, Applied],
) -> Agreed:
    """The plans that enough people approved, and the guards that were lifted for them."""
    plans: dict[str, list[Reviewed]] = {router: [] for router in found}
    missing: dict[str, None] = {}
    lifts: dict[Allowance, None] = {}
    for router, reviews in found.items():
        for review in reviews:
            words = spoken(review, judges[router])
            lacking = _lacking(review, words, judges[router]) or _early(review.plan, facts.day)
            if lacking:
                missing[lacking] = None
                continue
            plans[router].append(review.plan)
            allowed = [review.allow, *(word.allow for word in words)]
            told = [Allowance(*each) for some in allowed for each in some.items()]
            for each in (*told, *labels):
                if (each.guard, each.number) in review.plan.guards:
                    lifts[each] = None
    return Agreed(facts, plans, applied, tuple(lifts), tuple(missing))


def spoken(review: Review, company: Company) -> list[Word]:
    """The approvals that count: of those who may, each once, and never the author's own."""
    consent = company.approval
    if consent.mode == "merge":
        return list(review.words)
    may = people(consent, company.roles)
    found: dict[str, Word] = {}
    for word in review.words:
        if among(word.by, may) and not wrote(word.by, review.authors):
            found.setdefault(word.by.removeprefix("@").casefold(), word)
    return list(found.values())


def _lacking(review: Review, words: Sequence[Word], company: Company) -> str:
    """Why a plan does not count; "" when it does."""
    consent = company.approval
    if consent.mode == "merge" or len(words) >= consent.count:
        return ""
    return (
        f"the plan of {review.plan.commit[:12]} has {len(words)} of {consent.count} approvals; "
        f"approve it with: ispconf approve {review.plan.commit[:12]}"
    )


def _early(plan: Reviewed, today: date) -> str:
    """Why a plan does not count yet; a day before it means that a clock is wrong."""
    if plan.day <= today:
        return ""
    return f"the plan of {plan.commit[:12]} is for {plan.day}, and today is {today}"


def names(words: Iterable[Word]) -> str:
    """Who approved, for people."""
    return ", ".join(word.by for word in words) or "nobody yet"
