"""Whether a change keeps to the policy: each thing that was changed, and the rule it breaks.

A change comes as a list of deeds: a field of a file, a file as a whole, an entry of a journal. Each
must be allowed by some rule of whoever made it; what no rule allows is refused. Knows nothing of
git: which deeds a branch did is found at the edge.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ispconf.errors import Problem, Source
from ispconf.ledger.entries import Entry
from ispconf.network.company import Company
from ispconf.network.model import Locate, nowhere
from ispconf.network.policy import (
    OWNER,
    ROLES,
    Deed,
    FieldPath,
    Rule,
    built_in,
    everything,
    roles_of,
    same,
)
from ispconf.network.wording import meant

_DONE = {"add": "added", "change": "changed", "remove": "removed"}


class Touched(NamedTuple):
    """A file that was added, changed or removed, or one field of it.

    ``field`` None is the file as a whole, ``()`` its comments and order only. ``was`` is the path
    it had before, when it was moved.
    """

    file: str
    deed: Deed
    field: FieldPath | None = None
    was: str = ""


class Recorded(NamedTuple):
    """A line that a journal got; ``entry`` None is a line that records nothing, as a comment."""

    source: Source
    journal: str
    entry: Entry | None = None


Done = Touched | Recorded


class Rules(NamedTuple):
    """The rules that count: those of the commit a change began from, which it cannot change.

    ``company`` is that commit's, and ``locate`` finds a line of it; ``proposed`` is the company
    after the change, for journals that are new in it, and ``place`` finds a line of what was
    changed. ``name`` is what the commit is called.
    """

    company: Company
    proposed: Company | None = None
    locate: Locate = nowhere
    name: str = ""
    place: Locate = nowhere

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, the owner's first."""
        policy = self.company.policy
        return (*everything(), *(built_in() if policy is None else policy))


def refusals(rules: Rules, actor: str, deeds: Sequence[Done]) -> Iterator[Problem]:
    """What somebody may not have done: one problem for each deed, with its line and the rule."""
    who = _Actor(rules, actor)
    if rules.company.roles and not who.roles and deeds:
        yield who.unknown()
        return
    for deed in deeds:
        if isinstance(deed, Recorded):
            yield from who.recorded(deed)
        elif rules.company.roles:
            yield from who.touched(deed)


