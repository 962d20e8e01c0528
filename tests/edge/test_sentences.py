import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.edge.sentences import decoded, encoded, readable
from tests.edge.peers import says


def word(text: bytes, form: int = 0) -> bytes:
    """A word whose length is written in the given form, also where a shorter one would do."""
    marks = (0, 0x8000, 0xC00000, 0xE0000000, 0xF000000000)
    return (marks[form] | len(text)).to_bytes(form + 1, "big") + text


VALUES = ["yes", "0123", "true", "12", "", "Peña", "a=b", "=", "two\nlines", "!re", ".tag=9", "\0"]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_comes_back_as_it_was_written(value: str) -> None:
    (sentence,), end, _ = decoded(data := says("!re", f"=name={value}", ".tag=1"), {})
    assert sentence == ("!re", "1", {"name": value})
    assert end == len(data)


@given(st.dictionaries(st.text("abcd-.", min_size=1), st.text(), min_size=1))
def test_what_is_encoded_is_decoded(fields: dict[str, str]) -> None:
    words = ("!re", *(f"={name}={value}" for name, value in fields.items()))
    assert decoded(encoded(words), {})[0] == [("!re", "", fields)]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Peña Núñez".encode(), "Peña Núñez"),
        ("Peña € œ".encode("cp1252"), "Peña € œ"),
        (b"caf\xe9 \x81", "café \x81"),  # cp1252 has no 0x81
        (b"plain", "plain"),
    ],
)
def test_bytes_are_read_in_the_encoding_they_were_written_in(raw: bytes, text: str) -> None:
    assert readable(raw.decode("latin-1")) == text
    ascii_too = decoded(word(b"!re") + word(b"=a=b") + word(b"=c=" + raw) + b"\0", {})[0]
    assert ascii_too == [("!re", "", {"a": "b", "c": text})]


@given(st.binary(), st.binary())
def test_different_bytes_never_read_the_same_within_one_encoding(one: bytes, two: bytes) -> None:
    first, second = (readable(raw.decode("latin-1")) for raw in (one, two))
    kinds = {_encoding(one), _encoding(two)}
    assert (first == second) == (one == two) or len(kinds) > 1


def _encoding(raw: bytes) -> str:
    for name in ("utf-8", "cp1252"):
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


@pytest.mark.parametrize("form", [0, 1, 2, 3, 4])
def test_every_form_of_a_length_is_understood(form: int) -> None:
    data = word(b"!re", form) + word(b"=a=b", form) + word(b".tag=7", form) + b"\0"
    assert decoded(data, {}) == ([("!re", "7", {"a": "b"})], len(data), len(data) + 1)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (b"\0\0" + says("!done"), [("!done", "", {})]),  # empty sentences mean nothing
        (says("!re", ".tag=3", "=a=b"), [("!re", "3", {"a": "b"})]),
        (says("!re", "=a=b", ".tag=3"), [("!re", "3", {"a": "b"})]),
        (says("!re", "=a"), [("!re", "", {"a": ""})]),
        (says("!fatal", "not logged in"), [("!fatal", "", {"": "not logged in"})]),
        (says("!empty", ".tag=1"), [("!empty", "1", {})]),
    ],
)
def test_sentences(sentence: bytes, expected: list[tuple[str, str, dict[str, str]]]) -> None:
    assert decoded(sentence, {})[0] == expected


def test_an_empty_word_is_never_sent() -> None:
    with pytest.raises(ValueError, match="end the sentence"):
        encoded(("/ppp/secret/set", "", "=.id=*1"))


def test_names_of_attributes_are_kept_once() -> None:
    names: dict[str, str] = {}
    data = says("!re", "=name=a") + says("!re", "=name=b")
    (first, second), _, _ = decoded(data, names)
    assert next(iter(first[2])) is next(iter(second[2]))


WORDS = st.one_of(
    st.builds("={}={}".format, st.sampled_from(["name", ".id", "", "a"]), st.text(max_size=140)),
    st.sampled_from(["=a", "=", "reason", ".tag=1", ".tag=2", ".tag=", "=.tag=1"]),
)
HEADS = st.sampled_from([("!re", ".tag=1"), ("!re", ".tag=2"), ("!re",), ("!done",), ("!trap",)])


@given(st.lists(st.tuples(HEADS, st.lists(WORDS, max_size=4)), max_size=6))
def test_a_sentence_reads_the_same_whatever_came_before_it(
    sentences: list[tuple[tuple[str, ...], list[str]]],
) -> None:
    each = [says(*head, *words) for head, words in sentences]
    alone = [sentence for data in each for sentence in decoded(data, {})[0]]
    data = b"".join(each)
    found, end, _ = decoded(data, {})
    assert (found, end) == (alone, len(data))
