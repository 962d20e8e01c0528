"""The ledger's files as entries: canonical lines fast, anything else through the YAML reader.

Knows lines and files. What an entry means, and whether entries agree, ``ledger`` knows.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from ispconf.edge.pausing import collector_paused
from ispconf.edge.places import Look, look
from ispconf.edge.yamltext import OddError, decode, parse
from ispconf.errors import Problem, Source
from ispconf.ledger import checks, journals, lines
from ispconf.ledger import entries as forms
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry, recorded_on
from ispconf.ledger.money import Currency
from ispconf.network.wording import faults


def entries(path: str, data: bytes, problems: list[Problem]) -> list[Entry]:
    """The entries of one file, in its order; what is wrong is added to ``problems``."""
    found = canonical(path, data)
    return written(path, data, problems) if found is None else found


def newest(root: Path) -> date | None:
    """The last day on which something was recorded, by the names of the files that hold something.

    None when the folder is missing or empty.
    """
    days = (
        recorded_on(path.name) for path in root.glob("ledger/????/??/*.yaml") if path.stat().st_size
    )
    return max((day for day in days if day), default=None)


def canonical(
    path: str, data: bytes, first: int = 1, people: Mapping[str, str] = lines.EVERYBODY
) -> list[Entry] | None:
    """The entries of whole lines, numbered from ``first``; None when one is spelled otherwise.

    With ``people`` those of some subscribers, as ``lines.read_all`` takes them.
    """
    try:
        return lines.read_all(decode(data), path, first, people)
    except UnicodeDecodeError:
        return None


def written(path: str, data: bytes, problems: list[Problem]) -> list[Entry]:
    """The entries of a file that is not wholly canonical, whoever wrote it."""
    try:
        tree = parse(data)
    except OddError:
        problems += (Problem(Source(path, *flaw.spot), flaw.message) for flaw in look(data).flaws)
        return []
    if tree.root is None:
        return []
    seen = look(data)
    if not isinstance(tree.root, list):
        problems.append(Problem(Source(path, 1, 1), "should be a list: a line - {...} an entry"))
        return []
    return [
        entry
        for index, item in enumerate(tree.root)
        for entry in _entry(path, item, index, seen, problems)
    ]


def _entry(
    path: str, item: object, index: int, seen: Look, problems: list[Problem]
) -> Iterator[Entry]:
    spot = seen.places[(index,)].value
    if not isinstance(item, dict):
        problems.append(Problem(Source(path, *spot), "should be an entry: - {no: ..., date: ...}"))
        return
    try:
        present = {
            key: value for key, value in item.items() if value is not None or key not in forms.KEYS
        }
        yield forms.from_mapping(present, path, spot.line)
    except ValidationError as error:
        for fault in faults(BaseModel, error):
            place = seen.places.get((index, *fault.path))
            here = spot if place is None else place.key if fault.on_key else place.value
            name = f"{fault.path[0]}: " if fault.path else ""
            problems.append(Problem(Source(path, *here), f"{name}{fault.message}"))


MISSING: Final = "is not in the ledger"
"""How ``ledger.checks`` says that an entry names another one that is not there."""


def disagreements(book: Book, currency: Currency, *, broken: bool) -> list[Problem]:
    """What is wrong between entries; an entry that could not be read is not missed once more."""
    with collector_paused():
        found = checks.problems(book, currency)
    if not broken:
        return found
    gaps = set(journals.problems(book))
    return [each for each in found if each not in gaps and MISSING not in each.message]