class _Actor:
    """Somebody with the rules that are about them."""

    def __init__(self, rules: Rules, name: str) -> None:
        self._rules, self._name = rules, name
        self.roles = roles_of(rules.company.roles, name)
        titles = {*ROLES, *rules.company.roles}
        self._mine = [rule for rule in rules.rules if self._is(rule.who, titles)]
        self._titled = f"{name} ({', '.join(self.roles)})" if self.roles else name

    def _is(self, who: Sequence[str], titles: Collection[str]) -> bool:
        """Whether they are meant; an account that is called like a role does not have it."""
        return any(each in self.roles if each in titles else same(each, self._name) for each in who)

    def unknown(self) -> Problem:
        """Nobody with that name has a role, so nothing at all may be changed."""
        people = {name for names in self._rules.company.roles.values() for name in names}
        at = f" at {self._rules.name}" if self._rules.name else ""
        return Problem(
            self._rules.locate(self._rules.company.file, "roles"),
            f"roles: {self._name} has no role{at} and may change nothing"
            f"{meant(self._name, people)}; an owner can add the name, in a change of its own",
        )

    def touched(self, deed: Touched) -> Iterator[Problem]:
        """The problem of a file or field, unless some rule allows it at every path it had."""
        for path in (deed.file, deed.was) if deed.was else (deed.file,):
            if not any(_allows(rule, path, deed) for rule in self._mine):
                yield self._refused_file(path, deed)
                return

    def _refused_file(self, path: str, deed: Touched) -> Problem:
        near = [rule for rule in self._mine if rule.about(path)]
        others = [rule for rule in self._rules.rules if _allows(rule, path, deed)]
        what = f"{'.'.join(map(str, deed.field))}: " if deed.field else ""
        place = f" (from {path})" if deed.was and path == deed.was else ""
        said = f"{what}may not be {_DONE[deed.deed]}{place} by {self._titled}"
        source = self._rules.place(deed.file, *deed.field) if deed.field else Source(deed.file)
        return self._problem(source, said, near, others)

    def recorded(self, deed: Recorded) -> Iterator[Problem]:
        """The problem of a line of the ledger: another's journal, or more than they may record."""
        writer = self._writer(deed.journal)
        if writer is None:
            if self._rules.company.roles:
                at = f" at {self._rules.name}" if self._rules.name else ""
                said = f"journal {deed.journal} is not in ispconf.yaml{at}; an owner adds it first"
                yield Problem(deed.source, said)
            return
        if not self._is((writer,), self._rules.company.roles):
            place = self._rules.locate(self._rules.company.file, "journals", deed.journal)
            said = f"journal {deed.journal} is written by {writer}, not by {self._titled}"
            yield Problem(deed.source, said, also=place)
            return
        mine = [rule for rule in self._mine if _for_journal(rule, deed.journal)]
        if self._rules.company.roles and not any(_allows_entry(rule, deed) for rule in mine):
            others = [rule for rule in self._rules.rules if _allows_entry(rule, deed)]
            said = f"{_named(deed)} may not be recorded by {self._titled}"
            yield self._problem(deed.source, said, mine, others)

    def _writer(self, journal: str) -> str | None:
        """Who writes a journal; one that is new counts if they may add journals, or anybody may."""
        company, proposed = self._rules.company, self._rules.proposed
        if journal in company.journals:
            return company.journals[journal].writer
        if proposed is None or journal not in proposed.journals:
            return None
        added = Touched(company.file, "change", ("journals", journal, "writer"))
        if company.roles and not any(_allows(rule, company.file, added) for rule in self._mine):
            return None
        return proposed.journals[journal].writer

    def _problem(
        self, source: Source, said: str, near: Sequence[Rule], others: Sequence[Rule]
    ) -> Problem:
        """A refusal with the rule that came nearest, and who may do it."""
        told = near or self._mine
        rules = "; ".join(dict.fromkeys(f"may {rule}" for rule in told)) or "no rule names them"
        may = dict.fromkeys(who for rule in others for who in rule.who)
        asked = f". Ask: {', '.join(may)}" if may else f". Ask: {OWNER}"
        policy = self._rules.company.policy
        if policy is None:
            return Problem(source, f"{said} (built-in rule: {rules}){asked}")
        at = next((index for index, rule in enumerate(policy) if rule in told), None)
        path = ("policy",) if at is None else ("policy", at)
        place = self._rules.locate(self._rules.company.file, *path)
        return Problem(source, f"{said} ({rules}){asked}", also=place)


def _allows(rule: Rule, path: str, deed: Touched) -> bool:
    """Whether a rule allows a deed at a path."""
    if not rule.about(path) or deed.deed not in rule.do:
        return False
    if deed.field is None:
        return rule.whole
    return not deed.field or rule.grants(deed.field)


def _for_journal(rule: Rule, journal: str) -> bool:
    return bool(rule.entries) and (not rule.journals or journal in rule.journals)


def _allows_entry(rule: Rule, deed: Recorded) -> bool:
    entry = deed.entry
    if not _for_journal(rule, deed.journal):
        return False
    if entry is None:
        return True
    return entry.type in rule.entries and (rule.up_to is None or abs(entry.amount) <= rule.up_to)


def _named(deed: Recorded) -> str:
    entry = deed.entry
    if entry is None:
        return "a line"
    amount = f" of {entry.amount:f}" if entry.amount else ""
    return f"{entry.no}, a {entry.type}{amount},"
