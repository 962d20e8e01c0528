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
    rows,
    stamps,
)


def strips(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """The sheet from its top to its end."""
    yield from _head(sheet, form)
    pieces = block(sheet.title, 0, 5, form.inner, BOLD, form.size * 1.2, INK, "middle")
    pieces += block(sheet.no, 0, bottom(pieces), form.inner, PLAIN, form.size, INK, align="middle")
    yield Strip(bottom(pieces) + 4, tuple(pieces))
    yield stamps(sheet.stamps, form, 0, 0, form.inner)
    yield Strip(1, (), 0.6)
    for some in (sheet.customer, sheet.facts):
        yield from _rows(some, form)
    for table in sheet.tables:
        yield from _table(table, form)
    yield from _rows(sheet.totals, form)
    small = form.size * 0.85
    yield from _rows(sheet.foot, form._replace(size=small), line=0)
    for note in sheet.notes:
        pieces = block(note, 0, 3, form.inner, PLAIN, small, GREY, "middle")
        yield Strip(bottom(pieces), tuple(pieces))


def _head(sheet: Sheet, form: Format) -> Iterator[Strip]:
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


def _table(table: Table, form: Format) -> Iterator[Strip]:
    if table.numbers == 1:
        yield from _rows((Row(table.head[0], table.head[-1]),), form, line=0.3)
    for cells in table.rows:
        texts, numbers = cells[: table.texts], cells[table.texts :]
        first = Row(texts[0], numbers[0] if table.numbers == 1 else texts[1])
        pieces, _ = rows([first], form, 0, form.inner)
        pieces = [piece._replace(colour=INK) for piece in pieces]
        small = form.size * 0.9
        for text in texts[1 if table.numbers == 1 else 2 :]:
            pieces += block(text, 0, bottom(pieces), form.inner, PLAIN, small, GREY)
        if table.numbers > 1:
            named = [
                f"{head} {number}"
                for head, number in zip(table.head[table.texts :], numbers, strict=True)
                if number
            ]
            top = bottom(pieces)
            pieces += block("   ".join(named), 0, top, form.inner, PLAIN, form.size, INK, "right")
        moved = tuple(piece._replace(y=piece.y + 2) for piece in pieces)
        yield Strip(bottom(pieces) + 4, moved, 0.3, HAIR)
    yield Strip(1, (), 0.6)
