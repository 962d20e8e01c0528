import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.simulator import wire


@pytest.mark.parametrize(
    ("size", "form"),
    [
        (0, "00"),
        (0x7F, "7f"),
        (0x80, "8080"),
        (0x3FFF, "bfff"),
        (0x4000, "c04000"),
        (0x1FFFFF, "dfffff"),
        (0x200000, "e0200000"),
        (0xFFFFFFF, "efffffff"),
        (0x10000000, "f010000000"),
    ],
)
def test_a_length_takes_the_shortest_form(size: int, form: str) -> None:
    assert wire.length(size).hex() == form


@pytest.mark.parametrize("form", ["05", "8005", "c00005", "e0000005", "f000000005"])
def test_every_form_of_a_length_is_understood(form: str) -> None:
    assert wire.Reader().feed(bytes.fromhex(form) + b"/quit\0") == [["/quit"]]


def test_empty_sentences_are_ignored() -> None:
    assert wire.Reader().feed(b"\0\0" + wire.sentence(["/a"]) + b"\0") == [["/a"]]


@pytest.mark.parametrize("data", [b"\xf8", b"\xff", b"\xf0\xff\xff\xff\xff"])
def test_bytes_that_cannot_be_followed_end_the_line(data: bytes) -> None:
    with pytest.raises(wire.MalformedError):
        wire.Reader().feed(data)


@given(
    st.lists(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=5), max_size=5),
    st.data(),
)
def test_sentences_arrive_whole_however_they_are_cut(
    said: list[list[bytes]], data: st.DataObject
) -> None:
    stream = b"".join(b"".join(wire.word(word) for word in words) + b"\0" for words in said)
    reader, heard = wire.Reader(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        heard += reader.feed(stream[:cut])
        stream = stream[cut:]
    assert [[wire.to_bytes(word) for word in words] for words in heard] == said
