"""Sentences of the RouterOS API as bytes, and back.

Knows how words are framed and how bytes become text. Knows nothing of sockets, nor of what a
sentence is about. Words are written by librouteros' protocol layer; reading is our own, because
there it takes two system calls a word, drops letters that are not ASCII and makes numbers and truth
of values (``0123``, ``yes``) that must come back as they were.
"""

from collections.abc import Iterable

from librouteros.exceptions import ProtocolError
from librouteros.protocol import encode_sentence

Fields = dict[str, str]
Sentence = tuple[str, str, Fields]
"""Reply word, tag, attributes; a bare word (the reason of ``!fatal``) stands under ""."""

STRANGE = "what it says is not the RouterOS API"

_LONG = 0x80  # from here on the first byte of a length says how many follow
_FORMS = (0x80, 0xC0, 0xE0, 0xF0)
_MASKS = (0x7F, 0x3FFF, 0x1FFFFF, 0xFFFFFFF, 0xFFFFFFFF)
_EQUAL, _DOT, _MARK = b"=.!"


def encoded(words: Iterable[str]) -> bytes:
    """The sentence as bytes, text as UTF-8.

    Raises:
        ValueError: a word is empty, which would end the sentence, or cannot be written as UTF-8.
    """
    held = tuple(words)
    if not all(held):
        raise ValueError("an empty word would end the sentence early")
    return encode_sentence(*held, encoding="utf-8")


def readable(text: str) -> str:
    """Text that was taken from bytes as latin-1, in the encoding it was probably written in.

    RouterOS keeps bytes: UTF-8 from us and WebFig, the Windows code page from WinBox 3. The five
    bytes that cp1252 leaves undefined stay what they are in latin-1, so nothing is lost.
    """
    if text.isascii():
        return text
    raw = text.encode("latin-1")
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text


def decoded(data: bytes, names: dict[str, str]) -> tuple[list[Sentence], int, int]:
    """The whole sentences in data, where they end, and how far data must reach for the next one.

    The bytes become text once for all; only sentences that are not ASCII are looked at again.
    ``names`` keeps one copy of each attribute's name.

    Raises:
        ProtocolError: the first sentence is none that a router says.
    """
    text = data.decode("latin-1")
    found: list[Sentence] = []
    begin = 0
    try:
        while True:
            kind, tag, fields, end = _sentence(data, text, begin, names)
            if kind:
                _make_readable(fields)
                found.append((kind, tag, fields))
            begin = _rows(data, text, end, found, names) if kind == "!re" else end
    except _ShortError as short:
        return found, begin, short.reach
    except ProtocolError:
        if not found:
            raise
        return found, begin, 0  # those before it are good and may be answers; it comes again


def _make_readable(fields: Fields) -> None:
    for name, value in fields.items():
        if not value.isascii():
            fields[name] = readable(value)


def _rows(data: bytes, text: str, begin: int, found: list[Sentence], names: dict[str, str]) -> int:
    """Adds the rows that begin like the one before them, as those of one table do, in few steps.

    Gives where the first sentence begins that does not, has other words too, or is not whole.
    """
    kind, tag, _ = found[-1]
    alike = "".join(chr(len(word)) + word for word in (kind, tag and f".tag={tag}") if word)
    plain, known = data.isascii(), names.setdefault
    try:
        while text.startswith(alike, begin):
            fields: Fields = {}
            at = begin + len(alike)
            while length := data[at]:
                at += 1
                if length >= _LONG:
                    length, at = _long(data, at - 1)
                if data[at] != _EQUAL:
                    return begin
                end = at + length
                name, _, value = text[at + 1 : end].partition("=")
                fields[known(name, name)] = value
                at = end
            at += 1
            if not plain and not text[begin:at].isascii():
                _make_readable(fields)
            found.append((kind, tag, fields))
            begin = at
    except IndexError:
        return begin
    return begin


def _sentence(
    data: bytes, text: str, at: int, names: dict[str, str]
) -> tuple[str, str, Fields, int]:
    """Reply word, tag and attributes of the sentence that begins there, and where it ends."""
    kind = tag = ""
    fields: Fields = {}
    find, known = text.find, names.setdefault
    try:
        while length := data[at]:
            at += 1
            if length >= _LONG:
                length, at = _long(data, at - 1)
            end = at + length
            first = data[at]
            if first == _EQUAL:
                at += 1
                equal = find("=", at, end)
                if equal < 0:
                    equal = end
                name = text[at:equal]
                fields[known(name, name)] = text[equal + 1 : end]
            elif first == _DOT:
                tag = text[at + 5 : end]
            elif not kind and first == _MARK:
                kind = text[at:end]
            elif kind:
                fields[""] = text[at:end]
            else:
                raise ProtocolError(STRANGE)
            at = end
    except IndexError:
        raise _ShortError(max(at, len(data)) + 1) from None
    if not kind and (fields or tag):  # only an empty sentence means nothing
        raise ProtocolError(STRANGE)
    return kind, tag, fields, at + 1


class _ShortError(Exception):
    def __init__(self, reach: int) -> None:
        self.reach = reach


def _long(data: bytes, at: int) -> tuple[int, int]:
    """A length of two to five bytes, and where its word begins."""
    extra = sum(data[at] >= first for first in _FORMS)
    if at + extra >= len(data):
        raise IndexError
    return int.from_bytes(data[at : at + extra + 1], "big") & _MASKS[extra], at + extra + 1
