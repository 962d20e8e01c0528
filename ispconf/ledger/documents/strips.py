"""What a PDF is laid out with: texts at their places, in strips from the top of the paper down.

Knows papers, fonts and how wide a text is. Helvetica, which every reader has: a page is two
kilobytes (an embedded font would make it forty, and ten times slower).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import BytesIO
from typing import Final, NamedTuple

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from ispconf.ledger.documents.latin import latin
from ispconf.ledger.documents.sheet import Row, Sheet

MM: Final = 72 / 25.4
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
INK, GREY, HAIR = 0.1, 0.38, 0.82  # from black to white


class Format(NamedTuple):
    """A paper: width, height (None: a roll, as long as it gets) and margin in points."""

    width: float
    height: float | None
    margin: float
    size: float

    @property
    def inner(self) -> float:
        """The width that may be printed on."""
        return self.width - 2 * self.margin


FORMATS: Final = {
    "58mm": Format(58 * MM, None, 4 * MM, 7.5),
    "80mm": Format(80 * MM, None, 5 * MM, 8.5),
    "a4": Format(210 * MM, 297 * MM, 18 * MM, 9.5),
    "letter": Format(612, 792, 18 * MM, 9.5),
}


class Piece(NamedTuple):
    """A text at its place in a strip: points from the left and from the strip's top."""

    text: str
    x: float
    y: float
    font: str = PLAIN
    size: float = 9.5
    colour: float = INK


class Strip(NamedTuple):
    """Something that is not broken between pages: texts, and lines and boxes under them."""

    height: float
    pieces: tuple[Piece, ...] = ()
    line: float = 0.0  # width of a line at its bottom
    colour: float = INK
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    logo: tuple[float, float, float, float] | None = None
    head: bool = False  # stands again at the top of the next page
    kept: bool = False  # stands on the page of the strip after it


@lru_cache(maxsize=8192)
def wide(text: str, font: str, size: float) -> float:
    """How many points a text takes."""
    return stringWidth(text, font, size)


@lru_cache(maxsize=8192)
def _lines(text: str, font: str, size: float, room: float) -> tuple[str, ...]:
    """The text in lines that fit, broken at spaces where there are any."""
    whole = latin(text)
    if wide(whole, font, size) <= room:
        return (whole,) if whole else ()
    lines: list[str] = []
    line = ""
    for word in whole.split(" "):
        joined = f"{line} {word}" if line else word
        if wide(joined, font, size) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, font, size, room)
        lines += full
    return (*lines, line)


def _broken(word: str, font: str, size: float, room: float) -> Iterator[str]:
    part = ""
    for letter in word:
        if part and wide(part + letter, font, size) > room:
            at = part.rfind("-") + 1 or len(part)
            yield part[:at]
            part = part[at:]
        part += letter
    yield part


def block(  # noqa: PLR0913, PLR0917 - where, how wide, and in which of the fonts
    text: str,
    x: float,
    y: float,
    room: float,
    font: str = PLAIN,
    size: float = 9.5,
    colour: float = INK,
    align: str = "left",
) -> list[Piece]:
    """A text on as many lines as it needs, the first one's top at ``y``."""
    spare = {"left": 0.0, "right": 1.0, "middle": 0.5}[align]
    return [
        Piece(
            line,
            x + spare * (room - wide(line, font, size)) if spare else x,
            y + size + number * size * 1.3,
            font,
            size,
            colour,
        )
        for number, line in enumerate(_lines(text, font, size, room))
    ]


def bottom(pieces: Iterable[Piece]) -> float:
    """Where the next line may begin."""
    return max((piece.y + piece.size * 0.3 for piece in pieces), default=0.0)


def rows(given: Iterable[Row], form: Format, x: float, room: float) -> tuple[list[Piece], float]:
    """Labels at the left and values at the right; one that is too long goes on below."""
    pieces: list[Piece] = []
    top = 0.0
    for row in given:
        size = form.size * 1.25 if row.strong else form.size
        font = BOLD if row.strong else PLAIN
        label = latin(row.label)
        rest = room - wide(label, font, size) - size
        value = latin(row.value)
        whole = all(wide(word, font, size) <= rest for word in value.split(" "))
        fits = wide(value, font, size) <= rest or (whole and rest >= room * 0.35)
        one = block(label, x, top, room, font, size, INK if row.strong else GREY)
        start, free = (x + room - rest, rest) if fits else (x, room)
        under = top if fits else bottom(one)
        one += block(row.value, start, under, free, font, size, INK, "right")
        pieces += one
        top = bottom(one) + size * 0.15
    return pieces, top


def note(text: str, form: Format, align: str = "left") -> Strip:
    """A line in small grey letters."""
    pieces = block(text, 0, 3, form.inner, PLAIN, form.size * 0.85, GREY, align)
    return Strip(bottom(pieces), tuple(pieces))


def signatures(texts: Iterable[str], form: Format) -> Iterator[Strip]:
    """Lines to sign on, one below the other, with room above each."""
    for text in texts:
        yield Strip(form.size * 4, (), 0.6)
        signed = note(text, form, "middle")
        yield signed._replace(height=signed.height + form.size)


def stamps(texts: Iterable[str], form: Format, x: float, top: float, room: float) -> Strip:
    """Words in boxes that nobody may overlook, one below the other."""
    pieces: list[Piece] = []
    boxes = []
    for text in texts:
        one = block(text, x + 6, top + 6, room - 12, BOLD, form.size * 1.1, INK, "middle")
        under = bottom(one) + 4
        boxes.append((x, top + 2, room, under - top - 2))
        pieces += one
        top = under + 3
    return Strip(top + 5 if boxes else top, tuple(pieces), boxes=tuple(boxes))


def logo_size(sheet: Sheet, most: float, highest: float) -> tuple[float, float]:
    """Width and height of the logo, as large as they may be."""
    wide, high = ImageReader(BytesIO(sheet.business.logo)).getSize()
    factor = min(most / wide, highest / high)
    return wide * factor, high * factor
