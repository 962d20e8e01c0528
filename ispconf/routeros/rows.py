"""Rows of a router and states made of them, as plain values.

A row says what a menu holds under a key; it is wanted (computed from files) or live (read from a
router). Who owns a row is read from its comment: ``ispconf:<owner>`` and, behind a space, words for
people that nobody compares.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MARK = "ispconf:"
Key = tuple[str, ...]
Identity = tuple[str, Key]


class Row(NamedTuple):
    """One row of a menu.

    ``fields`` are texts as RouterOS prints them, without ``.id``. ``id`` is the router's own id of
    a live row and must not outlive the connection. ``initial`` names fields that are written when
    the row is added and never compared after.
    """

    table: str
    fields: Mapping[str, str]
    owner: str = ""
    id: str = ""
    dynamic: bool = False
    initial: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """The rows of a router, by menu, in the router's order.

    ``tolerated`` are identities that may stay as they are though nobody asks for them.
    """

    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    tolerated: frozenset[Identity] = frozenset()

    def __iter__(self) -> Iterator[Row]:
        for rows in self.tables.values():
            yield from rows

    def __getitem__(self, table: str) -> tuple[Row, ...]:
        return self.tables.get(table, ())

    def owned(self) -> int:
        """How many rows carry our mark."""
        return sum(1 for row in self if row.owner and not row.dynamic)


def state(rows: Iterable[Row], tolerated: Iterable[Identity] = ()) -> State:
    """The state that holds these rows, in the order given."""
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row)
    return State({table: tuple(held) for table, held in tables.items()}, frozenset(tolerated))


def comment(owner: str, words: str = "") -> str:
    """The comment that marks a row as the owner's: ``ispconf:ana-lopez/casa Ana López``."""
    return f"{MARK}{owner} {words}".rstrip()


def mark_of(text: str) -> str:
    """The mark in a comment, ``router:norte-1#block``; empty for a row that is not ours.

    The part behind ``#`` tells the rows of one owner apart in menus that have no key of their own.
    """
    return text[len(MARK) :].split(" ", 1)[0] if text.startswith(MARK) else ""


def words_of(text: str) -> str:
    """What a comment of ours says to people, behind the mark."""
    return text.partition(" ")[2]


def owner_of(text: str) -> str:
    """The owner that a comment names: ``ana-lopez/casa``, ``plan:hogar-20``, ``router:norte-1``."""
    return mark_of(text).split("#", 1)[0]
