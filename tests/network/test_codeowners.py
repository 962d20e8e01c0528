"""CODEOWNERS says who may approve what, in both spellings, general lines before special ones."""

import re
from typing import Any

import pytest

from ispconf.network.codeowners import regular, text
from ispconf.network.company import Company

ROLES = {
    "owner": ["olga"], "technician": ["@isp/tecnicos", "teo"], "accountant": ["rosa@isp.example"],
    "cashier": ["maria"], "bot": ["our-bot"],
}  # fmt: skip


def company(**more: Any) -> Company:
    written = {"company": {"name": "X"}, "timezone": "UTC", "currency": "MXN", "roles": ROLES}
    return Company.model_validate(written | more)


def lines(written: str) -> dict[str, str]:
    found = [line.split() for line in written.splitlines() if not line.startswith("#")]
    return {path: " ".join(names) for path, *names in found}


def test_the_built_in_rules() -> None:
    assert lines(text(company())) == {
        "*": "@olga",
        "/inventory/": "@olga",
        "/ledger/": "@olga rosa@isp.example",
        "/subscribers/": "@olga @isp/tecnicos @teo rosa@isp.example",
        "/templates/": "@olga",
    }


POLICY = [
    {"who": ["technician"], "paths": ["subscribers/**"], "fields": ["contact"]},
    {"who": ["maria"], "paths": ["subscribers/norte/**", "plans/*.yaml"]},
    {"who": ["cashier"], "entries": ["payment"], "journals": ["caja1"]},
    {"who": ["bot"], "entries": ["invoice"], "review": "no"},
    {"who": ["engineer"], "paths": ["ispconf.yaml"]},
]


def test_a_written_policy_and_who_has_the_folder_above() -> None:
    assert lines(text(company(policy=POLICY))) == {
        "*": "@olga",
        "/ispconf.yaml": "@olga",
        "/plans/*.yaml": "@olga @maria",
        "/subscribers/": "@olga @isp/tecnicos @teo",
        "/subscribers/norte/": "@olga @isp/tecnicos @teo @maria",
        "/ledger/**/*-caja1.yaml": "@olga @maria",
    }


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("plans/hogar-20.yaml", "@olga @maria"),
        ("subscribers/norte/ana.yaml", "@olga @isp/tecnicos @teo @maria"),
        ("subscribers/sur/ana.yaml", "@olga @isp/tecnicos @teo"),
        ("ledger/2026/11/2026-11-03-caja1.yaml", "@olga @maria"),
        ("ispconfXyaml", "@olga"),
    ],
)
def test_regular_expressions_say_the_same(path: str, names: str) -> None:
    rules = lines(regular(company(policy=POLICY)))
    assert not any("\\" in expression for expression in rules)
    found = [names for expression, names in rules.items() if re.fullmatch(expression, path)]
    assert found[-1] == names
