"""How rules are written, and which files and fields they are about."""

from typing import Any

import pytest
from pydantic import ValidationError

from ispconf.network.policy import Rule, built_in, everything, matches, roles_of


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("plans/*", "plans/hogar-20.yaml", True),
        ("plans/*", "plans/a/b.yaml", False),
        ("plans/", "plans/a/b.yaml", False),
        ("subscribers/**", "subscribers/norte/ana.yaml", True),
        ("subscribers/**", "subscribers.yaml", False),
        ("**/ana.yaml", "subscribers/norte/ana.yaml", True),
        ("**/ana.yaml", "ana.yaml", True),
        ("**", "../.github/x.yml", True),
        ("ispconf.yaml", "ispconfXyaml", False),
        ("a/**", "a/b\nc", True),
    ],
)
def test_paths(pattern: str, path: str, *, fits: bool) -> None:
    assert matches(pattern, path) is fits


def test_a_folder_is_all_below_it() -> None:
    assert Rule.model_validate({"who": ["x"], "paths": ["plans/"]}).about("plans/a/b.yaml")


@pytest.mark.parametrize(
    ("fields", "less", "field", "granted"),
    [
        ([], [], ("billing", "mode"), True),
        (["contact"], [], ("contact", "phone"), True),
        (["contact.phone"], [], ("contact",), False),
        (["services.*.access"], [], ("services", "casa", "access", "mac"), True),
        (["services.*.access"], [], ("services", "casa", "plan"), False),
        ([], ["billing"], ("billing",), False),
        ([], ["services.*.free"], ("services", "casa", "free", "from"), False),
        (["contact"], [], ("contact.phone",), False),
        (["equipment.0"], [], ("equipment", 0), True),
    ],
)
def test_fields(fields: list[str], less: list[str], field: Any, *, granted: bool) -> None:
    written = {"who": ["x"], "paths": ["**"], "fields": fields, "except": less}
    assert Rule.model_validate(written).grants(field) is granted


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"paths": ["a"]}, "who"),
        ({"who": ["x"]}, "about files"),
        ({"who": ["x"], "paths": ["a"], "entries": ["fee"]}, "about files"),
        ({"who": ["x"], "paths": ["a"], "up_to": "5"}, "up_to does not belong"),
        ({"who": ["x"], "entries": ["fee"], "except": ["a"]}, "except does not belong"),
        ({"who": ["x"], "entries": ["gift"]}, "entries"),
        ({"who": ["x"], "paths": ["/a"]}, "is not a path of the repository"),
        ({"who": ["x"], "paths": ["a"], "do": ["rename"]}, "do"),
    ],
)
def test_a_rule_is_about_one_thing(written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Rule.model_validate(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"paths": ["plans/*"], "fields": ["rate"]}, "add/change/remove rate in plans/*"),
        (
            {"paths": ["a"], "except": ["b"], "do": ["add"]},
            "add a except b",
        ),
        (
            {"entries": ["fee"], "journals": ["caja"], "up_to": "9.50"},
            "record fee in caja up to 9.50",
        ),
    ],
)
def test_a_rule_says_what_it_allows(written: dict[str, Any], said: str) -> None:
    assert str(Rule.model_validate({"who": ["x"], **written})) == said


def test_names_are_accounts_whatever_their_capitals() -> None:
    roles = {"owner": ["Ana"], "cashier": ["@maria", "ana"]}
    assert roles_of(roles, "ANA") == ("owner", "cashier")
    assert roles_of(roles, "maria") == ("cashier",)
    assert roles_of(roles, "owner") == ()


def test_the_built_in_rules_never_let_anybody_but_owners_near_the_rules() -> None:
    for path in ("ispconf.yaml", ".github/workflows/x.yml", "CODEOWNERS", "ispconf.keys.yaml"):
        assert not any(rule.about(path) for rule in built_in())
        assert any(rule.about(path) for rule in everything())
