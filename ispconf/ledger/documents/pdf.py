"""Sheets as PDF, on A4 or letter or on the roll of a receipt printer.

Knows how strips become pages; what stands on them was decided before. The same sheets give the
same bytes: reportlab writes no date and no random id in its invariant mode.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain, pairwise

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ispconf.errors import RequestError
from ispconf.ledger.documents import pages, rolls
from ispconf.ledger.documents.latin import latin
from ispconf.ledger.documents.sheet import Sheet
from ispconf.ledger.documents.strips import (
    FORMATS,
    GREY,
    INK,
    Format,
    Piece,
    Strip,
    block,
    signatures,
)

rl_config.useA85 = 0  # binary streams: no reader needs them spelled in letters
_TWO_ROWS = 40  # points: no head of a table stands alone at the bottom of a page


def document(sheets: Iterable[tuple[Sheet, str]]) -> bytes:
    """One PDF of all sheets, each with its paper (a key of ``FORMATS``)."""
    buffer = BytesIO()
    canvas: Canvas | None = None
    for sheet, paper in sheets:
        if canvas is None:
            canvas = Canvas(buffer, invariant=1, pageCompression=1, lang=sheet.language)
            canvas.setTitle(latin(f"{sheet.title} {sheet.no}"))
            canvas.setAuthor(latin(sheet.business.name))
            canvas.setCreator("ispconf")
        form = FORMATS[paper]
        _draw(canvas, sheet, form, [*_laid(sheet, form)])
    if canvas is None:
        raise RequestError("there is nothing to print")
    canvas.save()
    return buffer.getvalue()


def _laid(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """The sheet from its top to its end, however many pages that takes."""
    way = pages if form.height else rolls
    yield from way.head(sheet, form)
    yield from way.parties(sheet, form)
    for table in sheet.tables:
        yield from way.table(table, form)
    ends = way.totals(sheet, form), signatures(sheet.signatures, form), way.foot(sheet, form)
    *others, last = chain.from_iterable(ends)
    yield from (strip._replace(kept=True) for strip in others)
    yield last


def _draw(canvas: Canvas, sheet: Sheet, form: Format, strips: list[Strip]) -> None:
    if form.height is None:
        height = sum(strip.height for strip in strips) + 2 * form.margin
        _page(canvas, sheet, form._replace(height=height), strips)
        return
    found = [*_pages(strips, form.height - 2 * form.margin)]
    for number, page in enumerate(found, 1):
        caption = sheet.page.replace("{page}", str(number)).replace("{pages}", str(len(found)))
        _page(canvas, sheet, form, page, f"{sheet.no}   {caption}" if found[1:] else "")


def _pages(strips: list[Strip], room: float) -> Iterator[list[Strip]]:
    """The strips of each page; the head of a table that goes on stands on each.

    Strips that are kept together begin a new page where they do not fit on this one.
    """
    page: list[Strip] = []
    used, head = 0.0, None
    for at, strip in enumerate(strips):
        needs = strip.height + (_TWO_ROWS if strip.head else 0)
        if strip.kept and not strips[at - 1].kept:
            needs += sum(each.height for each in _chained(strips[at:]))
        if page and used + needs > room:
            yield page
            page = [head] if head and not strip.head else []
            used = sum(each.height for each in page)
        head = strip if strip.head else head if strip.pieces and strip.line else None
        page.append(strip)
        used += strip.height
    yield page


def _chained(strips: list[Strip]) -> Iterator[Strip]:
    """The strips that are kept on the page of the first one, less that one."""
    for before, strip in pairwise(strips):
        if not before.kept:
            return
        yield strip


def _page(
    canvas: Canvas, sheet: Sheet, form: Format, strips: list[Strip], caption: str = ""
) -> None:
    height = form.height or 0
    canvas.setPageSize((form.width, height))
    top = height - form.margin
    pen = _Pen(canvas, form.margin)
    for strip in strips:
        _lines(canvas, sheet, form, strip, top)
        for piece in strip.pieces:
            pen.write(piece, top)
        top -= strip.height
    for piece in block(caption, 0, 0, form.inner, size=7.5, colour=GREY, align="right"):
        pen.write(piece, 35)
    canvas.drawText(pen.text)
    canvas.showPage()


class _Pen:
    """All texts of a page in one text object, which changes font and colour only when they do."""

    def __init__(self, canvas: Canvas, left: float) -> None:
        self.text = canvas.beginText()
        self._left = left
        self._font, self._colour = ("", 0.0), -1.0

    def write(self, piece: Piece, top: float) -> None:
        """Writes a text that is so far below ``top``."""
        if self._font != (piece.font, piece.size):
            self._font = (piece.font, piece.size)
            self.text.setFont(piece.font, piece.size)
        if self._colour != piece.colour:
            self._colour = piece.colour
            self.text.setFillGray(piece.colour)
        self.text.setTextOrigin(self._left + piece.x, top - piece.y)
        self.text.textOut(piece.text)


def _lines(canvas: Canvas, sheet: Sheet, form: Format, strip: Strip, top: float) -> None:
    """What of a strip is no text."""
    left = form.margin
    if strip.logo:
        x, y, wide, high = strip.logo
        image = ImageReader(BytesIO(sheet.business.logo))
        canvas.drawImage(image, left + x, top - y - high, wide, high, mask="auto")
    for x, y, wide, high in strip.boxes:
        canvas.setLineWidth(1.2)
        canvas.setStrokeGray(INK)
        canvas.rect(left + x, top - y - high, wide, high)
    if strip.line:
        canvas.setLineWidth(strip.line)
        canvas.setStrokeGray(strip.colour)
        bottom = top - strip.height
        canvas.line(left, bottom, left + form.inner, bottom)
