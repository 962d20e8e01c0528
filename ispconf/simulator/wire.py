"""Words and sentences as bytes: the outermost layer of the RouterOS API.

Knows the length forms and where a sentence ends. Knows nothing of commands. Text is UTF-8 with
surrogates for bytes that are not, so that any bytes come back as they were sent.
"""

from collections.abc import Iterable
from typing import Final

_ENDS: Final = ((0x80, 1, 0), (0x4000, 2, 0x8000), (0x200000, 3, 0xC00000))
_FORMS: Final = (
    (0x80, 1, 0x7F),
    (0xC0, 2, 0x3FFF),
    (0xE0, 3, 0x1FFFFF),
    (0xF0, 4, 0xFFFFFFF),
    (0xF8, 5, 0xFFFFFFFF),
)  # first byte below, bytes in all, bits of the length
LONGEST: Final = 0x10000000  # a word of more is refused: no router takes 256 MiB


class MalformedError(Exception):
    """Bytes that no RouterOS would understand: a reserved first byte or an absurd length."""


def length(size: int) -> bytes:
    """The shortest of the five length forms for a word of ``size`` bytes."""
    for end, count, mark in _ENDS:
        if size < end:
            return (size | mark).to_bytes(count, "big")
    if size < LONGEST:
        return (size | 0xE0000000).to_bytes(4, "big")
    return b"\xf0" + size.to_bytes(4, "big")


_SHORT: Final = tuple(length(size) for size in range(256))


def to_bytes(text: str) -> bytes:
    """Text as it goes over the line."""
    return text.encode("utf-8", "surrogateescape")


def to_text(word: bytes) -> str:
    """Text as it is kept; bytes that are not UTF-8 survive as surrogates."""
    return word.decode("utf-8", "surrogateescape")


def word(payload: bytes) -> bytes:
    """One word: its length and its bytes."""
    size = len(payload)
    return (_SHORT[size] if size < len(_SHORT) else length(size)) + payload


def sentence(words: Iterable[str]) -> bytes:
    """A whole sentence with the zero-length word that ends it."""
    return b"".join([word(to_bytes(each)) for each in words]) + b"\0"


def _prefix(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """Length of the word at ``at`` and where its bytes begin; None when more must be read."""
    first = data[at]
    if first < _FORMS[0][0]:
        return first, at + 1
    form = next((form for form in _FORMS if first < form[0]), None)
    if form is None:
        raise MalformedError(f"reserved length byte 0x{first:02X}")
    _, count, mask = form
    if at + count > len(data):
        return None
    size = int.from_bytes(data[at : at + count], "big") & mask
    if size > LONGEST:
        raise MalformedError(f"a word of {size} bytes")
    return size, at + count


class Reader:
    """Takes bytes as they arrive and gives whole sentences; empty ones are left out."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._words: list[str] = []

    def feed(self, data: bytes) -> list[list[str]]:
        """The sentences that ``data`` completes.

        Raises:
            MalformedError: the line cannot be followed any more.
        """
        self._data += data
        found: list[list[str]] = []
        at, end = 0, len(self._data)
        while at < end:
            head = _prefix(self._data, at)
            if head is None or sum(head) > end:
                break
            size, start = head
            at = start + size
            if size:
                self._words.append(to_text(bytes(self._data[start:at])))
            elif self._words:
                found.append(self._words)
                self._words = []
        del self._data[:at]
        return found
