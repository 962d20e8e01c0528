"""Which plans approve what ``apply`` is about to do: a file, or what was recorded (P-12)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from ispconf.commands.agreement import Agreed
from ispconf.commands.judging import Judged
from ispconf.edge.history import Repository
from ispconf.edge.proposal import rules
from ispconf.edge.reviews import Review, Reviews, Word
from ispconf.edge.runs import Applied
from ispconf.errors import RefusedError, RequestError
from ispconf.network.company import Company
from ispconf.network.consent import among, people, wrote
from ispconf.planning.allowance import Allowance
from ispconf.planning.reviewed import Reviewed, reviewed

RECORDED = "recorded"


class PlanFile(click.Path):
    """A plan's file, or the word ``recorded``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word itself, or the path of a file that is there."""
        return value if value == RECORDED else super().convert(value, param, ctx)


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
    reviews, late = Reviews(git, company.approval.branch), ""
    if said in (None, RECORDED) or strict:
        late = reviews.fetch()  # without the network this clone still knows its own
    if said not in (None, RECORDED):
        plan = of_file(Path(said), git)
        known = reviews.of(plan.commit) if strict and git.tip(plan.commit) else None
        asked = known if known and known.plan.digest == plan.digest else None
        found = {router: [asked or _alone(plan)] for router in judges}
    else:
        ends = {router: applied[router].commit if router in applied else "" for router in judges}
        voted = {commit for commit, judge in deciding.items() if judge.approval.mode == "record"}
        kept = {end: reviews.since(end, once=end in voted) for end in set(ends.values())}
        found = {router: kept[commit] for router, commit in ends.items()}
    counted = _counted(facts, judges, found, labels, applied)
    if late:
        unseen = f"what others recorded on {company.approval.branch} could not be fetched: {late}"
        counted.missing = (*counted.missing, unseen)
    return counted


def _commits(applied: Mapping[str, Applied]) -> set[str]:
    return {last.commit for last in applied.values()}


def _company(git: Repository, commit: str, now: Company) -> Company:
    """Who decides: the rules as they were last applied, so that no change lifts its own."""
    try:
        known = rules(git, commit, None) if git.tip(commit) else None
    except RequestError:  # an older ispconf read them, when they were applied
        return now
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
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
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
