"""Tables for a terminal: columns as wide as their widest cell, numbers to the right."""

from collections.abc import Iterable, Iterator, Sequence

from ispconf.escape import terminal


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: str = "") -> Iterator[str]:
    """The lines of a table; ``right`` names the columns, comma separated, that hold numbers."""
    cells = [[terminal(cell) for cell in row] for row in rows]
    numbers = {at for at, name in enumerate(head) if name in right.split(",")}
    wide = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(head)]
    for row in ([name.upper() for name in head], *cells):
        yield "  ".join(
            cell.rjust(wide[at]) if at in numbers else cell.ljust(wide[at])
            for at, cell in enumerate(row)
        ).rstrip()
