"""The YAML reader: what it takes, what it refuses and where, and that ruamel agrees."""

import io
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from ispconf.edge.places import Place, Spot, look
from ispconf.edge.yamltext import OddError, parse
from ispconf.secret import Secret


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a: no", {"a": "no"}),
        ("phone: 0123456789", {"phone": "0123456789"}),
        ("ref: 12E4567890", {"ref": "12E4567890"}),
        ("at: 12:30:45", {"at": "12:30:45"}),
        ("price: 350.10", {"price": "350.10"}),
        ("day: 2026-11-05", {"day": "2026-11-05"}),
        ("none: ~\nnull: null", {"none": "~", "null": "null"}),
        ("empty:\ntext: ''", {"empty": None, "text": ""}),
        ("a: [1, {b: 2}]\nc:\n- d\n- - e", {"a": ["1", {"b": "2"}], "c": ["d", ["e"]]}),
        ("\ufeffa: 1\r\nb: 2", {"a": "1", "b": "2"}),
        ("---\na: 1\n...\n", {"a": "1"}),
        ("", None),
        ("# nothing\n", None),
        ("---", None),
        ("note: |\n  one\n  two\n", {"note": "one\ntwo\n"}),
        ('p: !encrypted "abc"', {"p": Secret("encrypted", "abc")}),
        ('quoted: "\\"ñ\\""', {"quoted": '"ñ"'}),
    ],
)
def test_scalars_stay_text(text: str, tree: Any) -> None:
    assert parse(text.encode()).root == tree


def test_a_key_without_a_value_is_told() -> None:
    assert parse(b"a:\nb: 1").empty
    assert not parse(b"a: 1").empty


REFUSED = [
    (b"a: 1\nb: 2\na: 3\n", "3:1", '"a" is written twice (first on line 1)'),
    (b"a: {b: 1, b: 2}", "1:11", '"b" is written twice'),
    (b"a:\na: 1", "2:1", '"a" is written twice'),
    (b"a: &x 1\n", "1:4", "an anchor"),
    (b"password: &abc\n", "1:11", "quote a value that starts with &"),
    (b"a: &x {b: 1}\n", "1:4", "an anchor"),
    (b"a: &x 1\nb: *x", "2:4", "an alias"),
    (b"a: !!str 1", "1:4", "the tag tag:yaml.org,2002:str; the only tag is !encrypted"),
    (b"a: ! b", "1:4", "the tag !"),
    (b"a: !env [b]", "1:4", "the tag !env"),
    (b"a: !encrypted {b: 1}", "1:4", "needs a value"),
    (b"a: !encrypted\n", "1:4", "needs a value"),
    (b"!encrypted a: b", "1:1", "a key cannot be !encrypted"),
    (b"a:\n\tb: 1", "2:1", "a tab; use spaces"),
    (b"a: 1\tb", "1:5", "a tab"),
    (b"a: 1\n---\nb: 2", "2:1", "a second document"),
    (b"a: 1\n--- |\n", "2:1", "a second document"),
    (b"%YAML 1.1\n---\na: 1", "1:1", "a YAML directive"),
    (b"a: caf\xe9\n", "1:7", "is not UTF-8 (byte 0xe9)"),
    (b"a: 1\nbb: \xff", "2:5", "is not UTF-8 (byte 0xff)"),
    ("a: 1".encode("utf-16"), "1:1", "is not UTF-8"),
    (b"a: \x1b[1m", "1:4", "a control character (U+001B)"),
    (b'a: "\\x1b"', "1:4", "a control character (U+001B)"),
    (b"a: 1\rb: 2", "1:5", "a carriage return alone"),
    ("a: \ufeff1".encode(), "1:4", "a byte order mark inside"),
    ("a: 1\u2028".encode(), "1:5", "a control character (U+2028)"),
    (b"?\n: 1", "1:2", "an empty key"),
    (b'"": 1', "1:1", "an empty key"),
    (b"? [a]\n: 1", "1:3", "a key that is not text"),
    (b"? {a: 1}\n: 1", "1:3", "a key that is not text"),
    (b"a: [1,\n", "2:1", "is not YAML: did not find expected"),
    (b"a: b: c", "1:5", "is not YAML: mapping values are not allowed"),
    (b"a:\n- 1\n-\n", "3:2", "an empty item in a list"),
    (b"a: " + b"[" * 30 + b"]" * 30, "1:27", "nested more than 24 levels"),
    (b"just text", "1:1", "a text alone"),
    (b"''", "1:1", "a text alone"),
    (b"|\n#b: ", "1:1", "a text alone"),
    (b"!encrypted x", "1:1", "a text alone"),
    (b"a: @b", "1:4", "is not YAML: found character that cannot start any token"),
]


