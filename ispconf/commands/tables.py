"""Tables for a terminal: columns as wide as their widest cell, numbers to the right."""

from collections.abc import Iterable, Iterator, Sequence

from ispconf.escape import terminal


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: str = "") -> Iterator[str]:
    """The lines of a table; ``right`` names the columns, comma separated, that hold numbers."""
    lines = [[name.upper() for name in head], *([terminal(cell) for cell in row] for row in rows)]
    numbers = right.split(",")
    form = "  ".join(
        f"{{:{'>' if name in numbers else '<'}{max(map(len, column))}}}"
        for name, column in zip(head, zip(*lines, strict=True), strict=True)
    )
    for line in lines:
        yield form.format(*line).rstrip()
