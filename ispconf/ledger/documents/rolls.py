"""A sheet on the roll of a receipt printer, 58 or 80 mm: everything below each other."""

from collections.abc import Iterator

from ispconf.ledger.documents.sheet import Row, Sheet, Table
from ispconf.ledger.documents.strips import (
    BOLD,
    GREY,
    HAIR,
    INK,
    MM,
    PLAIN,
    Format,
    Strip,
    block,
    bottom,
    logo_size,
    note,
    rows,
    stamps,
)


def parties(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """What paper it is, whom it is for and what it is about."""
    pieces = block(sheet.title, 0, 5, form.inner, BOLD, form.size * 1.2, INK, "middle")
    pieces += block(sheet.no, 0, bottom(pieces), form.inner, PLAIN, form.size, INK, align="middle")
    yield Strip(bottom(pieces) + 4, tuple(pieces))
    yield stamps(sheet.stamps, form, 0, 0, form.inner)
    yield Strip(1, (), 0.6)
    for some in (sheet.customer, sheet.facts):
        yield from _rows(some, form)


def totals(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """The sums."""
    yield from _rows(sheet.totals, form)


def foot(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """What stands at the end, in small letters."""
    yield from _rows(sheet.foot, form._replace(size=form.size * 0.85), line=0)
    for text in sheet.notes:
        yield note(text, form, "middle")


def head(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """The letterhead."""
    if sheet.business.logo:
        wide, high = logo_size(sheet, form.inner * 0.6, 16 * MM)
        yield Strip(high + 6, logo=((form.inner - wide) / 2, 0, wide, high))
    pieces = block(sheet.business.name, 0, 0, form.inner, BOLD, form.size * 1.5, INK, "middle")
    for line in sheet.letterhead:
        top = bottom(pieces)
        pieces += block(line, 0, top, form.inner, PLAIN, form.size * 0.9, GREY, "middle")
    yield Strip(bottom(pieces) + 5, tuple(pieces), 0.6)


def _rows(given: tuple[Row, ...], form: Format, line: float = 0.6) -> Iterator[Strip]:
    if given:
        pieces, height = rows(given, form, 0, form.inner)
        moved = tuple(piece._replace(y=piece.y + 4) for piece in pieces)
        yield Strip(height + 7, moved, line)


def table(given: Table, form: Format) -> Iterator[Strip]:
    """A table, each row of it on as many lines as it needs."""
    if given.numbers == 1:
        yield from _rows((Row(given.head[0], given.head[-1]),), form, line=0.3)
    for cells in given.rows:
        left, right, more = given.beside(cells)
        pieces, _ = rows([Row(left, right)], form, 0, form.inner)
        pieces = [piece._replace(colour=INK) for piece in pieces]
        small = form.size * 0.9
        for text in more:
            pieces += block(text, 0, bottom(pieces), form.inner, PLAIN, small, GREY)
        if given.numbers > 1:
            said, top = "   ".join(given.named(cells)), bottom(pieces)
            pieces += block(said, 0, top, form.inner, PLAIN, form.size, INK, "right")
        moved = tuple(piece._replace(y=piece.y + 2) for piece in pieces)
        yield Strip(bottom(pieces) + 4, moved, 0.3, HAIR)
    yield Strip(1, (), 0.6)
