"""Tables for a terminal: columns as wide as their widest cell, numbers to the right."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ispconf.escape import terminal

_ODD = re.compile(r"[^\x00-\u02ff\u1e00-\u1fff]")
"""Letters beyond those of Europe, of which some take two columns and some none."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: str = "") -> Iterator[str]:
    """The lines of a table; ``right`` names the columns, comma separated, that hold numbers."""
    lines = [[name.upper() for name in head], *([terminal(cell) for cell in row] for row in rows)]
    numbers = right.split(",")
    filled = (
        _filled(column, ">" if name in numbers else "<")
        for name, column in zip(head, zip(*lines, strict=True), strict=True)
    )
    for cells in zip(*filled, strict=True):
        yield "  ".join(cells).rstrip()


def _filled(column: Sequence[str], side: str) -> Iterator[str]:
    """The cells of a column, all equally wide on a terminal."""
    if not _ODD.search("".join(column)):
        return map(f"{{:{side}{max(map(len, column))}}}".format, column)
    from ispconf.ledger.documents.columns import width  # noqa: PLC0415 - only such names pay for it

    widths = [width(cell) for cell in column]
    widest = max(widths)
    pairs = zip(column, (" " * (widest - wide) for wide in widths), strict=True)
    return (fill + cell if side == ">" else cell + fill for cell, fill in pairs)
