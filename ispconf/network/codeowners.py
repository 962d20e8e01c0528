"""CODEOWNERS: who must approve a change of what, as a forge wants it, from roles and policy.

Whoever may do something to a file may approve it when somebody else does, unless the rule says
``review: no``. The policy still judges who made the change; this is the second pair of eyes.
Knows the two spellings: paths where the last line that matches counts (GitHub), and regular
expressions that all count (Gitea, Forgejo).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ispconf.network.company import Company
from ispconf.network.policy import OWNER, ROLES, Rule, built_in, matches

_HEAD: Final = (
    "# Who must approve a change of what: roles and policy of ispconf.yaml. Change that, then:",
    "#   ispconf ci codeowners",
)
_WIDE: Final = (22, 2)  # columns of a path, and at least so many spaces behind it
_LEDGER: Final = "ledger/**"


def text(company: Company) -> str:
    """The file for GitHub: the last line that matches a path counts."""
    owners = _accounts(company, (OWNER,))
    lines = [_line("*", owners)]
    for pattern, names in _owned(company):
        lines.append(_line(f"/{pattern.removesuffix('**')}", names))
    return "\n".join((*_HEAD, *lines, ""))


def regular(company: Company) -> str:
    """The file for Gitea and Forgejo: each line is a regular expression of a whole path."""
    lines = [_line(".*", _accounts(company, (OWNER,)))]
    lines += [_line(_expression(pattern), names) for pattern, names in _owned(company)]
    return "\n".join((*_HEAD, *lines, ""))


def _line(path: str, names: Iterable[str]) -> str:
    width, gap = _WIDE
    return f"{path:<{width - gap}}{' ' * gap}{' '.join(names)}".rstrip()


def _owned(company: Company) -> Iterator[tuple[str, list[str]]]:
    """Each pattern with who may approve it, general ones first."""
    rules = built_in() if company.policy is None else company.policy
    about: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.review:
            for pattern in _patterns(rule):
                about.setdefault(pattern, []).append(rule)
    for pattern in sorted(about, key=lambda each: (each.count("/"), each.count("*") == 0, each)):
        mine = [
            rule
            for general, found in about.items()
            for rule in found
            if general == pattern or matches(general, pattern)
        ]
        who = [OWNER, *(each for rule in mine for each in rule.who)]
        names = _accounts(company, who)
        if names:
            yield pattern, names


def _patterns(rule: Rule) -> Iterator[str]:
    """The paths that a rule is about; of the ledger, the files of its journals."""
    yield from rule.paths
    if rule.entries:
        named = (f"ledger/**/*-{journal}.yaml" for journal in rule.journals)
        yield from named if rule.journals else (_LEDGER,)


def _accounts(company: Company, who: Iterable[str]) -> list[str]:
    """Accounts of roles and people, each once: ``@ana``, ``@company/team`` or an e-mail address."""
    titles = {*ROLES, *company.roles}
    names: dict[str, None] = {}
    for each in who:
        for name in company.roles.get(each, ()) if each in titles else (each,):
            names[name if "@" in name else f"@{name}"] = None
    return list(names)


def _expression(pattern: str) -> str:
    """A pattern as a regular expression without backslashes, which Gitea reads in its own way."""
    parts = {"**": ".*", "*": "[^/]*", ".": "[.]"}
    return "".join(parts.get(word, word) for word in re.split(r"(\*\*|\*|\.)", pattern))
