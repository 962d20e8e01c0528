"""The quick reader of plain files: what it takes it reads as the YAML parser does."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from yaml.error import YAMLError

from ispconf.edge import plainyaml, yamltext
from ispconf.secret import Secret

FILE = """\
# María López, desde 2024
name: María López
contact: {phone: "+52 222 0001122", email: maria@example.com}
address: {street: Calle 5 No. 10, gps: [19.0414, -98.2063], city: 'Puebla'}
notes: Puerta azul, dos perros; llamar 9:00-14:00  # antes no

services:
  casa:
    plan: hogar-20
    since: 2026-01-01
    access:
      password: !encrypted "AQtext=="
      address: 10.16.0.10
    paused: [{from: 2026-02-01, until: 2026-02-10}, {from: 2026-05-01}]
  tv:
    plan: tv
    router:
extras: {}
tax_id: ""
"""
TREE = {
    "name": "María López",
    "contact": {"phone": "+52 222 0001122", "email": "maria@example.com"},
    "address": {
        "street": "Calle 5 No. 10",
        "gps": ["19.0414", "-98.2063"],
        "city": "Puebla",
    },
    "notes": "Puerta azul, dos perros; llamar 9:00-14:00",
    "services": {
        "casa": {
            "plan": "hogar-20",
            "since": "2026-01-01",
            "access": {"password": Secret("encrypted", "AQtext=="), "address": "10.16.0.10"},
            "paused": [{"from": "2026-02-01", "until": "2026-02-10"}, {"from": "2026-05-01"}],
        },
        "tv": {"plan": "tv", "router": None},
    },
    "extras": {},
    "tax_id": "",
}


def by_parser(text: str) -> Any:
    """What the YAML parser makes of a text; None when it is refused."""
    try:
        return tuple(yamltext._build(text))  # noqa: SLF001  the slow one of two that must agree
    except (YAMLError, yamltext.OddError):
        return None


def test_a_file_is_read_at_once() -> None:
    assert plainyaml.read(FILE) == (TREE, True)
    assert by_parser(FILE) == (TREE, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "- a: 1",
        "a:\n- b",
        "a:\n  - b",
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "a: b\n  c: d",
        "  a: b\nc: d",
        "a:\n    b: c\n  d: e",
        "a: b: c",
        "a: |\n  b",
        "a: &x b",
        "a: *x",
        "a: !!str b",
        "a: !encrypted",
        'a: "b\\n"',
        "a: 'it''s'",
        "a: [b, c",
        "a: [b, c]]",
        "a: [b, ]",
        "a: [b: c]",
        "a: {b}",
        "a: {b: }",
        "a: {b: c}, d",
        'a: "b" c',
        "a: [b]#c",
        "? a",
        "---\na: b",
        "a: b\n...",
        "a: " + "[" * 20 + "]" * 20,
        "".join(f"{' ' * depth}a:\n" for depth in range(20)),
    ],
)
def test_anything_else_is_left_to_the_parser(text: str) -> None:
    assert plainyaml.read(text) is None


PIECES = st.sampled_from(
    [*FILE.split(), *FILE.split("\n"), *":,{}[]\"'#&*!|>%@`~-?=\\é0 \n", "\n  ", ": ", ", ", " #"]
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_it_agrees_with_the_parser_on_all_it_takes(data: Any) -> None:
    text = FILE
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 9))
        text = text[:start] + data.draw(PIECES) + text[start + length :]
    found = plainyaml.read(text)
    assert found is None or found == by_parser(text)


WORDS = st.text(st.sampled_from("aZ0 é./()+%-_:#,;{}[]\"'&*!|@=`~?½Ⅷ\U0001d400"), max_size=8)


@settings(max_examples=600, deadline=None)
@given(WORDS, st.sampled_from(["a: {}", "a:\n  b: {}\nc: 1", "a: [{}]", "a: {{b: {}, c: [1]}}"]))
@example("-1", "a: {}")
@example("a :b", "a: {}")
@example("a #b", "a: [{}]")
def test_it_agrees_with_the_parser_on_every_word(word: str, around: str) -> None:
    text = around.format(word)
    found = plainyaml.read(text)
    assert found is None or found == by_parser(text)
