"""The ledger's files as entries: canonical lines fast, anything else through the YAML reader.

Knows lines and files. What an entry means, and whether entries agree, ``ledger`` knows.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b

from pydantic import BaseModel, ValidationError

from ispconf.edge.cache import Kept
from ispconf.edge.pausing import collector_paused
from ispconf.edge.places import Look, look
from ispconf.edge.sources import Content
from ispconf.edge.yamltext import OddError, decode, parse
from ispconf.errors import FilesError, Problem, Source
from ispconf.ledger import entries as forms
from ispconf.ledger import lines
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.network.records import Records, records
from ispconf.network.wording import faults


def entries(path: str, data: bytes, problems: list[Problem]) -> list[Entry]:
    """The entries of one file, in its order; what is wrong is added to ``problems``."""
    found = []
    read = lines.read
    try:
        text = decode(data)
    except UnicodeDecodeError:
        return _slowly(path, data, problems)
    for number, line in enumerate(text.split("\n"), 1):
        spelled = line.rstrip("\r")
        if not spelled or spelled[0] == "#":
            continue
        entry = read(spelled, path, number)
        if entry is None:
            return _slowly(path, data, problems)
        found.append(entry)
    return found


def _slowly(path: str, data: bytes, problems: list[Problem]) -> list[Entry]:
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
        present = {key: value for key, value in item.items() if value is not None}
        yield forms.from_mapping(present, path, spot.line)
    except ValidationError as error:
        for fault in faults(BaseModel, error):
            place = seen.places.get((index, *fault.path))
            here = spot if place is None else place.key if fault.on_key else place.value
            name = f"{fault.path[0]}: " if fault.path else ""
            problems.append(Problem(Source(path, *here), f"{name}{fault.message}"))


class Ledger:
    """All ledger files: their book, and what was concluded from them, kept until one changes."""

    def __init__(
        self,
        blobs: Mapping[str, str],
        read: Callable[[Iterable[str]], Iterable[Content]],
        currency: Currency,
    ) -> None:
        self._blobs = blobs
        self._read = read
        self._currency = currency
        self._entries: list[Entry] | None = None

    def judged(
        self, kept: Mapping[str, Kept], new: dict[str, Kept], used: list[str]
    ) -> tuple[Records, list[Problem]]:
        """What the ledger says of other files, and all that is wrong in itself."""
        key = self._key()
        if key in kept:
            used.append(key)
            return _revived_records(kept[key].value), _revived_problems(kept[key].extra)
        problems: list[Problem] = []
        self._entries = self._all(problems)
        recorded = records(self._entries)
        new[key] = Kept(_dumped_records(recorded), json.dumps(problems))
        return recorded, problems

    def book(self) -> Book:
        """The book, read when somebody looks into it."""
        return Book.of(self._entries) if self._entries is not None else UnreadBook(self._again)

    def _again(self) -> list[Entry]:
        problems: list[Problem] = []
        found = self._all(problems)
        if problems:  # it was right a moment ago
            raise FilesError(problems)
        return found

    def _all(self, problems: list[Problem]) -> list[Entry]:
        found: list[Entry] = []
        with collector_paused():
            for path, content in self._read(sorted(self._blobs)):
                if isinstance(content, Problem):
                    problems.append(content)
                else:
                    found += entries(path, content, problems)
        return found

    def _key(self) -> str:
        """Names everything that the conclusions depend on."""
        digest = blake2b(self._currency.code.encode(), digest_size=20)
        for path, blob in sorted(self._blobs.items()):
            digest.update(f"{path} {blob}\n".encode())
        return f"book {digest.hexdigest()}"


def _dumped_records(found: Records) -> str:
    return json.dumps(
        [
            list(found.subscribers.items()),
            list(found.services.items()),
            list(found.journals.items()),
            list(found.methods.items()),
            [(who, str(owed)) for who, owed in found.owed.items()],
        ]
    )


def _revived_records(text: str) -> Records:
    subscribers, services, journals, methods, owed = json.loads(text)
    return Records(
        {who: (file, line) for who, (file, line) in subscribers},
        {(who, service): (file, line) for (who, service), (file, line) in services},
        {journal: (file, line) for journal, (file, line) in journals},
        {(journal, method): (file, line) for (journal, method), (file, line) in methods},
        {who: Decimal(each) for who, each in owed},
    )


def _revived_problems(text: str) -> list[Problem]:
    return [
        Problem(Source(*source), message, Source(*also) if also else None, severity)
        for source, message, also, severity in json.loads(text)
    ]


class UnreadBook(Book):
    """A book that is read when somebody looks into it; most checks need not."""

    def __init__(self, read: Callable[[], Iterable[Entry]]) -> None:
        self._read = read

    @cached_property
    def entries(self) -> tuple[Entry, ...]:  # type: ignore[override]
        """All entries, in the order of their files."""
        return tuple(self._read())