@pytest.mark.parametrize(("data", "where", "message"), REFUSED)
def test_what_is_refused_is_named_with_its_place(data: bytes, where: str, message: str) -> None:
    with pytest.raises(OddError):
        parse(data)
    found = look(data).flaws
    assert any(f"{f.spot.line}:{f.spot.column}" == where and message in f.message for f in found), (
        found
    )


def test_all_flaws_are_found_at_once() -> None:
    messages = [flaw.message for flaw in look(b"a: &x 1\na: !!int 2\nb: *x\nc: [\n").flaws]
    assert len(messages) == 5
    assert messages[-1].startswith("is not YAML")


def test_every_line_with_a_tab_is_named() -> None:
    assert [flaw.spot for flaw in look(b"\ta: 1\nb: 2\n\t\tc: 3").flaws] == [
        Spot(1, 1),
        Spot(3, 1),
    ]


def test_places_of_keys_and_values() -> None:
    places = look("ñ: {a: 1}\nb:\n- x\n- y: z\n".encode()).places
    assert places[()] == Place(Spot(1, 1), Spot(1, 1))
    assert places[("ñ",)] == Place(Spot(1, 1), Spot(1, 4))
    assert places[("ñ", "a")] == Place(Spot(1, 5), Spot(1, 8))
    assert places[("b", 1, "y")] == Place(Spot(4, 3), Spot(4, 6))


def test_an_empty_file_has_no_flaw() -> None:
    assert look(b"") == ({}, [])


# -- against ruamel.yaml, YAML 1.2 ------------------------------------------------------------


class _Failsafe(SafeConstructor):
    """Every scalar is text, ``!encrypted`` is a Secret, everything else that we refuse raises."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002
        return failsafe(node)


def failsafe(node: Any) -> Any:
    if isinstance(node, ScalarNode):
        if node.tag == "!encrypted":
            return Secret("encrypted", node.value)
        return None if node.value == "" and node.style is None else node.value
    if isinstance(node, SequenceNode):
        return [failsafe(item) for item in node.value]
    assert isinstance(node, MappingNode)
    return {failsafe(key): failsafe(value) for key, value in node.value}


def by_ruamel(text: str) -> Any:
    """What YAML 1.2 makes of the text, all scalars as text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Failsafe
    node = yaml.compose(io.StringIO(text))
    return None if node is None else failsafe(node)


PIECES = """\
a b no 0123 350.10 12:30 ~ 'q' 's' "\\u00f1" ñ '' a#b #b - -1 ? : a:b !encrypted | > >- { } [ ] ,
{a: {b: [1, % &a *a <<:"""
WORDS = st.sampled_from(
    [*PIECES.split(), "x y", "!encrypted x", "{a: 1}", "[1, 2]", "a: b", "- a", "? a", '"a\nb"']
)
GLUE = st.sampled_from([": ", ":\n", "\n", "\n  ", "\n    ", "\n- ", " ", ", ", "\r\n", "\n\n", ""])
DOCUMENTS = st.lists(st.tuples(WORDS, GLUE), max_size=12).map(
    lambda parts: "".join(word + glue for word, glue in parts)
)


@given(DOCUMENTS)
@settings(max_examples=400, deadline=None)
@example("a: 'x\n\n  y'\nb: |\n  z\n")
def test_what_we_read_ruamel_reads_the_same(text: str) -> None:
    try:
        ours = parse(text.encode()).root
    except OddError:
        assert look(text.encode()).flaws
        return
    assert not look(text.encode()).flaws
    try:
        theirs = by_ruamel(text)
    except YAMLError as error:
        theirs = error
    if not any(reason in str(theirs) for reason in LENIENT):
        assert ours == theirs


LENIENT = (
    # YAML 1.2 wants no more spaces in the empty lines before a block text than in its first line;
    # libyaml takes them, and the text is the same.
    "more indented follow up line than first in a block scalar",
    # A comment wants a space before it; libyaml takes one right after | and >.
    "expected chomping or indentation indicators, but found '#'",
)
