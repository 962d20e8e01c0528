"""A sheet on A4 or letter: letterhead, the two parties side by side, tables, totals."""

from collections.abc import Iterator

from ispconf.ledger.documents.latin import latin
from ispconf.ledger.documents.sheet import Row, Sheet, Table
from ispconf.ledger.documents.strips import (
    BOLD,
    GREY,
    HAIR,
    INK,
    MM,
    PLAIN,
    Format,
    Piece,
    Strip,
    block,
    bottom,
    logo_size,
    note,
    rows,
    stamps,
    wide,
)


def parties(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """Whom it is for and what it is about, beside each other."""
    yield Strip(16)
    half = form.inner / 2 - 10
    customer, left = _customer(sheet.customer, form, half)
    facts, right = rows(sheet.facts, form, form.inner - half, half)
    yield Strip(max(left, right) + 20, (*customer, *facts))


def totals(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """The sums, at the right."""
    half = form.inner / 2 - 10
    pieces, height = rows(sheet.totals, form, form.inner - half, half)
    yield Strip(height + 16, tuple(pieces))


def foot(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """What stands at the end, in small letters."""
    yield Strip(1, (), 0.4, HAIR)
    for text in (*(f"{row.label}: {row.value}" for row in sheet.foot), *sheet.notes):
        yield note(text, form)


def head(sheet: Sheet, form: Format) -> Iterator[Strip]:
    """The letterhead, and what paper this is."""
    half = form.inner / 2 - 10
    broad = high = 0.0
    if sheet.business.logo:
        broad, high = logo_size(sheet, 50 * MM, 18 * MM)
        high += 6
    pieces = block(sheet.business.name, 0, high, half, BOLD, 15)
    for line in sheet.letterhead:
        pieces += block(line, 0, bottom(pieces), half, PLAIN, form.size * 0.9, GREY)
    right = block(sheet.title, form.inner - half, 0, half, BOLD, 15, INK, "right")
    right += block(sheet.no, form.inner - half, bottom(right), half, PLAIN, 11, INK, "right")
    marked = stamps(sheet.stamps, form, form.inner - half, bottom(right) + 4, half)
    height = max(bottom(pieces), marked.height) + 8
    logo = (0.0, 0.0, broad, high - 6) if high else None
    yield Strip(height, (*pieces, *right, *marked.pieces), 1.2, boxes=marked.boxes, logo=logo)


def _customer(given: tuple[Row, ...], form: Format, room: float) -> tuple[list[Piece], float]:
    """Whom the paper is for: labels in a column of their own, the name set in bold."""
    labels = [latin(row.label) for row in given]
    labels_end = max([wide(label, PLAIN, form.size) for label in labels], default=0.0) + 12
    pieces: list[Piece] = []
    top = 0.0
    for number, row in enumerate(given):
        one = block(row.label, 0, top, room, PLAIN, form.size, GREY)
        font = PLAIN if number else BOLD
        one += block(row.value, labels_end, top, room - labels_end, font, form.size)
        pieces += one
        top = bottom(one) + form.size * 0.15
    return pieces, top


def table(given: Table, form: Format) -> Iterator[Strip]:
    """A table with its head, and room below it."""
    places = _places(given, form)
    small = form.size * 0.88
    pieces = [
        piece
        for cell, (x, room, align) in zip(given.head, places, strict=True)
        for piece in block(cell, x, 0, room, BOLD, small, GREY, align)
    ]
    yield Strip(bottom(pieces) + 3, tuple(pieces), 0.8, head=True)
    for cells in given.rows:
        pieces = [
            piece
            for cell, (x, room, align) in zip(cells, places, strict=True)
            for piece in block(cell, x, 3, room, PLAIN, form.size, INK, align)
        ]
        yield Strip(bottom(pieces) + 3, tuple(pieces), 0.3, HAIR)
    yield Strip(14)


def _places(table: Table, form: Format) -> list[tuple[float, float, str]]:
    """Where each column begins, how wide it is and to which side: the widest text gets the rest."""
    gap, size = 12, form.size
    columns = [*zip(table.head, *table.rows, strict=True)]
    wants = [max(wide(latin(cell), PLAIN, size) for cell in column) + gap for column in columns]
    most = max(range(table.texts), key=lambda number: wants[number])
    others = [min(want, form.inner * 0.3) for want in wants]
    wants = [
        form.inner - sum(others) + others[most] if number == most else others[number]
        for number in range(len(wants))
    ]
    places, x = [], 0.0
    for number, want in enumerate(wants):
        right = number >= table.texts
        places.append((x + gap if right else x, want - gap, "right" if right else "left"))
        x += want
    return places
