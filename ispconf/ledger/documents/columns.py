"""Text on a paper of so many columns: 32, 42 and 48 of a receipt printer, or any other number.

Knows how lines are broken, filled and put in the middle, and how wide letters are (a Chinese one
takes two columns, a combining accent none). No line it makes is wider than the paper.
"""

import unicodedata
from collections.abc import Iterator

from ispconf.ledger.documents.sheet import Table


def width(text: str) -> int:
    """The columns a text takes."""
    return len(text) if text.isascii() else sum(map(_wide, text))


def _wide(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most so many columns, broken at spaces where there are any."""
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined) <= columns:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, columns)
        lines += full
    return [*lines, line] if line or not lines else lines


def _broken(word: str, columns: int) -> Iterator[str]:
    """Parts of a word that is longer than a line."""
    part, room = "", columns
    for letter in word:
        needs = _wide(letter)
        if needs > room:
            at = part.rfind("-") + 1 or len(part)
            yield part[:at]
            part = part[at:]
            room = columns - width(part)
        part, room = part + letter, room - needs
    yield part


class Columns:
    """A paper of a number of columns."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rule = "-" * columns

    def middle(self, text: str) -> str:
        """The text in the middle, on as many lines as it needs."""
        lines = wrapped(text, self.columns)
        return "\n".join(" " * ((self.columns - width(line)) // 2) + line for line in lines)

    def left(self, text: str, indent: int = 0) -> str:
        """The text at the left, indented, on as many lines as it needs."""
        lines = wrapped(text, self.columns - indent)
        return "\n".join(" " * indent + line for line in lines)

    def row(self, left: str, right: str) -> str:
        """Both texts on one line, or the right one below where they do not fit."""
        if not left:
            return self._right(right)
        room = self.columns - width(left) - 1
        if width(right) <= room:
            return f"{left} {' ' * (room - width(right))}{right}".rstrip()
        return f"{self.left(left.lstrip(), len(left) - len(left.lstrip()))}\n{self._right(right)}"

    def _right(self, text: str) -> str:
        lines = wrapped(text, self.columns - 2)
        return "\n".join(" " * (self.columns - width(line)) + line for line in lines)

    def table(self, table: Table) -> str:
        """The table, each row of it on as many lines as it needs."""
        return "\n".join(line for cells in table.rows for line in self._entry(table, cells))

    def _entry(self, table: Table, cells: tuple[str, ...]) -> Iterator[str]:
        left, right, more = table.beside(cells)
        yield self.row(left, right)
        for text in more:
            if text:
                yield self.left(text, 2)
        if table.numbers > 1:
            named = table.named(cells)
            yield self.row("  " + "  ".join(named[:-1]) if named[1:] else "", named[-1])
